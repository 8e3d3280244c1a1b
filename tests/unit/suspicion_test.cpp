#include "suspicion.hpp"

#include <chrono>
#include <cstdint>

#include "support/catch.hpp"

namespace hearsay {
namespace {

using namespace std::chrono_literals;

/// Round 200 ms, suspect_after 600 ms, fail_after 1 s.
const Config local = Config::local();

Evidence accused_by(std::uint64_t count, Cause cause = Cause::silence) {
    Evidence evidence(1, {});
    for (std::uint64_t number = 1; number <= count; ++number) {
        const Accusation accusation{.life = LifeId{99},
                                    .heartbeat = 1,
                                    .age = {},
                                    .cause = cause,
                                    .accusers = {LifeId{number}}};
        evidence.merge_accusation(accusation, {}, {}, [](LifeId) { return true; });
    }
    return evidence;
}

}  // namespace

TEST_CASE("a quorum is a majority of the observers, one at least and three at most",
          "[suspicion]") {
    CHECK(quorum(0) == 1);
    CHECK(quorum(1) == 1);
    CHECK(quorum(2) == 2);
    CHECK(quorum(3) == 2);
    CHECK(quorum(4) == 3);
    CHECK(quorum(5) == 3);
    CHECK(quorum(100) == 3);
}

TEST_CASE("an observer waits as configured, or two and a half promises, and for lateness",
          "[suspicion]") {
    CHECK(suspect_after(local, 0ms, 0ms) == 600ms);
    CHECK(suspect_after(local, 200ms, 0ms) == 600ms);
    CHECK(suspect_after(local, 300ms, 0ms) == 750ms);
    CHECK(suspect_after(local, 200ms, 50ms) == 650ms);
}

TEST_CASE("lateness widens by half of what is left until fail_after at most", "[suspicion]") {
    CHECK(suspect_after(local, 200ms, 200ms) == 800ms);
    CHECK(suspect_after(local, 200ms, 1h) == 800ms);
    CHECK(suspect_after(local, 400ms, 0ms) == 1s);
    CHECK(suspect_after(local, 400ms, 50ms) == 1050ms);
    CHECK(suspect_after(local, 400ms, 1h) == 1200ms);
}

TEST_CASE("an answer is owed within one and a half rounds", "[suspicion]") {
    CHECK(answer_after(local) == 300ms);
}

TEST_CASE("the expected gap grows with the roster", "[suspicion]") {
    CHECK(expected_gap(local, 12) == 1200ms);
    CHECK(expected_gap(local, 120) == 12s);
}

TEST_CASE("the last resort is ten gaps beyond fail_after", "[suspicion]") {
    CHECK(last_resort_after(local, 100ms) == 2s);
    CHECK(last_resort_after(local, 200ms) == 3s);
}

TEST_CASE("a quorum convicts at the end of fail_after", "[suspicion]") {
    const auto remaining = [](Duration silence) {
        const Case facts{.silence = silence, .accused_for = 400ms, .is_quorate = true};
        return until_convicted(local, accused_by(3), facts);
    };

    CHECK(remaining(600ms) == 400ms);
    CHECK(remaining(1s) == 0ms);
    CHECK(remaining(2s) < 0ms);
}

TEST_CASE("fewer accusers convict when their accusation is older than the grace", "[suspicion]") {
    const auto remaining = [](Duration silence, Duration accused_for) {
        const Case facts{.silence = silence, .accused_for = accused_for};
        return until_convicted(local, accused_by(2), facts);
    };

    CHECK(remaining(1s, 400ms) == 100ms);
    CHECK(remaining(1100ms, 500ms) == -0ms);
    CHECK(remaining(700ms, 500ms) == 300ms);
}

TEST_CASE("one accuser alone is believed when nobody else joined in for long", "[suspicion]") {
    const auto remaining = [](Duration silence, Duration accused_for) {
        const Case facts{.silence = silence, .accused_for = accused_for};
        return until_convicted(local, accused_by(1), facts);
    };

    CHECK(remaining(1s, 500ms) == 1500ms);
    CHECK(remaining(3s, 2s) == 0ms);
}

TEST_CASE("the accused always gets half a round to answer", "[suspicion]") {
    const auto remaining = [](const Evidence& evidence) {
        const Case facts{.silence = 10s, .accused_for = 30ms, .is_quorate = true};
        return until_convicted(local, evidence, facts);
    };

    CHECK(remaining(accused_by(3)) == 70ms);
    CHECK(remaining(accused_by(3, Cause::refused)) == 70ms);
}

TEST_CASE("all observers refused at once convict at once", "[suspicion]") {
    const auto remaining = [](std::uint64_t accusers) {
        const Case facts{.silence = 0ms,
                         .accused_for = 1ms,
                         .observers = 4,
                         .is_quorate = true,
                         .is_gone_at_once = true};
        return until_convicted(local, accused_by(accusers, Cause::refused), facts);
    };

    CHECK(remaining(4) == 0ms);
    // The fourth may object.
    CHECK(remaining(3) == 44ms);
}

TEST_CASE("refusals are at once within an eighth of a round and three gatherings", "[suspicion]") {
    CHECK(coincidence(local) == 85ms);
}

TEST_CASE("fewer than three refused observers wait for a quarter of a round", "[suspicion]") {
    const Case facts{.silence = 0ms,
                     .accused_for = 1ms,
                     .observers = 2,
                     .is_quorate = true,
                     .is_gone_at_once = true};
    CHECK(until_convicted(local, accused_by(2, Cause::refused), facts) == 49ms);
}

TEST_CASE("refusals one after the other are silence", "[suspicion]") {
    const Case facts{.silence = 400ms, .accused_for = 150ms, .observers = 4, .is_quorate = true};
    CHECK(until_convicted(local, accused_by(4, Cause::refused), facts) == 600ms);
}

TEST_CASE("only among many members a refusal waits for those of the same moment", "[suspicion]") {
    CHECK(company_wait(local, 16) == 0ms);
    CHECK(company_wait(local, 256) == 0ms);
    CHECK(company_wait(local, 256 + 1024) == 50ms);
    CHECK(company_wait(local, 100'000) == 50ms);
}

TEST_CASE("the first return takes a quarter of a round, later ones take doubled time up to a bound",
          "[suspicion]") {
    CHECK(hold_down(local, 0) == 50ms);
    CHECK(hold_down(local, 1) == 1s);
    CHECK(hold_down(local, 2) == 2s);
    CHECK(hold_down(local, 9) == 256s);
    CHECK(hold_down(local, 10) == 256s);
    CHECK(hold_down(local, 0xffff'ffffU) == 256s);
}

}  // namespace hearsay
