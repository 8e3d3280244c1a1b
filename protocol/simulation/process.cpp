#include "process.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "hearsay/check.hpp"
#include "hearsay/random.hpp"

namespace hearsay::simulation {
namespace {

/// What the kernel and ZeroMQ together hold for a process that does not read.
constexpr std::size_t inbox_bytes_max = 1024 * 1024;

/// Those beyond the first few dozen would be dropped by full queues.
constexpr std::size_t held_max = 64;

/// Up to about twelve days, so that no two processes agree on what time it is.
Duration clock_offset(std::uint64_t seed) {
    return std::chrono::microseconds{mix(seed) >> 24U};
}

std::unique_ptr<StandInProver> make_prover(Keys keys, const std::string& name, std::uint64_t seed,
                                           Instant now) {
    if (keys == Keys::none) return nullptr;
    auto prover = std::make_unique<StandInProver>(name, mix(seed + 3));
    prover->tell_time(now);
    return prover;
}

}  // namespace

Process::Process(Surroundings surroundings, std::string host, const Config& config, Identity self,
                 std::uint64_t seed, Copying copying)
    : surroundings_(surroundings),
      host_(std::move(host)),
      self_(std::move(self)),
      address_(self_.endpoint),
      clock_(clock_offset(seed)),
      prover_(make_prover(surroundings.keys, self_.name, seed, now())),
      detector_(config, self_, seed, now(), prover_.get()),
      survey_("simulated", mix(seed + 2)),
      lateness_chance_(mix(seed + 1)) {
    if (copying == Copying::possible) recording_.emplace(config, self_, seed, now());
    self_.life = detector_.self().life;
    surroundings_.network.attach(address_, *this, transport_times(config), key_of(self_.name));
    surroundings_.checkers.note_began(self_.life, surroundings_.world.now());
    plan_turn(surroundings_.world.now());
}

Process::Process(Surroundings surroundings, std::string host, std::string address,
                 const Snapshot& snapshot)
    : surroundings_(surroundings),
      host_(std::move(host)),
      self_(snapshot.self),
      address_(std::move(address)),
      clock_(snapshot.clock),
      prover_(make_prover(surroundings.keys, self_.name, snapshot.recording.seed(), now())),
      detector_(snapshot.recording.replay(prover_.get())),
      survey_("simulated", mix(snapshot.recording.seed() + 2)),
      recording_(snapshot.recording),
      lateness_chance_(mix(snapshot.recording.seed() + 1)) {
    HEARSAY_CHECK(detector_.self().life == snapshot.self.life);
    HEARSAY_CHECK(detector_.heartbeat() == snapshot.heartbeat);
    surroundings_.network.attach(address_, *this, transport_times(recording_->config()),
                                 key_of(self_.name));
    surroundings_.checkers.note_copied(self_.life, surroundings_.world.now());
    plan_turn(surroundings_.world.now());
}

Snapshot Process::snapshot() const {
    HEARSAY_CHECK(recording_);
    return {.recording = *recording_,
            .clock = clock_,
            .self = self_,
            .heartbeat = detector_.heartbeat()};
}

void Process::arrive(Arrival arrival) {
    const std::size_t bytes = arrival.frame ? arrival.frame->size() : 0;
    if (!is_running_ || inbox_bytes_ + bytes > inbox_bytes_max) return;
    inbox_bytes_ += bytes;
    inbox_.push_back(std::move(arrival));
    plan_turn(surroundings_.world.now());
}

void Process::freeze() {
    is_frozen_ = true;
    surroundings_.checkers.note_paused(self_.life);
}

void Process::thaw() {
    is_frozen_ = false;
    surroundings_.checkers.note_disturbed(self_.life, surroundings_.world.now());
    next_turn_ = Instant::max();
    plan_turn(surroundings_.world.now());
}

void Process::suspend() {
    is_suspended_ = true;
    surroundings_.network.set_asleep(address_, true);
    freeze();
}

void Process::wake() {
    is_suspended_ = false;
    surroundings_.network.set_asleep(address_, false);
    thaw();
}

void Process::block() {
    is_blocked_ = true;
    blocked_at_ = surroundings_.world.now();
    surroundings_.checkers.note_paused(self_.life);
}

void Process::unblock() {
    is_blocked_ = false;
    // What is sent now is as old as what arrives from far away.
    surroundings_.checkers.note_handed_in(surroundings_.world.now() - blocked_at_);
    surroundings_.checkers.note_disturbed(self_.life, surroundings_.world.now());
    for (Transmit& transmit : std::exchange(held_, {}))
        surroundings_.network.send(address_, std::move(transmit));
    plan_turn(surroundings_.world.now());
}

void Process::starve(Duration lateness) {
    lateness_max_ = lateness;
    if (lateness >= lateness_) return;
    // The turn that is due need not wait so long any more.
    lateness_ = lateness;
    plan_turn(std::exchange(next_turn_, Instant::max()));
}

/// The turn that is planned would come at another time by the clock; an early one is harmless.
void Process::drift(std::int64_t per_million) {
    clock_.drift(per_million, surroundings_.world.now());
    plan_turn(surroundings_.world.now());
}

void Process::stop(Parting parting) {
    is_running_ = false;
    surroundings_.network.detach(address_, parting);
    surroundings_.checkers.note_ended(self_.life, surroundings_.world.now());
}

void Process::give(Command command) {
    HEARSAY_CHECK(is_running_ && !is_frozen_);
    tell_prover();
    command(detector_, now());
    if (recording_) recording_->add(std::move(command), now());
    plan_turn(surroundings_.world.now());
}

void Process::use_keys(Keys keys) {
    HEARSAY_CHECK(is_running_ && !is_frozen_ && !recording_ && !detector_.leaving());
    if (!prover_) prover_ = make_prover(keys, self_.name, number(self_.life), now());
    tell_prover();
    if (prover_) prover_->require(keys == Keys::used);
    detector_.take_over_keys(keys == Keys::none ? nullptr : prover_.get(), now());
    if (keys == Keys::none) prover_.reset();
    surroundings_.network.set_key(address_, keys == Keys::offered ? nullptr : key_of(self_.name));
    plan_turn(surroundings_.world.now());
}

void Process::begin_survey() {
    HEARSAY_CHECK(is_running_ && !is_frozen_);
    survey_.drop_finished();
    survey_.begin(detector_, clock_reading());
    plan_turn(surroundings_.world.now());
}

void Process::tell_prover() {
    if (prover_) prover_->tell_time(now());
}

std::shared_ptr<const Credential> Process::key_of(const std::string& name) const {
    if (!prover_) return nullptr;
    return std::make_shared<const Credential>(stand_in_credential(name));
}

/// The clocks on all walls show the same.
ClockReading Process::clock_reading() const {
    const Duration since = surroundings_.world.now().time_since_epoch();
    return {.now = now(), .wall = std::chrono::floor<Milliseconds>(since)};
}

void Process::plan_turn(Instant when) {
    if (when >= next_turn_) return;
    next_turn_ = when;
    const Instant at = std::max(when + lateness_, surroundings_.world.now());
    surroundings_.world.at(at, [this, when] {
        if (is_running_ && !is_frozen_ && when == next_turn_) take_turn();
    });
}

void Process::take_turn() {
    next_turn_ = Instant::max();
    tell_prover();
    lateness_ = Duration{static_cast<Duration::rep>(
        lateness_chance_.below(static_cast<std::uint64_t>(lateness_max_.count()) + 1))};
    if (!is_blocked_) empty_inbox();
    detector_.handle_timeout(now());
    survey_.handle_timeout(detector_, now());
    send_all();
    report_all();
    if (recording_) recording_->add_turn(now());
    const auto leaving = detector_.leaving();
    if (leaving && leaving->is_complete) {
        stop(Parting::process_gone);
    } else if (next_turn_ == Instant::max()) {
        const Instant deadline = clock_.when(detector_.next_deadline());
        surroundings_.checkers.check_deadline(self_.life, deadline, surroundings_.world.now());
        plan_turn(deadline);
        if (const auto due = survey_.next_deadline()) plan_turn(clock_.when(*due));
    }
}

void Process::empty_inbox() {
    for (Arrival& arrival : inbox_) {
        surroundings_.checkers.note_handed_in(surroundings_.world.now() - arrival.sent_at);
        take_in(std::move(arrival));
    }
    inbox_.clear();
    inbox_bytes_ = 0;
}

/// What changes no detector needs no recording.
void Process::take_in(Arrival arrival) {
    if (arrival.frame && is_survey_frame(*arrival.frame)) {
        static_cast<void>(survey_.handle_frame(*arrival.frame, arrival.link, detector_,
                                               clock_reading(), arrival.speaker.get()));
        return;
    }
    hand_in(arrival, detector_, now());
    if (recording_) recording_->add_arrival(std::move(arrival), now());
}

void Process::send_all() {
    note_life();
    while (auto transmit = detector_.poll_transmit())
        send(std::move(*transmit));
    while (auto transmit = survey_.poll_transmit())
        send(std::move(*transmit));
    while (auto probe = detector_.poll_probe()) {
        if (!is_blocked_) surroundings_.network.probe(address_, std::move(*probe));
    }
    surroundings_.checkers.check_heartbeat(self_.life, detector_.heartbeat(),
                                           surroundings_.world.now());
}

void Process::send(Transmit transmit) {
    if (!twist_ || is_survey_frame(transmit.frame)) return send_as_it_is(std::move(transmit));
    std::vector<Transmit> frames{std::move(transmit)};
    twist_(frames);
    for (Transmit& each : frames)
        send_as_it_is(std::move(each));
}

void Process::send_as_it_is(Transmit transmit) {
    if (!is_blocked_) return surroundings_.network.send(address_, std::move(transmit));
    if (held_.size() < held_max) held_.push_back(std::move(transmit));
}

/// A node that cannot outbid a claim goes on as another life (R19).
void Process::note_life() {
    const LifeId life = detector_.self().life;
    if (life == self_.life) return;
    surroundings_.checkers.note_reborn(self_.life, life, surroundings_.world.now());
    self_.life = life;
}

void Process::report_all() {
    std::vector<Event> events;
    while (auto event = detector_.poll_event())
        events.push_back(std::move(*event));
    if (events.empty()) return;
    const Instant outside = surroundings_.world.now();
    const std::vector<LifeId> mistaken =
        surroundings_.checkers.check_events(detector_, events, now(), outside);
    for (Event& event : events) {
        const LifeId subject = event.subject.life;
        const bool is_mistake =
            event.kind == EventKind::failed &&
            std::find(mistaken.begin(), mistaken.end(), subject) != mistaken.end();
        surroundings_.journal.add({.at = outside,
                                   .observer = host_,
                                   .event = std::move(event),
                                   .is_mistake = is_mistake});
    }
}

}  // namespace hearsay::simulation
