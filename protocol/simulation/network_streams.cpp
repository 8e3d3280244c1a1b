// How what was sent flows over the connections there are; network.cpp makes and ends them.

#include <algorithm>
#include <utility>

#include "network.hpp"

namespace hearsay::simulation {

void Network::push(DialId id, Side side, Frame frame) {
    Dial& dial = dials_.at(id);
    if (side == dialler) dial.used_at = world_.now();
    Stream& stream = dial.streams[side];
    if (stream.push(std::move(frame)) && !stream.stalled_since) pump(id, side);
}

/// Puts on the way what waits at `side`, until a segment is lost. What waits together goes
/// together.
void Network::pump(DialId id, Side side) {
    Dial& dial = dials_.at(id);
    Stream& stream = dial.streams[side];
    while (!stream.unsent.empty()) {
        const Host from = dial.ends[side].host;
        const Host to = dial.ends[other(side)].host;
        const auto way = transit(from, to);
        if (!way) return back_off(id, side);
        stream.retries = 0;
        stream.stalled_since.reset();
        if (transit(to, from)) {
            stream.unacknowledged_since.reset();
        } else {
            await_acknowledgement(id, side);
        }
        stream.last_arrival = std::max(stream.last_arrival, world_.now() + *way);
        for (Frame& frame : stream.take_segment()) {
            world_.at(stream.last_arrival,
                      [this, id, session = dial.session, side, frame = std::move(frame)]() mutable {
                          deliver(id, session, side, std::move(frame));
                      });
        }
    }
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
    end.receiver->arrive({.link = to == dialler ? dialled_link(id) : accepted_link(session),
                          .frame = std::move(frame.bytes),
                          .sent_at = frame.sent_at});
}

}  // namespace hearsay::simulation
