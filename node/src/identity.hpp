#pragma once

#include <cstdint>
#include <string>

#include "hearsay/member.hpp"

namespace hearsay {

/// 64 bits of entropy from the kernel: the only entropy there is.
[[nodiscard]] std::uint64_t draw_number();

/// A new life of `name`: its life id is drawn and never zero, its incarnation is the wall clock in
/// milliseconds, so that later lives come out greater (R1). It is greater than `former`, that of
/// the life before, even if the clock was set back since; 0 if that is not known.
[[nodiscard]] Identity make_identity(std::string name, std::string endpoint, Tags tags,
                                     std::uint64_t former = 0);

}  // namespace hearsay
