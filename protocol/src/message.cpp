#include "hearsay/message.hpp"

#include "hearsay/random.hpp"

namespace hearsay {

std::uint64_t roster_key(LifeId life, std::uint64_t tags_version) {
    if (tags_version == 0) return number(life);
    // Versions are small and neighbouring: mixed alone first, they do not cancel against the life.
    return mix(number(life) ^ mix(tags_version));
}

}  // namespace hearsay
