#include "detector_options.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "hearsay/text.hpp"

#include "phrase.hpp"

namespace hearsay {

namespace {

Config profile_config(const std::string& profile) {
    if (profile == "local") return Config::local();
    return profile == "wan" ? Config::wan() : Config::lan();
}

Duration scaled(Duration span, Duration from, Duration to) {
    using std::chrono::milliseconds;
    const double factor = static_cast<double>(to.count()) / static_cast<double>(from.count());
    const Duration product(static_cast<std::int64_t>(static_cast<double>(span.count()) * factor));
    return std::chrono::duration_cast<milliseconds>(product);
}

/// A short --fail-after alone says how fast the user wants to know; the rest of the profile
/// follows it in proportion where it must.
void fit_to_fail_after(const Settings& settings, DetectorChoice& choice) {
    Config& config = choice.config;
    const bool is_free = settings.has("fail-after") && !settings.has("suspect-after");
    if (!is_free || config.suspect_after < config.fail_after) return;
    const Config profile = profile_config(choice.profile);
    if (!settings.has("round")) {
        config.round = scaled(profile.round, profile.fail_after, config.fail_after);
    }
    config.suspect_after = std::max(
        scaled(profile.suspect_after, profile.fail_after, config.fail_after), config.round * 5 / 2);
    choice.notes.push_back("fail-after " + text(config.fail_after) +
                           " is too short for the times of profile " + choice.profile +
                           ": taking round " + text(config.round) + " and suspect-after " +
                           text(config.suspect_after) + " in proportion");
}

std::string option_of(const std::string& field) {
    if (field == "seeds") return "join";
    if (field == "ring_count") return "rings";
    std::string option = field;
    std::replace(option.begin(), option.end(), '_', '-');
    return option;
}

}  // namespace

DetectorChoice detector_choice(const Settings& settings) {
    DetectorChoice choice;
    choice.profile = settings.choice("profile", {"local", "lan", "wan"}, "lan");
    Config& config = choice.config;
    config = profile_config(choice.profile);
    config.round = settings.duration("round", config.round);
    config.suspect_after = settings.duration("suspect-after", config.suspect_after);
    config.fail_after = settings.duration("fail-after", config.fail_after);
    config.forget_after = settings.duration("forget-after", config.forget_after);
    config.leave_timeout = settings.duration("leave-timeout", config.leave_timeout);
    config.ring_count = settings.number("rings").value_or(config.ring_count);
    fit_to_fail_after(settings, choice);
    return choice;
}

void judge(const Settings& settings, const Config& config) {
    const auto error = validate(config);
    if (error) refuse_field(settings, option_of(error->field), *error);
}

void refuse_field(const Settings& settings, std::string_view option, const ConfigError& error) {
    const bool is_plural = error.problem.starts_with("are ") || error.problem.starts_with("have ");
    if (is_plural) settings.refuse(option, "does not fit: " + error.field + " " + error.problem);
    // It may hold what is not shown everywhere, as the carriage return of a file with such lines.
    const auto values = settings.texts(option);
    const bool is_unshown = error.problem.starts_with("is not ") && values.size() == 1;
    settings.refuse(option,
                    is_unshown ? in_quotes(values.front()) + " " + error.problem : error.problem);
}

}  // namespace hearsay
