#include "stream.hpp"

#include <algorithm>
#include <iterator>
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
    const Load load = next_load();
    const auto end = unsent.begin() + static_cast<std::ptrdiff_t>(load.count);
    std::vector<Frame> segment(std::make_move_iterator(unsent.begin()),
                               std::make_move_iterator(end));
    unsent.erase(unsent.begin(), end);
    unsent_bytes -= load.bytes;
    return segment;
}

std::size_t Stream::segment_bytes() const {
    return std::min(next_load().bytes, segment_bytes_max);
}

Stream::Load Stream::next_load() const {
    Load load;
    for (const Frame& frame : unsent) {
        if (load.count > 0 && load.bytes + frame.bytes.size() > segment_bytes_max) break;
        ++load.count;
        load.bytes += frame.bytes.size();
    }
    return load;
}

}  // namespace hearsay::simulation
