#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

namespace hearsay::testing {

/// Writes frames byte by byte, right or wrong: a second hand at the format, apart from the
/// library's and its msgpack.
class FrameBuilder {
  public:
    /// Any bytes.
    FrameBuilder& raw(std::initializer_list<unsigned> bytes) {
        for (const unsigned byte : bytes)
            frame_.push_back(static_cast<std::byte>(byte));
        return *this;
    }
    FrameBuilder& raw(std::string_view bytes) {
        for (const char byte : bytes)
            frame_.push_back(static_cast<std::byte>(byte));
        return *this;
    }
    /// The mark and a version.
    FrameBuilder& mark(unsigned version = 1) { return raw("hsay").raw({version}); }
    FrameBuilder& nil() { return raw({0xc0}); }
    FrameBuilder& array(std::uint32_t size) { return raw({0xdd}).big_endian(size, 4); }
    FrameBuilder& map(std::uint32_t size) { return raw({0xdf}).big_endian(size, 4); }
    FrameBuilder& string(std::string_view string) {
        return raw({0xdb}).big_endian(string.size(), 4).raw(string);
    }
    FrameBuilder& binary(std::size_t size) {
        raw({0xc6}).big_endian(size, 4);
        frame_.resize(frame_.size() + size);
        return *this;
    }
    FrameBuilder& number(std::uint64_t number) { return raw({0xcf}).big_endian(number, 8); }
    FrameBuilder& numbers(std::initializer_list<std::uint64_t> numbers) {
        for (const std::uint64_t each : numbers)
            number(each);
        return *this;
    }

    /// A message of `parts` parts from life 7 in cluster "demo", up to and with its flags.
    FrameBuilder& head(std::uint32_t parts) {
        return mark().array(parts).string("demo").numbers({7, 1, 0, 0, 0});
    }
    /// The same, and after it empty parts up to `position`.
    FrameBuilder& head_before(std::uint32_t position) {
        head(position + 1);
        for (std::uint32_t part = 6; part < position; ++part)
            array(0);
        return *this;
    }

    [[nodiscard]] const std::vector<std::byte>& frame() const { return frame_; }

  private:
    FrameBuilder& big_endian(std::uint64_t number, unsigned width) {
        for (unsigned shift = 8 * width; shift > 0; shift -= 8)
            raw({static_cast<unsigned>((number >> (shift - 8U)) & 0xffU)});
        return *this;
    }

    std::vector<std::byte> frame_;
};

}  // namespace hearsay::testing
