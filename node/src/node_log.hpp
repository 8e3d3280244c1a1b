#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "hearsay/codec.hpp"
#include "hearsay/detector.hpp"
#include "hearsay/event.hpp"
#include "hearsay/node.hpp"
#include "hearsay/time.hpp"

#include "limiter.hpp"
#include "log.hpp"

namespace hearsay {

/// What a node says in its log: every event in a line, and what it refuses, but not each time.
class NodeLog {
  public:
    NodeLog(std::string cluster, Log& log) : cluster_(std::move(cluster)), log_(log) {}

    /// `kept_count` addresses are known from the life before.
    void note_start(const NodeOptions& options, const Identity& self, std::size_t kept_count);
    void note_event(const Event& event);
    /// A frame from `source` was refused. Says so once a minute for each source and reason, and
    /// returns whether it did.
    bool note_rejection(const Rejection& rejection, std::string_view source, Instant now);
    /// Says once that a seed is this node itself.
    void note_echoes(std::uint64_t echo_count);
    void note_ending(const Ending& ending);

  private:
    std::string cluster_;
    Log& log_;
    Limiter rejections_;
    bool has_noted_echo_ = false;
};

}  // namespace hearsay
