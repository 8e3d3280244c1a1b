#include "interruption.hpp"

#include <signal.h>

namespace hearsay {

namespace {

volatile sig_atomic_t is_noted = 0;

void handle_signal(int /*signal*/) {
    is_noted = 1;
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
    return is_noted != 0;
}

}  // namespace hearsay
