#pragma once

#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

namespace hearsay::bench {

/// Something that the core does again and again.
struct Operation {
    std::string_view name;
    std::string_view what;
    /// Makes all that is needed to do it so often among so many members; what is returned does it.
    std::function<std::function<void()>(std::size_t members, std::size_t times)> prepare;
};

[[nodiscard]] const std::vector<Operation>& operations();

}  // namespace hearsay::bench
