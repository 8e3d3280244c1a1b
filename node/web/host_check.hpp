#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "endpoint.hpp"

namespace hearsay {

/// Which `Host` a request may name. A page of a stranger can have its own name stand for an address
/// of ours (DNS rebinding); its requests then bear that name.
class HostCheck {
  public:
    /// Allowed are the names and addresses of this machine for itself, the address listened on,
    /// and these names. Where all addresses are listened on, any address will do: only a name can
    /// be made to stand for another one.
    HostCheck(const Endpoint& address, std::vector<std::string> names);

    /// `host` is the value of the header: a name or an address, perhaps with a port.
    [[nodiscard]] bool is_allowed(std::string_view host) const;

  private:
    Endpoint address_;
    std::vector<std::string> names_;
};

/// The name or address of a `Host` without its port and brackets, in small letters; empty if it is
/// none.
[[nodiscard]] std::string host_name(std::string_view host);

}  // namespace hearsay
