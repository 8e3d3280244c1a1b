#pragma once

#include <cstddef>

#include "hearsay/config.hpp"
#include "hearsay/time.hpp"

#include "numbers.hpp"

namespace hearsay {

/// A node that cannot keep up takes its time (R20).
///
/// A node whose rounds begin late again and again gets less of the processor than it needs, and so
/// may those that it hears. It takes two or four rounds for one, promises no more than that, and
/// is as much slower to hold others for silent: it behaves as a node that was configured so.
/// Lifeguard (section IV-A) lets a node's probes slow down as its own health falls; here its peers
/// are told of it, and expect no more.
class Pace {
  public:
    explicit Pace(const Config& chosen);

    /// So late a round begins only where the node itself was held up.
    [[nodiscard]] bool is_late(Duration late) const {
        return late > numbers::settle.of(round_ * factor_);
    }

    /// A round begins so much later than it was due. True if the pace has changed.
    [[nodiscard]] bool note_round(Duration late);

    /// How many rounds it takes for one: 1, 2 or 4.
    [[nodiscard]] int factor() const { return factor_; }

    /// True if it takes its rounds as configured, and none was late of late.
    [[nodiscard]] bool is_steady() const {
        return factor_ == 1 && punctual_ >= numbers::in_a_row();
    }

    /// True unless another pace begins with the present round: a peer that only answers was heard
    /// last when this node asked last, and that was at the old pace.
    [[nodiscard]] bool is_kept() const { return late_ + punctual_ > 0; }

    /// Stretches the times by which a node gossips and judges: `round`, `suspect_after` and
    /// `fail_after`.
    void set_times(Config& config) const;

  private:
    Duration round_;
    Duration suspect_after_;
    Duration fail_after_;
    int factor_ = 1;
    /// In a row.
    std::size_t late_ = 0;
    std::size_t punctual_ = numbers::in_a_row();
};

}  // namespace hearsay
