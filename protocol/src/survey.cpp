#include "hearsay/survey.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <utility>

#include "hearsay/check.hpp"
#include "hearsay/random.hpp"

#include "numbers.hpp"
#include "own_view.hpp"
#include "survey_codec.hpp"
#include "words.hpp"

// A survey is for people, and no rule of the protocol goes by it. So it stands beside the detector,
// asks each member itself, and costs nothing while nobody wants to know.

namespace hearsay {
namespace {

/// After a question without an answer there is one more.
constexpr std::size_t questions_each = 2;
/// So long after the last new question the survey is over.
constexpr int patient_rounds = 3;

bool is_in_roster(const Member& member) {
    return member.state == MemberState::alive || member.state == MemberState::suspect;
}

/// A survey of our own, until what came of it is dropped.
struct Running {
    SurveyReport report;
    std::map<LifeId, std::size_t> by_life;
    /// When others are asked, and when nobody is waited for any more once all are.
    Instant due{};
    Instant end{};
    std::size_t bytes_kept = 0;
};
/// Whom we have answered in a round.
struct Answering {
    Instant until{};
    std::set<LifeId> answered;
};

/// Everybody that may know something, those that will likely answer first.
std::vector<Surveyed> to_be_asked(const Detector& detector, Instant now) {
    std::vector<Surveyed> list;
    for (Member& member : detector.members(now)) {
        if (member.is_self || member.state == MemberState::left) continue;
        list.push_back({.identity = std::move(member.identity),
                        .state = member.state,
                        .view = {},
                        .asked_at = {}});
    }
    std::stable_sort(list.begin(), list.end(), [](const Surveyed& one, const Surveyed& other) {
        return one.state < other.state;
    });
    return list;
}

LifeId sender_of(const SurveyFrame& frame) {
    return std::visit([](const auto& each) { return each.from; }, frame);
}

}  // namespace

bool is_survey_frame(std::span<const std::byte> frame) {
    return frame.size() >= survey_mark.size() &&
           std::equal(survey_mark.begin(), survey_mark.end(), frame.begin());
}

struct Survey::Core {
    // Asking.
    void begin(const Detector& detector, ClockReading clock);
    void handle_timeout(const Detector& detector, Instant now);
    void ask_round(const Detector& detector, Instant now);
    void ask(Surveyed& member, const Detector& detector, Instant now);
    [[nodiscard]] bool were_all_asked() const;
    void end_if_due(Instant now);
    [[nodiscard]] Surveyed* awaited(const SurveyAnswer& answer);
    void take(SurveyAnswer answer, std::size_t bytes, ClockReading clock);
    void keep(Surveyed& member, MemberView view, std::size_t bytes);

    // Answering.
    [[nodiscard]] bool may_answer(LifeId life, Duration round, Instant now);
    void answer(const SurveyQuestion& question, LinkId link, const Detector& detector,
                ClockReading clock);

    void send(LinkId link, const std::string& endpoint, std::vector<std::byte> frame);

    std::string program_version;
    Random random;
    std::optional<Running> running{};
    std::optional<Answering> answering{};
    std::deque<Transmit> frames{};
    SurveyCounters counters{};
};

void Survey::Core::begin(const Detector& detector, ClockReading clock) {
    if (running) return;
    running.emplace();
    running->due = clock.now;
    SurveyReport& report = running->report;
    report.self = detector.self();
    report.own = own_view(detector, program_version, std::nullopt, clock);
    report.members = to_be_asked(detector, clock.now);
    report.began = clock.now;
    report.heard = clock.now;
    for (std::size_t i = 0; i < report.members.size(); ++i)
        running->by_life.emplace(report.members[i].identity.life, i);
    end_if_due(clock.now);
}

void Survey::Core::handle_timeout(const Detector& detector, Instant now) {
    if (!running || running->report.is_over) return;
    if (now >= running->due) ask_round(detector, now);
    end_if_due(now);
}

void Survey::Core::ask_round(const Detector& detector, Instant now) {
    running->due = now + detector.config().round;
    SurveyReport& report = running->report;
    for (std::size_t i = 0; i < report.asked_count; ++i) {
        Surveyed& member = report.members[i];
        if (!member.view && member.asked_at.size() < questions_each) ask(member, detector, now);
    }
    const std::size_t before = report.asked_count;
    const std::size_t more =
        std::min<std::size_t>(report.members.size() - before, numbers::asked_by_chance());
    for (std::size_t i = before; i < before + more; ++i) {
        report.members[i].number = random.next();
        ask(report.members[i], detector, now);
    }
    report.asked_count += more;
    if (more > 0) running->end = now + detector.config().round * patient_rounds;
}

void Survey::Core::ask(Surveyed& member, const Detector& detector, Instant now) {
    // Each question has a number of its own, so that its answer tells the round trip, and so that
    // nobody can answer in the place of another.
    const SurveyQuestion question{.from = detector.self().life,
                                  .number = member.number + member.asked_at.size(),
                                  .digest = running->report.own.digest};
    member.asked_at.push_back(now);
    std::vector<std::byte> frame = encode(question, detector.config().cluster);
    running->report.bytes_sent += frame.size();
    ++counters.questions_sent;
    send(LinkId::none, member.identity.endpoint, std::move(frame));
}

bool Survey::Core::were_all_asked() const {
    return running->report.asked_count == running->report.members.size();
}

void Survey::Core::end_if_due(Instant now) {
    SurveyReport& report = running->report;
    const bool have_all_answered = report.answered_count == report.members.size();
    report.is_over = have_all_answered || (were_all_asked() && now >= running->end);
}

/// Only the life that was asked may answer, once and by its number.
Surveyed* Survey::Core::awaited(const SurveyAnswer& answer) {
    if (!running || running->report.is_over) return nullptr;
    const auto found = running->by_life.find(answer.from);
    if (found == running->by_life.end()) return nullptr;
    Surveyed& member = running->report.members[found->second];
    const bool is_awaited = !member.view && answer.number - member.number < member.asked_at.size();
    return is_awaited ? &member : nullptr;
}

void Survey::Core::take(SurveyAnswer answer, std::size_t bytes, ClockReading clock) {
    Surveyed* const member = awaited(answer);
    if (member == nullptr) {
        ++counters.unasked;
        return;
    }
    ++counters.answers_received;
    member->round_trip = clock.now - member->asked_at[answer.number - member->number];
    const auto half = std::chrono::floor<Milliseconds>(member->round_trip / 2);
    member->clock_ahead = answer.view.wall - (clock.wall - half);
    keep(*member, std::move(answer.view), bytes);
    SurveyReport& report = running->report;
    ++report.answered_count;
    report.bytes_received += bytes;
    report.heard = clock.now;
    end_if_due(clock.now);
}

/// Answers that are as long as they may be would together take more memory than any need has.
void Survey::Core::keep(Surveyed& member, MemberView view, std::size_t bytes) {
    running->bytes_kept += bytes;
    if (running->bytes_kept > limits::surveyed_bytes_max) {
        running->bytes_kept -= bytes;
        view.truncated += view.links.size() + view.troubled.size() + view.roster.size();
        view.links = {};
        view.troubled = {};
        view.roster = {};
    }
    member.view = std::move(view);
}

bool Survey::Core::may_answer(LifeId life, Duration round, Instant now) {
    if (!answering || now >= answering->until) {
        answering = Answering{.until = now + round, .answered = {}};
    }
    return answering->answered.size() < numbers::asked_by_chance() &&
           answering->answered.insert(life).second;
}

void Survey::Core::answer(const SurveyQuestion& question, LinkId link, const Detector& detector,
                          ClockReading clock) {
    const auto asker = detector.member(question.from, clock.now);
    if (!asker || !is_in_roster(*asker)) {
        ++counters.strangers;
        return;
    }
    if (!may_answer(question.from, detector.config().round, clock.now)) {
        ++counters.surplus;
        return;
    }
    SurveyAnswer answer{.from = detector.self().life,
                        .number = question.number,
                        .view = own_view(detector, program_version, question.digest, clock)};
    fit(answer.view);
    ++counters.answers_sent;
    send(link, asker->identity.endpoint, encode(answer, detector.config().cluster));
}

void Survey::Core::send(LinkId link, const std::string& endpoint, std::vector<std::byte> frame) {
    counters.bytes_sent += frame.size();
    frames.push_back({.link = link, .endpoint = endpoint, .frame = std::move(frame)});
}

Survey::Survey(std::string program_version, std::uint64_t seed)
    : core_(std::make_unique<Core>(
          Core{.program_version = std::move(program_version), .random = Random(seed)})) {
    HEARSAY_CHECK(is_program_version(core_->program_version));
}
Survey::Survey(Survey&&) noexcept = default;
Survey& Survey::operator=(Survey&&) noexcept = default;
Survey::~Survey() = default;

void Survey::begin(const Detector& detector, ClockReading clock) {
    core_->begin(detector, clock);
}

std::optional<Rejection> Survey::handle_frame(std::span<const std::byte> frame, LinkId link,
                                              const Detector& detector, ClockReading clock,
                                              const Credential* speaker) {
    core_->counters.bytes_received += frame.size();
    auto result = decode_survey(frame, detector.config().cluster);
    if (result && speaker != nullptr && !detector.is_bearer(*speaker, sender_of(result.value()))) {
        result = Rejection{DecodeError::impostor, speaker->name};
    }
    if (!result) {
        ++core_->counters.rejected.at(static_cast<std::size_t>(result.error().error));
        return result.error();
    }
    if (const auto* const question = std::get_if<SurveyQuestion>(&result.value())) {
        core_->answer(*question, link, detector, clock);
    } else {
        core_->take(std::get<SurveyAnswer>(std::move(result.value())), frame.size(), clock);
    }
    return std::nullopt;
}

void Survey::handle_timeout(const Detector& detector, Instant now) {
    core_->handle_timeout(detector, now);
}

std::optional<Transmit> Survey::poll_transmit() {
    if (core_->frames.empty()) return std::nullopt;
    std::optional<Transmit> next = std::move(core_->frames.front());
    core_->frames.pop_front();
    return next;
}

std::optional<Instant> Survey::next_deadline() const {
    if (!core_->running || core_->running->report.is_over) return std::nullopt;
    const Running& running = *core_->running;
    return core_->were_all_asked() ? std::min(running.due, running.end) : running.due;
}

const SurveyReport* Survey::report() const {
    return core_->running ? &core_->running->report : nullptr;
}

void Survey::drop_finished() {
    if (core_->running && core_->running->report.is_over) core_->running.reset();
}

const SurveyCounters& Survey::counters() const {
    return core_->counters;
}

}  // namespace hearsay
