#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hearsay/detector.hpp"
#include "hearsay/random.hpp"
#include "hearsay/survey.hpp"

#include "checkers.hpp"
#include "drifting_clock.hpp"
#include "journal.hpp"
#include "network.hpp"
#include "recording.hpp"
#include "stand_in_prover.hpp"
#include "world.hpp"

namespace hearsay::simulation {

/// Whether the members of a cluster prove what they say, and how far it has moved to that.
enum class Keys : std::uint8_t {
    none,
    /// They prove what they say, over links without keys, and believe what is not proven.
    offered,
    /// As before, over links with keys.
    preferred,
    used,
};

/// What all processes of a cluster live in. Everything in it outlives them.
struct Surroundings {
    World& world;
    Network& network;
    Journal& journal;
    Checkers& checkers;
    Keys keys = Keys::none;
};

/// Whether a process can be copied. That costs the memory of all it ever heard.
enum class Copying : std::uint8_t { none, possible };

/// A copy of a process as it was at some instant.
struct Snapshot {
    Recording recording;
    DriftingClock clock;
    /// With the life it had come to.
    Identity self;
    Heartbeat heartbeat = 0;
};

/// What a member that lies makes of a frame before it is sent: another one, or several.
using Twist = std::function<void(std::vector<Transmit>& frames)>;

/// One process around one detector, driven as detector.hpp asks: when a frame arrives or a
/// deadline comes it hands in all that has arrived, tells the time, sends, reports, and sleeps.
/// Its clock shows another time than the world's and than anybody else's.
class Process final : public Receiver {
  public:
    /// It runs from now on. `host` names it in the journal.
    Process(Surroundings surroundings, std::string host, const Config& config, Identity self,
            std::uint64_t seed, Copying copying = Copying::none);
    /// The copy runs from now on, and is reached at `address`, whatever it says of itself: to it
    /// the time since it was made was a pause. None of its links is open.
    Process(Surroundings surroundings, std::string host, std::string address,
            const Snapshot& snapshot);
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    virtual ~Process() = default;

    void arrive(Arrival arrival) override;
    [[nodiscard]] bool is_awake() const override { return !is_frozen_; }

    /// No turns, as after SIGSTOP; what arrives lies in buffers until they are full.
    void freeze();
    void thaw();
    /// The whole machine sleeps: frozen, and nothing is accepted or acknowledged for it.
    void suspend();
    void wake();
    /// Lifeguard's anomaly (section V): it blocks just before it sends and just after it receives
    /// a message, and then does what it was about to do; timers and judgement go on meanwhile.
    void block();
    void unblock();
    /// Every turn comes late by up to `lateness`, as on a starved processor; zero ends that.
    void starve(Duration lateness);
    /// From now on its clock runs faster by so many millionths; slower if negative.
    void drift(std::int64_t per_million);
    /// From now on it lies.
    void lie(Twist twist) { twist_ = std::move(twist); }
    void stop(Parting parting);

    /// True while the process exists, frozen or not.
    [[nodiscard]] bool is_running() const { return is_running_; }
    /// Frozen, or suspended with its machine.
    [[nodiscard]] bool is_frozen() const { return is_frozen_; }
    [[nodiscard]] bool is_suspended() const { return is_suspended_; }
    [[nodiscard]] bool is_blocked() const { return is_blocked_; }
    /// By how much its turns come late at most.
    [[nodiscard]] Duration lateness() const { return lateness_max_; }
    /// By how many millionths its clock is fast.
    [[nodiscard]] std::int64_t drift() const { return clock_.drift(); }
    [[nodiscard]] const std::string& host() const { return host_; }
    /// As it was started, but for its present life.
    [[nodiscard]] const Identity& self() const { return self_; }

    /// Where it is reached; a copy says that it is where the original was.
    [[nodiscard]] const std::string& address() const { return address_; }
    [[nodiscard]] bool can_be_copied() const { return recording_.has_value(); }
    /// Itself as it is now. REQUIRES: it can be copied.
    [[nodiscard]] Snapshot snapshot() const;

    /// What the process's own clock shows.
    [[nodiscard]] Instant now() const { return clock_.at(surroundings_.world.now()); }
    [[nodiscard]] const Detector& detector() const { return detector_; }
    /// Nothing in a cluster without keys.
    [[nodiscard]] const Prover* prover() const { return prover_.get(); }
    /// What the command causes is sent in a turn at this same instant.
    /// REQUIRES: it runs and is not frozen. Of a process that can be copied the command may be
    /// given again, to the copy.
    void give(Command command);
    /// Goes on with keys in this use, as after a reload, in a new life with the first and without
    /// the last. REQUIRES: it runs, is not frozen and does not leave, and cannot be copied.
    void use_keys(Keys keys);
    /// Begins to ask all members for their views. What came of that stays until the next time.
    /// REQUIRES: it runs and is not frozen.
    void begin_survey();
    [[nodiscard]] const Survey& survey() const { return survey_; }

  private:
    void plan_turn(Instant when);
    void take_turn();
    void empty_inbox();
    [[nodiscard]] ClockReading clock_reading() const;
    void tell_prover();
    [[nodiscard]] std::shared_ptr<const Credential> key_of(const std::string& name) const;
    void take_in(Arrival arrival);
    void send_all();
    void send(Transmit transmit);
    void send_as_it_is(Transmit transmit);
    void note_life();
    void report_all();

    Surroundings surroundings_;
    std::string host_;
    Identity self_;
    std::string address_;
    DriftingClock clock_;
    std::unique_ptr<StandInProver> prover_;
    Detector detector_;
    Survey survey_;
    std::optional<Recording> recording_;
    std::deque<Arrival> inbox_;
    std::size_t inbox_bytes_ = 0;
    bool is_running_ = true;
    bool is_frozen_ = false;
    bool is_suspended_ = false;
    bool is_blocked_ = false;
    /// Since when, if it is, and what it was about to send.
    Instant blocked_at_;
    std::vector<Transmit> held_;
    Twist twist_;
    Random lateness_chance_;
    Duration lateness_max_{};
    /// Of the next turn.
    Duration lateness_{};
    /// Turns planned for another instant than this one are out of date.
    Instant next_turn_ = Instant::max();
};

}  // namespace hearsay::simulation
