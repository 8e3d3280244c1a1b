#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hearsay/result.hpp"

#include "settings.hpp"

namespace hearsay {

/// What stands behind a command without dashes.
struct Operand {
    std::string_view name;
    Arity arity = Arity::one;
};

/// One command: what may stand behind its name.
struct Syntax {
    std::string_view name;
    std::string_view help;
    std::span<const OptionSpec> options;
    std::optional<Operand> operand;
};

/// What was given behind a command, by the name of the option or of the operand.
using Arguments = std::map<std::string, Setting, std::less<>>;

/// Reads what stands behind a command, or finds that its help is asked for, and gives that. Values
/// are taken as they are written, and all that follows "--" are operands. Throws UsageError.
[[nodiscard]] Result<Arguments, std::string> read_arguments(const Syntax& syntax,
                                                            std::span<const std::string> arguments);

/// The help of the program: its commands, each in a line.
[[nodiscard]] std::string program_help(std::span<const Syntax> commands);

}  // namespace hearsay
