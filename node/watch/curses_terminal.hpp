#pragma once

#include <memory>
#include <optional>
#include <stdexcept>

#include "canvas.hpp"
#include "model.hpp"
#include "poll_set.hpp"

namespace hearsay::watch {

/// There is no terminal that could show a screen: one line that says why, and what would help.
class TerminalError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// The terminal of standard input and output, taken over as long as this lives: afterwards it is as
/// it was before, however this ends. The signals that concern it (SIGWINCH, SIGTSTP) are for the
/// owner to watch for. There may be only one at a time.
class CursesTerminal {
  public:
    /// Throws TerminalError.
    CursesTerminal();
    ~CursesTerminal();
    CursesTerminal(const CursesTerminal&) = delete;
    CursesTerminal& operator=(const CursesTerminal&) = delete;

    [[nodiscard]] Size size() const;
    /// The terminal may have another size now.
    void resize();

    void show(const Canvas& canvas);

    /// Wakes the loop when there are keys, or the terminal is lost.
    void watch(PollSet& set);
    [[nodiscard]] bool has_news() const { return has_news_; }
    /// The next key, if any.
    [[nodiscard]] std::optional<Key> read();
    /// Whether nobody can see or type anything any more.
    [[nodiscard]] bool is_lost() const;

    /// Gives the terminal back, until `take_again`.
    void give_back();
    void take_again();

  private:
    struct Window;

    void set_style(Style style) const;

    std::unique_ptr<Window> window_;
    bool has_news_ = false;
    bool has_colors_ = false;
};

/// The characters that the locale of this process shows.
[[nodiscard]] Charset charset_of_locale();

}  // namespace hearsay::watch
