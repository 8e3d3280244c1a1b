#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hearsay/codec.hpp"
#include "hearsay/detector.hpp"
#include "hearsay/member.hpp"
#include "hearsay/message.hpp"
#include "hearsay/time.hpp"

namespace hearsay {

/// The bounds of a survey's frames beside those of codec.hpp, kept in the same way.
namespace limits {
inline constexpr std::size_t version_bytes_max = 32;
inline constexpr std::size_t surveyed_links_max = 256;
/// Bytes of answers whose lists one survey keeps; of further answers it keeps the rest alone.
inline constexpr std::size_t surveyed_bytes_max = std::size_t{16} << 20U;
}  // namespace limits

/// What a driver's clocks show.
struct ClockReading {
    Instant now{};
    /// Since 1970, in UTC.
    Milliseconds wall{};
};

/// How a member hears a ring neighbour, in its own words.
struct ToldLink {
    std::string name;
    /// True if a word is due from it every round.
    bool is_observed = false;
    /// True if no word of it came over a link for longer than is accepted, whatever others hear.
    bool is_lost = false;
    /// Nothing if no word ever came over a link.
    std::optional<Milliseconds> heard_ago;
    /// From a question to its answer; nothing if unknown.
    std::optional<std::chrono::microseconds> round_trip;

    bool operator==(const ToldLink&) const = default;
};

/// A member that is not simply alive in somebody's view.
struct ToldState {
    std::string name;
    MemberState state = MemberState::failed;

    bool operator==(const ToldState&) const = default;
};

/// What one member says of itself and of the others, when asked.
struct MemberView {
    /// Order-free hash of the roster it holds, as in `Status`.
    std::uint64_t digest = 0;
    std::size_t roster_size = 0;
    /// Of its program.
    std::string version;
    /// What its clock shows, since 1970.
    Milliseconds wall{};
    bool is_withdrawn = false;
    bool is_leaving = false;
    /// As configured, whatever its pace is.
    Milliseconds round{};
    Milliseconds suspect_after{};
    Milliseconds fail_after{};
    std::uint64_t ring_count = 0;
    /// How many rounds it takes for one.
    std::uint64_t pace = 1;
    /// Entries of the lists that found no room.
    std::uint64_t truncated = 0;
    std::vector<ToldLink> links;
    /// The suspect, failed and left, by name.
    std::vector<ToldState> troubled;
    /// The names of its roster; empty if its digest is the asker's.
    std::vector<std::string> roster;

    bool operator==(const MemberView&) const = default;
};

/// A member that a survey asks, and its answer.
struct Surveyed {
    /// As the asker lists it when the survey begins.
    Identity identity;
    MemberState state = MemberState::alive;
    /// Nothing as long as it has not answered.
    std::optional<MemberView> view;
    /// From the question to the answer.
    Duration round_trip{};
    /// Its clock less that of the asker, wrong by at most half of the round trip.
    Milliseconds clock_ahead{};
    /// When it was asked, the first and the second time, and by which number.
    std::vector<Instant> asked_at;
    std::uint64_t number = 0;
};

/// What came of a survey so far.
struct SurveyReport {
    /// The asker's own view as the survey began, with its roster.
    Identity self;
    MemberView own;
    std::vector<Surveyed> members;
    Instant began{};
    /// When the last answer came that is in.
    Instant heard{};
    bool is_over = false;
    std::size_t asked_count = 0;
    std::size_t answered_count = 0;
    /// Application bytes of its questions, and of the answers.
    std::uint64_t bytes_sent = 0;
    std::uint64_t bytes_received = 0;
};

/// Since the start. Bytes are application bytes; all are totals that never fall.
struct SurveyCounters {
    std::uint64_t questions_sent = 0;
    std::uint64_t answers_sent = 0;
    std::uint64_t answers_received = 0;
    std::uint64_t bytes_sent = 0;
    std::uint64_t bytes_received = 0;
    /// Frames refused, by `DecodeError`.
    std::array<std::uint64_t, decode_error_count> rejected{};
    /// Questions of lives outside the roster, and those beyond what is answered in a round.
    std::uint64_t strangers = 0;
    std::uint64_t surplus = 0;
    /// Answers to no question of ours.
    std::uint64_t unasked = 0;
};

/// True if it is a frame for a `Survey`; all others are for the `Detector`.
[[nodiscard]] bool is_survey_frame(std::span<const std::byte> frame);

/// Asks all members for their views when somebody wants to know, and answers those that ask. It
/// stands beside a detector, which it only asks, and like it has no sockets, threads or clock.
/// While nobody asks it does nothing and holds nothing.
///
/// A few members are asked in a round, each once more after a round without an answer. A life of
/// the roster is answered once in a round, and no more than so few lives (WIRE.md).
///
/// A driver hands in the frames of surveys, and in each turn calls `handle_timeout` and takes all
/// `poll_transmit()`. `now` never falls from one call to the next. Not thread-safe; movable, not
/// copyable.
class Survey {
  public:
    /// `program_version` is told to all who ask; `seed` decides the numbers of its questions.
    /// REQUIRES: the version has at most `limits::version_bytes_max` printable ASCII characters.
    Survey(std::string program_version, std::uint64_t seed);
    Survey(Survey&&) noexcept;
    Survey& operator=(Survey&&) noexcept;
    ~Survey();

    /// Begins to ask all listed members that have not left; joins a survey that was not dropped.
    void begin(const Detector& detector, ClockReading clock);

    /// Takes a frame of a survey that arrived over `link`. What is refused changes nothing but a
    /// counter; the reason is returned if the frame itself is at fault. `speaker` is as in
    /// `Detector::handle_message`.
    std::optional<Rejection> handle_frame(std::span<const std::byte> frame, LinkId link,
                                          const Detector& detector, ClockReading clock,
                                          const Credential* speaker = nullptr);

    /// Asks the members that are to be asked now.
    void handle_timeout(const Detector& detector, Instant now);

    /// The next frame to send, if any.
    [[nodiscard]] std::optional<Transmit> poll_transmit();

    /// When `handle_timeout` is due next; nothing if no survey is under way.
    [[nodiscard]] std::optional<Instant> next_deadline() const;

    /// What came of the survey so far; nothing if there is none.
    [[nodiscard]] const SurveyReport* report() const;

    /// Forgets what came of a survey that is over.
    void drop_finished();

    [[nodiscard]] const SurveyCounters& counters() const;

  private:
    struct Core;
    std::unique_ptr<Core> core_;
};

}  // namespace hearsay
