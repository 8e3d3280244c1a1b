#include "host_check.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include <arpa/inet.h>

#include "listen_address.hpp"

namespace hearsay {

namespace {

/// ":" and digits, or nothing.
bool is_port(std::string_view text) {
    const auto is_digit = [](unsigned char byte) { return std::isdigit(byte) != 0; };
    return text.empty() ||
           (text.front() == ':' && std::all_of(text.begin() + 1, text.end(), is_digit));
}

/// An address has several spellings.
bool is_same_address(const Endpoint& one, const std::string& host) {
    in6_addr ours{};
    in6_addr theirs{};
    if (!is_ipv6(one)) return one.host == host;
    return inet_pton(AF_INET6, one.host.c_str(), &ours) == 1 &&
           inet_pton(AF_INET6, host.c_str(), &theirs) == 1 && IN6_ARE_ADDR_EQUAL(&ours, &theirs);
}

}  // namespace

std::string host_name(std::string_view host) {
    const bool is_bracketed = host.starts_with('[');
    const std::size_t end = is_bracketed ? host.find(']') : std::min(host.find(':'), host.size());
    if (end == std::string_view::npos) return {};
    if (!is_port(host.substr(end + (is_bracketed ? 1 : 0)))) return {};
    std::string name(host.substr(0, end).substr(is_bracketed ? 1 : 0));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char byte) { return static_cast<char>(std::tolower(byte)); });
    return name;
}

HostCheck::HostCheck(const Endpoint& address, std::vector<std::string> names)
    : address_(address), names_(std::move(names)) {
    for (std::string& name : names_)
        name = host_name(name);
}

bool HostCheck::is_allowed(std::string_view host) const {
    const std::string name = host_name(host);
    if (name.empty()) return false;
    if (is_loopback(name) || is_same_address(address_, name)) return true;
    if (std::find(names_.begin(), names_.end(), name) != names_.end()) return true;
    return is_wildcard(address_) && is_numeric({Endpoint::Scheme::tcp, name, 0});
}

}  // namespace hearsay
