#include "interruption.hpp"

#include <atomic>

#include <signal.h>

namespace hearsay {

namespace {

/// Threads may ask.
std::atomic<bool> is_noted = false;
static_assert(std::atomic<bool>::is_always_lock_free);

void handle_signal(int /*signal*/) {
    is_noted = true;
}

}  // namespace

void note_interruption() {
    struct sigaction action {};
    action.sa_handler = handle_signal;
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
}

bool is_interrupted() {
    return is_noted;
}

}  // namespace hearsay
