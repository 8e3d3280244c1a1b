#include "simulation/scribe.hpp"

#include <algorithm>
#include <vector>

#include "hearsay/check.hpp"
#include "hearsay/codec.hpp"
#include "hearsay/text.hpp"

namespace hearsay::simulation {
namespace {

/// Nobody in a transcript changes its tags more often.
constexpr std::uint64_t tags_versions_max = 10;

/// Of "tcp://n1:7700".
std::string host_of(const std::string& endpoint) {
    const std::size_t begin = endpoint.find("//") + 2;
    return endpoint.substr(begin, endpoint.find(':', begin) - begin);
}

std::string heartbeat_text(Heartbeat heartbeat) {
    if (heartbeat == heartbeat_untold) return "untold";
    return heartbeat == heartbeat_left ? "left" : std::to_string(heartbeat);
}

std::string listed(const std::vector<std::string>& items, const std::string& between) {
    std::string list;
    for (const std::string& item : items)
        list += (list.empty() ? "" : between) + item;
    return list;
}

std::string bracketed(const std::string& word, const std::vector<std::string>& items) {
    return items.empty() ? "" : " " + word + "[" + listed(items, ", ") + "]";
}

bool has_parts_beside_rows(const Message& message) {
    return !message.accusations.empty() || !message.introductions.empty() ||
           !message.wants.empty() || !message.roster.empty() || !message.forgets.empty();
}

}  // namespace

Scribe::Scribe(Cluster& cluster, Duration begin)
    : cluster_(cluster), start_(cluster.now()), begin_(start_ + begin) {
    cluster.show_to(*this);
}

void Scribe::see(const Step& step) {
    catch_up();
    if (has_begun()) written_ += "\n" + print(step) + "\n";
}

void Scribe::see(const std::string& from, const std::string& to, std::span<const std::byte> frame) {
    catch_up();
    const std::string sender = host_of(from);
    const std::string receiver = host_of(to);
    const std::string cluster = cluster_.process(sender).detector().config().cluster;
    const auto message = decode(frame, cluster);
    HEARSAY_CHECK(message || cluster_.words() == Words::damaged);
    if (!message) return write_damaged(sender, receiver, frame.size());
    learn_life(message.value().from, sender);
    const bool is_idle = note_idleness(message.value(), receiver);
    if (!has_begun()) return;
    idle_count_ += is_idle ? 1U : 0U;
    if (is_idle) return;
    const bool is_stray = cluster != cluster_.config().cluster;
    write(clock_text(cluster_.now(), start_) + " " + name_of(message.value().from) + " > " +
          receiver + (is_stray ? " cluster " + cluster : "") + text(message.value()));
}

void Scribe::write_damaged(const std::string& sender, const std::string& receiver,
                           std::size_t bytes) {
    if (!has_begun()) return;
    write(clock_text(cluster_.now(), start_) + " " + sender + " > " + receiver + " damaged, " +
          std::to_string(bytes) + " bytes");
}

std::string Scribe::text() const {
    return written_ + "\n" + std::to_string(idle_count_) + " idle messages\n";
}

void Scribe::write(const std::string& line) {
    written_ += line + "\n";
}

void Scribe::catch_up() {
    write_events();
    write_ends();
}

void Scribe::write_events() {
    const std::vector<Record>& records = cluster_.journal().records();
    for (; records_read_ < records.size(); ++records_read_) {
        const Record& record = records[records_read_];
        if (record.at >= begin_) write(simulation::text(record, start_));
    }
}

/// Which members were killed is known from the script.
void Scribe::write_ends() {
    for (const std::string& host : running_) {
        const Process& process = cluster_.process(host);
        if (process.is_running() || !has_begun()) continue;
        const std::string line = clock_text(cluster_.now(), start_) + " " + host + " ends: ";
        const auto& bearer = process.detector().name_conflict();
        const auto leaving = process.detector().leaving();
        if (bearer) {
            write(line + "its name is borne at " + bearer->endpoint);
        } else if (leaving) {
            write(line + std::to_string(leaving->confirmed) + " of " +
                  std::to_string(leaving->asked) + " have confirmed");
        }
    }
    running_ = cluster_.running_hosts();
}

/// A life that is spoken of has spoken before.
void Scribe::learn_life(LifeId life, const std::string& host) {
    if (names_.contains(life)) return;
    names_[life] = host + std::string(lives_at_[host]++, '\'');
}

/// Of the flags only that one is news, and only where it was not said yet, or is said no more.
bool Scribe::note_idleness(const Message& message, const std::string& to) {
    const std::pair relation{message.from, to};
    const bool changed =
        message.is_degraded ? degraded_.insert(relation).second : degraded_.erase(relation) > 0;
    const bool is_answer = note_answer(message, to);
    return !changed && !is_answer && message.heartbeat != heartbeat_left &&
           !has_parts_beside_rows(message);
}

/// A degraded member refutes nothing (R12).
bool Scribe::note_answer(const Message& message, const std::string& to) {
    for (const Accusation& accusation : message.accusations)
        answered_[accusation.life].clear();
    const auto accused = answered_.find(message.from);
    return accused != answered_.end() && !message.is_degraded && accused->second.insert(to).second;
}

std::string Scribe::name_of(LifeId life) const {
    const auto known = names_.find(life);
    return known == names_.end() ? hearsay::text(life) : known->second;
}

/// Life and version of the tags, which the key was made of.
std::string Scribe::name_of_key(std::uint64_t key) const {
    for (const auto& [life, name] : names_) {
        for (std::uint64_t version = 0; version <= tags_versions_max; ++version) {
            if (roster_key(life, version) != key) continue;
            return name + (version > 0 ? " tags " + std::to_string(version) : "");
        }
    }
    return std::to_string(key);
}

std::string Scribe::name_of_digest(std::uint64_t digest) {
    const std::string next(1, static_cast<char>('A' + digests_.size()));
    return digests_.try_emplace(digest, next).first->second;
}

std::string Scribe::text(const Message& message) {
    std::string words = " heartbeat " + heartbeat_text(message.heartbeat);
    if (message.promise.count() > 0) words += " promise " + hearsay::text(message.promise);
    words += " digest " + name_of_digest(message.digest);
    if (message.wants_answer) words += " asks";
    if (message.is_degraded) words += " degraded";
    return words + part("rows", message.rows) + part("accusations", message.accusations) +
           part("introductions", message.introductions) + part_of_keys("wants", message.wants) +
           part_of_keys("roster", message.roster) + part("forgets", message.forgets);
}

std::string Scribe::text(const Row& row) const {
    return name_of(row.life) + " " + heartbeat_text(row.heartbeat) + " " + hearsay::text(row.age);
}

std::string Scribe::text(const Accusation& accusation) const {
    std::vector<std::string> accusers;
    accusers.reserve(accusation.accusers.size());
    for (const LifeId accuser : accusation.accusers)
        accusers.push_back(name_of(accuser));
    std::sort(accusers.begin(), accusers.end());
    const bool is_refused = accusation.cause == Cause::refused;
    return name_of(accusation.life) + " at " + heartbeat_text(accusation.heartbeat) + " " +
           hearsay::text(accusation.age) + (is_refused ? " refused" : "") + " by " +
           listed(accusers, " ");
}

std::string Scribe::text(const Introduction& introduction) const {
    const Identity& identity = introduction.identity;
    const std::string host = host_of(identity.endpoint);
    std::string words = name_of(identity.life);
    if (identity.name != host) words += " as " + identity.name;
    if (identity.tags_version > 0) words += " tags " + std::to_string(identity.tags_version);
    for (const auto& [key, value] : identity.tags)
        words.append(" ").append(key).append("=").append(value);
    return words + " " + heartbeat_text(introduction.heartbeat) + " " +
           hearsay::text(introduction.age);
}

std::string Scribe::text(const Forget& forget) const {
    return name_of(forget.life) + " at " + heartbeat_text(forget.heartbeat);
}

template <typename Entries>
std::string Scribe::part(const std::string& word, const Entries& entries) const {
    std::vector<std::string> items;
    items.reserve(entries.size());
    for (const auto& entry : entries)
        items.push_back(text(entry));
    return bracketed(word, items);
}

/// In the order of names, because theirs means nothing.
std::string Scribe::part_of_keys(const std::string& word,
                                 const std::vector<std::uint64_t>& keys) const {
    std::vector<std::string> items;
    items.reserve(keys.size());
    for (const std::uint64_t key : keys)
        items.push_back(name_of_key(key));
    std::sort(items.begin(), items.end());
    return bracketed(word, items);
}

}  // namespace hearsay::simulation
