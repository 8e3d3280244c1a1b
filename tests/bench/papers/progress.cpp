#include "progress.hpp"

#include <chrono>
#include <cstdio>
#include <utility>

#include <unistd.h>

#include "hearsay/text.hpp"

#include "clock.hpp"

namespace hearsay::papers {
namespace {

constexpr Duration line_after = std::chrono::seconds{30};

}  // namespace

Progress::Progress(std::string title, std::size_t total)
    : title_(std::move(title)),
      total_(total),
      is_terminal_(::isatty(STDERR_FILENO) != 0),
      began_(steady_now()),
      shown_(began_) {
    if (is_terminal_ && total_ > 0) show();
}

Progress::~Progress() {
    if (total_ == 0) return;
    show();
    if (is_terminal_) static_cast<void>(std::fputs("\n", stderr));
}

void Progress::advance() {
    ++done_;
    const Instant now = steady_now();
    if (!is_terminal_ && now - shown_ < line_after) return;
    shown_ = now;
    show();
}

std::string Progress::line(Duration elapsed) const {
    std::string line = title_ + ": " + std::to_string(done_) + " of " + std::to_string(total_) +
                       " runs, " + text(elapsed);
    if (done_ > 0 && done_ < total_) {
        const auto share = static_cast<Duration::rep>(total_ - done_);
        line += ", about " + text(elapsed / static_cast<Duration::rep>(done_) * share) + " to go";
    }
    return line;
}

void Progress::show() const {
    const std::string text = line(steady_now() - began_);
    // Blanks cover what a longer line before it has left.
    static_cast<void>(std::fprintf(stderr, is_terminal_ ? "\r%-70s" : "%s\n", text.c_str()));
}

}  // namespace hearsay::papers
