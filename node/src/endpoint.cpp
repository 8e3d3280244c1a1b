#include "endpoint.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <arpa/inet.h>

namespace hearsay {
namespace {

// Also what host names, interfaces and scoped addresses ("fe80::1%eth0") are made of.
bool is_host_byte(char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '.' || byte == '-' || byte == '_';
}

bool is_host(std::string_view host) {
    return host == "*" || (!host.empty() && std::all_of(host.begin(), host.end(), is_host_byte));
}

bool is_ipv6_text(std::string_view host) {
    const std::string address(host.substr(0, host.find('%')));
    in6_addr parsed{};
    return inet_pton(AF_INET6, address.c_str(), &parsed) == 1 &&
           std::all_of(host.begin(), host.end(),
                       [](char byte) { return is_host_byte(byte) || byte == ':' || byte == '%'; });
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    if (text == "*") return std::uint16_t{0};
    std::uint16_t port = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, port);
    if (error != std::errc{} || rest != end || text.empty()) return std::nullopt;
    return port;
}

std::optional<Endpoint> parse_tcp(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    std::string_view host = text.substr(0, colon);
    const auto port = parse_port(text.substr(colon + 1));
    if (!port) return std::nullopt;
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
        if (!is_ipv6_text(host)) return std::nullopt;
    } else if (!is_host(host)) {
        return std::nullopt;
    }
    return Endpoint{Endpoint::Scheme::tcp, std::string(host), *port};
}

std::optional<Endpoint> parse_ipc(std::string_view path) {
    if (path.empty() || path.find('\0') != std::string_view::npos) return std::nullopt;
    return Endpoint{Endpoint::Scheme::ipc, std::string(path), 0};
}

}  // namespace

std::optional<Endpoint> parse_endpoint(std::string_view text) {
    if (text.starts_with("tcp://")) return parse_tcp(text.substr(6));
    if (text.starts_with("ipc://")) return parse_ipc(text.substr(6));
    return std::nullopt;
}

std::string text(const Endpoint& endpoint) {
    if (endpoint.scheme == Endpoint::Scheme::ipc) return "ipc://" + endpoint.host;
    const std::string host = is_ipv6(endpoint) ? '[' + endpoint.host + ']' : endpoint.host;
    return "tcp://" + host + ':' + std::to_string(endpoint.port);
}

bool is_numeric(const Endpoint& endpoint) {
    in_addr parsed{};
    return is_ipv6(endpoint) || inet_pton(AF_INET, endpoint.host.c_str(), &parsed) == 1;
}

bool is_ipv6(const Endpoint& endpoint) {
    return endpoint.scheme == Endpoint::Scheme::tcp && is_ipv6_text(endpoint.host);
}

bool is_wildcard(const Endpoint& endpoint) {
    if (endpoint.scheme == Endpoint::Scheme::ipc) return endpoint.host == "*";
    if (endpoint.host == "*" || endpoint.host == "0.0.0.0") return true;
    in6_addr parsed{};
    return inet_pton(AF_INET6, endpoint.host.c_str(), &parsed) == 1 &&
           IN6_IS_ADDR_UNSPECIFIED(&parsed);
}

bool is_dialable(const Endpoint& endpoint) {
    if (is_wildcard(endpoint)) return false;
    if (endpoint.scheme == Endpoint::Scheme::ipc) return endpoint.host.size() <= ipc_path_bytes_max;
    return endpoint.port != 0;
}

bool is_loopback(std::string_view host) {
    const std::string address(host);
    in_addr four{};
    in6_addr six{};
    if (inet_pton(AF_INET, address.c_str(), &four) == 1) return ntohl(four.s_addr) >> 24U == 127;
    if (inet_pton(AF_INET6, address.c_str(), &six) == 1) return IN6_IS_ADDR_LOOPBACK(&six);
    return host == "localhost";
}

std::optional<std::string> socket_file(std::string_view address) {
    auto endpoint = parse_endpoint(address);
    // ZeroMQ takes "@" for a name that is in no folder.
    const bool has_file =
        endpoint && endpoint->scheme == Endpoint::Scheme::ipc && !endpoint->host.starts_with('@');
    return has_file ? std::optional(std::move(endpoint->host)) : std::nullopt;
}

}  // namespace hearsay
