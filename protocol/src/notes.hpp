#pragma once

#include <vector>

#include "hearsay/event.hpp"
#include "hearsay/member.hpp"
#include "hearsay/time.hpp"

#include "evidence.hpp"

namespace hearsay {

/// One step on the way to a verdict.
struct Note {
    Instant at{};
    FindingKind kind{};
    /// Who accused the life, or brought newer word of it.
    LifeId by{};
    Cause cause = Cause::silence;
};

/// What was said since a life was accused last, for people alone: no rule reads it. Bounded, and
/// the first steps are kept.
class Notes {
  public:
    /// A new suspicion begins.
    void clear() { list_.clear(); }
    /// Notes those accusers that are not noted yet.
    void note_accusers(const Evidence& evidence, Instant now);
    /// Newer word came, and ends the suspicion.
    void note_objection(LifeId by, Instant now);

    [[nodiscard]] const std::vector<Note>& list() const { return list_; }

  private:
    [[nodiscard]] bool holds(LifeId accuser, Cause cause) const;
    void add(const Note& note);

    std::vector<Note> list_;
};

}  // namespace hearsay
