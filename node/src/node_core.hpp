#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <zmq.hpp>

#include "hearsay/node.hpp"
#include "hearsay/survey.hpp"

#include "claims.hpp"
#include "diagnosis.hpp"
#include "event_stream.hpp"
#include "handlers.hpp"
#include "keeper.hpp"
#include "log.hpp"
#include "node_control.hpp"
#include "node_keys.hpp"
#include "node_log.hpp"
#include "occurrence.hpp"
#include "poll_set.hpp"
#include "rejections.hpp"
#include "run_file.hpp"
#include "seed_watch.hpp"
#include "status_server.hpp"
#include "transport.hpp"
#include "upkeep.hpp"
#include "wakeup.hpp"

namespace hearsay {

/// A detector with its sockets, in the order in which they depend on each other.
struct Node::Core {
    using Callback = std::function<void(const Event&, WallTime)>;

    explicit Core(NodeOptions chosen);
    Core(const Core&) = delete;
    Core& operator=(const Core&) = delete;
    ~Core();

    Ending run();
    void request_leave() noexcept;
    void add_callback(Callback callback);
    void set_tags(Tags tags);
    void set_seeds(std::vector<std::string> seeds);
    void set_event_handlers(std::vector<std::string> commands, Duration timeout);
    void set_log_level(LogLevel level) { log_.set_level(level); }
    void request_reload_of_keys();
    void set_keys(KeyChoice choice);
    std::vector<Member> members() const;
    Status status() const;
    const NodeOptions& options() const { return options_; }

  private:
    void open_sockets();
    void look_after_files();
    void turn();
    bool take_in(const zmq::message_t& frame, LinkId link, const Credential* speaker, Instant now);
    void renew_keys();
    void take_notices(Instant now);
    void take_requests(Instant now);
    void receive(Instant now);
    void judge_and_send(Instant now);
    void survey_and_send(Instant now);
    [[nodiscard]] bool is_survey_over() const;
    bool take_events(Instant now);
    void look_around(Instant now);
    [[nodiscard]] bool has_live_member_at(const std::string& endpoint, Instant now) const;
    void look_at_seeds(Instant now);
    void tell(Event event);
    void take_reports();
    void call_back();
    void call(const Callback& callback, const Occurrence& occurrence);
    TellingCounters telling();
    std::map<std::string, std::uint64_t> host_counters();
    std::optional<Ending> ending() const;
    void keep_at_last();
    void sleep();
    Instant next_deadline() const;

    NodeOptions options_;
    Log log_;
    NodeKeys keys_;
    Wakeup wakeup_;
    std::shared_ptr<RunFile> run_file_;
    Keeper keeper_;
    zmq::context_t context_;
    std::optional<Transport> transport_;
    std::optional<StatusServer> status_server_;
    std::optional<EventStream> event_stream_;
    std::optional<Detector> detector_;
    std::optional<Diagnosis> diagnosis_;
    std::optional<Survey> survey_;
    std::optional<SeedWatch> seed_watch_;
    std::optional<NodeControl> control_;
    NodeLog node_log_;
    std::optional<Rejections> rejections_;
    Claims claims_;
    std::optional<Handlers> handlers_;
    std::optional<Upkeep> upkeep_;
    /// Guards the detector and the callbacks. Held during a turn, never during a callback.
    mutable std::mutex mutex_;
    std::vector<Callback> callbacks_;
    std::vector<SharedOccurrence> occurrences_;
    std::uint64_t event_count_ = 0;
    std::uint64_t callbacks_failed_ = 0;
    PollSet poll_set_;
    Instant next_look_{};
    /// When the present turn was due at the latest.
    Instant due_{};
    LifeId life_in_file_{};
    bool has_been_told_to_leave_ = false;

    std::atomic<unsigned> leave_requests_ = 0;
    std::atomic<bool> is_destroyed_ = false;
    std::atomic<bool> must_renew_keys_ = false;
    std::optional<KeyChoice> wanted_keys_;
    /// The thread that runs the loop, while one does.
    std::thread::id runner_;
    std::condition_variable has_returned_;
};

}  // namespace hearsay
