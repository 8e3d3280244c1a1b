#pragma once

#include <optional>
#include <vector>

#include "hearsay/detector.hpp"
#include "hearsay/time.hpp"

#include "endpoint.hpp"
#include "resolver.hpp"

namespace hearsay {

/// Probes at names that were never dialled from here, and are looked up before: the peer has always
/// dialled us. Where a name has several addresses nobody knows which of them was the peer's, and
/// none is probed.
///
/// Driven by the node's loop; blocks nowhere.
class NamedProbes {
  public:
    /// A probe, and the one address that its endpoint stands for.
    struct Ready {
        Probe probe;
        Endpoint address;
    };

    /// `book` must outlive it. What is not looked up after `patience` is given up.
    NamedProbes(AddressBook& book, Duration patience) : book_(book), patience_(patience) {}

    /// Looks the host of `endpoint` up, unless too many are looked up already.
    void add(Probe probe, const Endpoint& endpoint, Instant now);

    /// Those that are looked up by now.
    [[nodiscard]] std::vector<Ready> take_ready(Instant now);

    /// When `take_ready` is due; nothing if none waits.
    [[nodiscard]] std::optional<Instant> next_deadline(Instant now) const;

  private:
    struct Waiting {
        Probe probe;
        Endpoint endpoint;
        Resolution resolution;
        Instant since;
    };

    AddressBook& book_;
    Duration patience_;
    std::vector<Waiting> waiting_;
};

}  // namespace hearsay
