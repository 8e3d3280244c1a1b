#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "hearsay/proof.hpp"

namespace hearsay {

/// `hearsay keygen`.
struct KeygenCommand {
    enum class Step : std::uint8_t { create, rotate, retire, relink };

    Step step = Step::create;
    /// For `create` alone.
    std::string cluster;
};

/// `hearsay certify`.
struct CertifyCommand {
    std::vector<std::string> names;
    /// What is not given stays as the certificate before has it.
    std::optional<bool> may_forget;
    std::optional<std::vector<std::string>> endpoints;
    std::chrono::seconds lifetime{};
    bool has_new_key = false;
};

/// `hearsay revoke`.
struct RevokeCommand {
    std::string name;
    /// Unless given, that of NAME.key.
    std::optional<PublicKey> key;
};

/// `hearsay keys`.
struct ListKeysCommand {
    bool is_json = false;
};

/// A command about the keys in a folder. It asks no node.
struct KeyCommand {
    std::filesystem::path folder;
    std::variant<KeygenCommand, CertifyCommand, RevokeCommand, ListKeysCommand> task;
};

/// Does it, prints what came of it and what to do next, and returns the exit code.
[[nodiscard]] int run_key_command(const KeyCommand& command);

}  // namespace hearsay
