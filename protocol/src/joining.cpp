#include "joining.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "numbers.hpp"

namespace hearsay {

Joining::Joining(const Config& config, Random& random, Instant now)
    : started_at_(now),
      due_(now),
      pause_(numbers::settle.of(config.round)),
      next_seed_(random.below(config.seeds.size() + 1)) {}

std::vector<std::string> Joining::take_seeds(const Config& config, const std::string& own,
                                             Random& random, Instant now) {
    std::vector<std::string> seeds = config.seeds;
    std::erase(seeds, own);
    std::vector<std::string> taken;
    const std::size_t count = std::min(numbers::seeds_at_once(), seeds.size());
    for (std::size_t i = 0; i < count; ++i)
        taken.push_back(seeds[next_seed_++ % seeds.size()]);
    const Duration part = numbers::settle.of(pause_);
    const auto spread = static_cast<std::uint64_t>(2 * part.count());
    due_ = now + pause_ - part + Duration(static_cast<Duration::rep>(random.below(spread + 1)));
    pause_ = std::min(2 * pause_, numbers::join_slowest.of(config.round));
    return taken;
}

void Joining::note_company(const Config& config) {
    is_loneliness_told_ = false;
    pause_ = numbers::settle.of(config.round);
}

bool Joining::must_tell_loneliness(const Config& config, Instant now) {
    const bool is_start = now - started_at_ < config.fail_after;
    return !is_start && !std::exchange(is_loneliness_told_, true);
}

}  // namespace hearsay
