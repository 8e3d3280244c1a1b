// CLI11 reads the options and writes the help. It makes more of some arguments than is written in
// them: of the operand "[a,b]" two operands, of "status" behind another command that command, of
// "++" nothing; "--name=" takes the next argument for its value. So each command is read by an app
// of its own, the operands are what that leaves over, and a value behind a "=" carries a mark.

#include "arguments.hpp"

#include <algorithm>
#include <limits>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "phrase.hpp"
#include "screen.hpp"

namespace hearsay {

namespace {

/// Stands behind the first "=" of an argument; no argument of a process can hold this byte.
constexpr char mark = '\0';

/// In reverse, as CLI11 wants them.
std::vector<std::string> marked(std::span<const std::string> arguments) {
    std::vector<std::string> result(arguments.rbegin(), arguments.rend());
    for (std::string& argument : result) {
        const std::size_t equals = argument.find('=');
        if (argument.starts_with("--") && equals != std::string::npos) {
            argument.insert(equals + 1, 1, mark);
        }
    }
    return result;
}

std::string unmarked(std::string argument) {
    std::erase(argument, mark);
    return argument;
}

bool is_marked(const std::string& value) {
    return value.starts_with(mark);
}

/// "--fail-after" of "--fail-after=3s".
std::string option_part(const std::string& argument) {
    return argument.substr(0, argument.find('='));
}

std::string dashed(std::string_view name) {
    return "--" + std::string(name);
}

/// How several values stand in the variable of an option.
std::string_view listing_text(const OptionSpec& option) {
    if (option.arity != Arity::many) return "";
    switch (option.listing) {
        case Listing::none:
            return ", one";
        case Listing::commas:
            return ", several with commas";
        case Listing::lines:
            return ", one a line";
    }
    return "";
}

/// Where the second column of a help begins, and how wide a line of it is: as the terminal, but no
/// longer than is read with ease.
constexpr std::size_t help_column = 30;

std::size_t help_width() {
    constexpr std::size_t width_usual = 80;
    constexpr std::size_t width_max = 100;
    const std::size_t width = screen_for(STDOUT_FILENO).width;
    return width == Screen::endless ? width_usual : std::min(width, width_max);
}

/// CLI11 indents what follows a line end.
std::string help_text(const OptionSpec& option) {
    std::string help(option.help);
    if (is_in_environment(option)) {
        help += " [" + variable_name(option.name) + std::string(listing_text(option)) + "]";
    }
    return folded(help, help_width() - help_column, 0);
}

/// The command as CLI11 knows it.
class Reader {
  public:
    explicit Reader(const Syntax& syntax)
        : syntax_(syntax), app_(std::string(syntax.help), "hearsay " + std::string(syntax.name)) {
        app_.allow_extras();
        app_.get_formatter()->column_width(help_column);
        for (const OptionSpec& option : syntax.options)
            add(option);
        if (syntax.operand) show_operand(*syntax.operand);
    }

    Result<Arguments, std::string> read(std::span<const std::string> arguments) {
        try {
            app_.parse(marked(arguments));
        } catch (const CLI::CallForHelp&) {
            return app_.help();
        } catch (const CLI::ArgumentMismatch& error) {
            // It begins with the option and a colon.
            const std::string problem = error.what();
            throw UsageError(problem.substr(0, problem.find(':')) + " needs a value");
        } catch (const CLI::ParseError& error) {
            throw UsageError(error.what());
        }
        return given();
    }

  private:
    void add(const OptionSpec& option) {
        CLI::Option* added = option.arity == Arity::flag ? app_.add_flag(dashed(option.name))
                                                         : app_.add_option(dashed(option.name));
        // Otherwise the second value would be an error in CLI11's words.
        added->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
        added->description(help_text(option))->group(std::string(option.group));
        if (option.arity != Arity::flag) added->type_name(std::string(option.value));
    }

    /// For the help alone: an operand that is expected zero times is never given a value.
    void show_operand(const Operand& operand) {
        const std::string dots = operand.arity == Arity::many ? "..." : "";
        app_.add_option(std::string(operand.name) + dots)->type_name("")->expected(0, 1);
    }

    [[nodiscard]] Arguments given() const {
        // First, because what was meant for an unknown option is left over as an operand.
        std::vector<std::string> operands = left_over();
        Arguments arguments;
        for (const OptionSpec& option : syntax_.options) {
            std::vector<std::string> values = values_of(option);
            if (values.empty()) continue;
            arguments[std::string(option.name)] = {.values = std::move(values),
                                                   .origin = dashed(option.name)};
        }
        if (operands.size() > operands_max()) {
            throw UsageError("unexpected argument " + in_quotes(operands[operands_max()]));
        }
        if (operands.empty()) return arguments;
        const std::string name(syntax_.operand->name);
        arguments[name] = {.values = std::move(operands), .origin = name};
        return arguments;
    }

    [[nodiscard]] std::size_t operands_max() const {
        if (!syntax_.operand) return 0;
        return syntax_.operand->arity == Arity::many ? std::numeric_limits<std::size_t>::max() : 1;
    }

    [[nodiscard]] std::vector<std::string> values_of(const OptionSpec& option) const {
        const std::string name = dashed(option.name);
        std::vector<std::string> values = app_.get_option(name)->results();
        for (std::string& value : values) {
            if (option.arity == Arity::flag && is_marked(value)) {
                throw UsageError(name + " takes no value; give it alone");
            }
            if (option.arity != Arity::flag && !is_marked(value)) refuse_option(name, value);
            value = unmarked(std::move(value));
        }
        if (option.arity == Arity::flag && !values.empty()) return {"true"};
        if (option.arity == Arity::one && values.size() > 1) {
            throw UsageError(name + " is given " + std::to_string(values.size()) +
                             " times; give it once");
        }
        return values;
    }

    /// A user who forgot a value should hear of it, and not of what follows from it.
    void refuse_option(const std::string& name, const std::string& value) const {
        const std::string text = unmarked(value);
        if (text == "--" || text == "--help" || is_known(option_part(text))) {
            throw UsageError(name + " needs a value; if " + in_quotes(text) + " is it, write " +
                             name + "=" + text);
        }
    }

    [[nodiscard]] bool is_known(const std::string& option) const {
        const auto is_it = [&](const OptionSpec& known) { return dashed(known.name) == option; };
        return std::any_of(syntax_.options.begin(), syntax_.options.end(), is_it);
    }

    /// The operands. Throws UsageError if there are unknown options.
    [[nodiscard]] std::vector<std::string> left_over() const {
        std::vector<std::string> operands;
        bool is_literal = false;
        for (const std::string& left : app_.remaining()) {
            std::string argument = unmarked(left);
            if (!is_literal && argument == "--") {
                is_literal = true;
                continue;
            }
            if (!is_literal && argument.size() > 1 && argument.front() == '-') {
                refuse_unknown(option_part(argument));
            }
            operands.push_back(std::move(argument));
        }
        return operands;
    }

    [[noreturn]] void refuse_unknown(const std::string& option) const {
        std::vector<std::string> known;
        for (const OptionSpec& spec : syntax_.options)
            known.push_back(dashed(spec.name));
        throw UsageError("unknown option " + option + suggestion(option, known));
    }

    const Syntax& syntax_;
    CLI::App app_;
};

}  // namespace

Result<Arguments, std::string> read_arguments(const Syntax& syntax,
                                              std::span<const std::string> arguments) {
    return Reader(syntax).read(arguments);
}

std::string program_help(std::span<const Syntax> commands) {
    CLI::App program("Who is alive in a cluster: every node gossips, and reaches its own verdict.",
                     "hearsay");
    program.set_version_flag("--version", "");
    for (const Syntax& command : commands)
        program.add_subcommand(std::string(command.name), std::string(command.help));
    return program.help();
}

}  // namespace hearsay
