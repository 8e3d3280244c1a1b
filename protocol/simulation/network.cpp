#include "network.hpp"

#include <algorithm>

#include "hearsay/check.hpp"

namespace hearsay::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Linux: the first time-out of a connection request.
constexpr Duration dial_again_after = seconds{1};
/// TCP's and ZeroMQ's greetings, and the frame itself.
constexpr int round_trips_to_connect = 4;

// The node's transport.
constexpr std::size_t waiting_max = 4;

}  // namespace

TransportTimes transport_times(const Config& config) {
    // ZeroMQ's pause, as the node sets it.
    const auto pause = std::clamp<Duration>(config.round / 4, milliseconds{20}, milliseconds{250});
    return {.fresh_for = config.round,
            .redial_after = pause,
            .patience = link_patience(config),
            .idle = link_idle_after(config)};
}

Duration lateness_max(const Path& path, const TransportTimes& times) {
    const bool is_any = path.duplicate_per_mille > 0 || path.reorder_per_mille > 0;
    if (!is_any) return {};
    return times.redial_after + round_trips_to_connect * 2 * (path.delay + path.spread);
}

Network::Network(World& world, Path path, std::uint64_t seed)
    : world_(world), random_(seed), paths_(path) {}

void Network::attach(const std::string& endpoint, Receiver& receiver, TransportTimes times,
                     std::shared_ptr<const Credential> key) {
    Machine& machine = machines_[host_of(endpoint)];
    HEARSAY_CHECK(machine.receiver == nullptr);
    machine.receiver = &receiver;
    machine.times = times;
    machine.key = std::move(key);
    machine.is_up = true;
}

void Network::set_key(const std::string& endpoint, std::shared_ptr<const Credential> key) {
    machines_[host_of(endpoint)].key = std::move(key);
}

void Network::set_asleep(const std::string& endpoint, bool is_asleep) {
    machines_[host_of(endpoint)].is_up = !is_asleep;
}

void Network::detach(const std::string& endpoint, Parting parting) {
    const Host host = host_of(endpoint);
    std::vector<std::pair<DialId, Side>> ends;
    for (const auto& [id, dial] : dials_) {
        for (const Side side : {dialler, acceptor}) {
            const End& end = dial.ends[side];
            if (end.host == host && end.receiver != nullptr) ends.emplace_back(id, side);
        }
    }
    for (const auto& [id, side] : ends)
        leave_end(id, side, parting);
    machines_[host].receiver = nullptr;
    machines_[host].is_up = parting == Parting::process_gone;
    if (parting == Parting::machine_gone) queues_.drop_from(host);
}

/// Nobody is at `side` any more; the other end hears of it, or not.
void Network::leave_end(DialId id, Side side, Parting parting) {
    Dial& dial = dials_.at(id);
    dial.ends[side].receiver = nullptr;
    if (side == dialler) dialled_.erase(key_of(dial));
    if (parting == Parting::machine_gone) dial.streams[side] = {};
    if (dial.session != 0 && parting == Parting::process_gone) {
        in_turn(dial, side, 0,
                [this, id, session = dial.session, side] { announce_end(id, session, side, 0); });
    }
    const bool is_nobody_left = dial.ends[other(side)].receiver == nullptr;
    if (is_nobody_left) erase(id);
}

/// Ends the connection for the other side too, behind all that is under way to it.
void Network::announce_end(DialId id, SessionId session, Side gone, std::uint32_t retries) {
    const Dial* const dial = find(id, session);
    if (dial == nullptr) return;
    const auto way = transit(dial->ends[gone].host, dial->ends[other(gone)].host);
    if (way) {
        const Instant last = dial->streams[gone].last_arrival;
        world_.at(std::max(world_.now() + *way, last),
                  [this, id, session, gone] { end_session(id, session, gone); });
    } else if (backed_off(retries) < times_of(dial->ends[gone]).patience) {
        world_.after(backed_off(retries), [this, id, session, gone, retries] {
            announce_end(id, session, gone, retries + 1);
        });
    }
}

/// A dialled link is dialled again, unless it is its dialler that is gone.
void Network::end_session(DialId id, SessionId session, Side gone) {
    Dial* const dial = find(id, session);
    if (dial == nullptr) return;
    Receiver* const left = dial->ends[other(gone)].receiver;
    if (left != nullptr) {
        left->arrive({.link = gone == acceptor ? dialled_link(id) : accepted_link(session),
                      .frame = {},
                      .sent_at = world_.now()});
    }
    if (gone == dialler || dial->ends[dialler].receiver == nullptr) return erase(id);
    sessions_.erase(session);
    dial->session = 0;
    dial->streams = {};
    dial->ends[acceptor].receiver = nullptr;
    world_.after(times_of(dial->ends[dialler]).redial_after, [this, id] { this->dial(id); });
}

void Network::send(const std::string& from, Transmit transmit) {
    const Host host = host_of(from);
    note_sent(host, transmit.frame);
    Frame frame{.bytes = std::move(transmit.frame), .sent_at = world_.now()};
    // A stranger has given no endpoint at which it could be dialled for a long one.
    const Lane lane = transmit.endpoint.empty() ? Lane::short_frames : lane_of(frame.bytes.size());
    if (lane == Lane::short_frames && transmit.link != LinkId::none) {
        if (send_over(transmit.link, host, frame)) return;
        machines_[host].receiver->arrive(
            {.link = transmit.link, .frame = {}, .sent_at = world_.now()});
    }
    if (transmit.endpoint.empty()) return;
    send_dialled(dialled(host, host_of(transmit.endpoint), lane), std::move(frame));
}

void Network::probe(const std::string& from, Probe probe) {
    const Host host = host_of(from);
    const Host there = host_of(probe.endpoint);
    const auto way = transit(host, there);
    const auto back = transit(there, host);
    // It would be tried again after a second, and that is silence, nothing more.
    if (!way || !back) return;
    Receiver* const prober = machines_[host].receiver;
    world_.after(*way, [this, host, there, prober, back, probe = std::move(probe)] {
        const Machine& machine = machines_[there];
        if (machine.receiver != nullptr || !machine.is_up) return;
        world_.after(*back, [this, host, prober, probe] {
            if (machines_[host].receiver != prober) return;
            prober->arrive(
                {.link = LinkId::none, .frame = {}, .sent_at = world_.now(), .refused = probe});
        });
    });
}

/// True if `link` is an end of `from`'s: then it takes the frame.
bool Network::send_over(LinkId link, Host from, Frame& frame) {
    const auto number = static_cast<std::uint64_t>(link) / 2;
    if (link == dialled_link(number)) {
        const Dial* const dial = find(number);
        if (dial == nullptr || dial->ends[dialler].host != from) return false;
        if (dial->ends[dialler].receiver == nullptr) return false;
        send_dialled(number, std::move(frame));
        return true;
    }
    const auto session = sessions_.find(number);
    if (session == sessions_.end()) return false;
    const End& end = dials_.at(session->second).ends[acceptor];
    if (end.host != from || end.receiver == nullptr) return false;
    push(session->second, acceptor, std::move(frame));
    return true;
}

void Network::send_dialled(DialId id, Frame frame) {
    Dial& dial = dials_.at(id);
    if (dial.session != 0) return push(id, dialler, std::move(frame));
    if (dial.waiting.size() == waiting_max) dial.waiting.pop_front();
    dial.waiting.push_back(std::move(frame));
}

Network::DialId Network::dialled(Host from, Host to, Lane lane) {
    const auto known = dialled_.find({from, to, lane});
    if (known != dialled_.end()) return known->second;
    const DialId id = ++last_dial_;
    Dial& dial = dials_[id];
    dial.lane = lane;
    dial.ends[dialler] = {.host = from, .receiver = machines_[from].receiver};
    dial.ends[acceptor] = {.host = to};
    dial.used_at = world_.now();
    dialled_[key_of(dial)] = id;
    this->dial(id);
    world_.after(machines_[from].times.idle, [this, id] { close_if_idle(id); });
    return id;
}

void Network::dial(DialId id) {
    const Dial* const dial = find(id);
    if (dial == nullptr) return;
    const auto there = transit(dial->ends[dialler].host, dial->ends[acceptor].host);
    const auto back = transit(dial->ends[acceptor].host, dial->ends[dialler].host);
    if (there && back) {
        world_.after(*there, [this, id, back] { answer(id, *back); });
    } else {
        world_.after(dial_again_after, [this, id] { this->dial(id); });
    }
}

void Network::answer(DialId id, Duration back) {
    const Dial* const dial = find(id);
    if (dial == nullptr) return;
    const Receiver* const listener = machines_[dial->ends[acceptor].host].receiver;
    if (listener != nullptr && listener->is_awake()) {
        world_.after(back, [this, id, listener] { open(id, listener); });
    } else {
        const Duration pause = times_of(dial->ends[dialler]).redial_after;
        world_.after(back + pause, [this, id] { this->dial(id); });
    }
}

void Network::open(DialId id, const Receiver* listener) {
    Dial* const dial = find(id);
    if (dial == nullptr) return;
    End& end = dial->ends[acceptor];
    if (machines_[end.host].receiver != listener) return this->dial(id);
    end.receiver = machines_[end.host].receiver;
    dial->session = ++last_session_;
    sessions_[dial->session] = id;
    std::deque<Frame> waiting = std::exchange(dial->waiting, {});
    const Duration fresh_for = times_of(dial->ends[dialler]).fresh_for;
    for (Frame& frame : waiting) {
        const bool is_fresh = world_.now() - frame.sent_at <= fresh_for;
        if (is_fresh) push(id, dialler, std::move(frame));
    }
}

void Network::close_if_idle(DialId id) {
    const Dial* const dial = find(id);
    if (dial == nullptr || dial->ends[dialler].receiver == nullptr) return;
    const Instant due = dial->used_at + times_of(dial->ends[dialler]).idle;
    if (due > world_.now()) {
        world_.at(due, [this, id] { close_if_idle(id); });
    } else {
        leave_end(id, dialler, Parting::process_gone);
    }
}

void Network::erase(DialId id) {
    const Dial& dial = dials_.at(id);
    const auto known = dialled_.find(key_of(dial));
    if (known != dialled_.end() && known->second == id) dialled_.erase(known);
    sessions_.erase(dial.session);
    dials_.erase(id);
}

Network::Host Network::host_of(const std::string& endpoint) {
    const auto [entry, is_new] = hosts_.try_emplace(endpoint, machines_.size());
    if (is_new) machines_.push_back({.endpoint = endpoint});
    return entry->second;
}

std::optional<Duration> Network::transit(Host from, Host to, std::size_t bytes) {
    const Path way = paths_.between(from, to);
    if (way.is_cut || !machines_[from].is_up || !machines_[to].is_up) return std::nullopt;
    if (way.hole_bytes > 0 && bytes > way.hole_bytes) return std::nullopt;
    if (random_.chance(way.loss_per_mille, 1000)) return std::nullopt;
    HEARSAY_CHECK(way.spread <= way.delay);
    const auto width = static_cast<std::uint64_t>(2 * way.spread.count() + 1);
    return way.delay - way.spread + Duration{static_cast<Duration::rep>(random_.below(width))};
}

Network::Dial* Network::find(DialId id) {
    const auto found = dials_.find(id);
    return found == dials_.end() ? nullptr : &found->second;
}

Network::Dial* Network::find(DialId id, SessionId session) {
    Dial* const dial = find(id);
    return dial != nullptr && dial->session == session ? dial : nullptr;
}

void Network::note_sent(Host from, const std::vector<std::byte>& frame) {
    traffic_.add(frame.size());
    machines_[from].traffic.add(frame.size());
    fingerprint_.add(static_cast<std::uint64_t>(world_.now().time_since_epoch().count()));
    fingerprint_.add(from);
    fingerprint_.add(frame);
}

}  // namespace hearsay::simulation
