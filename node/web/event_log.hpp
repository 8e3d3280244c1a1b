#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

namespace hearsay {

/// A place in an event log: how many events and surveys lie before it.
struct LogPosition {
    std::uint64_t events = 0;
    std::uint64_t surveys = 0;

    bool operator==(const LogPosition&) const = default;
};

/// The last events and surveys in order of time, each as the message of a stream that tells of it
/// (server-sent events).
class EventLog {
  public:
    /// What a page shows at a glance back.
    static constexpr std::size_t events_max = 2000;
    static constexpr std::size_t surveys_max = 100;
    /// Of all surveys. One of 64 members has 46 kB, so 45 are kept, and a page shows no more.
    static constexpr std::size_t survey_bytes_max = std::size_t{2} * 1024 * 1024;

    struct Record {
        /// Behind it.
        LogPosition position;
        std::shared_ptr<const std::string> text;
        /// Of all that was ever recorded, this among it.
        std::uint64_t bytes = 0;
    };

    /// `process` tells ids of this process from those of an earlier one; without "-".
    explicit EventLog(std::string process) : process_(std::move(process)) {}

    /// An object as JSON in one line.
    void add_event(std::string_view json);
    void add_survey(std::string_view json);

    /// The first record behind a position; null if there is none. `missed` is how many events
    /// before it are kept no more.
    [[nodiscard]] const Record* next(LogPosition position, std::uint64_t& missed) const;

    /// Before the oldest record kept.
    [[nodiscard]] LogPosition oldest() const;

    /// What the id of a message says; the oldest if it is none of this process.
    [[nodiscard]] LogPosition position_of(std::string_view id) const;

    /// The bytes of all that was ever recorded.
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

  private:
    Record make(std::string_view event, std::string_view json);

    std::string process_;
    LogPosition end_;
    std::deque<Record> events_;
    std::deque<Record> surveys_;
    std::size_t survey_bytes_ = 0;
    std::uint64_t bytes_ = 0;
};

/// One message of a stream of server-sent events; `id` may be empty, `data` is one line.
[[nodiscard]] std::string stream_message(std::string_view event, std::string_view id,
                                         std::string_view data);

}  // namespace hearsay
