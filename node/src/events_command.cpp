#include "events_command.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>

#include <nlohmann/json.hpp>
#include <unistd.h>
#include <zmq.hpp>

#include "exit_code.hpp"
#include "interruption.hpp"
#include "json.hpp"
#include "output.hpp"
#include "views.hpp"

namespace hearsay {

namespace {

using Json = nlohmann::ordered_json;

/// After so much quiet the node is asked whether it is still there.
constexpr std::chrono::seconds quiet_max{2};

zmq::socket_t subscribe(Client& client) {
    const std::string address = client.ask({{"op", "ping"}}).value("events", "");
    if (address.empty()) {
        throw Unreachable("the node at " + client.address() +
                          " publishes no events; start it with --events-address");
    }
    zmq::socket_t socket(client.context(), zmq::socket_type::sub);
    socket.set(zmq::sockopt::linger, 0);
    socket.set(zmq::sockopt::subscribe, "");
    socket.connect(address);
    return socket;
}

/// Prints events and notices those that are missing.
class Stream {
  public:
    Stream(Output output, Color color) : output_(output), color_(color) {}

    void show(const zmq::message_t& message) {
        const Json event = Json::parse(message.to_string_view(), nullptr, false);
        if (!event.is_object()) return;
        const std::uint64_t sequence = event.value("seq", std::uint64_t{0});
        if (last_ != 0 && sequence > last_ + 1) {
            complain("missed " + std::to_string(sequence - last_ - 1) + " events");
        }
        last_ = sequence;
        print(output_ == Output::json ? line(event) + "\n" : event_view(event, color_));
    }

  private:
    Output output_;
    Color color_;
    /// Its number; 0 before the first.
    std::uint64_t last_ = 0;
};

enum class Next : std::uint8_t { event, quiet, closed };

Next await(zmq::socket_t& socket) {
    std::array<zmq::pollitem_t, 2> items{
        zmq::pollitem_t{socket.handle(), 0, ZMQ_POLLIN, 0},
        zmq::pollitem_t{nullptr, STDOUT_FILENO, ZMQ_POLLERR, 0},
    };
    zmq::poll(items, quiet_max);
    if ((items[1].revents & ZMQ_POLLERR) != 0) return Next::closed;
    return (items[0].revents & ZMQ_POLLIN) != 0 ? Next::event : Next::quiet;
}

}  // namespace

int show_events(Client& client, Output output, Color color) {
    zmq::socket_t socket = subscribe(client);
    note_interruption();
    Stream stream(output, color);
    while (!is_interrupted()) {
        try {
            const Next next = await(socket);
            if (next == Next::closed) break;
            if (next == Next::quiet) static_cast<void>(client.ask({{"op", "ping"}}));
            zmq::message_t message;
            while (socket.recv(message, zmq::recv_flags::dontwait))
                stream.show(message);
        } catch (const zmq::error_t& error) {
            if (error.num() != EINTR) throw;
        }
    }
    return exit_code::yes;
}

}  // namespace hearsay
