#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hearsay/detector.hpp"
#include "hearsay/time.hpp"

#include "descriptor.hpp"
#include "endpoint.hpp"
#include "log.hpp"
#include "poll_set.hpp"

namespace hearsay {

/// Connections tried for their outcome alone (R9). Only a refusal by the other side is an outcome;
/// whatever else happens, to them or to us, is silence.
///
/// Driven by the node's loop; blocks nowhere and throws nothing of its own.
class Probes {
  public:
    /// How many may be under way at once.
    static constexpr std::size_t probes_max = 64;

    /// A probe that comes to nothing for `patience` is given up.
    /// The log must outlive it.
    Probes(Duration patience, Log& log) : patience_(patience), log_(log) {}

    /// Probes at `address`, which is what the probe's endpoint stands for: a numeric one or a path.
    /// False if it is not begun: the same life is probed already, and what comes of that will
    /// be told of this probe; or as many are under way as may be.
    bool start(Probe probe, Endpoint address, Instant now);

    /// Wakes the loop when one of them gets on, or was refused.
    void watch(PollSet& set);

    /// Takes the next step of each that got on, and gives up those that wait too long.
    void handle_turn(Instant now);

    /// When `handle_turn` is due at the latest; nothing if none is under way.
    [[nodiscard]] std::optional<Instant> next_deadline() const;

    /// The next probe that was refused, if any.
    [[nodiscard]] std::optional<Probe> poll_refused();

  private:
    enum class Outcome { pending, refused, answered, nothing };

    struct Attempt {
        Probe probe;
        Endpoint address;
        Instant begun_at;
        Descriptor socket;
        int tries = 0;
        bool is_connected = false;
        bool has_news = false;
        bool is_over = false;
    };

    [[nodiscard]] static std::string_view words_for(Outcome outcome);
    [[nodiscard]] static Outcome connect(Attempt& attempt);
    [[nodiscard]] static Outcome connect_again(Attempt& attempt);
    [[nodiscard]] static Outcome judge(Attempt& attempt, int error);
    [[nodiscard]] static Outcome listen(Attempt& attempt);
    [[nodiscard]] Outcome step(Attempt& attempt, Instant now) const;
    /// The attempt of the same life, if one is under way.
    [[nodiscard]] Attempt* find(const Probe& probe);
    /// True if that was the end of it.
    bool settle(Attempt& attempt, Outcome outcome);

    Duration patience_;
    Log& log_;
    std::vector<Attempt> attempts_;
    std::vector<Probe> refused_;
};

}  // namespace hearsay
