#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hearsay/detector.hpp"
#include "hearsay/event.hpp"
#include "hearsay/member.hpp"
#include "hearsay/node.hpp"
#include "hearsay/time.hpp"

#include "kept_addresses.hpp"
#include "log.hpp"
#include "node_state.hpp"
#include "seed_choice.hpp"
#include "state_file.hpp"

namespace hearsay {

/// Keeps what outlasts a node, and gives its detector the addresses that the life before has kept.
/// Without a data directory it keeps nothing, and the detector has the seeds that were given.
///
/// It only notes what its file shall say. The upkeep writes it, on its own thread.
///
/// Driven by the node's loop; not thread-safe.
class Keeper {
  public:
    /// Reads the file in the data directory. If it cannot be used, the log says so in one line, and
    /// nothing was kept. Throws StartError as a StateFile does.
    Keeper(const NodeOptions& options, Log& log);

    /// None without a data directory.
    [[nodiscard]] const std::shared_ptr<StateFile>& file() const { return file_; }

    /// The last incarnation of the life before; 0 if it is not known.
    [[nodiscard]] std::uint64_t former_incarnation() const { return state_.incarnation; }

    /// This life is about to begin. Throws StartError if the file cannot be written.
    void begin(const Identity& self, Instant now);

    /// How many addresses are kept.
    [[nodiscard]] std::size_t address_count() const { return state_.addresses.size(); }

    /// The seeds that the user gave, without kept addresses.
    [[nodiscard]] const std::vector<std::string>& given_seeds() const { return given_; }
    void set_given_seeds(std::vector<std::string> seeds) { given_ = std::move(seeds); }

    /// What a detector is to have for seeds now. REQUIRES: begun.
    [[nodiscard]] std::vector<std::string> seeds(Instant now);

    /// Something was sent to an endpoint, be it a seed or not.
    void note_asked(std::string_view endpoint) { choice_->note_asked(endpoint); }
    void note_event(const Event& event);
    /// A frame of another cluster came from this endpoint: it is kept no longer.
    void note_foreign(const std::string& endpoint);

    /// What may be late by a round: notes what is to be kept, and gives the detector its seeds.
    void look(Detector& detector, bool is_alone, Instant now);
    /// The last of it, when the run is over.
    void finish(const Detector& detector, Instant now);

  private:
    void take_note(const Detector& detector, Instant now);

    Log& log_;
    std::shared_ptr<StateFile> file_;
    Duration round_;
    Duration forget_after_;
    std::vector<std::string> given_;
    /// What the detector has.
    std::vector<std::string> seeds_;
    /// What the file says, or will soon.
    NodeState state_;
    std::optional<KeptAddresses> addresses_;
    std::optional<SeedChoice> choice_;
    bool is_alone_ = true;
    bool has_news_ = false;
    Instant next_note_{};
    Instant next_aging_{};
};

}  // namespace hearsay
