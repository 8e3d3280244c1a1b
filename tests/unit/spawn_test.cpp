#include "spawn.hpp"

#include <string>

#include <sys/wait.h>

#include "support/catch.hpp"
#include "support/scratch_directory.hpp"

namespace hearsay {
namespace {

using testing::ScratchDirectory;

TEST_CASE("a command that begins with a dash is no option of the shell", "[spawn]") {
    const ScratchDirectory scratch;
    const std::string file = (scratch.path() / "said").string();

    const auto pid = spawn_shell("-no-such-program 2>/dev/null || echo ran >'" + file + "'", "",
                                 {"PATH=/usr/bin:/bin"});

    REQUIRE(pid.has_value());
    int status = 0;
    REQUIRE(::waitpid(*pid, &status, 0) == *pid);
    CHECK(scratch.read("said") == "ran\n");
}

}  // namespace
}  // namespace hearsay
