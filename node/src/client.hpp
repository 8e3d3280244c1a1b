#pragma once

#include <stdexcept>
#include <string>

#include <nlohmann/json_fwd.hpp>
#include <zmq.hpp>

#include "hearsay/time.hpp"

namespace hearsay {

/// Nobody answers, in one line that says where and what may be wrong.
class Unreachable : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// Asks one node through its status socket.
class Client {
  public:
    /// `timeout` is how long the node may take for an answer it has at once.
    Client(std::string address, Duration timeout);

    /// The node's answer, which is an object. It may take `extra` longer than usual.
    /// Throws Unreachable.
    [[nodiscard]] nlohmann::ordered_json ask(const nlohmann::ordered_json& request,
                                             Duration extra = {});

    [[nodiscard]] const std::string& address() const { return address_; }
    [[nodiscard]] zmq::context_t& context() { return context_; }

  private:
    zmq::context_t context_;
    std::string address_;
    Duration timeout_;
};

}  // namespace hearsay
