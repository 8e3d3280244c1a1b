#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "options.hpp"
#include "screen.hpp"

namespace hearsay {

/// The node's answers as people read them: whole lines, ready to be printed. They take what a node
/// of this version says; what is missing shows as nothing.

[[nodiscard]] std::string members_view(const nlohmann::ordered_json& answer,
                                       const MembersCommand& wanted, Screen screen);
[[nodiscard]] std::string status_view(const nlohmann::ordered_json& answer, Screen screen);
[[nodiscard]] std::string links_view(const nlohmann::ordered_json& answer, Screen screen);
[[nodiscard]] std::string survey_view(const nlohmann::ordered_json& answer, Screen screen);
[[nodiscard]] std::string explain_view(const nlohmann::ordered_json& answer, Screen screen);

/// One event as one line: "10:00:00.123  failed  n3  ...".
[[nodiscard]] std::string event_view(const nlohmann::ordered_json& event, Screen screen);

/// What an event says beyond its name, and its colour.
[[nodiscard]] std::string event_details(const nlohmann::ordered_json& event);
[[nodiscard]] Paint event_paint(std::string_view kind);

/// The words for what a member may be, and the colour of each.
[[nodiscard]] std::vector<std::string> member_states();
[[nodiscard]] Paint state_paint(std::string_view state);

/// Why the member is held for what it is: "silent, say n1, n4". Empty if nobody accuses it.
[[nodiscard]] std::string member_note(const nlohmann::ordered_json& member);
/// Where it is reached, without "tcp://": nearly all are reached by TCP.
[[nodiscard]] std::string member_place(const nlohmann::ordered_json& member);
/// Alive, but what it says itself does not arrive here, though it should.
[[nodiscard]] bool is_heard_by_others_alone(const nlohmann::ordered_json& member);

/// Whether the member is one of those asked for.
[[nodiscard]] bool is_wanted(const MembersCommand& wanted, const nlohmann::ordered_json& member);

}  // namespace hearsay
