#pragma once

#include <functional>
#include <memory>
#include <span>

#include "bounds.hpp"
#include "cluster.hpp"
#include "script.hpp"

namespace hearsay::simulation {

/// Watches a script being played.
class Spectator {
  public:
    virtual ~Spectator() = default;
    /// Right before each step, whether it comes to pass or not.
    virtual void see(const Step& step) = 0;
    /// Several times a round.
    virtual void look() = 0;
};

/// Starts the script's nodes, does its steps and lets time pass until its end. A step, or a host
/// of it, that makes no sense is skipped: nobody can crash who does not run. So a part of a
/// script is a script.
/// REQUIRES: `cluster` was made of `options_of(script)`, and nothing was started in it.
void play(const Script& script, Cluster& cluster, std::span<Spectator* const> spectators = {});

/// Plays the script in a cluster of its own, which is returned as it is at the end.
[[nodiscard]] std::unique_ptr<Cluster> run(const Script& script);

}  // namespace hearsay::simulation
