#pragma once

#include <span>

#include "key_command.hpp"
#include "settings.hpp"

namespace hearsay {

/// The options of the commands about keys.
[[nodiscard]] std::span<const OptionSpec> keygen_specs();
[[nodiscard]] std::span<const OptionSpec> certify_specs();
[[nodiscard]] std::span<const OptionSpec> revoke_specs();
[[nodiscard]] std::span<const OptionSpec> list_keys_specs();

/// What the settings make of them. They throw UsageError.
[[nodiscard]] KeyCommand make_keygen_command(const Settings& settings);
[[nodiscard]] KeyCommand make_certify_command(const Settings& settings);
[[nodiscard]] KeyCommand make_revoke_command(const Settings& settings);
[[nodiscard]] KeyCommand make_list_keys_command(const Settings& settings);

}  // namespace hearsay
