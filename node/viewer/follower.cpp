#include "follower.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include "connection_monitor.hpp"
#include "json.hpp"
#include "zmq_io.hpp"

namespace hearsay {

namespace {

using Json = Follower::Json;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// How long a node may take to say who it is.
constexpr Duration ping_timeout = seconds(2);
/// Between two attempts to find a node: it is seen soon after its start, at no cost worth a name.
constexpr Duration look_pause = milliseconds(100);

/// The frames of the next message; none if nothing has arrived.
std::vector<zmq::message_t> receive_frames(zmq::socket_t& socket) {
    std::vector<zmq::message_t> frames;
    for (bool is_more = true; is_more; is_more = frames.back().more()) {
        zmq::message_t frame;
        if (!try_receive(socket, frame)) break;
        frames.push_back(std::move(frame));
    }
    return frames;
}

/// Nothing if that is no number of ours.
std::optional<std::uint64_t> number_in(const zmq::message_t& frame) {
    std::uint64_t number = 0;
    if (frame.size() != sizeof(number)) return std::nullopt;
    std::copy_n(frame.data<char>(), sizeof(number), reinterpret_cast<char*>(&number));
    return number;
}

}  // namespace

/// A connection to one of the node's sockets, which is made anew whenever it is lost.
class Follower::Channel {
  public:
    /// Whether what is sent while there is no connection waits for one.
    enum class Unconnected : std::uint8_t { refuses, waits };

    Channel(zmq::context_t& context, const std::string& address, Unconnected unconnected)
        : socket_(context, zmq::socket_type::dealer), monitor_(context, socket_) {
        socket_.set(zmq::sockopt::linger, 0);
        socket_.set(zmq::sockopt::immediate, unconnected == Unconnected::refuses);
        socket_.set(zmq::sockopt::reconnect_ivl, static_cast<int>(look_pause / milliseconds(1)));
        socket_.connect(address);
    }

    [[nodiscard]] zmq::socket_t& socket() { return socket_; }
    [[nodiscard]] bool has_ended() { return !monitor_.take_ended().empty(); }

    [[nodiscard]] std::vector<zmq::message_t> receive() {
        if (!attention_.is_due()) return {};
        std::vector<zmq::message_t> frames = receive_frames(socket_);
        if (frames.empty()) attention_.note_drained();
        return frames;
    }

    void note_use() { attention_.note_use(); }

    void watch(PollSet& set) {
        attention_.watch(set, socket_, ZMQ_POLLIN);
        monitor_.watch(set);
    }

  private:
    zmq::socket_t socket_;
    ConnectionMonitor monitor_;
    Attention attention_;
};

Follower::Follower(zmq::context_t& context, std::string address, Callbacks callbacks)
    : context_(context),
      address_(std::move(address)),
      callbacks_(std::move(callbacks)),
      status_(std::make_unique<Channel>(context, address_, Channel::Unconnected::refuses)) {}

Follower::~Follower() = default;

void Follower::ask(const Json& request, Duration timeout, OnAnswer on_answer) {
    if (is_found_ && send(request, now_ + timeout, on_answer)) return;
    questions_.emplace(++asked_, Question{now_, std::move(on_answer)});
}

bool Follower::send(const Json& request, Instant until, OnAnswer on_answer) {
    const std::uint64_t number = ++asked_;
    zmq::socket_t& socket = status_->socket();
    status_->note_use();
    // The node gives back the frames before the empty one, so answers may come in any order.
    const auto sent =
        try_send(socket, zmq::buffer(&number, sizeof(number)), zmq::send_flags::sndmore);
    if (sent != SendResult::sent) return false;
    static_cast<void>(try_send(socket, zmq::const_buffer(), zmq::send_flags::sndmore));
    static_cast<void>(try_send(socket, zmq::buffer(line(request))));
    questions_.emplace(number, Question{until, std::move(on_answer)});
    return true;
}

void Follower::turn(Instant now) {
    now_ = now;
    take_answers();
    if (events_) take_events();
    if (status_->has_ended() || (events_ && events_->has_ended())) lose();
    give_up(now);
    if (!is_found_ && !is_looking_ && look_at_ <= now) look(now);
}

void Follower::give_up(Instant now) {
    const auto is_over = [now](const auto& item) { return item.second.until <= now; };
    const auto late = std::find_if(questions_.begin(), questions_.end(), is_over);
    if (late == questions_.end()) return;
    // A node that answers no question in time is no better than one that is gone.
    if (is_found_ || is_looking_) return lose();
    answer(late->first, nullptr);
    give_up(now);
}

void Follower::look(Instant now) {
    look_at_ = now + look_pause;
    is_looking_ = send({{"op", "ping"}}, now + ping_timeout,
                       [this](const Json* answer) { note_ping(answer); });
}

void Follower::note_ping(const Json* answer) {
    is_looking_ = false;
    if (answer == nullptr || !answer->is_object() || answer->contains("error")) return;
    is_found_ = true;
    const std::string address = answer->value("events", "");
    if (!address.empty()) {
        events_ = std::make_unique<Channel>(context_, address, Channel::Unconnected::waits);
        static_cast<void>(try_send(events_->socket(), zmq::str_buffer("{\"op\":\"events\"}")));
    }
    callbacks_.on_found(*answer);
}

void Follower::take_answers() {
    for (auto frames = status_->receive(); !frames.empty(); frames = status_->receive()) {
        const auto number = number_in(frames.front());
        if (!number || frames.size() < 2) continue;
        const Json body = Json::parse(frames.back().to_string_view(), nullptr, false);
        answer(*number, body.is_object() ? &body : nullptr);
    }
}

void Follower::take_events() {
    for (auto frames = events_->receive(); !frames.empty(); frames = events_->receive()) {
        const Json event = Json::parse(frames.front().to_string_view(), nullptr, false);
        if (event.is_object() && event.contains("event")) callbacks_.on_event(event);
    }
}

void Follower::answer(std::uint64_t number, const Json* answer) {
    const auto place = questions_.find(number);
    if (place == questions_.end()) return;
    const OnAnswer on_answer = std::move(place->second.on_answer);
    questions_.erase(place);
    on_answer(answer);
}

void Follower::lose() {
    events_ = nullptr;
    if (std::exchange(is_found_, false)) callbacks_.on_lost();
    look_at_ = Instant{};
    // Taken out first: what is asked in reply to a lost question waits for the next turn.
    for (const auto& [number, question] : std::exchange(questions_, {}))
        question.on_answer(nullptr);
}

void Follower::watch(PollSet& set) {
    status_->watch(set);
    if (events_) events_->watch(set);
}

Instant Follower::deadline() const {
    Instant deadline = is_found_ || is_looking_ ? Instant::max() : look_at_;
    for (const auto& [number, question] : questions_)
        deadline = std::min(deadline, question.until);
    return deadline;
}

}  // namespace hearsay
