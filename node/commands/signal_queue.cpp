#include "signal_queue.hpp"

#include <cerrno>
#include <system_error>

#include <sys/signalfd.h>
#include <unistd.h>

#include "hearsay/node.hpp"

namespace hearsay {

SignalQueue::SignalQueue(const sigset_t& wanted)
    : descriptor_(signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK)) {
    if (descriptor_.is_open()) return;
    throw StartError("cannot open a descriptor for signals: " +
                     std::generic_category().message(errno) + "; raise the limit with `ulimit -n`");
}

sigset_t SignalQueue::signals_of_node() {
    sigset_t wanted;
    sigemptyset(&wanted);
    for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2})
        sigaddset(&wanted, number);
    return wanted;
}

std::optional<int> SignalQueue::poll() {
    has_news_ = false;
    signalfd_siginfo signal{};
    const ssize_t size = read(descriptor_.number(), &signal, sizeof(signal));
    if (size != static_cast<ssize_t>(sizeof(signal))) return std::nullopt;
    return static_cast<int>(signal.ssi_signo);
}

}  // namespace hearsay
