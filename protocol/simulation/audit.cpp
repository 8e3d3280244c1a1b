#include "audit.hpp"

#include <algorithm>
#include <utility>

#include "hearsay/duration.hpp"

namespace hearsay::simulation {
namespace {

constexpr Duration::rep rounds_between_looks = 4;
/// So many looks apart is what is compared of the traffic.
constexpr std::size_t window_looks = 3;
constexpr std::uint64_t window_rounds = window_looks * rounds_between_looks;
/// What a node may send in a round for each name there is and four more, in the worst of what
/// happens here: joins of all at once among them. In quiet it is a hundredth. Long tags count
/// besides: all may get new ones at once.
constexpr std::uint64_t bytes_per_name_max = 1024;
/// Nearly all of that is introductions, and keys make them longer: from some 75 bytes to 330, or to
/// 690 where the certificate is as long as it may be.
constexpr std::uint64_t bytes_with_keys_max = 4096;

bool is_in_roster(const Member& member) {
    return member.state == MemberState::alive || member.state == MemberState::suspect;
}

bool has_fallen(const Counters& before, const Counters& after) {
    return after.messages_sent < before.messages_sent || after.bytes_sent < before.bytes_sent ||
           after.messages_received < before.messages_received ||
           after.bytes_received < before.bytes_received || after.mistakes < before.mistakes ||
           after.accusations_made < before.accusations_made ||
           after.refutations < before.refutations || after.stalls < before.stalls ||
           after.longest_stall < before.longest_stall;
}

}  // namespace

Audit::Audit(const Cluster& cluster)
    : cluster_(cluster), start_(cluster.now()), looked_at_(cluster.now()) {}

void Audit::see(const Step& step) {
    // A life that ends with this step has been there all the same.
    note_names();
    std::size_t bytes = 0;
    for (const auto& [key, value] : step.tags)
        bytes += key.size() + value.size();
    longest_tags_ = std::max<std::uint64_t>({longest_tags_, bytes, step.tag_bytes});
}

void Audit::note_names() {
    for (const std::string& host : cluster_.running_hosts())
        names_.insert(cluster_.process(host).self().name);
}

void Audit::look() {
    if (cluster_.now() - looked_at_ < rounds_between_looks * cluster_.slowest().round) return;
    looked_at_ = cluster_.now();
    const auto hosts = cluster_.running_hosts();
    note_names();
    for (const std::string& host : hosts) {
        const Process& process = cluster_.process(host);
        const std::vector<Member> members = cluster_.members_at(host);
        State after{
            .at = looked_at_, .status = cluster_.status_of(host), .hearings = {}, .sent = {}};
        for (const Member& member : members) {
            after.hearings[member.identity.life] = {.heartbeat = member.heartbeat,
                                                    .stamp = process.now() - member.silence,
                                                    .tags_version = member.identity.tags_version};
        }
        check_state(process, after.status, members);
        const auto known = states_.find(&process);
        if (known != states_.end()) {
            after.sent = std::move(known->second.sent);
            check_step(host, known->second, after);
        }
        check_traffic(host, after);
        states_[&process] = std::move(after);
    }
}

void Audit::check_state(const Process& process, const Status& status,
                        const std::vector<Member>& members) const {
    const auto in_roster = std::count_if(members.begin(), members.end(), is_in_roster);
    const std::size_t leaving = status.is_leaving ? 1 : 0;
    expect(static_cast<std::size_t>(in_roster) + leaving == status.roster_size, process.host(),
           "lists others than its roster holds");
    if (cluster_.words() == Words::damaged) return;
    expect(members.size() <= names_.size(), process.host(), "I6: lists more than there were");
    expect(status.tombstone_count <= cluster_.checkers().life_count(), process.host(),
           "I6: keeps more tombstones than lives there were");
}

bool Audit::was_forgotten(const std::string& host, LifeId life, Instant since) const {
    const std::vector<Record>& records = cluster_.journal().records();
    for (auto record = records.rbegin(); record != records.rend() && record->at >= since;
         ++record) {
        const Event& event = record->event;
        const bool is_this = event.kind == EventKind::forgotten && event.subject.life == life;
        if (is_this && record->observer == host) return true;
    }
    return false;
}

void Audit::check_step(const std::string& host, const State& before, const State& after) const {
    const Identity& self = after.status.self;
    expect(self.incarnation >= before.status.self.incarnation, host, "I4: its incarnation falls");
    const bool is_same_life = self.life == before.status.self.life;
    expect(!is_same_life || after.status.heartbeat >= before.status.heartbeat, host,
           "I4: its heartbeat falls");
    expect(!has_fallen(before.status.counters, after.status.counters), host, "a counter falls");
    for (const auto& [life, hearing] : after.hearings) {
        const auto known = before.hearings.find(life);
        if (known == before.hearings.end()) continue;
        const Hearing& last = known->second;
        const bool has_fallen = hearing.heartbeat < last.heartbeat || hearing.stamp < last.stamp ||
                                hearing.tags_version < last.tags_version;
        // It may have been listed anew, on the word of somebody who had heard it earlier.
        if (has_fallen && was_forgotten(host, life, before.at)) continue;
        expect(hearing.heartbeat >= last.heartbeat, host, "I4: a held heartbeat falls");
        expect(hearing.stamp >= last.stamp, host, "I4: the stamp of a hearing falls");
        expect(hearing.tags_version >= last.tags_version, host, "tags become older");
    }
}

void Audit::check_traffic(const std::string& host, State& state) {
    state.sent.push_back(state.status.counters.bytes_sent);
    if (state.sent.size() <= window_looks) return;
    const std::uint64_t bytes = (state.sent.back() - state.sent.front()) / window_rounds;
    state.sent.pop_front();
    most_bytes_ = std::max(most_bytes_, bytes);
    const bool has_keys = cluster_.process(host).prover() != nullptr;
    const std::uint64_t for_each = has_keys ? bytes_with_keys_max : bytes_per_name_max;
    const std::uint64_t bound = (for_each + longest_tags_) * (names_.size() + 4);
    expect(
        bytes <= bound, host,
        "I6: sent " + std::to_string(bytes) + " bytes a round, at most " + std::to_string(bound));
}

void Audit::expect(bool holds, const std::string& host, const std::string& what) const {
    if (holds) return;
    throw BrokenInvariant(exact_text(cluster_.now() - start_) + ": " + host + " " + what);
}

}  // namespace hearsay::simulation
