#pragma once

#include <cstdint>
#include <optional>
#include <set>

#include <zmq.hpp>

#include "poll_set.hpp"

namespace hearsay {

/// Tells what befalls the connections of a socket, as it happens. Must not outlive the socket.
class ConnectionMonitor {
  public:
    enum class Kind : std::uint8_t {
        /// The socket listens; the descriptor is that of the listening socket.
        listening,
        /// A connection stands, whichever side has dialled.
        made,
        ended,
        /// A handshake failed by a fault of the other side; `error` is one of
        /// ZMQ_PROTOCOL_ERROR_.... The connection is the one that ends next.
        handshake_refused,
        /// The other side did not let this one in; `error` is a status of ZAP.
        key_refused,
        /// A handshake came to nothing: it was hung up on, or not answered.
        handshake_broken,
    };
    /// What is told beside connections.
    enum class Scope : std::uint8_t { connections, handshakes };
    struct Happening {
        Kind kind{};
        /// Of the connection. Once it has ended another one may bear it.
        int descriptor = -1;
        int error = 0;
    };

    /// To be made before the socket is bound or connected.
    ConnectionMonitor(zmq::context_t& context, zmq::socket_t& socket,
                      Scope scope = Scope::connections);
    ConnectionMonitor(const ConnectionMonitor&) = delete;
    ConnectionMonitor& operator=(const ConnectionMonitor&) = delete;
    ~ConnectionMonitor();

    /// Wakes the loop when there is something to tell.
    void watch(PollSet& set);

    [[nodiscard]] std::optional<Happening> poll();

    /// The descriptors of all connections that have ended since this was asked last, but for those
    /// that another connection bears by now. To be asked after what came over them was received.
    [[nodiscard]] std::set<int> take_ended();

  private:
    zmq::socket_t& socket_;
    zmq::socket_t events_;
    Attention attention_;
};

}  // namespace hearsay
