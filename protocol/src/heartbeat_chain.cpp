#include "heartbeat_chain.hpp"

#include "hearsay/check.hpp"

namespace hearsay {

Mark walk_back(const Prover& prover, Mark mark, std::uint64_t steps) {
    for (; steps > 0; --steps)
        mark = prover.before(mark);
    return mark;
}

HeartbeatChain::HeartbeatChain(Prover& prover, Heartbeat base, std::size_t length)
    : prover_(&prover), base_(base), length_(length), section_(length) {
    HEARSAY_CHECK(length > 0 && length % stride == 0);
    milestones_.resize(length / stride + 1);
    milestones_.back() = prover.draw();
    for (std::size_t at = milestones_.size() - 1; at > 0; --at)
        milestones_[at - 1] = walk_back(prover, milestones_[at], stride);
}

Mark HeartbeatChain::mark(Heartbeat heartbeat) {
    HEARSAY_CHECK(covers(heartbeat));
    const std::size_t offset = heartbeat - base_;
    if (offset == length_) return milestones_.back();
    if (offset / stride != section_) enter(offset / stride);
    return marks_[offset % stride];
}

void HeartbeatChain::enter(std::size_t section) {
    section_ = section;
    marks_.resize(stride);
    Mark mark = milestones_[section + 1];
    for (std::size_t at = stride; at > 0; --at) {
        mark = prover_->before(mark);
        marks_[at - 1] = mark;
    }
}

}  // namespace hearsay
