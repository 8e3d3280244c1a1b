#pragma once

#include <cstdint>
#include <string>

#include "hearsay/member.hpp"

namespace hearsay {

/// 64 bits of entropy from the kernel: the only entropy there is.
[[nodiscard]] std::uint64_t draw_number();

/// A new life of `name`: its life id is drawn and never zero, its incarnation is the wall clock in
/// milliseconds, so that later lives come out greater (R1).
[[nodiscard]] Identity make_identity(std::string name, std::string endpoint, Tags tags);

}  // namespace hearsay
