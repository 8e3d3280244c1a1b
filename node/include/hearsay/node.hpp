#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "hearsay/config.hpp"
#include "hearsay/detector.hpp"
#include "hearsay/event.hpp"
#include "hearsay/member.hpp"
#include "hearsay/time.hpp"

namespace hearsay {

/// Time of day, for people and logs only; nothing is ever judged by it.
using WallTime = std::chrono::system_clock::time_point;

/// Everything a node is started with. Endpoints are ZeroMQ's: "tcp://HOST:PORT" or "ipc://PATH".
struct NodeOptions {
    /// Unique in the cluster: at most `limits::name_bytes_max` ASCII letters, digits, ".", "_" and
    /// "-", of which the first is neither "." nor "-".
    std::string name;
    /// Where peers reach this node. Port 0 takes a free one. An address or interface of this
    /// machine, or 0.0.0.0 or [::] together with `advertise`.
    std::string bind = "tcp://127.0.0.1:0";
    /// What peers are told to dial; empty: the address bound. Port 0 stands for the port bound.
    std::string advertise;
    /// Cluster name, seeds and times.
    Config config = Config::lan();
    Tags tags;
    /// Where this node answers questions; empty: nowhere. Port 0 takes a free one.
    std::string status;
    /// Where this node publishes its events; empty: nowhere. Port 0 takes a free one.
    std::string events;
    /// Where NAME.json is kept for as long as the node runs; empty: no such file.
    std::filesystem::path run_directory;
    /// Shell commands run for every event, each with the event as JSON on standard input.
    std::vector<std::string> event_handlers;
    /// A handler that runs longer is ended.
    Duration handler_timeout = std::chrono::seconds(10);
};

/// A node that cannot start: one line that says what, where, and what would be right.
class StartError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
    /// What the program exits with.
    static constexpr int exit_code = 2;
};

/// Why a run is over.
enum class EndReason : std::uint8_t {
    /// It left, and said so (R17).
    left,
    /// It was told a second time to leave, and did not wait for confirmations.
    interrupted,
    /// An older member elsewhere bears its name (R1).
    name_conflict,
};

/// How a run ended.
struct Ending {
    EndReason reason{};
    /// How many links were told of the leave, and how many confirmed.
    Confirmation confirmation;
    /// Who bears the name, for `name_conflict`.
    std::optional<Identity> bearer;
};

/// One member of a cluster inside this process: a detector, its sockets and its loop.
///
/// The constructor binds, `run` does everything else on the thread that calls it. The other
/// functions may be called from any thread, also while `run` runs, also from inside a callback.
/// It raises the soft limit of open files of the process to the hard one, and installs no signal
/// handlers.
class Node {
  public:
    /// Binds all sockets and takes the run file. Throws StartError.
    explicit Node(NodeOptions options);
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;
    ~Node();

    /// Gossips until the node has left. REQUIRES: called once.
    Ending run();

    /// Makes `run` leave the cluster and return; a second call makes it return at once.
    /// May be called from a signal handler.
    void request_leave() noexcept;

    /// Adds a function that `run` calls for every event from now on, on its own thread and
    /// without holding a lock. Gossip waits for it: it should be short. It must not throw.
    void on_event(std::function<void(const Event&, WallTime)> callback);

    /// All listed members, this node among them, sorted by name.
    [[nodiscard]] std::vector<Member> members() const;
    [[nodiscard]] Status status() const;
    /// What peers dial, with the real port.
    [[nodiscard]] const std::string& endpoint() const;
    /// The options as they came out: every endpoint with its real port.
    [[nodiscard]] const NodeOptions& options() const;

  private:
    struct Core;
    std::unique_ptr<Core> core_;
};

}  // namespace hearsay
