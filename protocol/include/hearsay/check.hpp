#pragma once

namespace hearsay {

/// Reports a broken assumption of our own on standard error and aborts. Use HEARSAY_CHECK.
[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace hearsay

/// Aborts if `condition` is false, in every build. For our own mistakes only: bad input from the
/// network or the user is a value, never a failed check.
#define HEARSAY_CHECK(condition) \
    ((condition) ? static_cast<void>(0) : ::hearsay::check_failed(#condition, __FILE__, __LINE__))
