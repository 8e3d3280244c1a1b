#include "web_node.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "answer.hpp"
#include "clock.hpp"
#include "json.hpp"
#include "routes.hpp"
#include "status_address.hpp"

namespace hearsay {

namespace {

/// Between two looks into the run directory while the node is away.
constexpr Duration look_pause = std::chrono::seconds(1);
/// The page says of a neighbour that all is well with "in time", not for how long it was silent.
constexpr Duration links_pause = std::chrono::minutes(1);

Feed::Part feed_part(Fleet::Part part) {
    switch (part) {
        case Fleet::Part::members:
            return Feed::Part::members;
        case Fleet::Part::status:
            return Feed::Part::status;
        case Fleet::Part::links:
            return Feed::Part::links;
    }
    return Feed::Part::members;
}

}  // namespace

WebNode::WebNode(zmq::context_t& context, std::string address, std::filesystem::path run_directory,
                 Feed& feed)
    : context_(context),
      given_address_(std::move(address)),
      run_directory_(std::move(run_directory)),
      feed_(feed),
      questions_([this](const Json& request, Duration timeout,
                        auto on_answer) { ask(request, timeout, std::move(on_answer)); },
                 steady_now) {
    look_for_address(steady_now());
    tell_node();
}

void WebNode::look_for_address(Instant now) {
    if (is_found() || now < look_at_) return;
    look_at_ = now + look_pause;
    const auto address = find_status_address(given_address_, run_directory_);
    if (address && *address != address_) follow(*address);
}

void WebNode::follow(const std::string& address) {
    // What was asked of the former one is answered by nobody.
    fleet_.reset();
    questions_.give_up();
    address_ = address;
    fleet_.emplace(context_, address, links_pause,
                   Fleet::Callbacks{.on_answer = [this](Fleet::Part part) { note_answer(part); },
                                    .on_event = [this](const Json& event) { note_event(event); },
                                    .on_change = [this] { note_change(); }});
    fleet_->set_watched(is_listened_);
}

void WebNode::ask(const Json& request, Duration timeout,
                  std::function<void(const Json*)> on_answer) {
    if (!fleet_) {
        unasked_.push_back(std::move(on_answer));
    } else if (word(request, "op") == "views") {
        fleet_->follower().ask(request, timeout, [this, on_answer](const Json* answer) {
            if (answer != nullptr && !answer->contains("error")) note_survey(*answer);
            on_answer(answer);
        });
    } else {
        fleet_->follower().ask(request, timeout, std::move(on_answer));
    }
}

void WebNode::set_listened(bool is_listened) {
    if (is_listened == is_listened_) return;
    is_listened_ = is_listened;
    if (fleet_) fleet_->set_watched(is_listened);
    schedule_.set_listened(is_listened, steady_now());
    if (is_listened) return;
    // The next client would take what is old by then for the present.
    for (const Fleet::Part part : Fleet::parts)
        feed_.forget(feed_part(part));
}

void WebNode::turn(Instant now) {
    look_for_address(now);
    if (fleet_) fleet_->turn(now);
    for (const auto& on_answer : std::exchange(unasked_, {}))
        on_answer(nullptr);
    survey_if_due(now);
}

void WebNode::watch(PollSet& set) {
    if (fleet_) fleet_->watch(set);
}

Instant WebNode::deadline() const {
    Instant deadline = unasked_.empty() ? Instant::max() : Instant{};
    if (fleet_) deadline = std::min(deadline, fleet_->deadline());
    if (!is_found()) deadline = std::min(deadline, look_at_);
    return std::min(deadline, schedule_.due().value_or(Instant::max()));
}

std::string WebNode::name() const {
    return fleet_ ? word(fleet_->ping(), "name") : "";
}

std::string WebNode::absence() const {
    return fleet_ ? "no node answers at " + address_ : no_node_text(run_directory_);
}

void WebNode::survey_if_due(Instant now) {
    const auto due = schedule_.due();
    if (!is_found() || !due || *due > now) return;
    schedule_.note_begin(now);
    const bool is_asked =
        questions_.get(survey_question(), [this](const auto& /*answer*/) { schedule_.note_end(); });
    if (!is_asked) schedule_.note_end();
}

void WebNode::note_survey(const Json& answer) {
    Json survey = answer;
    survey["at"] = date_text(wall_now());
    feed_.log().add_survey(line(survey));
}

void WebNode::note_answer(Fleet::Part part) {
    const Json& answer = fleet_->answer(part);
    feed_.set(feed_part(part), line(answer));
    questions_.note(plain_question(Fleet::name(part)), answer);
}

void WebNode::note_event(const Json& event) {
    feed_.log().add_event(line(event));
    schedule_.note_event(word(event, "event"), steady_now());
}

void WebNode::note_change() {
    // Another node may answer in its place.
    questions_.forget_answers();
    schedule_.want(steady_now());
    tell_node();
}

void WebNode::tell_node() {
    const Json said = is_found() ? fleet_->ping() : Json::object();
    Json node;
    node["found"] = is_found();
    node["at"] = date_text(wall_now());
    for (const char* key : {"name", "cluster", "version"})
        node[key] = said.contains(key) ? said[key] : Json(nullptr);
    node["address"] = address_.empty() ? Json(nullptr) : Json(address_);
    feed_.set(Feed::Part::node, line(node));
}

}  // namespace hearsay
