#include "socket_options.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "hearsay/codec.hpp"

namespace hearsay {
namespace {

using std::chrono::milliseconds;

// Many nodes may start at once with one seed.
constexpr int accept_backlog = 512;

int count(Duration span, milliseconds least, milliseconds most) {
    const auto whole = std::chrono::ceil<milliseconds>(span);
    return static_cast<int>(std::clamp(whole, least, most).count());
}

// ZMQ_HEARTBEAT_* stays unset for good: with full queues it aborts healthy connections, in some
// versions the process. Liveness is our own counter.
void configure_both(zmq::socket_t& socket, const LinkOptions& options) {
    const int patience = count(options.patience, milliseconds(500), milliseconds(60'000));
    socket.set(zmq::sockopt::linger, 0);
    socket.set(zmq::sockopt::maxmsgsize, static_cast<std::int64_t>(limits::frame_bytes_max));
    socket.set(zmq::sockopt::sndhwm, frames_queued_max);
    socket.set(zmq::sockopt::rcvhwm, frames_queued_max);
    socket.set(zmq::sockopt::tcp_keepalive, 0);
    socket.set(zmq::sockopt::tcp_maxrt, patience);
    socket.set(zmq::sockopt::handshake_ivl, std::max(patience, 2'000));
}

}  // namespace

void configure_inbox(zmq::socket_t& inbox, const LinkOptions& options) {
    configure_both(inbox, options);
    inbox.set(zmq::sockopt::router_mandatory, true);
    inbox.set(zmq::sockopt::backlog, accept_backlog);
}

void configure_link(zmq::socket_t& link, const LinkOptions& options) {
    configure_both(link, options);
    // Nothing is queued for a peer that is not there: it would arrive when it is, stale.
    link.set(zmq::sockopt::immediate, true);
    // TCP repeats a lost first packet after a second, so less patience than that finds nobody.
    link.set(zmq::sockopt::connect_timeout,
             count(2 * options.round, milliseconds(1'500), milliseconds(10'000)));
    link.set(zmq::sockopt::reconnect_ivl,
             count(options.round / 4, milliseconds(20), milliseconds(250)));
    link.set(zmq::sockopt::reconnect_ivl_max,
             count(options.round, milliseconds(100), milliseconds(2'000)));
}

}  // namespace hearsay
