#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <zmq.hpp>

#include "hearsay/member.hpp"
#include "hearsay/time.hpp"

#include "endpoint.hpp"
#include "limiter.hpp"
#include "log.hpp"
#include "node_control.hpp"
#include "poll_set.hpp"
#include "resolver.hpp"
#include "socket_options.hpp"

namespace hearsay {

/// What all dialled links of a transport share. Must outlive them.
struct LinkHost {
    zmq::context_t& context;
    const LinkOptions& options;
    AddressBook& addresses;
    TransportCounters& counters;
    Log& log;
    /// Of endpoints where nobody was reached.
    Limiter& unreached;
};

/// A connection we dial: first the host name is resolved, if it is one, then ZeroMQ connects, and
/// connects again when the peer was gone. Until it stands a few frames wait here.
class DialledLink {
  public:
    DialledLink(LinkHost host, LinkId id, Endpoint endpoint, Instant now);
    DialledLink(const DialledLink&) = delete;
    DialledLink& operator=(const DialledLink&) = delete;
    ~DialledLink();

    [[nodiscard]] LinkId id() const { return id_; }
    [[nodiscard]] bool is_resolving() const { return resolution_.has_value(); }
    /// True if it can come to nothing any more: the name does not resolve, no socket is left.
    [[nodiscard]] bool is_dead() const { return !socket_ && !resolution_; }
    /// When a frame was last sent or received, or else when the dial took its last step.
    [[nodiscard]] Instant used_at() const { return used_at_; }
    /// True if it ever brought a frame that was not refused.
    [[nodiscard]] bool was_heard() const { return was_heard_; }
    void note_heard() { was_heard_ = true; }
    /// True if it ever took a frame.
    [[nodiscard]] bool has_stood() const { return has_stood_; }
    /// True once after each time that it stood and then broke.
    [[nodiscard]] bool take_break() { return std::exchange(has_broken_, false); }

    /// Sends the frame, or lets it wait for at most a round.
    void send(std::vector<std::byte> frame, Instant now);
    /// The next frame that has arrived; false if there is none. Only then a break is known.
    [[nodiscard]] bool receive(zmq::message_t& frame, Instant now);
    /// Takes the next step: dials what is resolved, sends what waits, drops what waited too long.
    void handle_turn(Instant now);
    /// Wakes the loop when something has arrived, or can be sent that waits, or the link broke.
    void watch(PollSet& set);

  private:
    struct Waiting {
        std::vector<std::byte> frame;
        Instant since;
    };

    void connect(Endpoint numeric);
    void finish_resolution(Instant now);
    void flush(Instant now);
    [[nodiscard]] bool send_now(const std::vector<std::byte>& frame, Instant now);
    void note_standing();
    void note_ready(int events);

    LinkHost host_;
    LinkId id_;
    Endpoint endpoint_;
    /// The address that the endpoint stands for, once it is dialled.
    Endpoint address_;
    std::optional<Resolution> resolution_;
    std::optional<zmq::socket_t> socket_;
    Attention attention_;
    std::deque<Waiting> waiting_;
    Instant used_at_;
    bool was_heard_ = false;
    bool has_stood_ = false;
    /// It took a frame and has not been found broken since.
    bool stands_ = false;
    bool has_broken_ = false;
};

}  // namespace hearsay
