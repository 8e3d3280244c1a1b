#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <msgpack/pack.hpp>

#include "hearsay/check.hpp"
#include "hearsay/codec.hpp"
#include "hearsay/member.hpp"
#include "hearsay/message.hpp"

/// How the kinds of WIRE.md are written, whatever the frame.
namespace hearsay {

/// Where msgpack writes to.
struct Buffer {
    std::vector<std::byte> bytes;

    void write(const char* data, std::size_t size) {
        const auto more = std::as_bytes(std::span(data, size));
        bytes.insert(bytes.end(), more.begin(), more.end());
    }
};

using Packer = msgpack::packer<Buffer>;

/// Opens a list of `count` entries that become `width` elements each.
inline void pack_list(Packer& packer, std::size_t count, std::size_t count_max,
                      std::size_t width = 1) {
    HEARSAY_CHECK(count <= count_max);
    packer.pack_array(static_cast<std::uint32_t>(count * width));
}

inline void pack_string(Packer& packer, std::string_view string) {
    const auto size = static_cast<std::uint32_t>(string.size());
    packer.pack_str(size).pack_str_body(string.data(), size);
}

inline void pack_bytes(Packer& packer, std::span<const std::byte> bytes) {
    const auto size = static_cast<std::uint32_t>(bytes.size());
    packer.pack_bin(size).pack_bin_body(reinterpret_cast<const char*>(bytes.data()), size);
}

inline void pack_life(Packer& packer, LifeId life) {
    HEARSAY_CHECK(number(life) != 0);
    packer.pack_uint64(number(life));
}

inline void pack_span(Packer& packer, Milliseconds span) {
    HEARSAY_CHECK(span >= Milliseconds::zero());
    const auto count = static_cast<std::uint64_t>(span.count());
    packer.pack_uint64(std::min<std::uint64_t>(count, limits::milliseconds_max));
}

/// All of it but what is said of its heartbeat: six values.
inline void pack_identity(Packer& packer, const Identity& identity) {
    pack_life(packer, identity.life);
    pack_string(packer, identity.name);
    packer.pack_uint64(identity.incarnation);
    pack_string(packer, identity.endpoint);
    packer.pack_uint64(identity.tags_version);
    packer.pack_map(static_cast<std::uint32_t>(identity.tags.size()));
    for (const auto& [key, value] : identity.tags) {
        pack_string(packer, key);
        pack_string(packer, value);
    }
}

}  // namespace hearsay
