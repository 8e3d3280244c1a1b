#pragma once

#include <utility>
#include <variant>

#include "hearsay/check.hpp"

namespace hearsay {

/// Either a value or the reason why there is none.
/// REQUIRES: T and E are different types.
template <typename T, typename E>
class [[nodiscard]] Result {
  public:
    Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}  // NOLINT(*explicit*)
    Result(E error) : content_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(*explicit*)

    /// True if there is a value.
    [[nodiscard]] explicit operator bool() const { return content_.index() == 0; }

    /// The value. REQUIRES: there is one.
    [[nodiscard]] T& value() {
        HEARSAY_CHECK(content_.index() == 0);
        return *std::get_if<0>(&content_);
    }
    [[nodiscard]] const T& value() const {
        HEARSAY_CHECK(content_.index() == 0);
        return *std::get_if<0>(&content_);
    }

    /// The reason. REQUIRES: there is no value.
    [[nodiscard]] const E& error() const {
        HEARSAY_CHECK(content_.index() == 1);
        return *std::get_if<1>(&content_);
    }

  private:
    std::variant<T, E> content_;
};

}  // namespace hearsay
