#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hearsay/codec.hpp"
#include "hearsay/detector.hpp"
#include "hearsay/random.hpp"

#include "support/catch.hpp"
#include "support/sample_messages.hpp"

namespace hearsay {
namespace {

using Frame = std::vector<std::byte>;
using std::chrono::hours;
using std::chrono::milliseconds;

constexpr std::size_t peer_count = 8;
constexpr int step_count = 300;

/// Peers and the detector itself, which is the first.
Identity member(std::size_t index) {
    const std::string name = "n" + std::to_string(index);
    return {.life = LifeId{100 + index},
            .name = name,
            .incarnation = 1000 + index,
            .endpoint = "tcp://" + name + ":7700",
            .tags_version = 0,
            .tags = {}};
}

Config config() {
    Config config = Config::local();
    config.cluster = "c";
    config.seeds = {"tcp://n0:7700", "tcp://n1:7700"};
    return config;
}

/// One detector under any inputs whatever: frames of peers it may know, of strangers and of
/// itself, damaged ones, pauses and jumps of time, broken links, refused dials, commands. What it
/// says about itself must hold after every turn.
class Ordeal {
  public:
    explicit Ordeal(std::uint64_t seed)
        : generator_(seed), detector_(config(), member(0), generator_.next(), now_) {}

    void take_step() {
        for (std::uint64_t count = generator_.below(4); count > 0; --count)
            put_in();
        if (generator_.chance(1, 12)) command();
        detector_.handle_timeout(now_);
        take_out();
        check();
        now_ += any_pause();
    }

    /// Everything it ever sent, and a line for each event.
    [[nodiscard]] const std::vector<Frame>& sent() const { return sent_; }
    [[nodiscard]] const std::vector<std::string>& told() const { return told_; }

  private:
    void put_in() {
        const LinkId link{generator_.below(12)};
        switch (generator_.below(10)) {
            case 0:
                detector_.handle_link_broken(link);
                break;
            case 1:
                detector_.handle_refused(member(generator_.below(peer_count)).life, now_);
                break;
            default:
                static_cast<void>(detector_.handle_message(any_frame(), link, now_));
                break;
        }
    }

    Frame any_frame() {
        // Its own words come back, late or at once, now and then.
        if (!sent_.empty() && generator_.chance(1, 20))
            return sent_[generator_.below(sent_.size())];
        Frame frame = encode(any_message());
        if (generator_.chance(1, 10)) frame[generator_.below(frame.size())] ^= std::byte{0x41};
        if (generator_.chance(1, 30)) frame.resize(generator_.below(frame.size()));
        return frame;
    }

    /// A message in which most of the lives are peers and most of the numbers are near.
    Message any_message() {
        Message message = testing::sample_message(generator_);
        if (!generator_.chance(1, 20)) message.cluster = "c";
        message.from = any_life();
        near(message.heartbeat);
        for (Row& row : message.rows) {
            row.life = any_life();
            near(row.heartbeat);
        }
        for (Accusation& accusation : message.accusations) {
            accusation.life = any_life();
            near(accusation.heartbeat);
        }
        for (Introduction& introduction : message.introductions)
            draw_near(introduction);
        for (Forget& forget : message.forgets) {
            forget.life = any_life();
            near(forget.heartbeat);
        }
        return message;
    }

    void draw_near(Introduction& introduction) {
        near(introduction.heartbeat);
        if (generator_.chance(1, 4)) return;
        const Identity known = member(generator_.below(peer_count));
        introduction.identity.name = known.name;
        if (generator_.chance(3, 4)) introduction.identity.endpoint = known.endpoint;
        if (generator_.chance(3, 4)) introduction.identity.life = known.life;
        if (generator_.chance(3, 4)) introduction.identity.incarnation = known.incarnation;
    }

    LifeId any_life() {
        if (generator_.chance(1, 10)) return LifeId{1 + generator_.next() / 2};
        return member(generator_.below(peer_count)).life;
    }

    void near(Heartbeat& heartbeat) {
        if (!generator_.chance(1, 10)) heartbeat = generator_.below(2000);
    }

    void command() {
        switch (generator_.below(12)) {
            case 0:
                detector_.leave(now_);
                break;
            case 1:
            case 2:
            case 3:
                static_cast<void>(detector_.forget(member(generator_.below(peer_count)).name,
                                                   generator_.chance(1, 3), now_));
                break;
            default:
                detector_.set_tags({{"step", std::to_string(sent_.size())}}, now_);
                break;
        }
    }

    Duration any_pause() {
        if (generator_.chance(1, 100)) return hours{1};
        if (generator_.chance(1, 20)) return milliseconds{generator_.below(5000)};
        if (generator_.chance(1, 2)) return detector_.next_deadline() - now_;
        return milliseconds{generator_.below(200)};
    }

    void take_out() {
        while (auto transmit = detector_.poll_transmit()) {
            check_frame(transmit->frame);
            sent_.push_back(std::move(transmit->frame));
        }
        while (const auto event = detector_.poll_event())
            told_.push_back(std::to_string(static_cast<int>(event->kind)) + event->subject.name);
    }

    void check_frame(const Frame& frame) {
        REQUIRE(frame.size() <= limits::frame_bytes_max);
        const auto message = decode(frame, "c");
        REQUIRE(message);
        const Message& told = message.value();
        if (std::exchange(life_, told.from) != told.from) heartbeat_ = 0;
        if (told.heartbeat == heartbeat_untold) return;
        REQUIRE(told.heartbeat >= std::exchange(heartbeat_, told.heartbeat));
    }

    void check() {
        if (detector_.next_deadline() <= now_) detector_.handle_timeout(now_);
        REQUIRE(detector_.next_deadline() > now_);
        REQUIRE(detector_.next_deadline() <= now_ + detector_.config().round);
        check_members(detector_.members(now_));
        const std::uint64_t incarnation = detector_.status(now_).self.incarnation;
        REQUIRE(incarnation >= std::exchange(incarnation_, incarnation));
    }

    void check_members(const std::vector<Member>& members) {
        const auto is_counted = [](const Member& member) {
            return member.is_self || is_up(member);
        };
        const auto roster_size = std::count_if(members.begin(), members.end(), is_counted);
        REQUIRE(detector_.status(now_).roster_size == static_cast<std::size_t>(roster_size));
        const auto is_self = [](const Member& member) { return member.is_self; };
        REQUIRE(std::count_if(members.begin(), members.end(), is_self) == 1);
        std::string_view last;
        for (const Member& member : members) {
            REQUIRE(member.identity.name > std::exchange(last, member.identity.name));
            check_member(member);
        }
        check_heartbeats(members);
    }

    void check_member(const Member& member) {
        REQUIRE(member.silence >= Duration::zero());
        REQUIRE(member.forgotten_in <= config().forget_after);
        REQUIRE((!is_up(member) || member.forgotten_in == Duration::zero()));
        REQUIRE(std::is_sorted(member.accusers.begin(), member.accusers.end()));
        REQUIRE(detector_.explain(member.identity.name, now_).has_value());
    }

    /// R3: while a life is listed its heartbeat never falls.
    void check_heartbeats(const std::vector<Member>& members) {
        std::map<LifeId, Heartbeat> heartbeats;
        for (const Member& member : members) {
            const LifeId life = member.identity.life;
            REQUIRE(member.heartbeat >= heartbeats_[life]);
            heartbeats[life] = member.heartbeat;
        }
        heartbeats_ = std::move(heartbeats);
    }

    static bool is_up(const Member& member) {
        return member.state == MemberState::alive || member.state == MemberState::suspect;
    }

    Random generator_;
    Instant now_ = Instant{} + hours{1};
    Detector detector_;
    std::vector<Frame> sent_;
    std::vector<std::string> told_;
    LifeId life_ = member(0).life;
    Heartbeat heartbeat_ = 0;
    std::uint64_t incarnation_ = 0;
    /// What was held of each listed life.
    std::map<LifeId, Heartbeat> heartbeats_;
};

TEST_CASE("whatever comes in, the detector stays sound", "[detector_property]") {
    const auto seed = GENERATE(range(0, 60));
    CAPTURE(seed);
    Ordeal ordeal(static_cast<std::uint64_t>(seed));

    for (int step = 0; step < step_count; ++step) {
        CAPTURE(step);
        ordeal.take_step();
    }

    CHECK_FALSE(ordeal.sent().empty());
}

TEST_CASE("the same seed and inputs give the same bytes and events", "[detector_property]") {
    const auto seed = GENERATE(range(0, 20));
    CAPTURE(seed);
    Ordeal one(static_cast<std::uint64_t>(seed));
    Ordeal other(static_cast<std::uint64_t>(seed));

    for (int step = 0; step < step_count; ++step) {
        one.take_step();
        other.take_step();
    }

    CHECK(one.sent() == other.sent());
    CHECK(one.told() == other.told());
}

}  // namespace
}  // namespace hearsay
