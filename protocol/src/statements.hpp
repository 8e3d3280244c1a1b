#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "hearsay/member.hpp"
#include "hearsay/message.hpp"
#include "hearsay/proof.hpp"

/// The bytes that are signed. Each kind begins with a word of its own, so that no signature of one
/// is good for another, and with the cluster, so that it is good in no other.
namespace hearsay {

/// What a life says of itself; all of the voucher but its signature.
[[nodiscard]] std::vector<std::byte> life_statement(std::string_view cluster,
                                                    const Identity& identity,
                                                    const Voucher& voucher);

/// "I, this accuser, hold that against exactly this heartbeat of this life."
[[nodiscard]] std::vector<std::byte> accusation_statement(std::string_view cluster,
                                                          const Accusation& accusation,
                                                          LifeId accuser);

/// "Remove this life, as of this heartbeat."
[[nodiscard]] std::vector<std::byte> forget_statement(std::string_view cluster,
                                                      const Forget& forget);

}  // namespace hearsay
