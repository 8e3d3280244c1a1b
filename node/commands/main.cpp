#include <string_view>

#include "commands.hpp"
#include "process_start.hpp"

namespace {

/// A node may be told to end while it starts: as process 1 it would not hear of it.
void hold_signals_back_early(int argc, char** argv, char** /*environment*/) {
    if (argc > 1 && std::string_view(argv[1]) == "node") hearsay::hold_signals_back();
}

}  // namespace

/// Before the libraries are initialized, which takes longer than all that a node does to start.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): the loader finds it there.
[[gnu::used, gnu::section(".preinit_array")]] void (*const hearsay_first_step)(
    int, char**, char**) = hold_signals_back_early;

int main(int argc, char** argv) {
    hearsay::open_standard_descriptors();
    return hearsay::run({argv + 1, argv + argc});
}
