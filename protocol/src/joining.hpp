#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "hearsay/config.hpp"
#include "hearsay/random.hpp"
#include "hearsay/time.hpp"

namespace hearsay {

/// When a node that knows nobody asks which seeds (R15).
///
/// Some at a time and in turn, or chance could pass over the only one that lives for long; again
/// after a pause that grows, for the others may all be dead; and give or take a part of it, so that
/// many that start at once do not come back at once.
class Joining {
  public:
    Joining(const Config& config, Random& random, Instant now);

    /// The seeds to ask now; the next attempt is due after the next pause. `own` is none of them.
    [[nodiscard]] std::vector<std::string> take_seeds(const Config& config, const std::string& own,
                                                      Random& random, Instant now);

    /// Somebody is known: the next time begins with a short pause, and is told anew.
    void note_company(const Config& config);

    /// True once for each time that this node has been alone for as long as a silent peer would
    /// need to be failed.
    [[nodiscard]] bool must_tell_loneliness(const Config& config, Instant now);

    /// When seeds are to be asked next.
    [[nodiscard]] Instant due() const { return due_; }

  private:
    Instant started_at_;
    Instant due_;
    Duration pause_;
    /// Which seed is asked next; counted round.
    std::size_t next_seed_;
    bool is_loneliness_told_ = false;
};

}  // namespace hearsay
