#pragma once

#include <optional>
#include <vector>

#include <poll.h>
#include <zmq.hpp>

#include "hearsay/time.hpp"

namespace hearsay {

/// What a loop sleeps on, put together anew before each sleep.
class PollSet {
  public:
    void clear();

    /// Sets `has_news` when there is something to read, or else what is `wanted` (POLLIN, POLLOUT),
    /// or when the descriptor is of no more use. Both must outlive the next `wait`.
    void add(int descriptor, bool& has_news, int wanted = POLLIN);

    /// There is something to do already: the next `wait` only looks.
    void note_ready() { is_ready_ = true; }

    /// Sleeps until there is news or the time is over. A signal ends it early.
    void wait(Duration timeout);

  private:
    std::vector<pollfd> descriptors_;
    std::vector<bool*> news_;
    bool is_ready_ = false;
};

/// Whether a ZeroMQ socket is worth a look, for the price of a descriptor.
///
/// zmq::poll asks each of its sockets in every call, at several system calls apiece; that was most
/// of what an idle node did. A socket's descriptor tells that something has happened since the
/// socket was last used, and every use may take that word away. So it is asked itself only after
/// a use.
class Attention {
  public:
    /// To be called after every use of the socket but a receive that found nothing.
    void note_use() { is_due_ = true; }
    /// A receive found nothing.
    void note_drained() { is_due_ = false; }
    /// False if there is certainly nothing to receive.
    [[nodiscard]] bool is_due() const { return is_due_; }

    /// Has `set` watch the socket, and not sleep if it is ready for any of `wanted` (ZMQ_POLLIN,
    /// ZMQ_POLLOUT) already. Returns what it is ready for, where it had to be asked.
    std::optional<int> watch(PollSet& set, zmq::socket_t& socket, int wanted);

  private:
    bool is_due_ = true;
};

}  // namespace hearsay
