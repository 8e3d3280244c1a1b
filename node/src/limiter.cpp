#include "limiter.hpp"

#include <chrono>

namespace hearsay {
namespace {

constexpr Duration pause = std::chrono::minutes(1);
constexpr std::size_t kinds_max = 256;
/// Under this all kinds go together once there are too many of them.
constexpr std::string_view others = "others";

}  // namespace

std::optional<std::uint64_t> Limiter::admit(std::string_view kind, Instant now) {
    auto found = entries_.find(kind);
    if (found == entries_.end()) {
        if (entries_.size() >= kinds_max) make_room(now);
        const auto key = entries_.size() >= kinds_max ? others : kind;
        const auto [entry, is_new] = entries_.try_emplace(std::string(key), Entry{now, 0});
        if (is_new) return 0;
        found = entry;
    }
    Entry& entry = found->second;
    if (now - entry.logged_at < pause) {
        ++entry.unlogged;
        return std::nullopt;
    }
    const std::uint64_t unlogged = entry.unlogged;
    entry = Entry{now, 0};
    return unlogged;
}

void Limiter::make_room(Instant now) {
    std::erase_if(entries_,
                  [now](const auto& entry) { return now - entry.second.logged_at >= pause; });
}

}  // namespace hearsay
