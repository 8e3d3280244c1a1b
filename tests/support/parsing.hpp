#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "options.hpp"
#include "support/catch.hpp"

/// What the command line, the environment and a file are read as.
namespace hearsay::testing {

using Variables = std::map<std::string, std::string>;

inline Result<Command, Usage> parse(std::vector<std::string> arguments, Variables variables = {}) {
    variables.try_emplace("XDG_RUNTIME_DIR", "/nowhere");
    return parse_command_line(
        arguments, [variables](const std::string& name) -> std::optional<std::string> {
            const auto place = variables.find(name);
            return place == variables.end() ? std::nullopt : std::optional(place->second);
        });
}

/// A node called n1 of cluster demo, and what else is given.
inline Result<Command, Usage> parse_node(const std::vector<std::string>& more,
                                         Variables variables = {}) {
    std::vector<std::string> arguments{"node", "--name", "n1", "--cluster", "demo"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return parse(std::move(arguments), std::move(variables));
}

inline NodeCommand node(const std::vector<std::string>& more, Variables variables = {}) {
    auto command = parse_node(more, std::move(variables));
    INFO((command ? "" : command.error().text));
    REQUIRE(command);
    return std::get<NodeCommand>(command.value());
}

inline ClientCommand client(const std::vector<std::string>& arguments, Variables variables = {}) {
    auto command = parse(arguments, std::move(variables));
    INFO((command ? "" : command.error().text));
    REQUIRE(command);
    return std::get<ClientCommand>(command.value());
}

/// What a client asks.
template <typename Question>
Question question(const std::vector<std::string>& arguments) {
    return std::get<Question>(client(arguments).question);
}

/// The one line that says what is wrong.
inline std::string fault(const Result<Command, Usage>& command) {
    REQUIRE_FALSE(command);
    CHECK(command.error().exit_code == 2);
    std::string text = command.error().text;
    REQUIRE(text.find('\n') == text.size() - 1);
    text.pop_back();
    return text;
}

}  // namespace hearsay::testing
