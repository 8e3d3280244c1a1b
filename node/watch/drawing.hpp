#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hearsay/time.hpp"

#include "canvas.hpp"
#include "model.hpp"
#include "scene.hpp"

namespace hearsay::watch {

/// What a screen is drawn for.
struct Look {
    Size size;
    Charset charset = Charset::unicode;
    Instant now{};
    /// How old the picture is, if it is frozen.
    std::optional<std::uint64_t> frozen_ms;
};

/// A screen, and what the next key must know of it.
struct Drawn {
    Canvas canvas;
    std::size_t page_rows = 0;
    std::size_t scroll_max = 0;
};

/// Draws a screen of any size. What matters most is left where there is little room.
[[nodiscard]] Drawn draw(const Scene& scene, const Model& model, const Look& look);

/// The names that the list shows, in its order.
[[nodiscard]] std::vector<std::string> listed_names(const Scene& scene, const Model& model,
                                                    Instant now);

/// One picture for a file or another program: all members, in lines of `width` columns; a line is
/// as long as it must be if that is `Screen::endless`.
[[nodiscard]] std::string plain_picture(const Scene& scene, std::size_t width, Charset charset,
                                        Instant now);

}  // namespace hearsay::watch
