#pragma once

#include <filesystem>
#include <string>

#include "hearsay/member.hpp"
#include "hearsay/node.hpp"

#include "locked_file.hpp"

namespace hearsay {

/// NAME.json in the run directory: which process bears the name there, and where it is reached,
/// so that nobody has to know ports beforehand. Its lock is NAME.lock. Both are there for as long
/// as the node runs.
///
/// The file is one JSON object: name, cluster, pid, life, endpoint, status, events.
class RunFile : public LockedFile {
  public:
    /// As of LockedFile.
    RunFile(std::filesystem::path run_directory, std::string name);
    RunFile(const RunFile&) = delete;
    RunFile& operator=(const RunFile&) = delete;
    /// Removes both files.
    ~RunFile();

    /// Writes the file, whole or not at all. Throws StartError if it cannot be written.
    void write(const NodeOptions& options, LifeId life);

    /// Says something else from the next `restore` on, which may be under way on another thread.
    void note(const NodeOptions& options, LifeId life);
};

}  // namespace hearsay
