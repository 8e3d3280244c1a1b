#include "tuning.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <sstream>
#include <system_error>
#include <vector>

#include "../src/numbers.hpp"

namespace hearsay::simulation {
namespace {

constexpr double value_max = 1e9;

std::vector<std::string_view> parts_of(std::string_view list) {
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t comma = list.find(',');
        parts.push_back(list.substr(0, comma));
        if (comma == std::string_view::npos) return parts;
        list.remove_prefix(comma + 1);
    }
}

Number* find(std::string_view name) {
    const std::vector<Number*>& all = Number::all();
    const auto found = std::find_if(all.begin(), all.end(),
                                    [name](const Number* each) { return each->name() == name; });
    return found == all.end() ? nullptr : *found;
}

bool is_special_case(const Number& number) {
    return number.unit().empty();
}

std::string in_quotes(std::string_view word) {
    return "\"" + std::string(word) + "\"";
}

std::optional<double> value_of(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_read = error == std::errc() && end == text.data() + text.size();
    if (!is_read || !(value >= 0 && value <= value_max)) return std::nullopt;
    return value;
}

}  // namespace

std::optional<std::string> set_numbers(std::string_view assignments) {
    for (const std::string_view each : parts_of(assignments)) {
        const std::size_t sign = each.find('=');
        const std::string_view name = each.substr(0, sign);
        Number* const number = find(name);
        if (number == nullptr || is_special_case(*number))
            return in_quotes(name) + " is no number of the rules; see protocol/README.md";
        const std::string_view text =
            sign == std::string_view::npos ? std::string_view() : each.substr(sign + 1);
        const std::optional<double> value = value_of(text);
        if (!value) {
            return in_quotes(each) + " has no value from 0 to 1e9; write " + std::string(name) +
                   "=VALUE";
        }
        number->set(*value);
    }
    return std::nullopt;
}

std::optional<std::string> leave_out(std::string_view cases) {
    for (const std::string_view name : parts_of(cases)) {
        Number* const number = find(name);
        if (number == nullptr || !is_special_case(*number))
            return in_quotes(name) + " is no special case of the rules; see protocol/README.md";
        number->set(0);
    }
    return std::nullopt;
}

std::string list_of_numbers() {
    std::ostringstream lines;
    for (const Number* each : Number::all()) {
        lines << each->name() << '\t' << each->value() << '\t' << each->unit() << '\t'
              << each->reason() << '\n';
    }
    return lines.str();
}

}  // namespace hearsay::simulation
