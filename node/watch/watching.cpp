#include "watching.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>
#include <pthread.h>
#include <signal.h>

#include "answer.hpp"
#include "clock.hpp"
#include "curses_terminal.hpp"
#include "drawing.hpp"
#include "exit_code.hpp"
#include "fleet.hpp"
#include "model.hpp"
#include "scene.hpp"
#include "signal_queue.hpp"

namespace hearsay::watch {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Between two drawings: at least, and at most, for the sake of the relative times.
constexpr Duration draw_pause_min = milliseconds(100);
constexpr Duration draw_pause_max = seconds(1);
/// How old the bars of silence get while all is calm.
constexpr Duration links_pause = seconds(10);
/// How old an explanation gets on the screen.
constexpr Duration explanation_age_max = seconds(1);
constexpr Duration answer_patience = seconds(2);
constexpr milliseconds survey_time{60'000};

sigset_t wanted_signals() {
    sigset_t wanted;
    sigemptyset(&wanted);
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP, SIGCONT})
        sigaddset(&wanted, number);
    return wanted;
}

/// Holds the signals of a screen back, to take them as they come.
class HeldSignals {
  public:
    HeldSignals() {
        const sigset_t wanted = wanted_signals();
        ::pthread_sigmask(SIG_BLOCK, &wanted, &former_);
    }
    HeldSignals(const HeldSignals&) = delete;
    HeldSignals& operator=(const HeldSignals&) = delete;
    ~HeldSignals() { ::pthread_sigmask(SIG_SETMASK, &former_, nullptr); }

  private:
    sigset_t former_{};
};

/// As SIGTSTP does where nobody handles it; returns when the process goes on.
void stop_for_the_shell() {
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    static_cast<void>(::raise(SIGTSTP));
    ::pthread_sigmask(SIG_UNBLOCK, &stop, nullptr);
    ::pthread_sigmask(SIG_BLOCK, &stop, nullptr);
}

/// A picture that stays as it was.
struct Still {
    Scene scene;
    Instant at;
};

class Watching {
  public:
    Watching(zmq::context_t& context, const std::string& address)
        : signals_(wanted_signals()), fleet_(context, address, links_pause, callbacks()) {}

    void run() {
        fleet_.set_watched(true);
        while (!is_over_) {
            now_ = steady_now();
            fleet_.turn(now_);
            take_signals();
            take_keys();
            keep_explanation_fresh();
            if (!is_over_ && now_ >= draw_due()) draw();
            if (!is_over_) sleep();
        }
    }

  private:
    Fleet::Callbacks callbacks() {
        return {.on_answer = [this](Fleet::Part part) { take_answer(part); },
                .on_event = [this](const Json& event) { take_event(event); },
                .on_change = [this] { take_change(); }};
    }

    // What the node says.

    void take_answer(Fleet::Part part) {
        Told& told = part == Fleet::Part::members  ? scene_.members
                     : part == Fleet::Part::status ? scene_.status
                                                   : scene_.links;
        take(told, fleet_.answer(part));
    }

    void take(Told& told, const Json& answer) {
        if (!answer.is_object() || answer.contains("error")) return;
        told = {.answer = answer, .at = now_};
        is_stale_ = true;
    }

    void take_event(const Json& event) {
        scene_.note_event(event, now_);
        is_explanation_due_ = true;
        is_stale_ = true;
    }

    void take_change() {
        const bool is_first = scene_.found_or_lost_at == Instant{};
        scene_.is_found = fleet_.is_found();
        scene_.found_or_lost_at = now_;
        is_stale_ = true;
        if (is_first && scene_.is_found) return;
        scene_.note_event({{"event", scene_.is_found ? "back" : "gone"},
                           {"member", word(scene_.members.answer, "name")}},
                          now_);
    }

    // What a person asks.

    void explain(const std::string& member) {
        Inquiry& inquiry = scene_.explanation;
        if (inquiry.subject != member) inquiry = {.subject = member, .told = {}};
        explanation_asked_at_ = now_;
        is_explanation_due_ = false;
        fleet_.follower().ask({{"op", "explain"}, {"member", member}}, answer_patience,
                              [this, member](const Json* answer) {
                                  if (scene_.explanation.subject == member)
                                      take(scene_.explanation, answer);
                              });
    }

    void survey() {
        if (scene_.survey.is_waiting) return;
        scene_.survey.is_waiting = true;
        fleet_.follower().ask({{"op", "views"}, {"timeout_ms", survey_time.count()}},
                              survey_time + answer_patience,
                              [this](const Json* answer) { take(scene_.survey, answer); });
    }

    void take(Inquiry& inquiry, const Json* answer) {
        inquiry.is_waiting = false;
        inquiry.is_unanswered = answer == nullptr;
        if (answer != nullptr) inquiry.told = {.answer = *answer, .at = now_};
        // A user who asks while the picture is frozen wants to see the answer.
        if (still_) still_->scene.explanation = scene_.explanation;
        if (still_) still_->scene.survey = scene_.survey;
        is_stale_ = true;
    }

    void keep_explanation_fresh() {
        if (model_.pane() != Pane::explanation || still_ || !scene_.is_found) return;
        const std::string member = model_.chosen(listed());
        const bool is_old = now_ - explanation_asked_at_ >= explanation_age_max;
        const bool is_other = member != scene_.explanation.subject;
        if (!member.empty() && (is_old || is_other || is_explanation_due_)) explain(member);
    }

    void take_keys() {
        if (!terminal_.has_news()) return;
        is_stale_ = true;
        while (const auto key = terminal_.read()) {
            fulfil(model_.handle(*key, listed()));
            if (model_.is_frozen() && !still_) still_ = Still{.scene = scene_, .at = now_};
            if (!model_.is_frozen()) still_.reset();
            // What has not been drawn yet is what the next key is about.
            note_drawn(drawn());
        }
        is_over_ = is_over_ || terminal_.is_lost();
    }

    void fulfil(Wish wish) {
        switch (wish) {
            case Wish::nothing:
                return;
            case Wish::quit:
                is_over_ = true;
                return;
            case Wish::explain:
                explain(model_.chosen(listed()));
                return;
            case Wish::survey:
                survey();
                return;
        }
    }

    void take_signals() {
        while (const auto signal = signals_.poll()) {
            is_stale_ = true;
            if (*signal == SIGWINCH) {
                terminal_.resize();
            } else if (*signal == SIGCONT) {
                terminal_.take_again();
            } else if (*signal == SIGTSTP) {
                terminal_.give_back();
                stop_for_the_shell();
                terminal_.take_again();
            } else {
                is_over_ = true;
            }
        }
    }

    // What is shown.

    [[nodiscard]] const Scene& shown() const { return still_ ? still_->scene : scene_; }
    [[nodiscard]] Instant shown_at() const { return still_ ? still_->at : now_; }

    [[nodiscard]] std::vector<std::string> listed() const {
        return listed_names(shown(), model_, shown_at());
    }

    [[nodiscard]] Instant draw_due() const {
        return drawn_at_ + (is_stale_ ? draw_pause_min : draw_pause_max);
    }

    [[nodiscard]] Drawn drawn() const {
        Look look{
            .size = terminal_.size(), .charset = charset_, .now = shown_at(), .frozen_ms = {}};
        if (still_) look.frozen_ms = milliseconds_since(still_->at, now_);
        return watch::draw(shown(), model_, look);
    }

    void note_drawn(const Drawn& drawn) { model_.note_drawn(drawn.page_rows, drawn.scroll_max); }

    void draw() {
        const Drawn picture = drawn();
        note_drawn(picture);
        terminal_.show(picture.canvas);
        drawn_at_ = now_;
        is_stale_ = false;
    }

    void sleep() {
        set_.clear();
        fleet_.watch(set_);
        signals_.watch(set_);
        terminal_.watch(set_);
        set_.wait(std::min(fleet_.deadline(), draw_due()) - steady_now());
    }

    HeldSignals held_;
    SignalQueue signals_;
    const Charset charset_ = charset_of_locale();
    CursesTerminal terminal_;
    Scene scene_;
    Model model_;
    std::optional<Still> still_;
    Fleet fleet_;
    PollSet set_;
    Instant now_ = steady_now();
    Instant drawn_at_{};
    Instant explanation_asked_at_{};
    bool is_explanation_due_ = false;
    bool is_stale_ = true;
    bool is_over_ = false;
};

}  // namespace

int keep_watching(zmq::context_t& context, const std::string& address) {
    Watching(context, address).run();
    return exit_code::yes;
}

}  // namespace hearsay::watch
