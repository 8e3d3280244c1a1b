#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <zmq.hpp>

#include "clock.hpp"
#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/heard_log.hpp"
#include "transport.hpp"

namespace hearsay::testing {

inline constexpr LinkOptions generous{.round = std::chrono::minutes(1),
                                      .patience = std::chrono::minutes(1),
                                      .idle = std::chrono::minutes(3)};

inline std::vector<std::byte> bytes(const std::string& text) {
    const auto* const data = reinterpret_cast<const std::byte*>(text.data());  // NOLINT
    return {data, data + text.size()};
}

struct Arrival {
    std::string frame;
    LinkId link;
    /// The name of the member whose key has sent it; empty without keys.
    std::string speaker;
};

/// A transport of its own context, whose clock the test sets forward.
class Side {
  public:
    explicit Side(TransportOptions options)
        : transport_(context_, std::move(options), log_.log()) {}
    explicit Side(const std::string& bind = "tcp://127.0.0.1:0", LinkOptions link = generous)
        : Side(TransportOptions{.bind = bind, .link = link}) {}

    void send(const std::string& endpoint, const std::string& frame, LinkId link = LinkId::none) {
        transport_.send({.link = link, .endpoint = endpoint, .frame = bytes(frame)}, now_);
    }
    /// One turn of a loop, without a sleep.
    void turn() {
        poll_set_.clear();
        transport_.watch(poll_set_);
        poll_set_.wait(Duration::zero());
        transport_.receive(now_, [this](const auto& frame, LinkId link, const auto* speaker) {
            arrivals_.push_back({frame.to_string(), link, speaker == nullptr ? "" : speaker->name});
            return takes_all_;
        });
        transport_.handle_turn(now_);
    }
    /// From now on every frame is taken for one that was refused.
    void refuse_all() { takes_all_ = false; }
    void pass(Duration span) { now_ += span; }
    void probe(const std::string& endpoint) {
        transport_.probe({.life = LifeId{1}, .endpoint = endpoint}, now_);
    }

    [[nodiscard]] const std::string& endpoint() const { return transport_.bound_endpoint(); }
    [[nodiscard]] const TransportCounters& counters() const { return transport_.counters(); }
    [[nodiscard]] const std::vector<Arrival>& arrivals() const { return arrivals_; }
    Transport& transport() { return transport_; }
    [[nodiscard]] std::string log() const { return log_.text(); }

  private:
    zmq::context_t context_;
    HeardLog log_;
    Transport transport_;
    PollSet poll_set_;
    bool takes_all_ = true;
    Instant now_ = steady_now();
    std::vector<Arrival> arrivals_;
};

/// Turns both sides until so many frames have arrived at the first.
inline bool arrive(Side& at, std::size_t count, Side& other) {
    return eventually([&] {
        at.turn();
        other.turn();
        return at.arrivals().size() >= count;
    });
}

/// A link from `a` to `b` that stands; returns its number at `b`.
inline LinkId link_up(Side& a, Side& b) {
    const std::size_t before = b.arrivals().size();
    a.send(b.endpoint(), "hello");
    REQUIRE(arrive(b, before + 1, a));
    return b.arrivals().back().link;
}

}  // namespace hearsay::testing
