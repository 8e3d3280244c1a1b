#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>
#include <zmq.hpp>

#include "hearsay/detector.hpp"
#include "hearsay/event.hpp"
#include "hearsay/survey.hpp"
#include "hearsay/time.hpp"

#include "event_stream.hpp"
#include "json.hpp"
#include "node_control.hpp"
#include "occurrence.hpp"
#include "poll_set.hpp"
#include "status_server.hpp"
#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/heard_log.hpp"
#include "support/scratch_directory.hpp"

namespace hearsay::testing {

inline constexpr Instant start{std::chrono::hours(1)};

inline Detector make_detector(const std::string& name, std::uint64_t number,
                              std::vector<std::string> seeds = {}) {
    Config config = Config::local();
    config.cluster = "demo";
    config.seeds = std::move(seeds);
    Identity self;
    self.life = LifeId{number};
    self.name = name;
    self.incarnation = 1;
    self.endpoint = "tcp://127.0.0.1:" + std::to_string(7700 + number);
    return {config, self, number, start};
}

/// A status server with the node n1 behind it, whose peer n2 lives in this process too and is
/// heard as long as `is_peer_alive`. Time passes only by `advance`.
class Bench {
  public:
    /// Answers at this address, or at one of its own.
    explicit Bench(const std::string& status = "")
        : server_(context_, status.empty() ? address("status") : status, log_.log()) {
        options_.name = "n1";
        options_.config = detector_.config();
        options_.status = server_.address();
        options_.events = stream_.address();
    }

    StatusServer& server() { return server_; }
    EventStream& stream() { return stream_; }
    HeardLog& log() { return log_; }
    Detector& detector() { return detector_; }
    zmq::context_t& context() { return context_; }
    [[nodiscard]] std::string address(const std::string& file) const {
        return "ipc://" + (scratch_.path() / file).string();
    }

    [[nodiscard]] Instant now() const { return now_; }
    void silence_peer() { is_peer_alive_ = false; }

    /// One turn of a node's loop.
    void turn() {
        poll_set_.clear();
        server_.watch(poll_set_);
        stream_.watch(poll_set_);
        poll_set_.wait(Duration::zero());
        server_.handle_requests(control_, now_);
        detector_.handle_timeout(now_);
        deliver();
        deliver_survey();
        bool has_changed = survey_.report() != nullptr && survey_.report()->is_over;
        while (auto event = detector_.poll_event()) {
            publish(*std::move(event));
            has_changed = true;
        }
        server_.handle_turn(control_, has_changed, now_);
        survey_.drop_finished();
        stream_.handle_turn(control_, now_);
    }

    void publish(Event event) {
        event.number = ++event_count_;
        std::string json = event_json(event, WallTime{});
        stream_.publish(std::make_shared<const Occurrence>(Occurrence{
            .number = event.number, .event = std::move(event), .at = {}, .json = std::move(json)}));
    }
    [[nodiscard]] std::uint64_t event_count() const { return event_count_; }

    void advance(Duration span) {
        for (const Instant end = now_ + span; now_ < end; now_ += std::chrono::milliseconds(50))
            turn();
    }

    /// Until both know each other.
    void meet() {
        peer_.emplace(make_detector("n2", 2, {"tcp://127.0.0.1:7701"}));
        REQUIRE(eventually([&] {
            advance(std::chrono::milliseconds(200));
            return detector_.status(now_).roster_size == 2;
        }));
    }

  private:
    [[nodiscard]] TellingCounters telling() const {
        TellingCounters counters;
        counters.events = event_count_;
        return counters;
    }
    /// Hands every frame over at once.
    void deliver() {
        if (!peer_ || !is_peer_alive_) {
            while (detector_.poll_transmit())
                continue;
            return;
        }
        peer_->handle_timeout(now_);
        for (bool is_quiet = false; !is_quiet;) {
            is_quiet = true;
            while (const auto transmit = detector_.poll_transmit()) {
                is_quiet = false;
                static_cast<void>(peer_->handle_message(transmit->frame, LinkId{1}, now_));
            }
            while (const auto transmit = peer_->poll_transmit()) {
                is_quiet = false;
                static_cast<void>(detector_.handle_message(transmit->frame, LinkId{2}, now_));
            }
        }
    }

    void deliver_survey() {
        survey_.handle_timeout(detector_, now_);
        while (const auto transmit = survey_.poll_transmit()) {
            if (!peer_ || !is_peer_alive_) continue;
            const ClockReading clock{.now = now_, .wall = {}};
            static_cast<void>(peer_survey_.handle_frame(transmit->frame, LinkId{1}, *peer_, clock));
            while (const auto answer = peer_survey_.poll_transmit())
                static_cast<void>(survey_.handle_frame(answer->frame, LinkId{2}, detector_, clock));
        }
    }

    ScratchDirectory scratch_;
    zmq::context_t context_;
    PollSet poll_set_;
    Instant now_ = start;
    Detector detector_ = make_detector("n1", 1);
    std::optional<Detector> peer_;
    bool is_peer_alive_ = true;
    NodeOptions options_;
    TransportCounters transport_;
    HeardLog log_;
    NodeKeys keys_{options_, log_.log()};
    std::uint64_t event_count_ = 0;
    Survey survey_{"1.0", 1};
    Survey peer_survey_{"1.1", 2};
    NodeControl control_{.detector = detector_,
                         .survey = survey_,
                         .options = options_,
                         .transport = transport_,
                         .keys = keys_,
                         .log = log_.log(),
                         .telling = [this] { return telling(); },
                         .started = start,
                         .started_at = WallTime{}};
    StatusServer server_;
    EventStream stream_{context_, address("events"), log_.log()};
};

/// What ten lines of any language are: a REQ socket.
class Requester {
  public:
    explicit Requester(Bench& bench, zmq::socket_type type = zmq::socket_type::req)
        : bench_(bench), socket_(bench.context(), type) {
        socket_.set(zmq::sockopt::linger, 0);
        socket_.set(zmq::sockopt::rcvhwm, 1);
        socket_.connect(bench.server().address());
    }

    zmq::socket_t& socket() { return socket_; }

    void send(const std::string& bytes) {
        static_cast<void>(socket_.send(zmq::buffer(bytes), zmq::send_flags::none));
    }

    std::optional<std::string> poll() {
        zmq::message_t message;
        if (!socket_.recv(message, zmq::recv_flags::dontwait)) return {};
        return message.to_string();
    }

    std::string receive() {
        std::optional<std::string> answer;
        REQUIRE(eventually([&] {
            bench_.turn();
            return (answer = poll()).has_value();
        }));
        return *answer;
    }

    nlohmann::json ask(const nlohmann::json& request) {
        send(request.dump());
        return nlohmann::json::parse(receive());
    }

  private:
    Bench& bench_;
    zmq::socket_t socket_;
};

/// Runs the loop until the server has seen so many requests.
inline bool has_seen(Bench& bench, std::uint64_t count) {
    return eventually([&] {
        bench.turn();
        return bench.server().counters().requests >= count;
    });
}

}  // namespace hearsay::testing
