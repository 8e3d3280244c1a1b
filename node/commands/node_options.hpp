#pragma once

#include <span>

#include "options.hpp"
#include "settings.hpp"

namespace hearsay {

/// The options of `hearsay node`.
[[nodiscard]] std::span<const OptionSpec> node_specs();

/// What the settings make of a node. Throws UsageError.
[[nodiscard]] NodeCommand make_node_command(const Settings& settings,
                                            const Environment& environment);

/// The name of a member that is given none: that of its machine. Throws UsageError where it is not
/// fit to be one.
[[nodiscard]] std::string default_name(const std::string& host_name);

/// Splits "key=value". Throws UsageError, which names the origin.
[[nodiscard]] std::pair<std::string, std::string> split_tag(const std::string& text,
                                                            const std::string& origin);

}  // namespace hearsay
