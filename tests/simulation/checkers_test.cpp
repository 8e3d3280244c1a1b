// The checkers must bite: each is shown what no sound detector does.

#include "simulation/checkers.hpp"

#include "support/lone_detector.hpp"

namespace hearsay::simulation {
namespace {

using Catch::Matchers::Contains;
using namespace std::chrono_literals;
using testing::LoneDetector;
using testing::peer;
using testing::Peer;

/// An observer and what the checkers are told of it. "p1" is alive in truth, from long before.
class Bench {
  public:
    explicit Bench(Accuracy accuracy = Accuracy::promised, Words words = Words::intact)
        : checkers(
              LoneDetector::local(), accuracy, observer.now() - 1h,
              [this](LifeId, LifeId) { return is_reachable; }, words) {
        checkers.note_began(LoneDetector::self().life, observer.now() - 1h);
        checkers.note_began(subject.life(), observer.now() - 1h);
    }

    std::vector<LifeId> see(const std::vector<Event>& events) {
        return checkers.check_events(observer.detector(), events, observer.now(), observer.now());
    }
    /// p1 is heard, and the events tell so.
    void meet() {
        subject = observer.meet(1).front();
        checkers.check_heartbeat(subject.life(), subject.heartbeat, observer.now());
        see({event(EventKind::joined)});
    }
    [[nodiscard]] Event event(EventKind kind) const {
        Event event;
        event.kind = kind;
        event.at = observer.now();
        event.subject = subject.identity;
        return event;
    }

    LoneDetector observer;
    Peer subject = peer(1);
    bool is_reachable = true;
    Checkers checkers;
};

TEST_CASE("a heartbeat that falls is seen", "[checkers]") {
    Bench bench;
    bench.checkers.check_heartbeat(bench.subject.life(), 7, bench.observer.now());
    bench.checkers.check_heartbeat(bench.subject.life(), 7, bench.observer.now());

    CHECK_THROWS_WITH(bench.checkers.check_heartbeat(bench.subject.life(), 6, bench.observer.now()),
                      Contains("I4: its heartbeat falls"));
}

TEST_CASE("a second look at once is fine, a third is seen", "[checkers]") {
    Bench bench;
    const Instant now = bench.observer.now();
    bench.checkers.check_deadline(bench.subject.life(), now, now);

    CHECK_THROWS_WITH(bench.checkers.check_deadline(bench.subject.life(), now, now),
                      Contains("asks for turn after turn at once"));
}

TEST_CASE("a verdict on a member that is well is a mistake, told or counted", "[checkers]") {
    Bench promised;
    CHECK_THROWS_WITH(promised.see({promised.event(EventKind::failed)}),
                      Contains("I2: runs and can be reached"));

    Bench counted(Accuracy::counted);
    CHECK_THROWS_WITH(counted.see({counted.event(EventKind::failed)}),
                      Contains("is listed by events alone"));
    CHECK(counted.checkers.false_verdict_count() == 1);
}

TEST_CASE("who fell rises by a new heartbeat alone", "[checkers]") {
    Bench bench;
    bench.see({bench.event(EventKind::forgotten)});

    CHECK_THROWS_WITH(bench.see({bench.event(EventKind::joined)}),
                      Contains("I3: rises without a new heartbeat"));
}

TEST_CASE("a replaced member may come back within one turn with the same heartbeat", "[checkers]") {
    Bench bench;
    bench.meet();
    bench.checkers.note_began(peer(2).life(), bench.observer.now());
    Event replaced = bench.event(EventKind::restarted);
    replaced.former_life = replaced.subject.life;
    replaced.subject.life = peer(2).life();
    Event back = bench.event(EventKind::restarted);
    back.former_life = peer(2).life();

    CHECK_NOTHROW(bench.see({replaced, back}));
}

TEST_CASE("a verdict is excused by what befell its subject", "[checkers]") {
    const auto excuse = GENERATE(
        as<void (*)(Bench&)>{}, [](Bench& bench) { bench.is_reachable = false; },
        [](Bench& bench) { bench.checkers.note_paused(bench.subject.life()); },
        [](Bench& bench) {
            bench.checkers.note_disturbed(bench.subject.life(), bench.observer.now() - 1s);
        },
        [](Bench& bench) {
            bench.checkers.note_ended(bench.subject.life(), bench.observer.now() - 1s);
        });
    Bench bench;
    excuse(bench);

    CHECK_THROWS_WITH(bench.see({bench.event(EventKind::failed)}),
                      Contains("is listed by events alone"));
    CHECK(bench.checkers.false_verdict_count() == 0);
}

TEST_CASE("the dead rise for nobody who knew them", "[checkers]") {
    Bench bench;
    bench.meet();
    bench.checkers.note_ended(bench.subject.life(), bench.observer.now() - 1001ms);

    CHECK_THROWS_WITH(bench.see({bench.event(EventKind::recovered)}),
                      Contains("I3: rises from the dead"));
}

TEST_CASE("the dead rise for a newcomer until the last resort alone", "[checkers]") {
    const auto [since, problem] = GENERATE(table<Duration, std::string>(
        {{3s, "is listed by events alone"}, {3001ms, "I3: rises from the dead"}}));
    Bench bench;
    bench.checkers.note_ended(bench.subject.life(), bench.observer.now() - since);

    CHECK_THROWS_WITH(bench.see({bench.event(EventKind::joined)}), Contains(problem));
}

TEST_CASE("news under way may tell of the dead a little longer", "[checkers]") {
    Bench bench;
    bench.meet();
    bench.checkers.note_ended(bench.subject.life(), bench.observer.now() - 1s - 800ms);
    bench.checkers.note_handed_in(100ms);

    CHECK_NOTHROW(bench.see({bench.event(EventKind::recovered)}));
}

TEST_CASE("who left does not rise", "[checkers]") {
    Bench bench;
    const Event left = bench.event(EventKind::left);
    const Event recovered = bench.event(EventKind::recovered);

    CHECK_THROWS_WITH(bench.see({left, recovered}), Contains("I3: rises though it left"));
}

TEST_CASE("a life that nobody started is seen, whatever is said of it", "[checkers]") {
    const auto kind = GENERATE(EventKind::joined, EventKind::failed);
    Bench bench;
    bench.subject = peer(9);

    CHECK_THROWS_WITH(bench.see({bench.event(kind)}), Contains("was never started"));
}

TEST_CASE("events and table must tell the same", "[checkers]") {
    Bench silent;
    silent.subject = silent.observer.meet(1).front();
    CHECK_THROWS_WITH(silent.see({}), Contains("is not in the table what the events say"));

    Bench sound;
    sound.meet();
    CHECK(sound.see({}).empty());
}

TEST_CASE("a heartbeat that was never sent, and a stranger's row, are seen", "[checkers]") {
    Bench ahead;
    ahead.subject = ahead.observer.meet(1).front();
    CHECK_THROWS_WITH(ahead.see({ahead.event(EventKind::joined)}),
                      Contains("has a heartbeat it never sent"));
}

TEST_CASE("where words are damaged lives and heartbeats may be invented", "[checkers]") {
    Bench bench(Accuracy::counted, Words::damaged);
    bench.subject = bench.observer.meet(1).front();

    CHECK_NOTHROW(bench.see({bench.event(EventKind::joined)}));
    bench.subject = peer(9);
    CHECK_NOTHROW(bench.see({bench.event(EventKind::forgotten)}));
    CHECK_THROWS_WITH(bench.see({bench.event(EventKind::failed)}),
                      Contains("is listed by events alone"));
}

TEST_CASE("the heartbeats of a life that was copied may fall", "[checkers]") {
    Bench bench;
    const LifeId life = bench.subject.life();
    bench.checkers.check_heartbeat(life, 7, bench.observer.now());

    bench.checkers.note_copied(life, bench.observer.now());

    CHECK_NOTHROW(bench.checkers.check_heartbeat(life, 3, bench.observer.now()));
}

TEST_CASE("a verdict on a life that was copied is no mistake", "[checkers]") {
    Bench bench;
    bench.checkers.note_copied(bench.subject.life(), bench.observer.now() - 1min);

    CHECK_THROWS_WITH(bench.see({bench.event(EventKind::failed)}),
                      Contains("is listed by events alone"));
    CHECK(bench.checkers.false_verdict_count() == 0);
}

TEST_CASE("a life that was copied ends with the last who bears it", "[checkers]") {
    const auto [ends, rises] = GENERATE(table<int, bool>({{1, true}, {2, false}}));
    CAPTURE(ends);
    Bench bench;
    bench.meet();
    bench.checkers.note_copied(bench.subject.life(), bench.observer.now() - 1min);
    for (int i = 0; i < ends; ++i)
        bench.checkers.note_ended(bench.subject.life(), bench.observer.now() - 2s);

    if (rises) {
        CHECK_NOTHROW(bench.see({bench.event(EventKind::recovered)}));
    } else {
        CHECK_THROWS_WITH(bench.see({bench.event(EventKind::recovered)}),
                          Contains("I3: rises from the dead"));
    }
}

TEST_CASE("two copies that begin another life may begin the same", "[checkers]") {
    Bench bench;
    const LifeId life = bench.subject.life();
    const Instant now = bench.observer.now();
    bench.checkers.note_copied(life, now);
    bench.checkers.note_reborn(life, peer(9).life(), now);
    bench.checkers.check_heartbeat(peer(9).life(), 7, now);

    bench.checkers.note_reborn(life, peer(9).life(), now);

    CHECK_NOTHROW(bench.checkers.check_heartbeat(peer(9).life(), 3, now));
}

TEST_CASE("what a copy begins is promised again", "[checkers]") {
    Bench bench;
    bench.checkers.note_copied(bench.subject.life(), bench.observer.now() - 1h);
    bench.checkers.note_reborn(bench.subject.life(), peer(9).life(), bench.observer.now() - 1min);
    bench.subject = peer(9);

    CHECK_THROWS_WITH(bench.see({bench.event(EventKind::failed)}),
                      Contains("I2: runs and can be reached"));
}

TEST_CASE("each who bears a life may look twice at once, and not more", "[checkers]") {
    Bench bench;
    const LifeId life = bench.subject.life();
    const Instant now = bench.observer.now();
    bench.checkers.note_copied(life, now);
    bench.checkers.check_deadline(life, now, now);
    bench.checkers.check_deadline(life, now, now);

    CHECK_THROWS_WITH(bench.checkers.check_deadline(life, now, now),
                      Contains("asks for turn after turn at once"));
}

TEST_CASE("what a copied observer says is followed once nobody else bears its life", "[checkers]") {
    Bench bench;
    const LifeId observer = LoneDetector::self().life;
    bench.checkers.note_copied(observer, bench.observer.now());
    const Event unseen = bench.event(EventKind::joined);
    CHECK(bench.see({unseen}).empty());

    bench.checkers.note_ended(observer, bench.observer.now());
    // The table of now is taken for right; from then on events must tell of each change.
    bench.subject = bench.observer.meet(1).front();
    bench.checkers.check_heartbeat(bench.subject.life(), bench.subject.heartbeat,
                                   bench.observer.now());
    CHECK_NOTHROW(bench.see({unseen}));
    CHECK_NOTHROW(bench.see({}));
    CHECK_THROWS_WITH(bench.see({bench.event(EventKind::failed)}),
                      Contains("I2: runs and can be reached"));
}

TEST_CASE("after the first broken invariant the rest is not told", "[checkers]") {
    Bench bench;
    bench.checkers.check_heartbeat(bench.subject.life(), 7, bench.observer.now());
    const auto fall = [&] {
        bench.checkers.check_heartbeat(bench.subject.life(), 6, bench.observer.now());
    };
    CHECK_THROWS(fall());

    CHECK_NOTHROW(fall());
    CHECK_NOTHROW(bench.see({bench.event(EventKind::failed)}));
}

}  // namespace
}  // namespace hearsay::simulation
