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

Judgement judge(const Script& script, Keys keys) {
    Judgement judgement;
    Options options = options_of(script);
    options.keys = keys;
    Cluster cluster(options);
    Liveness liveness(cluster, script);
    Audit audit(cluster);
    const std::array<Spectator*, 2> spectators{&liveness, &audit};
    try {
        play(script, cluster, spectators);
    } catch (const BrokenInvariant& broken) {
        judgement.failure = broken.what();
    }
    judgement.fingerprint = cluster.network().fingerprint();
    judgement.false_verdicts = cluster.checkers().false_verdict_count();
    judgement.slowest_agreement = liveness.slowest_agreement();
    judgement.slowest_detection = liveness.slowest_detection();
    judgement.most_bytes = audit.most_bytes();
    return judgement;
}

std::string kind_of(const std::string& failure) {
    const std::size_t number = failure.find(" I");
    if (number != std::string::npos) return failure.substr(number + 1, 2);
    const std::size_t whom = failure.find(' ');
    return failure.substr(failure.find(' ', whom + 1) + 1);
}

}  // namespace hearsay::simulation
