#include "named_knocks.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace hearsay {
namespace {

/// Between two looks for the answer: a knock is worth little once silence says the same.
constexpr Duration look_pause = std::chrono::milliseconds(2);

}  // namespace

void NamedKnocks::add(Knock knock, const Endpoint& endpoint, Instant now) {
    const bool is_there = std::any_of(waiting_.begin(), waiting_.end(), [&](const Waiting& other) {
        return other.knock.life == knock.life;
    });
    if (is_there) return;
    auto resolution = book_.look_up(endpoint);
    if (!resolution) return;
    waiting_.push_back({std::move(knock), endpoint, *std::move(resolution), now});
}

std::vector<NamedKnocks::Ready> NamedKnocks::take_ready(Instant now) {
    std::vector<Ready> ready;
    std::erase_if(waiting_, [&](Waiting& waiting) {
        if (waiting.resolution.is_pending()) return now - waiting.since >= patience_;
        if (waiting.resolution.addresses().size() != 1) return true;
        Endpoint address = waiting.endpoint;
        address.host = waiting.resolution.addresses().front();
        ready.push_back({std::move(waiting.knock), std::move(address)});
        return true;
    });
    return ready;
}

std::optional<Instant> NamedKnocks::next_deadline(Instant now) const {
    if (waiting_.empty()) return std::nullopt;
    return now + look_pause;
}

}  // namespace hearsay
