#include "script_line.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "hearsay/codec.hpp"
#include "hearsay/duration.hpp"

#include "script_words.hpp"

namespace hearsay::simulation {
namespace {

constexpr std::uint64_t per_mille_of_a_percent = 10;
/// A tenth. No clock is as wrong.
constexpr std::int64_t drift_max = 100'000;
constexpr std::uint64_t bytes_max = 1'000'000'000;

bool is_host(std::string_view word) {
    const auto is_fit = [](char letter) {
        return is_digit(letter) || (letter >= 'a' && letter <= 'z') || letter == '-';
    };
    return !word.empty() && word.size() < limits::name_bytes_max && word.front() >= 'a' &&
           word.front() <= 'z' && std::all_of(word.begin(), word.end(), is_fit);
}

void add_range(Hosts& hosts, std::string_view first, std::string_view last, Line& line) {
    const auto from = numbered(first);
    const auto to = numbered(last);
    const bool is_range = from && to && from->stem == to->stem && from->number <= to->number &&
                          to->number - from->number < limits::members_max;
    if (!is_range) {
        return line.refuse(in_quotes(std::string(first) + ".." + std::string(last)) +
                           " is no range of hosts; one looks like n1..n8");
    }
    for (std::size_t number = from->number; number <= to->number; ++number)
        hosts.push_back(from->stem + std::to_string(number));
}

}  // namespace

std::string in_quotes(std::string_view word) {
    return "\"" + std::string(word) + "\"";
}

bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}

Line::Line(std::string_view text) {
    text = text.substr(0, text.find('#'));
    while (!text.empty()) {
        const std::size_t begin = std::min(text.find_first_not_of(" \t\r"), text.size());
        const std::size_t end = std::min(text.find_first_of(" \t\r", begin), text.size());
        if (end > begin) words_.push_back(text.substr(begin, end - begin));
        text.remove_prefix(end);
    }
}

void Line::refuse(std::string problem) {
    if (!problem_) problem_ = std::move(problem);
}

std::string_view Line::take(std::string_view what) {
    if (is_empty()) refuse("ends where " + std::string(what) + " should stand");
    if (problem_) return {};
    const std::string_view word = words_.front();
    words_.pop_front();
    return word;
}

void Line::expect(std::string_view word) {
    const std::string_view found = take(in_quotes(word));
    if (found != word) refuse(in_quotes(found) + " stands where " + in_quotes(word) + " should");
}

std::uint64_t take_number(Line& line) {
    const std::string_view word = line.take("a whole number");
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    const bool is_whole = error == std::errc() && end == word.data() + word.size();
    if (!is_whole) line.refuse(in_quotes(word) + " is not a whole number, for example 5");
    return number;
}

Duration take_span(Line& line) {
    const std::string_view word = line.take("a duration");
    if (line.problem()) return {};
    auto span = parse_duration(word);
    if (span) return span.value();
    line.refuse(span.error());
    return {};
}

Duration take_shift(Line& line) {
    const std::string_view word = line.take("a duration");
    const bool is_back = word.substr(0, 1) == "-";
    Line rest(word.substr(is_back ? 1 : 0));
    const Duration span = take_span(rest);
    if (rest.problem()) line.refuse(*rest.problem());
    return is_back ? -span : span;
}

std::uint64_t take_share(Line& line) {
    const std::string_view word = line.take("a percentage");
    std::uint64_t whole = 0;
    std::uint64_t tenths = 0;
    const char* const last = word.data() + word.size();
    auto [end, error] = std::from_chars(word.data(), last, whole);
    if (error == std::errc() && last - end >= 2 && *end == '.' && is_digit(end[1])) {
        tenths = static_cast<std::uint64_t>(end[1] - '0');
        end += 2;
    }
    const bool is_percentage = error == std::errc() && last - end == 1 && *end == '%';
    const std::uint64_t share = whole * per_mille_of_a_percent + tenths;
    if (!is_percentage || whole > 100 || share > 1000) {
        line.refuse(in_quotes(word) + " is not a share, which is 0% to 100%, for example 2.5%");
    }
    return share;
}

std::int64_t take_drift(Line& line) {
    const std::string_view word = line.take("a drift");
    std::int64_t per_million = 0;
    const char* const last = word.data() + word.size();
    const auto [end, error] = std::from_chars(word.data(), last, per_million);
    const bool is_drift = error == std::errc() && std::string_view(end, last) == "ppm" &&
                          std::abs(per_million) <= drift_max;
    if (!is_drift) {
        line.refuse(in_quotes(word) +
                    " is not a drift, which is -100000ppm to 100000ppm, for "
                    "example 200ppm");
    }
    return per_million;
}

std::uint64_t take_bytes(Line& line, std::string_view per) {
    const std::string_view word = line.take("a number of bytes");
    std::uint64_t number = 0;
    const char* const last = word.data() + word.size();
    const auto [end, error] = std::from_chars(word.data(), last, number);
    const auto length = static_cast<std::size_t>(end - word.data());
    for (const ByteUnit& entry : byte_units) {
        const bool is_unit = word.substr(length) == std::string(entry.unit) + std::string(per);
        if (!is_unit || error != std::errc() || number == 0) continue;
        if (number <= bytes_max / entry.bytes) return number * entry.bytes;
    }
    line.refuse(in_quotes(word) + " is not a number of bytes" + (per.empty() ? "" : " a second") +
                ", which is 1B to 1000MB, for example 2kB" + std::string(per));
    return 0;
}

Hosts take_hosts(Line& line) {
    Hosts hosts;
    std::string_view rest = line.take("a host");
    while (!rest.empty()) {
        const std::string_view item = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(item.size() + 1, rest.size()));
        const std::size_t dots = item.find("..");
        if (dots != std::string_view::npos) {
            add_range(hosts, item.substr(0, dots), item.substr(dots + 2), line);
        } else if (is_host(item)) {
            hosts.emplace_back(item);
        } else {
            line.refuse(in_quotes(item) + " is not a host; hosts look like n1, n1..n8 or n1,n4");
        }
    }
    return hosts;
}

std::optional<NumberedHost> numbered(std::string_view host) {
    const std::size_t digits = host.find_last_not_of("0123456789") + 1;
    if (digits == host.size() || host[digits] == '0') return std::nullopt;
    std::size_t number = 0;
    const char* const last = host.data() + host.size();
    const auto [end, error] = std::from_chars(host.data() + digits, last, number);
    if (error != std::errc() || end != last) return std::nullopt;
    return NumberedHost{.stem = std::string(host.substr(0, digits)), .number = number};
}

}  // namespace hearsay::simulation
