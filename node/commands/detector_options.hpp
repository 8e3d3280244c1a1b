#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hearsay/config.hpp"

#include "settings.hpp"

namespace hearsay {

/// The options that say how a detector behaves: those of a node, and those of a simulation.
namespace detector_options {

inline constexpr std::string_view group = "Times";

inline constexpr OptionSpec config{
    "config",        "FILE",     "A file in TOML with the same names as keys",
    "Who and where", Arity::one, Reach::environment};
inline constexpr OptionSpec profile{
    "profile", "local|lan|wan", "Times to start from; lan unless given",
    group,     Arity::one,      Reach::everywhere};
inline constexpr OptionSpec fail_after{
    "fail-after", "TIME",     "A silent member is failed after this: 1s, 4s, 12s by profile",
    group,        Arity::one, Reach::everywhere};
inline constexpr OptionSpec suspect_after{
    "suspect-after", "TIME",     "It is suspected after this: 600ms, 2.5s, 8s",
    group,           Arity::one, Reach::everywhere};
inline constexpr OptionSpec round{"round", "TIME",     "One gossip interval: 200ms, 1s, 2s",
                                  group,   Arity::one, Reach::everywhere};
inline constexpr OptionSpec forget_after{
    "forget-after", "TIME",     "Failed and left members are listed for this: 1m, 24h, 24h",
    group,          Arity::one, Reach::everywhere};
inline constexpr OptionSpec rings{
    "rings", "COUNT",    "Rings of neighbours, each with two observers of a member: 2",
    group,   Arity::one, Reach::everywhere};

}  // namespace detector_options

/// How a detector is to behave.
struct DetectorChoice {
    /// Without a cluster and seeds.
    Config config;
    /// The name of the profile that was started from.
    std::string profile;
    /// What was decided for the user and should be told, each a sentence.
    std::vector<std::string> notes;
};

/// What the settings say about it. Throws UsageError where they cannot be read.
[[nodiscard]] DetectorChoice detector_choice(const Settings& settings);

/// Throws UsageError, which names the option that set what is wrong with a configuration.
void judge(const Settings& settings, const Config& config);

/// Throws UsageError: the problem of a field goes on with a sentence that begins with the option,
/// unless it speaks of all its values.
[[noreturn]] void refuse_field(const Settings& settings, std::string_view option,
                               const ConfigError& error);

}  // namespace hearsay
