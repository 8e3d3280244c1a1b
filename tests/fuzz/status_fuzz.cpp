#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <nlohmann/json.hpp>

#include "hearsay/check.hpp"
#include "hearsay/codec.hpp"
#include "hearsay/detector.hpp"

#include "node_control.hpp"
#include "node_keys.hpp"
#include "operations.hpp"
#include "request.hpp"

// The input is what a client of the status socket sends: requests, each any bytes, divided by a
// byte that neither JSON nor msgpack needs. Whatever they are, they are carried out or refused
// with a sentence, and the answer can be sent in the encoding of the request.

namespace hearsay {
namespace {

using Json = nlohmann::ordered_json;
using std::chrono::milliseconds;

constexpr char divider = '\xc1';
/// What a request leaves behind shows in the next few; more of them only take time.
constexpr std::size_t requests_max = 6;

Identity member(std::uint64_t index) {
    const std::string name = "n" + std::to_string(index);
    return {.life = LifeId{index},
            .name = name,
            .incarnation = 100,
            .endpoint = "tcp://" + name + ":7700",
            .tags_version = 0,
            .tags = {{"index", std::to_string(index)}}};
}

Config config() {
    Config config = Config::local();
    config.cluster = "demo";
    config.seeds = {member(2).endpoint};
    return config;
}

/// The node n1, to which n2 is alive, n3 has failed and n4 has left.
class Subject {
  public:
    Subject() {
        for (const std::uint64_t index : {2U, 3U, 4U})
            static_cast<void>(detector_.acquaint(member(index), now_));
        hear(4, heartbeat_left);
        for (Heartbeat heartbeat = 1; now_ <= start + config().fail_after; ++heartbeat) {
            hear(2, heartbeat);
            // Less often, and it would take its rounds for late (R20).
            for (const Instant next = now_ + config().round; now_ < next;
                 now_ += config().round / 4)
                turn();
        }
        HEARSAY_CHECK(detector_.member("n2", now_)->state == MemberState::alive);
        HEARSAY_CHECK(detector_.member("n3", now_)->state == MemberState::failed);
        HEARSAY_CHECK(detector_.member("n4", now_)->state == MemberState::left);
    }

    /// What its client is answered, be it when the time is over.
    Json ask(const Request& request) {
        now_ += milliseconds{50};
        auto reply = perform(request, control_, counters_, Rights::act, now_);
        turn();
        const auto* const question = std::get_if<Question>(&reply);
        if (question == nullptr) return std::get<Json>(std::move(reply));
        Outlook outlook(control_, now_);
        if (auto answer = decide(*question, outlook)) return *std::move(answer);
        Outlook last_outlook(control_, question->deadline);
        auto answer = decide(*question, last_outlook);
        HEARSAY_CHECK(answer.has_value());
        return *std::move(answer);
    }

  private:
    static constexpr Instant start{std::chrono::hours(1)};

    /// It is heard, and has not heard n3.
    void hear(std::uint64_t index, Heartbeat heartbeat) {
        Message message;
        message.cluster = "demo";
        message.from = member(index).life;
        message.heartbeat = heartbeat;
        message.promise = milliseconds{200};
        message.accusations = {{.life = member(3).life,
                                .heartbeat = detector_.member("n3", now_)->heartbeat,
                                .age = {},
                                .cause = Cause::silence,
                                .accusers = {member(index).life}}};
        const auto refusal = detector_.handle_message(encode(message), LinkId{index}, now_);
        HEARSAY_CHECK(!refusal);
    }

    void turn() {
        detector_.handle_timeout(now_);
        while (const auto transmit = detector_.poll_transmit())
            HEARSAY_CHECK(decode(transmit->frame, "demo"));
        while (detector_.poll_event())
            continue;
    }

    Instant now_ = start;
    Detector detector_{config(), member(1), 1, now_};
    NodeOptions options_ = [] {
        NodeOptions options;
        options.name = "n1";
        return options;
    }();
    TransportCounters transport_;
    StatusCounters counters_;
    // What is logged is put into words and goes nowhere.
    Log log_{[](LogLevel /*level*/, const std::string& /*message*/) {}};
    NodeKeys keys_{options_, log_};
    Survey survey_{"1.0", 1};
    NodeControl control_{.detector = detector_,
                         .survey = survey_,
                         .options = options_,
                         .transport = transport_,
                         .keys = keys_,
                         .log = log_,
                         .telling = [] { return TellingCounters{}; },
                         .started = start,
                         .started_at = WallTime{}};
};

/// It can be sent, and says the same in both encodings.
void check_answer(const Json& answer, Encoding encoding) {
    HEARSAY_CHECK(answer.is_object());
    const std::string bytes = encode(answer, encoding);
    const auto understood = encoding == Encoding::json ? Json::parse(bytes, nullptr, false)
                                                       : Json::from_msgpack(bytes, true, false);
    HEARSAY_CHECK(understood.is_object());
    HEARSAY_CHECK(understood == Json::parse(encode(answer, Encoding::json)));
}

void check_refusal(const RequestError& error, Encoding encoding) {
    constexpr std::array<std::string_view, 6> codes{"bad_request", "unknown_op", "unknown_member",
                                                    "still_alive", "is_self",    "busy"};
    HEARSAY_CHECK(std::find(codes.begin(), codes.end(), error.code()) != codes.end());
    const Json answer = error_answer(error.code(), error.what());
    HEARSAY_CHECK(!answer.at("error").get<std::string>().empty());
    check_answer(answer, encoding);
}

class Conversation {
  public:
    void request(std::string_view bytes) {
        const Encoding encoding = guess_encoding(bytes);
        try {
            const Request request(bytes);
            // Most inputs never come so far.
            if (!subject_) subject_.emplace();
            const Json answer = subject_->ask(request);
            HEARSAY_CHECK(!answer.contains("error"));
            check_answer(answer, encoding);
        } catch (const RequestError& error) {
            check_refusal(error, encoding);
        }
    }

  private:
    std::optional<Subject> subject_;
};

}  // namespace
}  // namespace hearsay

// The name is libFuzzer's. NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view rest(reinterpret_cast<const char*>(data), size);  // NOLINT
    hearsay::Conversation conversation;
    for (std::size_t count = 0; count < hearsay::requests_max; ++count) {
        const std::size_t end = rest.find(hearsay::divider);
        conversation.request(rest.substr(0, end));
        if (end == std::string_view::npos) break;
        rest.remove_prefix(end + 1);
    }
    return 0;
}
