#include "spawn.hpp"

#include <cerrno>
#include <csignal>

#include <spawn.h>
#include <sys/mman.h>
#include <unistd.h>

namespace hearsay {
namespace {

/// What is done in the child before the shell runs.
class Actions {
  public:
    explicit Actions(int input) {
        posix_spawn_file_actions_init(&actions_);
        posix_spawn_file_actions_adddup2(&actions_, input, STDIN_FILENO);
        posix_spawn_file_actions_adddup2(&actions_, STDERR_FILENO, STDOUT_FILENO);
        posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
    }
    Actions(const Actions&) = delete;
    Actions& operator=(const Actions&) = delete;
    ~Actions() { posix_spawn_file_actions_destroy(&actions_); }
    [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

  private:
    posix_spawn_file_actions_t actions_{};
};

/// A process group of its own, and no signal ignored or held back by what we do.
class Attributes {
  public:
    Attributes() {
        sigset_t all;
        sigset_t none;
        sigfillset(&all);
        sigemptyset(&none);
        posix_spawnattr_init(&attributes_);
        posix_spawnattr_setpgroup(&attributes_, 0);
        posix_spawnattr_setsigdefault(&attributes_, &all);
        posix_spawnattr_setsigmask(&attributes_, &none);
        posix_spawnattr_setflags(
            &attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    }
    Attributes(const Attributes&) = delete;
    Attributes& operator=(const Attributes&) = delete;
    ~Attributes() { posix_spawnattr_destroy(&attributes_); }
    [[nodiscard]] const posix_spawnattr_t* get() const { return &attributes_; }

  private:
    posix_spawnattr_t attributes_{};
};

/// A file in memory: unlike a pipe it takes any input at once, and nobody has to read it.
int open_input(const std::string& input) {
    const int descriptor = memfd_create("hearsay-event", MFD_CLOEXEC);
    if (descriptor < 0) return -1;
    const bool is_whole =
        pwrite(descriptor, input.data(), input.size(), 0) == static_cast<ssize_t>(input.size());
    if (is_whole) return descriptor;
    close(descriptor);
    return -1;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
    std::vector<char*> result;
    result.reserve(strings.size() + 1);
    for (std::string& string : strings)
        result.push_back(string.data());
    result.push_back(nullptr);
    return result;
}

}  // namespace

std::optional<pid_t> spawn_shell(const std::string& command, const std::string& input,
                                 const std::vector<std::string>& environment) {
    const int descriptor = open_input(input);
    if (descriptor < 0) return std::nullopt;
    const Actions actions(descriptor);
    const Attributes attributes;
    // The dashes, because the shell takes a command that begins with one for an option.
    std::vector<std::string> arguments{"sh", "-c", "--", command};
    std::vector<std::string> variables = environment;
    pid_t pid = 0;
    const int error = posix_spawn(&pid, "/bin/sh", actions.get(), attributes.get(),
                                  pointers(arguments).data(), pointers(variables).data());
    close(descriptor);
    errno = error;
    return error == 0 ? std::optional(pid) : std::nullopt;
}

}  // namespace hearsay
