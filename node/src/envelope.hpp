#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <zmq.hpp>

#include "request.hpp"
#include "zmq_io.hpp"

namespace hearsay {

/// A message to a ROUTER socket of ours, taken apart.
struct Delivery {
    /// The frames before the request, by which the client is found again.
    std::vector<std::string> envelope;
    /// Nothing if the message does not have the frames of a request.
    std::optional<std::string> body;
    Encoding encoding = Encoding::json;
    /// Where the client is.
    std::string source;
    /// Of its connection; -1 if unknown.
    int descriptor = -1;
};

/// Whether an empty frame must stand before the request, as a REQ socket sends it.
enum class Delimiter : std::uint8_t { required, optional };

/// The next message; nothing if none has arrived. Does not wait.
[[nodiscard]] std::optional<Delivery> receive_delivery(zmq::socket_t& socket, Delimiter delimiter);

/// Sends `body` to the peer that the envelope leads to. Does not wait.
[[nodiscard]] SendResult send_delivery(zmq::socket_t& socket,
                                       const std::vector<std::string>& envelope,
                                       const std::string& body);

/// ZeroMQ leaves the files of its sockets behind. Does nothing for other addresses than `ipc`.
void remove_socket_file(const std::string& address);

}  // namespace hearsay
