#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "scene.hpp"

namespace hearsay::testing {

/// The scene of a node n1 and its fleet, as answers of the node say it. All are alive and agree
/// until told otherwise, and the node observes the first four of the others.
class SampleScene {
  public:
    using Json = nlohmann::ordered_json;

    explicit SampleScene(std::size_t count) {
        for (std::size_t i = 1; i <= count; ++i)
            members_.push_back(member("n" + std::to_string(i), i));
        for (std::size_t i = 2; i <= std::min<std::size_t>(count, 5); ++i)
            links_.push_back({{"name", "n" + std::to_string(i)},
                              {"state", "alive"},
                              {"observed", true},
                              {"heard_ms", 100 * i},
                              {"suspect_after_ms", 600},
                              {"round_trip_us", 290},
                              {"lost", false}});
        status_ = {{"name", "n1"},
                   {"peers_heard", count - 1},
                   {"peers_agreeing", count - 1},
                   {"alone", false},
                   {"pace", 1},
                   {"uptime_ms", 192'000},
                   {"config", {{"suspect_after_ms", 600}, {"fail_after_ms", 1000}}}};
    }

    Json& member_of(std::size_t number) { return members_[number - 1]; }
    Json& link_of(std::size_t number) { return links_[number - 2]; }
    Json& status() { return status_; }

    void fail(std::size_t number) {
        Json& member = member_of(number);
        member["state"] = "failed";
        member["in_state_ms"] = 12'000;
        member["cause"] = "refused";
        member["accusers"] = {"n1", "n2", "n4"};
        event("failed", number);
    }

    void event(const std::string& kind, std::size_t number) {
        scene_.note_event(received({{"event", kind},
                                    {"member", word_of(member_of(number), "name")},
                                    {"cause", "refused"},
                                    {"silence_ms", 27},
                                    {"endpoint", "tcp://10.0.0.3:7700"},
                                    {"accusers", {"n1", "n2"}}}),
                          now());
    }

    /// What can be changed about the scene itself.
    watch::Scene& scene() { return scene_; }

    [[nodiscard]] watch::Scene take() {
        scene_.members = {received({{"name", "n1"}, {"cluster", "demo"}, {"members", members_}}),
                          now()};
        scene_.links = {received({{"name", "n1"}, {"cluster", "demo"}, {"links", links_}}), now()};
        scene_.status = {received(status_), now()};
        return scene_;
    }

    [[nodiscard]] static Instant now() { return Instant{std::chrono::hours(1)}; }

    /// As it comes out of the socket: numbers that are not negative have a type of their own.
    [[nodiscard]] static Json received(const Json& answer) { return Json::parse(answer.dump()); }

  private:
    static std::string word_of(const Json& object, const char* key) {
        return object.at(key).get<std::string>();
    }

    static Json member(const std::string& name, std::size_t number) {
        const bool is_self = number == 1;
        const bool is_observed = number > 1 && number <= 5;
        return {{"name", name},
                {"state", "alive"},
                {"self", is_self},
                {"observed", is_observed},
                {"silence_ms", 40},
                {"heard", is_self       ? "self"
                          : is_observed ? "directly"
                                        : "relayed"},
                {"in_state_ms", 192'000},
                {"cause", nullptr},
                {"accusers", Json::array()},
                {"endpoint", "tcp://10.0.0." + std::to_string(number) + ":7700"},
                {"tags", Json::object()}};
    }

    Json members_ = Json::array();
    Json links_ = Json::array();
    Json status_;
    watch::Scene scene_;
};

}  // namespace hearsay::testing
