#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "hearsay/time.hpp"

#include "descriptor.hpp"
#include "http_message.hpp"
#include "poll_set.hpp"

namespace hearsay {

/// An HTTP server without threads: its owner's loop drives it. It never waits for a client.
class HttpServer {
  public:
    /// Of one request; never used again.
    using RequestId = std::uint64_t;

    /// They are called within `turn`.
    struct Callbacks {
        /// To be replied to with `answer` or `stream`, now or later.
        std::function<void(RequestId, const HttpRequest&)> on_request;
        /// The client has closed a stream, or was hung up on.
        std::function<void(RequestId)> on_stream_end;
    };

    /// Serves `connections_max` connections at once; further ones wait. Throws StartError.
    HttpServer(Descriptor listener, unsigned connections_max, Callbacks callbacks);
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;
    /// Hangs up on everybody.
    ~HttpServer();

    /// A request that is over is left alone by these four.
    void answer(RequestId request, HttpResponse response);
    /// Replies with what `stream` has to say, as server-sent events, until somebody hangs up.
    void stream(RequestId request, std::shared_ptr<HttpStream> stream);
    /// The stream has something to say again.
    void wake(RequestId request);
    void hang_up(RequestId request);

    /// Wakes the loop when there is something for `turn`.
    void watch(PollSet& set);

    /// Reads requests and writes answers, as far as that is possible now.
    void turn();

    /// After how long `turn` is due at the latest.
    [[nodiscard]] Duration patience() const;

  private:
    class Daemon;
    std::unique_ptr<Daemon> daemon_;
};

}  // namespace hearsay
