#include "start_checks.hpp"

#include <algorithm>
#include <filesystem>
#include <future>
#include <iterator>
#include <optional>
#include <system_error>
#include <thread>
#include <vector>

#include <sys/resource.h>

#include "endpoint.hpp"
#include "event_handler.hpp"
#include "probes.hpp"
#include "signals_held_back.hpp"

namespace hearsay {
namespace {

/// What the program, ZeroMQ's threads, the status server, the handlers and probes keep open.
constexpr rlim_t files_besides_links = 64 + Probes::probes_max;
/// A dialled link is a connection and the event descriptor of its socket.
constexpr rlim_t files_per_link = 2;
/// Fewer links than this leave no room for neighbours and somebody new.
constexpr rlim_t links_min = 32;
constexpr rlim_t files_wanted = files_besides_links + 4096 * files_per_link;
/// Two of ZeroMQ, one for the files, and one to look up names.
constexpr std::size_t threads_needed = 4;

[[noreturn]] void refuse(const std::string& problem) {
    throw StartError(problem);
}

/// By the whole process, which may be somebody else's. As good as all, if none is left to look.
rlim_t files_open() {
    std::error_code error;
    const std::filesystem::directory_iterator files("/proc/self/fd", error);
    if (error == std::errc::too_many_files_open) return RLIM_INFINITY;
    if (error) return 0;
    return static_cast<rlim_t>(std::distance(begin(files), end(files)));
}

void check_seed(const std::string& seed) {
    const auto endpoint = parse_endpoint(seed);
    if (endpoint && is_dialable(*endpoint)) return;
    refuse("seed " + seed + ": nobody can be reached there; write tcp://HOST:PORT of a member");
}

}  // namespace

void check_options(const NodeOptions& options) {
    if (const auto error = validate(options.config)) refuse(error->field + ' ' + error->problem);
    // Life and endpoint are not known yet; stand-ins that are sound.
    const Identity self{.life = LifeId{1},
                        .name = options.name,
                        .incarnation = 1,
                        .endpoint = "tcp://127.0.0.1:1",
                        .tags_version = 0,
                        .tags = options.tags};
    if (const auto error = validate(self)) refuse(error->field + ' ' + error->problem);
    std::for_each(options.config.seeds.begin(), options.config.seeds.end(), check_seed);
    for (const std::string& text : options.event_handlers) {
        const auto handler = parse_event_handler(text);
        if (!handler) refuse("event handler " + handler.error());
    }
    if (options.handler_timeout <= Duration::zero()) {
        refuse("handler_timeout is not positive; give handlers some seconds");
    }
}

std::string advertised_endpoint(const std::string& advertise, const std::string& bound) {
    const auto own = parse_endpoint(bound);
    if (!own) refuse("bind " + bound + ": nobody can be told to dial this");
    if (advertise.empty()) {
        if (is_dialable(*own)) return bound;
        refuse("bind " + bound + " stands for every address, so peers cannot be told which to " +
               "dial; add advertise, for example tcp://ADDRESS:" + std::to_string(own->port));
    }
    auto endpoint = parse_endpoint(advertise);
    if (!endpoint) refuse("advertise " + advertise + ": not an endpoint; write tcp://HOST:PORT");
    if (endpoint->port == 0) endpoint->port = own->port;
    if (is_dialable(*endpoint)) return text(*endpoint);
    refuse("advertise " + advertise + ": peers cannot dial this; give the address they see");
}

std::size_t links_that_fit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return links_min;
    const rlim_t left = limit.rlim_cur - std::min(limit.rlim_cur, files_open());
    const rlim_t least = files_besides_links + links_min * files_per_link;
    if (left >= least) {
        return (std::min(left, files_wanted) - files_besides_links) / files_per_link;
    }
    refuse("only " + std::to_string(left) + " more files may be opened here; a node needs " +
           std::to_string(least) + ": raise the limit with `ulimit -n` or LimitNOFILE=");
}

void check_threads() {
    std::promise<void> end;
    const std::shared_future<void> has_ended = end.get_future().share();
    std::vector<std::thread> threads;
    bool is_enough = true;
    try {
        const SignalsHeldBack signals_held_back;
        while (threads.size() < threads_needed)
            threads.emplace_back([has_ended] { has_ended.wait(); });
    } catch (const std::system_error&) {
        is_enough = false;
    }
    end.set_value();
    for (std::thread& thread : threads)
        thread.join();
    if (is_enough) return;
    refuse("only " + std::to_string(threads.size()) + " more threads may be started here; a node " +
           "needs " + std::to_string(threads_needed) +
           ": raise `ulimit -u`, TasksMax= or the pids limit of the container");
}

void raise_file_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    if (limit.rlim_cur >= files_wanted || limit.rlim_cur >= limit.rlim_max) return;
    const rlimit raised{std::min(files_wanted, limit.rlim_max), limit.rlim_max};
    static_cast<void>(setrlimit(RLIMIT_NOFILE, &raised));
}

}  // namespace hearsay
