#include "answer.hpp"

#include <chrono>
#include <cstddef>
#include <cstring>
#include <utility>

#include <nlohmann/json.hpp>

#include "hearsay/text.hpp"
#include "hearsay/time.hpp"

#include "name_ranges.hpp"

namespace hearsay {

using Json = nlohmann::ordered_json;

std::string word(const Json& object, std::string_view key) {
    const auto place = object.find(key);
    return place != object.end() && place->is_string() ? place->get<std::string>() : "";
}

std::uint64_t count(const Json& object, std::string_view key) {
    const auto place = object.find(key);
    return place != object.end() && place->is_number_unsigned() ? place->get<std::uint64_t>() : 0;
}

bool flag(const Json& object, std::string_view key) {
    const auto place = object.find(key);
    return place != object.end() && place->is_boolean() && place->get<bool>();
}

const Json& part(const Json& object, std::string_view key) {
    static const Json nothing = Json::object();
    const auto place = object.find(key);
    return place == object.end() ? nothing : *place;
}

std::string span_text(std::uint64_t milliseconds) {
    return text(Duration(std::chrono::milliseconds(milliseconds)));
}

std::string span(const Json& object, std::string_view key) {
    const auto place = object.find(key);
    const bool is_span = place != object.end() && place->is_number_unsigned();
    return is_span ? span_text(place->get<std::uint64_t>()) : "";
}

std::vector<std::string> words(const Json& list) {
    std::vector<std::string> words;
    for (const Json& item : list) {
        if (item.is_string()) words.push_back(item.get<std::string>());
    }
    return words;
}

std::string names_text(std::vector<std::string> names) {
    constexpr std::size_t names_max = 24;
    return name_ranges(std::move(names), names_max);
}

bool is_named_before(const Json& one, const Json& other) {
    return ::strverscmp(word(one, "name").c_str(), word(other, "name").c_str()) < 0;
}

std::string tags_text(const Json& tags) {
    std::string text;
    for (const auto& item : tags.items()) {
        if (!item.value().is_string()) continue;
        text += (text.empty() ? "" : " ") + item.key() + "=" + item.value().get<std::string>();
    }
    return text;
}

}  // namespace hearsay
