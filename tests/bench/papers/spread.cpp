#include "spread.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "hearsay/check.hpp"

namespace hearsay::papers {
namespace {

/// The members that know, and those that will when the round ends.
class Rumour {
  public:
    explicit Rumour(std::size_t members) : known_(members, 0), next_(members, 0) { tell(0); }

    [[nodiscard]] bool is_known_to(std::size_t member) const { return known_[member] != 0; }
    [[nodiscard]] bool is_known_to_all() const { return told_ == known_.size(); }

    void tell(std::size_t member) {
        if (next_[member] == 0) ++told_;
        next_[member] = 1;
    }
    void end_round() { known_ = next_; }

  private:
    std::vector<std::uint8_t> known_;
    std::vector<std::uint8_t> next_;
    std::size_t told_ = 0;
};

/// One of `count` but `self`, each equally likely.
std::size_t any_other(std::size_t self, std::size_t count, Random& random) {
    const std::size_t other = random.below(count - 1);
    return other < self ? other : other + 1;
}

void call(Rumour& rumour, std::size_t caller, const SpreadModel& model, Random& random) {
    const bool is_known = rumour.is_known_to(caller);
    if (model.exchange == Exchange::push && !is_known) return;
    const std::size_t called = any_other(caller, model.members, random);
    if (random.chance(model.loss_per_mille, 1000)) return;
    if (is_known) rumour.tell(called);
    if (model.exchange == Exchange::push_pull && rumour.is_known_to(called)) rumour.tell(caller);
}

/// Plays `round` until all know, and says how often that was.
template <typename Round>
std::uint32_t count_rounds(std::size_t members, Round round) {
    HEARSAY_CHECK(members >= 2);
    Rumour rumour(members);
    rumour.end_round();
    std::uint32_t rounds = 0;
    for (; !rumour.is_known_to_all(); ++rounds) {
        round(rumour);
        rumour.end_round();
    }
    return rounds;
}

}  // namespace

std::uint32_t rounds_to_reach_all(const SpreadModel& model, Random& random) {
    return count_rounds(model.members, [&](Rumour& rumour) {
        for (std::size_t caller = 0; caller < model.members; ++caller)
            call(rumour, caller, model, random);
    });
}

std::uint32_t rounds_across_subnets(std::size_t subnets, std::size_t subnet_members,
                                    Random& random) {
    const std::size_t members = subnets * subnet_members;
    return count_rounds(members, [&](Rumour& rumour) {
        for (std::size_t caller = 0; caller < members; ++caller) {
            if (!rumour.is_known_to(caller)) continue;
            const std::size_t subnet = caller / subnet_members;
            const std::size_t first = subnet * subnet_members;
            if (subnet_members > 1)
                rumour.tell(first + any_other(caller - first, subnet_members, random));
            if (subnets > 1 && random.chance(1, subnet_members))
                rumour.tell(any_other(subnet, subnets, random) * subnet_members +
                            random.below(subnet_members));
        }
    });
}

}  // namespace hearsay::papers
