#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "hearsay/random.hpp"

#include "proofs.hpp"
#include "simulation/stand_in_prover.hpp"
#include "support/catch.hpp"

namespace hearsay::testing {

using simulation::stand_in_credential;
using simulation::StandInProver;

/// A stand-in whose certificates may be bad, or say less than usual.
class StrictProver final : public Prover {
  public:
    explicit StrictProver(const std::string& name) : inner_(name, hash(name)) {}

    std::string bad_name;
    std::string plain_name;
    std::vector<std::string> endpoints;
    /// Of which name the own certificate has the key; its own unless given.
    std::string key_of_self;
    /// False while the cluster moves to keys.
    bool requires_proofs = true;

    [[nodiscard]] const std::vector<std::byte>& certificate() const override {
        return inner_.certificate();
    }
    [[nodiscard]] std::optional<Credential> read(
        std::span<const std::byte> certificate) const override {
        auto credential = inner_.read(certificate);
        if (credential->name == bad_name) return std::nullopt;
        credential->may_forget = credential->name != plain_name;
        credential->endpoints = endpoints;
        const bool is_own = std::equal(certificate.begin(), certificate.end(),
                                       inner_.certificate().begin(), inner_.certificate().end());
        if (is_own && !key_of_self.empty()) {
            credential->key = simulation::stand_in_credential(key_of_self).key;
        }
        return credential;
    }
    [[nodiscard]] Signature sign(std::span<const std::byte> statement) const override {
        return inner_.sign(statement);
    }
    [[nodiscard]] bool verify(const PublicKey& key, std::span<const std::byte> statement,
                              const Signature& signature) const override {
        return inner_.verify(key, statement, signature);
    }
    [[nodiscard]] Mark draw() override { return inner_.draw(); }
    [[nodiscard]] Mark before(const Mark& mark) const override { return inner_.before(mark); }
    [[nodiscard]] bool is_required() const override { return requires_proofs; }

  private:
    StandInProver inner_;
};

/// A member that does nothing but prove what it says.
struct Teller {
    explicit Teller(const std::string& name)
        : prover(name), key(stand_in_credential(name)), proofs("demo", prover) {
        self = {.life = proofs.begin_life(),
                .name = name,
                .incarnation = 7,
                .endpoint = "tcp://" + name + ":7700",
                .tags_version = 0,
                .tags = {{"role", "db"}}};
    }

    [[nodiscard]] Message head(Heartbeat at) {
        heartbeat = at;
        Message message;
        message.cluster = "demo";
        message.from = self.life;
        message.heartbeat = at;
        return message;
    }
    /// Says so, with its proofs.
    [[nodiscard]] Message say(Message message) {
        proofs.attach(message);
        return message;
    }
    [[nodiscard]] Message introduce(Heartbeat at) {
        Message message = head(at);
        message.introductions.push_back({.identity = self, .heartbeat = at, .age = {}});
        return say(message);
    }
    [[nodiscard]] Row row(Heartbeat at) const { return {.life = self.life, .heartbeat = at}; }
    /// What is left of what another one says.
    [[nodiscard]] Message hear(Message message, const Teller& from) {
        is_admitted = proofs.admit(message, &from.key);
        return message;
    }
    void meet(Teller& other) {
        static_cast<void>(hear(other.introduce(other.heartbeat + 1), other));
        REQUIRE(is_admitted);
    }

    StrictProver prover;
    Credential key;
    Proofs proofs;
    Identity self;
    Heartbeat heartbeat = 0;
    bool is_admitted = false;
};

/// Three that know each other.
struct Three {
    Three() {
        for (Teller* const one : {&a, &b, &c})
            for (Teller* const other : {&a, &b, &c})
                if (one != other) one->meet(*other);
    }
    /// What `b` says to `c` about `a`.
    [[nodiscard]] Message told(Message parts) {
        Message message = b.head(b.heartbeat + 1);
        message.rows = parts.rows;
        message.accusations = parts.accusations;
        message.introductions = parts.introductions;
        message.forgets = parts.forgets;
        return message;
    }
    Teller a{"a"};
    Teller b{"b"};
    Teller c{"c"};
};

}  // namespace hearsay::testing
