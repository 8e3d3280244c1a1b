#include "hearsay/duration.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <optional>
#include <system_error>

namespace hearsay {
namespace {

struct Unit {
    std::string_view name;
    double microseconds;
};

constexpr std::array<Unit, 6> units{{
    {"us", 1.0},
    {"ms", 1e3},
    {"s", 1e6},
    {"m", 60e6},
    {"h", 3600e6},
    {"d", 86400e6},
}};

/// A century: more is a typing error, and cannot overflow.
constexpr double microseconds_max = 36500.0 * 86400e6;

/// Whether it ends between two microseconds, and not only by the error of its computation.
bool is_split(double microseconds) {
    const double error = 1e-3 + microseconds * 1e-12;
    return std::abs(microseconds - std::round(microseconds)) > error;
}

std::optional<double> unit_named(std::string_view name) {
    for (const Unit& unit : units) {
        if (unit.name == name) return unit.microseconds;
    }
    return {};
}

std::string refusal(std::string_view text, std::string_view problem) {
    return "\"" + std::string(text) + "\" " + std::string(problem) +
           "; write a number and a unit (us, ms, s, m, h, d), for example 200ms, 1.5s or 24h";
}

}  // namespace

Result<Duration, std::string> parse_duration(std::string_view text) {
    if (text.empty()) return refusal(text, "is not a duration");
    if (text == "0") return Duration{};
    double sum = 0;
    for (std::string_view rest = text; !rest.empty();) {
        double count = 0;
        const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), count,
                                                  std::chars_format::fixed);
        if (error != std::errc() || !std::isfinite(count)) {
            return refusal(text, "is not a duration");
        }
        if (std::signbit(count)) return refusal(text, "is less than nothing");
        rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
        const std::string_view name = rest.substr(0, rest.find_first_of("0123456789."));
        if (name.empty()) return refusal(text, "has no unit");
        const auto unit = unit_named(name);
        if (!unit) return refusal(text, "has no known unit");
        sum += count * *unit;
        rest.remove_prefix(name.size());
    }
    if (sum > microseconds_max) return refusal(text, "is too long");
    if (is_split(sum)) return refusal(text, "is finer than a microsecond");
    return Duration(std::llround(sum));
}

std::string exact_text(Duration span) {
    using namespace std::chrono_literals;
    if (span == Duration::zero()) return "0s";
    if (span % 1h == 0h) return std::to_string(span / 1h) + "h";
    if (span % 1min == 0min) return std::to_string(span / 1min) + "m";
    if (span % 1s == 0s) return std::to_string(span / 1s) + "s";
    if (span % 1ms == 0ms) return std::to_string(span / 1ms) + "ms";
    return std::to_string(span.count()) + "us";
}

}  // namespace hearsay
