#include "events_command.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include <nlohmann/json.hpp>
#include <poll.h>
#include <unistd.h>
#include <zmq.hpp>

#include "connection_monitor.hpp"
#include "exit_code.hpp"
#include "interruption.hpp"
#include "json.hpp"
#include "output.hpp"
#include "poll_set.hpp"
#include "views.hpp"
#include "zmq_io.hpp"

namespace hearsay {

namespace {

using Json = nlohmann::ordered_json;

/// How often it is looked whether somebody wants us to end, or our reader is gone.
constexpr Duration look_pause = std::chrono::milliseconds(500);

/// The events of one life of a node.
class Subscription {
  public:
    /// Throws Unreachable.
    explicit Subscription(Client& client)
        : socket_(client.context(), zmq::socket_type::dealer), monitor_(client.context(), socket_) {
        const std::string address = client.ask({{"op", "ping"}}).value("events", "");
        if (address.empty()) {
            throw Unreachable("the node at " + client.address() +
                              " publishes no events; start it with --events-address");
        }
        socket_.set(zmq::sockopt::linger, 0);
        socket_.connect(address);
        static_cast<void>(try_send(socket_, zmq::str_buffer("{\"op\":\"events\"}")));
    }

    /// Sleeps until there may be something new.
    void wait() {
        PollSet set;
        attention_.note_use();
        attention_.watch(set, socket_, ZMQ_POLLIN);
        monitor_.watch(set);
        set.wait(look_pause);
    }

    [[nodiscard]] bool receive(zmq::message_t& message) { return try_receive(socket_, message); }
    [[nodiscard]] bool has_ended() { return !monitor_.take_ended().empty(); }

  private:
    zmq::socket_t socket_;
    ConnectionMonitor monitor_;
    Attention attention_;
};

/// Prints an event. False if the node refuses to send any.
bool show(const zmq::message_t& message, Output output, Screen screen) {
    const Json event = Json::parse(message.to_string_view(), nullptr, false);
    if (!event.is_object() || event.contains("subscribed")) return true;
    if (event.contains("error")) {
        complain(event.value("error", "the node gave no reason"));
        return false;
    }
    const bool is_gap = event.value("event", "") == "missed";
    if (is_gap) {
        complain("missed " + std::to_string(event.value("count", std::uint64_t{0})) + " events");
    }
    if (output == Output::json) {
        print(line(event) + "\n");
    } else if (!is_gap) {
        print(event_view(event, screen));
    }
    return true;
}

bool is_output_closed() {
    std::array<pollfd, 1> output{{{.fd = STDOUT_FILENO, .events = 0, .revents = 0}}};
    return poll(output.data(), output.size(), 0) > 0 && (output[0].revents & POLLERR) != 0;
}

}  // namespace

int show_events(Client& client, Output output, Screen screen) {
    auto subscription = std::make_unique<Subscription>(client);
    note_interruption();
    while (!is_interrupted() && !is_output_closed()) {
        subscription->wait();
        zmq::message_t message;
        while (subscription->receive(message)) {
            if (!show(message, output, screen)) return exit_code::no;
        }
        if (!subscription->has_ended()) continue;
        // Throws if it is not back.
        subscription = std::make_unique<Subscription>(client);
        complain("the node was restarted; events may be missing here");
    }
    return exit_code::yes;
}

}  // namespace hearsay
