#pragma once

#include <cstddef>
#include <span>

#include "hearsay/detector.hpp"
#include "hearsay/proof.hpp"
#include "hearsay/time.hpp"

#include "limiter.hpp"
#include "log.hpp"

namespace hearsay {

/// Refuses messages that a member sends in the name of another, as far as the detector knows the
/// lives of both. Not thread-safe.
class SpeakerCheck {
  public:
    /// The log must outlive it.
    explicit SpeakerCheck(Log& log) : log_(log) {}

    /// False if the message is from a life that has another name than the member whose key has
    /// sent it, or introduces its sender by another name. Says so once a minute for each member.
    [[nodiscard]] bool is_its_own(std::span<const std::byte> frame, const Credential& speaker,
                                  const Detector& detector, Instant now);

  private:
    Log& log_;
    Limiter limiter_;
};

}  // namespace hearsay
