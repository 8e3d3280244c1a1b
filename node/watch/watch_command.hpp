#pragma once

#include "client.hpp"
#include "screen.hpp"

namespace hearsay {

/// `hearsay watch`: a live screen of the fleet, until somebody quits. Where standard output is no
/// terminal, one picture of it. Returns one of `exit_code`; throws Unreachable if no node answers
/// at the beginning.
[[nodiscard]] int show_watch(Client& client, Screen screen);

}  // namespace hearsay
