#include "statements.hpp"

#include <cstdint>
#include <utility>

#include "packing.hpp"

namespace hearsay {
namespace {

constexpr std::uint32_t life_values = 12;
constexpr std::uint32_t accusation_values = 6;
constexpr std::uint32_t forget_values = 4;

}  // namespace

std::vector<std::byte> life_statement(std::string_view cluster, const Identity& identity,
                                      const Voucher& voucher) {
    Buffer buffer;
    Packer packer(buffer);
    packer.pack_array(life_values);
    pack_string(packer, "hearsay life");
    pack_string(packer, cluster);
    pack_identity(packer, identity);
    pack_bytes(packer, voucher.salt);
    packer.pack_uint64(voucher.base);
    pack_bytes(packer, voucher.anchor);
    pack_bytes(packer, voucher.farewell);
    return std::move(buffer.bytes);
}

std::vector<std::byte> accusation_statement(std::string_view cluster, const Accusation& accusation,
                                            LifeId accuser) {
    Buffer buffer;
    Packer packer(buffer);
    packer.pack_array(accusation_values);
    pack_string(packer, "hearsay accusation");
    pack_string(packer, cluster);
    pack_life(packer, accusation.life);
    packer.pack_uint64(accusation.heartbeat);
    packer.pack_uint8(static_cast<std::uint8_t>(accusation.cause));
    pack_life(packer, accuser);
    return std::move(buffer.bytes);
}

std::vector<std::byte> forget_statement(std::string_view cluster, const Forget& forget) {
    Buffer buffer;
    Packer packer(buffer);
    packer.pack_array(forget_values);
    pack_string(packer, "hearsay forget");
    pack_string(packer, cluster);
    pack_life(packer, forget.life);
    packer.pack_uint64(forget.heartbeat);
    return std::move(buffer.bytes);
}

}  // namespace hearsay
