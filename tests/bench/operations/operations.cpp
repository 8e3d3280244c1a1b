#include "operations.hpp"

#include <cstdint>
#include <memory>
#include <utility>

#include "hearsay/check.hpp"
#include "hearsay/codec.hpp"

#include "crowd.hpp"
#include "rings.hpp"

namespace hearsay::bench {
namespace {

using Frame = std::vector<std::byte>;
using Maker = Message (Crowd::*)(LifeId);

/// So many messages of the crowd, each from the next member.
std::vector<Message> messages(Crowd& crowd, Maker make, std::size_t times) {
    std::vector<Message> made;
    for (std::size_t index = 0; index < times; ++index)
        made.push_back((crowd.*make)(crowd.lives()[index % crowd.lives().size()]));
    return made;
}

std::function<void()> encode_all(std::size_t members, std::size_t times, Maker make) {
    Crowd crowd(members);
    return [all = messages(crowd, make, times)] {
        std::size_t bytes = 0;
        for (const Message& message : all)
            bytes += encode(message).size();
        HEARSAY_CHECK(bytes > 0);
    };
}

std::function<void()> decode_all(std::size_t members, std::size_t times, Maker make) {
    Crowd crowd(members);
    std::vector<Frame> frames;
    for (const Message& message : messages(crowd, make, times))
        frames.push_back(encode(message));
    return [frames = std::move(frames), cluster = crowd.detector().config().cluster] {
        for (const Frame& frame : frames)
            HEARSAY_CHECK(static_cast<bool>(decode(frame, cluster)));
    };
}

std::function<void()> receive_all(std::size_t members, std::size_t times, Maker make) {
    auto crowd = std::make_shared<Crowd>(members);
    std::vector<std::pair<LifeId, Frame>> frames;
    for (const Message& message : messages(*crowd, make, times))
        frames.emplace_back(message.from, encode(message));
    return [crowd, frames = std::move(frames)] {
        for (const auto& [from, frame] : frames)
            crowd->hand_in(frame, from);
    };
}

std::function<void()> judge_all(std::size_t members, std::size_t times) {
    auto crowd = std::make_shared<Crowd>(members);
    crowd->turn();
    return [crowd, times] {
        for (std::size_t index = 0; index < times; ++index)
            crowd->turn();
    };
}

/// What a node does in a quiet round: pulses of its neighbours, a partner's delta, and its turn.
std::function<void()> live_rounds(std::size_t members, std::size_t times) {
    auto crowd = std::make_shared<Crowd>(members);
    crowd->turn();
    return [crowd, times] {
        for (std::size_t index = 0; index < times; ++index) {
            crowd->pass(crowd->detector().config().round);
            for (const LifeId neighbour : crowd->neighbours())
                crowd->hand_in(encode(crowd->delta(neighbour)), neighbour);
            crowd->turn();
        }
    };
}

std::shared_ptr<Rings> rings_of(const Crowd& crowd) {
    auto rings = std::make_shared<Rings>(std::size_t{2});
    for (const LifeId life : crowd.lives())
        rings->insert(life);
    return rings;
}

std::function<void()> change_rings(std::size_t members, std::size_t times) {
    const Crowd crowd(members);
    return [rings = rings_of(crowd), lives = crowd.lives(), times] {
        for (std::size_t index = 0; index < times; ++index) {
            rings->erase(lives[index % lives.size()]);
            rings->insert(lives[index % lives.size()]);
        }
    };
}

std::function<void()> look_for_neighbours(std::size_t members, std::size_t times) {
    const Crowd crowd(members);
    return [rings = rings_of(crowd), lives = crowd.lives(), times] {
        std::size_t found = 0;
        for (std::size_t index = 0; index < times; ++index) {
            const LifeId life = lives[index % lives.size()];
            found += rings->neighbours(life, [](LifeId) { return false; }).size();
        }
        HEARSAY_CHECK(found > 0);
    };
}

std::function<void()> list_all(std::size_t members, std::size_t times) {
    auto crowd = std::make_shared<Crowd>(members);
    return [crowd, times] {
        for (std::size_t index = 0; index < times; ++index)
            HEARSAY_CHECK(!crowd->detector().members(crowd->now()).empty());
    };
}

/// With what the members say bound.
auto with(std::function<void()> (*prepare)(std::size_t, std::size_t, Maker), Maker make) {
    return [prepare, make](std::size_t members, std::size_t times) {
        return prepare(members, times, make);
    };
}

}  // namespace

const std::vector<Operation>& operations() {
    static const std::vector<Operation> all{
        {"encode-pulse", "a pulse is written", with(encode_all, &Crowd::pulse)},
        {"decode-pulse", "a pulse is read", with(decode_all, &Crowd::pulse)},
        {"encode-delta", "a message with a row is written", with(encode_all, &Crowd::delta)},
        {"decode-delta", "a message with a row is read", with(decode_all, &Crowd::delta)},
        {"receive-pulse", "a pulse is read, merged and answered", with(receive_all, &Crowd::pulse)},
        {"receive-delta", "the same with a row", with(receive_all, &Crowd::delta)},
        {"judge", "a turn in which nothing is due", judge_all},
        {"round", "a quiet round of one node", live_rounds},
        {"ring-update", "a member leaves the rings and returns", change_rings},
        {"neighbours", "whom a member exchanges pulses with", look_for_neighbours},
        {"members", "all members are listed for a user", list_all},
    };
    return all;
}

}  // namespace hearsay::bench
