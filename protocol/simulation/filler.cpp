#include "filler.hpp"

#include <algorithm>
#include <string>

#include "hearsay/codec.hpp"

namespace hearsay::simulation {
namespace {

std::size_t bytes_of(const Tags& tags) {
    std::size_t bytes = 0;
    for (const auto& [key, value] : tags)
        bytes += key.size() + value.size();
    return bytes;
}

}  // namespace

std::optional<Tags> filled(Tags tags, std::size_t bytes) {
    if (bytes_of(tags) > bytes) return std::nullopt;
    while (bytes_of(tags) < bytes) {
        if (tags.size() == limits::tags_max) return std::nullopt;
        const std::size_t left = bytes - bytes_of(tags);
        std::string key = "filler" + std::to_string(tags.size());
        key.resize(std::clamp(left, key.size(), limits::tag_key_bytes_max), '-');
        const std::size_t rest = left - std::min(left, key.size());
        tags[key] = std::string(std::min(rest, limits::tag_value_bytes_max), 'x');
    }
    return tags;
}

}  // namespace hearsay::simulation
