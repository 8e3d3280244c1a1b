#pragma once

#include <cstddef>
#include <string>

#include "hearsay/node.hpp"

namespace hearsay {

/// Throws StartError for the first fault of the options that shows without trying anything:
/// names, seeds and times, but no addresses of this machine.
void check_options(const NodeOptions& options);

/// What peers are told to dial if `bound` was bound and `advertise` was asked for (it may be
/// empty, and its port may be 0). Throws StartError if that is no address to be dialled.
[[nodiscard]] std::string advertised_endpoint(const std::string& advertise,
                                              const std::string& bound);

/// How many links there are descriptors for. Throws StartError if that is too few to be a node.
[[nodiscard]] std::size_t links_that_fit();

/// Throws StartError if the threads of a node cannot be started, which ZeroMQ would not survive.
void check_threads();

/// Raises the soft limit of open files of this process towards the hard one, as far as a node can
/// need it.
void raise_file_limit();

}  // namespace hearsay
