#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hearsay/codec.hpp"
#include "hearsay/detector.hpp"

#include "support/catch.hpp"

namespace hearsay::testing {

/// A member that exists in a test alone: it says what the test hands in for it.
struct Peer {
    Identity identity;
    LinkId link{};
    /// Its last.
    Heartbeat heartbeat = 100;
    /// Of its next word; zero is the detector's round.
    Milliseconds promise{};

    [[nodiscard]] LifeId life() const { return identity.life; }
    [[nodiscard]] const std::string& name() const { return identity.name; }
};

/// The peer of that number. Its life id is greater than the detector's, which asks it therefore.
inline Peer peer(std::uint64_t index) {
    const std::string name = "p" + std::to_string(index);
    return {.identity = {.life = LifeId{1000 + index},
                         .name = name,
                         .incarnation = 1000,
                         .endpoint = "tcp://" + name + ":7700",
                         .tags_version = 0,
                         .tags = {}},
            .link = LinkId{index}};
}

/// What a peer says of itself.
inline Introduction introduction(const Peer& peer, Milliseconds age = {}) {
    return {.identity = peer.identity, .heartbeat = peer.heartbeat, .age = age};
}

/// That its present heartbeat advanced so long ago.
inline Row row(const Peer& peer, Milliseconds age = {}) {
    return {.life = peer.life(), .heartbeat = peer.heartbeat, .age = age};
}

/// Of its present heartbeat.
inline Accusation accusation(const Peer& subject, std::vector<LifeId> accusers,
                             Cause cause = Cause::silence) {
    return {.life = subject.life(),
            .heartbeat = subject.heartbeat,
            .age = {},
            .cause = cause,
            .accusers = std::move(accusers)};
}

/// A frame the detector sent, read again.
struct Sent {
    Instant at;
    LinkId link{};
    std::string endpoint;
    Message message;

    [[nodiscard]] bool is_to(const Peer& peer) const {
        return endpoint == peer.identity.endpoint || link == peer.link;
    }
};

/// What a frame does, for picking some out.
inline bool asks(const Sent& sent) {
    return sent.message.wants_answer;
}
inline bool accuses(const Sent& sent) {
    return !sent.message.accusations.empty();
}
inline bool introduces(const Sent& sent) {
    return !sent.message.introductions.empty();
}
inline bool brings_rows(const Sent& sent) {
    return !sent.message.rows.empty();
}
inline bool brings_roster(const Sent& sent) {
    return !sent.message.roster.empty();
}
template <typename Predicate>
std::size_t count_of(const std::vector<Sent>& all, const Predicate& is_wanted) {
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), is_wanted));
}

/// All but the first, which falls silent in many a test.
inline std::span<Peer> but_first(std::vector<Peer>& peers) {
    return std::span(peers).subspan(1);
}

/// One detector, named "self", among peers that are invented: a test hands in what they say, lets
/// time pass, and looks at what is sent and told. Whatever is sent must be a sound frame, with a
/// heartbeat greater than the last one unless this node is isolated or withdrawn.
class LoneDetector {
  public:
    static Identity self() {
        return {.life = LifeId{500},
                .name = "self",
                .incarnation = 1000,
                .endpoint = "tcp://self:7700",
                .tags_version = 0,
                .tags = {}};
    }

    /// Round 200 ms, suspect_after 600 ms, fail_after 1 s.
    static Config local() {
        Config config = Config::local();
        config.cluster = "test";
        return config;
    }

    explicit LoneDetector(const Config& config = local(), std::uint64_t seed = 1)
        : detector_(config, self(), seed, now_) {}

    [[nodiscard]] Detector& detector() { return detector_; }
    [[nodiscard]] Instant now() const { return now_; }

    /// The head of the peer's next message: agrees on the roster.
    [[nodiscard]] Message message(Peer& from) const {
        Message message;
        message.cluster = detector_.config().cluster;
        message.from = from.life();
        message.heartbeat = ++from.heartbeat;
        const auto round = std::chrono::ceil<Milliseconds>(detector_.config().round);
        message.promise = from.promise == Milliseconds{} ? round : from.promise;
        message.digest = detector_.status(now_).digest;
        return message;
    }
    [[nodiscard]] Message question(Peer& from) const {
        Message question = message(from);
        question.wants_answer = true;
        return question;
    }

    void hand_in(const Message& message, LinkId link) {
        heard_at_ = now_;
        REQUIRE_FALSE(detector_.handle_message(encode(message), link, now_).has_value());
        take_out();
    }
    /// The peer is heard, with nothing special to say.
    void hear(Peer& from) { hand_in(message(from), from.link); }
    void hear(Peer& from, const Row& row) {
        Message parts = message(from);
        parts.rows.push_back(row);
        hand_in(parts, from.link);
    }
    void hear(Peer& from, const Accusation& accusation) {
        Message parts = message(from);
        parts.accusations.push_back(accusation);
        hand_in(parts, from.link);
    }
    void hear(Peer& from, const Introduction& introduction) {
        Message parts = message(from);
        parts.introductions.push_back(introduction);
        hand_in(parts, from.link);
    }

    /// The link to the peer breaks.
    void lose_link(const Peer& peer) {
        detector_.handle_link_broken(peer.link);
        turn();
    }
    /// A probe of the peer is refused.
    void refuse(const Peer& peer) {
        detector_.handle_refused(peer.life(), now_);
        turn();
    }

    /// The peers 1 to `count` introduce themselves; what that causes is not kept.
    std::vector<Peer> meet(std::uint64_t count) {
        std::vector<Peer> peers;
        for (std::uint64_t index = 1; index <= count; ++index)
            peers.push_back(peer(index));
        for (Peer& each : peers)
            hear(each, introduction(each));
        for (Peer& each : peers)
            hear(each);
        pass(std::chrono::milliseconds(50));
        forget_outputs();
        return peers;
    }

    void turn() {
        detector_.handle_timeout(now_);
        take_out();
    }

    /// Time passes, with a turn at every deadline; `heard` are heard every round, or once in the
    /// time that the first of them promises.
    void pass(Duration span, std::span<Peer> heard = {}) {
        const Duration promise = heard.empty() ? Duration{} : heard.front().promise;
        const Instant end = now_ + span;
        Instant pulse_at = now_;
        while (true) {
            if (now_ == pulse_at) {
                for (Peer& each : heard)
                    hear(each);
                pulse_at += promise == Duration{} ? detector_.config().round : promise;
            }
            turn();
            if (detector_.next_deadline() <= now_) turn();
            REQUIRE(detector_.next_deadline() > now_);
            if (now_ == end) return;
            now_ = std::min({detector_.next_deadline(), pulse_at, end});
        }
    }

    /// Time passes and this node does not run.
    void stall(Duration span) { now_ += span; }

    [[nodiscard]] const std::vector<Sent>& sent() const { return sent_; }
    [[nodiscard]] std::vector<Sent> sent_to(const Peer& peer) const {
        std::vector<Sent> found;
        std::copy_if(sent_.begin(), sent_.end(), std::back_inserter(found),
                     [&](const Sent& each) { return each.is_to(peer); });
        return found;
    }
    [[nodiscard]] const std::vector<Probe>& probes() const { return probes_; }
    [[nodiscard]] const std::vector<Event>& events() const { return events_; }
    [[nodiscard]] std::vector<Event> events(EventKind kind) const {
        std::vector<Event> found;
        std::copy_if(events_.begin(), events_.end(), std::back_inserter(found),
                     [&](const Event& each) { return each.kind == kind; });
        return found;
    }
    /// Those of `peers` to whom something was sent that `is_wanted` says yes to.
    template <typename Predicate>
    [[nodiscard]] std::set<LifeId> receivers(std::span<const Peer> peers,
                                             const Predicate& is_wanted) const {
        std::set<LifeId> found;
        for (const Peer& each : peers) {
            const auto sent = sent_to(each);
            if (std::any_of(sent.begin(), sent.end(), is_wanted)) found.insert(each.life());
        }
        return found;
    }
    void forget_outputs() {
        sent_.clear();
        probes_.clear();
        events_.clear();
    }

    [[nodiscard]] Status status() const { return detector_.status(now_); }
    /// The member of that name, if one is listed.
    [[nodiscard]] std::optional<Member> member(std::string_view name) const {
        for (Member& each : detector_.members(now_)) {
            if (each.identity.name == name) return std::move(each);
        }
        return std::nullopt;
    }
    [[nodiscard]] MemberState state(const Peer& peer) const {
        const auto found = member(peer.name());
        REQUIRE(found.has_value());
        return found->state;
    }

  private:
    void take_out() {
        while (auto transmit = detector_.poll_transmit()) {
            auto message = decode(transmit->frame, detector_.config().cluster);
            REQUIRE(message);
            check_heartbeat(message.value());
            sent_.push_back({.at = now_,
                             .link = transmit->link,
                             .endpoint = std::move(transmit->endpoint),
                             .message = std::move(message.value())});
        }
        while (auto probe = detector_.poll_probe())
            probes_.push_back(*std::move(probe));
        while (auto event = detector_.poll_event())
            events_.push_back(*std::move(event));
    }

    /// R2 and its exception in R12, for every message of every test.
    void check_heartbeat(const Message& message) {
        if (std::exchange(life_, message.from) != message.from) heartbeat_ = 0;
        if (message.heartbeat == heartbeat_untold) {
            const bool may_be_isolated = now_ - heard_at_ >= detector_.config().round * 3 / 2;
            REQUIRE((may_be_isolated || status().is_withdrawn));
            return;
        }
        const Heartbeat last = std::exchange(heartbeat_, message.heartbeat);
        if (message.heartbeat != heartbeat_left) REQUIRE(message.heartbeat > last);
    }

    Instant now_ = Instant{} + std::chrono::hours(1);
    Detector detector_;
    std::vector<Sent> sent_;
    std::vector<Probe> probes_;
    std::vector<Event> events_;
    LifeId life_ = self().life;
    Heartbeat heartbeat_ = 0;
    Instant heard_at_ = now_;
};

/// The first peer falls silent, which all others say as well, until it has just been held for
/// failed.
inline void let_first_fail(LoneDetector& lone, std::vector<Peer>& peers) {
    const auto others = but_first(peers);
    lone.pass(lone.detector().config().suspect_after, others);
    for (Peer& each : others)
        lone.hear(each, accusation(peers[0], {each.life()}));
    for (int turn = 0; turn < 200 && lone.state(peers[0]) != MemberState::failed; ++turn)
        lone.pass(std::chrono::milliseconds(50), others);
    REQUIRE(lone.state(peers[0]) == MemberState::failed);
}

}  // namespace hearsay::testing
