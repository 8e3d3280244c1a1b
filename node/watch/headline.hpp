#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hearsay/time.hpp"

#include "line.hpp"
#include "model.hpp"
#include "scene.hpp"

namespace hearsay::watch {

/// Whether all is well, and whether all agree, in words, and their colour.
struct Verdict {
    std::string text;
    std::string agreement;
    Paint paint = Paint::green;
};

[[nodiscard]] Verdict verdict_of(const Scene& scene, const std::vector<Row>& rows, Instant now);

/// The uppermost line: whose view this is, and whether all is well. In a narrow one the verdict
/// comes first. `frozen_ms` is how old a picture is that was frozen.
[[nodiscard]] Line headline(const Scene& scene, const Verdict& verdict,
                            std::optional<std::uint64_t> frozen_ms, std::size_t width);

/// How many there are, whether they agree, and what is allowed: as much as fits.
[[nodiscard]] Line facts(const Scene& scene, const std::vector<Row>& rows, Instant now,
                         std::size_t width);

/// The lowest line: the keys, or the filter while it is typed.
[[nodiscard]] Line footer(const Model& model, std::size_t listed, std::size_t all,
                          std::size_t width);

/// A heading with a line behind it, and more at its end.
[[nodiscard]] Line heading(const std::string& title, const std::string& more, std::size_t width);

}  // namespace hearsay::watch
