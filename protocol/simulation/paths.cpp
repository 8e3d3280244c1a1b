#include "paths.hpp"

#include <algorithm>

namespace hearsay::simulation {
namespace {

Path one_behind_the_other(const Path& first, const Path& second) {
    const std::uint64_t passes =
        (1000 - first.loss_per_mille) * (1000 - second.loss_per_mille) / 1000;
    return {.delay = std::max(first.delay, second.delay),
            .spread = std::max(first.spread, second.spread),
            .loss_per_mille = 1000 - passes,
            .is_cut = first.is_cut || second.is_cut};
}

}  // namespace

Path Paths::between(std::size_t from, std::size_t to) const {
    if (const auto pair = pairs_.find({from, to}); pair != pairs_.end()) return pair->second;
    const auto egress = egress_.find(from);
    const auto ingress = ingress_.find(to);
    if (egress == egress_.end()) return ingress == ingress_.end() ? default_ : ingress->second;
    if (ingress == ingress_.end()) return egress->second;
    return one_behind_the_other(egress->second, ingress->second);
}

bool Paths::has_cuts() const {
    const auto is_cut = [](const auto& entry) { return entry.second.is_cut; };
    return default_.is_cut || std::any_of(pairs_.begin(), pairs_.end(), is_cut) ||
           std::any_of(ingress_.begin(), ingress_.end(), is_cut) ||
           std::any_of(egress_.begin(), egress_.end(), is_cut);
}

void Paths::heal() {
    pairs_.clear();
    ingress_.clear();
    egress_.clear();
    default_ = usual_;
}

}  // namespace hearsay::simulation
