#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "hearsay/time.hpp"

#include "endpoint.hpp"
#include "limiter.hpp"
#include "log.hpp"

namespace hearsay {

/// The look-up of one host name, which may take seconds and never blocks: a thread of its own does
/// it and ends. Ask `is_pending` now and then. May be dropped at any time.
class Resolution {
  public:
    /// Starts to look up `host`, anew: nothing is cached here. `running` counts those that run,
    /// also those that nobody waits for any more.
    Resolution(std::string host, std::shared_ptr<std::atomic<int>> running);

    [[nodiscard]] bool is_pending() const;

    /// The addresses, in the order of preference; empty if the name does not resolve.
    /// REQUIRES: not pending.
    [[nodiscard]] const std::vector<std::string>& addresses() const;

    /// Why there are no addresses, in words. REQUIRES: not pending.
    [[nodiscard]] std::string problem() const;

  private:
    struct Lookup;
    /// Shared with the thread, which outlives us if nobody waits for its answer any more.
    std::shared_ptr<Lookup> lookup_;
};

/// Says which of the addresses of a name to dial: each time the next one, so that one that does
/// not answer does not hide the others. Logs names that do not resolve, once a minute each.
///
/// Each look-up is a thread, and a name server that does not answer keeps it for long. So there is
/// a bound, and names that were never reached leave half of the places to those that were, and to
/// the seeds: strangers can tell us names without end.
class AddressBook {
  public:
    /// How many look-ups run at once, and how many of names that are not known.
    static constexpr int lookups_max = 16;
    static constexpr int lookups_of_strangers_max = 8;

    /// `seeds` are known.
    AddressBook(const std::vector<std::string>& seeds, Log& log);

    /// Starts to look up the endpoint's host; nothing if there is no place for it now.
    [[nodiscard]] std::optional<Resolution> look_up(const Endpoint& endpoint);

    /// How many look-ups run.
    [[nodiscard]] const std::shared_ptr<std::atomic<int>>& running() const { return running_; }

    void set_seeds(const std::vector<std::string>& seeds);
    [[nodiscard]] bool is_seed(std::string_view endpoint) const {
        return seeds_.contains(endpoint);
    }

    /// `endpoint` with its name replaced by an address; nothing if it did not resolve.
    /// REQUIRES: `resolution` is that of the endpoint's host and not pending.
    [[nodiscard]] std::optional<Endpoint> choose(const Endpoint& endpoint,
                                                 const Resolution& resolution, Instant now);

    /// A connection to `endpoint` stands, at that address.
    void note_reached(const Endpoint& endpoint, const Endpoint& address);

    /// Where `endpoint` was last reached, if it ever was. Of several addresses of a name only that
    /// one says something about who was there.
    [[nodiscard]] std::optional<Endpoint> reached_at(const Endpoint& endpoint) const;

  private:
    Log& log_;
    std::shared_ptr<std::atomic<int>> running_;
    std::set<std::string, std::less<>> seeds_;
    std::map<std::string, std::size_t> attempts_by_host_;
    std::map<std::string, Endpoint> reached_;
    Limiter limiter_;
};

}  // namespace hearsay
