#pragma once

#include <cstddef>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>

#include "hearsay/result.hpp"

#include "descriptor.hpp"

namespace hearsay {

/// A file of the node of one name in a directory, which one process at a time has. A lock beside it
/// is held for the life of the process, so what a crashed one left is told from what is in use, and
/// taken over.
///
/// The directory is opened and looked at once, and everything is done relative to it: whatever its
/// path leads to later, and whatever links lie in it, no other file is written.
class LockedFile {
  public:
    struct Place {
        std::filesystem::path directory;
        /// What it is for, in a word for errors: "run" makes "run directory" and "run file".
        std::string use;
        /// Of the node.
        std::string name;
        /// Behind the name of the node, with their dots.
        std::string file_suffix;
        std::string lock_suffix;
    };

    /// Takes the lock; creates the directory, for its owner alone, if there is none.
    /// Throws StartError if another process has it, if others can write to the directory, or
    /// nothing can be written there.
    explicit LockedFile(Place place);
    LockedFile(const LockedFile&) = delete;
    LockedFile& operator=(const LockedFile&) = delete;
    /// Removes the lock; the file stays.
    ~LockedFile();

    [[nodiscard]] std::filesystem::path path() const { return place_.directory / file_; }

    /// What the file holds; nothing if there is none. Else why it cannot be read, as a file of more
    /// than `bytes_max` cannot.
    [[nodiscard]] Result<std::optional<std::string>, std::error_code> read(
        std::size_t bytes_max) const;

    /// The file shall say this from the next `restore` on, which may be under way on another
    /// thread.
    void note_content(std::string content);

    /// Writes what was noted, whole or not at all, if the file says something else. Makes anew what
    /// somebody removed, the directory too. Throws StartError if that cannot be, for example
    /// because another process has the name by now.
    void restore();

    /// Lets files and directory look recently used to programs that remove old ones.
    void touch() const;

  protected:
    /// Removes the file, unless it is another process's by now.
    void remove() const;

  private:
    void open_directory();
    void take_lock();
    [[nodiscard]] bool is_there(const std::string& file, const Descriptor& opened) const;
    void write_content(const std::string& content);
    [[nodiscard]] std::string advice() const;
    [[noreturn]] void fail(const std::string& file, const std::string& problem) const;

    Place place_;
    std::string file_;
    std::string lock_file_;
    Descriptor directory_;
    /// Closed, it gives up the lock.
    Descriptor lock_;
    Descriptor opened_;
    /// What is in the file, and what should be.
    std::string written_;
    std::mutex mutex_;
    std::string content_;
};

/// True if a process holds the lock of the file, which is not touched by asking.
[[nodiscard]] bool is_locked(const std::filesystem::path& lock_file);

/// What is wrong with a directory that is there: it is none, or others own it or can write to it.
[[nodiscard]] std::string directory_fault(const std::filesystem::path& path);

}  // namespace hearsay
