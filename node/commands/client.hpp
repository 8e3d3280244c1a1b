#pragma once

#include <cstdint>
#include <optional>
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

/// What to do when the node ends before it has answered, and is back at once.
enum class IfRestarted : std::uint8_t {
    ask_again,
    /// The question was for the one that has ended.
    give_up,
};

/// Asks one node through its status socket. A node that ends while it is asked is noticed at once.
class Client {
  public:
    /// `timeout` is how long the node may take for an answer it has at once.
    Client(std::string address, Duration timeout);

    /// The node's answer, which is an object. It may take `extra` longer than usual; where the
    /// request says itself how long it may take ("timeout_ms"), that is shortened if it must be
    /// made again. Throws Unreachable.
    [[nodiscard]] nlohmann::ordered_json ask(nlohmann::ordered_json request, Duration extra = {},
                                             IfRestarted if_restarted = IfRestarted::ask_again);

    [[nodiscard]] const std::string& address() const { return address_; }
    [[nodiscard]] zmq::context_t& context() { return context_; }
    [[nodiscard]] Duration timeout() const { return timeout_; }

  private:
    struct Attempt {
        std::optional<std::string> answer;
        bool has_ended = false;
    };
    [[nodiscard]] Attempt attempt(const std::string& request, Instant until, Instant connected_by);
    [[noreturn]] void fail(const std::string& problem) const;

    zmq::context_t context_;
    std::string address_;
    Duration timeout_;
};

}  // namespace hearsay
