#pragma once

#include <signal.h>
#include <sys/resource.h>

#include "support/catch.hpp"

namespace hearsay::testing {

/// As long as it lives no file of this process grows beyond a few bytes, as on a full disk.
class NoRoom {
  public:
    NoRoom() : former_handler_(::signal(SIGXFSZ, SIG_IGN)) {
        REQUIRE(getrlimit(RLIMIT_FSIZE, &former_) == 0);
        // A process id may be written.
        const rlimit little{10, former_.rlim_max};
        REQUIRE(setrlimit(RLIMIT_FSIZE, &little) == 0);
    }
    NoRoom(const NoRoom&) = delete;
    NoRoom& operator=(const NoRoom&) = delete;
    ~NoRoom() {
        static_cast<void>(setrlimit(RLIMIT_FSIZE, &former_));
        ::signal(SIGXFSZ, former_handler_);
    }

  private:
    void (*former_handler_)(int);
    rlimit former_{};
};

}  // namespace hearsay::testing
