#pragma once

#include "hearsay/node.hpp"

namespace hearsay::exit_code {

/// What the program says to scripts.
inline constexpr int yes = 0;
inline constexpr int no = 1;
/// Wrong use, a wrong file, too small a limit: it will be the same next time.
inline constexpr int usage = 2;
inline constexpr int unreachable = 3;
/// What may pass by itself: a port or a name in use, an address that is not there yet, a full disk.
inline constexpr int not_now = 4;

/// Of a node that cannot start.
[[nodiscard]] inline int of(const StartError& error) {
    return error.outlook() == StartError::Outlook::may_pass ? not_now : usage;
}

}  // namespace hearsay::exit_code
