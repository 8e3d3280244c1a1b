#include "support/sample_messages.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "hearsay/codec.hpp"

namespace hearsay::testing {
namespace {

/// Small, great, or as wide as one of msgpack's integers.
std::uint64_t any_number(Random& random) {
    switch (random.below(4)) {
        case 0:
            return random.below(200);
        case 1:
            return std::numeric_limits<std::uint64_t>::max() - random.below(2);
        case 2:
            return (std::uint64_t{1} << (8 * random.below(8))) - random.below(2);
        default:
            return random.next();
    }
}

LifeId any_life(Random& random) {
    return LifeId{std::max<std::uint64_t>(any_number(random), 1)};
}

Milliseconds any_span(Random& random) {
    return Milliseconds{std::min<std::uint64_t>(any_number(random), limits::milliseconds_max)};
}

/// Mostly few, at times the most.
std::size_t any_count(Random& random, std::size_t most) {
    if (random.chance(1, 50)) return most;
    return random.chance(1, 2) ? 0 : random.below(std::min<std::size_t>(most, 5) + 1);
}

/// Of ASCII, and of longer characters if `is_text`.
std::string any_string(Random& random, std::size_t least, std::size_t most, bool is_text) {
    constexpr std::array<std::string_view, 4> characters{"ä", "日", "🙂", " "};
    const std::size_t length = random.chance(1, 10) ? most : least + random.below(8);
    std::string result;
    while (result.size() < length) {
        const bool is_special = is_text && random.chance(1, 4);
        const std::string_view special = characters.at(random.below(characters.size()));
        if (is_special && result.size() + special.size() <= length) {
            result += special;
        } else {
            result += static_cast<char>('!' + random.below(94));
        }
    }
    return result;
}

std::string any_name(Random& random) {
    constexpr std::string_view inside = "._-abcxyzABCXYZ019";
    const std::size_t length = random.chance(1, 10) ? limits::name_bytes_max : 1 + random.below(8);
    std::string result(1, '_');
    while (result.size() < length)
        result += inside[random.below(inside.size())];
    return result;
}

Accusation any_accusation(Random& random) {
    std::set<LifeId> accusers;
    const std::size_t count = 1 + random.below(limits::accusers_max);
    while (accusers.size() < count)
        accusers.insert(any_life(random));
    return {.life = any_life(random),
            .heartbeat = any_number(random),
            .age = any_span(random),
            .cause = random.chance(1, 2) ? Cause::silence : Cause::refused,
            .accusers = {accusers.begin(), accusers.end()}};
}

Tags any_tags(Random& random) {
    Tags tags;
    const std::size_t count = any_count(random, limits::tags_max);
    while (tags.size() < count) {
        tags[any_string(random, 1, limits::tag_key_bytes_max, true)] =
            any_string(random, 0, limits::tag_value_bytes_max, true);
    }
    return tags;
}

std::string any_endpoint(Random& random) {
    if (random.chance(1, 2)) return "tcp://10.0.0.7:" + std::to_string(1 + random.below(65'535));
    return "sim://" + any_string(random, 1, limits::endpoint_bytes_max - 6, false);
}

Introduction any_introduction(Random& random) {
    return {.identity = {.life = any_life(random),
                         .name = any_name(random),
                         .incarnation = any_number(random),
                         .endpoint = any_endpoint(random),
                         .tags_version = any_number(random),
                         .tags = any_tags(random)},
            .heartbeat = any_number(random),
            .age = any_span(random)};
}

std::vector<std::uint64_t> any_keys(Random& random) {
    std::vector<std::uint64_t> keys(any_count(random, 1000));
    for (std::uint64_t& key : keys)
        key = any_number(random);
    return keys;
}

template <typename Bytes>
void fill(Bytes& bytes, Random& random) {
    std::uint64_t drawn = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        drawn = i % sizeof(drawn) == 0 ? random.next() : drawn >> 8U;
        bytes[i] = std::byte(drawn & 0xffU);
    }
}

Voucher any_voucher(Random& random) {
    Voucher voucher;
    voucher.base = any_number(random);
    for (Mark* const mark : {&voucher.salt, &voucher.anchor, &voucher.farewell})
        fill(*mark, random);
    voucher.certificate.resize(1 + any_count(random, limits::certificate_bytes_max - 1));
    fill(voucher.certificate, random);
    fill(voucher.signature, random);
    return voucher;
}

void prove(Message& message, Random& random) {
    message.is_proven = true;
    fill(message.mark, random);
    for (Row& row : message.rows)
        fill(row.mark, random);
    // The most of them would not fit into a frame.
    message.accusations.resize(std::min<std::size_t>(message.accusations.size(), 20));
    for (Accusation& accusation : message.accusations) {
        fill(accusation.mark, random);
        accusation.signatures.resize(accusation.accusers.size());
        for (Signature& signature : accusation.signatures)
            fill(signature, random);
    }
    for (Introduction& introduction : message.introductions) {
        fill(introduction.mark, random);
        introduction.voucher = any_voucher(random);
    }
    for (Forget& forget : message.forgets) {
        forget.signer = any_life(random);
        fill(forget.signature, random);
    }
}

}  // namespace

Message sample_message(Random& random) {
    Message message;
    message.cluster = any_string(random, 1, limits::cluster_bytes_max, false);
    message.from = any_life(random);
    message.heartbeat = any_number(random);
    message.promise = any_span(random);
    message.digest = any_number(random);
    message.wants_answer = random.chance(1, 2);
    message.is_degraded = random.chance(1, 2);
    for (std::size_t count = any_count(random, limits::rows_max); count > 0; --count) {
        message.rows.push_back(
            {.life = any_life(random), .heartbeat = any_number(random), .age = any_span(random)});
    }
    for (std::size_t count = any_count(random, limits::accusations_max); count > 0; --count) {
        message.accusations.push_back(any_accusation(random));
    }
    // The most of them would not fit into a frame.
    for (std::size_t count = any_count(random, 20); count > 0; --count) {
        message.introductions.push_back(any_introduction(random));
    }
    message.wants = any_keys(random);
    message.roster = any_keys(random);
    for (std::size_t count = any_count(random, limits::forgets_max); count > 0; --count) {
        message.forgets.push_back({.life = any_life(random), .heartbeat = any_number(random)});
    }
    if (random.chance(1, 2)) prove(message, random);
    return message;
}

}  // namespace hearsay::testing
