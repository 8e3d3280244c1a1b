#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "exposition.hpp"

namespace hearsay {

/// How a number of an answer becomes one of base units.
enum class Scale : std::uint8_t { none, from_milliseconds, from_microseconds };

/// One number or flag of an answer, and the series that shows it.
struct Figure {
    /// The object that it stands in; empty: the answer itself.
    std::string_view part;
    std::string_view key;
    Metric metric;
    Scale scale = Scale::none;
    /// The label that tells it from the figures of the same metric; empty if there are none.
    std::string_view label{};
    std::string_view label_value{};
};

/// Those of the answer to `status`. The figures of one metric follow each other.
[[nodiscard]] std::span<const Figure> status_figures();

/// Those of each link in the answer to `links`.
[[nodiscard]] std::span<const Figure> link_figures();

}  // namespace hearsay
