#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "hearsay/text.hpp"

#include "simulation/cluster.hpp"
#include "support/catch.hpp"

/// What the simulated stories share.
namespace hearsay::simulation {

/// A cluster that has come together and whose observers have had time to begin.
class SettledCluster : public Cluster {
  public:
    explicit SettledCluster(std::size_t count, Options options = {}) : Cluster(std::move(options)) {
        start(count);
        REQUIRE(comes_to_agree_within(100));
        run_for(10 * config().round);
    }

    [[nodiscard]] bool comes_to_agree_within(int rounds) {
        return run_until([this] { return all_agree(); }, rounds * config().round);
    }

    [[nodiscard]] bool comes_to_hold(std::string_view name, MemberState state, Duration bound) {
        return run_until([&] { return everyone_holds(name, state); }, bound);
    }

    /// The promise: no later than `fail_after` plus a fraction of a second.
    [[nodiscard]] Duration detection_bound() const {
        return config().fail_after + config().round + std::chrono::milliseconds{100};
    }
};

}  // namespace hearsay::simulation
