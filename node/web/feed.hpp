#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "event_log.hpp"
#include "http_message.hpp"

namespace hearsay {

/// What listeners are told: the present state of some parts, of which only the newest counts, and a
/// log of which each record does.
class Feed {
  public:
    enum class Part : std::uint8_t { node, members, status, links };
    static constexpr std::size_t part_count = 4;

    /// As of EventLog.
    explicit Feed(std::string process) : log_(std::move(process)) {}
    Feed(const Feed&) = delete;
    Feed& operator=(const Feed&) = delete;

    /// The new state of a part, as JSON in one line.
    void set(Part part, std::string_view json);
    /// The state is not known any more, so a client that comes is told nothing of it.
    void forget(Part part);

    /// Sends everybody a line that means nothing: clients that are gone are then noticed.
    void send_comment() { ++comment_count_; }

    [[nodiscard]] EventLog& log() { return log_; }

  private:
    friend class FeedReader;
    struct State {
        std::shared_ptr<const std::string> text;
        std::uint64_t version = 0;
    };

    std::array<State, part_count> states_;
    EventLog log_;
    std::uint64_t comment_count_ = 0;
};

/// One listener to a feed, which must outlive it. It keeps nothing for itself: however slow it is,
/// it costs no memory.
class FeedReader : public HttpStream {
  public:
    /// `last_event_id` is the id of the last message that the listener had before; else empty.
    FeedReader(const Feed& feed, std::string_view last_event_id);

    [[nodiscard]] std::size_t read(std::span<char> space) override;

    [[nodiscard]] bool has_more() const;

    /// The bytes that were recorded since it listens and that it has not taken.
    [[nodiscard]] std::uint64_t unread_bytes() const;

  private:
    /// Takes out the next message, if there is one.
    [[nodiscard]] std::shared_ptr<const std::string> next();
    [[nodiscard]] std::shared_ptr<const std::string> next_state();
    [[nodiscard]] std::shared_ptr<const std::string> next_record();

    const Feed& feed_;
    std::array<std::uint64_t, Feed::part_count> seen_versions_{};
    LogPosition position_;
    std::uint64_t taken_bytes_;
    std::uint64_t seen_comments_;
    std::shared_ptr<const std::string> message_;
    std::size_t sent_bytes_ = 0;
};

}  // namespace hearsay
