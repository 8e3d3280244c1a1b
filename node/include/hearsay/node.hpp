#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "hearsay/config.hpp"
#include "hearsay/detector.hpp"
#include "hearsay/event.hpp"
#include "hearsay/key_use.hpp"
#include "hearsay/member.hpp"
#include "hearsay/time.hpp"

namespace hearsay {

/// Time of day, for people and logs only; nothing is ever judged by it.
using WallTime = std::chrono::system_clock::time_point;

/// How serious a line of the log is, and how much is logged: that, and what is more serious.
enum class LogLevel : std::uint8_t { debug, info, warning, error, off };

/// Takes a line of the log, without its end. Called on threads of the node, but never by two of
/// them at once. Gossip waits for it: it should be quick, and must not call the node. What it
/// throws is lost.
using LogSink = std::function<void(LogLevel, const std::string& message)>;

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
    /// The folder with the keys of this node and its cluster; empty: plain, so nothing is encrypted
    /// or authenticated. With keys the cluster of the configuration may be left empty.
    std::filesystem::path keys;
    /// Less than required only while a cluster moves to keys, or away from them.
    KeyUse key_use = KeyUse::required;
    /// Nothing warns that a node without keys listens where others than this machine reach it.
    bool insecure = false;
    /// Where NAME.json is kept for as long as the node runs; empty: no such file.
    std::filesystem::path run_directory;
    /// Where NAME.state is kept for the next start: addresses of members to join through, and the
    /// last incarnation. Only this user may write there. Empty: nothing is kept.
    std::filesystem::path data_directory;
    /// Shell commands, each with the event as JSON on standard input. One is run for every event,
    /// or, as "failed,left=COMMAND", for events of these kinds. As "once:failed=COMMAND" it is run
    /// for an event by one node of the cluster; all nodes must be given the same.
    std::vector<std::string> event_handlers;
    /// A handler that runs longer is ended.
    Duration handler_timeout = std::chrono::seconds(10);
    /// Where the log goes; empty: nowhere.
    LogSink log;
    LogLevel log_level = LogLevel::info;
    /// Counters of the program around the node, to be shown with its own status. Called on the
    /// thread of `run`, when somebody asks for the status; it must not call the node. If it throws
    /// that is counted and logged, and none are shown.
    std::function<std::map<std::string, std::uint64_t>()> host_counters;
    /// Collect processes that are left to this one: for process 1 of a container, and nobody else.
    bool collects_orphans = false;
};

/// A node that cannot start: one line that says what, where, and what would be right.
class StartError : public std::runtime_error {
  public:
    enum class Outlook : std::uint8_t {
        /// It will be the same next time, unless somebody changes something.
        stays,
        /// It may pass by itself: a port in use, an address that is not there yet, a full disk.
        may_pass,
    };

    explicit StartError(const std::string& problem, Outlook outlook = Outlook::stays)
        : std::runtime_error(problem), outlook_(outlook) {}
    [[nodiscard]] Outlook outlook() const { return outlook_; }

  private:
    Outlook outlook_;
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
    /// The bearer of the name, for `name_conflict`.
    std::optional<Identity> bearer;
};

/// One member of a cluster inside this process: a detector, its sockets and its loop.
///
/// The constructor binds, `run` does everything else on the thread that calls it. The other
/// functions may be called from any thread, also while `run` runs, also from inside a callback.
/// They wait for the present turn of the loop at most, which is a few milliseconds.
///
/// It changes nothing of the process around it: no signal handler, no limit, no mask of file modes,
/// no logger; and it writes to no file but its run file, its state file and its sockets. It has
/// threads of its own, which take no signals: one of ZeroMQ's I/O and one of its housekeeping, one
/// for handlers if there are any, one for the files of the run directory and the data directory if
/// there is one, and one for each name that is being looked up.
class Node {
  public:
    /// Binds all sockets and takes the run file and the state file. Throws StartError.
    explicit Node(NodeOptions options);
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;
    /// Ends a `run` that goes on in another thread, without leaving, and waits until it has
    /// returned. REQUIRES: not called by a callback.
    ~Node();

    /// Gossips until the node has left. REQUIRES: called once.
    Ending run();

    /// Makes `run` leave the cluster and return; a second call makes it return at once.
    /// May be called from a signal handler.
    void request_leave() noexcept;

    /// Adds a function that `run` calls for every event from now on, on its own thread and
    /// without holding a lock. Gossip waits for it: it should be short. One that throws is counted
    /// and logged.
    void on_event(std::function<void(const Event&, WallTime)> callback);

    /// Replaces this node's tags, and tells everybody. Throws StartError if they are beyond the
    /// limits.
    void set_tags(Tags tags);
    /// Replaces the endpoints to join through; kept addresses stay. Throws StartError if one is
    /// none.
    void set_seeds(std::vector<std::string> seeds);
    /// Replaces the event handlers, and the time they may take. What waits for one that stays is
    /// kept. Throws StartError if one cannot be read, or if they may take no time at all.
    void set_event_handlers(std::vector<std::string> commands, Duration timeout);
    void set_log_level(LogLevel level);
    /// Goes on with the keys of this folder, in this use; without keys if it is empty. A node takes
    /// one step at a time: no keys, offered, preferred, required, and back. With its first keys,
    /// and without them again, it begins a new life. Done on the thread of `run`: if the keys
    /// cannot be used the log says so, and all stays as it was. Throws StartError for a longer
    /// step.
    void set_keys(std::filesystem::path folder, KeyUse use);
    /// Reads the folder of keys again, on the thread of `run`: who is trusted, this node's
    /// certificate and pair, what is revoked. Links of members that are believed no more are ended.
    /// The log says what came of it; if something is wrong all stays as it was. Without keys
    /// it does nothing.
    void reload_keys();

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
