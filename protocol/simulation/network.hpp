#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "hearsay/config.hpp"
#include "hearsay/detector.hpp"
#include "hearsay/lane.hpp"
#include "hearsay/proof.hpp"
#include "hearsay/random.hpp"
#include "hearsay/time.hpp"

#include "fingerprint.hpp"
#include "paths.hpp"
#include "queues.hpp"
#include "stream.hpp"
#include "world.hpp"

namespace hearsay::simulation {

/// What was sent so far, in application bytes.
struct Traffic {
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;

    void add(std::size_t frame_bytes) {
        ++messages;
        bytes += frame_bytes;
    }
};

/// What the network brings: a frame over a link, or over none if that connection is for long
/// frames; without one, the news that the link is broken; or a probe that was refused.
struct Arrival {
    LinkId link = LinkId::none;
    std::optional<std::vector<std::byte>> frame;
    Instant sent_at;
    std::optional<Probe> refused{};
    /// Whose key speaks over the link; nothing in a cluster without keys.
    std::shared_ptr<const Credential> speaker{};
};

/// What sits behind an endpoint. It must outlive the network's run or be detached.
class Receiver {
  public:
    virtual void arrive(Arrival arrival) = 0;
    /// False while it accepts no connection: its process is frozen.
    [[nodiscard]] virtual bool is_awake() const = 0;

  protected:
    ~Receiver() = default;
};

/// Watches what goes over the network.
class Witness {
  public:
    /// Right before a frame is handed to the receiver behind the endpoint `to`.
    virtual void see(const std::string& from, const std::string& to,
                     std::span<const std::byte> frame) = 0;

  protected:
    ~Witness() = default;
};

/// The times of a node's transport.
struct TransportTimes {
    /// A frame waits so long for a connection.
    Duration fresh_for{};
    /// Before it connects again.
    Duration redial_after{};
    /// A connection that does not flow for this long is given up.
    Duration patience{};
    /// A connection without a frame for this long is closed by the side that dialled it.
    Duration idle{};
};

/// Those of a node that is configured so.
[[nodiscard]] TransportTimes transport_times(const Config& config);

/// By how much a frame comes later on such a path that comes over another connection, which is made
/// meanwhile.
[[nodiscard]] Duration lateness_max(const Path& path, const TransportTimes& times);

/// How a process parts from the network.
enum class Parting : std::uint8_t {
    /// Its machine lives on and says so: connections end at once, dials are refused.
    process_gone,
    /// Its machine is gone too: not a word, connections hang, dials are not answered.
    machine_gone,
};

/// Links between endpoints, as TCP and the node's transport make them. It carries the real bytes,
/// in order on each connection, and delays or loses exactly what the real one would:
///
/// - `send` never blocks. An endpoint is dialled when there is something to say, which costs a
///   round trip; a few frames wait for it, for a round at most. A dialled link that is not used
///   for a few rounds is closed; one whose connection ended dials again, under the same number.
/// - Long frames take another connection, which is dialled for them by the side that has something
///   long to say: what keeps them back keeps back nothing that is short.
/// - The side that is left at a connection that ended is told so, and its next frame goes to the
///   endpoint instead.
/// - A lost segment is a late one: it is sent again after a time-out that doubles, and what
///   follows waits behind it. A cut path is the same for as long as it is cut, until the sender's
///   patience ends and with it the connection. Beyond its window a connection drops what is sent.
/// - Acknowledgements take the way back. When none has come for a time-out, what was sent is sent
///   again, and nothing new until one comes: a path that is cut one way soon carries nothing the
///   other way either.
/// - A hole in a path swallows the segment that is too long as often as it is sent, so that nothing
///   behind it gets through, until the sender's patience ends. Frames that wait together travel
///   together. Dials and acknowledgements are short. Linux looks for a shorter segment only if it
///   is told to (tcp_mtu_probing).
/// - On a path of a certain rate frames wait for those that were sent before them from the same
///   host to the same other one, over whatever connection. Beyond a window they are dropped. What
///   carries no frame does not wait.
///
/// Two things are harsher than any single connection: TCP neither repeats frames nor changes their
/// order. But a node that sends again over a new connection what the old one may have carried does
/// both, and merging must not care (I7): so a frame may arrive a second time, or behind later ones,
/// as late as a new connection would bring it. And a changed byte gets through where the checksums
/// miss it.
///
/// All chance comes from one seed.
class Network {
  public:
    /// `path` is the way between any two hosts for which nothing else is set.
    /// REQUIRES: `world` outlives it.
    Network(World& world, Path path, std::uint64_t seed);

    /// Lets `receiver` listen and dial at `endpoint`. REQUIRES: nobody is attached there.
    /// What it sends is said with that key, if there is one.
    void attach(const std::string& endpoint, Receiver& receiver, TransportTimes times,
                std::shared_ptr<const Credential> key = nullptr);
    void detach(const std::string& endpoint, Parting parting);
    /// What is sent from there is said with that key from now on; with none if it is null.
    void set_key(const std::string& endpoint, std::shared_ptr<const Credential> key);
    /// The machine sleeps, or wakes: nothing leaves or reaches it meanwhile.
    void set_asleep(const std::string& endpoint, bool is_asleep);

    /// Lets `witness` see every frame that arrives from now on.
    /// REQUIRES: it outlives the network's run.
    void show_to(Witness& witness) { witness_ = &witness; }

    /// Sends a frame from `from`, now or never, as `Transmit` says.
    void send(const std::string& from, Transmit transmit);

    /// Tries a connection. Where no process listens its machine refuses it, and `from` is told so.
    void probe(const std::string& from, Probe probe);

    /// Sets the way from one endpoint to another, this direction only, until `heal`.
    void set_path(const std::string& from, const std::string& to, Path path) {
        paths_.set(host_of(from), host_of(to), path);
        queues_.hurry();
    }
    /// Sets the way from everywhere to one endpoint, or from it to everywhere, until `heal`. Where
    /// both ends of a way have such a setting, both count.
    void set_ingress(const std::string& endpoint, Path path) {
        paths_.set_ingress(host_of(endpoint), path);
        queues_.hurry();
    }
    void set_egress(const std::string& endpoint, Path path) {
        paths_.set_egress(host_of(endpoint), path);
        queues_.hurry();
    }
    /// Sets all ways for which nothing else is set, until `heal`.
    void set_default_path(Path path) {
        paths_.set_default(path);
        queues_.hurry();
    }
    /// All paths are as in the beginning again.
    void heal() {
        paths_.heal();
        queues_.hurry();
    }
    /// True if any way is cut.
    [[nodiscard]] bool has_cuts() const { return paths_.has_cuts(); }
    /// True if neither direction is cut.
    [[nodiscard]] bool are_connected(const std::string& a, const std::string& b) const {
        const Host one = hosts_.at(a);
        const Host two = hosts_.at(b);
        return !paths_.between(one, two).is_cut && !paths_.between(two, one).is_cut;
    }

    /// A hash of everything ever sent: when, from whom, every byte (I8).
    [[nodiscard]] std::uint64_t fingerprint() const { return fingerprint_.value(); }
    [[nodiscard]] Traffic traffic() const { return traffic_; }
    [[nodiscard]] Traffic traffic_of(const std::string& endpoint) const {
        return machines_.at(hosts_.at(endpoint)).traffic;
    }

  private:
    using Host = std::size_t;
    using DialId = std::uint64_t;
    using SessionId = std::uint64_t;
    enum Side : std::size_t { dialler, acceptor };

    struct Machine {
        std::string endpoint;
        Receiver* receiver = nullptr;
        TransportTimes times{};
        std::shared_ptr<const Credential> key{};
        bool is_up = true;
        Traffic traffic{};
    };
    struct End {
        Host host = 0;
        /// Nobody once the process at this end is gone or has closed it.
        Receiver* receiver = nullptr;
    };
    /// A dialled link, and the connection it has at present, if any: its session.
    struct Dial {
        Lane lane = Lane::short_frames;
        std::array<End, 2> ends;
        /// By the side that sends.
        std::array<Stream, 2> streams;
        SessionId session = 0;
        std::deque<Frame> waiting;
        Instant used_at;
    };

    [[nodiscard]] static Side other(Side side) { return side == dialler ? acceptor : dialler; }
    // A link's number is odd at the side that accepted it, and new there with every session.
    [[nodiscard]] static LinkId dialled_link(DialId dial) { return LinkId{2 * dial}; }
    [[nodiscard]] static LinkId accepted_link(SessionId session) { return LinkId{2 * session + 1}; }
    [[nodiscard]] static std::tuple<Host, Host, Lane> key_of(const Dial& dial) {
        return {dial.ends[dialler].host, dial.ends[acceptor].host, dial.lane};
    }
    [[nodiscard]] Host host_of(const std::string& endpoint);
    /// Of the process at this end, or the last one there.
    [[nodiscard]] const TransportTimes& times_of(const End& end) const {
        return machines_[end.host].times;
    }
    /// How long a segment takes from host to host; nothing if it is lost. One that carries no
    /// frames is short.
    [[nodiscard]] std::optional<Duration> transit(Host from, Host to, std::size_t bytes = 0);
    [[nodiscard]] Dial* find(DialId id);
    /// The dial if this is still its session.
    [[nodiscard]] Dial* find(DialId id, SessionId session);
    void note_sent(Host from, const std::vector<std::byte>& frame);
    void show(Host from, Host to, const Frame& frame) const {
        if (witness_ == nullptr) return;
        witness_->see(machines_[from].endpoint, machines_[to].endpoint, frame.bytes);
    }

    [[nodiscard]] bool send_over(LinkId link, Host from, Frame& frame);
    [[nodiscard]] DialId dialled(Host from, Host to, Lane lane);
    void send_dialled(DialId id, Frame frame);
    void dial(DialId id);
    void answer(DialId id, Duration back);
    void open(DialId id, const Receiver* listener);
    void push(DialId id, Side side, Frame frame);
    void in_turn(const Dial& dial, Side side, std::size_t bytes, World::Action go);
    void pump(DialId id, Side side);
    void carry(DialId id, Side side, const Path& way, Frame frame);
    void deliver_at(Instant when, DialId id, Side from, Frame frame);
    [[nodiscard]] bool happens_to(std::uint64_t per_mille);
    [[nodiscard]] Duration lateness(const Dial& dial, const Path& way);
    void damage(Frame& frame);
    void await_acknowledgement(DialId id, Side side);
    void miss_acknowledgement(DialId id, SessionId session, Side side, Instant sent_at);
    void retry(DialId id, Side side);
    void back_off(DialId id, Side side);
    void deliver(DialId id, SessionId session, Side from, Frame frame);
    void leave_end(DialId id, Side side, Parting parting);
    void announce_end(DialId id, SessionId session, Side gone, std::uint32_t retries);
    void end_session(DialId id, SessionId session, Side gone);
    void close_if_idle(DialId id);
    void erase(DialId id);

    World& world_;
    Random random_;
    Traffic traffic_;
    Fingerprint fingerprint_;
    Witness* witness_ = nullptr;
    DialId last_dial_ = 0;
    SessionId last_session_ = 0;
    std::map<std::string, Host> hosts_;
    std::vector<Machine> machines_;
    Paths paths_;
    Queues queues_{world_, paths_};
    std::map<DialId, Dial> dials_;
    /// By dialling and dialled host.
    std::map<std::tuple<Host, Host, Lane>, DialId> dialled_;
    std::map<SessionId, DialId> sessions_;
};

}  // namespace hearsay::simulation
