#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace hearsay {

/// Reading the answers of a node. What is missing, or of another type, reads as nothing: a node of
/// another version may say less, and more.

[[nodiscard]] std::string word(const nlohmann::ordered_json& object, std::string_view key);
[[nodiscard]] std::uint64_t count(const nlohmann::ordered_json& object, std::string_view key);
[[nodiscard]] bool flag(const nlohmann::ordered_json& object, std::string_view key);

/// The object or list under a key; else an empty object.
[[nodiscard]] const nlohmann::ordered_json& part(const nlohmann::ordered_json& object,
                                                 std::string_view key);

/// Milliseconds as a span for people: "1.4s".
[[nodiscard]] std::string span_text(std::uint64_t milliseconds);
[[nodiscard]] std::string span(const nlohmann::ordered_json& object, std::string_view key);

/// The words of a list.
[[nodiscard]] std::vector<std::string> words(const nlohmann::ordered_json& list);

/// Names for people: "db, n1 to n8, n12".
[[nodiscard]] std::string names_text(std::vector<std::string> names);

/// The order of names for people: n2 before n10.
[[nodiscard]] bool is_named_before(const nlohmann::ordered_json& one,
                                   const nlohmann::ordered_json& other);

/// "role=db zone=a".
[[nodiscard]] std::string tags_text(const nlohmann::ordered_json& tags);

}  // namespace hearsay
