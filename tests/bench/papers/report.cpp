#include "report.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include <nlohmann/json.hpp>

namespace hearsay::papers {
namespace {

using Json = nlohmann::ordered_json;

std::string line_of(const std::vector<std::string>& entries) {
    std::string line = "|";
    for (const std::string& entry : entries)
        line += " " + entry + " |";
    return line + "\n";
}

std::string heading(const std::vector<std::string>& columns) {
    std::string rule = "|";
    for (std::size_t i = 0; i < columns.size(); ++i)
        rule += "---|";
    return line_of(columns) + rule + "\n";
}

std::string markdown(const Table& table) {
    std::string text = "**" + table.title + "**\n\n" + heading(table.columns);
    for (const std::vector<Cell>& cells : table.lines) {
        std::vector<std::string> entries;
        for (const Cell& cell : cells)
            entries.push_back(cell.text);
        text += line_of(entries);
    }
    return text + "\n";
}

std::string markdown(const std::vector<Claim>& claims) {
    std::string text = heading({"claim", "measured", "target", "best known", "kept"});
    for (const Claim& claim : claims) {
        text += line_of({claim.what, claim.measured, claim.target, claim.best_known,
                         claim.is_kept ? "yes" : "**no**"});
    }
    return text + "\n";
}

Json to_json(const Cell& cell) {
    if (cell.number) return *cell.number;
    return cell.text.empty() ? Json(nullptr) : Json(cell.text);
}

Json to_json(const Table& table) {
    Json lines = Json::array();
    for (const std::vector<Cell>& cells : table.lines) {
        Json line;
        for (std::size_t i = 0; i < cells.size(); ++i)
            line[table.columns[i]] = to_json(cells[i]);
        lines.push_back(std::move(line));
    }
    return {{"title", table.title}, {"lines", std::move(lines)}};
}

Json to_json(const Claim& claim) {
    return {{"claim", claim.what},
            {"measured", claim.measured},
            {"target", claim.target},
            {"best_known", claim.best_known},
            {"kept", claim.is_kept}};
}

}  // namespace

Cell cell(std::string text) {
    return {.text = std::move(text)};
}

Cell cell(double number, int decimals) {
    std::array<char, 64> text{};
    static_cast<void>(std::snprintf(text.data(), text.size(), "%.*f", decimals, number));
    return {.text = text.data(), .number = number};
}

Cell cell(std::uint64_t count) {
    return cell(static_cast<double>(count), 0);
}

Cell cell(Duration duration) {
    return cell(std::chrono::duration<double>(duration).count(), 2);
}

Cell no_cell() {
    return {};
}

bool is_success(const Report& report) {
    const auto is_kept = [](const Claim& claim) { return claim.is_kept; };
    return report.undone == 0 && report.broken.empty() &&
           std::all_of(report.claims.begin(), report.claims.end(), is_kept);
}

std::string markdown(const Report& report) {
    std::string text = "## " + report.row + "\n\n" + report.method + "\n\n";
    for (const Table& table : report.tables)
        text += markdown(table);
    if (!report.claims.empty()) text += markdown(report.claims);
    for (const BrokenRun& broken : report.broken)
        text += "Broken: " + papers::text(broken) + "\n\n";
    if (report.undone > 0) {
        text += "Stopped: " + std::to_string(report.undone) + " runs were not done.\n\n";
    }
    return text;
}

std::string json(const Report& report, std::uint64_t seed) {
    Json object{{"row", report.row}, {"seed", seed}, {"method", report.method}};
    object["tables"] = Json::array();
    for (const Table& table : report.tables)
        object["tables"].push_back(to_json(table));
    object["claims"] = Json::array();
    for (const Claim& claim : report.claims)
        object["claims"].push_back(to_json(claim));
    object["broken"] = Json::array();
    for (const BrokenRun& broken : report.broken)
        object["broken"].push_back(text(broken));
    object["undone"] = report.undone;
    return object.dump() + "\n";
}

}  // namespace hearsay::papers
