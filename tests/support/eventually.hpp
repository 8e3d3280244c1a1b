#pragma once

#include <functional>

#include <poll.h>

namespace hearsay::testing {

/// Asks again and again, a few milliseconds apart, until the answer is yes. False after half a
/// minute: long enough for the most loaded machine, so it ends a broken test and gates no speed.
inline bool eventually(const std::function<bool()>& is_so) {
    constexpr int pause_ms = 2;
    for (int count = 0; count < 30'000 / pause_ms; ++count) {
        if (is_so()) return true;
        poll(nullptr, 0, pause_ms);
    }
    return is_so();
}

}  // namespace hearsay::testing
