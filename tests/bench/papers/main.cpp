#include <cstdio>
#include <string>
#include <vector>

#include "command_line.hpp"
#include "exit_code.hpp"
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
    const auto settings = papers::parse_options({argv + 1, argv + argc});
    if (!settings) return tell(settings.error());
    try {
        return work(settings.value());
    } catch (const papers::NoSuchCell& error) {
        return tell(
            {.exit_code = exit_code::usage, .text = "papers: " + std::string(error.what()) + "\n"});
    }
}
