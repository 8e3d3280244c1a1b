#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "line.hpp"
#include "scene.hpp"

namespace hearsay::watch {

/// Of the parts of the list; spaced ones have a blank line before them.
enum class Headings : std::uint8_t { off, on, spaced };

/// The list of the members, a line each.
struct Roster {
    std::vector<Line> lines;
    /// The line of the chosen member.
    std::size_t chosen_line = 0;
};

/// REQUIRES: the rows are in the order of `rows_of`. `node` is the name of the node asked.
[[nodiscard]] Roster roster(const std::vector<Row>& rows, const std::string& node,
                            const std::string& chosen, Headings headings, std::size_t width);

}  // namespace hearsay::watch
