#include "identity.hpp"

#include <cerrno>
#include <chrono>
#include <utility>

#include <sys/random.h>

#include "hearsay/check.hpp"

#include "clock.hpp"

namespace hearsay {
namespace {

/// An incarnation this far ahead of the clock is refused by the others (R19): it was told when the
/// clock was wrong.
constexpr std::uint64_t ahead_max = std::chrono::milliseconds(std::chrono::years(100)).count();

std::uint64_t wall_milliseconds() {
    const auto since_epoch = wall_now().time_since_epoch();
    const auto count = std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count();
    return count > 0 ? static_cast<std::uint64_t>(count) : 0;
}

}  // namespace

std::uint64_t draw_number() {
    std::uint64_t number = 0;
    ssize_t size = -1;
    do {
        size = getrandom(&number, sizeof(number), 0);
    } while (size < 0 && errno == EINTR);
    // Up to 256 bytes come whole or not at all.
    HEARSAY_CHECK(size == static_cast<ssize_t>(sizeof(number)));
    return number;
}

Identity make_identity(std::string name, std::string endpoint, Tags tags, std::uint64_t former) {
    const std::uint64_t now = wall_milliseconds();
    const bool is_behind = former >= now && former - now < ahead_max;
    std::uint64_t life = 0;
    while (life == 0)
        life = draw_number();
    return Identity{.life = LifeId{life},
                    .name = std::move(name),
                    .incarnation = is_behind ? former + 1 : now,
                    .endpoint = std::move(endpoint),
                    .tags_version = 0,
                    .tags = std::move(tags)};
}

}  // namespace hearsay
