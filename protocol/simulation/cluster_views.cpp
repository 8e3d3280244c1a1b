// What can be asked of a cluster; cluster.cpp is what befalls it.

#include <algorithm>
#include <set>

#include "hearsay/check.hpp"

#include "cluster.hpp"

namespace hearsay::simulation {
namespace {

bool is_listed_alive(MemberState state) {
    return state == MemberState::alive || state == MemberState::suspect;
}

}  // namespace

bool Cluster::all_agree() const {
    std::set<std::string> live;
    for (const Process* process : members())
        live.insert(process->self().name);
    const auto agrees = [&](const Process* process) {
        std::set<std::string> held;
        for (const Member& member : process->detector().members(process->now())) {
            if (is_listed_alive(member.state)) held.insert(member.identity.name);
        }
        return process->is_frozen() || held == live;
    };
    const auto everyone = members();
    return std::all_of(everyone.begin(), everyone.end(), agrees);
}

bool Cluster::everyone_holds(std::string_view name, MemberState state) const {
    const auto everyone = members();
    return std::all_of(everyone.begin(), everyone.end(), [&](const Process* process) {
        return process->is_frozen() || process->self().name == name ||
               state_at(process->host(), name) == state;
    });
}

bool Cluster::nobody_lists(std::string_view name) const {
    const auto everyone = members();
    return std::none_of(everyone.begin(), everyone.end(), [&](const Process* process) {
        return !process->is_frozen() && member_at(process->host(), name).has_value();
    });
}

std::optional<MemberState> Cluster::state_at(const std::string& observer,
                                             std::string_view name) const {
    const auto member = member_at(observer, name);
    return member ? std::optional{member->state} : std::nullopt;
}

std::optional<Member> Cluster::member_at(const std::string& observer, std::string_view name) const {
    const Process& at = process(observer);
    return at.detector().member(name, at.now());
}

const SurveyReport& Cluster::survey_of(const std::string& host) const {
    const SurveyReport* const report = process(host).survey().report();
    HEARSAY_CHECK(report != nullptr);
    return *report;
}

std::vector<Member> Cluster::members_at(const std::string& observer) const {
    const Process& at = process(observer);
    return at.detector().members(at.now());
}

Status Cluster::status_of(const std::string& host) const {
    const Process& at = process(host);
    return at.detector().status(at.now());
}

std::vector<std::string> Cluster::hosts(std::size_t first, std::size_t last) {
    std::vector<std::string> hosts;
    for (std::size_t number = first; number <= last; ++number)
        hosts.push_back("n" + std::to_string(number));
    return hosts;
}

std::vector<std::string> Cluster::running_hosts() const {
    std::vector<std::string> hosts;
    for (const auto& [host, process] : by_host_) {
        if (process->is_running()) hosts.push_back(host);
    }
    return hosts;
}

bool Cluster::can_clone(const std::string& name) const {
    return latest_named(name) != nullptr || first_named(name) != nullptr;
}

bool Cluster::has_snapshot(const std::string& host) const {
    return latest(host) != nullptr;
}

const Cluster::Kept* Cluster::latest(const std::string& host) const {
    const auto found = std::find_if(kept_.rbegin(), kept_.rend(),
                                    [&](const Kept& kept) { return kept.host == host; });
    return found == kept_.rend() ? nullptr : &*found;
}

const Cluster::Kept* Cluster::latest_named(const std::string& name) const {
    const auto found = std::find_if(kept_.rbegin(), kept_.rend(), [&](const Kept& kept) {
        return kept.snapshot.self.name == name;
    });
    return found == kept_.rend() ? nullptr : &*found;
}

const Process* Cluster::first_named(const std::string& name) const {
    const auto found = std::find_if(processes_.begin(), processes_.end(), [&](const auto& process) {
        return process->is_running() && process->can_be_copied() && process->self().name == name;
    });
    return found == processes_.end() ? nullptr : found->get();
}

const Process& Cluster::process(const std::string& host) const {
    return *by_host_.at(host);
}

std::string Cluster::story(Instant since) const {
    std::string story;
    for (const Record& record : journal_.records()) {
        if (record.at >= since) story += text(record, start_) + "\n";
    }
    return story;
}

bool Cluster::is_member(const Process& process) const {
    return process.is_running() && process.detector().config().cluster == options_.config.cluster;
}

/// All that are to know each other.
std::vector<const Process*> Cluster::members() const {
    std::vector<const Process*> members;
    for (const auto& [host, process] : by_host_) {
        if (is_member(*process)) members.push_back(process);
    }
    return members;
}

bool Cluster::knows(const Process& one, const Process& other) {
    const auto member = one.detector().member(other.self().name, one.now());
    return member && member->identity.life == other.self().life;
}

/// It knows another bearer of the name, and does not talk with this one (R1).
bool Cluster::refuses(const Process& one, const Process& other) {
    const auto member = one.detector().member(other.self().name, one.now());
    return member && member->identity.life != other.self().life && is_listed_alive(member->state);
}

bool Cluster::do_talk(const Process& one, const Process& other) const {
    const bool is_path = network_.are_connected(one.address(), other.address());
    return is_path && (knows(one, other) || knows(other, one)) && !refuses(one, other) &&
           !refuses(other, one);
}

/// Over paths that are open both ways, through any number of live members that are not frozen.
bool Cluster::can_reach(LifeId from, LifeId to) const {
    std::vector<const Process*> unseen = members();
    std::vector<const Process*> front;
    const auto move_if = [&](const auto& belongs) {
        const auto part = std::partition(unseen.begin(), unseen.end(), [&](const Process* process) {
            return !belongs(*process);
        });
        front.insert(front.end(), part, unseen.end());
        unseen.erase(part, unseen.end());
    };
    move_if([&](const Process& process) { return process.self().life == from; });
    while (!front.empty()) {
        const Process& relay = *front.back();
        front.pop_back();
        if (relay.self().life == to) return true;
        if (relay.is_frozen() || relay.is_blocked()) continue;
        move_if([&](const Process& process) { return do_talk(relay, process); });
    }
    return false;
}

}  // namespace hearsay::simulation
