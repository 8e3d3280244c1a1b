#pragma once

#include <string>

namespace hearsay {

/// Writes to standard output, at once. Ends the program if it cannot be written (exit code 2, but
/// 0 and silently if the reader had enough and closed its end).
void print(const std::string& text);

/// A line on standard error that says what takes its time, and is gone when it is over. Nothing
/// where that is no terminal which can erase a line.
class PassingLine {
  public:
    PassingLine();
    PassingLine(const PassingLine&) = delete;
    PassingLine& operator=(const PassingLine&) = delete;
    ~PassingLine() { clear(); }

    [[nodiscard]] bool is_seen() const { return is_seen_; }
    /// In the place of the line before.
    void show(const std::string& text) const;
    /// Before anything else is printed.
    void clear() const;

  private:
    bool is_seen_;
};

/// One line on standard error: "hearsay: ...".
void complain(const std::string& problem);

}  // namespace hearsay
