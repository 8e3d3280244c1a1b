#pragma once

#include <filesystem>
#include <memory>
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
class RunFile {
  public:
    /// Takes the name; creates the directory, for its owner alone, if there is none.
    /// Throws StartError if another process has it, or nothing can be written there.
    RunFile(const std::filesystem::path& run_directory, const std::string& name);
    RunFile(const RunFile&) = delete;
    RunFile& operator=(const RunFile&) = delete;
    /// Removes both files.
    ~RunFile();

    /// Writes the file, whole or not at all. Throws StartError if it cannot be written.
    void write(const NodeOptions& options, LifeId life);

  private:
    std::filesystem::path file_path_;
    std::filesystem::path lock_path_;
    /// Closed, it gives up the lock.
    std::unique_ptr<Descriptor> lock_;
};

}  // namespace hearsay
