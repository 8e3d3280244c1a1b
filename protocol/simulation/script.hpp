#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hearsay/config.hpp"
#include "hearsay/member.hpp"
#include "hearsay/result.hpp"
#include "hearsay/time.hpp"

#include "network.hpp"

namespace hearsay::simulation {

/// What a step does: the commands of a cluster.
enum class Verb : std::uint8_t {
    start,
    crash,
    power_off,
    restart,
    freeze,
    thaw,
    suspend,
    wake,
    block,
    unblock,
    starve,
    clock,
    snapshot,
    clone,
    restore,
    leave,
    forget,
    tag,
    part,
    half_cut,
    path,
    ingress,
    egress,
    default_path,
    heal,
};

/// Hosts in the order in which they were named.
using Hosts = std::vector<std::string>;

enum class Direction : std::uint8_t { both_ways, one_way };

/// One thing that befalls a cluster. Of the parts below `hosts` each verb uses its own alone.
struct Step {
    /// Since the beginning.
    Duration at{};
    Verb verb = Verb::heal;
    /// Whom it befalls, one after the other.
    Hosts hosts{};

    /// `part`, `half_cut`, `path`: whom the hosts are parted from, or where their way leads.
    Hosts others{};
    /// `part`, `path`.
    Direction direction = Direction::both_ways;
    /// `path`, `ingress`, `egress`, `default_path`.
    Path path{};

    /// `start`: what the process calls itself; `clone`: the original; `forget`: the one forgotten.
    std::string name{};
    /// `forget`: even if that is alive.
    bool is_forced = false;
    /// `start`: another cluster's name, for one that strays in.
    std::string cluster{};
    /// `start`: the hosts it asks to join; those of the script if there is none.
    Hosts seeds{};
    /// `start`, `restart`: how wrong its wall clock is.
    Duration clock_error{};
    /// `starve`: by how much its turns come late at most.
    Duration lateness{};
    /// `clock`: by how many millionths it is fast.
    std::int64_t drift_per_million = 0;
    /// `tag`: its tags from now on, and as many more as make them so many bytes.
    Tags tags{};
    std::size_t tag_bytes = 0;
};

enum class Profile : std::uint8_t { local, lan, wan };

/// The configuration of that name.
[[nodiscard]] Config config_of(Profile profile);

/// How the processes on some hosts are configured, whenever they start, where that is not as the
/// script says.
struct NodeConfig {
    Hosts hosts;
    /// The one that it differs from, instead of the script's configuration.
    std::optional<Profile> profile{};
    Config config{};
};

/// A whole run of a simulated cluster, as it is written down:
///
///     # What follows a number sign is for people.
///     seed 7
///     nodes 5                     started at once: n1, n2, ...
///     seeds n1,n2                 whom everybody asks to join; n1 if not said
///     profile local               or lan, or wan; then what differs from it
///     fail_after 2s
///     node n2,n9 round 500ms      of these; a profile before that, if theirs is another
///     default-path delay 5ms spread 1ms loss 0.5%
///     until 30s
///
///     4.2s crash n3
///     5s restart n3 clock -24h
///     6s part n1..n3 | n4,n5      both ways; with > only from the first to the others
///     6s half-cut n1..n3 | n4,n5  of each path one way, by chance
///     7s path n2 > n3 loss 30%    one way; <> is both ways
///     7s path n1 <> n2 cut
///     8s ingress n4 loss 5%       all ways to it; egress is all from it
///     8s default-path loss 1%     all ways of which nothing else was said
///     9s heal
///     10s start n9 name n3 cluster elsewhere seeds n2,n4 clock 1s
///     11s tag n2 role=primary rack=7
///     11s tag n2 size 2kB         and more, until they are so long in all
///     12s forget n1 name n3       with force behind it even one that is alive
///     13s starve n2 by 300ms      turns come late by up to so much; 0 ends that
///     14s clock n2 drift 200ppm   its clock is fast; with a minus slow; 0ppm ends that
///     15s snapshot n3             a copy of its process is kept
///     16s clone c3 name n3        the latest copy, or one of now, runs on this host as well
///     17s restore n3              the host goes back to the latest copy of it
///
/// A node that starts with seeds of two clusters introduces them to each other.
///
/// Every other step is a time, a verb and hosts: power-off, freeze and thaw, suspend and wake,
/// block and unblock, leave.
///
/// Of a path may be said, in any order; what is not said is as on a quiet network:
///
///     delay 5ms spread 1ms        a segment takes 4 to 6 ms
///     loss 2.5%                   segments are lost, and sent again
///     hole 500B                   segments of more bytes are swallowed whenever they are sent
///     rate 10kB/s                 frames wait for those before them
///     corrupt 1%                  frames have one byte changed
///     duplicate 1% reorder 1%     frames arrive twice, or late and behind others
///     cut                         nothing gets through
struct Script {
    std::uint64_t seed = 1;
    std::size_t nodes = 0;
    Hosts seeds{"n1"};
    Profile profile = Profile::local;
    Config config = Config::local();
    /// The last that names a host counts.
    std::vector<NodeConfig> node_configs{};
    Path default_path{};
    /// When the run ends.
    Duration until{};
    /// In the order of time.
    std::vector<Step> steps;
};

/// Why a text is no script.
struct ScriptError {
    /// Counted from one.
    std::size_t line = 0;
    /// What is wrong there, and what would be right.
    std::string problem;
};

[[nodiscard]] Result<Script, ScriptError> parse(std::string_view text);

/// The text that `parse` reads back as the same script.
[[nodiscard]] std::string print(const Script& script);
/// The same for one step, a line without its end.
[[nodiscard]] std::string print(const Step& step);

}  // namespace hearsay::simulation
