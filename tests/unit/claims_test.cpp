#include "claims.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/heard_log.hpp"

namespace hearsay {
namespace {

using namespace std::chrono_literals;
using Catch::Matchers::Contains;

constexpr Duration fail_after = 4s;
/// By the clock of all, in milliseconds: when the members of these tests started.
constexpr std::uint64_t started = 1'000'000;

Identity member(std::uint64_t number, std::uint64_t incarnation = started) {
    Identity identity;
    identity.life = LifeId{number * 7919};
    identity.name = "n" + std::to_string(number);
    identity.incarnation = incarnation;
    return identity;
}

Event event_of(EventKind kind, const Identity& subject, Duration at) {
    Event event;
    event.kind = kind;
    event.at = Instant{} + at;
    event.subject = subject;
    return event;
}

/// Some nodes that see the same, each with its own claims, and what each of them runs.
class Cluster {
  public:
    explicit Cluster(std::size_t count, const std::string& handler = "once:failed,left=x") {
        for (std::uint64_t number = 1; number <= count; ++number) {
            View& view = views_.emplace_back(member(number), log_.log());
            view.claims.set_commands({handler});
        }
        for (View& view : views_) {
            for (const View& other : views_) {
                if (&view != &other) see(view, event_of(EventKind::joined, other.self, 0s));
            }
        }
        runs_.clear();
    }

    /// All that run see it, but for those that are dead or the subject itself.
    void happen(const Event& event) {
        for (View& view : views_) {
            if (view.self.life != event.subject.life && !view.is_dead) see(view, event);
        }
    }
    void happen_at(std::uint64_t number, const Event& event) { see(view_of(number), event); }
    void die(std::uint64_t number) { view_of(number).is_dead = true; }

    /// Who ran the handler, in order: "n2 failed n3".
    [[nodiscard]] const std::vector<std::string>& runs() const { return runs_; }
    [[nodiscard]] std::string log() const { return log_.text(); }
    void set_handlers(const std::vector<std::string>& handlers) {
        for (View& view : views_)
            view.claims.set_commands(handlers);
    }

    /// The members in the order in which they would tell of it, without the subject.
    [[nodiscard]] std::vector<std::uint64_t> order(std::uint64_t subject, EventKind kind) const {
        std::vector<std::uint64_t> numbers;
        for (std::uint64_t number = 1; number <= views_.size(); ++number) {
            if (number != subject) numbers.push_back(number);
        }
        std::sort(numbers.begin(), numbers.end(), [&](std::uint64_t a, std::uint64_t b) {
            const LifeId life = member(subject).life;
            return claim_rank(life, kind, member(a).life) > claim_rank(life, kind, member(b).life);
        });
        return numbers;
    }

  private:
    struct View {
        View(Identity identity, Log& log) : self(std::move(identity)), claims(fail_after, log) {}
        Identity self;
        Claims claims;
        bool is_dead = false;
    };

    View& view_of(std::uint64_t number) { return views_.at(number - 1); }
    void see(View& view, const Event& event) {
        Occurrence occurrence;
        occurrence.event = event;
        occurrence.at = WallTime{std::chrono::milliseconds(started + 60'000)} +
                        std::chrono::duration_cast<WallTime::duration>(event.at - Instant{});
        view.claims.note(occurrence, view.self);
        const std::string kind = event.kind == EventKind::failed ? " failed " : " other ";
        if (occurrence.share == HandlerShare::all)
            runs_.push_back(view.self.name + kind + event.subject.name);
        for (const SharedOccurrence& other : view.claims.take_over()) {
            CHECK(other->share == HandlerShare::taken_over);
            runs_.push_back(view.self.name + " takes over " + other->event.subject.name);
        }
    }

    testing::HeardLog log_;
    std::deque<View> views_;
    std::vector<std::string> runs_;
};

using Runs = std::vector<std::string>;

std::string name(std::uint64_t number) {
    return "n" + std::to_string(number);
}

TEST_CASE("the rank of a claim is the same on all machines and in all releases", "[claims]") {
    CHECK(claim_rank(LifeId{1}, EventKind::failed, LifeId{2}) == 0x77563b40c4e9df6aU);
    CHECK(claim_rank(LifeId{0xfedcba9876543210U}, EventKind::left, LifeId{3}) ==
          0xa4d2bb8c98bab859U);
}

TEST_CASE("one of the living is chosen for an event, and each of them now and then", "[claims]") {
    constexpr std::uint64_t deaths = 400;
    std::map<LifeId, int> chosen;
    for (std::uint64_t death = 1; death <= deaths; ++death) {
        std::vector<LifeId> living{LifeId{901}, LifeId{902}, LifeId{903}, LifeId{904}};
        ++chosen[*std::max_element(living.begin(), living.end(), [&](LifeId a, LifeId b) {
            return claim_rank(LifeId{death}, EventKind::failed, a) <
                   claim_rank(LifeId{death}, EventKind::failed, b);
        })];
    }

    REQUIRE(chosen.size() == 4);
    for (const auto& [life, count] : chosen)
        CHECK((count > 60 && count < 140));
}

TEST_CASE("ten deaths at once are ten messages, not ten for each node", "[claims]") {
    Cluster cluster(30);
    for (std::uint64_t number = 1; number <= 10; ++number)
        cluster.die(number);

    for (std::uint64_t number = 1; number <= 10; ++number)
        cluster.happen(event_of(EventKind::failed, member(number), 10s));

    std::map<std::string, int> told;
    for (const std::string& run : cluster.runs())
        ++told[run.substr(run.rfind(' '))];
    CHECK(cluster.runs().size() == 10);
    CHECK(told.size() == 10);
}

TEST_CASE("what the chosen one cannot tell any more the next one tells", "[claims]") {
    Cluster cluster(8);
    const auto order = cluster.order(3, EventKind::failed);
    cluster.die(3);
    cluster.die(order[0]);
    cluster.die(order[1]);

    cluster.happen(event_of(EventKind::failed, member(3), 10s));
    CHECK(cluster.runs().empty());
    cluster.happen(event_of(EventKind::failed, member(order[0]), 11s));
    cluster.happen(event_of(EventKind::failed, member(order[1]), 12s));

    const std::string expected = name(order[2]) + " takes over n3";
    CHECK(std::count(cluster.runs().begin(), cluster.runs().end(), expected) == 1);
    CHECK(std::count_if(cluster.runs().begin(), cluster.runs().end(),
                        [](const auto& run) { return run.ends_with(" n3"); }) == 1);
    CHECK_THAT(cluster.log(), Contains("tells \"failed n3\" in the place of " + name(order[1]) +
                                       ", which is gone"));
}

TEST_CASE("a chosen one that started again has lost what it was to tell", "[claims]") {
    Cluster cluster(5);
    const auto order = cluster.order(3, EventKind::failed);
    cluster.die(3);
    cluster.die(order[0]);
    cluster.happen(event_of(EventKind::failed, member(3), 10s));
    Event restart = event_of(EventKind::restarted, member(99, started + 71'000), 11s);
    restart.former_life = member(order[0]).life;

    cluster.happen(restart);

    CHECK(cluster.runs() == Runs{name(order[1]) + " takes over n3"});
}

TEST_CASE("a chosen one that leaves in good order has told", "[claims]") {
    Cluster cluster(5, "once:failed=x");
    const auto order = cluster.order(3, EventKind::failed);
    cluster.die(3);

    cluster.happen(event_of(EventKind::failed, member(3), 10s));
    cluster.happen(event_of(EventKind::left, member(order[0]), 11s));

    CHECK(cluster.runs() == Runs{name(order[0]) + " failed n3"});
}

TEST_CASE("nothing is taken over long after, or when the member is back", "[claims]") {
    Cluster cluster(5, "once:failed=x");
    const auto order = cluster.order(3, EventKind::failed);
    cluster.happen(event_of(EventKind::failed, member(3), 10s));
    REQUIRE(cluster.runs() == Runs{name(order[0]) + " failed n3"});

    SECTION("long after") {
        cluster.happen(event_of(EventKind::failed, member(order[0]), 10s + 12 * fail_after + 1us));
        CHECK(cluster.runs().size() == 2);
    }
    SECTION("when it is back") {
        cluster.happen(event_of(EventKind::recovered, member(3), 11s));
        cluster.happen(event_of(EventKind::failed, member(order[0]), 12s));
        CHECK(cluster.runs().size() == 2);
    }
    SECTION("but before that") {
        cluster.happen(event_of(EventKind::failed, member(order[0]), 10s + 12 * fail_after));
        CHECK(cluster.runs().size() == 3);
    }
}

TEST_CASE("nobody counts on a member that started after the last word", "[claims]") {
    Cluster cluster(5);
    const auto order = cluster.order(3, EventKind::failed);
    // It would be the first by its rank.
    Identity newcomer = member(1000);
    while (claim_rank(member(3).life, EventKind::failed, newcomer.life) <
           claim_rank(member(3).life, EventKind::failed, member(order[0]).life))
        newcomer.life = LifeId{number(newcomer.life) + 1};
    Event death = event_of(EventKind::failed, member(3), 10s);
    death.silence = 4s;
    const bool is_late = GENERATE(true, false);
    newcomer.incarnation = started + 60'000 + 6'000 + (is_late ? 1 : 0);

    cluster.happen(event_of(EventKind::joined, newcomer, 9s));
    cluster.happen(death);

    const bool is_told =
        !cluster.runs().empty() && cluster.runs().back() == name(order[0]) + " failed n3";
    CHECK(is_told == is_late);
}

TEST_CASE("where all started after the last word, one of them tells", "[claims]") {
    Cluster cluster(3);
    Event death = event_of(EventKind::failed, member(3), 10s);
    death.silence = 10min;

    cluster.happen(death);

    CHECK(cluster.runs().size() == 1);
}

TEST_CASE("a start is told by an older member, and that of the first by nobody", "[claims]") {
    Cluster cluster(4, "once:joined=x");

    cluster.happen(event_of(EventKind::joined, member(77, started + 1), 1s));
    CHECK(cluster.runs().size() == 1);
    cluster.happen(event_of(EventKind::joined, member(78, started - 1), 1s));
    CHECK(cluster.runs().size() == 1);
}

TEST_CASE("in a split each side tells", "[claims]") {
    Cluster cluster(2, "once:failed=x");

    cluster.happen_at(1, event_of(EventKind::failed, member(2), 10s));
    cluster.happen_at(2, event_of(EventKind::failed, member(1), 10s));

    CHECK(cluster.runs() == Runs{"n1 failed n2", "n2 failed n1"});
}

TEST_CASE("nobody is chosen for what each node tells", "[claims]") {
    Cluster cluster(3, "failed=x");

    cluster.happen(event_of(EventKind::failed, member(3), 10s));
    CHECK(cluster.runs().empty());
    cluster.set_handlers({"failed=x", "once:left=x"});
    cluster.happen(event_of(EventKind::left, member(2), 11s));
    CHECK(cluster.runs() == Runs{"n1 other n2"});
}

TEST_CASE("a node remembers what others tell up to a bound", "[claims]") {
    testing::HeardLog log;
    Claims claims(fail_after, log.log());
    claims.set_commands({"once:failed=x"});
    const Identity self = member(1);
    const auto note = [&](const Event& event) {
        Occurrence occurrence;
        occurrence.event = event;
        occurrence.at = WallTime{std::chrono::milliseconds(started + 1)};
        claims.note(occurrence, self);
        return occurrence.share;
    };
    note(event_of(EventKind::joined, member(2), 0s));
    std::size_t others = 0;
    for (std::uint64_t number = 3; others < Claims::claims_max + 5; ++number) {
        if (note(event_of(EventKind::failed, member(number), 1s)) != HandlerShare::all) ++others;
    }

    note(event_of(EventKind::failed, member(2), 1s));

    CHECK(claims.take_over().size() == Claims::claims_max);
    CHECK(claims.take_over().empty());
}

}  // namespace
}  // namespace hearsay
