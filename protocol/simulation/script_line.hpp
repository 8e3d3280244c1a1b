#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "hearsay/time.hpp"

#include "script.hpp"

/// How the lines of a script are taken apart, for those who know what they mean.
namespace hearsay::simulation {

[[nodiscard]] std::string in_quotes(std::string_view word);
[[nodiscard]] bool is_digit(char letter);

/// The words of one line, taken one after the other. The first problem is the one that is told;
/// what is taken after it is nothing.
class Line {
  public:
    /// What follows a number sign is left out.
    explicit Line(std::string_view text);

    /// True once no word is left, or there is a problem.
    [[nodiscard]] bool is_empty() const { return words_.empty() || problem_; }
    /// The word that is taken next; empty if there is none.
    [[nodiscard]] std::string_view next() const { return is_empty() ? "" : words_.front(); }
    [[nodiscard]] const std::optional<std::string>& problem() const { return problem_; }

    /// Tells a problem, unless one was told before.
    void refuse(std::string problem);
    /// The next word, which is to be `what`.
    std::string_view take(std::string_view what);
    /// Takes the next word, which is to be this one.
    void expect(std::string_view word);

  private:
    std::deque<std::string_view> words_;
    std::optional<std::string> problem_;
};

/// "5".
[[nodiscard]] std::uint64_t take_number(Line& line);
/// "1.5s".
[[nodiscard]] Duration take_span(Line& line);
/// A span forwards or, with a minus, backwards.
[[nodiscard]] Duration take_shift(Line& line);
/// "2.5%" in thousandths.
[[nodiscard]] std::uint64_t take_share(Line& line);
/// "200ppm" or "-200ppm".
[[nodiscard]] std::int64_t take_drift(Line& line);
/// "500B" or "2kB"; where `per` is "/s" with that behind it. Never zero.
[[nodiscard]] std::uint64_t take_bytes(Line& line, std::string_view per = {});
/// "n1", "n1..n8" or "n1,n4".
[[nodiscard]] Hosts take_hosts(Line& line);

}  // namespace hearsay::simulation
