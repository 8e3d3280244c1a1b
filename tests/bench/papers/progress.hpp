#pragma once

#include <cstddef>
#include <string>

#include "hearsay/time.hpp"

namespace hearsay::papers {

/// How far some work is, on standard error: one line that is written again and again where that is
/// a terminal, and a line every half minute otherwise.
class Progress {
  public:
    /// `total` steps of what `title` names.
    Progress(std::string title, std::size_t total);
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    /// Ends the line.
    ~Progress();

    /// One step more is done.
    void advance();

  private:
    [[nodiscard]] std::string line(Duration elapsed) const;
    void show() const;

    std::string title_;
    std::size_t total_;
    std::size_t done_ = 0;
    bool is_terminal_;
    Instant began_;
    Instant shown_;
};

}  // namespace hearsay::papers
