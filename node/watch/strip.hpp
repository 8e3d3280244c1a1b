#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "line.hpp"
#include "scene.hpp"

namespace hearsay::watch {

/// The whole fleet as characters, one for each member, by name. Names stand beside them where there
/// is room. Where even the characters find none, each stands for several members, and shows the
/// worst of them. Members that the filter leaves out are dim.
/// REQUIRES: `lines_max` is at least 1.
[[nodiscard]] std::vector<Line> strip(std::vector<Row> rows, const std::string& chosen,
                                      const std::string& filter, std::size_t width,
                                      std::size_t lines_max);

}  // namespace hearsay::watch
