#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "descriptor.hpp"
#include "run_file.hpp"
#include "wakeup.hpp"

namespace hearsay {

/// Keeps the files by which a node is found where they are, on a thread of its own: whatever cleans
/// directories of old or unknown files while the node runs takes them away for a second at most.
class Upkeep {
  public:
    /// What was done, or could not be.
    struct Report {
        /// The path of a socket whose file was gone, and what listens there in its place.
        std::string path;
        Descriptor listener;
        /// What is wrong, if anything is.
        std::string complaint;
    };

    /// Looks after `run_file`, if there is one, and after the files of the sockets at `paths`,
    /// which are there now. Calls `wakeup`, which must outlive it, when there is something to poll.
    Upkeep(std::shared_ptr<RunFile> run_file, const std::vector<std::string>& paths,
           const Wakeup& wakeup);
    Upkeep(const Upkeep&) = delete;
    Upkeep& operator=(const Upkeep&) = delete;
    /// Ends the thread. One that hangs because a disk does not answer is left behind.
    ~Upkeep();

    /// What was done since, if anything. May be called from any thread.
    [[nodiscard]] std::optional<Report> poll();

  private:
    struct Worker;
    std::shared_ptr<Worker> worker_;
};

}  // namespace hearsay
