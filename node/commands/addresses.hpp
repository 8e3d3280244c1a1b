#pragma once

#include <string>
#include <string_view>

#include "settings.hpp"

namespace hearsay {

/// The path as it is found from everywhere: absolute, without "." in it; ".." and links stay.
/// Throws UsageError in the name of the option if it is empty, if it is relative and the working
/// directory is gone, or if it is no UTF-8 then: addresses are made of it.
[[nodiscard]] std::string absolute_path(const Settings& settings, std::string_view option,
                                        const std::string& path);

/// Where sockets and run files are: "run-dir", or else the default. Throws UsageError.
[[nodiscard]] std::string run_directory(const Settings& settings, const Environment& environment);

/// The address with its path made absolute if it is "ipc://PATH"; abstract names ("ipc://@NAME"),
/// wildcards and other schemes stay as they are. Throws UsageError as well if it is no address, or
/// if the path is longer than the kernel takes.
[[nodiscard]] std::string absolute_address(const Settings& settings, std::string_view option,
                                           const std::string& address);

}  // namespace hearsay
