#include "status_address.hpp"

#include <vector>

#include "client.hpp"
#include "phrase.hpp"
#include "run_directory.hpp"
#include "settings.hpp"

namespace hearsay {

std::optional<std::string> find_status_address(const std::string& given,
                                               const std::filesystem::path& run_directory) {
    if (!given.empty()) return given;
    const auto nodes = running_nodes(run_directory);
    if (nodes.empty()) return std::nullopt;
    if (nodes.size() == 1) return nodes.front().status;
    std::vector<std::string> choices;
    choices.reserve(nodes.size());
    for (const RunningNode& node : nodes)
        choices.push_back("--status " + node.status);
    throw UsageError(std::to_string(nodes.size()) + " nodes run in " + run_directory.string() +
                     "; choose one: " + joined(choices));
}

std::string status_address(const std::string& given, const std::filesystem::path& run_directory) {
    auto address = find_status_address(given, run_directory);
    if (!address) throw Unreachable(no_node_text(run_directory));
    return *std::move(address);
}

std::string no_node_text(const std::filesystem::path& run_directory) {
    return "no node runs in " + run_directory.string() +
           "; start one with `hearsay node`, or say where one answers with --status ADDRESS or "
           "HEARSAY_STATUS";
}

}  // namespace hearsay
