#include "metrics.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <string_view>
#include <system_error>
#include <vector>

#include "answer.hpp"
#include "exposition.hpp"
#include "figures.hpp"
#include "views.hpp"

namespace hearsay {

namespace {

using Json = nlohmann::ordered_json;

constexpr MetricType counter = MetricType::counter;
constexpr MetricType gauge = MetricType::gauge;

/// `value` of tens to the power of minus `places`, without a rounding error: "1.25".
std::string decimal_text(std::uint64_t value, std::size_t places) {
    std::string digits = std::to_string(value);
    if (places == 0) return digits;
    if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
    digits.insert(digits.size() - places, 1, '.');
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.back() == '.') digits.pop_back();
    return digits;
}

std::size_t places_of(Scale scale) {
    switch (scale) {
        case Scale::none:
            return 0;
        case Scale::from_milliseconds:
            return 3;
        case Scale::from_microseconds:
            return 6;
    }
    return 0;
}

/// Empty if there is no such number or flag.
std::string value_text(const Json& object, std::string_view key, Scale scale) {
    const auto place = object.find(key);
    if (place == object.end()) return "";
    if (place->is_boolean()) return place->get<bool>() ? "1" : "0";
    if (!place->is_number_unsigned()) return "";
    return decimal_text(place->get<std::uint64_t>(), places_of(scale));
}

/// Seconds since 1970 of "2026-11-23T10:00:00.123Z"; empty if it is no date.
std::string unix_time_text(const std::string& date) {
    std::tm parts{};
    const char* const rest = ::strptime(date.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
    if (rest == nullptr || *rest != '.') return "";
    unsigned milliseconds = 0;
    const char* const last = date.c_str() + date.size();
    const auto [end, error] = std::from_chars(rest + 1, last, milliseconds);
    if (error != std::errc() || end != rest + 4) return "";
    const auto seconds = static_cast<std::uint64_t>(::timegm(&parts));
    return decimal_text(seconds * 1000 + milliseconds, 3);
}

/// The digest as the number that its hex digits stand for; empty if they are none.
std::string digest_text(const std::string& digits) {
    std::uint32_t number = 0;
    const char* const last = digits.data() + digits.size();
    const auto [end, error] = std::from_chars(digits.data(), last, number, 16);
    return error == std::errc() && end == last ? std::to_string(number) : "";
}

/// Of a member that others alone observe it says nothing how long it was silent.
bool is_silence_known(const Json& member) {
    const std::string state = word(member, "state");
    if (state == "failed") return true;
    return state != "left" && flag(member, "observed") && word(member, "heard") == "directly";
}

bool is_host_figure(const std::string& key) {
    const auto figures = status_figures();
    return std::any_of(figures.begin(), figures.end(), [&](const Figure& figure) {
        return figure.part == "host" && figure.key == key;
    });
}

/// The rows of a list that have a name.
std::vector<const Json*> named_rows(const Json& list) {
    std::vector<const Json*> rows;
    if (!list.is_array()) return rows;
    for (const Json& row : list) {
        if (!word(row, "name").empty()) rows.push_back(&row);
    }
    return rows;
}

/// The series of one node, put together.
class Page {
  public:
    explicit Page(const NodeAnswers& answers)
        : status_(answers.status),
          members_(named_rows(part(answers.members, "members"))),
          links_(named_rows(part(answers.links, "links"))),
          exposition_({{"cluster", word(part(status_, "config"), "cluster")},
                       {"node", word(status_, "name")}}) {
        add_times(word(answers.members, "at"));
        add_members();
        add_status();
        add_links();
    }

    [[nodiscard]] const std::string& text() const { return exposition_.text(); }

  private:
    void add(const Metric& metric, const Labels& labels, const std::string& value) {
        if (!value.empty()) exposition_.add(metric, labels, value);
    }

    void add_times(const std::string& answered_at) {
        const std::string version = word(status_, "version");
        add({"hearsay_build_info", gauge, "The version of the node, as a label."},
            {{"version", version}}, version.empty() ? "" : "1");
        add({"hearsay_start_time_seconds", gauge, "When the node started, as Unix time."}, {},
            unix_time_text(word(status_, "started_at")));
        add({"hearsay_answer_timestamp_seconds", gauge,
             "When the node said all this, as Unix time."},
            {}, unix_time_text(answered_at));
    }

    void add_members() {
        add_census();
        for (const Json* member : members_) {
            for (const std::string& state : member_states()) {
                const bool is_it = word(*member, "state") == state;
                add({"hearsay_member_state", gauge,
                     "1 for the state in which the node sees the member, 0 for the others."},
                    {{"member", word(*member, "name")}, {"state", state}}, is_it ? "1" : "0");
            }
        }
        for (const Json* member : members_) {
            if (!is_silence_known(*member)) continue;
            add({"hearsay_member_silence_seconds", gauge,
                 "Time since the last news of a member that the node observes, or that failed."},
                named(*member), value_text(*member, "silence_ms", Scale::from_milliseconds));
        }
        for (const Json* member : members_) {
            add({"hearsay_member_mistakes_total", counter,
                 "How often the member was held for failed in this life and heard again."},
                named(*member), value_text(*member, "mistakes", Scale::none));
        }
        for (const Json* member : members_)
            add_tags(*member);
    }

    void add_census() {
        if (members_.empty()) return;
        for (const std::string& state : member_states()) {
            const auto is_it = [&](const Json* member) { return word(*member, "state") == state; };
            const auto number = std::count_if(members_.begin(), members_.end(), is_it);
            add({"hearsay_members", gauge, "Members that the node knows, by their state."},
                {{"state", state}}, std::to_string(number));
        }
    }

    void add_tags(const Json& member) {
        for (const auto& tag : part(member, "tags").items()) {
            if (!tag.value().is_string()) continue;
            add({"hearsay_member_tag_info", gauge, "A tag of the member, as labels."},
                {{"member", word(member, "name")},
                 {"key", tag.key()},
                 {"value", tag.value().get<std::string>()}},
                "1");
        }
    }

    void add_status() {
        add({"hearsay_view_digest", gauge,
             "A hash of the living members; equal hashes are equal views."},
            {}, digest_text(word(status_, "digest")));
        for (const Figure& figure : status_figures()) {
            const Json& object = figure.part.empty() ? status_ : part(status_, figure.part);
            add_figure(figure, object, {});
        }
        add_rejected();
        add_host();
    }

    /// What the program around the node counts beside what `hearsay node` counts.
    void add_host() {
        const Json& host = part(status_, "host");
        for (const auto& item : host.items()) {
            if (is_host_figure(item.key())) continue;
            add({"hearsay_host_counts_total", counter, "Counters of the program around the node."},
                {{"name", item.key()}}, value_text(host, item.key(), Scale::none));
        }
    }

    void add_rejected() {
        const Json& rejected = part(part(status_, "counters"), "rejected");
        for (const auto& item : rejected.items()) {
            add({"hearsay_messages_rejected_total", counter,
                 "Messages that were refused, by what was wrong with them."},
                {{"reason", item.key()}}, value_text(rejected, item.key(), Scale::none));
        }
    }

    void add_links() {
        for (const Figure& figure : link_figures()) {
            for (const Json* link : links_) {
                if (flag(*link, "observed")) add_figure(figure, *link, named(*link));
            }
        }
    }

    void add_figure(const Figure& figure, const Json& object, Labels labels) {
        if (!figure.label.empty()) {
            labels.push_back({figure.label, std::string(figure.label_value)});
        }
        add(figure.metric, labels, value_text(object, figure.key, figure.scale));
    }

    static Labels named(const Json& member) { return {{"member", word(member, "name")}}; }

    const Json& status_;
    std::vector<const Json*> members_;
    std::vector<const Json*> links_;
    Exposition exposition_;
};

}  // namespace

std::string metrics_text(const NodeAnswers& answers) {
    return Page(answers).text();
}

}  // namespace hearsay
