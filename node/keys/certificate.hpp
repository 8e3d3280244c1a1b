#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hearsay/node.hpp"
#include "hearsay/proof.hpp"

#include "key_material.hpp"

namespace hearsay {

/// Seconds since 1970, UTC.
using CertificateTime = std::chrono::sys_seconds;

/// What a key of the cluster says of a member: its name, its key, and what it may do, for a time.
struct Certificate {
    std::string cluster;
    Credential credential;
    CertificateTime valid_from{};
    CertificateTime valid_until{};

    bool operator==(const Certificate&) const = default;
};

inline constexpr std::size_t certificate_bytes_max = 512;
inline constexpr std::size_t certificate_endpoints_max = 4;

/// What of it cannot stand in a certificate: "endpoints are 5; there must be at most 4". Nothing
/// if all can.
[[nodiscard]] std::optional<std::string> certificate_fault(const Certificate& certificate);

/// The certificate as it travels, signed. REQUIRES: it has no `certificate_fault`.
[[nodiscard]] std::vector<std::byte> issue(const Certificate& certificate, const SigningKey& key);

/// What the bytes say, whether that is true or not; nothing if they are no certificate. Takes no
/// more memory than the bytes themselves.
[[nodiscard]] std::optional<Certificate> decode_certificate(std::span<const std::byte> bytes);

/// True if one of the keys has signed them. REQUIRES: they were decoded.
[[nodiscard]] bool is_issued_by(std::span<const PublicKey> keys, std::span<const std::byte> bytes);

/// Clocks of two machines may differ by this, and certificates made on one are good on the other.
inline constexpr std::chrono::minutes clock_tolerance{5};

/// "expired 3 days ago"; nothing at a time at which it is good.
[[nodiscard]] std::optional<std::string> time_fault(const Certificate& certificate, WallTime now);

/// True once two thirds of its life are over.
[[nodiscard]] bool is_due_for_renewal(const Certificate& certificate, WallTime now);

/// "3 days", "1 hour", "less than a minute": whole units, the greatest alone.
[[nodiscard]] std::string rough_text(std::chrono::seconds span);

/// What is wrong with the name: "name \"-x\" is not the name of a member; it must be ...". Nothing
/// if a member, or a cluster, may be called this.
[[nodiscard]] std::optional<std::string> member_name_fault(const std::string& name);
[[nodiscard]] std::optional<std::string> cluster_name_fault(const std::string& cluster);
[[nodiscard]] bool is_certified_endpoint(const std::string& endpoint);

}  // namespace hearsay
