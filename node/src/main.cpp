#include <string_view>

#include "commands.hpp"
#include "process_start.hpp"

int main(int argc, char** argv) {
    // A node may be told to end while it starts, and as process 1 it would not hear of it.
    if (argc > 1 && std::string_view(argv[1]) == "node") hearsay::hold_signals_back();
    hearsay::open_standard_descriptors();
    return hearsay::run({argv + 1, argv + argc});
}
