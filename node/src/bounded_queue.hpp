#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "hearsay/check.hpp"
#include "hearsay/codec.hpp"

namespace hearsay {

/// What one reader has yet to take, in order and within bounds.
///
/// A reader that stands still must not hold up the node, nor take its memory. So the oldest items
/// go when there are too many, and are counted. Items that must be kept, such as the news of a
/// death, have a bound of their own: as many as a cluster has members. Beyond it an older one about
/// the same subject makes room first, for the newer one says more. Not thread-safe.
template <typename Item>
class BoundedQueue {
  public:
    /// How many items that must be kept are kept.
    static constexpr std::size_t kept_max = limits::members_max;

    /// Keeps the latest `ordinary_max` of the other items.
    explicit BoundedQueue(std::size_t ordinary_max) : ordinary_max_(ordinary_max) {}

    void push(Item item) {
        ordinary_.push_back({.number = ++last_, .item = std::move(item), .about = {}});
        if (ordinary_.size() <= ordinary_max_) return;
        ordinary_.pop_front();
        ++lost_;
    }

    /// Adds one that must be kept. `about` says what it is about: the newest of one subject stands
    /// for those before it.
    void push_kept(Item item, const std::string& about) {
        ++kept_about_[about];
        kept_.push_back({.number = ++last_, .item = std::move(item), .about = about});
        if (kept_.size() <= kept_max) return;
        forget(outdated());
        ++lost_;
    }

    [[nodiscard]] bool is_empty() const { return ordinary_.empty() && kept_.empty(); }
    [[nodiscard]] std::size_t size() const { return ordinary_.size() + kept_.size(); }

    /// The oldest one. REQUIRES: not empty.
    [[nodiscard]] const Item& front() const {
        HEARSAY_CHECK(!is_empty());
        const bool is_kept = ordinary_.empty() ||
                             (!kept_.empty() && kept_.front().number < ordinary_.front().number);
        return (is_kept ? kept_ : ordinary_).front().item;
    }

    /// Takes the oldest one. REQUIRES: not empty.
    [[nodiscard]] Item take() {
        std::optional<Item> item = take_if([](const Item& /*any*/) { return true; });
        HEARSAY_CHECK(item.has_value());
        return *std::move(item);
    }

    /// Takes the oldest one that `is_wanted`, if there is any.
    template <typename Predicate>
    [[nodiscard]] std::optional<Item> take_if(const Predicate& is_wanted) {
        const auto one = find(ordinary_, is_wanted);
        const auto other = find(kept_, is_wanted);
        if (one == ordinary_.end() && other == kept_.end()) return std::nullopt;
        const bool is_kept =
            one == ordinary_.end() || (other != kept_.end() && other->number < one->number);
        Item item = std::move(is_kept ? other->item : one->item);
        if (is_kept) {
            forget(other);
        } else {
            ordinary_.erase(one);
        }
        return item;
    }

    /// How many were lost ever.
    [[nodiscard]] std::uint64_t lost_count() const { return lost_; }
    /// How many were lost since this was asked last.
    [[nodiscard]] std::uint64_t take_lost() { return lost_ - std::exchange(lost_told_, lost_); }

  private:
    struct Entry {
        /// Of all that were ever pushed.
        std::uint64_t number = 0;
        Item item;
        std::string about;
    };
    using Entries = std::deque<Entry>;

    template <typename Predicate>
    static typename Entries::iterator find(Entries& entries, const Predicate& is_wanted) {
        auto at = entries.begin();
        while (at != entries.end() && !is_wanted(at->item))
            ++at;
        return at;
    }

    /// The oldest one that a newer one about the same subject outdates, else the oldest of all.
    typename Entries::iterator outdated() {
        auto at = kept_.begin();
        while (at != kept_.end() && kept_about_.at(at->about) == 1)
            ++at;
        return at == kept_.end() ? kept_.begin() : at;
    }

    void forget(typename Entries::iterator at) {
        const auto about = kept_about_.find(at->about);
        if (--about->second == 0) kept_about_.erase(about);
        kept_.erase(at);
    }

    std::size_t ordinary_max_;
    Entries ordinary_;
    Entries kept_;
    /// How many of those that are kept each subject has.
    std::unordered_map<std::string, std::size_t> kept_about_;
    std::uint64_t last_ = 0;
    std::uint64_t lost_ = 0;
    std::uint64_t lost_told_ = 0;
};

}  // namespace hearsay
