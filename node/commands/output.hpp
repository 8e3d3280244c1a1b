#pragma once

#include <string>

namespace hearsay {

/// Writes to standard output, at once. Ends the program if it cannot be written (exit code 2, but
/// 0 and silently if the reader had enough and closed its end).
void print(const std::string& text);

/// One line on standard error: "hearsay: ...".
void complain(const std::string& problem);

}  // namespace hearsay
