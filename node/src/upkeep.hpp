#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "descriptor.hpp"
#include "locked_file.hpp"
#include "wakeup.hpp"

namespace hearsay {

/// Keeps the files of a node where they are, and up to date, on a thread of its own: whatever
/// cleans directories of old or unknown files while the node runs takes them away for a second at
/// most.
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

    /// Each may be none.
    using Files = std::vector<std::shared_ptr<LockedFile>>;

    /// Looks after the files, and after those of the sockets at `paths`, which are there now. Calls
    /// `wakeup`, which must outlive it, when there is something to poll.
    Upkeep(const Files& files, const std::vector<std::string>& paths, const Wakeup& wakeup);
    Upkeep(const Upkeep&) = delete;
    Upkeep& operator=(const Upkeep&) = delete;
    /// Ends the thread, which writes once more what was noted. One that hangs because a disk does
    /// not answer is left behind.
    ~Upkeep();

    /// What was done since, if anything. May be called from any thread.
    [[nodiscard]] std::optional<Report> poll();

  private:
    struct Worker;
    std::shared_ptr<Worker> worker_;
};

}  // namespace hearsay
