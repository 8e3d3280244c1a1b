#include "simulation/swarm.hpp"

#include <array>

#include "simulation/audit.hpp"
#include "simulation/drawing.hpp"
#include "simulation/liveness.hpp"
#include "simulation/play.hpp"

namespace hearsay::simulation {

Script draw_script(std::uint64_t seed, Kinds kinds) {
    return Drawing(seed, kinds).draw();
}

Outcome judge(const Script& script, Keys keys) {
    Outcome outcome;
    Options options = options_of(script);
    options.keys = keys;
    Cluster cluster(options);
    Liveness liveness(cluster, script);
    Audit audit(cluster);
    const std::array<Spectator*, 2> spectators{&liveness, &audit};
    try {
        play(script, cluster, spectators);
    } catch (const BrokenInvariant& broken) {
        outcome.failure = broken.what();
    }
    outcome.fingerprint = cluster.network().fingerprint();
    outcome.false_verdicts = cluster.checkers().false_verdict_count();
    outcome.slowest_agreement = liveness.slowest_agreement();
    outcome.slowest_detection = liveness.slowest_detection();
    outcome.most_bytes = audit.most_bytes();
    return outcome;
}

std::string kind_of(const std::string& failure) {
    const std::size_t number = failure.find(" I");
    if (number != std::string::npos) return failure.substr(number + 1, 2);
    const std::size_t whom = failure.find(' ');
    return failure.substr(failure.find(' ', whom + 1) + 1);
}

}  // namespace hearsay::simulation
