#include "streams.hpp"

#include <chrono>

namespace hearsay {

namespace {

/// A proxy between us and a listener commonly closes what is silent for a minute or half of it.
constexpr Duration comment_pause = std::chrono::seconds(15);

}  // namespace

void Streams::open(HttpServer& server, HttpServer::RequestId request,
                   std::string_view last_event_id) {
    const auto reader = std::make_shared<FeedReader>(feed_, last_event_id);
    readers_[request] = reader;
    server.stream(request, reader);
}

void Streams::turn(HttpServer& server, Instant now) {
    if (is_empty()) return;
    if (now >= comment_at_) {
        comment_at_ = now + comment_pause;
        feed_.send_comment();
    }
    for (const auto& [request, reader] : readers_) {
        if (reader->unread_bytes() > unread_bytes_max) {
            server.hang_up(request);
        } else if (reader->has_more()) {
            server.wake(request);
        }
    }
}

Instant Streams::deadline() const {
    return is_empty() ? Instant::max() : comment_at_;
}

}  // namespace hearsay
