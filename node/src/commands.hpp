#pragma once

#include <string>
#include <vector>

namespace hearsay {

/// Does what the arguments, without the name of the program, ask for, and returns what the program
/// exits with: 0 yes or done, 1 no, 2 wrong usage or configuration, 3 the node cannot be reached.
[[nodiscard]] int run(const std::vector<std::string>& arguments);

}  // namespace hearsay
