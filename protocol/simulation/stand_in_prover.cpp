#include "stand_in_prover.hpp"

#include <algorithm>
#include <string_view>

#include "hearsay/codec.hpp"

namespace hearsay::simulation {
namespace {

/// Puts a number into the first eight bytes, and what follows from it into the rest.
template <typename Bytes>
Bytes spread(std::uint64_t number) {
    Bytes bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i % sizeof(number) == 0 && i > 0) number = mix(number + i);
        bytes.at(i) = std::byte(number >> (i % sizeof(number) * 8U) & 0xffU);
    }
    return bytes;
}

std::string_view characters(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Signature signed_by(const PublicKey& key, std::span<const std::byte> statement) {
    return spread<Signature>(mix(hash(characters(key))) ^ hash(characters(statement)));
}

}  // namespace

Credential stand_in_credential(const std::string& name) {
    return {
        .name = name, .key = spread<PublicKey>(hash(name)), .may_forget = true, .endpoints = {}};
}

StandInProver::StandInProver(const std::string& name, std::uint64_t seed)
    : key_(stand_in_credential(name).key), random_(seed) {
    const auto bytes = std::as_bytes(std::span(name));
    certificate_.assign(bytes.begin(), bytes.end());
    certificate_.resize(limits::certificate_bytes_max);
}

std::optional<Credential> StandInProver::read(std::span<const std::byte> certificate) const {
    const std::string_view name = characters(certificate);
    return stand_in_credential(std::string(name.substr(0, name.find('\0'))));
}

Signature StandInProver::sign(std::span<const std::byte> statement) const {
    return signed_by(key_, statement);
}

bool StandInProver::verify(const PublicKey& key, std::span<const std::byte> statement,
                           const Signature& signature) const {
    return signature == signed_by(key, statement);
}

Mark StandInProver::draw() {
    const auto instant = static_cast<std::uint64_t>(now_.time_since_epoch().count());
    return spread<Mark>(mix(random_.next() ^ instant));
}

Mark StandInProver::before(const Mark& mark) const {
    std::uint64_t number = 0;
    for (std::size_t i = sizeof(number); i > 0; --i)
        number = number << 8U | std::to_integer<std::uint64_t>(mark.at(i - 1));
    return spread<Mark>(mix(number + 1));
}

}  // namespace hearsay::simulation
