#include <cstdio>
#include <string>
#include <vector>

#include "command_line.hpp"
#include "exit_code.hpp"
#include "interruption.hpp"
#include "output.hpp"
#include "report.hpp"
#include "rows.hpp"
#include "runs.hpp"

namespace papers = hearsay::papers;
namespace exit_code = hearsay::exit_code;

namespace {

int work(const papers::Settings& settings) {
    int result = exit_code::yes;
    for (const std::string& name : settings.rows) {
        const papers::Report report = papers::find_row(name)->work(settings);
        hearsay::print(settings.output == papers::Output::json ? papers::json(report, settings.seed)
                                                               : papers::markdown(report));
        if (!papers::is_success(report)) result = exit_code::no;
        if (settings.is_stopped()) return exit_code::no;
    }
    return result;
}

int tell(const papers::Usage& usage) {
    if (usage.exit_code == exit_code::yes) {
        hearsay::print(usage.text);
    } else {
        static_cast<void>(std::fputs(usage.text.c_str(), stderr));
    }
    return usage.exit_code;
}

}  // namespace

int main(int argc, char** argv) {
    auto settings = papers::parse_options({argv + 1, argv + argc});
    if (!settings) return tell(settings.error());
    hearsay::note_interruption();
    settings.value().is_stopped = hearsay::is_interrupted;
    try {
        return work(settings.value());
    } catch (const papers::Stopped& stopped) {
        return tell({.exit_code = exit_code::no, .text = std::string(stopped.what()) + "\n"});
    } catch (const papers::NoSuchCell& error) {
        return tell(
            {.exit_code = exit_code::usage, .text = "papers: " + std::string(error.what()) + "\n"});
    }
}
