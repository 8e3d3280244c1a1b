#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hearsay/detector.hpp"
#include "hearsay/message.hpp"
#include "hearsay/random.hpp"

#include "broadcasts.hpp"
#include "event_history.hpp"
#include "joining.hpp"
#include "local_health.hpp"
#include "member_table.hpp"
#include "name_claim.hpp"
#include "neighbourhood.hpp"
#include "proofs.hpp"
#include "round_budget.hpp"

namespace hearsay {

/// The detector: its parts, and the functions that connect them, one subject for each file. Calls
/// go from an upper file to a lower one:
///   gossip.cpp      a turn, a round, and the next deadline       R6 R7 R14 R15
///   report.cpp      what a user is shown
///   receive.cpp     what a message does to the evidence          R2 R3 R13 R18 R19
///   roster.cpp      who is admitted, names, roster repair        R1 R13 R16 R19
///   merge.cpp       heartbeats, and what follows from them       R3 R4
///   depart.cpp      leaving and forgetting                       R1 R14 R17
///   return.cpp      when a failed life is believed again         R4 R11
///   neighbours.cpp  who is a ring neighbour                      R5 R6
///   links.cpp       how they are heard, and which link is cut    R8
///   refusal.cpp     broken links, refused connections            R9
///   health.cpp      whether this node itself hears and keeps up  R12 R20
///   judge.cpp       accusations, verdicts                        R8 R11
///   spread.cpp      sending: heads, broadcasts, pages            R2 R10
///   rows.cpp        the parts of messages                        R7 R13
///   events.cpp      the events: their contents, not their time
struct Detector::Core {
    Core(Config chosen, Identity identity, std::uint64_t seed, Instant now, Prover* prover);

    /// A message being worked on, and the answer that grows meanwhile.
    struct Inbound {
        const Message& message;
        LinkId link;
        Instant now;
        /// How long it may have waited for us: the present turn's overrun.
        Duration delay;
        Message reply{};
        bool is_answer_due = false;
        /// The answer must pass the present heartbeat.
        bool is_refuted = false;
    };

    /// A `leave` or `forget` waiting for confirmations.
    struct Pending {
        Forget what{};
        std::set<LifeId> asked{};
        /// Those asked by their endpoints, because no life is known there yet.
        std::vector<std::string> seeds{};
        std::set<LifeId> confirmed{};
        /// All of them must confirm, however many they are.
        bool must_all_confirm = false;
        Instant repeat_at{};
        /// Then others than the links are asked as well.
        Instant more_at{};
        Instant give_up_at{};
        [[nodiscard]] Confirmation confirmation(Instant now) const;
    };

    /// Lives asked for in one message, and answered (R19).
    static constexpr std::size_t wants_page = 512;

    [[nodiscard]] bool is_alone() const { return table.roster_size() == 1; }

    // gossip.cpp
    void handle_timeout(Instant now);
    void tick(Instant now);
    void pulse(Instant now);
    void choose_partner();
    [[nodiscard]] bool is_partner_due() const;
    void contact_the_lost(Instant now);
    void join(Instant now);
    void expire(Instant now);
    void keep_proofs();
    void take_over_keys(Prover* prover, Instant now);
    void introduce_anew();
    void watch_loneliness(Instant now);
    [[nodiscard]] Instant deadline(Instant now) const;

    // report.cpp
    [[nodiscard]] Member member(const Record& record, Instant now) const;
    [[nodiscard]] Member own_member(Instant now) const;
    [[nodiscard]] std::vector<Member> members(Instant now) const;
    [[nodiscard]] std::vector<Link> neighbour_links(Instant now) const;
    [[nodiscard]] std::optional<Explanation> explain(std::string_view name, Instant now) const;
    [[nodiscard]] Status status(Instant now) const;

    // receive.cpp
    std::optional<Rejection> handle_message(std::span<const std::byte> frame, LinkId link,
                                            Instant now, const Credential* speaker);
    [[nodiscard]] std::optional<Rejection> reject(Rejection rejection);
    void receive(Inbound& in);
    void receive_head(Inbound& in);
    void receive_stranger(Inbound& in);
    void receive_row(const Row& row, Inbound& in);
    void receive_accusation(const Accusation& accusation, Inbound& in);
    void note_contact(Record& sender, const Inbound& in);
    /// True if its tombstone says that all it tells of is over.
    void ask_for(LifeId life, Inbound& in);
    void ask_for_key(LifeId life, Inbound& in);
    [[nodiscard]] bool is_buried(const Row& row) const;
    /// Tells the sender which heartbeat it has to pass, if it does not.
    void tell_what_is_known(const Record& sender, Inbound& in);
    void refute(const Accusation& accusation, Inbound& in);

    // roster.cpp
    /// How well founded a claim to the name is.
    enum class Claim : std::uint8_t { none, own, confirmed };
    /// Others know more of this life than it has said.
    void begin_new_life(Instant now);
    void draw_life(Instant now);
    void receive_introduction(const Introduction& introduction, Inbound& in);
    void admit(const Introduction& introduction, Inbound& in);
    void update(Record& record, const Introduction& introduction, const Inbound& in);
    void succeed(Record& former, const Introduction& introduction, const Inbound& in);
    void look_after(Record& bearer, Instant now);
    void meet_namesake(const Introduction& other, const Inbound& in);
    void take_name_over(const Introduction& predecessor);
    /// True if a departed member could be forgotten for a new one.
    [[nodiscard]] bool make_room(Instant now);
    void ask_namesake(LifeId life, const std::string& endpoint, Instant now);
    [[nodiscard]] bool must_yield_to(const Introduction& other, const Inbound& in) const;
    void compare_digests(Inbound& in);
    void receive_roster(Inbound& in);
    void receive_wants(Inbound& in);
    void introduce_all(Inbound& in);
    /// Tells the sender what we know against a life on its roster that is not on ours.
    void tell_evidence(Record& record, Inbound& in);

    // merge.cpp
    /// When something happened that was `age` old when `in` arrived.
    [[nodiscard]] Moment heard(const Inbound& in, Duration age) const;
    /// Merges a heartbeat and draws the consequences.
    /// True if it was newer than what was known.
    bool merge_heartbeat(Record& record, Heartbeat claimed, Moment heard, const Inbound& in);
    void merge_told(Record& record, Heartbeat claimed, Moment heard, const Inbound& in);
    void note_advance(Record& record, Instant heard_before, const Inbound& in);
    void bear_witness(const Row& dead, Inbound& in);

    // depart.cpp
    void leave(Instant now);
    void give_way(const Identity& bearer, Instant now);
    [[nodiscard]] std::set<LifeId> all_heard() const;
    void depart(Pending farewell, Instant now);
    void say_goodbye(Instant now);
    void mark_left(Record& record, LinkId source, Instant now);
    void note_goodbye_heard(LifeId by);
    [[nodiscard]] ForgetOutcome forget(std::string_view name, bool force, Instant now);
    void receive_forget(const Forget& forget, Inbound& in);
    void review_certificates(Instant now);
    void review_proofs(Instant now);
    void bury_unless(const std::function<bool(const Record&)>& is_good, Instant now);
    /// Tells that it is forgotten, and leaves a tombstone with that heartbeat.
    void bury(Record& record, Heartbeat at, Instant now);
    /// Leaves a tombstone of a life.
    void entomb(LifeId life, Heartbeat at, Instant now);

    // return.cpp
    void consider_returns(Instant now);
    void consider_return(Record& record, Instant now);
    void accuse_again(Record& record, Instant now);
    void weigh_own(Record& record, Instant heard, Instant now);
    void weigh_told(Record& record, const Word& word, Instant now);
    void note_told(Record& record, Word word, const Inbound& in);
    void recover(Record& record, Instant now);
    /// Returns that are not yet faded.
    [[nodiscard]] std::uint32_t returns(const Verdict& verdict) const;

    // neighbours.cpp
    void update_neighbours(Instant now);
    void gain_neighbour(Record& peer, Instant now);
    void drop_neighbour(LifeId life, Instant now);

    // links.cpp
    void tell_lost_links(Instant now);
    [[nodiscard]] Duration unheard(const Record& peer, Instant now) const;
    [[nodiscard]] bool is_cut_off_from(const Record& peer, Instant now) const;
    void note_link(Record& sender, const Inbound& in);

    // refusal.cpp
    void lose_link(LinkId link);
    void probe(const Record& record);
    void note_refused(LifeId life, Instant now);
    /// Accuses it, if the refusal that was met covers its present heartbeat.
    void accuse_of_refusal(Record& record, Instant now);
    /// Others were refused: finds out for itself.
    void probe_as_well(Record& record, Instant now);
    [[nodiscard]] bool is_accused_by_us(const Record& record) const;
    /// True if words of its own still come over a link.
    [[nodiscard]] bool is_talking(const Record& record, Instant now) const;
    void note_refusals(Record& record, Instant now) const;

    // health.cpp
    void keep_pace(Instant now);
    void note_stall(Duration overrun, Instant now);
    void watch_hearing(Instant now);
    void note_heard(Instant now);
    void watch_links(Instant now);
    void withdraw(bool is_degraded, Instant now);
    void look_for_proof(Instant now);
    void ask_around(Instant now);
    void count_answers(Hearing::Links& links) const;
    /// What was due over one link within that time.
    void count_link(Contact& contact, Duration in_time, Hearing::Links& links, Instant now) const;

    // judge.cpp
    void note_accused(Record& record, Instant now);
    void judge(Instant now);
    void accuse_silent_neighbours(Instant now);
    void accuse_as_last_resort(Instant now);
    void accuse(Record& record, Cause cause, Instant now);
    /// To all links, or while few share it only to the accused and its observers (R10).
    void spread_accusation(Record& record, LinkId source, Instant now);
    void tell_all_links(Record& record, LinkId source, Instant now);
    void spread_doubts(Instant now);
    /// Asks for an objection before a conviction that may rest on what was missed (R11).
    void appeal(Instant now);
    /// Nothing if that is done, or not needed.
    [[nodiscard]] std::optional<Duration> until_appeal(const Record& record, Instant now) const;
    [[nodiscard]] bool must_appeal(const Record& record) const;
    [[nodiscard]] bool has_appealed(const Record& record) const;
    [[nodiscard]] Instant spread_at(const Record& record) const;
    void tell_suspicions(Instant now);
    [[nodiscard]] Instant suspicion_told_at(const Record& record) const;
    void convict_the_ripe(Instant now);
    /// How long those that died together are waited for where nobody else is in doubt.
    [[nodiscard]] Duration one_moment(const Record& record, Instant now) const;
    [[nodiscard]] Duration until_published(const Record& ripe, Instant now) const;
    void convict(Record& record, Instant now);
    [[nodiscard]] Duration silence(const Record& record, Instant now) const;
    /// Silence that is believed, however badly this node hears (R12).
    [[nodiscard]] Duration credible_silence() const;
    /// True while the silence of a life may well be this node's degradation (R12).
    [[nodiscard]] bool needs_quorum(const Record& record, Instant now) const;
    /// How much longer until this observer accuses; nothing if it does not observe.
    [[nodiscard]] std::optional<Duration> until_accused(const Record& record, Instant now) const;
    /// Of its observers that are not suspect themselves.
    [[nodiscard]] std::size_t quorum_of(const Record& record) const;
    [[nodiscard]] const Tally& tally(const Record& record) const;
    /// True if a quorum accuses it, and this node may go by that.
    [[nodiscard]] bool is_quorate(const Record& record) const;
    [[nodiscard]] std::function<bool(LifeId)> is_believed() const;
    [[nodiscard]] Duration until_convicted(const Record& record, Instant now) const;
    [[nodiscard]] Instant judgement_due(Instant now) const;

    // spread.cpp
    /// Lets what is new about a refused connection go at once.
    void hurry(LifeId life, Instant now);
    void ask(Record& peer, Instant now);
    void send(Record* peer, LinkId link, const std::string& endpoint, Message parts, Instant now);
    void send(Record& peer, Message parts, Instant now);
    void transmit(LinkId link, const std::string& endpoint, Message& message);
    [[nodiscard]] bool keeps_heartbeat(Instant now) const;
    void raise_heartbeat(Instant now);
    [[nodiscard]] Heartbeat told_heartbeat(Instant now) const;
    /// Without an introduction of ourselves.
    void send_bare(const std::string& endpoint, Message parts, Instant now);
    void send_pages(Record* peer, LinkId link, const std::string& endpoint, Message parts,
                    Instant now);
    void answer(Inbound& in);
    void flush(Instant now);
    /// Which members must hear of which doubts.
    [[nodiscard]] std::map<LifeId, std::vector<LifeId>> doubts_by_receiver() const;
    void flush_to(Record& peer, const std::vector<LifeId>& doubted, Instant now);
    [[nodiscard]] std::vector<LifeId> links(Instant now) const;

    // rows.cpp
    /// True if nobody is in doubt, and all neighbours hold our roster (R7).
    [[nodiscard]] bool is_calm() const;
    [[nodiscard]] std::vector<Row> delta(LifeId receiver, Instant now);
    [[nodiscard]] std::vector<Row> delta_of_answer(LifeId asker, Instant now);
    void add_accusations(Message& parts, LifeId life, Instant now) const;
    [[nodiscard]] static Row row(const Record& record, Instant now);
    [[nodiscard]] static Accusation accusation(const Record& record, Cause cause, Instant now);
    [[nodiscard]] static Introduction introduction(const Record& record, Instant now);
    [[nodiscard]] Introduction own_introduction() const;
    /// Fresh enough for us to vouch for it (R13).
    [[nodiscard]] bool is_vouched_for(const Record& record, Instant now) const;
    /// After how much silence a life is accused by somebody who does not observe it.
    [[nodiscard]] Duration last_resort(const Record& record) const;

    // events.cpp
    void record_event(EventKind kind, Record& record, Instant now, LifeId former_life = {},
                      bool is_rekeyed = false);
    [[nodiscard]] std::vector<Finding> findings(const Record& record) const;
    void record_bare_event(EventKind kind, const Identity& subject, Duration silence, Instant now);
    [[nodiscard]] std::vector<std::string> names(const std::vector<LifeId>& lives) const;

    /// What was caused and not yet taken.
    struct Outputs {
        std::deque<Transmit> frames{};
        std::deque<Probe> probes{};
        EventHistory history{};
    };

    /// Turns of the driver, and rounds.
    struct Turns {
        Instant started_at;
        Instant last_at;
        Instant next_at;
        Instant round_at;
        std::uint64_t round_number = 0;
    };

    /// At the present pace.
    Config config;
    Identity self;
    Heartbeat heartbeat = 0;
    Random random;
    Counters counters{};
    Turns turns;
    LocalHealth health;
    MemberTable table;
    Neighbourhood neighbourhood{};
    Broadcasts broadcasts{};
    RoundBudget budget{};
    Joining joining;
    NameClaim name_claim;
    /// In a cluster with keys.
    std::optional<Proofs> proofs{};
    /// Failed lives that were heard after the verdict, until they return or are accused again. What
    /// was sent before they became isolated arrives together with what they say now, so the last
    /// word of the turn counts.
    std::set<LifeId> heard_again{};
    std::optional<Pending> leaving{};
    std::optional<Pending> forgetting{};
    Outputs outputs{};
};

}  // namespace hearsay
