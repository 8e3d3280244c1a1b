#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace hearsay::watch {

/// A key of the keyboard.
struct Key {
    enum class Kind : std::uint8_t {
        /// `text` is what it writes: one character.
        character,
        up,
        down,
        page_up,
        page_down,
        first,
        last,
        enter,
        escape,
        erase,
        erase_all,
    };
    Kind kind = Kind::character;
    std::string text;
};

/// What stands beside the list of members.
enum class Pane : std::uint8_t { events, explanation, links, views, keys };

/// What a key asks for that the screen cannot do by itself.
enum class Wish : std::uint8_t { nothing, quit, explain, survey };

/// What a person has chosen to see. Keys change it.
class Model {
  public:
    /// `listed` are the names of the members as they are listed now, filtered by `filter`.
    [[nodiscard]] Wish handle(const Key& key, const std::vector<std::string>& listed);

    /// What the last drawing has found: rows of a page, and how far the pane can be scrolled.
    void note_drawn(std::size_t page_rows, std::size_t scroll_max);

    /// The chosen member: the first one until another is chosen, or if that one is not listed.
    /// Empty if none is listed.
    [[nodiscard]] std::string chosen(const std::vector<std::string>& listed) const;
    [[nodiscard]] Pane pane() const { return pane_; }
    /// Lines of the pane that stand above the screen.
    [[nodiscard]] std::size_t scroll() const { return scroll_; }
    [[nodiscard]] const std::string& filter() const { return filter_; }
    /// Whether the filter is being typed.
    [[nodiscard]] bool is_typing() const { return is_typing_; }
    [[nodiscard]] bool is_frozen() const { return is_frozen_; }

  private:
    void type(const Key& key);
    [[nodiscard]] Wish press(const std::string& letter);
    [[nodiscard]] Wish move(Key::Kind kind, const std::vector<std::string>& listed);
    void move_chosen(Key::Kind kind, const std::vector<std::string>& listed);
    void move_pane(Key::Kind kind);
    void open(Pane pane);
    void go_back();

    std::string chosen_;
    std::string filter_;
    Pane pane_ = Pane::events;
    std::size_t scroll_ = 0;
    std::size_t page_rows_ = 10;
    std::size_t scroll_max_ = 0;
    bool is_typing_ = false;
    bool is_frozen_ = false;
};

}  // namespace hearsay::watch
