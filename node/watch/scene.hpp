#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "hearsay/time.hpp"

#include "terminal.hpp"

namespace hearsay::watch {

using Json = nlohmann::ordered_json;

/// An answer of the node, and when it came. Null if there was none.
struct Told {
    Json answer;
    Instant at{};
};

/// A question that a person has asked.
struct Inquiry {
    /// The member that it is about; empty if about all.
    std::string subject;
    Told told;
    bool is_waiting = false;
    /// The last time no answer came.
    bool is_unanswered = false;
};

struct SeenEvent {
    Json event;
    Instant at{};
};

/// All that is known of the fleet. What it was told last stays while the node is away.
struct Scene {
    static constexpr std::size_t events_max = 500;

    Told members;
    Told status;
    Told links;
    /// The newest first.
    std::deque<SeenEvent> events;
    bool is_found = true;
    /// When the node was found or lost.
    Instant found_or_lost_at{};
    Inquiry explanation;
    Inquiry survey;

    void note_event(const Json& event, Instant now);
};

/// The worst comes first.
enum class Condition : std::uint8_t { failed, suspect, cut, alive, left };

/// For how long a member may be silent, and for how long it was, in milliseconds.
struct Silence {
    std::uint64_t was = 0;
    std::uint64_t allowed = 0;
};

/// One member as the screen shows it.
struct Row {
    Condition condition = Condition::alive;
    bool is_self = false;
    bool is_observed = false;
    std::string name;
    std::string state;
    std::uint64_t in_state_ms = 0;
    /// Why it needs attention; empty if it needs none.
    std::string reason;
    std::string place;
    std::string tags;
    /// If the node observes it.
    std::optional<Silence> silence;

    [[nodiscard]] bool needs_attention() const { return condition < Condition::alive; }
};

/// The members: those that need attention, those that the node observes, the others; n2 before
/// n10.
[[nodiscard]] std::vector<Row> rows_of(const Scene& scene, Instant now);

/// Whether all words of the filter stand in the text, be their letters large or small.
[[nodiscard]] bool has_words(std::string_view text, std::string_view filter);
/// Looks at the name, the state, the tags and the address.
[[nodiscard]] bool matches(const Row& row, std::string_view filter);

/// What is not as it should be with the node itself: "alone", "withdrawn".
[[nodiscard]] std::vector<std::string> own_troubles(const Scene& scene);

/// Whether all peers that the node hears hold the view that it holds, for all it knows.
[[nodiscard]] bool all_agree(const Scene& scene);

/// The character for a member, and its colour.
[[nodiscard]] std::string_view glyph_of(const Row& row);
[[nodiscard]] Paint paint_of(const Row& row);

/// A span for people, in whole seconds from a second on.
[[nodiscard]] std::string age_text(std::uint64_t milliseconds);
/// Zero if that moment is yet to come.
[[nodiscard]] std::uint64_t milliseconds_since(Instant then, Instant now);

}  // namespace hearsay::watch
