#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "hearsay/check.hpp"
#include "hearsay/codec.hpp"
#include "hearsay/config.hpp"

#include "frame_layout.hpp"
#include "packing.hpp"
#include "words.hpp"

namespace hearsay {

namespace {

/// The bytes of all, one behind the other.
template <typename List>
std::vector<std::byte> joined(const List& all) {
    std::vector<std::byte> bytes;
    for (const auto& each : all)
        bytes.insert(bytes.end(), each.begin(), each.end());
    return bytes;
}

void pack_rows(Packer& packer, const std::vector<Row>& rows) {
    pack_list(packer, rows.size(), limits::rows_max, row_width);
    for (const Row& row : rows) {
        pack_life(packer, row.life);
        packer.pack_uint64(row.heartbeat);
        pack_span(packer, row.age);
    }
}

/// Sorted, and none twice.
bool is_ascending(const std::vector<LifeId>& lives) {
    return std::adjacent_find(lives.begin(), lives.end(), std::greater_equal<>{}) == lives.end();
}

void pack_accusations(Packer& packer, const std::vector<Accusation>& accusations, bool is_proven) {
    pack_list(packer, accusations.size(), limits::accusations_max);
    for (const Accusation& accusation : accusations) {
        HEARSAY_CHECK(!accusation.accusers.empty() && is_ascending(accusation.accusers));
        packer.pack_array(is_proven ? accusation_proven_width : accusation_width);
        pack_life(packer, accusation.life);
        packer.pack_uint64(accusation.heartbeat);
        pack_span(packer, accusation.age);
        packer.pack_uint8(static_cast<std::uint8_t>(accusation.cause));
        pack_list(packer, accusation.accusers.size(), limits::accusers_max);
        for (const LifeId accuser : accusation.accusers)
            pack_life(packer, accuser);
        if (!is_proven) continue;
        HEARSAY_CHECK(accusation.signatures.size() == accusation.accusers.size());
        pack_bytes(packer, joined(accusation.signatures));
    }
}

void pack_voucher(Packer& packer, const Voucher& voucher) {
    HEARSAY_CHECK(voucher.certificate.size() <= limits::certificate_bytes_max);
    packer.pack_uint64(voucher.base);
    pack_bytes(packer, joined(std::array{voucher.salt, voucher.anchor, voucher.farewell}));
    pack_bytes(packer, voucher.certificate);
    pack_bytes(packer, voucher.signature);
}

void pack_introductions(Packer& packer, const std::vector<Introduction>& introductions,
                        bool is_proven) {
    pack_list(packer, introductions.size(), limits::introductions_max);
    for (const Introduction& introduction : introductions) {
        HEARSAY_CHECK(!validate(introduction.identity));
        packer.pack_array(is_proven ? introduction_proven_width : introduction_width);
        pack_identity(packer, introduction.identity);
        packer.pack_uint64(introduction.heartbeat);
        pack_span(packer, introduction.age);
        if (is_proven) pack_voucher(packer, introduction.voucher);
    }
}

void pack_keys(Packer& packer, const std::vector<std::uint64_t>& keys, std::size_t keys_max) {
    pack_list(packer, keys.size(), keys_max);
    for (const std::uint64_t key : keys)
        packer.pack_uint64(key);
}

void pack_forgets(Packer& packer, const std::vector<Forget>& forgets) {
    pack_list(packer, forgets.size(), limits::forgets_max, forget_width);
    for (const Forget& forget : forgets) {
        pack_life(packer, forget.life);
        packer.pack_uint64(forget.heartbeat);
    }
}

/// All marks of a message in the order of what they prove.
std::vector<Mark> marks(const Message& message) {
    std::vector<Mark> all{message.mark};
    for (const Row& row : message.rows)
        all.push_back(row.mark);
    for (const Accusation& accusation : message.accusations)
        all.push_back(accusation.mark);
    for (const Introduction& introduction : message.introductions)
        all.push_back(introduction.mark);
    return all;
}

void pack_signers(Packer& packer, const std::vector<Forget>& forgets) {
    pack_list(packer, forgets.size(), limits::forgets_max, signer_width);
    for (const Forget& forget : forgets) {
        pack_life(packer, forget.signer);
        pack_bytes(packer, forget.signature);
    }
}

/// The parts up to the last one that is not empty.
std::uint32_t parts_present(const Message& message) {
    if (message.is_proven) return message.forgets.empty() ? part_marks + 1 : part_signers + 1;
    if (!message.forgets.empty()) return part_forgets + 1;
    if (!message.roster.empty()) return part_roster + 1;
    if (!message.wants.empty()) return part_wants + 1;
    if (!message.introductions.empty()) return part_introductions + 1;
    if (!message.accusations.empty()) return part_accusations + 1;
    if (!message.rows.empty()) return part_rows + 1;
    return required_parts;
}

void pack_head(Packer& packer, const Message& message) {
    HEARSAY_CHECK(is_cluster_name(message.cluster));
    pack_string(packer, message.cluster);
    pack_life(packer, message.from);
    packer.pack_uint64(message.heartbeat);
    pack_span(packer, message.promise);
    packer.pack_uint64(message.digest);
    packer.pack_uint64((message.wants_answer ? flag_wants_answer : 0) |
                       (message.is_degraded ? flag_is_degraded : 0) |
                       (message.is_confirmed ? flag_confirmed : 0) |
                       (message.is_proven ? flag_is_proven : 0));
}

void pack_message(Packer& packer, const Message& message) {
    const std::uint32_t count = parts_present(message);
    packer.pack_array(count);
    pack_head(packer, message);
    if (count > part_rows) pack_rows(packer, message.rows);
    const bool is_proven = message.is_proven;
    if (count > part_accusations) pack_accusations(packer, message.accusations, is_proven);
    if (count > part_introductions) pack_introductions(packer, message.introductions, is_proven);
    if (count > part_wants) pack_keys(packer, message.wants, limits::wants_max);
    if (count > part_roster) pack_keys(packer, message.roster, limits::roster_max);
    if (count > part_forgets) pack_forgets(packer, message.forgets);
    if (count > part_marks) pack_bytes(packer, joined(marks(message)));
    if (count > part_signers) pack_signers(packer, message.forgets);
}

}  // namespace

std::vector<std::byte> encode(const Message& message) {
    Buffer buffer;
    buffer.bytes.assign(frame_mark.begin(), frame_mark.end());
    buffer.bytes.push_back(std::byte{wire_version});
    Packer packer(buffer);
    pack_message(packer, message);
    HEARSAY_CHECK(buffer.bytes.size() <= limits::frame_bytes_max);
    return std::move(buffer.bytes);
}

}  // namespace hearsay
