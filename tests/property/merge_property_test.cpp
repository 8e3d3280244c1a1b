// Merge is maximum (R3, I7): order, repetition and grouping of messages cannot matter.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "hearsay/codec.hpp"
#include "hearsay/detector.hpp"
#include "hearsay/random.hpp"

#include "evidence.hpp"
#include "support/catch.hpp"

namespace hearsay {
namespace {

constexpr Instant start = Instant{} + std::chrono::hours(1);
constexpr std::uint64_t peer_count = 6;

template <typename Entry>
void shuffle(std::vector<Entry>& list, Random& generator) {
    for (std::size_t i = list.size(); i > 1; --i)
        std::swap(list[i - 1], list[generator.below(i)]);
}

Moment any_moment(Random& generator) {
    const Instant at = start + std::chrono::milliseconds(generator.below(1000));
    return {.real = at, .running = at, .listening = at};
}

/// Few different heartbeats, so that many accusations are of the same one.
Heartbeat any_heartbeat(Random& generator) {
    return generator.chance(1, 20) ? heartbeat_left : 100 + generator.below(4);
}

Accusation any_accusation(Random& generator) {
    std::set<LifeId> accusers;
    for (std::uint64_t count = 1 + generator.below(limits::accusers_max); count > 0; --count)
        accusers.insert(LifeId{1 + generator.below(30)});
    return {.life = LifeId{1 + generator.below(peer_count)},
            .heartbeat = any_heartbeat(generator),
            .age = std::chrono::milliseconds(generator.below(500)),
            .cause = generator.chance(1, 3) ? Cause::refused : Cause::silence,
            .accusers = {accusers.begin(), accusers.end()}};
}

/// One thing said about a life.
struct Claim {
    /// A heartbeat alone, if it has no accusers.
    Accusation accusation;
    Moment heard;
};

std::vector<Claim> any_claims(Random& generator) {
    std::vector<Claim> claims(1 + generator.below(20));
    for (Claim& claim : claims) {
        claim = {.accusation = any_accusation(generator), .heard = any_moment(generator)};
        if (generator.chance(1, 3)) claim.accusation.accusers.clear();
    }
    return claims;
}

bool is_believed(LifeId life) {
    return number(life) % 3 == 0;
}

void merge(Evidence& evidence, const Claim& claim) {
    if (claim.accusation.accusers.empty()) {
        evidence.merge_heartbeat(claim.accusation.heartbeat, claim.heard);
    } else {
        evidence.merge_accusation(claim.accusation, claim.heard, {start, start, start},
                                  is_believed);
    }
}

Evidence merged(const std::vector<Claim>& claims) {
    Evidence evidence(100, {start, start, start});
    for (const Claim& claim : claims)
        merge(evidence, claim);
    return evidence;
}

/// What evidence says, told in the same words.
std::vector<Claim> retold(const Evidence& evidence) {
    std::vector<Claim> claims;
    for (const Cause cause : {Cause::silence, Cause::refused}) {
        const Accusation accusation{.life = LifeId{1},
                                    .heartbeat = evidence.heartbeat(),
                                    .age = {},
                                    .cause = cause,
                                    .accusers = evidence.accusers(cause)};
        claims.push_back({.accusation = accusation, .heard = evidence.heard()});
    }
    return claims;
}

using Content = std::tuple<Heartbeat, std::vector<LifeId>, std::vector<LifeId>>;

Content content(const Evidence& evidence) {
    return {evidence.heartbeat(), evidence.accusers(Cause::silence),
            evidence.accusers(Cause::refused)};
}

/// What is right, as slowly as it likes: of all that is said about the greatest heartbeat, the
/// accusers of each cause that are believed and then the others, the smallest first.
Content expected(const std::vector<Claim>& claims) {
    Heartbeat greatest = 100;
    for (const Claim& claim : claims)
        greatest = std::max(greatest, claim.accusation.heartbeat);
    std::array<std::set<LifeId>, 2> accusers;
    for (const Claim& claim : claims) {
        if (claim.accusation.heartbeat != greatest) continue;
        for (const LifeId life : claim.accusation.accusers)
            accusers.at(static_cast<std::size_t>(claim.accusation.cause)).insert(life);
    }
    std::array<std::set<LifeId>, 2> kept;
    for (std::size_t cause = 0; cause < 2; ++cause) {
        for (const bool belief : {true, false}) {
            for (const LifeId life : accusers.at(cause)) {
                if (is_believed(life) == belief && kept.at(cause).size() < limits::accusers_max)
                    kept.at(cause).insert(life);
            }
        }
    }
    return {greatest, {kept[0].begin(), kept[0].end()}, {kept[1].begin(), kept[1].end()}};
}

/// Peers and the detector itself, which is the first.
Identity member(std::uint64_t index, std::uint64_t tags_version = 0) {
    const std::string name = "n" + std::to_string(index);
    Tags tags;
    if (tags_version > 0) tags["version"] = std::to_string(tags_version);
    return {.life = LifeId{1 + index},
            .name = name,
            .incarnation = 1,
            .endpoint = "tcp://" + name + ":7700",
            .tags_version = tags_version,
            .tags = tags};
}

Message head(std::uint64_t from, Heartbeat heartbeat) {
    Message message;
    message.cluster = "c";
    message.from = member(from).life;
    message.heartbeat = heartbeat;
    return message;
}

Message any_message(Random& generator) {
    Message message = head(1 + generator.below(peer_count - 1), any_heartbeat(generator));
    for (std::uint64_t count = generator.below(4); count > 0; --count) {
        message.rows.push_back({.life = LifeId{2 + generator.below(peer_count - 1)},
                                .heartbeat = any_heartbeat(generator),
                                .age = std::chrono::milliseconds(generator.below(500))});
    }
    for (std::uint64_t count = generator.below(3); count > 0; --count) {
        message.accusations.push_back(any_accusation(generator));
        if (message.accusations.back().life == member(0).life) message.accusations.pop_back();
    }
    if (generator.chance(1, 3)) {
        const Identity identity = member(1 + generator.below(peer_count - 1), generator.below(4));
        message.introductions.push_back(
            {.identity = identity, .heartbeat = any_heartbeat(generator), .age = {}});
    }
    return message;
}

/// A detector that knows all peers, and what it holds of them after some messages.
class Reader {
  public:
    Reader() : detector_(config(), member(0), 1, start) {
        for (std::uint64_t index = 1; index < peer_count; ++index) {
            Message hello = head(index, 100);
            hello.introductions.push_back({.identity = member(index), .heartbeat = 100, .age = {}});
            read(hello);
        }
    }

    void read(const Message& message) {
        REQUIRE_FALSE(detector_.handle_message(encode(message), LinkId{1}, start).has_value());
        while (detector_.poll_transmit()) {
        }
    }

    [[nodiscard]] std::uint64_t digest() const { return detector_.status(start).digest; }

    /// All but the times.
    [[nodiscard]] std::vector<Member> members() const {
        std::vector<Member> members = detector_.members(start);
        std::erase_if(members, [](const Member& each) { return each.is_self; });
        return members;
    }

  private:
    static Config config() {
        Config config = Config::local();
        config.cluster = "c";
        return config;
    }

    Detector detector_;
};

void check_equal(const Reader& one, const Reader& other) {
    CHECK(one.digest() == other.digest());
    const auto members = one.members();
    const auto others = other.members();
    REQUIRE(members.size() == others.size());
    for (std::size_t i = 0; i < members.size(); ++i) {
        CAPTURE(i);
        CHECK(members[i].identity == others[i].identity);
        CHECK(members[i].state == others[i].state);
        CHECK(members[i].heartbeat == others[i].heartbeat);
        CHECK(members[i].accusers == others[i].accusers);
        CHECK(members[i].cause == others[i].cause);
    }
}

}  // namespace

TEST_CASE("evidence is the greatest heartbeat with the accusers that come first",
          "[merge_property]") {
    const auto seed = GENERATE(range(0, 200));
    CAPTURE(seed);
    Random generator(static_cast<std::uint64_t>(seed));

    const std::vector<Claim> claims = any_claims(generator);

    CHECK(content(merged(claims)) == expected(claims));
}

TEST_CASE("merge is commutative and idempotent", "[merge_property]") {
    const auto seed = GENERATE(range(0, 200));
    CAPTURE(seed);
    Random generator(static_cast<std::uint64_t>(seed));
    const std::vector<Claim> claims = any_claims(generator);

    std::vector<Claim> again = claims;
    again.insert(again.end(), claims.begin(), claims.end());
    shuffle(again, generator);

    CHECK(content(merged(again)) == content(merged(claims)));
}

TEST_CASE("merge is associative", "[merge_property]") {
    const auto seed = GENERATE(range(0, 200));
    CAPTURE(seed);
    Random generator(static_cast<std::uint64_t>(seed));
    const std::vector<Claim> first = any_claims(generator);
    const std::vector<Claim> second = any_claims(generator);
    const std::vector<Claim> third = any_claims(generator);

    Evidence one_by_one = merged(first);
    for (const Claim& claim : second)
        merge(one_by_one, claim);
    for (const Claim& claim : third)
        merge(one_by_one, claim);
    Evidence later = merged(second);
    for (const Claim& claim : third)
        merge(later, claim);
    Evidence grouped = merged(first);
    for (const Claim& claim : retold(later))
        merge(grouped, claim);

    CHECK(content(grouped) == content(one_by_one));
}

TEST_CASE("merge never lowers a heartbeat or a hearing, nor loses an accuser", "[merge_property]") {
    const auto seed = GENERATE(range(0, 200));
    CAPTURE(seed);
    Random generator(static_cast<std::uint64_t>(seed));
    Evidence evidence(100, {start, start, start});

    for (const Claim& claim : any_claims(generator)) {
        const Evidence before = evidence;
        merge(evidence, claim);

        CHECK(evidence.heartbeat() >= before.heartbeat());
        CHECK(evidence.heard().real >= before.heard().real);
        CHECK(evidence.heard().listening >= before.heard().listening);
        if (evidence.heartbeat() != before.heartbeat()) continue;
        CHECK(evidence.accusers(Cause::silence).size() >= before.accusers(Cause::silence).size());
        CHECK(evidence.accusers(Cause::refused).size() >= before.accusers(Cause::refused).size());
    }
}

TEST_CASE("any order and repetition of messages leads to the same view", "[merge_property]") {
    const auto seed = GENERATE(range(0, 200));
    CAPTURE(seed);
    Random generator(static_cast<std::uint64_t>(seed));
    std::vector<Message> messages;
    for (std::uint64_t count = 1 + generator.below(30); count > 0; --count)
        messages.push_back(any_message(generator));

    Reader in_order;
    for (const Message& message : messages)
        in_order.read(message);
    std::vector<Message> again = messages;
    again.insert(again.end(), messages.begin(), messages.end());
    shuffle(again, generator);
    Reader otherwise;
    for (const Message& message : again)
        otherwise.read(message);

    check_equal(in_order, otherwise);
}

}  // namespace hearsay
