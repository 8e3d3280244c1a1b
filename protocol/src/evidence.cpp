#include "evidence.hpp"

#include <algorithm>
#include <iterator>

#include "hearsay/check.hpp"
#include "hearsay/codec.hpp"

namespace hearsay {
namespace {

std::vector<LifeId> united(const std::vector<LifeId>& one, const std::vector<LifeId>& other) {
    std::vector<LifeId> all;
    std::set_union(one.begin(), one.end(), other.begin(), other.end(), std::back_inserter(all));
    return all;
}

}  // namespace

MergeResult Evidence::merge_heartbeat(Heartbeat heartbeat, Moment heard) {
    if (heartbeat < heartbeat_) return MergeResult::outdated;
    if (heartbeat == heartbeat_) return MergeResult::nothing_new;
    heartbeat_ = heartbeat;
    heard_ = {.real = std::max(heard_.real, heard.real),
              .running = std::max(heard_.running, heard.running),
              .listening = std::max(heard_.listening, heard.listening)};
    for (std::vector<LifeId>& accusers : accusers_)
        accusers.clear();
    accuser_count_ = 0;
    ++revision_;
    accused_.reset();
    return MergeResult::advanced;
}

MergeResult Evidence::merge_accusation(const Accusation& accusation, Moment heard, Moment now,
                                       const std::function<bool(LifeId)>& is_believed) {
    const MergeResult merged = merge_heartbeat(accusation.heartbeat, heard);
    if (merged == MergeResult::outdated) return merged;

    std::vector<LifeId>& accusers = accusers_.at(static_cast<std::size_t>(accusation.cause));
    std::vector<LifeId> all = united(accusers, accusation.accusers);
    if (all.size() > limits::accusers_max) {
        std::stable_partition(all.begin(), all.end(), is_believed);
        all.resize(limits::accusers_max);
        std::sort(all.begin(), all.end());
    }
    if (all == accusers) return merged;
    accusers = std::move(all);
    accuser_count_ = Evidence::accusers().size();
    ++revision_;
    if (!accused_) accused_ = now;
    return MergeResult::accused;
}

Moment Evidence::accused() const {
    HEARSAY_CHECK(accused_.has_value());
    return *accused_;
}

const std::vector<LifeId>& Evidence::accusers(Cause cause) const {
    return accusers_.at(static_cast<std::size_t>(cause));
}

std::vector<LifeId> Evidence::accusers() const {
    return united(accusers_.at(0), accusers_.at(1));
}

}  // namespace hearsay
