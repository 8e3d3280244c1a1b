#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "hearsay/member.hpp"
#include "hearsay/time.hpp"

namespace hearsay {

/// What a client speaks; it is answered in kind.
enum class Encoding : std::uint8_t { json, msgpack };

/// A request that is not carried out: a word for programs and a sentence for people.
class RequestError : public std::runtime_error {
  public:
    /// `code` is a literal: "bad_request", "unknown_op", "unknown_member", "still_alive", "busy".
    RequestError(std::string_view code, const std::string& sentence)
        : std::runtime_error(sentence), code_(code) {}
    [[nodiscard]] std::string_view code() const { return code_; }

  private:
    std::string_view code_;
};

/// Longer requests are refused unread; the longest sensible one sets all tags.
inline constexpr std::size_t request_bytes_max = 16U * 1024U;

/// What the bytes look like, so that even nonsense is answered in kind: a msgpack map shows in
/// its first byte, everything else is taken for JSON.
[[nodiscard]] Encoding guess_encoding(std::string_view bytes);

/// The bytes of an answer.
[[nodiscard]] std::string encode(const nlohmann::ordered_json& answer, Encoding encoding);

/// One request of a client: an op and its arguments, read with care. Every function throws
/// RequestError where the client is at fault.
class Request {
  public:
    /// Depth and size are checked before anything is built.
    explicit Request(std::string_view bytes);

    [[nodiscard]] const std::string& op() const { return op_; }

    /// Refuses arguments that the op does not know, so that a typing error never passes silently.
    void expect_only(std::initializer_list<std::string_view> arguments) const;

    [[nodiscard]] std::string text(std::string_view argument) const;
    [[nodiscard]] std::optional<std::uint64_t> number(std::string_view argument) const;
    [[nodiscard]] bool flag(std::string_view argument) const;
    [[nodiscard]] std::vector<std::string> texts(std::string_view argument) const;
    [[nodiscard]] Tags tags(std::string_view argument) const;

  private:
    [[nodiscard]] const nlohmann::json* find(std::string_view argument) const;

    nlohmann::json body_;
    std::string op_;
};

}  // namespace hearsay
