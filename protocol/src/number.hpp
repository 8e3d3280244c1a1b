#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "hearsay/time.hpp"

namespace hearsay {

/// A number or a special case of the rules, with its name and the reason for it.
///
/// All of them stand in numbers.hpp. Only simulated programs change any (tuning.hpp), before they
/// make their first detector: to see what is lost without it. A node has no way to.
class Number {
  public:
    Number(const Number&) = delete;
    Number& operator=(const Number&) = delete;

    /// All of them, in the order of numbers.hpp. Not thread-safe; done before `main` begins.
    [[nodiscard]] static std::vector<Number*>& all();

    [[nodiscard]] std::string_view name() const { return name_; }
    /// Of what it is so many; empty for a special case.
    [[nodiscard]] std::string_view unit() const { return unit_; }
    /// The rule and, in one line, why it is as it is.
    [[nodiscard]] std::string_view reason() const { return reason_; }
    [[nodiscard]] double value() const { return value_; }
    void set(double value) { value_ = value; }

  protected:
    Number(std::string_view name, double value, std::string_view unit, std::string_view reason);
    ~Number() = default;

  private:
    std::string_view name_;
    std::string_view unit_;
    std::string_view reason_;
    double value_;
};

/// A whole number of things.
class Count final : public Number {
  public:
    Count(std::string_view name, double value, std::string_view unit, std::string_view reason)
        : Number(name, value, unit, reason) {}

    [[nodiscard]] std::size_t operator()() const { return static_cast<std::size_t>(value()); }
};

/// A multiple or a fraction of a span of time, or a part of a whole.
class Share final : public Number {
  public:
    Share(std::string_view name, double value, std::string_view unit, std::string_view reason)
        : Number(name, value, unit, reason) {}

    [[nodiscard]] double operator()() const { return value(); }
    [[nodiscard]] Duration of(Duration whole) const { return of(value(), whole); }
    [[nodiscard]] static Duration of(double share, Duration whole) {
        return Duration(static_cast<Duration::rep>(static_cast<double>(whole.count()) * share));
    }
};

/// Milliseconds that are the same at every profile.
class Span final : public Number {
  public:
    Span(std::string_view name, double milliseconds, std::string_view reason)
        : Number(name, milliseconds, "ms", reason) {}

    [[nodiscard]] Duration operator()() const {
        return Duration(static_cast<Duration::rep>(value() * 1e3));
    }
};

/// A clause for one kind of situation. Without it the rules are a sentence shorter.
class SpecialCase final : public Number {
  public:
    SpecialCase(std::string_view name, std::string_view reason) : Number(name, 1, "", reason) {}

    /// True unless it was switched off.
    [[nodiscard]] bool operator()() const { return value() != 0; }
};

}  // namespace hearsay
