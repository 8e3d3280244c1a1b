#pragma once

#include <filesystem>
#include <string>

#include "locked_file.hpp"
#include "node_state.hpp"

namespace hearsay {

/// NAME.state in the data directory: what a node keeps for its next start. It stays when the node
/// ends. Its lock is NAME.state.lock.
class StateFile : public LockedFile {
  public:
    /// What is there, and why it cannot be used, in a clause that goes on with "it"; one of them.
    struct Found {
        NodeState state;
        std::string problem;
    };

    /// As of LockedFile.
    StateFile(std::filesystem::path data_directory, std::string name, std::string cluster);

    /// What the last node of that name has kept; of no file an empty state.
    [[nodiscard]] Found find() const;

    /// Keeps this from the next `restore` on, which may be under way on another thread.
    void note(NodeState state);

  private:
    std::string name_;
    std::string cluster_;
};

}  // namespace hearsay
