#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hearsay/codec.hpp"
#include "hearsay/config.hpp"
#include "hearsay/event.hpp"
#include "hearsay/member.hpp"
#include "hearsay/proof.hpp"
#include "hearsay/time.hpp"

namespace hearsay {

/// A frame to be sent, now or never.
struct Transmit {
    /// Send over this link if it is still open ...
    LinkId link = LinkId::none;
    /// ... else over the connection dialled to this endpoint; dial it if there is none.
    std::string endpoint;
    std::vector<std::byte> frame;
};

/// A connection to be tried at once, for its outcome alone: is anybody there (R9)?
struct Probe {
    LifeId life{};
    /// Where to connect to.
    std::string endpoint;
};

/// Since the start. Bytes are application bytes. All but the spans are totals that never fall.
struct Counters {
    std::uint64_t messages_sent = 0;
    std::uint64_t bytes_sent = 0;
    std::uint64_t messages_received = 0;
    std::uint64_t bytes_received = 0;
    /// Frames refused, by `DecodeError`.
    std::array<std::uint64_t, decode_error_count> rejected{};
    /// Frames that were our own, come back: a seed is this node itself.
    std::uint64_t echoes = 0;
    std::uint64_t accusations_made = 0;
    /// Accusations against this node that it refuted.
    std::uint64_t refutations = 0;
    /// Failed members that were heard again.
    std::uint64_t mistakes = 0;
    /// Parts of messages that nothing proved, and which were dropped (R21).
    std::uint64_t unproven = 0;
    /// Lives not admitted: table full, name held by another, or a tombstone.
    std::uint64_t refused_lives = 0;
    /// Links over which a member was heard last, and which ended.
    std::uint64_t links_broken = 0;
    /// Probes that the other side refused (R9).
    std::uint64_t dials_refused = 0;
    std::uint64_t stalls = 0;
    Duration longest_stall{};
    Duration last_stall{};
    /// How often this node heard nobody for a while, though it knew several (R12).
    std::uint64_t isolations = 0;
};

/// This node's own condition.
struct Status {
    Identity self;
    Heartbeat heartbeat = 0;
    /// Order-free hash of the roster: equal digests are equal views, nearly surely.
    std::uint32_t digest = 0;
    /// Alive and suspect members, this node included.
    std::size_t roster_size = 0;
    /// Peers heard directly within the last three rounds, and those among them with our digest.
    std::size_t peers_heard = 0;
    std::size_t peers_agreeing = 0;
    std::size_t tombstone_count = 0;
    /// Other alive and suspect members that have shown no key, if this node has one (R21).
    std::size_t keyless_count = 0;
    bool is_alone = true;
    bool is_leaving = false;
    /// True while this node keeps its heartbeat, because it is degraded (R12).
    bool is_withdrawn = false;
    /// How many rounds it takes for one because its own begin late: 1, 2 or 4 (R20).
    int pace = 1;
    Counters counters;
};

/// What became of a `leave` or a `forget`: links told, and links that confirmed.
struct Confirmation {
    std::size_t asked = 0;
    std::size_t confirmed = 0;
    /// Enough have confirmed, or the time for it is over.
    bool is_complete = false;
};

/// Why a `forget` was refused, if it was.
enum class ForgetOutcome : std::uint8_t {
    done,
    unknown_member,
    still_alive,
    is_self,
    /// This node's certificate does not let it (R21).
    not_permitted,
};

/// Why the verdict on a member is what it is.
struct Explanation {
    /// Nothing if no bearer of the name is listed any more.
    std::optional<Member> member;
    /// Distinct accusers, and how many convict at once that are not suspect themselves (R11).
    std::size_t accuser_count = 0;
    std::size_t quorum = 0;
    /// Names of the members that observe it, as far as this node knows, sorted.
    std::vector<std::string> observers;
    /// Silence after which this node would accuse it and fail it.
    Duration suspect_after{};
    Duration fail_after{};
    /// What was said since it was accused last, oldest first; the first few dozen steps.
    std::vector<Finding> findings;
    /// What happened to the bearers of its name, oldest first; the last few dozen changes.
    std::vector<Event> history;
};

/// How this node hears one of its ring neighbours. A copy, safe to keep.
struct Link {
    /// Of the neighbour, as in `members`.
    std::string name;
    std::string endpoint;
    MemberState state = MemberState::alive;
    /// True if a word is due from it every round.
    bool is_observed = false;
    /// Since its last word came over a link of our own; nothing if none ever did.
    std::optional<Duration> heard_ago;
    /// Without any news of it, it is accused after so long; that grows with its lateness.
    Duration suspect_after{};
    Duration lateness{};
    /// From our last question to its answer; nothing where it is the one that asks.
    std::optional<Duration> round_trip;
    /// True if it is alive and heard through others alone: `link_lost` told so.
    bool is_lost = false;
};

/// One node's failure detector: told what arrives and what time it is, it answers with frames to
/// send, events, and the instant at which it wants to be told the time again. It has no sockets,
/// threads, clock or entropy of its own; the rules it keeps are in protocol/README.md.
///
/// Its functions are of four kinds. Inputs (`handle_...`) and commands (`leave`, `forget`,
/// `set_tags`) change it. Outputs (`poll_...`) hand out, one at a time, what an input or command
/// caused. `next_deadline` and the other queries change nothing.
///
/// One turn of a driver is:
///   1. hand in every message that has arrived,
///   2. `handle_timeout(now)`, always: it is the judgement, and must see a drained inbox (R12),
///   3. take all `poll_transmit()`, all `poll_probe()` and all `poll_event()`,
///   4. sleep until `next_deadline()` or until something arrives.
/// An early or repeated turn is harmless, and so is a late one; but a node that is always late
/// takes its rounds more slowly (R20).
///
/// `now` never falls from one call to the next. Not thread-safe; movable, not copyable.
class Detector {
  public:
    /// A detector that knows only itself. `seed` decides all its random choices.
    /// With a prover it belongs to a cluster with keys: it begins a life of its own choice, proves
    /// what it says, and believes what is proven alone (R21). The prover must outlive it.
    /// REQUIRES: `validate(config)` finds no fault; `self` keeps the limits and its life is not
    /// zero.
    Detector(Config config, Identity self, std::uint64_t seed, Instant now,
             Prover* prover = nullptr);
    Detector(Detector&&) noexcept;
    Detector& operator=(Detector&&) noexcept;
    ~Detector();

    /// Takes a frame that arrived over `link`, or over none: then answers take the way on which its
    /// sender was heard before, or a new one. A frame that is refused changes nothing but a
    /// counter; the reason is returned so that it can be logged.
    /// `speaker` says whose key spoke over the link; null if the link has no keys.
    std::optional<Rejection> handle_message(std::span<const std::byte> frame, LinkId link,
                                            Instant now, const Credential* speaker = nullptr);

    /// True if that key is that of the member of this life, as far as this node knows.
    [[nodiscard]] bool is_bearer(const Credential& speaker, LifeId life) const;

    /// Removes the members whose certificates are good no more: they expired, or were revoked. To
    /// be called when that may have changed. Nobody is told, for all others see it for themselves.
    void review_certificates(Instant now);

    /// Goes on with a prover that has other keys now: reviews all certificates, and shows this
    /// node's own to all. With another key of its own it begins a new life, and so it does with its
    /// first key, and without keys after it had some. A node that leaves takes over nothing.
    /// `prover` is null for no keys, or that of before, or the first; it must outlive the detector.
    void take_over_keys(Prover* prover, Instant now);

    /// Takes note that `link` is gone, however that came; asks for a probe where that matters (R9).
    void handle_link_broken(LinkId link);

    /// Takes note that the connection of a probe was refused by the other side, and did not merely
    /// come to nothing: accuses the life (R9).
    void handle_refused(LifeId life, Instant now);

    /// Judges, and does all that is due. REQUIRES: every message that had arrived was handed in.
    void handle_timeout(Instant now);

    /// The next frame to send, if any.
    [[nodiscard]] std::optional<Transmit> poll_transmit();

    /// The next connection to try, if any.
    [[nodiscard]] std::optional<Probe> poll_probe();

    /// The next event, if any, oldest first. When nobody takes them the oldest are dropped.
    [[nodiscard]] std::optional<Event> poll_event();

    /// When `handle_timeout` is due next; never later than one round of `config()` after the last
    /// turn.
    [[nodiscard]] Instant next_deadline() const;

    /// Starts to leave (R17): tells all links, again and again until `leaving()` is complete.
    void leave(Instant now);
    /// How far that is; nothing if this node is not leaving.
    [[nodiscard]] std::optional<Confirmation> leaving() const;

    /// Removes every trace of `name` but a tombstone, here and at all others (R14).
    /// A live member is refused without `force`; a process that still runs comes back as a new
    /// life.
    [[nodiscard]] ForgetOutcome forget(std::string_view name, bool force, Instant now);
    /// How many links confirmed the last `forget`; nothing if there was none.
    [[nodiscard]] std::optional<Confirmation> forgetting() const;

    /// Takes over a member that is known from elsewhere, as just heard. The caller tells all
    /// others as well: the news is not passed on. False if it is refused (R1, R13).
    bool acquaint(const Identity& member, Instant now);

    /// Replaces this node's tags and tells everybody. REQUIRES: they keep the limits.
    void set_tags(Tags tags, Instant now);

    /// Replaces the endpoints to join through. REQUIRES: `validate(config)` finds no fault in them.
    void set_seeds(std::vector<std::string> seeds);

    /// The older member elsewhere that bears this node's name, once there is one: then this node
    /// leaves (R1).
    [[nodiscard]] const std::optional<Identity>& name_conflict() const;

    /// All listed members, this node among them, sorted by name.
    [[nodiscard]] std::vector<Member> members(Instant now) const;
    /// This node as it introduces itself, and its heartbeat: the last that it raised, told or not.
    [[nodiscard]] const Identity& self() const;
    [[nodiscard]] Heartbeat heartbeat() const;
    /// The member of that name, or the other member of that life; nothing if none is listed.
    [[nodiscard]] std::optional<Member> member(std::string_view name, Instant now) const;
    [[nodiscard]] std::optional<Member> member(LifeId life, Instant now) const;
    /// The links to the ring neighbours, which observe this node as it observes them, by name.
    [[nodiscard]] std::vector<Link> links(Instant now) const;
    /// The member of that name, with the evidence; nothing if nobody of
    /// that name was ever heard of.
    [[nodiscard]] std::optional<Explanation> explain(std::string_view name, Instant now) const;
    [[nodiscard]] Status status(Instant now) const;
    /// As it was given, but for the times of a node that cannot keep up: those are of its present
    /// pace (R20).
    [[nodiscard]] const Config& config() const;

  private:
    struct Core;
    std::unique_ptr<Core> core_;
};

}  // namespace hearsay
