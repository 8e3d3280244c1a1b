#include "line_writer.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstddef>

#include <poll.h>
#include <unistd.h>

namespace hearsay {

namespace {

constexpr std::size_t kept_bytes_max = 64U * 1024U;

bool is_ready(int file) {
    pollfd poll_file{.fd = file, .events = POLLOUT, .revents = 0};
    return ::poll(&poll_file, 1, 0) == 1;
}

}  // namespace

void LineWriter::write(std::string_view line) {
    if (!is_open_ || kept_.size() + line.size() + 1 > kept_bytes_max) {
        ++dropped_count_;
        return;
    }
    kept_.append(line);
    kept_.push_back('\n');
    flush();
}

void LineWriter::flush() {
    std::size_t written = 0;
    while (is_open_ && written < kept_.size() && is_ready(file_)) {
        const std::size_t size = std::min<std::size_t>(kept_.size() - written, PIPE_BUF);
        const ssize_t taken = ::write(file_, kept_.data() + written, size);
        if (taken > 0) {
            written += static_cast<std::size_t>(taken);
            continue;
        }
        if (taken < 0 && (errno == EINTR || errno == EAGAIN)) break;
        // A full disk may have room again for a later line; a closed reader never comes back.
        is_open_ = !(taken < 0 && (errno == EPIPE || errno == EBADF));
        ++dropped_count_;
        written = kept_.size();
    }
    kept_.erase(0, written);
}

}  // namespace hearsay
