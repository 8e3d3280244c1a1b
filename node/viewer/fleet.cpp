#include "fleet.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>

#include "answer.hpp"

namespace hearsay {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration answer_timeout = seconds(2);
/// While all is calm events tell all that changes, and the answers are only to be sure.
constexpr Duration calm_pause = std::chrono::minutes(1);
constexpr Duration unsettled_pause = seconds(1);
/// After an event views differ for some rounds.
constexpr Duration settling_time = seconds(10);
/// After an event, and at least this long after the last answer: a thousand events in a second are
/// five answers.
constexpr Duration hurried_pause = milliseconds(200);

bool is_anybody_in_doubt(const Fleet::Json& status) {
    return !part(status, "suspect").empty() ||
           count(status, "peers_agreeing") < count(status, "peers_heard");
}

bool is_any_lost(const Fleet::Json& links) {
    const Fleet::Json& list = part(links, "links");
    return std::any_of(list.begin(), list.end(),
                       [](const Fleet::Json& link) { return flag(link, "lost"); });
}

}  // namespace

std::string_view Fleet::name(Part part) {
    constexpr std::array<std::string_view, parts.size()> names{"members", "status", "links"};
    return names.at(static_cast<std::size_t>(part));
}

Fleet::Fleet(zmq::context_t& context, const std::string& address, Duration links_pause,
             Callbacks callbacks)
    : links_pause_(links_pause),
      callbacks_(std::move(callbacks)),
      follower_(context, address,
                {.on_event =
                     [this](const Json& event) {
                         hurry();
                         callbacks_.on_event(event);
                     },
                 .on_found =
                     [this](const Json& ping) {
                         ping_ = ping;
                         hurry();
                         callbacks_.on_change();
                     },
                 .on_lost = [this] { callbacks_.on_change(); }}) {}

const Fleet::Question& Fleet::of(Part part) const {
    return questions_.at(static_cast<std::size_t>(part));
}

Fleet::Question& Fleet::of(Part part) {
    return questions_.at(static_cast<std::size_t>(part));
}

void Fleet::set_watched(bool is_watched) {
    if (is_watched && !is_watched_) hurry();
    is_watched_ = is_watched;
}

bool Fleet::is_unsettled() const {
    return follower_.now() < settled_at_ || is_anybody_in_doubt(answer(Part::status)) ||
           is_any_lost(answer(Part::links));
}

Duration Fleet::pause(Part part) const {
    if (is_unsettled()) return unsettled_pause;
    return part == Part::links ? std::min(links_pause_, calm_pause) : calm_pause;
}

Instant Fleet::due(Part part) const {
    const Question& question = of(part);
    if (question.is_asked) return Instant::max();
    return question.tried_at + (question.is_hurried ? hurried_pause : pause(part));
}

void Fleet::turn(Instant now) {
    follower_.turn(now);
    if (!is_found() || !is_watched_) return;
    for (const Part part : parts) {
        if (due(part) <= now) ask(part);
    }
}

void Fleet::ask(Part part) {
    of(part).is_asked = true;
    // An event that comes from now on asks for a further answer.
    of(part).is_hurried = false;
    follower_.ask({{"op", name(part)}}, answer_timeout,
                  [this, part](const Json* answer) { note_answer(part, answer); });
}

void Fleet::note_answer(Part part, const Json* answer) {
    Question& question = of(part);
    question.is_asked = false;
    question.tried_at = follower_.now();
    if (answer == nullptr || answer->contains("error")) return;
    question.answered_at = question.tried_at;
    question.answer = *answer;
    callbacks_.on_answer(part);
}

void Fleet::hurry() {
    settled_at_ = follower_.now() + settling_time;
    for (Question& question : questions_)
        question.is_hurried = true;
}

Instant Fleet::deadline() const {
    Instant deadline = follower_.deadline();
    if (!is_found() || !is_watched_) return deadline;
    for (const Part part : parts)
        deadline = std::min(deadline, due(part));
    return deadline;
}

}  // namespace hearsay
