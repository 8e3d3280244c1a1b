#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hearsay/event.hpp"
#include "hearsay/time.hpp"

namespace hearsay::simulation {

/// An event, at whose node it happened, and when by the world's time.
struct Record {
    Instant at;
    std::string observer;
    Event event;
    /// It failed a member that ran undisturbed and could be reached.
    bool is_mistake = false;
};

/// Whether the journal keeps who joined: of N nodes that is N squared records.
enum class Joins : std::uint8_t { kept, dropped };

/// Everything that all nodes ever reported, in order.
class Journal {
  public:
    explicit Journal(Joins joins = Joins::kept) : joins_(joins) {}

    void add(Record record) {
        const bool is_join = record.event.kind == EventKind::joined;
        if (joins_ == Joins::kept || !is_join) records_.push_back(std::move(record));
    }

    [[nodiscard]] const std::vector<Record>& records() const { return records_; }

    /// The records of `kind` about the bearers of the name `subject`, since `since`.
    [[nodiscard]] std::vector<Record> of(EventKind kind, std::string_view subject,
                                         Instant since = Instant::min()) const;
    /// The records of `kind` about anybody, since `since`.
    [[nodiscard]] std::vector<Record> of(EventKind kind, Instant since = Instant::min()) const;

  private:
    Joins joins_;
    std::vector<Record> records_;
};

/// When it was, counted from `start`: "1.250s".
[[nodiscard]] std::string clock_text(Instant at, Instant start);

/// One line for people: "1.250s n2: failed n3 (silence 1s n1 n4)"; after a mistake ", by mistake".
/// Times count from `start`.
[[nodiscard]] std::string text(const Record& record, Instant start);

}  // namespace hearsay::simulation
