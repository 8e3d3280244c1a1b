#pragma once

#include <string_view>
#include <vector>

#include "hearsay/message.hpp"

namespace hearsay::testing {

/// A message, and the file of `wire/v1` that holds the bytes it has had since version 1.
struct KnownMessage {
    std::string_view file;
    Message message;
};

[[nodiscard]] std::vector<KnownMessage> known_messages();

}  // namespace hearsay::testing
