#include "own_view.hpp"

#include <algorithm>
#include <chrono>
#include <vector>

#include "hearsay/codec.hpp"

namespace hearsay {
namespace {

/// More than all of an answer but the entries of its lists takes.
constexpr std::size_t answer_head_bytes_max = 256;
/// What an entry takes beside its name: the length of that, and its numbers.
constexpr std::size_t name_extra_bytes = 2;
constexpr std::size_t state_extra_bytes = name_extra_bytes + 1;
constexpr std::size_t link_extra_bytes = name_extra_bytes + 1 + 5 + 5;

bool is_in_roster(MemberState state) {
    return state == MemberState::alive || state == MemberState::suspect;
}

const std::string& name_of(const std::string& name) {
    return name;
}
template <typename Entry>
const std::string& name_of(const Entry& entry) {
    return entry.name;
}

/// The room that is left in a frame.
class Room {
  public:
    /// Keeps as many entries, from the first on, as there is room for; returns how many it cut.
    template <typename Entry>
    std::size_t keep(std::vector<Entry>& list, std::size_t count_max, std::size_t extra_bytes) {
        std::size_t kept = 0;
        while (kept < std::min(list.size(), count_max)) {
            const std::size_t bytes = name_of(list[kept]).size() + extra_bytes;
            if (bytes > bytes_) break;
            bytes_ -= bytes;
            ++kept;
        }
        const std::size_t cut = list.size() - kept;
        list.resize(kept);
        return cut;
    }

  private:
    std::size_t bytes_ = limits::frame_bytes_max - answer_head_bytes_max;
};

/// A verdict or an event may wait for what others hear; an answer to a question does not.
bool is_unheard(const Link& link) {
    return link.is_observed && link.heard_ago && *link.heard_ago >= link.suspect_after;
}

ToldLink told(const Link& link) {
    ToldLink told{.name = link.name,
                  .is_observed = link.is_observed,
                  .is_lost = link.is_lost || is_unheard(link),
                  .heard_ago = {},
                  .round_trip = link.round_trip};
    if (link.heard_ago) told.heard_ago = std::chrono::floor<Milliseconds>(*link.heard_ago);
    return told;
}

void add_members(MemberView& view, const std::vector<Member>& members, bool has_roster) {
    for (const Member& member : members) {
        const std::string& name = member.identity.name;
        if (member.state != MemberState::alive) {
            view.troubled.push_back({.name = name, .state = member.state});
        }
        if (has_roster && is_in_roster(member.state)) view.roster.push_back(name);
    }
}

}  // namespace

MemberView own_view(const Detector& detector, const std::string& program_version,
                    std::optional<std::uint64_t> known_digest, ClockReading clock) {
    const Status status = detector.status(clock.now);
    const Config& config = detector.config();
    MemberView view;
    view.digest = status.digest;
    view.roster_size = status.roster_size;
    view.version = program_version;
    view.wall = std::max(clock.wall, Milliseconds::zero());
    view.is_withdrawn = status.is_withdrawn;
    view.is_leaving = status.is_leaving;
    // The detector tells them as they are at its present pace (R20).
    view.round = std::chrono::floor<Milliseconds>(config.round / status.pace);
    view.suspect_after = std::chrono::floor<Milliseconds>(config.suspect_after / status.pace);
    view.fail_after = std::chrono::floor<Milliseconds>(config.fail_after / status.pace);
    view.ring_count = config.ring_count;
    view.pace = static_cast<std::uint64_t>(status.pace);
    for (const Link& link : detector.links(clock.now))
        view.links.push_back(told(link));
    add_members(view, detector.members(clock.now), known_digest != status.digest);
    return view;
}

void fit(MemberView& view) {
    Room room;
    view.truncated += room.keep(view.links, limits::surveyed_links_max, link_extra_bytes);
    view.truncated += room.keep(view.troubled, limits::members_max, state_extra_bytes);
    view.truncated += room.keep(view.roster, limits::members_max, name_extra_bytes);
}

}  // namespace hearsay
