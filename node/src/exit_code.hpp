#pragma once

namespace hearsay::exit_code {

/// What the program says to scripts.
inline constexpr int yes = 0;
inline constexpr int no = 1;
inline constexpr int usage = 2;
inline constexpr int unreachable = 3;

}  // namespace hearsay::exit_code
