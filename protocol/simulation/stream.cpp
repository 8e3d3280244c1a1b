#include "stream.hpp"

#include <algorithm>
#include <utility>

namespace hearsay::simulation {
namespace {

/// Linux: the ceiling of the retransmission time-out.
constexpr Duration retransmit_after_max = std::chrono::seconds{120};

}  // namespace

Duration backed_off(std::uint32_t retries) {
    return std::min<Duration>(retransmit_after * (1U << std::min(retries, 10U)),
                              retransmit_after_max);
}

bool Stream::push(Frame frame) {
    if (unsent_bytes + frame.bytes.size() > window_bytes) return false;
    unsent_bytes += frame.bytes.size();
    unsent.push_back(std::move(frame));
    return true;
}

std::vector<Frame> Stream::take_segment() {
    std::vector<Frame> segment;
    std::size_t bytes = 0;
    do {
        bytes += unsent.front().bytes.size();
        segment.push_back(std::move(unsent.front()));
        unsent.pop_front();
    } while (!unsent.empty() && bytes + unsent.front().bytes.size() <= segment_bytes_max);
    unsent_bytes -= bytes;
    return segment;
}

}  // namespace hearsay::simulation
