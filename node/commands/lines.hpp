#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "screen.hpp"

namespace hearsay {

/// Lines of a word and what there is to say about it, for eyes. Content is made printable, and is
/// folded where it is wider than the screen.
class Lines {
  public:
    explicit Lines(Screen screen) : screen_(screen) {}

    void add(std::string_view title, const std::string& content) {
        constexpr std::size_t indent = 11;
        std::string line(title);
        line.resize(std::max(line.size() + 1, indent), ' ');
        text_ += paint(line, Paint::bold, screen_.color) +
                 folded(printable(content), screen_.width, line.size()) + "\n";
    }

    [[nodiscard]] const std::string& text() const { return text_; }

  private:
    Screen screen_;
    std::string text_;
};

}  // namespace hearsay
