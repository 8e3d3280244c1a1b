#include "web_command.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>
#include <signal.h>
#include <sys/resource.h>
#include <zmq.hpp>

#include "hearsay/node.hpp"

#include "clock.hpp"
#include "exit_code.hpp"
#include "feed.hpp"
#include "host_check.hpp"
#include "http_server.hpp"
#include "json.hpp"
#include "listen_address.hpp"
#include "output.hpp"
#include "process_start.hpp"
#include "routes.hpp"
#include "settings.hpp"
#include "signal_queue.hpp"
#include "streams.hpp"
#include "terminal.hpp"
#include "web_node.hpp"

namespace hearsay {

namespace {

using Json = nlohmann::ordered_json;

/// In all, so that a thousand idle ones do not keep others out.
constexpr rlim_t connections_max = 1100;
/// What the process needs beside them: standard streams, ZeroMQ, and what has just been closed.
constexpr rlim_t other_files = 64;

/// How long the line that says where it serves waits for the name of the node.
constexpr Duration name_patience = std::chrono::seconds(1);

void refuse(const std::string& problem) {
    std::fprintf(stderr, "hearsay web: %s\n", printable(problem).c_str());
}

/// Raises the limit of open files as far as is needed and allowed, and returns for how many
/// connections that is enough. Throws StartError.
unsigned make_room_for_connections() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    const rlim_t wanted = connections_max + other_files;
    if (limit.rlim_cur < wanted) {
        limit.rlim_cur = std::min(wanted, limit.rlim_max);
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
    if (limit.rlim_cur >= wanted) return static_cast<unsigned>(connections_max);
    const std::string open = "the limit of open files is " + std::to_string(limit.rlim_cur);
    const std::string remedy = "; raise it with `ulimit -Hn` or LimitNOFILE";
    if (limit.rlim_cur < 2 * other_files) throw StartError(open + ", too low to serve" + remedy);
    const rlim_t room = limit.rlim_cur - other_files;
    complain(open + ", so only " + std::to_string(room) + " connections are served at once" +
             remedy);
    return static_cast<unsigned>(room);
}

/// The process: a node, a feed of what it says, and the clients that are told it.
class WebProcess {
  public:
    explicit WebProcess(const WebCommand& command)
        : WebProcess(command, command.listen,
                     std::to_string(wall_now().time_since_epoch().count())) {}

    int run() {
        const Instant began = steady_now();
        while (!is_told_to_end()) {
            const Instant now = steady_now();
            node_.turn(now);
            streams_.turn(server_, now);
            server_.turn();
            tell(now - began);
            sleep(began);
        }
        return exit_code::yes;
    }

  private:
    WebProcess(const WebCommand& command, Endpoint address, std::string process)
        : feed_(std::move(process)),
          streams_(feed_),
          output_(command.output),
          listener_(listen_on(address)),
          address_(std::move(address)),
          node_(context_, command.status, command.run_directory, feed_),
          routes_(HostCheck(address_, command.allowed_hosts), node_.questions(), callbacks()),
          server_(
              std::move(listener_), make_room_for_connections(),
              {.on_request = [this](auto id, const auto& request) { routes_.handle(id, request); },
               .on_stream_end = [this](auto id) { end_stream(id); }}) {}

    Routes::Callbacks callbacks() {
        return {
            .answer = [this](Routes::RequestId id,
                             HttpResponse response) { server_.answer(id, std::move(response)); },
            .open_stream = [this](auto id, auto last) { return open_stream(id, last); },
            .node_place = [this] { return node_.absence(); }};
    }

    std::string open_stream(Routes::RequestId id, std::string_view last_event_id) {
        if (streams_.is_full()) {
            return std::to_string(Streams::streams_max) + " pages listen already; close one";
        }
        streams_.open(server_, id, last_event_id);
        node_.set_listened(true);
        return {};
    }

    void end_stream(Routes::RequestId id) {
        streams_.note_end(id);
        if (streams_.is_empty()) node_.set_listened(false);
    }

    bool is_told_to_end() {
        while (const auto signal = signals_.poll()) {
            if (*signal == SIGTERM || *signal == SIGINT || *signal == SIGHUP) return true;
        }
        return false;
    }

    void sleep(Instant began) {
        set_.clear();
        signals_.watch(set_);
        node_.watch(set_);
        server_.watch(set_);
        Instant until = std::min(node_.deadline(), streams_.deadline());
        if (!was_found_) until = std::min(until, began + name_patience);
        const Duration rest = until == Instant::max() ? Duration::max() : until - steady_now();
        set_.wait(std::min(rest, server_.patience()));
    }

    /// Says where it serves, once it is known whom; and later when the node comes and goes.
    void tell(Duration passed) {
        const bool is_found = node_.is_found();
        if (!was_found_) {
            if (!is_found && passed < name_patience) return;
            print(output_ == Output::json ? line(start_json()) + "\n" : start_text());
        } else if (*was_found_ != is_found) {
            complain(is_found ? node_.name() + " answers" : node_.absence());
        }
        was_found_ = is_found;
    }

    [[nodiscard]] Json start_json() const {
        Json object;
        object["url"] = url(address_);
        object["node"] = node_.is_found() ? Json(node_.name()) : Json(nullptr);
        object["read_only"] = true;
        return object;
    }

    [[nodiscard]] std::string start_text() const {
        const std::string shown =
            node_.is_found() ? node_.name() + " sees" : "a node sees, once one answers";
        std::string text = url(address_) + " shows what " + shown + "; it is read-only\n";
        if (!node_.is_found()) text += "At present, " + printable(node_.absence()) + ".\n";
        if (!is_loopback(address_.host)) {
            text += "Everybody who reaches " + listen_text(address_) +
                    " can read all that is shown there; nobody can change anything.\n";
        }
        return text;
    }

    zmq::context_t context_;
    SignalQueue signals_{SignalQueue::signals_of_node()};
    Feed feed_;
    Streams streams_;
    Output output_;
    Descriptor listener_;
    Endpoint address_;
    WebNode node_;
    Routes routes_;
    HttpServer server_;
    PollSet set_;
    /// Nothing until it was told.
    std::optional<bool> was_found_;
};

}  // namespace

int run_web(const WebCommand& command) {
    hold_signals_back();
    ignore_other_signals();
    try {
        return WebProcess(command).run();
    } catch (const StartError& error) {
        refuse(error.what());
        return exit_code::of(error);
    } catch (const UsageError& error) {
        refuse(error.what());
    } catch (const zmq::error_t& error) {
        refuse(error.what());
    }
    return exit_code::usage;
}

}  // namespace hearsay
