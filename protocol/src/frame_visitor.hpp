#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <msgpack/null_visitor.hpp>
#include <msgpack/unpack.hpp>

#include "hearsay/codec.hpp"
#include "hearsay/message.hpp"

#include "frame_layout.hpp"

// A frame is read in one pass by msgpack's own parser, which copies nothing and calls a visitor
// for each value it meets. The visitor knows its place in the frame and stops the parser at the
// first value that does not belong there. So a list's claimed length never takes memory, only what
// has arrived does, and nothing behind a foreign cluster's name is looked at.

namespace hearsay {

/// Follows the parser through a frame. What belongs where is said by `Reader`, which derives from
/// it and has `is_unknown`, `accept_number`, `accept_string`, `accept_bytes`, `accept_array` and
/// `accept_map`.
template <typename Reader>
class FrameVisitor : public msgpack::null_visitor {
  public:
    /// Why the parser was stopped, if it was.
    [[nodiscard]] const std::optional<Rejection>& rejection() const { return rejection_; }

    // What the parser calls; false stops it.
    bool visit_positive_integer(std::uint64_t value) {
        return settle(reader().accept_number(value));
    }
    bool visit_negative_integer(std::int64_t value) { return settle(accept_signed(value)); }
    bool visit_str(const char* data, std::uint32_t size) {
        return settle(reader().accept_string({data, size}));
    }
    bool visit_nil() { return settle(reader().is_unknown()); }
    bool visit_boolean(bool /*value*/) { return settle(reader().is_unknown()); }
    bool visit_float32(float /*value*/) { return settle(reader().is_unknown()); }
    bool visit_float64(double /*value*/) { return settle(reader().is_unknown()); }
    bool visit_bin(const char* data, std::uint32_t size) {
        return settle(reader().accept_bytes(std::as_bytes(std::span(data, size))));
    }
    bool visit_ext(const char* /*data*/, std::uint32_t /*size*/) {
        return settle(reader().is_unknown());
    }
    bool start_array(std::uint32_t size) { return settle(reader().accept_array(size)) && open(); }
    bool start_map(std::uint32_t size) { return settle(reader().accept_map(size)) && open(); }
    bool end_array() { return close(); }
    bool end_map() { return close(); }
    bool end_array_item() { return advance(); }
    bool end_map_key() { return advance(); }
    bool end_map_value() { return advance(); }

  protected:
    // Each list that is open has a place in it; list 1 is the message itself, list 2 a part, list 3
    // an entry of it, list 4 a list in that entry.
    [[nodiscard]] std::size_t depth() const { return depth_; }
    [[nodiscard]] std::uint32_t place(std::size_t depth) const { return place_.at(depth); }
    [[nodiscard]] std::uint32_t part() const { return place_[1]; }

    /// Stops the parser, for this reason.
    bool refuse(DecodeError error, std::string_view found = {}) {
        rejection_ = Rejection{error, std::string(found)};
        return false;
    }

    static bool accept_life(std::uint64_t value, LifeId& life) {
        life = LifeId{value};
        return value != 0;
    }
    static Milliseconds span(std::uint64_t value) {
        return Milliseconds{std::min<std::uint64_t>(value, limits::milliseconds_max)};
    }

  private:
    Reader& reader() { return static_cast<Reader&>(*this); }

    bool open() {
        if (depth_ == list_depth_max) return refuse(DecodeError::out_of_bounds);
        ++depth_;
        place_.at(depth_) = 0;
        return true;
    }
    bool close() {
        --depth_;
        return true;
    }
    bool advance() {
        ++place_.at(depth_);
        return true;
    }
    /// Stops the parser, with a reason if there is none yet, at a value that was not accepted.
    bool settle(bool is_accepted) {
        if (is_accepted || rejection_) return is_accepted;
        const bool is_nameless = part() == part_cluster;
        return refuse(is_nameless ? DecodeError::malformed : DecodeError::out_of_bounds);
    }
    /// Some writers spend a signed width on every number.
    bool accept_signed(std::int64_t value) {
        if (value < 0) return reader().is_unknown();
        return reader().accept_number(static_cast<std::uint64_t>(value));
    }

    std::size_t depth_ = 0;
    std::array<std::uint32_t, list_depth_max + 1> place_{};
    std::optional<Rejection> rejection_;
};

/// Runs the parser; true if it came to the end, and the end is the end of `body`.
template <typename Reader>
[[nodiscard]] bool is_read_whole(std::span<const std::byte> body, Reader& reader) {
    std::size_t offset = 0;
    try {
        return msgpack::parse(reinterpret_cast<const char*>(body.data()), body.size(), offset,
                              reader) &&
               offset == body.size();
    } catch (const msgpack::unpack_error&) {
        // Only where a size_t has 32 bits: an ext that claims all of them.
        return false;
    }
}

/// Reads the part behind mark and version with a reader that also knows `is_complete`; says why
/// that came to nothing, if it did.
template <typename Reader>
[[nodiscard]] std::optional<Rejection> read_body(std::span<const std::byte> body, Reader& reader) {
    const bool is_whole = is_read_whole(body, reader);
    if (reader.rejection()) return reader.rejection();
    if (!is_whole) return Rejection{DecodeError::malformed, {}};
    if (!reader.is_complete()) return Rejection{DecodeError::out_of_bounds, {}};
    return std::nullopt;
}

/// Looks at length, mark and version of a frame; says what is wrong with them, if anything is.
[[nodiscard]] inline std::optional<Rejection> check_head(std::span<const std::byte> frame,
                                                         const FrameMark& mark,
                                                         std::uint8_t version) {
    if (frame.size() > limits::frame_bytes_max) return Rejection{DecodeError::oversized, {}};
    if (frame.size() < frame_head_bytes) return Rejection{DecodeError::truncated, {}};
    if (!std::equal(mark.begin(), mark.end(), frame.begin())) {
        return Rejection{DecodeError::foreign_protocol, {}};
    }
    const auto found = std::to_integer<unsigned>(frame[mark.size()]);
    if (found == version) return std::nullopt;
    return Rejection{DecodeError::foreign_version, std::to_string(found)};
}

}  // namespace hearsay
