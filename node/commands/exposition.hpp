#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hearsay {

enum class MetricType : std::uint8_t { counter, gauge };

/// A metric as Prometheus knows it.
struct Metric {
    std::string_view name;
    MetricType type = MetricType::gauge;
    /// One line.
    std::string_view help;
};

/// What tells one series of a metric from another. The value may be any bytes.
struct Label {
    std::string_view name;
    std::string value;
};

using Labels = std::vector<Label>;

/// Metrics in the text format of Prometheus, version 0.0.4. All series of a metric must be added
/// one after the other, as the format wants them.
class Exposition {
  public:
    /// Every series bears the labels in `common` first.
    explicit Exposition(const Labels& common);

    /// Adds one series; `value` is a number in decimal. In front of the first series of a metric
    /// stand its help and its type, so a metric without series is not there at all.
    void add(const Metric& metric, const Labels& labels, std::string_view value);

    /// The lines, each with its end.
    [[nodiscard]] const std::string& text() const { return text_; }

  private:
    void begin(const Metric& metric);

    std::string common_;
    std::string begun_;
    std::string text_;
};

}  // namespace hearsay
