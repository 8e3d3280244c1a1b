#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "hearsay/message.hpp"

#include "simulation/cluster.hpp"
#include "simulation/play.hpp"

namespace hearsay::simulation {

/// Writes down, a line each, what happens in a cluster while a script is played: the steps, the
/// messages as they arrive, the events, and who ends of itself. Idle messages, of which only the
/// head and the rows are new, would bury the others and are only counted; but the first that the
/// accused says to each of the others is his answer.
///
/// A life bears the name of its host, the second one there with a stroke, n2', and so on. Digests
/// are letters in the order in which they were first written down.
class Scribe final : public Spectator, public Witness {
  public:
    /// What happens before `begin`, counted from now, is left out.
    /// REQUIRES: nothing was started in `cluster`, and both live as long as it runs.
    Scribe(Cluster& cluster, Duration begin);

    void see(const Step& step) override;
    void look() override { catch_up(); }
    void see(const std::string& from, const std::string& to,
             std::span<const std::byte> frame) override;

    /// All that was written down so far.
    [[nodiscard]] std::string text() const;

  private:
    [[nodiscard]] bool has_begun() const { return cluster_.now() >= begin_; }
    void write(const std::string& line);
    void write_damaged(const std::string& sender, const std::string& receiver, std::size_t bytes);
    void catch_up();
    void write_events();
    void write_ends();
    void learn_life(LifeId life, const std::string& host);
    [[nodiscard]] bool note_idleness(const Message& message, const std::string& to);
    [[nodiscard]] bool note_answer(const Message& message, const std::string& to);

    [[nodiscard]] std::string name_of(LifeId life) const;
    [[nodiscard]] std::string name_of_key(std::uint64_t key) const;
    [[nodiscard]] std::string name_of_digest(std::uint64_t digest);
    [[nodiscard]] std::string text(const Message& message);
    [[nodiscard]] std::string text(const Row& row) const;
    [[nodiscard]] std::string text(const Accusation& accusation) const;
    [[nodiscard]] std::string text(const Introduction& introduction) const;
    [[nodiscard]] std::string text(const Forget& forget) const;
    template <typename Entries>
    [[nodiscard]] std::string part(const std::string& word, const Entries& entries) const;
    [[nodiscard]] std::string part_of_keys(const std::string& word,
                                           const std::vector<std::uint64_t>& keys) const;

    Cluster& cluster_;
    Instant start_;
    Instant begin_;
    std::string written_;
    std::size_t records_read_ = 0;
    std::size_t idle_count_ = 0;
    std::vector<std::string> running_;
    std::map<LifeId, std::string> names_;
    std::map<std::string, std::size_t> lives_at_;
    std::map<std::uint64_t, std::string> digests_;
    /// Which life told which host that it is degraded.
    std::set<std::pair<LifeId, std::string>> degraded_;
    /// The hosts that each accused life has spoken to since its accusation.
    std::map<LifeId, std::set<std::string>> answered_;
};

}  // namespace hearsay::simulation
