#include "link_frames.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "hearsay/check.hpp"

namespace hearsay {

namespace {

using nlohmann::json;

constexpr std::array<std::byte, 4> mark{std::byte{'h'}, std::byte{'s'}, std::byte{'k'},
                                        std::byte{'k'}};
constexpr std::byte frame_version{1};
constexpr std::size_t head_bytes = mark.size() + 1;
/// Lists and maps within one another in an element that a later release has appended.
constexpr std::size_t depth_max = 8;

/// Positions in both frames. Append only.
enum Part : std::size_t {
    part_cluster,
    part_kind,
    part_certificate,
    part_secret,
    /// Missing if it is 0.
    part_revocations_version,
    part_count
};

constexpr std::uint64_t kind_greeting = 0;
constexpr std::uint64_t kind_proof = 1;

/// Its zero byte keeps it apart from whatever else a key signs.
constexpr std::string_view domain{"hearsay link 1\0", 15};

json binary(std::span<const std::byte> bytes) {
    json::binary_t::container_type content(bytes.size());
    std::transform(bytes.begin(), bytes.end(), content.begin(),
                   [](std::byte byte) { return std::to_integer<std::uint8_t>(byte); });
    return json::binary(std::move(content));
}

std::vector<std::byte> encode(std::string_view cluster, std::uint64_t kind,
                              std::span<const std::byte> certificate,
                              std::span<const std::byte> secret,
                              std::uint64_t revocations_version) {
    HEARSAY_CHECK(certificate.size() <= link_certificate_bytes_max);
    json parts{std::string(cluster), kind, binary(certificate), binary(secret)};
    if (revocations_version > 0) parts.push_back(revocations_version);
    std::vector<std::byte> frame(mark.begin(), mark.end());
    frame.push_back(frame_version);
    for (const std::uint8_t byte : json::to_msgpack(parts))
        frame.push_back(static_cast<std::byte>(byte));
    return frame;
}

/// Takes down what belongs into a greeting or a proof, and stops the parser at what does not.
class Reader : public nlohmann::json_sax<json> {
  public:
    explicit Reader(std::string_view cluster) : cluster_(cluster) {}

    bool null() override { return skip(); }
    bool boolean(bool /*value*/) override { return skip(); }
    bool number_integer(number_integer_t /*value*/) override { return skip(); }
    bool number_float(number_float_t /*value*/, const string_t& /*text*/) override {
        return skip();
    }
    bool number_unsigned(number_unsigned_t value) override {
        if (depth_ == 1 && place_ == part_kind) {
            kind_ = value;
            return advance(value == kind_greeting || value == kind_proof);
        }
        if (depth_ != 1 || place_ != part_revocations_version) return skip();
        proof_.revocations_version = value;
        return advance(true);
    }
    bool string(string_t& value) override {
        if (depth_ != 1 || place_ != part_cluster) return skip();
        if (value.empty() || value.size() > limits::cluster_bytes_max) return false;
        if (value != cluster_) return refuse(DecodeError::foreign_cluster, value);
        return advance(true);
    }
    bool binary(binary_t& value) override {
        const bool is_known = depth_ == 1 && place_ < part_count;
        if (!is_known) return skip();
        if (value.has_subtype()) return false;
        if (place_ == part_certificate) return accept_certificate(value);
        return place_ == part_secret && accept_secret(value);
    }
    bool start_object(std::size_t /*size*/) override { return open(false); }
    bool key(string_t& /*value*/) override { return depth_ > 1; }
    bool end_object() override { return close(); }
    bool start_array(std::size_t /*size*/) override { return open(true); }
    bool end_array() override { return close(); }
    bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                     const nlohmann::detail::exception& /*error*/) override {
        return refuse(DecodeError::malformed);
    }

    /// Why the parser was stopped, if it was.
    [[nodiscard]] Rejection rejection() const {
        const bool is_nameless = place_ == part_cluster;
        return rejection_.value_or(
            Rejection{is_nameless ? DecodeError::malformed : DecodeError::out_of_bounds, {}});
    }
    [[nodiscard]] bool is_complete() const { return place_ > part_secret; }
    /// REQUIRES: it is complete.
    [[nodiscard]] LinkFrame frame() const {
        if (kind_ == kind_proof) return proof_;
        return Greeting{.certificate = proof_.certificate,
                        .nonce = nonce_,
                        .revocations_version = proof_.revocations_version};
    }

  private:
    bool refuse(DecodeError error, const std::string& found = {}) {
        if (!rejection_) rejection_ = Rejection{error, found};
        return false;
    }
    /// One more element of the frame itself.
    bool advance(bool is_accepted) {
        if (is_accepted) ++place_;
        return is_accepted;
    }
    /// A value that this release does not know: behind all that it does.
    bool skip() {
        if (depth_ == 0 || place_ < part_count) return false;
        if (depth_ == 1) ++place_;
        return true;
    }
    bool open(bool is_array) {
        const bool is_frame = depth_ == 0 && is_array;
        if (!is_frame && (depth_ == 0 || place_ < part_count)) return false;
        return ++depth_ <= depth_max;
    }
    bool close() {
        --depth_;
        if (depth_ == 1) ++place_;
        return true;
    }
    bool accept_certificate(const binary_t& value) {
        if (value.size() > link_certificate_bytes_max) return false;
        const auto bytes = std::as_bytes(std::span(value));
        proof_.certificate.assign(bytes.begin(), bytes.end());
        return advance(true);
    }
    bool accept_secret(const binary_t& value) {
        const auto bytes = std::as_bytes(std::span(value));
        const std::span<std::byte> place = kind_ == kind_greeting
                                               ? std::span<std::byte>(nonce_)
                                               : std::span<std::byte>(proof_.signature);
        if (bytes.size() != place.size()) return false;
        std::copy(bytes.begin(), bytes.end(), place.begin());
        return advance(true);
    }

    std::string_view cluster_;
    std::size_t depth_ = 0;
    std::size_t place_ = 0;
    std::uint64_t kind_ = kind_greeting;
    Nonce nonce_{};
    LinkProof proof_;
    std::optional<Rejection> rejection_;
};

std::optional<DecodeError> head_fault(std::span<const std::byte> frame) {
    if (frame.size() > link_frame_bytes_max) return DecodeError::oversized;
    if (frame.size() < head_bytes) return DecodeError::truncated;
    if (!is_link_frame(frame)) return DecodeError::foreign_protocol;
    return std::nullopt;
}

}  // namespace

bool is_link_frame(std::span<const std::byte> frame) {
    return frame.size() >= mark.size() && std::equal(mark.begin(), mark.end(), frame.begin());
}

std::vector<std::byte> encode(const Greeting& greeting, std::string_view cluster) {
    return encode(cluster, kind_greeting, greeting.certificate, greeting.nonce,
                  greeting.revocations_version);
}

std::vector<std::byte> encode(const LinkProof& proof, std::string_view cluster) {
    return encode(cluster, kind_proof, proof.certificate, proof.signature,
                  proof.revocations_version);
}

Result<LinkFrame, Rejection> decode_link_frame(std::span<const std::byte> frame,
                                               std::string_view cluster) {
    if (const auto fault = head_fault(frame)) return Rejection{*fault, {}};
    if (frame[mark.size()] != frame_version) {
        const auto found = std::to_integer<unsigned>(frame[mark.size()]);
        return Rejection{DecodeError::foreign_version, std::to_string(found)};
    }
    const auto body = frame.subspan(head_bytes);
    const auto* const begin = reinterpret_cast<const std::uint8_t*>(body.data());  // NOLINT
    Reader reader(cluster);
    const bool is_whole = json::sax_parse(begin, begin + body.size(), &reader,  // NOLINT
                                          json::input_format_t::msgpack);
    if (!is_whole) return reader.rejection();
    if (!reader.is_complete()) return Rejection{DecodeError::out_of_bounds, {}};
    return reader.frame();
}

std::vector<std::byte> proof_statement(std::span<const std::byte, 32> dialler, const Nonce& nonce) {
    const auto text = std::as_bytes(std::span(domain));
    std::vector<std::byte> statement(text.size() + dialler.size() + nonce.size());
    auto place = std::copy(text.begin(), text.end(), statement.begin());
    place = std::copy(dialler.begin(), dialler.end(), place);
    std::copy(nonce.begin(), nonce.end(), place);
    return statement;
}

}  // namespace hearsay
