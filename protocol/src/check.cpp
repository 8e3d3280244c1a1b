#include "hearsay/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace hearsay {

void check_failed(const char* condition, const char* file, int line) {
    std::fprintf(stderr, "hearsay: broken assumption: %s (%s:%d)\n", condition, file, line);
    std::abort();
}

}  // namespace hearsay
