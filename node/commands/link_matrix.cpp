#include "link_matrix.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "answer.hpp"
#include "table.hpp"

namespace hearsay {
namespace {

using Json = nlohmann::ordered_json;

/// More columns do not fit a narrow terminal.
constexpr std::size_t members_max = 16;

struct NaturalOrder {
    bool operator()(const std::string& one, const std::string& other) const {
        return ::strverscmp(one.c_str(), other.c_str()) < 0;
    }
};
using Names = std::set<std::string, NaturalOrder>;

Names all_members(const Json& answer) {
    Names names;
    for (const Json& member : part(answer, "members"))
        names.insert(word(member, "name"));
    return names;
}

Names those_in_trouble(const Json& answer) {
    Names names;
    for (const Json& cut : part(answer, "cuts")) {
        if (names.size() + 2 > members_max) break;
        names.insert(word(cut, "listener"));
        names.insert(word(cut, "speaker"));
    }
    return names;
}

Names shown_members(const Json& answer) {
    Names all = all_members(answer);
    return all.size() <= members_max ? all : those_in_trouble(answer);
}

using Links = std::map<std::pair<std::string, std::string>, const Json*>;

Links links_between(const Json& answer, const Names& shown) {
    Links links;
    for (const Json& link : part(answer, "links")) {
        std::string listener = word(link, "listener");
        std::string speaker = word(link, "speaker");
        if (!shown.contains(listener) || !shown.contains(speaker)) continue;
        links.emplace(std::pair(std::move(listener), std::move(speaker)), &link);
    }
    return links;
}

Cell cell(const Links& links, const std::string& listener, const std::string& speaker) {
    if (listener == speaker) return {.text = "-"};
    const auto found = links.find({listener, speaker});
    if (found == links.end() || !flag(*found->second, "observed")) return {};
    if (flag(*found->second, "lost")) return {.text = "x", .paint = Paint::red};
    const bool was_heard = part(*found->second, "heard_ms").is_number();
    return {.text = was_heard ? "." : "?"};
}

bool has_answered(const Links& links, const std::string& listener) {
    return std::any_of(links.begin(), links.end(),
                       [&](const auto& entry) { return entry.first.first == listener; });
}

}  // namespace

std::string link_matrix(const Json& answer, Screen screen) {
    const Names shown = shown_members(answer);
    const Links links = links_between(answer, shown);
    if (links.empty()) return "";
    std::vector<Column> columns{{"LISTENER", Fit::shortened}};
    for (std::size_t i = 1; i <= shown.size(); ++i)
        columns.push_back({std::to_string(i)});
    Table table(columns);
    std::size_t number = 0;
    for (const std::string& listener : shown) {
        ++number;
        if (!has_answered(links, listener)) continue;
        std::vector<Cell> row{{.text = std::to_string(number) + " " + listener}};
        for (const std::string& speaker : shown)
            row.push_back(cell(links, listener, speaker));
        table.add_row(std::move(row));
    }
    return folded("Who hears whom: . heard, x not heard, blank not observed", screen.width, 0) +
           "\n" + table.text(screen);
}

}  // namespace hearsay
