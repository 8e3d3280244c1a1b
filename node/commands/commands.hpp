#pragma once

#include <string>
#include <vector>

namespace hearsay {

/// Does what the arguments, without the name of the program, ask for, and returns what the program
/// exits with: one of `exit_code`.
[[nodiscard]] int run(const std::vector<std::string>& arguments);

}  // namespace hearsay
