#include "name_ranges.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "phrase.hpp"

namespace hearsay {
namespace {

/// Shorter ones are told name by name.
constexpr std::size_t range_min = 3;

/// "n10" behind "n9"; nothing behind a name that does not end in a digit.
std::string following(const std::string& name) {
    constexpr std::string_view digits = "0123456789";
    std::string next = name;
    std::size_t place = next.size();
    while (place > 0 && next[place - 1] == '9')
        next[--place] = '0';
    const bool has_more = place > 0 && digits.find(next[place - 1]) != std::string_view::npos;
    if (has_more) ++next[place - 1];
    if (!has_more && place < next.size()) next.insert(place, 1, '1');
    return has_more || place < next.size() ? next : "";
}

/// How many names, from that one on, follow each other.
std::size_t run_length(const std::vector<std::string>& names, std::size_t first) {
    std::size_t length = 1;
    while (first + length < names.size() &&
           names[first + length] == following(names[first + length - 1]))
        ++length;
    return length;
}

}  // namespace

void sort_for_people(std::vector<std::string>& names) {
    std::sort(names.begin(), names.end(), [](const std::string& one, const std::string& other) {
        return ::strverscmp(one.c_str(), other.c_str()) < 0;
    });
}

std::string name_ranges(std::vector<std::string> names, std::size_t items_max) {
    sort_for_people(names);
    std::vector<std::string> items;
    std::size_t told = 0;
    while (told < names.size() && items.size() < items_max) {
        const std::size_t length = run_length(names, told);
        const bool is_range = length >= range_min;
        items.push_back(is_range ? names[told] + " to " + names[told + length - 1] : names[told]);
        told += is_range ? length : 1;
    }
    const std::string text = joined(items);
    return told == names.size() ? text
                                : text + " and " + std::to_string(names.size() - told) + " more";
}

}  // namespace hearsay
