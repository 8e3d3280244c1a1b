#include "listen_address.hpp"

#include <cerrno>
#include <cstddef>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "hearsay/check.hpp"
#include "hearsay/node.hpp"

#include "bind.hpp"

namespace hearsay {

namespace {

/// Clients that may wait to be accepted: as many as may come at once, and the system may take less.
constexpr int backlog = 1024;

/// An address of either family.
class SocketAddress {
  public:
    /// REQUIRES: the endpoint is numeric.
    explicit SocketAddress(const Endpoint& endpoint) {
        if (is_ipv6(endpoint)) {
            auto& address = as<sockaddr_in6>();
            address.sin6_family = AF_INET6;
            address.sin6_port = htons(endpoint.port);
            HEARSAY_CHECK(inet_pton(AF_INET6, endpoint.host.c_str(), &address.sin6_addr) == 1);
            size_ = sizeof(address);
        } else {
            auto& address = as<sockaddr_in>();
            address.sin_family = AF_INET;
            address.sin_port = htons(endpoint.port);
            HEARSAY_CHECK(inet_pton(AF_INET, endpoint.host.c_str(), &address.sin_addr) == 1);
            size_ = sizeof(address);
        }
    }

    [[nodiscard]] int family() const { return storage_.ss_family; }
    [[nodiscard]] sockaddr* generic() { return &as<sockaddr>(); }
    [[nodiscard]] socklen_t* size() { return &size_; }

    [[nodiscard]] std::uint16_t port() {
        const bool is_six = family() == AF_INET6;
        return ntohs(is_six ? as<sockaddr_in6>().sin6_port : as<sockaddr_in>().sin_port);
    }

  private:
    template <typename Kind>
    Kind& as() {
        return reinterpret_cast<Kind&>(storage_);  // NOLINT: that is how sockets are used.
    }

    sockaddr_storage storage_{};
    socklen_t size_ = 0;
};

Descriptor try_listen(SocketAddress& address) {
    Descriptor listener(::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!listener.is_open()) return listener;
    // The next process at the address need not wait for the connections of the former one.
    const int on = 1;
    ::setsockopt(listener.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    const bool listens = ::bind(listener.number(), address.generic(), *address.size()) == 0 &&
                         ::listen(listener.number(), backlog) == 0 &&
                         ::getsockname(listener.number(), address.generic(), address.size()) == 0;
    return listens ? std::move(listener) : Descriptor();
}

}  // namespace

std::optional<Endpoint> parse_listen_address(std::string_view text) {
    auto endpoint = parse_endpoint("tcp://" + std::string(text));
    if (!endpoint) return std::nullopt;
    if (endpoint->host == "*") endpoint->host = "0.0.0.0";
    const bool is_scoped = endpoint->host.find('%') != std::string::npos;
    return is_numeric(*endpoint) && !is_scoped ? endpoint : std::nullopt;
}

std::string listen_text(const Endpoint& address) {
    return text(address).substr(std::strlen("tcp://"));
}

std::string url(const Endpoint& address) {
    Endpoint shown = address;
    if (is_wildcard(address)) shown.host = is_ipv6(address) ? "::1" : "127.0.0.1";
    return "http://" + listen_text(shown) + "/";
}

Descriptor listen_on(Endpoint& address) {
    SocketAddress socket_address(address);
    Descriptor listener = try_listen(socket_address);
    if (!listener.is_open())
        throw bind_error("listen", listen_text(address), Endpoint::Scheme::tcp, errno);
    address.port = socket_address.port();
    return listener;
}

}  // namespace hearsay
