#pragma once

#include <cerrno>
#include <string>

#include <zmq.hpp>

namespace hearsay {

/// What became of an attempt to send.
enum class SendResult { sent, would_block, unreachable };

/// Sends without waiting. Signals do not disturb it.
inline SendResult try_send(zmq::socket_t& socket, zmq::const_buffer part,
                           zmq::send_flags flags = zmq::send_flags::none) {
    for (;;) {
        try {
            const auto sent = socket.send(part, flags | zmq::send_flags::dontwait);
            return sent ? SendResult::sent : SendResult::would_block;
        } catch (const zmq::error_t& error) {
            if (error.num() == EHOSTUNREACH) return SendResult::unreachable;
            if (error.num() != EINTR) throw;
        }
    }
}

/// Receives one part without waiting; false if there is none. Signals do not disturb it.
inline bool try_receive(zmq::socket_t& socket, zmq::message_t& part) {
    for (;;) {
        try {
            return socket.recv(part, zmq::recv_flags::dontwait).has_value();
        } catch (const zmq::error_t& error) {
            if (error.num() != EINTR) throw;
        }
    }
}

/// Takes the parts that follow `part` and throws them away. False if there were any.
inline bool is_last_part(zmq::socket_t& socket, const zmq::message_t& part) {
    if (!part.more()) return true;
    zmq::message_t surplus;
    while (try_receive(socket, surplus) && surplus.more()) {
    }
    return false;
}

/// Where the connection comes from that brought this frame.
inline std::string source_of(const zmq::message_t& frame) {
    const char* const address = zmq_msg_gets(frame.handle(), "Peer-Address");
    return address == nullptr ? "an unknown address" : address;
}

/// Stands for the connection that brought this frame: ZeroMQ keeps what it knows of a connection in
/// one place for all its frames. No other connection has that place for as long as a frame of this
/// one is kept. Null if there is no such place.
inline const void* connection_of(const zmq::message_t& frame) {
    return zmq_msg_gets(frame.handle(), "Socket-Type");
}

/// What the socket is ready for: ZMQ_POLLIN, ZMQ_POLLOUT. Signals do not disturb it.
inline int ready_for(zmq::socket_t& socket) {
    for (;;) {
        try {
            return socket.get(zmq::sockopt::events);
        } catch (const zmq::error_t& error) {
            if (error.num() != EINTR) throw;
        }
    }
}

}  // namespace hearsay
