#include "named_probes.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace hearsay {
namespace {

/// Between two looks for the answer: a probe is worth little once silence says the same.
constexpr Duration look_pause = std::chrono::milliseconds(2);

}  // namespace

void NamedProbes::add(Probe probe, const Endpoint& endpoint, Instant now) {
    const bool is_there = std::any_of(waiting_.begin(), waiting_.end(), [&](const Waiting& other) {
        return other.probe.life == probe.life;
    });
    if (is_there) return;
    auto resolution = book_.look_up(endpoint);
    if (!resolution) return;
    waiting_.push_back({std::move(probe), endpoint, *std::move(resolution), now});
}

std::vector<NamedProbes::Ready> NamedProbes::take_ready(Instant now) {
    std::vector<Ready> ready;
    std::erase_if(waiting_, [&](Waiting& waiting) {
        if (waiting.resolution.is_pending()) return now - waiting.since >= patience_;
        if (waiting.resolution.addresses().size() != 1) return true;
        Endpoint address = waiting.endpoint;
        address.host = waiting.resolution.addresses().front();
        ready.push_back({std::move(waiting.probe), std::move(address)});
        return true;
    });
    return ready;
}

std::optional<Instant> NamedProbes::next_deadline(Instant now) const {
    if (waiting_.empty()) return std::nullopt;
    return now + look_pause;
}

}  // namespace hearsay
