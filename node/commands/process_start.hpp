#pragma once

namespace hearsay {

/// Opens /dev/null in the place of each of the three standard descriptors that is closed, so that
/// no file of ours takes its number and is written to by mistake. To be called before anything
/// else.
void open_standard_descriptors();

/// Lets the signals that a node handles wait until it can handle them: from now on on this thread,
/// and on all that it starts.
void hold_signals_back();

/// Ignores the signals that have no meaning to a node and would end it.
void ignore_other_signals();

/// Gives chance a new start: ZeroMQ numbers its connections by it, and a peer that can tell the
/// numbers can claim them.
void seed_chance();

}  // namespace hearsay
