#include "wakeup.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <sys/eventfd.h>

#include "hearsay/node.hpp"

namespace hearsay {

Wakeup::Wakeup() : descriptor_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (descriptor_.is_open()) return;
    throw StartError("cannot open an event descriptor: " + std::generic_category().message(errno) +
                     "; raise the limit with `ulimit -n`");
}

// The interrupted code must not notice: errno is given back.
void Wakeup::wake() const noexcept {
    const int error = errno;
    static_cast<void>(eventfd_write(descriptor_.number(), 1));
    errno = error;
}

void Wakeup::settle() {
    eventfd_t count = 0;
    if (std::exchange(has_news_, false)) {
        static_cast<void>(eventfd_read(descriptor_.number(), &count));
    }
}

}  // namespace hearsay
