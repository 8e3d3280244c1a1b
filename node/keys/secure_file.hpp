#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

#include "hearsay/node.hpp"

#include "descriptor.hpp"
#include "key_material.hpp"

namespace hearsay {

/// Who may read a file.
enum class Secrecy : std::uint8_t { secret, open };

/// Whether the new content takes the place of a file that is there.
enum class IfThere : std::uint8_t { replace, refuse };

/// What the file holds; nothing if there is none. Throws StartError if it cannot be read, is no
/// file of keys, or is `secret` and others than its owner may read it.
[[nodiscard]] std::optional<SecretText> read_file(const std::filesystem::path& path,
                                                  Secrecy secrecy);

/// Writes the file, whole or not at all, whatever happens meanwhile: a full disk, a signal, the end
/// of the power. Throws StartError.
void write_file(const std::filesystem::path& path, std::string_view content, Secrecy secrecy,
                IfThere if_there);

/// A folder of keys that no other command changes while this lives.
class FolderLock {
  public:
    /// Waits until the others are done. Throws StartError if there is no such folder.
    explicit FolderLock(const std::filesystem::path& folder);

  private:
    /// Closed, it gives up the lock.
    Descriptor folder_;
};

}  // namespace hearsay
