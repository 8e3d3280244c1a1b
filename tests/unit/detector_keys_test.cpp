#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "hearsay/codec.hpp"
#include "hearsay/detector.hpp"

#include "support/tellers.hpp"

// A detector in a cluster with keys, among members that do nothing but prove what they say.

namespace hearsay {
namespace {

using namespace std::chrono_literals;
using testing::stand_in_credential;
using testing::StrictProver;
using testing::Teller;

class Bench {
  public:
    Bench() {
        CHECK(detector_.self().life != LifeId{500});
        hear(peer_.introduce(1));
    }

    std::optional<Rejection> hear(const Message& message, const Credential& speaker) {
        auto rejection = detector_.handle_message(encode(message), LinkId{1}, now_, &speaker);
        detector_.handle_timeout(now_);
        return rejection;
    }
    void hear(const Message& message) { REQUIRE_FALSE(hear(message, peer_.key).has_value()); }
    void pass(Duration span) {
        now_ += span;
        detector_.handle_timeout(now_);
    }
    /// Its own introduction, if one was sent.
    [[nodiscard]] std::optional<Introduction> own_introduction() {
        std::optional<Introduction> found;
        while (const auto transmit = detector_.poll_transmit()) {
            const auto message = decode(transmit->frame, "demo");
            REQUIRE(message);
            CHECK(message.value().is_proven);
            for (const Introduction& entry : message.value().introductions)
                if (entry.identity.name == "self") found = entry;
        }
        return found;
    }

    [[nodiscard]] static Config config() {
        Config config = Config::local();
        config.cluster = "demo";
        return config;
    }
    [[nodiscard]] static Identity self() {
        return {.life = LifeId{500},
                .name = "self",
                .incarnation = 7,
                .endpoint = "tcp://self:7700",
                .tags_version = 0,
                .tags = {}};
    }

    Instant now_ = Instant{} + 1h;
    StrictProver prover_{"self"};
    Teller peer_{"peer"};
    Detector detector_{config(), self(), 1, now_, &prover_};
};

TEST_CASE("a member that proves itself is admitted", "[detector_keys]") {
    Bench bench;
    CHECK(bench.detector_.member("peer", bench.now_).has_value());
    CHECK(bench.detector_.is_bearer(bench.peer_.key, bench.peer_.self.life));
}

TEST_CASE("a message is refused whose sender is not the one that speaks", "[detector_keys]") {
    Bench bench;
    const Teller other("other");
    const Message message = bench.peer_.say(bench.peer_.head(2));

    const auto rejection = bench.hear(message, other.key);

    REQUIRE(rejection.has_value());
    CHECK(*rejection == Rejection{DecodeError::impostor, "other"});
    CHECK(bench.detector_.status(bench.now_).counters.rejected.back() == 1);
    const auto nobody = bench.detector_.handle_message(encode(message), LinkId{1}, bench.now_);
    CHECK(nobody == Rejection{DecodeError::impostor, "nobody"});
}

TEST_CASE("what is not proven is counted, and changes nothing", "[detector_keys]") {
    Bench bench;
    Message message = bench.peer_.say(bench.peer_.head(2));
    message.accusations = {{.life = bench.detector_.self().life,
                            .heartbeat = 1'000'000,
                            .age = {},
                            .cause = Cause::silence,
                            .accusers = {bench.peer_.self.life},
                            .mark = {},
                            .signatures = {{}}}};
    const LifeId life = bench.detector_.self().life;

    bench.hear(message);

    CHECK(bench.detector_.self().life == life);
    CHECK(bench.detector_.status(bench.now_).counters.unproven == 1);
}

TEST_CASE("a member whose certificate is good no more is removed", "[detector_keys]") {
    Bench bench;
    bench.detector_.review_certificates(bench.now_);
    CHECK(bench.detector_.member("peer", bench.now_).has_value());

    bench.prover_.bad_name = "peer";
    bench.detector_.review_certificates(bench.now_);

    CHECK_FALSE(bench.detector_.member("peer", bench.now_).has_value());
    bench.hear(bench.peer_.introduce(9));
    CHECK_FALSE(bench.detector_.member("peer", bench.now_).has_value());
}

TEST_CASE("a member that was removed for its certificate comes back with another",
          "[detector_keys]") {
    Bench bench;
    bench.prover_.bad_name = "peer";
    bench.detector_.review_certificates(bench.now_);
    REQUIRE_FALSE(bench.detector_.member("peer", bench.now_).has_value());

    bench.prover_.bad_name.clear();
    bench.hear(bench.peer_.introduce(1));
    CHECK_FALSE(bench.detector_.member("peer", bench.now_).has_value());
    bench.hear(bench.peer_.introduce(9));
    CHECK(bench.detector_.member("peer", bench.now_).has_value());
}

TEST_CASE("a new certificate is shown to all", "[detector_keys]") {
    Bench bench;
    static_cast<void>(bench.own_introduction());
    const LifeId life = bench.detector_.self().life;

    bench.detector_.take_over_keys(&bench.prover_, bench.now_);
    bench.pass(100ms);

    const auto own = bench.own_introduction();
    REQUIRE(own.has_value());
    CHECK(own->identity.life == life);
    CHECK(own->identity.tags_version == 1);
}

TEST_CASE("with another key a node begins another life", "[detector_keys]") {
    Bench bench;
    const LifeId life = bench.detector_.self().life;

    bench.prover_.key_of_self = "another";
    bench.detector_.take_over_keys(&bench.prover_, bench.now_);
    bench.pass(100ms);

    CHECK(bench.detector_.self().life != life);
    const auto own = bench.own_introduction();
    REQUIRE(own.has_value());
    CHECK(own->identity.life == bench.detector_.self().life);
}

/// A member without keys.
Identity keyless() {
    return {.life = LifeId{77},
            .name = "keyless",
            .incarnation = 3,
            .endpoint = "tcp://keyless:7700",
            .tags_version = 0,
            .tags = {}};
}

Message word_of(const Identity& identity, Heartbeat heartbeat) {
    Message message;
    message.cluster = "demo";
    message.from = identity.life;
    message.heartbeat = heartbeat;
    message.introductions.push_back({.identity = identity, .heartbeat = heartbeat, .age = {}});
    return message;
}

TEST_CASE("a member without keys is believed until keys are required", "[detector_keys]") {
    Bench bench;
    const auto hear_keyless = [&] {
        return bench.detector_.handle_message(encode(word_of(keyless(), 4)), LinkId{2}, bench.now_);
    };
    CHECK(hear_keyless() == Rejection{DecodeError::impostor, "nobody"});
    bench.prover_.requires_proofs = false;

    CHECK_FALSE(hear_keyless().has_value());

    CHECK(bench.detector_.member("keyless", bench.now_)->heartbeat == 4);
    CHECK(bench.detector_.status(bench.now_).keyless_count == 1);
    CHECK(bench.detector_.status(bench.now_).counters.unproven == 0);
    bench.prover_.requires_proofs = true;
    bench.detector_.take_over_keys(&bench.prover_, bench.now_);
    CHECK_FALSE(bench.detector_.member("keyless", bench.now_).has_value());
    CHECK(bench.detector_.member("peer", bench.now_).has_value());
}

/// What nobody proved, and was believed while keys were not required.
Message unproven_word(const Teller& victim) {
    Message message = word_of(keyless(), 4);
    SECTION("a greater heartbeat") {
        message.rows = {{.life = victim.self.life, .heartbeat = 1'000'000'000}};
    }
    SECTION("that it left") {
        message.rows = {{.life = victim.self.life, .heartbeat = heartbeat_left}};
    }
    SECTION("later tags") {
        Identity identity = victim.self;
        identity.tags_version = 1'000'000;
        message.introductions.push_back({.identity = identity, .heartbeat = 1, .age = {}});
    }
    SECTION("that it was removed") {
        message.forgets = {{.life = victim.self.life, .heartbeat = heartbeat_left}};
    }
    return message;
}

TEST_CASE("what was believed without proofs is dropped once keys are required", "[detector_keys]") {
    Bench bench;
    bench.prover_.requires_proofs = false;
    const Message message = unproven_word(bench.peer_);
    REQUIRE_FALSE(bench.detector_.handle_message(encode(message), LinkId{2}, bench.now_));
    bench.detector_.handle_timeout(bench.now_);
    bench.prover_.requires_proofs = true;

    bench.detector_.take_over_keys(&bench.prover_, bench.now_);
    bench.hear(bench.peer_.introduce(9));

    const auto peer = bench.detector_.member("peer", bench.now_);
    REQUIRE(peer);
    CHECK(peer->state == MemberState::alive);
    CHECK(peer->heartbeat == 9);
    CHECK(peer->identity.tags_version == 0);
}

TEST_CASE("a member that was known before its key is asked for it", "[detector_keys]") {
    const Instant now = Instant{} + 1h;
    StrictProver prover("self");
    prover.requires_proofs = false;
    Detector detector(Bench::config(), Bench::self(), 1, now);
    Teller peer("peer");
    REQUIRE_FALSE(detector.handle_message(encode(peer.introduce(1)), LinkId{2}, now));
    detector.take_over_keys(&prover, now);
    CHECK(detector.status(now).keyless_count == 1);
    while (detector.poll_transmit()) {
    }

    REQUIRE_FALSE(detector.handle_message(encode(peer.say(peer.head(2))), LinkId{2}, now));

    bool is_asked = false;
    while (const auto transmit = detector.poll_transmit()) {
        const auto wants = decode(transmit->frame, "demo").value().wants;
        is_asked |= wants == std::vector{number(peer.self.life)};
    }
    CHECK(is_asked);
}

TEST_CASE("what has a proof is learnt before keys are required", "[detector_keys]") {
    Bench bench;
    bench.prover_.requires_proofs = false;
    Teller late("late");
    const auto hear = [&](const Message& message) {
        return bench.detector_.handle_message(encode(message), LinkId{3}, bench.now_);
    };
    CHECK_FALSE(hear(late.introduce(5)).has_value());
    CHECK(bench.detector_.is_bearer(late.key, late.self.life));
    // What has none is no fault.
    Message unproven = late.say(late.head(6));
    unproven.rows.push_back(bench.peer_.row(1'000));
    CHECK_FALSE(hear(unproven).has_value());
    CHECK(bench.detector_.status(bench.now_).counters.unproven == 0);
    // A key that has another life is an impostor's, all the same.
    const auto rejection = bench.detector_.handle_message(encode(late.introduce(7)), LinkId{3},
                                                          bench.now_, &bench.peer_.key);
    CHECK(rejection == Rejection{DecodeError::impostor, "peer"});
}

TEST_CASE("members without keys are passed on while keys are not required", "[detector_keys]") {
    Bench bench;
    bench.prover_.requires_proofs = false;
    REQUIRE_FALSE(
        bench.detector_.handle_message(encode(word_of(keyless(), 4)), LinkId{2}, bench.now_));
    bench.pass(100ms);
    bool is_told = false;
    while (const auto transmit = bench.detector_.poll_transmit()) {
        const auto message = decode(transmit->frame, "demo");
        REQUIRE(message);
        for (const Introduction& entry : message.value().introductions)
            is_told |= entry.identity.name == "keyless" && entry.voucher.certificate.empty();
    }
    CHECK(is_told);
}

/// Of the members that took the place of an earlier life, whether they have other keys.
std::vector<bool> rekeyed(Detector& detector) {
    std::vector<bool> found;
    while (const auto event = detector.poll_event())
        if (event->kind == EventKind::restarted) found.push_back(event->is_rekeyed);
    return found;
}

TEST_CASE("a member that restarted is told from one that has other keys", "[detector_keys]") {
    Bench bench;
    const auto begin_anew = [&](std::uint64_t incarnation) {
        bench.peer_.self.life = bench.peer_.proofs.begin_life();
        bench.peer_.self.incarnation = incarnation;
    };
    const auto hear = [&](const Message& message) {
        REQUIRE_FALSE(bench.detector_.handle_message(encode(message), LinkId{1}, bench.now_));
    };
    begin_anew(8);
    bench.hear(bench.peer_.introduce(1));
    CHECK(rekeyed(bench.detector_) == std::vector{false});

    bench.prover_.requires_proofs = false;
    begin_anew(9);
    hear(word_of(bench.peer_.self, 2));
    CHECK(rekeyed(bench.detector_) == std::vector{true});
    begin_anew(10);
    hear(word_of(bench.peer_.self, 2));
    CHECK(rekeyed(bench.detector_) == std::vector{false});
    begin_anew(11);
    hear(bench.peer_.introduce(3));
    CHECK(rekeyed(bench.detector_) == std::vector{true});
}

TEST_CASE("a node begins another life with its first keys, and without keys again",
          "[detector_keys]") {
    const Instant now = Instant{} + 1h;
    StrictProver prover("self");
    Detector detector(Bench::config(), Bench::self(), 1, now);
    detector.take_over_keys(nullptr, now);
    CHECK(detector.self().life == Bench::self().life);

    detector.take_over_keys(&prover, now);
    const Identity with_keys = detector.self();
    CHECK(with_keys.life != Bench::self().life);
    CHECK(with_keys.incarnation == Bench::self().incarnation + 1);
    CHECK(detector.is_bearer(stand_in_credential("self"), with_keys.life));

    detector.take_over_keys(nullptr, now);
    CHECK(detector.self().life != with_keys.life);
    CHECK_FALSE(detector.is_bearer(stand_in_credential("self"), detector.self().life));
}

TEST_CASE("a node that leaves takes over no keys", "[detector_keys]") {
    const Instant now = Instant{} + 1h;
    StrictProver prover("self");
    Detector detector(Bench::config(), Bench::self(), 1, now);
    REQUIRE_FALSE(detector.handle_message(encode(word_of(keyless(), 4)), LinkId{2}, now));
    detector.leave(now);
    while (detector.poll_transmit()) {
    }
    detector.take_over_keys(&prover, now);
    detector.handle_timeout(now + Bench::config().round);

    CHECK(detector.self().life == Bench::self().life);
    const auto transmit = detector.poll_transmit();
    REQUIRE(transmit);
    CHECK_FALSE(decode(transmit->frame, "demo").value().is_proven);
}

TEST_CASE("a node removes members only if its certificate lets it", "[detector_keys]") {
    Bench bench;
    bench.prover_.plain_name = "self";
    CHECK(bench.detector_.forget("peer", true, bench.now_) == ForgetOutcome::not_permitted);
    bench.prover_.plain_name.clear();
    CHECK(bench.detector_.forget("peer", true, bench.now_) == ForgetOutcome::done);
}

}  // namespace
}  // namespace hearsay
