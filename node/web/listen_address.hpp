#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "descriptor.hpp"
#include "endpoint.hpp"

namespace hearsay {

/// Reads "127.0.0.1:7780", "[::1]:7780" or "*:7780", which is 0.0.0.0; nothing if it is no address
/// with a port. Names are none: they may stand for several addresses.
[[nodiscard]] std::optional<Endpoint> parse_listen_address(std::string_view text);

/// The reverse of it.
[[nodiscard]] std::string listen_text(const Endpoint& address);

/// What to type into a browser on this machine: "http://127.0.0.1:7780/".
[[nodiscard]] std::string url(const Endpoint& address);

/// A socket that listens there, and its port, which replaces port 0. Throws StartError.
[[nodiscard]] Descriptor listen_on(Endpoint& address);

}  // namespace hearsay
