#include "hearsay/config.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "hearsay/codec.hpp"
#include "hearsay/duration.hpp"

#include "numbers.hpp"
#include "words.hpp"

namespace hearsay {

namespace {

using namespace std::chrono_literals;

/// Below this the scheduler of an ordinary machine is the noise; above it nothing is detected.
constexpr Duration round_min = 10ms;
constexpr Duration round_max = 1min;
constexpr Duration fail_after_max = 1h;
/// TCP tries twice in this time.
constexpr Duration patience_min = 500ms;
/// Tombstones live ten times as long, so this is most of a year.
constexpr Duration forget_after_max = 30 * 24h;
constexpr Duration leave_timeout_max = 1min;
constexpr std::size_t seeds_max = 64;
constexpr std::size_t ring_count_max = 8;
constexpr std::uint32_t partner_rounds_max = 1000;

using Fault = std::optional<ConfigError>;

Fault span_fault(std::string field, Duration span, Duration least, Duration most) {
    if (span >= least && span <= most) return {};
    return ConfigError{.field = std::move(field),
                       .problem = "is " + exact_text(span) + "; it must be from " +
                                  exact_text(least) + " to " + exact_text(most)};
}

Fault number_fault(std::string field, std::uint64_t number, std::uint64_t most) {
    if (number >= 1 && number <= most) return {};
    return ConfigError{.field = std::move(field),
                       .problem = "is " + std::to_string(number) + "; it must be from 1 to " +
                                  std::to_string(most)};
}

Fault cluster_fault(const std::string& cluster) {
    if (is_cluster_name(cluster)) return {};
    const std::string right = "1 to " + std::to_string(limits::cluster_bytes_max) +
                              " printable ASCII characters without spaces, for example \"demo\"";
    if (cluster.empty()) return ConfigError{"cluster", "is missing; it must be " + right};
    return ConfigError{"cluster", "is not a cluster name; it must be " + right};
}

/// The rejected text may hold anything, so it is shown only where it is fit to be shown.
std::string shown(const std::string& value) {
    return is_tag_value(value) ? "\"" + value + "\" " : "";
}

Fault endpoint_fault(const std::string& field, const std::string& endpoint) {
    if (is_endpoint(endpoint)) return {};
    return ConfigError{field, shown(endpoint) +
                                  "is not an endpoint; it must look like \"tcp://host:port\" "
                                  "with a port from 1 to 65535, in at most " +
                                  std::to_string(limits::endpoint_bytes_max) + " characters"};
}

Fault seeds_fault(const std::vector<std::string>& seeds) {
    if (seeds.size() > seeds_max) {
        return ConfigError{"seeds", "are " + std::to_string(seeds.size()) +
                                        "; there must be at most " + std::to_string(seeds_max)};
    }
    for (const std::string& seed : seeds) {
        if (Fault fault = endpoint_fault("seeds", seed)) return fault;
    }
    return {};
}

Fault suspect_after_fault(const Config& config) {
    const Duration least = numbers::overdue.of(config.round);
    if (config.suspect_after >= least) return {};
    return ConfigError{"suspect_after", "is " + exact_text(config.suspect_after) +
                                            "; it must be at least 2.5 rounds, here " +
                                            exact_text(least)};
}

Fault fail_after_fault(const Config& config) {
    if (config.fail_after > config.suspect_after && config.fail_after <= fail_after_max) return {};
    return ConfigError{"fail_after", "is " + exact_text(config.fail_after) +
                                         "; it must be more than suspect_after (" +
                                         exact_text(config.suspect_after) + ") and at most " +
                                         exact_text(fail_after_max)};
}

Fault tag_key_fault(const std::string& key) {
    return ConfigError{.field = "tags",
                       .problem = shown(key) + "is not the key of a tag; it must be 1 to " +
                                  std::to_string(limits::tag_key_bytes_max) +
                                  " bytes of UTF-8 text without control characters"};
}

Fault tags_fault(const Tags& tags) {
    if (tags.size() > limits::tags_max) {
        return ConfigError{"tags", "are " + std::to_string(tags.size()) +
                                       "; there must be at most " +
                                       std::to_string(limits::tags_max)};
    }
    for (const auto& [key, value] : tags) {
        if (!is_tag_key(key)) return tag_key_fault(key);
        if (!is_tag_value(value)) {
            return ConfigError{"tags", "have an unfit value under \"" + key +
                                           "\"; it must be at most " +
                                           std::to_string(limits::tag_value_bytes_max) +
                                           " bytes of UTF-8 text without control characters"};
        }
    }
    return {};
}

Fault name_fault(const std::string& name) {
    return ConfigError{.field = "name",
                       .problem = shown(name) + "is not the name of a member; it must be 1 to " +
                                  std::to_string(limits::name_bytes_max) +
                                  R"( ASCII letters, digits, ".", "_" or "-", the first )"
                                  R"(neither "." nor "-", for example "n1")"};
}

/// What must hold between the spans, each judged once those it rests on are sound.
Fault spans_fault(const Config& config) {
    if (Fault fault = span_fault("round", config.round, round_min, round_max)) return fault;
    if (Fault fault = suspect_after_fault(config)) return fault;
    if (Fault fault = fail_after_fault(config)) return fault;
    if (Fault fault =
            span_fault("forget_after", config.forget_after, config.fail_after, forget_after_max)) {
        return fault;
    }
    return span_fault("leave_timeout", config.leave_timeout, Duration::zero(), leave_timeout_max);
}

Fault numbers_fault(const Config& config) {
    if (Fault fault = number_fault("ring_count", config.ring_count, ring_count_max)) return fault;
    if (Fault fault = number_fault("rows_per_delta", config.rows_per_delta, limits::rows_max)) {
        return fault;
    }
    if (Fault fault = number_fault("partner_rounds", config.partner_rounds, partner_rounds_max)) {
        return fault;
    }
    return number_fault("partner_every", config.partner_every, config.partner_rounds);
}

}  // namespace

Duration link_idle_after(const Config& config) {
    return config.round * (config.partner_every + 2);
}

Duration link_patience(const Config& config) {
    return std::max(numbers::patience.of(config.fail_after), patience_min);
}

Config Config::local() {
    Config config;
    config.round = 200ms;
    config.suspect_after = 600ms;
    config.fail_after = 1s;
    config.forget_after = 1min;
    config.leave_timeout = 2s;
    return config;
}

Config Config::lan() {
    Config config;
    config.round = 1s;
    config.suspect_after = 2500ms;
    config.fail_after = 4s;
    config.forget_after = 24h;
    config.leave_timeout = 5s;
    return config;
}

Config Config::wan() {
    Config config;
    config.round = 2s;
    config.suspect_after = 8s;
    config.fail_after = 12s;
    config.forget_after = 24h;
    config.leave_timeout = 8s;
    return config;
}

std::optional<ConfigError> validate(const Config& config) {
    if (Fault fault = cluster_fault(config.cluster)) return fault;
    if (Fault fault = seeds_fault(config.seeds)) return fault;
    if (Fault fault = spans_fault(config)) return fault;
    return numbers_fault(config);
}

std::optional<ConfigError> validate(const Identity& identity) {
    if (number(identity.life) == 0)
        return ConfigError{"life", "is zero; it must be another number"};
    if (!is_member_name(identity.name)) return name_fault(identity.name);
    if (Fault fault = endpoint_fault("endpoint", identity.endpoint)) return fault;
    return tags_fault(identity.tags);
}

}  // namespace hearsay
