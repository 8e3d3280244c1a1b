#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <fstream>
#include <string>
#include <thread>

#include <fcntl.h>
#include <signal.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "descriptor.hpp"

namespace hearsay::testing {

/// The line of a file of /proc that begins with `key`.
inline std::string proc_line(const std::string& file, const std::string& key) {
    std::ifstream lines(file);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with(key)) return line;
    }
    return {};
}

/// What belongs to the whole process, or to the thread that asks, and so not to a node in it.
struct HostState {
    std::string umask = proc_line("/proc/self/status", "Umask:");
    std::string held_back = proc_line("/proc/thread-self/status", "SigBlk:");
    std::string ignored = proc_line("/proc/thread-self/status", "SigIgn:");
    std::string caught = proc_line("/proc/thread-self/status", "SigCgt:");
    rlim_t file_limit = file_limit_now();
    const spdlog::logger* logger = spdlog::default_logger_raw();
    spdlog::level::level_enum log_level = spdlog::get_level();

    bool operator==(const HostState&) const = default;

    static rlim_t file_limit_now() {
        rlimit limit{};
        static_cast<void>(getrlimit(RLIMIT_NOFILE, &limit));
        return limit.rlim_cur;
    }
};

/// A host that has chosen everything itself, and gets back what was before.
class PeculiarHost {
  public:
    PeculiarHost() {
        // With the first thread the C library takes a signal for itself.
        std::thread([] {}).join();
        umask_ = umask(027);
        static_cast<void>(getrlimit(RLIMIT_NOFILE, &limit_));
        const rlimit lower{std::min<rlim_t>(limit_.rlim_cur, 1000), limit_.rlim_max};
        static_cast<void>(setrlimit(RLIMIT_NOFILE, &lower));
        sigset_t chosen;
        sigemptyset(&chosen);
        sigaddset(&chosen, SIGWINCH);
        pthread_sigmask(SIG_BLOCK, &chosen, &mask_);
        handler_ = ::signal(SIGUSR2, [](int) {});
        spdlog::set_level(spdlog::level::critical);
    }
    PeculiarHost(const PeculiarHost&) = delete;
    PeculiarHost& operator=(const PeculiarHost&) = delete;
    ~PeculiarHost() {
        umask(umask_);
        static_cast<void>(setrlimit(RLIMIT_NOFILE, &limit_));
        pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
        ::signal(SIGUSR2, handler_);
        spdlog::set_level(spdlog::level::info);
    }

  private:
    mode_t umask_ = 0;
    rlimit limit_{};
    sigset_t mask_{};
    void (*handler_)(int) = nullptr;
};

/// Takes what is written to standard output and standard error meanwhile.
class CapturedOutput {
  public:
    explicit CapturedOutput(const std::string& file) {
        std::fflush(nullptr);
        const Descriptor to(open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
        for (std::size_t i = 0; i < former_.size(); ++i) {
            const int number = STDOUT_FILENO + static_cast<int>(i);
            former_.at(i) = Descriptor(fcntl(number, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
            dup2(to.number(), number);
        }
    }
    CapturedOutput(const CapturedOutput&) = delete;
    CapturedOutput& operator=(const CapturedOutput&) = delete;
    ~CapturedOutput() {
        std::fflush(nullptr);
        for (std::size_t i = 0; i < former_.size(); ++i)
            dup2(former_.at(i).number(), STDOUT_FILENO + static_cast<int>(i));
    }

  private:
    std::array<Descriptor, 2> former_;
};

}  // namespace hearsay::testing
