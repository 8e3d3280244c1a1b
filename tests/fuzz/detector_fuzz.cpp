#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hearsay/check.hpp"
#include "hearsay/codec.hpp"
#include "hearsay/detector.hpp"

// The input is a script: steps for two detectors that talk with each other and are talked to by
// peers that say anything. What they promise about themselves must hold after every turn.

namespace hearsay {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t peer_count = 6;

/// Reads the script; behind its end everything is zero.
class Script {
  public:
    explicit Script(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

    [[nodiscard]] bool is_over() const { return bytes_.empty(); }

    std::uint64_t byte() {
        if (bytes_.empty()) return 0;
        const std::uint8_t next = bytes_.front();
        bytes_ = bytes_.subspan(1);
        return next;
    }
    std::uint64_t below(std::uint64_t bound) { return byte() % bound; }

    /// Near a hundred, or one of the numbers at which something changes.
    std::uint64_t number() {
        constexpr std::array<std::uint64_t, 8> special{0,
                                                       heartbeat_left,
                                                       heartbeat_left - 1,
                                                       heartbeat_left - (1U << 20U),
                                                       std::uint64_t{1} << 46U,
                                                       (std::uint64_t{1} << 46U) + 1,
                                                       std::uint64_t{1} << 32U,
                                                       1000};
        const std::uint64_t value = byte();
        return value < special.size() ? special.at(value) : 100 + value;
    }
    milliseconds span() { return milliseconds{std::uint64_t{1} << below(24)}; }

    std::vector<std::byte> bytes(std::size_t size_max) {
        const auto taken = bytes_.first(std::min(size_max, bytes_.size()));
        bytes_ = bytes_.subspan(taken.size());
        const auto view = std::as_bytes(taken);
        return {view.begin(), view.end()};
    }

  private:
    std::span<const std::uint8_t> bytes_;
};

/// The first two are the detectors.
Identity member(std::uint64_t index) {
    const std::string name = "n" + std::to_string(index);
    return {.life = LifeId{1 + index},
            .name = name,
            .incarnation = 100,
            .endpoint = "tcp://" + name + ":7700",
            .tags_version = 0,
            .tags = {}};
}

LifeId any_life(Script& script) {
    return LifeId{1 + script.below(peer_count)};
}

/// A name that somebody bears, perhaps by another life or elsewhere.
Introduction any_introduction(Script& script) {
    Identity identity = member(script.below(peer_count));
    const std::uint64_t changes = script.byte();
    if ((changes & 1U) != 0) identity.life = LifeId{1 + script.byte()};
    if ((changes & 2U) != 0) identity.endpoint = member(script.below(peer_count)).endpoint;
    if ((changes & 4U) != 0) identity.incarnation = script.number();
    if ((changes & 8U) != 0) identity.tags_version = script.number();
    if ((changes & 16U) != 0) identity.tags = {{"k", std::string(script.below(100), 'v')}};
    if ((changes & 32U) != 0) identity.name += std::to_string(script.byte());
    return {.identity = identity, .heartbeat = script.number(), .age = script.span()};
}

Accusation any_accusation(Script& script) {
    std::vector<LifeId> accusers;
    const std::uint64_t first = 1 + script.below(8);
    const std::uint64_t count = 1 + script.below(limits::accusers_max);
    for (std::uint64_t i = 0; i < count; ++i)
        accusers.push_back(LifeId{first + i});
    return {.life = any_life(script),
            .heartbeat = script.number(),
            .age = script.span(),
            .cause = script.below(2) == 0 ? Cause::silence : Cause::refused,
            .accusers = accusers};
}

Message any_message(Script& script) {
    Message message;
    message.cluster = "demo";
    message.from = any_life(script);
    message.heartbeat = script.number();
    message.promise = script.span();
    message.digest = script.byte();
    message.wants_answer = script.below(2) == 0;
    for (std::uint64_t count = script.below(4); count > 0; --count) {
        message.rows.push_back(
            {.life = any_life(script), .heartbeat = script.number(), .age = script.span()});
    }
    for (std::uint64_t count = script.below(3); count > 0; --count)
        message.accusations.push_back(any_accusation(script));
    for (std::uint64_t count = script.below(4); count > 0; --count)
        message.introductions.push_back(any_introduction(script));
    for (std::uint64_t count = script.below(3); count > 0; --count)
        message.wants.push_back(roster_key(any_life(script), 0));
    for (std::uint64_t count = script.below(4); count > 0; --count)
        message.roster.push_back(roster_key(any_life(script), script.below(2)));
    for (std::uint64_t count = script.below(3); count > 0; --count)
        message.forgets.push_back({.life = any_life(script), .heartbeat = script.number()});
    return message;
}

/// One detector under the script, and what it promises about itself.
class Subject {
  public:
    Subject(std::uint64_t index, Instant now)
        : life_(member(index).life), detector_(config(), member(index), index, now) {}

    [[nodiscard]] Detector& detector() { return detector_; }

    /// Judges, checks, and hands out what was sent.
    std::vector<Transmit> turn(Instant now) {
        detector_.handle_timeout(now);
        // A second look at what the first turn changed; there must not be a third.
        if (detector_.next_deadline() <= now) detector_.handle_timeout(now);
        HEARSAY_CHECK(detector_.next_deadline() > now);
        HEARSAY_CHECK(detector_.next_deadline() <= now + detector_.config().round);
        check_view(now);
        std::vector<Transmit> sent;
        while (auto transmit = detector_.poll_transmit()) {
            check_frame(transmit->frame);
            sent.push_back(*std::move(transmit));
        }
        while (const auto probe = detector_.poll_probe())
            HEARSAY_CHECK(probe->life != detector_.self().life);
        while (detector_.poll_event()) {
        }
        return sent;
    }

  private:
    static Config config() {
        Config config = Config::local();
        config.cluster = "demo";
        config.seeds = {member(0).endpoint, member(1).endpoint, member(2).endpoint};
        return config;
    }

    void check_frame(const std::vector<std::byte>& frame) {
        HEARSAY_CHECK(frame.size() <= limits::frame_bytes_max);
        const auto message = decode(frame, "demo");
        HEARSAY_CHECK(message);
        const Message& told = message.value();
        if (std::exchange(life_, told.from) != told.from) heartbeat_ = 0;
        // It keeps its heartbeat while it hears nobody (R12).
        if (told.heartbeat == heartbeat_untold) return;
        HEARSAY_CHECK(told.heartbeat >= std::exchange(heartbeat_, told.heartbeat));
    }

    void check_view(Instant now) {
        const std::vector<Member> members = detector_.members(now);
        HEARSAY_CHECK(members.size() <= limits::members_max);
        std::map<LifeId, Heartbeat> heartbeats;
        std::size_t roster_size = 0;
        std::string_view last;
        for (const Member& each : members) {
            HEARSAY_CHECK(each.identity.name > last);
            last = each.identity.name;
            if (each.is_self) {
                ++roster_size;
                continue;
            }
            HEARSAY_CHECK(each.heartbeat >= heartbeats_[each.identity.life]);
            heartbeats[each.identity.life] = each.heartbeat;
            HEARSAY_CHECK(each.silence >= Duration::zero());
            const bool is_up =
                each.state == MemberState::alive || each.state == MemberState::suspect;
            roster_size += is_up ? 1 : 0;
        }
        heartbeats_ = std::move(heartbeats);
        const Status status = detector_.status(now);
        HEARSAY_CHECK(status.roster_size == roster_size);
        HEARSAY_CHECK(status.peers_agreeing <= status.peers_heard);
        HEARSAY_CHECK(status.self.incarnation >=
                      std::exchange(incarnation_, status.self.incarnation));
    }

    LifeId life_;
    Heartbeat heartbeat_ = 0;
    std::uint64_t incarnation_ = 0;
    std::map<LifeId, Heartbeat> heartbeats_;
    Detector detector_;
};

/// The two, and the time.
class Play {
  public:
    void step(Script& script) {
        Subject& subject = subjects_.at(script.below(2));
        const LinkId link{1 + script.below(8)};
        switch (script.below(10)) {
            case 0:
                hand_in(subject, script.bytes(script.byte()), link);
                break;
            case 1:
            case 2:
            case 3:
                hand_in(subject, encode(any_message(script)), link);
                break;
            case 4:
                subject.detector().handle_link_broken(link);
                break;
            case 5:
                probe(subject, script);
                break;
            case 6:
                command(subject, script);
                break;
            case 7:
                now_ += milliseconds{script.byte() * script.byte()};
                break;
            default:
                now_ = std::max(now_, subject.detector().next_deadline());
                break;
        }
        turn();
    }

  private:
    void hand_in(Subject& subject, const std::vector<std::byte>& frame, LinkId link) {
        static_cast<void>(subject.detector().handle_message(frame, link, now_));
    }

    void probe(Subject& subject, Script& script) {
        subject.detector().handle_refused(member(script.below(peer_count)).life, now_);
    }

    void command(Subject& subject, Script& script) {
        switch (script.below(8)) {
            case 0:
                subject.detector().leave(now_);
                break;
            case 1:
            case 2:
            case 3:
                static_cast<void>(subject.detector().forget(member(script.below(peer_count)).name,
                                                            script.below(2) == 0, now_));
                break;
            default:
                subject.detector().set_tags({{"k", std::to_string(script.byte())}}, now_);
                break;
        }
    }

    /// Both take a turn, and what they sent one another arrives before the next.
    void turn() {
        for (std::size_t index = 0; index < subjects_.size(); ++index) {
            Subject& receiver = subjects_.at(1 - index);
            for (const Transmit& each : subjects_.at(index).turn(now_)) {
                const bool is_ours = each.endpoint == member(1 - index).endpoint;
                if (is_ours) hand_in(receiver, each.frame, LinkId{100 + index});
            }
        }
    }

    Instant now_ = Instant{} + std::chrono::hours(1);
    std::array<Subject, 2> subjects_{Subject{0, now_}, Subject{1, now_}};
};

}  // namespace
}  // namespace hearsay

// The name is libFuzzer's. NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    hearsay::Script script(std::span(data, size));
    hearsay::Play play;
    while (!script.is_over())
        play.step(script);
    return 0;
}
