#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "findings.hpp"
#include "report.hpp"
#include "runs.hpp"
#include "settings.hpp"

namespace hearsay::papers {

/// An empty report with what broke and what was not done.
template <typename Yield>
[[nodiscard]] Report report_of(std::string_view row, std::string method,
                               const Yields<Yield>& yields) {
    return {.row = std::string(row),
            .method = std::move(method),
            .tables = {},
            .claims = {},
            .broken = yields.broken,
            .undone = yields.undone};
}

/// The labels of cells that are told by one number each: "f=10".
[[nodiscard]] inline std::vector<std::string> labels(const std::string& name,
                                                     const std::vector<std::size_t>& numbers) {
    std::vector<std::string> labels;
    for (const std::size_t number : numbers)
        labels.push_back(name + "=" + std::to_string(number));
    return labels;
}

}  // namespace hearsay::papers
