#pragma once

#include <optional>
#include <string_view>

#include "hearsay/time.hpp"

namespace hearsay {

/// When a survey is worth its price: only while somebody listens, soon after something that it
/// would show, and now and then. Pure.
class SurveySchedule {
  public:
    /// Whether anybody listens.
    void set_listened(bool is_listened, Instant now);

    /// The node has told this kind of event.
    void note_event(std::string_view kind, Instant now);

    /// One is of use from now on, as for a node that was just found.
    void want(Instant at);

    void note_begin(Instant now);
    void note_end() { is_running_ = false; }

    /// When the next one is to be made; nothing while nobody listens or one is being made.
    [[nodiscard]] std::optional<Instant> due() const;

  private:
    bool is_listened_ = false;
    bool is_running_ = false;
    std::optional<Instant> wanted_at_;
    std::optional<Instant> last_;
};

}  // namespace hearsay
