#pragma once

namespace hearsay {

/// Lets the first SIGINT or SIGTERM only be noted; a second one of its kind ends the process. A
/// closed pipe does not end it either.
void note_interruption();

[[nodiscard]] bool is_interrupted();

}  // namespace hearsay
