#include "run_directory.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <system_error>

#include <nlohmann/json.hpp>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hearsay {

namespace {

namespace fs = std::filesystem;

std::string uid_text() {
    return std::to_string(::geteuid());
}

/// A process that runs, even one of another user's.
bool is_running(pid_t pid) {
    return pid > 0 && (::kill(pid, 0) == 0 || errno == EPERM);
}

std::optional<RunningNode> read_run_file(const fs::path& path) {
    std::ifstream file(path);
    const auto object = nlohmann::json::parse(file, nullptr, false);
    if (!object.is_object()) return {};
    const auto text = [&](const char* key) {
        const auto place = object.find(key);
        return place != object.end() && place->is_string() ? place->get<std::string>() : "";
    };
    const auto pid = object.find("pid");
    if (pid == object.end() || !pid->is_number_integer()) return {};
    if (!is_running(pid->get<pid_t>())) return {};
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

fs::path default_run_directory(const Environment& environment) {
    if (const auto runtime = environment("XDG_RUNTIME_DIR")) return fs::path(*runtime) / "hearsay";
    if (::geteuid() == 0 && ::access("/run", W_OK) == 0) return "/run/hearsay";
    return "/tmp/hearsay-" + uid_text();
}

std::optional<std::string> run_directory_problem(const fs::path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return {};
    const bool is_ours = status.st_uid == ::geteuid() && (status.st_mode & S_IWOTH) == 0;
    if (is_ours) return {};
    return "\"" + path.string() + "\" belongs to, or can be written by, others; give another one";
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
