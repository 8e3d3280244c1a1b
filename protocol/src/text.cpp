#include "hearsay/text.hpp"

#include <array>
#include <cstdint>
#include <cstdio>

namespace hearsay {

namespace {

constexpr std::uint64_t millisecond = 1'000;
constexpr std::uint64_t second = 1'000 * millisecond;
constexpr std::uint64_t minute = 60 * second;
constexpr std::uint64_t hour = 60 * minute;
constexpr std::uint64_t day = 24 * hour;

/// "2m05s", or "2m" where the small part is nothing.
std::string two_units(std::uint64_t great, char great_unit, std::uint64_t small, char small_unit) {
    std::string result = std::to_string(great) + great_unit;
    if (small == 0) return result;
    if (small < 10) result += '0';
    return result + std::to_string(small) + small_unit;
}

std::string seconds_text(std::uint64_t span) {
    const std::uint64_t tenths = span % second / (100 * millisecond);
    const std::string whole = std::to_string(span / second);
    return tenths == 0 ? whole + "s" : whole + "." + std::to_string(tenths) + "s";
}

std::string span_text(std::uint64_t span) {
    if (span < second) return std::to_string(span / millisecond) + "ms";
    if (span < minute) return seconds_text(span);
    if (span < hour) return two_units(span / minute, 'm', span % minute / second, 's');
    if (span < day) return two_units(span / hour, 'h', span % hour / minute, 'm');
    return two_units(span / day, 'd', span % day / hour, 'h');
}

}  // namespace

std::string_view text(MemberState state) {
    switch (state) {
        case MemberState::alive:
            return "alive";
        case MemberState::suspect:
            return "suspect";
        case MemberState::failed:
            return "failed";
        case MemberState::left:
            return "left";
    }
    return "unknown";
}

std::string_view text(Cause cause) {
    switch (cause) {
        case Cause::silence:
            return "silence";
        case Cause::refused:
            return "refused";
    }
    return "unknown";
}

std::string_view text(FindingKind kind) {
    return kind == FindingKind::accused ? "accused" : "objection";
}

std::string_view text(EventKind kind) {
    switch (kind) {
        case EventKind::joined:
            return "joined";
        case EventKind::suspected:
            return "suspected";
        case EventKind::cleared:
            return "cleared";
        case EventKind::failed:
            return "failed";
        case EventKind::recovered:
            return "recovered";
        case EventKind::restarted:
            return "restarted";
        case EventKind::left:
            return "left";
        case EventKind::forgotten:
            return "forgotten";
        case EventKind::alone:
            return "alone";
        case EventKind::stalled:
            return "stalled";
        case EventKind::isolated:
            return "isolated";
        case EventKind::withdrew:
            return "withdrew";
        case EventKind::returned:
            return "returned";
        case EventKind::updated:
            return "updated";
        case EventKind::link_lost:
            return "link_lost";
        case EventKind::link_back:
            return "link_back";
        case EventKind::renewed:
            return "renewed";
    }
    return "unknown";
}

std::string_view text(DecodeError error) {
    switch (error) {
        case DecodeError::truncated:
            return "truncated";
        case DecodeError::foreign_protocol:
            return "foreign_protocol";
        case DecodeError::foreign_version:
            return "foreign_version";
        case DecodeError::foreign_cluster:
            return "foreign_cluster";
        case DecodeError::oversized:
            return "oversized";
        case DecodeError::malformed:
            return "malformed";
        case DecodeError::out_of_bounds:
            return "out_of_bounds";
        case DecodeError::impostor:
            return "impostor";
    }
    return "unknown";
}

std::string_view sentence(DecodeError error) {
    switch (error) {
        case DecodeError::truncated:
            return "The frame is shorter than its fixed head.";
        case DecodeError::foreign_protocol:
            return "The sender does not speak hearsay.";
        case DecodeError::foreign_version:
            return "The sender speaks a version of the format that this build does not read.";
        case DecodeError::foreign_cluster:
            return "The sender belongs to another cluster.";
        case DecodeError::oversized:
            return "The frame is longer than any message may be.";
        case DecodeError::malformed:
            return "The frame is damaged: it is not one msgpack array.";
        case DecodeError::out_of_bounds:
            return "A field of the message is missing, of the wrong type or beyond its limit.";
        case DecodeError::impostor:
            return "The sender is not the member whose key it speaks with.";
    }
    return "The frame was refused.";
}

std::string text(LifeId life) {
    std::array<char, 17> digits{};
    std::snprintf(digits.data(), digits.size(), "%016llx",
                  static_cast<unsigned long long>(number(life)));
    return std::string(digits.data());
}

std::string text(Duration duration) {
    // Negated as unsigned, because the least span has no positive twin.
    const auto count = static_cast<std::uint64_t>(duration.count());
    return duration.count() < 0 ? "-" + span_text(0 - count) : span_text(count);
}

}  // namespace hearsay
