#include "exposition.hpp"

#include <algorithm>
#include <cstddef>

#include "hearsay/utf8.hpp"

namespace hearsay {

namespace {

/// Stands for a byte that is not UTF-8: one such byte, and Prometheus takes nothing of a page.
constexpr std::string_view replacement = "\xEF\xBF\xBD";

std::string escaped(std::string_view text) {
    if (text == "\n") return "\\n";
    if (text == "\\" || text == "\"") return "\\" + std::string(text);
    return std::string(text);
}

std::string quoted_value(std::string_view value) {
    std::string text = "\"";
    while (!value.empty()) {
        const std::size_t length = first_character(value).length;
        text += length == 0 ? std::string(replacement) : escaped(value.substr(0, length));
        value.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return text + "\"";
}

std::string labels_text(const Labels& labels) {
    std::string text;
    for (const Label& label : labels) {
        text +=
            (text.empty() ? "" : ",") + std::string(label.name) + "=" + quoted_value(label.value);
    }
    return text;
}

std::string in_braces(const std::string& labels) {
    return labels.empty() ? "" : "{" + labels + "}";
}

}  // namespace

Exposition::Exposition(const Labels& common) : common_(labels_text(common)) {}

void Exposition::add(const Metric& metric, const Labels& labels, std::string_view value) {
    if (begun_ != metric.name) begin(metric);
    const std::string own = labels_text(labels);
    const std::string comma = common_.empty() || own.empty() ? "" : ",";
    text_.append(metric.name).append(in_braces(common_ + comma + own));
    text_.append(" ").append(value).append("\n");
}

void Exposition::begin(const Metric& metric) {
    begun_ = metric.name;
    const std::string_view type = metric.type == MetricType::counter ? "counter" : "gauge";
    text_.append("# HELP ").append(metric.name).append(" ").append(metric.help).append("\n");
    text_.append("# TYPE ").append(metric.name).append(" ").append(type).append("\n");
}

}  // namespace hearsay
