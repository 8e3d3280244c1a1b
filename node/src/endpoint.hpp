#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hearsay {

/// The longest path of an `ipc` endpoint: what fits into the kernel's address.
inline constexpr std::size_t ipc_path_bytes_max = 107;

/// An endpoint taken apart.
struct Endpoint {
    enum class Scheme : std::uint8_t { tcp, ipc };

    Scheme scheme = Scheme::tcp;
    /// For tcp: an address (an IPv6 one without its brackets), a host name, or, to be bound, an
    /// interface or "*". For ipc: the path.
    std::string host;
    /// For tcp only.
    std::uint16_t port = 0;

    bool operator==(const Endpoint&) const = default;
};

/// Reads "tcp://HOST:PORT" or "ipc://PATH"; nothing if it is neither. ZeroMQ's further notations
/// (a source address in front, options behind) are not accepted: endpoints come from the network.
[[nodiscard]] std::optional<Endpoint> parse_endpoint(std::string_view text);

/// The reverse of `parse_endpoint`.
[[nodiscard]] std::string text(const Endpoint& endpoint);

/// True if the host is an IPv4 or IPv6 address, so that nothing has to be resolved.
[[nodiscard]] bool is_numeric(const Endpoint& endpoint);

/// True if the host is an IPv6 address.
[[nodiscard]] bool is_ipv6(const Endpoint& endpoint);

/// True if the host stands for all addresses: "*", "0.0.0.0", "::". It can be bound, not dialled.
[[nodiscard]] bool is_wildcard(const Endpoint& endpoint);

/// True if a peer can be told to dial it: its host says where, its port is not zero.
[[nodiscard]] bool is_dialable(const Endpoint& endpoint);

/// Whether a host, without brackets, is an address or the name of this machine for itself.
[[nodiscard]] bool is_loopback(std::string_view host);

/// The file of a socket at this address; nothing unless it is of the kind ipc and has one.
[[nodiscard]] std::optional<std::string> socket_file(std::string_view address);

}  // namespace hearsay
