#pragma once

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace hearsay {

/// Starts `sh -c command` in a new process group with nothing of ours but standard error, which is
/// its standard output too, and `input` to be read from standard input. Nothing if that fails;
/// `errno` says why.
[[nodiscard]] std::optional<pid_t> spawn_shell(const std::string& command, const std::string& input,
                                               const std::vector<std::string>& environment);

}  // namespace hearsay
