#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hearsay/config.hpp"
#include "hearsay/detector.hpp"
#include "hearsay/time.hpp"

#include "dial_state.hpp"
#include "log.hpp"

namespace hearsay {

/// Says in the log of each seed that was asked and does not answer why that may be: when it is
/// known, and again after four times as many attempts.
class SeedWatch {
  public:
    using StateOf = std::function<DialReport(const std::string& endpoint)>;

    /// A seed has two rounds to answer.
    SeedWatch(const Config& config, Log& log);

    void set_seeds(const std::vector<std::string>& seeds);

    /// Something was sent to an endpoint, be it a seed or not.
    void note_asked(std::string_view endpoint, Instant now);

    /// Looks at all that were asked; the probes it returns tell a refusal from silence.
    [[nodiscard]] std::vector<Probe> look(const StateOf& state_of, Instant now);

    /// What an endpoint said is of another cluster. False if the endpoint is no seed.
    [[nodiscard]] bool note_foreign(std::string_view endpoint, std::string cluster);

    /// True if it was a probe of this watch that was refused.
    [[nodiscard]] bool take_refused(const Probe& probe);

  private:
    struct Seed {
        std::string endpoint;
        std::uint64_t attempts = 0;
        Instant asked_since{};
        std::optional<Instant> probed_at;
        bool is_refused = false;
        /// The other cluster that it belongs to; empty if that is not known.
        std::string foreign_cluster;
        /// Of which attempt a reason was given last; zero if of none.
        std::uint64_t told_attempts = 0;
    };

    [[nodiscard]] Probe probe_of(const Seed& seed) const;
    /// The reason, as far as it is known by now.
    [[nodiscard]] std::optional<std::string> reason(const Seed& seed, const DialReport& report,
                                                    Instant now) const;
    void tell(Seed& seed, std::string_view reason);

    std::string cluster_;
    Duration round_;
    Log& log_;
    std::vector<Seed> seeds_;
};

}  // namespace hearsay
