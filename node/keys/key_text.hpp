#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "key_material.hpp"

namespace hearsay {

/// "word value" in a file of keys.
struct KeyLine {
    std::size_t number = 0;
    std::string_view word;
    /// Without blanks around it.
    std::string_view value;
};

/// How often a word stands in a file.
enum class Occurs : std::uint8_t { once, at_most_once, at_least_once, any };

/// A word of a format, and what takes its lines.
struct KeyWord {
    std::string_view word;
    /// What stands behind it, as a fault would say.
    std::string_view value;
    Occurs occurs = Occurs::once;
    std::function<void(const KeyLine&)> take;
};

/// The text of a file of keys. Its first line is the format with its version; each further one is
/// empty, a comment behind a #, or a word and its value.
class KeyText {
  public:
    /// `path` is where the content was read, and `format` what its first line must be. Throws
    /// StartError if it is not.
    KeyText(std::filesystem::path path, std::string_view format, SecretText content);

    /// Hands each line to its word. Throws StartError for a word that is unknown, missing or there
    /// too often; that says which line of which file, and no secret.
    void read(std::span<const KeyWord> words) const;

    /// The value, by kind. They throw StartError if it is none.
    void hex(const KeyLine& line, std::span<std::byte> bytes) const;
    [[nodiscard]] std::vector<std::byte> hex_of_any_size(const KeyLine& line,
                                                         std::size_t size_max) const;
    [[nodiscard]] std::uint64_t number(const KeyLine& line) const;

    /// Throws StartError: "PATH:LINE: problem", or "PATH: problem".
    [[noreturn]] void refuse(const KeyLine& line, const std::string& problem) const;
    [[noreturn]] void refuse(const std::string& problem) const;

  private:
    std::filesystem::path path_;
    SecretText content_;
};

}  // namespace hearsay
