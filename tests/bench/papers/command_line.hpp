#pragma once

#include <string>
#include <vector>

#include "hearsay/result.hpp"

#include "settings.hpp"

namespace hearsay::papers {

/// Text to print instead of doing anything: the help on standard output with exit code 0, a fault
/// on standard error, in one line, with exit code 2.
struct Usage {
    int exit_code = 0;
    std::string text;
};

/// Reads the arguments, without the name of the program.
[[nodiscard]] Result<Settings, Usage> parse_options(const std::vector<std::string>& arguments);

}  // namespace hearsay::papers
