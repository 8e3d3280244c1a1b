#include "wakeup.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <sys/eventfd.h>
#include <unistd.h>

#include "hearsay/node.hpp"

namespace hearsay {

Wakeup::Wakeup() : descriptor_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (descriptor_ >= 0) return;
    throw StartError("cannot open an event descriptor: " + std::generic_category().message(errno) +
                     "; raise the limit with `ulimit -n`");
}

Wakeup::~Wakeup() {
    close(descriptor_);
}

// The interrupted code must not notice: errno is given back.
void Wakeup::request() noexcept {
    const int error = errno;
    ++request_count_;
    static_cast<void>(eventfd_write(descriptor_, 1));
    errno = error;
}

// The requests are counted elsewhere: the descriptor is emptied only to be able to wake again.
void Wakeup::watch(PollSet& set) {
    eventfd_t count = 0;
    if (std::exchange(has_news_, false)) static_cast<void>(eventfd_read(descriptor_, &count));
    set.add(descriptor_, has_news_);
}

}  // namespace hearsay
