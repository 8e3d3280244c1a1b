#include "hearsay/detector.hpp"

#include <utility>

#include "hearsay/check.hpp"

#include "core.hpp"
#include "numbers.hpp"
#include "suspicion.hpp"

namespace hearsay {

Detector::Core::Core(Config chosen, Identity identity, std::uint64_t seed, Instant now,
                     Prover* prover)
    : config(std::move(chosen)),
      self(std::move(identity)),
      random(seed),
      turns{.started_at = now,
            .last_at = now,
            .next_at = now,
            .round_at = now + Duration(static_cast<Duration::rep>(
                                  random.below(static_cast<std::uint64_t>(config.round.count()))))},
      health(config, now),
      table(self, config.ring_count),
      joining(config, random, now),
      name_claim(self.incarnation, now) {
    broadcasts.due = now;
    HEARSAY_CHECK(!validate(config));
    HEARSAY_CHECK(number(self.life) != 0);
    if (prover == nullptr) return;
    proofs.emplace(config.cluster, *prover);
    self.life = proofs->begin_life();
    table.update_self(self);
}

Detector::Detector(Config config, Identity self, std::uint64_t seed, Instant now, Prover* prover)
    : core_(std::make_unique<Core>(std::move(config), std::move(self), seed, now, prover)) {}
Detector::Detector(Detector&&) noexcept = default;
Detector& Detector::operator=(Detector&&) noexcept = default;
Detector::~Detector() = default;

std::optional<Rejection> Detector::handle_message(std::span<const std::byte> frame, LinkId link,
                                                  Instant now, const Credential* speaker) {
    return core_->handle_message(frame, link, now, speaker);
}

bool Detector::is_bearer(const Credential& speaker, LifeId life) const {
    return core_->proofs && core_->proofs->is_bearer(speaker, life);
}

void Detector::review_certificates(Instant now) {
    core_->review_certificates(now);
}

void Detector::take_over_keys(Prover* prover, Instant now) {
    core_->take_over_keys(prover, now);
}

void Detector::handle_link_broken(LinkId link) {
    core_->lose_link(link);
}

void Detector::handle_refused(LifeId life, Instant now) {
    core_->note_refused(life, now);
}

void Detector::handle_timeout(Instant now) {
    core_->handle_timeout(now);
}

std::optional<Transmit> Detector::poll_transmit() {
    if (core_->outputs.frames.empty()) return std::nullopt;
    std::optional<Transmit> next = std::move(core_->outputs.frames.front());
    core_->outputs.frames.pop_front();
    return next;
}

std::optional<Probe> Detector::poll_probe() {
    if (core_->outputs.probes.empty()) return std::nullopt;
    std::optional<Probe> next = std::move(core_->outputs.probes.front());
    core_->outputs.probes.pop_front();
    return next;
}

std::optional<Event> Detector::poll_event() {
    return core_->outputs.history.poll();
}

Instant Detector::next_deadline() const {
    return core_->turns.next_at;
}

void Detector::leave(Instant now) {
    core_->leave(now);
}

std::optional<Confirmation> Detector::leaving() const {
    if (!core_->leaving) return std::nullopt;
    return core_->leaving->confirmation(core_->turns.last_at);
}

ForgetOutcome Detector::forget(std::string_view name, bool force, Instant now) {
    return core_->forget(name, force, now);
}

std::optional<Confirmation> Detector::forgetting() const {
    if (!core_->forgetting) return std::nullopt;
    return core_->forgetting->confirmation(core_->turns.last_at);
}

bool Detector::acquaint(const Identity& member, Instant now) {
    Message message;
    Core::Inbound in{.message = message, .link = LinkId::none, .now = now, .delay = {}};
    core_->receive_introduction({.identity = member, .heartbeat = 0, .age = {}}, in);
    core_->broadcasts.introductions.erase(member.life);
    core_->turns.next_at = now;
    return core_->table.find(member.life) != nullptr;
}

void Detector::set_tags(Tags tags, Instant now) {
    core_->self.tags = std::move(tags);
    core_->introduce_anew();
    core_->turns.next_at = now;
}

void Detector::set_seeds(std::vector<std::string> seeds) {
    core_->config.seeds = std::move(seeds);
}

const std::optional<Identity>& Detector::name_conflict() const {
    return core_->name_claim.bearer();
}

std::vector<Member> Detector::members(Instant now) const {
    return core_->members(now);
}

const Identity& Detector::self() const {
    return core_->self;
}

Heartbeat Detector::heartbeat() const {
    return core_->leaving ? heartbeat_left : core_->heartbeat;
}

std::optional<Member> Detector::member(std::string_view name, Instant now) const {
    if (name == core_->self.name) return core_->own_member(now);
    const Record* record = std::as_const(core_->table).find_name(name);
    return record == nullptr ? std::nullopt : std::optional(core_->member(*record, now));
}

std::optional<Member> Detector::member(LifeId life, Instant now) const {
    const Record* record = std::as_const(core_->table).find(life);
    return record == nullptr ? std::nullopt : std::optional(core_->member(*record, now));
}

std::vector<Link> Detector::links(Instant now) const {
    return core_->neighbour_links(now);
}

std::optional<Explanation> Detector::explain(std::string_view name, Instant now) const {
    return core_->explain(name, now);
}

Status Detector::status(Instant now) const {
    return core_->status(now);
}

const Config& Detector::config() const {
    return core_->config;
}

}  // namespace hearsay
