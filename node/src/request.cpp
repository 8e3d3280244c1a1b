#include "request.hpp"

#include <algorithm>
#include <cstddef>
#include <set>

#include "hearsay/utf8.hpp"

#include "json.hpp"
#include "phrase.hpp"

namespace hearsay {

namespace {

using nlohmann::json;

constexpr std::size_t depth_max = 4;

/// Walks through a document without building it. It stops where that nests too deep, for a few
/// kilobytes of msgpack could otherwise recurse a thousand times, and where text is no UTF-8, for
/// what is answered and told to others would be other text. And where a key stands twice in a map:
/// of what is asked only one would be done.
class Guard : public nlohmann::json_sax<json> {
  public:
    bool null() override { return true; }
    bool boolean(bool /*value*/) override { return true; }
    bool number_integer(number_integer_t /*value*/) override { return true; }
    bool number_unsigned(number_unsigned_t /*value*/) override { return true; }
    bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return true; }
    bool string(string_t& value) override { return take(value); }
    bool binary(binary_t& /*value*/) override { return true; }
    bool start_object(std::size_t /*size*/) override {
        keys_.emplace_back();
        return ++depth_ <= depth_max;
    }
    bool key(string_t& value) override {
        if (!keys_.back().insert(value).second) repeated_key_ = value;
        return take(value) && !repeated_key_;
    }
    bool end_object() override {
        keys_.pop_back();
        return leave();
    }
    bool start_array(std::size_t /*size*/) override { return ++depth_ <= depth_max; }
    bool end_array() override { return leave(); }
    bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                     const nlohmann::detail::exception& /*error*/) override {
        return false;
    }

    [[nodiscard]] bool has_broken_text() const { return has_broken_text_; }
    [[nodiscard]] const std::optional<std::string>& repeated_key() const { return repeated_key_; }

  private:
    bool take(const std::string& text) {
        has_broken_text_ = !is_utf8(text);
        return !has_broken_text_;
    }

    bool leave() {
        --depth_;
        return true;
    }

    std::size_t depth_ = 0;
    /// Of the maps that are open.
    std::vector<std::set<std::string>> keys_;
    std::optional<std::string> repeated_key_;
    bool has_broken_text_ = false;
};

[[noreturn]] void refuse(const std::string& sentence) {
    throw RequestError("bad_request", sentence);
}

json parse(std::string_view bytes) {
    const bool is_json = guess_encoding(bytes) == Encoding::json;
    const auto format = is_json ? json::input_format_t::json : json::input_format_t::msgpack;
    Guard guard;
    const bool is_sound = json::sax_parse(bytes, &guard, format);
    // Of JSON the parser stops before the guard has seen what is broken.
    const bool is_broken_map = is_json && bytes.starts_with('{') && !is_utf8(bytes);
    if (guard.has_broken_text() || is_broken_map) {
        refuse("the request holds text that is not valid UTF-8; send it in that encoding");
    }
    if (guard.repeated_key()) {
        refuse("key " + in_quotes(*guard.repeated_key()) + " stands twice in a map; send it once");
    }
    if (!is_sound) return json::value_t::discarded;
    return is_json ? json::parse(bytes, nullptr, false) : json::from_msgpack(bytes, true, false);
}

std::string listed(std::initializer_list<std::string_view> words) {
    return words.size() == 0 ? "none" : joined({words.begin(), words.end()});
}

}  // namespace

Encoding guess_encoding(std::string_view bytes) {
    if (bytes.empty()) return Encoding::json;
    const auto first = static_cast<std::uint8_t>(bytes.front());
    const bool is_map = (first >= 0x80U && first <= 0x8fU) || first == 0xdeU || first == 0xdfU;
    return is_map ? Encoding::msgpack : Encoding::json;
}

std::string encode(const nlohmann::ordered_json& answer, Encoding encoding) {
    std::string text = line(answer);
    if (encoding == Encoding::json) return text;
    // By way of the text, because there all strings are made valid UTF-8.
    std::string bytes;
    nlohmann::ordered_json::to_msgpack(nlohmann::ordered_json::parse(text), bytes);
    return bytes;
}

Request::Request(std::string_view bytes) {
    if (bytes.size() > request_bytes_max) {
        refuse("the request has " + std::to_string(bytes.size()) + " bytes; at most " +
               std::to_string(request_bytes_max) + " are read");
    }
    body_ = parse(bytes);
    if (!body_.is_object()) {
        refuse(R"(not a request: send a map as JSON or msgpack, for example {"op":"members"})");
    }
    op_ = text("op");
}

void Request::expect_only(std::initializer_list<std::string_view> arguments) const {
    for (const auto& item : body_.items()) {
        const bool is_known =
            std::find(arguments.begin(), arguments.end(), item.key()) != arguments.end();
        if (is_known || item.key() == "op") continue;
        refuse("unknown argument " + in_quotes(item.key()) + " of op " + in_quotes(op_) +
               "; known: " + listed(arguments));
    }
}

const json* Request::find(std::string_view argument) const {
    const auto place = body_.find(argument);
    return place == body_.end() || place->is_null() ? nullptr : &*place;
}

std::string Request::text(std::string_view argument) const {
    const json* value = find(argument);
    if (value == nullptr) refuse("argument " + in_quotes(argument) + " is missing");
    if (!value->is_string()) refuse("argument " + in_quotes(argument) + " must be a string");
    return value->get<std::string>();
}

std::optional<std::uint64_t> Request::number(std::string_view argument) const {
    const json* value = find(argument);
    if (value == nullptr) return {};
    if (!value->is_number_unsigned()) {
        refuse("argument " + in_quotes(argument) + " must be a whole number, not negative");
    }
    return value->get<std::uint64_t>();
}

bool Request::flag(std::string_view argument) const {
    const json* value = find(argument);
    if (value == nullptr) return false;
    if (!value->is_boolean()) refuse("argument " + in_quotes(argument) + " must be true or false");
    return value->get<bool>();
}

std::vector<std::string> Request::texts(std::string_view argument) const {
    const json* value = find(argument);
    std::vector<std::string> result;
    if (value == nullptr) return result;
    if (value->is_string()) return {value->get<std::string>()};
    const std::string problem =
        "argument " + in_quotes(argument) + " must be a string or a list of strings";
    if (!value->is_array()) refuse(problem);
    for (const json& item : *value) {
        if (!item.is_string()) refuse(problem);
        result.push_back(item.get<std::string>());
    }
    return result;
}

Tags Request::tags(std::string_view argument) const {
    const json* value = find(argument);
    Tags result;
    if (value == nullptr) return result;
    const std::string problem = "argument " + in_quotes(argument) + " must be a map of strings";
    if (!value->is_object()) refuse(problem);
    for (const auto& item : value->items()) {
        if (!item.value().is_string()) refuse(problem);
        result[item.key()] = item.value().get<std::string>();
    }
    return result;
}

}  // namespace hearsay
