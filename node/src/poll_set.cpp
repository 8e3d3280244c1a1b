#include "poll_set.hpp"

#include <algorithm>
#include <chrono>

#include "zmq_io.hpp"

namespace hearsay {
namespace {

using std::chrono::milliseconds;

/// Nobody sleeps longer than a round.
constexpr milliseconds timeout_max{60'000};

}  // namespace

void PollSet::clear() {
    descriptors_.clear();
    news_.clear();
    is_ready_ = false;
}

void PollSet::add(int descriptor, bool& has_news, int wanted) {
    const auto events = static_cast<short>(wanted);
    descriptors_.push_back({.fd = descriptor, .events = events, .revents = 0});
    news_.push_back(&has_news);
}

void PollSet::wait(Duration timeout) {
    // Rounded up, or the last part of a millisecond would be spent in a busy loop.
    const auto whole =
        std::clamp(std::chrono::ceil<milliseconds>(timeout), milliseconds(0), timeout_max);
    const int limit = is_ready_ ? 0 : static_cast<int>(whole.count());
    if (::poll(descriptors_.data(), descriptors_.size(), limit) <= 0) return;
    for (std::size_t i = 0; i < descriptors_.size(); ++i) {
        if (descriptors_[i].revents != 0) *news_[i] = true;
    }
}

std::optional<int> Attention::watch(PollSet& set, zmq::socket_t& socket, int wanted) {
    std::optional<int> ready;
    if (is_due_) ready = ready_for(socket);
    is_due_ = ready && (*ready & wanted) != 0;
    if (is_due_) set.note_ready();
    set.add(socket.get(zmq::sockopt::fd), is_due_);
    return ready;
}

}  // namespace hearsay
