#include "paths.hpp"

#include <algorithm>

namespace hearsay::simulation {
namespace {

/// Whom it befalls on one of two ways, or on both.
std::uint64_t either(std::uint64_t one, std::uint64_t other) {
    return 1000 - (1000 - one) * (1000 - other) / 1000;
}

/// The narrower of two bounds, of which zero is none.
std::uint64_t narrower(std::uint64_t one, std::uint64_t other) {
    return one == 0 || other == 0 ? std::max(one, other) : std::min(one, other);
}

Path one_behind_the_other(const Path& first, const Path& second) {
    return {.delay = std::max(first.delay, second.delay),
            .spread = std::max(first.spread, second.spread),
            .loss_per_mille = either(first.loss_per_mille, second.loss_per_mille),
            .is_cut = first.is_cut || second.is_cut,
            .hole_bytes = narrower(first.hole_bytes, second.hole_bytes),
            .bytes_per_second = narrower(first.bytes_per_second, second.bytes_per_second),
            .corrupt_per_mille = either(first.corrupt_per_mille, second.corrupt_per_mille),
            .duplicate_per_mille = either(first.duplicate_per_mille, second.duplicate_per_mille),
            .reorder_per_mille = either(first.reorder_per_mille, second.reorder_per_mille)};
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
