#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "hearsay/codec.hpp"

#include "frame_layout.hpp"
#include "frame_visitor.hpp"
#include "proof_reader.hpp"
#include "words.hpp"

namespace hearsay {

namespace {

/// Takes down what belongs into a message.
class Reader : public FrameVisitor<Reader> {
  public:
    explicit Reader(std::string_view cluster) : cluster_(cluster) {}

    /// True if no part is missing that must be there. REQUIRES: the parser came to the end.
    [[nodiscard]] bool is_complete() const {
        return part() >= required_parts && (!message_.is_proven || proofs_.are_complete(message_));
    }
    [[nodiscard]] Message& message() {
        if (message_.is_proven) proofs_.give_to(message_);
        return message_;
    }

  private:
    friend FrameVisitor<Reader>;

    [[nodiscard]] std::uint32_t field() const { return place(3); }

    /// True inside what a later release may have appended: it is skipped.
    [[nodiscard]] bool is_unknown() const {
        if (depth() < 3) return part() >= (message_.is_proven ? part_count : part_marks);
        if (part() == part_accusations) return field() >= accusation_fields();
        if (part() == part_introductions) return field() >= introduction_fields();
        return true;
    }
    [[nodiscard]] std::uint32_t accusation_fields() const {
        return message_.is_proven ? accusation_proven_width : accusation_width;
    }
    [[nodiscard]] std::uint32_t introduction_fields() const {
        return message_.is_proven ? introduction_proven_width : introduction_width;
    }

    // Lists.

    bool accept_array(std::uint32_t size) {
        if (is_unknown()) return true;
        switch (depth()) {
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
            case part_signers:
                return size == message_.forgets.size() * signer_width;
            default:
                return false;
        }
    }
    bool accept_entry(std::uint32_t size) {
        if (part() == part_accusations && size >= accusation_fields()) {
            message_.accusations.emplace_back();
            return true;
        }
        if (part() == part_introductions && size >= introduction_fields()) {
            message_.introductions.emplace_back();
            return true;
        }
        return false;
    }
    [[nodiscard]] bool accept_map(std::uint32_t size) const {
        if (is_unknown()) return true;
        return depth() == 3 && part() == part_introductions && field() == introduction_tags &&
               size <= limits::tags_max;
    }

    // Numbers.

    bool accept_number(std::uint64_t value) {
        if (is_unknown()) return true;
        switch (depth()) {
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
                message_.is_proven = (value & flag_is_proven) != 0;
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
            case part_signers:
                return place(2) % signer_width == 0 &&
                       accept_life(value, message_.forgets.at(place(2) / signer_width).signer);
            default:
                return false;
        }
    }
    bool accept_row(std::uint64_t value) {
        switch (place(2) % row_width) {
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
        if (place(2) % forget_width == 0) {
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
            case introduction_base:
                introduction.voucher.base = value;
                return true;
            default:
                return false;
        }
    }
    /// A cause that a later release has added is the weaker one to us.
    static Cause cause(std::uint64_t value) {
        return value == static_cast<std::uint64_t>(Cause::refused) ? Cause::refused
                                                                   : Cause::silence;
    }

    // Proofs.

    bool accept_bytes(std::span<const std::byte> bytes) {
        if (is_unknown()) return true;
        switch (part()) {
            case part_marks:
                return depth() == 1 && proofs_.accept_marks(bytes, message_);
            case part_signers:
                return depth() == 2 && place(2) % signer_width == 1 &&
                       read_exactly(bytes, message_.forgets.at(place(2) / signer_width).signature);
            case part_accusations:
                return depth() == 3 && field() == accusation_signatures &&
                       read_signatures(bytes, message_.accusations.back());
            case part_introductions:
                return depth() == 3 && accept_voucher(bytes, message_.introductions.back().voucher);
            default:
                return false;
        }
    }
    [[nodiscard]] bool accept_voucher(std::span<const std::byte> bytes, Voucher& voucher) const {
        switch (field()) {
            case introduction_marks:
                return read_marks(bytes, voucher);
            case introduction_certificate:
                return read_certificate(bytes, voucher);
            case introduction_signature:
                return read_exactly(bytes, voucher.signature);
            default:
                return false;
        }
    }

    // Strings.

    bool accept_string(std::string_view string) {
        if (is_unknown()) return true;
        if (depth() == 1) return part() == part_cluster && accept_cluster(string);
        if (part() != part_introductions) return false;
        if (depth() == 3) return accept_identity(string);
        return depth() == 4 && (place(4) % 2 == 0 ? accept_key(string) : accept_value(string));
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
    Message message_;
    ProofReader proofs_;
    /// The tag whose value comes next.
    Tags::iterator tag_;
};

}  // namespace

Result<Message, Rejection> decode(std::span<const std::byte> frame, std::string_view cluster) {
    if (const auto rejection = check_head(frame, frame_mark, wire_version)) return *rejection;
    Reader reader(cluster);
    if (const auto rejection = read_body(frame.subspan(frame_head_bytes), reader)) {
        return *rejection;
    }
    return std::move(reader.message());
}

}  // namespace hearsay
