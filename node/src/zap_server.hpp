#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <zmq.hpp>

#include "hearsay/time.hpp"

#include "curve_key.hpp"
#include "poll_set.hpp"

namespace hearsay {

/// Answers ZeroMQ when it asks whether a key may connect (ZAP, RFC 27), in the loop of a node:
/// there is no thread. The key becomes the User-Id of all frames that come over that connection.
///
/// Must be made before a socket of its context is bound as a CURVE server. Not thread-safe.
class ZapServer {
  public:
    /// Whether the bearer of this key may connect from there.
    using Judge = std::function<bool(const CurveKey& key, std::string_view source)>;

    explicit ZapServer(zmq::context_t& context);
    ZapServer(const ZapServer&) = delete;
    ZapServer& operator=(const ZapServer&) = delete;
    ~ZapServer();

    /// Wakes the loop when there is a question.
    void watch(PollSet& set);

    /// Answers those that wait, but for those that are too many for one turn: they wait for the
    /// next one, which is due at once.
    void answer(const Judge& judge);

  private:
    struct Question {
        std::string id;
        std::string source;
        std::optional<CurveKey> key;
    };

    [[nodiscard]] bool receive(Question& question);
    void reply(const Question& question, bool is_admitted);

    zmq::socket_t socket_;
    Attention attention_;
};

}  // namespace hearsay
