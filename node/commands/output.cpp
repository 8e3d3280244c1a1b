#include "output.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>

#include <unistd.h>

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

PassingLine::PassingLine() : is_seen_(color_for(STDERR_FILENO) == Color::on) {}

void PassingLine::show(const std::string& text) const {
    if (is_seen_) std::fprintf(stderr, "\r%s\033[K", text.c_str());
}

void PassingLine::clear() const {
    if (is_seen_) std::fputs("\r\033[K", stderr);
}

void complain(const std::string& problem) {
    std::fprintf(stderr, "hearsay: %s\n", printable(problem).c_str());
}

}  // namespace hearsay
