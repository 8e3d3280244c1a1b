#include "keeper.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

namespace hearsay {
namespace {

/// The file is not written more often than this, whatever happens in the cluster.
constexpr Duration note_pause = std::chrono::seconds(2);
/// So often it is looked whether an address is to be given up.
constexpr Duration aging_pause = std::chrono::minutes(1);
/// As long as a seed has until the log says that it does not answer.
constexpr int rounds_to_answer = 2;

}  // namespace

Keeper::Keeper(const NodeOptions& options, Log& log)
    : log_(log),
      round_(options.config.round),
      forget_after_(options.config.forget_after),
      given_(options.config.seeds) {
    if (options.data_directory.empty()) return;
    file_ =
        std::make_shared<StateFile>(options.data_directory, options.name, options.config.cluster);
    auto found = file_->find();
    state_ = std::move(found.state);
    if (found.problem.empty()) return;
    log_.warn("{} {}; it is replaced, and this node joins through its seeds alone",
              file_->path().string(), found.problem);
}

void Keeper::begin(const Identity& self, Instant now) {
    addresses_.emplace(KeptAddresses::Owner{.name = self.name, .endpoint = self.endpoint},
                       state_.addresses, forget_after_, now);
    choice_.emplace(self.endpoint, rounds_to_answer * round_, now);
    next_aging_ = now + aging_pause;
    if (!file_) return;
    state_.incarnation = self.incarnation;
    state_.addresses = addresses_->addresses();
    file_->note(state_);
    file_->restore();
}

std::vector<std::string> Keeper::seeds(Instant now) {
    std::vector<std::string> kept;
    std::transform(state_.addresses.begin(), state_.addresses.end(), std::back_inserter(kept),
                   [](const KeptAddress& address) { return address.endpoint; });
    seeds_ = choice_->choose(given_, kept, is_alone_, now);
    return seeds_;
}

void Keeper::note_event(const Event& event) {
    switch (event.kind) {
        case EventKind::joined:
        case EventKind::restarted:
        case EventKind::recovered:
        case EventKind::failed:
        case EventKind::left:
        case EventKind::forgotten:
            has_news_ = true;
            return;
        default:
            return;
    }
}

void Keeper::note_foreign(const std::string& endpoint) {
    if (!addresses_->drop(endpoint)) return;
    log_.info("{} is of another cluster, and kept no longer", endpoint);
    has_news_ = true;
}

void Keeper::look(Detector& detector, bool is_alone, Instant now) {
    if (!file_) return;
    is_alone_ = is_alone;
    if (detector.self().incarnation != state_.incarnation) has_news_ = true;
    if (now >= next_note_ && (has_news_ || now >= next_aging_)) take_note(detector, now);
    const std::vector<std::string> former = seeds_;
    if (std::vector<std::string> present = seeds(now); present != former)
        detector.set_seeds(std::move(present));
}

void Keeper::finish(const Detector& detector, Instant now) {
    if (file_ && has_news_) take_note(detector, now);
}

void Keeper::take_note(const Detector& detector, Instant now) {
    has_news_ = false;
    next_note_ = now + note_pause;
    next_aging_ = now + aging_pause;
    addresses_->note(detector.members(now), now);
    state_.incarnation = detector.self().incarnation;
    state_.addresses = addresses_->addresses();
    file_->note(state_);
}

}  // namespace hearsay
