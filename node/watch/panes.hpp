#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "hearsay/time.hpp"

#include "line.hpp"
#include "model.hpp"
#include "scene.hpp"

namespace hearsay::watch {

/// What stands beside the list of members: text under a heading.
struct PaneText {
    std::string title;
    /// At the end of the heading.
    std::string more;
    std::vector<Line> lines;
};

/// The pane that the model has open, in lines of `width` columns. `chosen` is the chosen member.
[[nodiscard]] PaneText pane_text(const Scene& scene, const Model& model, const std::string& chosen,
                                 Instant now, std::size_t width);

}  // namespace hearsay::watch
