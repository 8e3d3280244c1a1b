#include "run_directory.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <system_error>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "run_file.hpp"

namespace hearsay {

namespace {

namespace fs = std::filesystem;

std::string uid_text() {
    return std::to_string(::geteuid());
}

std::optional<RunningNode> read_run_file(const fs::path& path) {
    std::ifstream file(path);
    const auto object = nlohmann::json::parse(file, nullptr, false);
    if (!object.is_object()) return {};
    const auto text = [&](const char* key) {
        const auto place = object.find(key);
        return place != object.end() && place->is_string() ? place->get<std::string>() : "";
    };
    // Not its process id: that may be anybody's by now, or of another namespace.
    fs::path lock = path;
    if (!is_locked(lock.replace_extension(".lock"))) return {};
    RunningNode node{.name = text("name"), .cluster = text("cluster"), .status = text("status")};
    return node.status.empty() ? std::nullopt : std::optional(std::move(node));
}

}  // namespace

Environment process_environment() {
    return [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());
        if (value == nullptr || *value == '\0') return {};
        return value;
    };
}

std::vector<std::string> variable_names() {
    std::vector<std::string> names;
    for (char** variable = environ; *variable != nullptr; ++variable) {
        const std::string_view text(*variable);
        names.emplace_back(text.substr(0, text.find('=')));
    }
    return names;
}

fs::path default_run_directory(const Environment& environment) {
    if (const auto runtime = environment("XDG_RUNTIME_DIR")) return fs::path(*runtime) / "hearsay";
    if (::geteuid() == 0 && ::access("/run", W_OK) == 0) return "/run/hearsay";
    return "/tmp/hearsay-" + uid_text();
}

std::optional<std::string> directory_problem(const fs::path& path) {
    const std::string fault = directory_fault(path);
    if (fault.empty()) return {};
    return "\"" + path.string() + "\": " + fault;
}

std::vector<RunningNode> running_nodes(const fs::path& run_directory) {
    std::vector<RunningNode> nodes;
    std::error_code error;
    for (fs::directory_iterator entry(run_directory, error), end; !error && entry != end;
         entry.increment(error)) {
        if (entry->path().extension() != ".json") continue;
        if (auto node = read_run_file(entry->path())) nodes.push_back(std::move(*node));
    }
    std::sort(nodes.begin(), nodes.end(),
              [](const RunningNode& a, const RunningNode& b) { return a.name < b.name; });
    return nodes;
}

}  // namespace hearsay
