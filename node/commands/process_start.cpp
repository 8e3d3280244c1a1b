#include "process_start.hpp"

#include <cstdlib>

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "identity.hpp"
#include "signal_queue.hpp"

namespace hearsay {

void open_standard_descriptors() {
    for (const int number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (fcntl(number, F_GETFD) >= 0) continue;
        // It takes the smallest free number, which is this one.
        static_cast<void>(open("/dev/null", O_RDWR));
    }
}

void hold_signals_back() {
    const sigset_t signals = SignalQueue::signals_of_node();
    static_cast<void>(pthread_sigmask(SIG_BLOCK, &signals, nullptr));
}

void ignore_other_signals() {
    for (const int number : {SIGPIPE, SIGXFSZ})
        ::signal(number, SIG_IGN);
}

void seed_chance() {
    std::srand(static_cast<unsigned>(draw_number()));
}

}  // namespace hearsay
