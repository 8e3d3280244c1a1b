#pragma once

#include <functional>
#include <string>
#include <vector>

#include "hearsay/node.hpp"
#include "hearsay/result.hpp"

#include "log.hpp"
#include "log_writer.hpp"
#include "options.hpp"

namespace hearsay {

/// Reads once more what a node was started with: its command line, the environment and the file.
using ReadAgain = std::function<Result<Command, Usage>()>;

/// What a running node takes over from its configuration when it is read once more (SIGHUP): tags,
/// seeds, handlers and log level. The log file is opened anew, and the keys are read again. All
/// else needs a restart, which is said. A configuration with a fault changes nothing.
class Reload {
  public:
    /// `present` is what the node was started with.
    Reload(NodeCommand present, ReadAgain read_again);

    void apply(Node& node, LogWriter& writer, Log& log);
    /// Opens the log file anew, and does nothing else (SIGUSR1, SIGUSR2).
    void reopen_log(LogWriter& writer) const { writer.reopen(present_.log.file); }

  private:
    /// What was changed, in words.
    [[nodiscard]] std::vector<std::string> take_over(const NodeCommand& next, Node& node);
    void take_keys(const NodeOptions& next, Node& node, Log& log);

    NodeCommand present_;
    ReadAgain read_again_;
};

/// The names of the settings in which the two differ, and which only a restart takes over.
[[nodiscard]] std::vector<std::string> fixed_differences(const NodeCommand& one,
                                                         const NodeCommand& other);

}  // namespace hearsay
