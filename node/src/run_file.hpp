#pragma once

#include <filesystem>
#include <mutex>
#include <string>

#include "hearsay/member.hpp"
#include "hearsay/node.hpp"

#include "descriptor.hpp"

namespace hearsay {

/// NAME.json in the run directory: which process bears the name there, and where it is reached,
/// so that nobody has to know ports beforehand. NAME.lock beside it is locked for the life of the
/// process, so what a crashed one left is told from what is in use, and taken over.
///
/// The file is one JSON object: name, cluster, pid, life, endpoint, status, events.
///
/// The directory is opened and looked at once, and everything is done relative to it: whatever its
/// path leads to later, and whatever links lie in it, no other file is written.
class RunFile {
  public:
    /// Takes the name; creates the directory, for its owner alone, if there is none.
    /// Throws StartError if another process has it, if others can write to the directory, or
    /// nothing can be written there.
    RunFile(std::filesystem::path run_directory, std::string name);
    RunFile(const RunFile&) = delete;
    RunFile& operator=(const RunFile&) = delete;
    /// Removes both files.
    ~RunFile();

    /// Writes the file, whole or not at all. Throws StartError if it cannot be written.
    void write(const NodeOptions& options, LifeId life);

    /// Says something else from the next `restore` on, which may be under way on another thread.
    void note(const NodeOptions& options, LifeId life);

    /// Makes anew what somebody removed, the directory too, and what is no longer right. Throws
    /// StartError if that cannot be, for example because another process has the name by now.
    void restore();

    /// Lets files and directory look recently used to programs that remove old ones.
    void touch() const;

  private:
    void open_directory();
    void take_lock();
    [[nodiscard]] bool is_there(const std::string& file, const Descriptor& opened) const;
    void write_content(const std::string& content);
    [[noreturn]] void fail(const std::string& file, const std::string& problem) const;

    std::filesystem::path directory_path_;
    std::string name_;
    Descriptor directory_;
    /// Closed, it gives up the lock.
    Descriptor lock_;
    Descriptor file_;
    /// What is in the file, and what should be.
    std::string written_;
    std::mutex mutex_;
    std::string content_;
};

/// True if a process holds the lock of the file, which is not touched by asking.
[[nodiscard]] bool is_locked(const std::filesystem::path& lock_file);

/// What is wrong with a run directory that is there: others own it or can write to it.
[[nodiscard]] std::string run_directory_fault(const std::filesystem::path& path);

}  // namespace hearsay
