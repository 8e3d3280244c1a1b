#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "script.hpp"

/// The words of a script, for those who read and those who write it.
namespace hearsay::simulation {

/// What follows a verb, besides the hosts that most have.
enum class Shape : std::uint8_t {
    nothing,
    hosts,
    restart,
    start,
    starve,
    clock,
    clone,
    forget,
    tag,
    part,
    half_cut,
    path,
    ways,
    default_path,
};

struct VerbWord {
    std::string_view word;
    Verb verb;
    Shape shape;
};

inline constexpr std::array<VerbWord, 25> verb_words{{
    {"start", Verb::start, Shape::start},
    {"crash", Verb::crash, Shape::hosts},
    {"power-off", Verb::power_off, Shape::hosts},
    {"restart", Verb::restart, Shape::restart},
    {"freeze", Verb::freeze, Shape::hosts},
    {"thaw", Verb::thaw, Shape::hosts},
    {"suspend", Verb::suspend, Shape::hosts},
    {"wake", Verb::wake, Shape::hosts},
    {"block", Verb::block, Shape::hosts},
    {"unblock", Verb::unblock, Shape::hosts},
    {"starve", Verb::starve, Shape::starve},
    {"clock", Verb::clock, Shape::clock},
    {"snapshot", Verb::snapshot, Shape::hosts},
    {"clone", Verb::clone, Shape::clone},
    {"restore", Verb::restore, Shape::hosts},
    {"leave", Verb::leave, Shape::hosts},
    {"forget", Verb::forget, Shape::forget},
    {"tag", Verb::tag, Shape::tag},
    {"part", Verb::part, Shape::part},
    {"half-cut", Verb::half_cut, Shape::half_cut},
    {"path", Verb::path, Shape::path},
    {"ingress", Verb::ingress, Shape::ways},
    {"egress", Verb::egress, Shape::ways},
    {"default-path", Verb::default_path, Shape::default_path},
    {"heal", Verb::heal, Shape::nothing},
}};

struct ProfileWord {
    std::string_view word;
    Profile profile;
};

inline constexpr std::array<ProfileWord, 3> profile_words{{
    {"local", Profile::local},
    {"lan", Profile::lan},
    {"wan", Profile::wan},
}};

/// A span of the configuration, under the name it has there.
struct SpanWord {
    std::string_view word;
    Duration Config::*span;
};

inline constexpr std::array<SpanWord, 5> span_words{{
    {"round", &Config::round},
    {"suspect_after", &Config::suspect_after},
    {"fail_after", &Config::fail_after},
    {"forget_after", &Config::forget_after},
    {"leave_timeout", &Config::leave_timeout},
}};

struct CountWord {
    std::string_view word;
    std::size_t Config::*count;
};

inline constexpr std::array<CountWord, 2> count_words{{
    {"ring_count", &Config::ring_count},
    {"rows_per_delta", &Config::rows_per_delta},
}};

/// What befalls some of a thousand on a path.
struct ShareWord {
    std::string_view word;
    std::uint64_t Path::*per_mille;
};

inline constexpr std::array<ShareWord, 4> share_words{{
    {"loss", &Path::loss_per_mille},
    {"corrupt", &Path::corrupt_per_mille},
    {"duplicate", &Path::duplicate_per_mille},
    {"reorder", &Path::reorder_per_mille},
}};

/// What a path bounds, in bytes, and what follows the unit.
struct BoundWord {
    std::string_view word;
    std::uint64_t Path::*bytes;
    std::string_view per;
};

inline constexpr std::array<BoundWord, 2> bound_words{{
    {"hole", &Path::hole_bytes, ""},
    {"rate", &Path::bytes_per_second, "/s"},
}};

struct ByteUnit {
    std::string_view unit;
    std::uint64_t bytes;
};

/// From the greatest on.
inline constexpr std::array<ByteUnit, 3> byte_units{{
    {"MB", 1'000'000},
    {"kB", 1'000},
    {"B", 1},
}};

/// A host that ends with a number: what stands before it, and the number.
struct NumberedHost {
    std::string stem;
    std::size_t number = 0;
};

/// Nothing if it ends with none, or with one that is not written as a number is.
[[nodiscard]] std::optional<NumberedHost> numbered(std::string_view host);

/// A path of which this delay is said, and nothing else.
[[nodiscard]] inline Path path_with_delay(Duration delay) {
    const Path quiet;
    return {.delay = delay, .spread = std::min(delay, quiet.spread)};
}

}  // namespace hearsay::simulation
