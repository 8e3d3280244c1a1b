#include <algorithm>
#include <string>
#include <vector>

#include "hearsay/text.hpp"

#include "core.hpp"

namespace hearsay {

std::vector<Finding> Detector::Core::findings(const Record& record) const {
    std::vector<Finding> findings;
    for (const Note& note : record.notes.list()) {
        findings.push_back({.at = note.at,
                            .kind = note.kind,
                            .by = names({note.by}).front(),
                            .cause = note.cause});
    }
    return findings;
}

void Detector::Core::record_event(EventKind kind, Record& record, Instant now, LifeId former_life,
                                  bool is_rekeyed) {
    if (kind != EventKind::updated) record.verdict.told_since = now;
    const bool is_failed = kind == EventKind::failed;
    const bool is_refused = !record.evidence.accusers(Cause::refused).empty();
    const Cause evident = is_refused ? Cause::refused : Cause::silence;
    outputs.history.record({.kind = kind,
                            .at = now,
                            .subject = record.identity,
                            .cause = is_failed ? record.verdict.cause : evident,
                            .silence = record.age(now),
                            .accusers = names(record.evidence.accusers()),
                            .former_life = former_life,
                            .is_rekeyed = is_rekeyed});
}

void Detector::Core::record_bare_event(EventKind kind, const Identity& subject, Duration silence,
                                       Instant now) {
    outputs.history.record({.kind = kind,
                            .at = now,
                            .subject = subject,
                            .cause = Cause::silence,
                            .silence = silence,
                            .accusers = {},
                            .former_life = {}});
}

std::vector<std::string> Detector::Core::names(const std::vector<LifeId>& lives) const {
    std::vector<std::string> names;
    names.reserve(lives.size());
    for (const LifeId life : lives) {
        const Record* record = table.find(life);
        const bool is_self = life == self.life;
        names.push_back(is_self ? self.name : record ? record->identity.name : text(life));
    }
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace hearsay
