// How what was sent flows over the connections there are; network.cpp makes and ends them.

#include <algorithm>
#include <utility>

#include "network.hpp"

namespace hearsay::simulation {
void Network::push(DialId id, Side side, Frame frame) {
    Dial& dial = dials_.at(id);
    if (side == dialler) dial.used_at = world_.now();
    const std::size_t bytes = frame.bytes.size();
    in_turn(dial, side, bytes,
            [this, id, session = dial.session, side, frame = std::move(frame)]() mutable {
                Dial* const found = find(id, session);
                if (found == nullptr) return;
                Stream& stream = found->streams[side];
                if (stream.push(std::move(frame)) && !stream.stalled_since) pump(id, side);
            });
}

/// At once, unless something waits for its turn on this way.
void Network::in_turn(const Dial& dial, Side side, std::size_t bytes, World::Action go) {
    const Host from = dial.ends[side].host;
    const Host to = dial.ends[other(side)].host;
    if (!queues_.is_any(from, to)) return go();
    queues_.wait(from, to, bytes, std::move(go));
}

/// Puts on the way what waits at `side`, until a segment is lost. What waits together goes
/// together.
void Network::pump(DialId id, Side side) {
    Dial& dial = dials_.at(id);
    Stream& stream = dial.streams[side];
    while (!stream.unsent.empty()) {
        const Host from = dial.ends[side].host;
        const Host to = dial.ends[other(side)].host;
        const auto way = transit(from, to, stream.segment_bytes());
        if (!way) return back_off(id, side);
        stream.retries = 0;
        stream.stalled_since.reset();
        if (transit(to, from)) {
            stream.unacknowledged_since.reset();
        } else {
            await_acknowledgement(id, side);
        }
        stream.last_arrival = std::max(stream.last_arrival, world_.now() + *way);
        const Path path = paths_.between(from, to);
        for (Frame& frame : stream.take_segment())
            carry(id, side, path, std::move(frame));
    }
}

/// Lets a frame arrive with its segment, and what befalls it on such a path befall it.
void Network::carry(DialId id, Side side, const Path& way, Frame frame) {
    const Dial& dial = dials_.at(id);
    const Instant in_time = dial.streams[side].last_arrival;
    if (happens_to(way.corrupt_per_mille)) damage(frame);
    if (happens_to(way.duplicate_per_mille)) {
        deliver_at(in_time + lateness(dial, way), id, side, frame);
    }
    const bool is_late = happens_to(way.reorder_per_mille);
    deliver_at(is_late ? in_time + lateness(dial, way) : in_time, id, side, std::move(frame));
}

void Network::deliver_at(Instant when, DialId id, Side from, Frame frame) {
    world_.at(when, [this, id, session = dials_.at(id).session, from,
                     frame = std::move(frame)]() mutable {
        deliver(id, session, from, std::move(frame));
    });
}

bool Network::happens_to(std::uint64_t per_mille) {
    return per_mille > 0 && random_.chance(per_mille, 1000);
}

Duration Network::lateness(const Dial& dial, const Path& way) {
    const auto longest = lateness_max(way, times_of(dial.ends[dialler])).count();
    const std::uint64_t late = random_.below(static_cast<std::uint64_t>(longest));
    return Duration{static_cast<Duration::rep>(late) + 1};
}

/// Whatever else is changed in a frame is noticed by TCP more surely.
void Network::damage(Frame& frame) {
    if (frame.bytes.empty()) return;
    std::byte& victim = frame.bytes[random_.below(frame.bytes.size())];
    victim ^= static_cast<std::byte>(1 + random_.below(255));
}

/// The next acknowledgement to come covers all before it.
void Network::await_acknowledgement(DialId id, Side side) {
    Dial& dial = dials_.at(id);
    Stream& stream = dial.streams[side];
    if (stream.unacknowledged_since) return;
    stream.unacknowledged_since = world_.now();
    world_.after(retransmit_after,
                 [this, id, session = dial.session, side, sent_at = world_.now()] {
                     miss_acknowledgement(id, session, side, sent_at);
                 });
}

void Network::miss_acknowledgement(DialId id, SessionId session, Side side, Instant sent_at) {
    Dial* const dial = find(id, session);
    if (dial == nullptr) return;
    Stream& stream = dial->streams[side];
    if (stream.unacknowledged_since != sent_at || stream.stalled_since) return;
    stream.stalled_since = sent_at;
    retry(id, side);
}

/// Sends again what was lost, or what nobody acknowledged.
void Network::retry(DialId id, Side side) {
    Dial& dial = dials_.at(id);
    Stream& stream = dial.streams[side];
    if (!stream.unacknowledged_since) return pump(id, side);
    const Host from = dial.ends[side].host;
    const Host to = dial.ends[other(side)].host;
    if (!transit(from, to) || !transit(to, from)) return back_off(id, side);
    stream.unacknowledged_since.reset();
    stream.stalled_since.reset();
    stream.retries = 0;
    pump(id, side);
}

/// The first lost segment of a row begins a stall; patience is counted from there.
void Network::back_off(DialId id, Side side) {
    Dial& dial = dials_.at(id);
    Stream& stream = dial.streams[side];
    if (!stream.stalled_since) stream.stalled_since = world_.now();
    const Duration patience = times_of(dial.ends[side]).patience;
    const Duration patience_left = *stream.stalled_since + patience - world_.now();
    if (patience_left <= Duration::zero()) return end_session(id, dial.session, other(side));
    world_.after(std::min(backed_off(stream.retries++), patience_left),
                 [this, id, session = dial.session, side] {
                     if (find(id, session) != nullptr) retry(id, side);
                 });
}

void Network::deliver(DialId id, SessionId session, Side from, Frame frame) {
    Dial* const dial = find(id, session);
    if (dial == nullptr) return;
    const Side to = other(from);
    const End& end = dial->ends[to];
    if (end.receiver == nullptr) {
        if (machines_[end.host].is_up) announce_end(id, session, to, 0);
        return;
    }
    if (to == dialler) dial->used_at = world_.now();
    show(dial->ends[from].host, end.host, frame);
    const LinkId link = to == dialler ? dialled_link(id) : accepted_link(session);
    // Where answers go to must not depend on which connection a list took. The side that
    // accepted the connection knows only by what comes over it what it is for.
    const Lane lane = to == dialler ? dial->lane : lane_of(frame.bytes.size());
    end.receiver->arrive({.link = lane == Lane::long_frames ? LinkId::none : link,
                          .frame = std::move(frame.bytes),
                          .sent_at = frame.sent_at,
                          .refused = {},
                          .speaker = machines_[dial->ends[from].host].key});
}

}  // namespace hearsay::simulation
