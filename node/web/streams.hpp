#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string_view>

#include "hearsay/time.hpp"

#include "feed.hpp"
#include "http_server.hpp"

namespace hearsay {

/// All who listen to a feed over HTTP. Feed and server must outlive it.
class Streams {
  public:
    /// Each is a browser tab that somebody looks at.
    static constexpr std::size_t streams_max = 64;
    /// Unread by one, after which it is hung up on: it connects again and goes on where it was.
    static constexpr std::uint64_t unread_bytes_max = std::uint64_t{1024} * 1024;

    explicit Streams(Feed& feed) : feed_(feed) {}

    [[nodiscard]] bool is_full() const { return readers_.size() >= streams_max; }
    [[nodiscard]] bool is_empty() const { return readers_.empty(); }

    void open(HttpServer& server, HttpServer::RequestId request, std::string_view last_event_id);
    void note_end(HttpServer::RequestId request) { readers_.erase(request); }

    /// Lets all know what is new, and now and then that there is nothing.
    void turn(HttpServer& server, Instant now);
    [[nodiscard]] Instant deadline() const;

  private:
    Feed& feed_;
    Instant comment_at_{};
    std::map<HttpServer::RequestId, std::shared_ptr<FeedReader>> readers_;
};

}  // namespace hearsay
