#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <zmq.hpp>

#include "hearsay/member.hpp"
#include "hearsay/time.hpp"

#include "connection_monitor.hpp"
#include "endpoint.hpp"
#include "limiter.hpp"
#include "link_guard.hpp"
#include "log.hpp"
#include "node_control.hpp"
#include "poll_set.hpp"
#include "resolver.hpp"
#include "socket_options.hpp"

namespace hearsay {

/// Why a seed that was dialled is no peer yet, in words that follow its name; by endpoint.
using Obstacles = std::map<std::string, std::string, std::less<>>;

/// What all dialled links of a transport share. Must outlive them.
struct LinkHost {
    zmq::context_t& context;
    const LinkOptions& options;
    AddressBook& addresses;
    TransportCounters& counters;
    Log& log;
    /// Of endpoints where nobody was reached.
    Limiter& unreached;
    Obstacles& obstacles;
    /// Nothing without keys; that may change while links stand.
    std::optional<LinkGuard>& guard;
};

/// A connection we dial: first the host name is resolved, if it is one, then ZeroMQ connects, and
/// connects again when the peer was gone. Until it stands frames wait here, within a bound.
///
/// While a cluster changes how its members listen, it tries one way after the other.
///
/// A secured link greets over each connection before anything else, and what comes back counts only
/// once the other side has proven itself over that very connection.
class DialledLink {
  public:
    /// What keeps it from being a peer is told if it is a `watched` one.
    DialledLink(LinkHost host, LinkId id, Endpoint endpoint, bool is_watched, Instant now);
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
    void note_heard();
    [[nodiscard]] bool is_secured() const { return way_ != Way::plain; }
    /// True if it ever took a frame.
    [[nodiscard]] bool has_stood() const { return has_stood_; }
    /// True once after each time that it stood and then broke.
    [[nodiscard]] bool take_break() { return std::exchange(has_broken_, false); }

    /// Sends the frame, or lets it wait for at most a round.
    void send(std::vector<std::byte> frame, Instant now);
    /// The next frame that has arrived; false if there is none. Only then a break is known.
    [[nodiscard]] bool receive(zmq::message_t& frame, Instant now);
    /// True if the frame is to be handed in; it may be one that secures the link, or come from
    /// nobody knows whom.
    [[nodiscard]] bool admit(zmq::message_t& frame, Instant now);
    /// Who the frame is from that was admitted last; null if the link is not secured.
    [[nodiscard]] const SharedSpeaker& speaker() const { return speaker_; }
    /// Sends this node's list of revoked keys, if the other side has proven itself.
    void notify(Instant now);
    /// Closes it if its speaker is good no more.
    void review();
    /// Shows this node's certificate once more before the next frame.
    void greet_anew() { has_greeted_ = false; }
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
    [[nodiscard]] bool has_ways() const { return host_.guard && host_.guard->has_ways(); }
    void watch_handshakes();
    void finish_resolution(Instant now);
    void flush(Instant now);
    [[nodiscard]] bool send_now(const std::vector<std::byte>& frame, Instant now);
    [[nodiscard]] bool push(const std::vector<std::byte>& frame, Instant now);
    [[nodiscard]] bool greet(Instant now);
    void take_proof(zmq::message_t& frame, Instant now);
    void forget_oldest();
    void close();
    void note_standing();
    void note_ready(int events);
    void note_handshakes(Instant now);
    void try_next_way(Instant now);
    void note_obstacle(std::string_view obstacle);

    LinkHost host_;
    LinkId id_;
    Endpoint endpoint_;
    /// The address that the endpoint stands for, once it is dialled.
    Endpoint address_;
    std::optional<Resolution> resolution_;
    std::optional<zmq::socket_t> socket_;
    Way way_;
    Instant turned_at_{};
    /// A handshake failed, or the link broke: another way may be right now.
    bool has_lost_way_ = false;
    /// Of a watched one, or one with several ways, while it does not stand.
    std::optional<ConnectionMonitor> monitor_;
    Attention attention_;
    std::deque<Waiting> waiting_;
    std::size_t waiting_bytes_ = 0;
    Instant used_at_;
    bool was_heard_ = false;
    bool has_stood_ = false;
    /// It took a frame and has not been found broken since.
    bool stands_ = false;
    bool has_broken_ = false;
    bool is_watched_ = false;
    bool has_greeted_ = false;
    Instant greeted_at_{};
    Nonce nonce_{};
    /// To be drawn anew for the next greeting.
    bool is_nonce_used_ = true;
    /// The proof, kept so that its connection can be told from others.
    zmq::message_t proof_;
    SharedSpeaker speaker_;
};

}  // namespace hearsay
