#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "hearsay/time.hpp"

namespace hearsay::simulation {

/// The way from one host to another. Each direction has its own.
struct Path {
    /// How long a segment is under way: `delay`, give or take up to `spread`.
    Duration delay = std::chrono::microseconds{200};
    Duration spread = std::chrono::microseconds{100};
    /// Segments lost of a thousand; each is sent again after a time-out, as TCP does.
    std::uint64_t loss_per_mille = 0;
    /// Nothing gets through.
    bool is_cut = false;
    /// Longer segments are swallowed, however often they are sent, as where a packet may be shorter
    /// than both ends believe. Zero: none is.
    std::uint64_t hole_bytes = 0;
    /// So much gets through in a second, and the rest waits for its turn. Zero: at once.
    std::uint64_t bytes_per_second = 0;
    /// Frames of a thousand that arrive with one byte changed; that arrive a second time, late; and
    /// that arrive late, when others have overtaken them.
    std::uint64_t corrupt_per_mille = 0;
    std::uint64_t duplicate_per_mille = 0;
    std::uint64_t reorder_per_mille = 0;

    bool operator==(const Path&) const = default;
};

/// The ways between all hosts, which are numbered from 0: one for all, until something else is
/// said of a pair of them, or of all ways to or from one.
class Paths {
  public:
    explicit Paths(Path usual) : usual_(usual), default_(usual) {}

    /// What is set for the pair; else what is set for the ends, both together if both are; else
    /// what is set for all.
    [[nodiscard]] Path between(std::size_t from, std::size_t to) const;

    void set(std::size_t from, std::size_t to, Path path) { pairs_[{from, to}] = path; }
    void set_ingress(std::size_t host, Path path) { ingress_[host] = path; }
    void set_egress(std::size_t host, Path path) { egress_[host] = path; }
    void set_default(Path path) { default_ = path; }
    /// True if any way is cut.
    [[nodiscard]] bool has_cuts() const;
    /// All ways are as in the beginning.
    void heal();

  private:
    Path usual_;
    Path default_;
    std::map<std::pair<std::size_t, std::size_t>, Path> pairs_;
    std::map<std::size_t, Path> ingress_;
    std::map<std::size_t, Path> egress_;
};

}  // namespace hearsay::simulation
