#include <algorithm>
#include <chrono>
#include <cstddef>
#include <set>
#include <utility>

#include "core.hpp"
#include "numbers.hpp"

namespace hearsay {
namespace {

/// Parts of one message. The greatest message they allow stays below the limit of a frame.
struct PageSizes {
    std::size_t rows;
    std::size_t accusations;
    std::size_t introduction_bytes;
    /// What an introduction takes beside its strings.
    std::size_t introduction_least;
};
constexpr PageSizes bare_page{256, 64, 16 * 1024, 64};
constexpr PageSizes proven_page{128, 16, 8 * 1024, 256 + limits::certificate_bytes_max};

/// About what an introduction takes on the wire, never less.
std::size_t weight(const Introduction& entry, const PageSizes& sizes) {
    std::size_t bytes =
        sizes.introduction_least + entry.identity.name.size() + entry.identity.endpoint.size();
    for (const auto& [key, value] : entry.identity.tags)
        bytes += 6 + key.size() + value.size();
    return bytes;
}

/// Splits off what fits into one message from the end of the list.
std::vector<Introduction> take_page(std::vector<Introduction>& all, const PageSizes& sizes) {
    std::vector<Introduction> page;
    std::size_t bytes = 0;
    while (!all.empty() && bytes < sizes.introduction_bytes &&
           page.size() < limits::introductions_max) {
        bytes += weight(all.back(), sizes);
        page.push_back(std::move(all.back()));
        all.pop_back();
    }
    return page;
}

template <typename Entry>
std::vector<Entry> take_page(std::vector<Entry>& all, std::size_t size_max) {
    const auto count = std::min(all.size(), size_max);
    const auto first = all.end() - static_cast<std::ptrdiff_t>(count);
    std::vector<Entry> page(first, all.end());
    all.erase(first, all.end());
    return page;
}

/// The lists of a message that may be too long for one.
class Pages {
  public:
    Pages(Message& parts, const PageSizes& sizes)
        : sizes_(sizes),
          rows_(std::exchange(parts.rows, {})),
          accusations_(std::exchange(parts.accusations, {})),
          introductions_(std::exchange(parts.introductions, {})),
          forgets_(std::exchange(parts.forgets, {})) {}

    void turn(Message& parts) {
        parts.rows = take_page(rows_, sizes_.rows);
        parts.accusations = take_page(accusations_, sizes_.accusations);
        parts.introductions = take_page(introductions_, sizes_);
        parts.forgets = take_page(forgets_, limits::forgets_max);
    }

    [[nodiscard]] bool is_last() const {
        return rows_.empty() && accusations_.empty() && introductions_.empty() && forgets_.empty();
    }

  private:
    const PageSizes& sizes_;
    std::vector<Row> rows_;
    std::vector<Accusation> accusations_;
    std::vector<Introduction> introductions_;
    std::vector<Forget> forgets_;
};

/// A life that is asked for and is missing in the roster beside is introduced once.
void drop_repetitions(std::vector<Introduction>& introductions) {
    std::set<LifeId> introduced;
    std::erase_if(introductions, [&](const Introduction& entry) {
        return !introduced.insert(entry.identity.life).second;
    });
}

bool is_empty(const Message& parts) {
    return parts.rows.empty() && parts.accusations.empty() && parts.introductions.empty() &&
           parts.wants.empty() && parts.roster.empty() && parts.forgets.empty();
}

}  // namespace

void Detector::Core::transmit(LinkId link, const std::string& endpoint, Message& message) {
    if (proofs) proofs->attach(message);
    Transmit next{.link = link, .endpoint = endpoint, .frame = encode(message)};
    ++counters.messages_sent;
    counters.bytes_sent += next.frame.size();
    outputs.frames.push_back(std::move(next));
}

// A message of a node that hears nobody may be under way for long, and is no sign that the node can
// be reached.
bool Detector::Core::keeps_heartbeat(Instant now) const {
    return health.is_withdrawn || (cases::isolated_untold() && health.hearing.is_isolated(now));
}

// By one or by two, as the clock has it: copies of one life would say the same for ever (R19).
void Detector::Core::raise_heartbeat(Instant now) {
    if (keeps_heartbeat(now)) return;
    const bool is_odd = now.time_since_epoch().count() % 2 != 0;
    heartbeat += is_odd ? 2 : 1;
}

// To those it asks by chance the heartbeat that it keeps would be news, and fresh.
Heartbeat Detector::Core::told_heartbeat(Instant now) const {
    if (leaving) return heartbeat_left;
    return keeps_heartbeat(now) ? heartbeat_untold : heartbeat;
}

void Detector::Core::send(Record* peer, LinkId link, const std::string& endpoint, Message parts,
                          Instant now) {
    // Until a peer was heard it may not know us.
    if (peer == nullptr || !peer->contact.heard) {
        parts.introductions.push_back(own_introduction());
    }
    send_pages(peer, link, endpoint, std::move(parts), now);
}

void Detector::Core::send_bare(const std::string& endpoint, Message parts, Instant now) {
    send_pages(nullptr, LinkId::none, endpoint, std::move(parts), now);
}

void Detector::Core::send_pages(Record* peer, LinkId link, const std::string& endpoint,
                                Message parts, Instant now) {
    parts.cluster = config.cluster;
    parts.from = self.life;
    parts.digest = table.digest();
    const bool is_promised = peer != nullptr && !leaving && neighbourhood.contains(peer->life());
    parts.promise =
        is_promised ? std::chrono::ceil<Milliseconds>(config.round) : Milliseconds::zero();
    if (peer != nullptr) peer->contact.has_our_promise = is_promised;
    parts.is_degraded = health.hearing.is_degraded(now);
    parts.is_confirmed = name_claim.is_confirmed() && !is_alone();
    if (proofs && proofs->is_fresh(heartbeat)) parts.introductions.push_back(own_introduction());
    drop_repetitions(parts.introductions);
    const bool repeats_heartbeat = parts.heartbeat != heartbeat_untold;
    Pages pages(parts, proofs ? proven_page : bare_page);
    do {
        pages.turn(parts);
        if (!repeats_heartbeat) raise_heartbeat(now);
        parts.heartbeat = told_heartbeat(now);
        for (Introduction& entry : parts.introductions) {
            if (entry.identity.life == self.life) entry.heartbeat = parts.heartbeat;
        }
        transmit(link, endpoint, parts);
        // Further pages carry what is left of the long lists alone, and want no second answer.
        parts.wants_answer = false;
        parts.wants.clear();
        parts.roster.clear();
    } while (!pages.is_last());
}

void Detector::Core::send(Record& peer, Message parts, Instant now) {
    send(&peer, peer.contact.link, peer.identity.endpoint, std::move(parts), now);
}

void Detector::Core::answer(Inbound& in) {
    Record* sender = table.find(in.message.from);
    // A stranger whose message came over no link of its own cannot be reached.
    if (sender == nullptr && in.link == LinkId::none) return;
    if (sender != nullptr && in.message.wants_answer) {
        for (const Row& entry : delta_of_answer(sender->life(), in.now))
            in.reply.rows.push_back(entry);
    }
    // A member that alone hears many heartbeats could tell them after this node has died.
    const bool is_word_for_it_alone = proofs && !in.is_refuted;
    if (is_word_for_it_alone && !budget.answered.claim(in.message.from))
        in.reply.heartbeat = told_heartbeat(in.now);
    const std::string endpoint = sender == nullptr ? std::string() : sender->identity.endpoint;
    send(sender, in.link, endpoint, std::move(in.reply), in.now);
}

std::vector<LifeId> Detector::Core::links(Instant now) const {
    std::vector<LifeId> lives = neighbourhood.lives;
    const Duration lately = link_idle_after(config);
    std::vector<const Record*> others;
    for (const Record& record : table) {
        const bool is_linked = record.contact.link != LinkId::none && record.contact.heard &&
                               now - record.contact.heard->real < lately;
        if (is_linked && record.is_in_roster() && !neighbourhood.contains(record.life()))
            others.push_back(&record);
    }
    std::sort(others.begin(), others.end(), [](const Record* one, const Record* other) {
        return one->contact.heard->real > other->contact.heard->real;
    });
    others.resize(std::min(others.size(), numbers::extra_links()));
    for (const Record* record : others)
        lives.push_back(record->life());
    return lives;
}

void Detector::Core::flush(Instant now) {
    std::map<LifeId, std::vector<LifeId>> doubts = doubts_by_receiver();
    for (const LifeId life : links(now))
        flush_to(*table.find(life), std::exchange(doubts[life], {}), now);
    if (broadcasts.refutes) broadcasts.refuted_at = heartbeat;
    broadcasts.clear();
    for (const auto& [life, doubted] : doubts) {
        if (!doubted.empty()) flush_to(*table.find(life), doubted, now);
    }
    broadcasts.due = now + numbers::gathering();
}

std::map<LifeId, std::vector<LifeId>> Detector::Core::doubts_by_receiver() const {
    std::map<LifeId, std::vector<LifeId>> doubts;
    for (const LifeId doubted : broadcasts.doubts) {
        if (table.find(doubted) == nullptr) continue;
        std::vector<LifeId> receivers = table.observers(doubted);
        receivers.push_back(doubted);
        for (const LifeId receiver : receivers) {
            if (table.find(receiver) != nullptr) doubts[receiver].push_back(doubted);
        }
    }
    return doubts;
}

void Detector::Core::flush_to(Record& peer, const std::vector<LifeId>& doubted, Instant now) {
    const LinkId link = peer.contact.link;
    const auto is_from_peer = [link](LinkId source) {
        return cases::not_back() && source != LinkId::none && source == link;
    };
    Message parts;
    for (const auto& [life, source] : broadcasts.rows) {
        const Record* record = table.find(life);
        if (record != nullptr && !is_from_peer(source)) parts.rows.push_back(row(*record, now));
    }
    for (const auto& [life, source] : broadcasts.accusations) {
        if (!is_from_peer(source)) add_accusations(parts, life, now);
    }
    for (const LifeId life : doubted) {
        if (!broadcasts.accusations.contains(life)) add_accusations(parts, life, now);
    }
    for (const auto& [life, source] : broadcasts.introductions) {
        const Record* record = table.find(life);
        if (record == nullptr || is_from_peer(source) || life == peer.life()) continue;
        if (is_vouched_for(*record, now)) parts.introductions.push_back(introduction(*record, now));
    }
    if (broadcasts.introduces_self) parts.introductions.push_back(own_introduction());
    parts.forgets = broadcasts.forgets;
    parts.wants_answer = forgetting && std::find(parts.forgets.begin(), parts.forgets.end(),
                                                 forgetting->what) != parts.forgets.end();
    if (parts.wants_answer) forgetting->asked.insert(peer.life());
    if (broadcasts.refutes || !is_empty(parts)) send(peer, std::move(parts), now);
}

void Detector::Core::hurry(LifeId life, Instant now) {
    if (budget.may_hurry(life)) broadcasts.due = now;
}

void Detector::Core::ask(Record& peer, Instant now) {
    Message parts;
    parts.wants_answer = true;
    parts.rows = delta(peer.life(), now);
    Contact& contact = peer.contact;
    if (contact.neighbour_since && !contact.expected_since) {
        contact.expected_since = health.clock.moment(now);
    }
    contact.asked_at = now;
    send(peer, std::move(parts), now);
}

}  // namespace hearsay
