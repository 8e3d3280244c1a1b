#include "seed_watch.hpp"

#include <algorithm>
#include <utility>

#include "terminal.hpp"

namespace hearsay {

namespace {

constexpr std::string_view refuses = "refuses connections: probably no node runs there";
constexpr std::string_view unreached =
    "does not answer: is it off, does a firewall drop packets, or is it no node?";
constexpr std::string_view silent =
    "takes connections and says nothing: it may belong to another cluster, or be no node";
/// Said again after so many times as many attempts.
constexpr std::uint64_t backoff = 4;

}  // namespace

SeedWatch::SeedWatch(const Config& config, Log& log)
    : cluster_(config.cluster), round_(config.round), log_(log) {
    set_seeds(config.seeds);
}

void SeedWatch::set_seeds(const std::vector<std::string>& seeds) {
    std::vector<Seed> former = std::exchange(seeds_, {});
    for (const std::string& endpoint : seeds) {
        const auto is_it = [&](const Seed& seed) { return seed.endpoint == endpoint; };
        if (std::any_of(seeds_.begin(), seeds_.end(), is_it)) continue;
        const auto same = std::find_if(former.begin(), former.end(), is_it);
        Seed seed;
        if (same != former.end()) seed = std::move(*same);
        seed.endpoint = endpoint;
        seeds_.push_back(std::move(seed));
    }
}

void SeedWatch::note_asked(std::string_view endpoint, Instant now) {
    for (Seed& seed : seeds_) {
        if (seed.endpoint != endpoint) continue;
        if (seed.attempts++ == 0) seed.asked_since = now;
    }
}

std::vector<Probe> SeedWatch::look(const StateOf& state_of, Instant now) {
    std::vector<Probe> probes;
    for (Seed& seed : seeds_) {
        if (seed.attempts == 0) continue;
        const DialReport report = state_of(seed.endpoint);
        if (report.state == DialState::heard) {
            if (seed.told_attempts > 0) log_.info("seed {} answers", seed.endpoint);
            Seed answering;
            answering.endpoint = std::move(seed.endpoint);
            seed = std::move(answering);
        } else if (report.state == DialState::connecting && !seed.probed_at) {
            seed.probed_at = now;
            probes.push_back(probe_of(seed));
        } else if (const auto found = reason(seed, report, now)) {
            tell(seed, *found);
            seed.probed_at.reset();
        }
    }
    return probes;
}

bool SeedWatch::note_foreign(std::string_view endpoint, std::string cluster) {
    const auto place = std::find_if(seeds_.begin(), seeds_.end(),
                                    [&](const Seed& seed) { return seed.endpoint == endpoint; });
    if (place == seeds_.end()) return false;
    place->foreign_cluster = std::move(cluster);
    return true;
}

bool SeedWatch::take_refused(const Probe& probe) {
    const auto place = std::find_if(seeds_.begin(), seeds_.end(), [&](const Seed& seed) {
        const Probe ours = probe_of(seed);
        return ours.life == probe.life && ours.endpoint == probe.endpoint;
    });
    if (place == seeds_.end()) return false;
    place->is_refused = true;
    return true;
}

/// A probe is known by the life that it is about; a seed's is not known, and its place stands for
/// it. No life has so small an id but by a chance that nobody will see.
Probe SeedWatch::probe_of(const Seed& seed) const {
    return {.life = LifeId{static_cast<std::uint64_t>(&seed - seeds_.data()) + 1},
            .endpoint = seed.endpoint};
}

std::optional<std::string> SeedWatch::reason(const Seed& seed, const DialReport& report,
                                             Instant now) const {
    if (seed.is_refused) return std::string(refuses);
    if (!seed.foreign_cluster.empty()) {
        return "belongs to cluster \"" + printable(seed.foreign_cluster) + "\", this is \"" +
               cluster_ + '"';
    }
    if (!report.obstacle.empty()) return report.obstacle;
    if (now - seed.asked_since < 2 * round_) return std::nullopt;
    if (report.state == DialState::silent) return std::string(silent);
    const bool is_probe_over = seed.probed_at && now - *seed.probed_at > round_;
    if (report.state == DialState::connecting && is_probe_over) return std::string(unreached);
    return std::nullopt;
}

void SeedWatch::tell(Seed& seed, std::string_view reason) {
    seed.is_refused = false;
    if (seed.attempts < backoff * seed.told_attempts) return;
    log_.warn("seed {} {} (attempt {})", seed.endpoint, reason, seed.attempts);
    seed.told_attempts = seed.attempts;
}

}  // namespace hearsay
