#include "survey_comparison.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>

#include "hearsay/text.hpp"

namespace hearsay {
namespace {

constexpr std::size_t views_max = 32;

/// Members that said the same, word for word.
struct Group {
    std::vector<std::string> members;
    bool has_asker = false;
    /// What one of them said, and the roster that it holds.
    const MemberView* view = nullptr;
    const std::vector<std::string>* roster = nullptr;
    std::map<std::string_view, MemberState> states{};
};

/// Collects the views that are the same, word for word.
class Grouping {
  public:
    explicit Grouping(const MemberView& own) : own_(own) {}

    void add(const std::string& name, const MemberView& view, bool is_asker) {
        const bool is_same_roster = view.digest == own_.digest;
        Group& group = groups_[Key(view.troubled, is_same_roster ? own_.roster : view.roster,
                                   view.truncated > 0)];
        group.members.push_back(name);
        group.has_asker |= is_asker;
        if (group.view != nullptr) return;
        group.view = &view;
        group.roster = is_same_roster ? &own_.roster : &view.roster;
    }

    /// The group of the asker first, then those of the most members.
    [[nodiscard]] std::vector<Group> take() {
        std::vector<Group> list;
        for (auto& [key, group] : groups_)
            list.push_back(std::move(group));
        std::stable_sort(list.begin(), list.end(), [](const Group& one, const Group& other) {
            return std::tuple(!one.has_asker, other.members.size()) <
                   std::tuple(!other.has_asker, one.members.size());
        });
        return list;
    }

  private:
    /// By content, but equal places need no look.
    struct Key {
        Key(const std::vector<ToldState>& told, const std::vector<std::string>& names, bool is_cut)
            : troubled(&told), roster(&names), is_truncated(is_cut) {}

        bool operator<(const Key& other) const {
            if (is_truncated != other.is_truncated) return other.is_truncated;
            if (roster != other.roster && *roster != *other.roster) return *roster < *other.roster;
            const auto is_before = [](const ToldState& a, const ToldState& b) {
                return std::tie(a.name, a.state) < std::tie(b.name, b.state);
            };
            return std::lexicographical_compare(troubled->begin(), troubled->end(),
                                                other.troubled->begin(), other.troubled->end(),
                                                is_before);
        }

        const std::vector<ToldState>* troubled;
        const std::vector<std::string>* roster;
        bool is_truncated;
    };

    const MemberView& own_;
    std::map<Key, Group> groups_;
};

bool is_living(MemberState state) {
    return state == MemberState::alive || state == MemberState::suspect;
}

void read_states(Group& group) {
    for (const std::string& name : *group.roster)
        group.states[name] = MemberState::alive;
    for (const ToldState& member : group.view->troubled)
        group.states[member.name] = member.state;
}

std::optional<MemberState> state_in(const Group& group, std::string_view name) {
    const auto found = group.states.find(name);
    return found == group.states.end() ? std::nullopt : std::optional(found->second);
}

/// What all groups say of one member.
struct Standing {
    std::size_t alive_count = 0;
    bool is_living_anywhere = false;
    /// The first that is said of it.
    MemberState state = MemberState::alive;
};

std::map<std::string_view, Standing> standings(const std::vector<Group>& groups) {
    std::map<std::string_view, Standing> standings;
    for (const Group& group : groups) {
        for (const auto& [name, state] : group.states) {
            const auto [place, is_new] = standings.try_emplace(name);
            Standing& standing = place->second;
            if (is_new) standing.state = state;
            if (state == MemberState::alive) ++standing.alive_count;
            standing.is_living_anywhere |= is_living(state);
        }
    }
    return standings;
}

/// What is to be said of the member in this group; nothing if it is simply alive.
std::string_view held_for(const Group& group, std::string_view name, const Standing& standing) {
    if (!standing.is_living_anywhere) return text(standing.state);
    const auto state = state_in(group, name);
    if (state) return *state == MemberState::alive ? std::string_view() : text(*state);
    // What was cut off may have named it.
    return group.view->truncated > 0 ? std::string_view() : "unknown";
}

SharedView shared(const Group& group, const std::map<std::string_view, Standing>& standings,
                  std::size_t group_count) {
    SharedView shared{.members = group.members, .has_asker = group.has_asker, .holds = {}};
    for (const auto& [name, standing] : standings) {
        if (standing.alive_count == group_count) continue;
        const std::string_view held = held_for(group, name, standing);
        if (!held.empty()) shared.holds.emplace_back(name, held);
    }
    return shared;
}

void merge(std::vector<SharedView>& views, SharedView view) {
    const auto same = std::find_if(views.begin(), views.end(), [&](const SharedView& other) {
        return other.holds == view.holds;
    });
    if (same == views.end()) {
        views.push_back(std::move(view));
        return;
    }
    same->members.insert(same->members.end(), view.members.begin(), view.members.end());
    same->has_asker |= view.has_asker;
}

/// Those beyond the first few dozen, as one.
std::optional<SharedView> cut_off(std::vector<Group>& groups) {
    if (groups.size() <= views_max) return std::nullopt;
    SharedView rest;
    for (std::size_t i = views_max; i < groups.size(); ++i)
        rest.members.insert(rest.members.end(), groups[i].members.begin(), groups[i].members.end());
    groups.resize(views_max);
    return rest;
}

}  // namespace

std::vector<SharedView> shared_views(const SurveyReport& report) {
    Grouping grouping(report.own);
    grouping.add(report.self.name, report.own, true);
    for (const Surveyed& member : report.members)
        if (member.view) grouping.add(member.identity.name, *member.view, false);
    std::vector<Group> groups = grouping.take();
    const auto rest = cut_off(groups);
    for (Group& group : groups)
        read_states(group);
    const auto all = standings(groups);
    std::vector<SharedView> views;
    for (const Group& group : groups)
        merge(views, shared(group, all, groups.size()));
    for (SharedView& view : views)
        std::sort(view.members.begin(), view.members.end());
    std::stable_sort(views.begin(), views.end(), [](const SharedView& a, const SharedView& b) {
        return a.members.size() > b.members.size();
    });
    if (rest) views.push_back(*rest);
    return views;
}

}  // namespace hearsay
