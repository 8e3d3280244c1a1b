#include "notes.hpp"

#include <algorithm>

namespace hearsay {
namespace {

/// More than a member has observers, and an objection to them.
constexpr std::size_t notes_max = 32;

}  // namespace

void Notes::note_accusers(const Evidence& evidence, Instant now) {
    for (const Cause cause : {Cause::silence, Cause::refused}) {
        for (const LifeId accuser : evidence.accusers(cause)) {
            if (holds(accuser, cause)) continue;
            add({.at = now, .kind = FindingKind::accused, .by = accuser, .cause = cause});
        }
    }
}

void Notes::note_objection(LifeId by, Instant now) {
    add({.at = now, .kind = FindingKind::objection, .by = by});
}

// An objection ends a suspicion, so all that is noted before it are accusations.
bool Notes::holds(LifeId accuser, Cause cause) const {
    return std::any_of(list_.begin(), list_.end(),
                       [&](const Note& note) { return note.by == accuser && note.cause == cause; });
}

void Notes::add(const Note& note) {
    if (list_.size() < notes_max) list_.push_back(note);
}

}  // namespace hearsay
