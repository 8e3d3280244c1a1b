#include "output.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>

#include "exit_code.hpp"
#include "terminal.hpp"

namespace hearsay {

void print(const std::string& text) {
    const bool is_written =
        std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
    if (is_written) return;
    const int error = errno;
    if (error == EPIPE) std::exit(exit_code::yes);
    complain("cannot write to standard output: " + std::generic_category().message(error));
    std::exit(exit_code::usage);
}

void complain(const std::string& problem) {
    std::fprintf(stderr, "hearsay: %s\n", printable(problem).c_str());
}

}  // namespace hearsay
