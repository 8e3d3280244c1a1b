#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include <zmq.hpp>

#include "hearsay/proof.hpp"

#include "keyring.hpp"
#include "link_frames.hpp"
#include "support/sample_keys.hpp"
#include "support/transport_side.hpp"

namespace hearsay::testing {

/// A transport with the keys of a member.
class SecureSide {
  public:
    SecureSide(const SampleKeys& keys, const std::string& name,
               const std::string& bind = "tcp://127.0.0.1:0", std::vector<std::string> seeds = {})
        : ring_(keys.path(), name),
          side_(TransportOptions{
              .bind = bind, .link = generous, .seeds = std::move(seeds), .keys = &ring_}) {}

    Keyring& ring() { return ring_; }
    Side& side() { return side_; }

  private:
    Keyring ring_;
    Side side_;
};

inline std::string text_of(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};  // NOLINT
}

/// A socket with the keys that a test wants, which says what a test wants.
class RawSocket {
  public:
    /// Dials, as the bearer of `pair`.
    RawSocket(const std::string& endpoint, const CurvePair& pair,
              const std::array<std::byte, 32>& server)
        : socket_(context_, zmq::socket_type::dealer) {
        set_pair(pair);
        socket_.set(zmq::sockopt::curve_serverkey, zmq::const_buffer(server.data(), server.size()));
        socket_.connect(endpoint);
    }
    /// Listens, with this pair.
    explicit RawSocket(const CurvePair& pair) : socket_(context_, zmq::socket_type::router) {
        set_pair(pair);
        socket_.set(zmq::sockopt::curve_server, true);
        socket_.bind("tcp://127.0.0.1:*");
    }

    [[nodiscard]] std::string endpoint() const { return socket_.get(zmq::sockopt::last_endpoint); }
    void say(const std::string& frame) {
        static_cast<void>(socket_.send(zmq::buffer(frame), zmq::send_flags::dontwait));
    }
    void say(std::span<const std::byte> frame) { say(text_of(frame)); }
    /// To the dialler that was heard last.
    void answer(const std::string& frame) {
        static_cast<void>(socket_.send(zmq::buffer(dialler_), zmq::send_flags::sndmore));
        say(frame);
    }
    void answer(std::span<const std::byte> frame) { answer(text_of(frame)); }
    /// The next frame; false if there is none.
    [[nodiscard]] bool hear(std::string& frame) {
        zmq::message_t part;
        if (!socket_.recv(part, zmq::recv_flags::dontwait)) return false;
        if (part.more()) {
            dialler_ = part.to_string();
            static_cast<void>(socket_.recv(part, zmq::recv_flags::dontwait));
        }
        frame = part.to_string();
        return true;
    }

  private:
    void set_pair(const CurvePair& pair) {
        socket_.set(zmq::sockopt::linger, 0);
        socket_.set(zmq::sockopt::curve_publickey,
                    zmq::const_buffer(pair.public_key.data(), pair.public_key.size()));
        socket_.set(zmq::sockopt::curve_secretkey,
                    zmq::const_buffer(pair.secret_key.data(), pair.secret_key.size()));
    }

    zmq::context_t context_;
    zmq::socket_t socket_;
    std::string dialler_;
};

}  // namespace hearsay::testing
