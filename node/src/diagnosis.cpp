#include "diagnosis.hpp"

#include <algorithm>
#include <utility>

#include "hearsay/text.hpp"

#include "clock.hpp"
#include "phrase.hpp"

namespace hearsay {

Diagnosis::Diagnosis(Duration round, Log& log, Instant now)
    : round_(round), log_(log), looked_at_(now), surveyed_at_(now) {}

void Diagnosis::note_turn(Instant due, Instant now) {
    ++turns_.count;
    turns_.latest = std::max(turns_.latest, now - due);
}

void Diagnosis::note_turn_end(Instant begun) {
    if (log_.is_heard(LogLevel::debug)) {
        turns_.longest = std::max(turns_.longest, steady_now() - begun);
    }
}

void Diagnosis::look(const Detector& detector, const TransportCounters& transport, Instant now) {
    if (!log_.is_heard(LogLevel::debug)) return;
    const Counters counters = detector.status(now).counters;
    tell_findings(detector, now);
    tell_refutations(counters.refutations);
    if (now - surveyed_at_ >= rounds_per_survey * round_) survey(counters, transport, now);
}

// Those of members that are no neighbours come from others, and lead to the same events.
void Diagnosis::tell_findings(const Detector& detector, Instant now) {
    for (const Link& link : detector.links(now)) {
        const auto explanation = detector.explain(link.name, now);
        if (!explanation) continue;
        for (const Finding& finding : explanation->findings) {
            if (finding.at > looked_at_) tell(link.name, finding, now);
        }
    }
    looked_at_ = now;
}

void Diagnosis::tell(const std::string& subject, const Finding& finding, Instant now) {
    const std::string ago = text(now - finding.at);
    if (finding.kind == FindingKind::objection) {
        log_.debug("{} was cleared of what it was accused of {} ago: newer word came from {}",
                   subject, ago, finding.by);
    } else {
        log_.debug("{} was accused by {} {} ago: {}", subject, finding.by, ago,
                   text(finding.cause));
    }
}

void Diagnosis::tell_refutations(std::uint64_t refutations) {
    const std::uint64_t count = refutations - std::exchange(refutations_, refutations);
    if (count == 0) return;
    log_.debug("refuted {} of this node", count_text(count, "accusation"));
}

void Diagnosis::survey(const Counters& counters, const TransportCounters& transport, Instant now) {
    const Totals totals{.received = counters.messages_received,
                        .sent = counters.messages_sent,
                        .probes = transport.probes,
                        .refused_lives = counters.refused_lives};
    log_.debug("in {}: {}, at most {} late and {} long; {} in, {} out; {}; {} not admitted",
               text(now - surveyed_at_), count_text(turns_.count, "turn"), text(turns_.latest),
               text(turns_.longest), count_text(totals.received - before_.received, "message"),
               totals.sent - before_.sent, count_text(totals.probes - before_.probes, "probe"),
               count_text(totals.refused_lives - before_.refused_lives, "life", "lives"));
    before_ = totals;
    turns_ = {};
    surveyed_at_ = now;
}

}  // namespace hearsay
