#include "model.hpp"

#include <algorithm>
#include <utility>

namespace hearsay::watch {

namespace {

using Kind = Key::Kind;

constexpr std::size_t filter_bytes_max = 64;

/// Where a place in a list of `count` moves to.
std::size_t moved(std::size_t place, Kind kind, std::size_t page, std::size_t count) {
    const std::size_t last = count == 0 ? 0 : count - 1;
    switch (kind) {
        case Kind::up:
            return place == 0 ? 0 : place - 1;
        case Kind::down:
            return std::min(place + 1, last);
        case Kind::page_up:
            return place - std::min(place, page);
        case Kind::page_down:
            return std::min(place + page, last);
        case Kind::first:
            return 0;
        case Kind::last:
            return last;
        default:
            return place;
    }
}

/// Takes off the last character, whatever its bytes.
void erase_last(std::string& text) {
    constexpr unsigned continuation_mask = 0xc0;
    constexpr unsigned continuation = 0x80;
    while (!text.empty()) {
        const auto byte = static_cast<unsigned char>(text.back());
        text.pop_back();
        if ((byte & continuation_mask) != continuation) return;
    }
}

/// Letters that move as in other programs.
Kind kind_of(const Key& key) {
    if (key.kind != Kind::character) return key.kind;
    if (key.text == "j") return Kind::down;
    if (key.text == "k") return Kind::up;
    if (key.text == "g") return Kind::first;
    if (key.text == "G") return Kind::last;
    return Kind::character;
}

}  // namespace

Wish Model::handle(const Key& key, const std::vector<std::string>& listed) {
    if (is_typing_) {
        type(key);
        return Wish::nothing;
    }
    const Kind kind = kind_of(key);
    switch (kind) {
        case Kind::character:
            return press(key.text);
        case Kind::enter:
            open(pane_ == Pane::explanation ? Pane::events : Pane::explanation);
            if (pane_ == Pane::explanation) chosen_ = chosen(listed);
            return pane_ == Pane::explanation ? Wish::explain : Wish::nothing;
        case Kind::escape:
        case Kind::erase:
            go_back();
            return Wish::nothing;
        case Kind::erase_all:
            return Wish::nothing;
        default:
            return move(kind, listed);
    }
}

void Model::type(const Key& key) {
    switch (key.kind) {
        case Kind::character:
            if (filter_.size() + key.text.size() <= filter_bytes_max) filter_ += key.text;
            return;
        case Kind::erase:
            if (filter_.empty()) is_typing_ = false;
            erase_last(filter_);
            return;
        case Kind::erase_all:
            filter_.clear();
            return;
        case Kind::enter:
            is_typing_ = false;
            return;
        case Kind::escape:
            is_typing_ = false;
            filter_.clear();
            return;
        default:
            return;
    }
}

Wish Model::press(const std::string& letter) {
    if (letter == "q") return Wish::quit;
    if (letter == "/") is_typing_ = true;
    if (letter == " ") is_frozen_ = !is_frozen_;
    if (letter == "?") open(pane_ == Pane::keys ? Pane::events : Pane::keys);
    if (letter == "e") open(Pane::events);
    if (letter == "l") open(pane_ == Pane::links ? Pane::events : Pane::links);
    if (letter == "v") {
        open(Pane::views);
        return Wish::survey;
    }
    return Wish::nothing;
}

Wish Model::move(Key::Kind kind, const std::vector<std::string>& listed) {
    const bool is_page = kind == Kind::page_up || kind == Kind::page_down;
    const bool is_of_pane = pane_ == Pane::events        ? false
                            : pane_ == Pane::explanation ? is_page
                                                         : true;
    if (is_of_pane) {
        move_pane(kind);
        return Wish::nothing;
    }
    move_chosen(kind, listed);
    return pane_ == Pane::explanation ? Wish::explain : Wish::nothing;
}

void Model::move_chosen(Key::Kind kind, const std::vector<std::string>& listed) {
    if (listed.empty()) return;
    const auto found = std::find(listed.begin(), listed.end(), chosen(listed));
    const auto place = static_cast<std::size_t>(found - listed.begin());
    const std::string& next = listed[moved(place, kind, page_rows_, listed.size())];
    if (pane_ == Pane::explanation && next != chosen_) scroll_ = 0;
    chosen_ = next;
}

void Model::move_pane(Key::Kind kind) {
    scroll_ = moved(scroll_, kind, page_rows_, scroll_max_ + 1);
}

void Model::open(Pane pane) {
    pane_ = pane;
    scroll_ = 0;
}

/// Step by step to where the screen began.
void Model::go_back() {
    if (pane_ != Pane::events) {
        open(Pane::events);
    } else if (!filter_.empty()) {
        filter_.clear();
    } else {
        chosen_.clear();
    }
}

void Model::note_drawn(std::size_t page_rows, std::size_t scroll_max) {
    page_rows_ = std::max<std::size_t>(page_rows, 1);
    scroll_max_ = scroll_max;
    scroll_ = std::min(scroll_, scroll_max_);
}

std::string Model::chosen(const std::vector<std::string>& listed) const {
    if (listed.empty()) return "";
    const bool is_listed = std::find(listed.begin(), listed.end(), chosen_) != listed.end();
    return is_listed ? chosen_ : listed.front();
}

}  // namespace hearsay::watch
