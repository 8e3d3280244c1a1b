#pragma once

#include <cstddef>
#include <cstdint>

namespace hearsay {

/// Which of the two connections between two members a frame takes.
enum class Lane : std::uint8_t { short_frames, long_frames };

/// A longer frame takes a connection of its own, so that no pulse waits behind a list.
inline constexpr std::size_t short_frame_bytes_max = 1024;

[[nodiscard]] constexpr Lane lane_of(std::size_t frame_bytes) {
    return frame_bytes > short_frame_bytes_max ? Lane::long_frames : Lane::short_frames;
}

}  // namespace hearsay
