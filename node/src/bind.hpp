#pragma once

#include <string>
#include <string_view>

#include <zmq.hpp>

namespace hearsay {

/// Binds `socket` and returns the endpoint with its real port. `what` names the option in the
/// error, for example "bind" or "status". Throws StartError.
[[nodiscard]] std::string bind_socket(zmq::socket_t& socket, const std::string& address,
                                      std::string_view what);

}  // namespace hearsay
