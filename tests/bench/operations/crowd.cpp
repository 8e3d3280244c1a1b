#include "crowd.hpp"

#include <chrono>
#include <string>

#include "hearsay/check.hpp"

#include "rings.hpp"

namespace hearsay::bench {
namespace {

Identity identity(std::uint64_t number) {
    const std::string name = "node-" + std::to_string(number);
    return {.life = LifeId{number * 0x9e37'79b9'7f4a'7c15U + 1},
            .name = name,
            .incarnation = 1000,
            .endpoint = "tcp://" + name + ".example:7700",
            .tags_version = 0,
            .tags = {}};
}

Config config() {
    Config lan = Config::lan();
    lan.cluster = "bench";
    return lan;
}

}  // namespace

Crowd::Crowd(std::size_t size) : detector_(config(), identity(0), 1, now_) {
    Rings rings(detector_.config().ring_count);
    rings.insert(identity(0).life);
    for (std::uint64_t number = 1; number < size; ++number) {
        const Identity member = identity(number);
        HEARSAY_CHECK(detector_.acquaint(member, now_));
        lives_.push_back(member.life);
        rings.insert(member.life);
    }
    neighbours_ = rings.neighbours(identity(0).life, [](LifeId) { return false; });
    digest_ = detector_.status(now_).digest;
    take_out();
}

Message Crowd::pulse(LifeId from) {
    Message message;
    message.cluster = detector_.config().cluster;
    message.from = from;
    message.heartbeat = ++heartbeat_;
    message.promise = std::chrono::ceil<Milliseconds>(detector_.config().round);
    message.digest = digest_;
    message.wants_answer = true;
    return message;
}

Message Crowd::delta(LifeId from) {
    Message message = pulse(from);
    for (std::size_t row = 0; row < detector_.config().rows_per_delta; ++row) {
        const LifeId subject = lives_[next_++ % lives_.size()];
        message.rows.push_back({.life = subject, .heartbeat = ++heartbeat_, .age = {}});
    }
    return message;
}

void Crowd::hand_in(const std::vector<std::byte>& frame, LifeId from) {
    // A link of its own for each member.
    const LinkId link{static_cast<std::uint64_t>(from)};
    const auto refused = detector_.handle_message(frame, link, now_);
    HEARSAY_CHECK(!refused);
    take_out();
}

void Crowd::turn() {
    detector_.handle_timeout(now_);
    take_out();
}

void Crowd::take_out() {
    while (detector_.poll_transmit()) {
    }
    while (detector_.poll_event()) {
    }
}

}  // namespace hearsay::bench
