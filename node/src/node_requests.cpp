// What other threads ask of a node that runs.

#include <utility>

#include "clock.hpp"
#include "node_core.hpp"
#include "start_checks.hpp"

namespace hearsay {

void Node::Core::add_callback(Callback callback) {
    const std::scoped_lock lock(mutex_);
    callbacks_.push_back(std::move(callback));
}

void Node::Core::set_tags(Tags tags) {
    const std::scoped_lock lock(mutex_);
    NodeOptions changed = options_;
    changed.tags = tags;
    check_options(changed);
    detector_->set_tags(std::move(tags), steady_now());
    wakeup_.wake();
}

void Node::Core::set_seeds(std::vector<std::string> seeds) {
    const std::scoped_lock lock(mutex_);
    NodeOptions changed = options_;
    changed.config.seeds = seeds;
    check_options(changed);
    transport_->set_seeds(seeds);
    seed_watch_->set_seeds(seeds);
    keeper_.set_given_seeds(std::move(seeds));
    detector_->set_seeds(keeper_.seeds(steady_now()));
    wakeup_.wake();
}

void Node::Core::set_event_handlers(std::vector<std::string> commands, Duration timeout) {
    const std::scoped_lock lock(mutex_);
    NodeOptions changed = options_;
    changed.event_handlers = commands;
    changed.handler_timeout = timeout;
    check_options(changed);
    claims_.set_commands(commands);
    handlers_->replace(std::move(commands), timeout);
}

std::vector<Member> Node::Core::members() const {
    const std::scoped_lock lock(mutex_);
    return detector_->members(steady_now());
}

Status Node::Core::status() const {
    const std::scoped_lock lock(mutex_);
    return detector_->status(steady_now());
}

void Node::Core::request_reload_of_keys() {
    must_renew_keys_ = true;
    wakeup_.wake();
}

void Node::Core::set_keys(KeyChoice choice) {
    const std::scoped_lock lock(mutex_);
    keys_.check_step(choice);
    wanted_keys_ = std::move(choice);
    request_reload_of_keys();
}

// In a turn, for the loop uses the sockets while nobody holds the lock. A node that leaves goes on
// with what it has. A choice whose keys could not be used is tried again at the next reload.
void Node::Core::renew_keys() {
    if (!must_renew_keys_.exchange(false) || detector_->leaving()) return;
    const std::uint64_t former_version = keys_.revocations_version();
    const bool has_changed = wanted_keys_ && keys_.change(*wanted_keys_, options_.advertise);
    if (has_changed) transport_->use_keys(keys_.ring(), keys_.use());
    // The files may be others as well.
    const auto renewal = keys_.reload(options_.advertise);
    if (renewal) transport_->take_over_keys(*renewal);
    if (!has_changed && !renewal) return;
    detector_->take_over_keys(keys_.prover(), steady_now());
    keys_.forget_former();
    if (keys_.revocations_version() > former_version) {
        transport_->take_over_revocations(steady_now());
    }
}

void Node::Core::take_notices(Instant now) {
    bool has_news = false;
    while (const auto notice = transport_->poll_notice())
        has_news |= keys_.take_revocations(*notice, now);
    if (!has_news) return;
    transport_->take_over_revocations(now);
    detector_->take_over_keys(keys_.prover(), now);
}

}  // namespace hearsay
