#pragma once

#include <cstddef>
#include <string>

#include <netinet/in.h>
#include <sys/socket.h>

#include "descriptor.hpp"
#include "endpoint.hpp"
#include "support/catch.hpp"

namespace hearsay::testing {

/// A port of this machine that is taken. Nobody listens there until it is opened.
class Listener {
  public:
    Listener() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof(address);
        auto* const generic = reinterpret_cast<sockaddr*>(&address);  // NOLINT
        REQUIRE(bind(socket_.number(), generic, size) == 0);
        REQUIRE(getsockname(socket_.number(), generic, &size) == 0);
        endpoint_ = {Endpoint::Scheme::tcp, "127.0.0.1", ntohs(address.sin_port)};
    }

    [[nodiscard]] int number() const { return socket_.number(); }
    void open() { REQUIRE(listen(socket_.number(), SOMAXCONN) == 0); }
    /// Nobody listens there any more. What was not accepted yet is hung up on.
    void close() { socket_ = Descriptor(); }
    /// The next connection; closed if there is none.
    [[nodiscard]] Descriptor accept() {
        return Descriptor(accept4(socket_.number(), nullptr, nullptr, SOCK_CLOEXEC));
    }
    /// Accepts all who are there and hangs up on them at once.
    void hang_up() {
        while (accept().is_open())
            ++accepted_;
    }

    [[nodiscard]] const Endpoint& endpoint() const { return endpoint_; }
    [[nodiscard]] std::size_t accepted() const { return accepted_; }

  private:
    Descriptor socket_;
    Endpoint endpoint_;
    std::size_t accepted_ = 0;
};

}  // namespace hearsay::testing
