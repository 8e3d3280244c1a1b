#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <msgpack/null_visitor.hpp>
#include <msgpack/unpack.hpp>

#include "hearsay/codec.hpp"

#include "frame_layout.hpp"
#include "words.hpp"

// The frame is read in one pass by msgpack's own parser, which copies nothing and calls a visitor
// for each value it meets. The visitor knows its place in the message and stops the parser at the
// first value that does not belong there. So a list's claimed length never takes memory, only what
// has arrived does, and nothing behind a foreign cluster's name is looked at.

namespace hearsay {

namespace {

/// Follows the parser through the message and takes down what belongs there.
class Reader : public msgpack::null_visitor {
  public:
    explicit Reader(std::string_view cluster) : cluster_(cluster) {}

    /// Why the parser was stopped, if it was.
    [[nodiscard]] const std::optional<Rejection>& rejection() const { return rejection_; }
    /// True if no part is missing that must be there. REQUIRES: the parser came to the end.
    [[nodiscard]] bool is_complete() const { return part() >= required_parts; }
    [[nodiscard]] Message& message() { return message_; }

    // What the parser calls; false stops it.
    bool visit_positive_integer(std::uint64_t value) { return settle(accept_number(value)); }
    bool visit_negative_integer(std::int64_t value) { return settle(accept_signed(value)); }
    bool visit_str(const char* data, std::uint32_t size) {
        return settle(accept_string({data, size}));
    }
    bool visit_nil() { return settle(is_unknown()); }
    bool visit_boolean(bool /*value*/) { return settle(is_unknown()); }
    bool visit_float32(float /*value*/) { return settle(is_unknown()); }
    bool visit_float64(double /*value*/) { return settle(is_unknown()); }
    bool visit_bin(const char* /*data*/, std::uint32_t /*size*/) { return settle(is_unknown()); }
    bool visit_ext(const char* /*data*/, std::uint32_t /*size*/) { return settle(is_unknown()); }
    bool start_array(std::uint32_t size) { return settle(accept_array(size)) && open(); }
    bool start_map(std::uint32_t size) { return settle(accept_map(size)) && open(); }
    bool end_array() { return close(); }
    bool end_map() { return close(); }
    bool end_array_item() { return advance(); }
    bool end_map_key() { return advance(); }
    bool end_map_value() { return advance(); }

  private:
    // Walking. Each list that is open has a place in it; list 1 is the message itself, list 2 a
    // part, list 3 an entry of it, list 4 a list in that entry.

    bool open() {
        if (depth_ == list_depth_max) return refuse(DecodeError::out_of_bounds);
        ++depth_;
        place_[depth_] = 0;
        return true;
    }
    bool close() {
        --depth_;
        return true;
    }
    bool advance() {
        ++place_[depth_];
        return true;
    }
    [[nodiscard]] std::uint32_t part() const { return place_[1]; }
    [[nodiscard]] std::uint32_t field() const { return place_[3]; }

    /// True inside what a later release may have appended: it is skipped.
    [[nodiscard]] bool is_unknown() const {
        if (depth_ < 3) return part() >= part_count;
        if (part() == part_accusations) return field() >= accusation_width;
        if (part() == part_introductions) return field() >= introduction_width;
        return true;
    }

    bool refuse(DecodeError error, std::string_view found = {}) {
        rejection_ = Rejection{error, std::string(found)};
        return false;
    }
    /// Stops the parser, with a reason if there is none yet, at a value that was not accepted.
    bool settle(bool is_accepted) {
        if (is_accepted || rejection_) return is_accepted;
        const bool is_nameless = part() == part_cluster;
        return refuse(is_nameless ? DecodeError::malformed : DecodeError::out_of_bounds);
    }

    // Lists.

    bool accept_array(std::uint32_t size) {
        if (is_unknown()) return true;
        switch (depth_) {
            case 0:
                return size > 0;
            case 1:
                return accept_part(size);
            case 2:
                return accept_entry(size);
            case 3:
                return part() == part_accusations && field() == accusation_accusers && size > 0 &&
                       size <= limits::accusers_max;
            default:
                return false;
        }
    }
    [[nodiscard]] bool accept_part(std::uint32_t size) const {
        switch (part()) {
            case part_rows:
                return size % row_width == 0 && size / row_width <= limits::rows_max;
            case part_accusations:
                return size <= limits::accusations_max;
            case part_introductions:
                return size <= limits::introductions_max;
            case part_wants:
                return size <= limits::wants_max;
            case part_roster:
                return size <= limits::roster_max;
            case part_forgets:
                return size % forget_width == 0 && size / forget_width <= limits::forgets_max;
            default:
                return false;
        }
    }
    bool accept_entry(std::uint32_t size) {
        if (part() == part_accusations && size >= accusation_width) {
            message_.accusations.emplace_back();
            return true;
        }
        if (part() == part_introductions && size >= introduction_width) {
            message_.introductions.emplace_back();
            return true;
        }
        return false;
    }
    [[nodiscard]] bool accept_map(std::uint32_t size) const {
        if (is_unknown()) return true;
        return depth_ == 3 && part() == part_introductions && field() == introduction_tags &&
               size <= limits::tags_max;
    }

    // Numbers.

    /// Some writers spend a signed width on every number.
    bool accept_signed(std::int64_t value) {
        if (value < 0) return is_unknown();
        return accept_number(static_cast<std::uint64_t>(value));
    }
    bool accept_number(std::uint64_t value) {
        if (is_unknown()) return true;
        switch (depth_) {
            case 1:
                return accept_head(value);
            case 2:
                return accept_flat(value);
            case 3:
                return part() == part_accusations ? accept_accusation(value)
                                                  : accept_introduction(value);
            default:
                return part() == part_accusations && accept_accuser(value);
        }
    }
    bool accept_head(std::uint64_t value) {
        switch (part()) {
            case part_from:
                return accept_life(value, message_.from);
            case part_heartbeat:
                message_.heartbeat = value;
                return true;
            case part_promise:
                message_.promise = span(value);
                return true;
            case part_digest:
                message_.digest = value;
                return true;
            case part_flags:
                message_.wants_answer = (value & flag_wants_answer) != 0;
                message_.is_degraded = (value & flag_is_degraded) != 0;
                message_.is_confirmed = (value & flag_confirmed) != 0;
                return true;
            default:
                return false;
        }
    }
    bool accept_flat(std::uint64_t value) {
        switch (part()) {
            case part_rows:
                return accept_row(value);
            case part_wants:
                message_.wants.push_back(value);
                return true;
            case part_roster:
                message_.roster.push_back(value);
                return true;
            case part_forgets:
                return accept_forget(value);
            default:
                return false;
        }
    }
    bool accept_row(std::uint64_t value) {
        switch (place_[2] % row_width) {
            case 0:
                return accept_life(value, message_.rows.emplace_back().life);
            case 1:
                message_.rows.back().heartbeat = value;
                return true;
            default:
                message_.rows.back().age = span(value);
                return true;
        }
    }
    bool accept_forget(std::uint64_t value) {
        if (place_[2] % forget_width == 0) {
            return accept_life(value, message_.forgets.emplace_back().life);
        }
        message_.forgets.back().heartbeat = value;
        return true;
    }
    bool accept_accusation(std::uint64_t value) {
        Accusation& accusation = message_.accusations.back();
        switch (field()) {
            case accusation_life:
                return accept_life(value, accusation.life);
            case accusation_heartbeat:
                accusation.heartbeat = value;
                return true;
            case accusation_age:
                accusation.age = span(value);
                return true;
            case accusation_cause:
                accusation.cause = cause(value);
                return true;
            default:
                return false;
        }
    }
    bool accept_accuser(std::uint64_t value) {
        std::vector<LifeId>& accusers = message_.accusations.back().accusers;
        if (!accusers.empty() && value <= number(accusers.back())) return false;
        return accept_life(value, accusers.emplace_back());
    }
    bool accept_introduction(std::uint64_t value) {
        Introduction& introduction = message_.introductions.back();
        switch (field()) {
            case introduction_life:
                return accept_life(value, introduction.identity.life);
            case introduction_incarnation:
                introduction.identity.incarnation = value;
                return true;
            case introduction_tags_version:
                introduction.identity.tags_version = value;
                return true;
            case introduction_heartbeat:
                introduction.heartbeat = value;
                return true;
            case introduction_age:
                introduction.age = span(value);
                return true;
            default:
                return false;
        }
    }
    static bool accept_life(std::uint64_t value, LifeId& life) {
        life = LifeId{value};
        return value != 0;
    }
    static Milliseconds span(std::uint64_t value) {
        return Milliseconds{std::min<std::uint64_t>(value, limits::milliseconds_max)};
    }
    /// A cause that a later release has added is the weaker one to us.
    static Cause cause(std::uint64_t value) {
        return value == static_cast<std::uint64_t>(Cause::refused) ? Cause::refused
                                                                   : Cause::silence;
    }

    // Strings.

    bool accept_string(std::string_view string) {
        if (is_unknown()) return true;
        if (depth_ == 1) return part() == part_cluster && accept_cluster(string);
        if (part() != part_introductions) return false;
        if (depth_ == 3) return accept_identity(string);
        return depth_ == 4 && (place_[4] % 2 == 0 ? accept_key(string) : accept_value(string));
    }
    bool accept_cluster(std::string_view name) {
        if (!is_cluster_name(name)) return false;
        if (name != cluster_) return refuse(DecodeError::foreign_cluster, name);
        message_.cluster = name;
        return true;
    }
    bool accept_identity(std::string_view string) {
        Identity& identity = message_.introductions.back().identity;
        if (field() == introduction_name && is_member_name(string)) {
            identity.name = string;
            return true;
        }
        if (field() == introduction_endpoint && is_endpoint(string)) {
            identity.endpoint = string;
            return true;
        }
        return false;
    }
    bool accept_key(std::string_view string) {
        if (!is_tag_key(string)) return false;
        Tags& tags = message_.introductions.back().identity.tags;
        bool is_new = false;
        std::tie(tag_, is_new) = tags.try_emplace(std::string(string));
        return is_new;
    }
    bool accept_value(std::string_view string) {
        if (!is_tag_value(string)) return false;
        tag_->second = string;
        return true;
    }

    std::string_view cluster_;
    std::size_t depth_ = 0;
    std::array<std::uint32_t, list_depth_max + 1> place_{};
    Message message_;
    /// The tag whose value comes next.
    Tags::iterator tag_;
    std::optional<Rejection> rejection_;
};

/// Runs the parser; true if it came to the end, and the end is the end of `body`.
bool is_read_whole(std::span<const std::byte> body, Reader& reader) {
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

Result<Message, Rejection> read_body(std::span<const std::byte> body, std::string_view cluster) {
    Reader reader(cluster);
    const bool is_whole = is_read_whole(body, reader);
    if (reader.rejection()) return *reader.rejection();
    if (!is_whole) return Rejection{DecodeError::malformed, {}};
    if (!reader.is_complete()) return Rejection{DecodeError::out_of_bounds, {}};
    return std::move(reader.message());
}

}  // namespace

Result<Message, Rejection> decode(std::span<const std::byte> frame, std::string_view cluster) {
    if (frame.size() > limits::frame_bytes_max) return Rejection{DecodeError::oversized, {}};
    if (frame.size() < frame_head_bytes) return Rejection{DecodeError::truncated, {}};
    if (!std::equal(frame_mark.begin(), frame_mark.end(), frame.begin())) {
        return Rejection{DecodeError::foreign_protocol, {}};
    }
    const auto version = std::to_integer<unsigned>(frame[frame_mark.size()]);
    if (version != wire_version) {
        return Rejection{DecodeError::foreign_version, std::to_string(version)};
    }
    return read_body(frame.subspan(frame_head_bytes), cluster);
}

}  // namespace hearsay
