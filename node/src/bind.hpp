#pragma once

#include <string>
#include <string_view>

#include <zmq.hpp>

#include "hearsay/node.hpp"

#include "descriptor.hpp"
#include "endpoint.hpp"

namespace hearsay {

/// Binds `socket` and returns the endpoint with its real port. `what` names the option in the
/// error, for example "bind" or "status". The file of an `ipc` address can be used by its owner
/// alone. Throws StartError.
[[nodiscard]] std::string bind_socket(zmq::socket_t& socket, const std::string& address,
                                      std::string_view what);

/// Why `address`, which `what` names, cannot be bound: `error` is what the system said.
[[nodiscard]] StartError bind_error(std::string_view what, const std::string& address,
                                    Endpoint::Scheme scheme, int error);

/// A unix socket that listens at `path`, which only its owner can use; closed, with `errno` set, if
/// that cannot be. What is at the path already must have been looked at.
[[nodiscard]] Descriptor listen_at(const std::string& path);

/// Lets `socket` take the connections of `listener`, which listens at `path`, in the place of the
/// one whose file was lost. Touches no file. False if it could not.
[[nodiscard]] bool replace_listener(zmq::socket_t& socket, const std::string& path,
                                    Descriptor listener);

/// Lets `socket`, which is bound to `endpoint`, take its options over for new connections: it is
/// bound there anew, to `listener`, which must be the same socket of the system. Those that stand
/// are ended. False if it could not.
[[nodiscard]] bool rebind(zmq::socket_t& socket, const std::string& endpoint, Descriptor listener);

}  // namespace hearsay
