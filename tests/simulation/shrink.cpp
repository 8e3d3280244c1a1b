#include "simulation/shrink.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "hearsay/check.hpp"

#include "simulation/script_words.hpp"

namespace hearsay::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// A script that other chances make fail as well is as good, and lets more go.
constexpr std::uint64_t other_seeds = 4;

/// A greedy search: whatever is smaller and still fails is kept.
class Shrinker {
  public:
    Shrinker(Script script, const Fails& fails, std::size_t tries)
        : best_(std::move(script)), fails_(fails), tries_(tries) {}

    Script shrink() {
        bool is_smaller = true;
        while (is_smaller && tries_ > 0) {
            is_smaller = drop_steps();
            is_smaller |= drop_settings();
            is_smaller |= drop_hosts();
            is_smaller |= drop_nodes();
            is_smaller |= simplify_steps();
            is_smaller |= simplify_head();
            is_smaller |= shorten_times();
        }
        return std::move(best_);
    }

  private:
    bool try_once(const Script& candidate) {
        if (tries_ == 0 || print(candidate) == print(best_)) return false;
        --tries_;
        if (!fails_(candidate)) return false;
        best_ = candidate;
        return true;
    }

    bool try_seeds(Script candidate) {
        if (try_once(candidate)) return true;
        for (std::uint64_t seed = 1; seed <= other_seeds; ++seed) {
            candidate.seed = seed;
            if (try_once(candidate)) return true;
        }
        return false;
    }

    /// Tries what `change` makes of the best script.
    template <typename Change>
    bool try_change(Change change) {
        Script candidate = best_;
        change(candidate);
        return try_seeds(std::move(candidate));
    }

    /// Drops from a list by halves, by quarters and so on, at last singly; one is left if
    /// `size_min` is one. `list` picks the list from a script.
    template <typename ListOf>
    bool drop_from(ListOf list, std::size_t size_min) {
        bool is_smaller = false;
        for (std::size_t count = list(best_).size() / 2 + 1; count > 0; count /= 2) {
            for (std::size_t from = 0; from + count <= list(best_).size();) {
                const bool is_left = list(best_).size() - count >= size_min;
                const bool is_dropped =
                    is_left && try_change([&](Script& script) {
                        const auto first = list(script).begin() + static_cast<std::ptrdiff_t>(from);
                        list(script).erase(first, first + static_cast<std::ptrdiff_t>(count));
                    });
                if (!is_dropped) from += count;
                is_smaller = is_smaller || is_dropped;
            }
        }
        return is_smaller;
    }

    bool drop_steps() {
        return drop_from(
            [](Script & script) -> auto& { return script.steps; }, 0);
    }

    bool drop_settings() {
        bool is_smaller = drop_from(
            [](Script & script) -> auto& { return script.node_configs; }, 0);
        for (std::size_t i = 0; i < best_.node_configs.size(); ++i) {
            const auto list = [i](Script & script) -> auto& {
                return script.node_configs[i].hosts;
            };
            is_smaller = drop_from(list, 1) || is_smaller;
        }
        return is_smaller;
    }

    bool drop_hosts() {
        bool is_smaller = drop_from(
            [](Script & script) -> auto& { return script.seeds; }, 1);
        for (std::size_t i = 0; i < best_.steps.size(); ++i) {
            for (const auto part : {&Step::hosts, &Step::others, &Step::seeds}) {
                const auto list = [&](Script & script) -> auto& {
                    return script.steps[i].*part;
                };
                const std::size_t size_min = part == &Step::seeds ? 0 : 1;
                is_smaller = drop_from(list, size_min) || is_smaller;
            }
        }
        return is_smaller;
    }

    bool drop_nodes() {
        bool is_smaller = false;
        for (std::size_t count = best_.nodes / 2; count > 0;) {
            const bool is_dropped =
                best_.nodes >= count && try_change([&](Script& script) { script.nodes -= count; });
            if (!is_dropped) count /= 2;
            is_smaller = is_smaller || is_dropped;
        }
        return is_smaller;
    }

    bool simplify_path(const std::function<Path&(Script&)>& path) {
        bool is_smaller = try_change([&](Script& script) { path(script) = {}; });
        for (const ShareWord& share : share_words) {
            is_smaller |= try_change([&](Script& script) { path(script).*share.per_mille = 0; });
            is_smaller |= try_change([&](Script& script) { path(script).*share.per_mille /= 2; });
        }
        for (const BoundWord& bound : bound_words) {
            is_smaller |= try_change([&](Script& script) { path(script).*bound.bytes = 0; });
        }
        is_smaller |= try_change([&](Script& script) {
            path(script).delay = path(script).delay / 2;
            path(script).spread = std::min(path(script).spread, path(script).delay);
        });
        return is_smaller;
    }

    bool simplify_steps() {
        bool is_smaller = false;
        for (std::size_t i = 0; i < best_.steps.size(); ++i) {
            is_smaller |= try_change([i](Script& script) { script.steps[i].clock_error = {}; });
            is_smaller |= try_change([i](Script& script) { script.steps[i].tag_bytes = 0; });
            if (best_.steps[i].path == Path{} || best_.steps[i].path.is_cut) continue;
            is_smaller |=
                simplify_path([i](Script& script) -> Path& { return script.steps[i].path; });
        }
        return is_smaller;
    }

    bool simplify_head() {
        bool is_smaller = try_change([](Script& script) {
            script.profile = Profile::local;
            script.config = Config::local();
        });
        is_smaller |= try_change([](Script& script) { script.config = config_of(script.profile); });
        is_smaller |= try_change([](Script& script) { script.seeds = {"n1"}; });
        is_smaller |= simplify_path([](Script& script) -> Path& { return script.default_path; });
        return is_smaller;
    }

    /// All from step `first` on comes earlier by `shift`.
    static void shift(Script& script, std::size_t first, Duration shift) {
        for (std::size_t i = first; i < script.steps.size(); ++i)
            script.steps[i].at -= shift;
        script.until -= shift;
    }

    [[nodiscard]] Duration gap_before(std::size_t i) const {
        const Duration end = i < best_.steps.size() ? best_.steps[i].at : best_.until;
        return i == 0 ? end : end - best_.steps[i - 1].at;
    }

    bool shorten_times() {
        bool is_smaller = false;
        for (std::size_t i = 0; i <= best_.steps.size(); ++i) {
            const Duration gap = gap_before(i);
            const std::array<Duration, 5> shorter{
                Duration::zero(), gap / 2, gap * 3 / 4, std::chrono::floor<seconds>(gap),
                std::chrono::floor<milliseconds>(gap / 100) * 100};
            for (const Duration left : shorter) {
                if (left >= gap_before(i)) continue;
                const Duration less = gap_before(i) - std::chrono::floor<milliseconds>(left);
                is_smaller |= try_change([&](Script& script) { shift(script, i, less); });
            }
        }
        return is_smaller;
    }

    Script best_;
    const Fails& fails_;
    std::size_t tries_;
};

}  // namespace

Script shrink(Script script, const Fails& fails, std::size_t tries) {
    HEARSAY_CHECK(fails(script));
    return Shrinker(std::move(script), fails, tries).shrink();
}

}  // namespace hearsay::simulation
