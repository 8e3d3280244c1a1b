#include "curses_terminal.hpp"

#include <array>
#include <cstdlib>
#include <cwchar>
#include <string>
#include <string_view>
#include <utility>

#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>

#include "hearsay/utf8.hpp"

#include "phrase.hpp"

// The names of capabilities are macros.
#undef columns

namespace hearsay::watch {

namespace {

/// After an escape character, how long a key may go on. Over a slow line it comes in pieces.
constexpr int escape_delay_ms = 50;

/// A check that failed ends the process at once; the terminal is given back all the same.
void restore_on_abort(int signal) {
    static_cast<void>(::endwin());
    ::signal(signal, SIG_DFL);
    static_cast<void>(::raise(signal));
}

/// Its colour, and the number of the pair of colours that it is with the usual background.
short color_of(Paint paint) {
    if (paint == Paint::red) return COLOR_RED;
    if (paint == Paint::green) return COLOR_GREEN;
    return paint == Paint::yellow ? COLOR_YELLOW : 0;
}

/// ncurses handles some signals unless it is stopped from it; ours are taken by the owner.
class SignalActions {
  public:
    SignalActions() {
        for (std::size_t i = 0; i < numbers.size(); ++i)
            ::sigaction(numbers[i], nullptr, &former_[i]);
    }
    SignalActions(const SignalActions&) = delete;
    SignalActions& operator=(const SignalActions&) = delete;
    ~SignalActions() {
        for (std::size_t i = 0; i < numbers.size(); ++i)
            ::sigaction(numbers[i], &former_[i], nullptr);
    }

  private:
    static constexpr std::array<int, 4> numbers{SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
    std::array<struct sigaction, numbers.size()> former_{};
};

/// Throws TerminalError unless the terminal can show a screen.
void refuse_unfit() {
    constexpr const char* hint = "; `hearsay watch | cat` prints one picture";
    if (::isatty(STDIN_FILENO) == 0)
        throw TerminalError(std::string("standard input is no terminal, so keys cannot come") +
                            hint);
    const char* name = std::getenv("TERM");
    if (name == nullptr || *name == '\0')
        throw TerminalError(
            "the variable TERM is not set, so nobody knows what the terminal can "
            "show; set it, for example TERM=vt100");
    int problem = 0;
    if (::setupterm(nullptr, STDOUT_FILENO, &problem) != OK)
        throw TerminalError("the terminal " + in_quotes(name) +
                            " is not known here; set TERM to one that is, for example TERM=vt100");
    const char* const move = ::tigetstr("cup");
    const bool can_move = move != nullptr && !std::string_view(move).empty();
    ::del_curterm(::cur_term);
    if (!can_move)
        throw TerminalError("the terminal " + in_quotes(name) + " cannot show a screen" + hint);
}

std::wstring wide(std::string_view text) {
    std::wstring wide;
    while (!text.empty()) {
        const Utf8Character character = first_character(text);
        const bool is_character = character.length > 0;
        wide += is_character ? static_cast<wchar_t>(character.code) : L'?';
        text.remove_prefix(is_character ? character.length : 1);
    }
    return wide;
}

/// The key of a character, in the locale of this process.
std::optional<Key> key_of(wint_t code) {
    constexpr wint_t erase = 0x08;
    constexpr wint_t erase_all = 0x15;
    constexpr wint_t escape = 0x1b;
    constexpr wint_t del = 0x7f;
    if (code == L'\n' || code == L'\r') return Key{.kind = Key::Kind::enter, .text = ""};
    if (code == escape) return Key{.kind = Key::Kind::escape, .text = ""};
    if (code == erase || code == del) return Key{.kind = Key::Kind::erase, .text = ""};
    if (code == erase_all) return Key{.kind = Key::Kind::erase_all, .text = ""};
    if (is_control(static_cast<char32_t>(code))) return std::nullopt;
    std::array<char, 16> bytes{};
    std::mbstate_t state{};
    const std::size_t size = std::wcrtomb(bytes.data(), static_cast<wchar_t>(code), &state);
    if (size > bytes.size()) return std::nullopt;
    return Key{.kind = Key::Kind::character, .text = std::string(bytes.data(), size)};
}

std::optional<Key> key_of_function(wint_t code) {
    const auto key = [](Key::Kind kind) { return Key{.kind = kind, .text = ""}; };
    switch (code) {
        case KEY_UP:
            return key(Key::Kind::up);
        case KEY_DOWN:
            return key(Key::Kind::down);
        case KEY_PPAGE:
            return key(Key::Kind::page_up);
        case KEY_NPAGE:
            return key(Key::Kind::page_down);
        case KEY_HOME:
            return key(Key::Kind::first);
        case KEY_END:
            return key(Key::Kind::last);
        case KEY_ENTER:
            return key(Key::Kind::enter);
        case KEY_BACKSPACE:
        case KEY_DC:
            return key(Key::Kind::erase);
        default:
            return std::nullopt;
    }
}

}  // namespace

/// What ncurses knows of the terminal.
struct CursesTerminal::Window {
    SCREEN* screen = nullptr;
    WINDOW* all = nullptr;
    int input = STDIN_FILENO;
};

CursesTerminal::CursesTerminal() : window_(std::make_unique<Window>()) {
    refuse_unfit();
    const SignalActions actions;
    window_->screen = ::newterm(nullptr, stdout, stdin);
    if (window_->screen == nullptr) throw TerminalError("the terminal cannot show a screen");
    window_->all = ::stdscr;
    ::cbreak();
    ::noecho();
    ::nonl();
    ::intrflush(window_->all, FALSE);
    ::keypad(window_->all, TRUE);
    ::nodelay(window_->all, TRUE);
    ::set_escdelay(escape_delay_ms);
    // Some terminals send the one, whichever they were told to send.
    for (const auto& [keys, code] : {std::pair("\033[A", KEY_UP), std::pair("\033[B", KEY_DOWN),
                                     std::pair("\033OA", KEY_UP), std::pair("\033OB", KEY_DOWN)})
        ::define_key(keys, code);
    ::curs_set(0);
    resize();
    ::signal(SIGABRT, restore_on_abort);
    has_colors_ = color_for(STDOUT_FILENO) == Color::on && ::has_colors();
    if (!has_colors_) return;
    ::start_color();
    ::use_default_colors();
    for (const Paint paint : {Paint::red, Paint::green, Paint::yellow})
        ::init_pair(color_of(paint), color_of(paint), -1);
}

CursesTerminal::~CursesTerminal() {
    ::endwin();
    ::delscreen(window_->screen);
    ::signal(SIGABRT, SIG_DFL);
}

Size CursesTerminal::size() const {
    return {.rows = static_cast<std::size_t>(getmaxy(window_->all)),
            .columns = static_cast<std::size_t>(getmaxx(window_->all))};
}

void CursesTerminal::resize() {
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return;
    if (size.ws_row == 0 || size.ws_col == 0) return;
    ::resizeterm(size.ws_row, size.ws_col);
    // Terminals arrange what they show in ways of their own then.
    ::clearok(window_->all, TRUE);
}

void CursesTerminal::set_style(Style style) const {
    attr_t attributes = style.is_reversed ? A_REVERSE : A_NORMAL;
    if (style.paint == Paint::bold || style.paint == Paint::red) attributes |= A_BOLD;
    if (style.paint == Paint::dim) attributes |= A_DIM;
    const short pair = has_colors_ ? color_of(style.paint) : short{0};
    ::wattr_set(window_->all, attributes, pair, nullptr);
}

void CursesTerminal::show(const Canvas& canvas) {
    ::werase(window_->all);
    for (std::size_t row = 0; row < canvas.size().rows; ++row) {
        ::wmove(window_->all, static_cast<int>(row), 0);
        for (const Glyph& glyph : canvas.row(row)) {
            if (glyph.text.empty()) continue;
            set_style(glyph.style);
            const std::wstring text = wide(glyph.text);
            // The last place of all cannot move the cursor on, which is no fault.
            static_cast<void>(
                ::waddnwstr(window_->all, text.data(), static_cast<int>(text.size())));
        }
    }
    set_style({});
    ::wrefresh(window_->all);
}

void CursesTerminal::watch(PollSet& set) {
    set.add(window_->input, has_news_);
}

std::optional<Key> CursesTerminal::read() {
    constexpr wint_t redraw = 0x0c;
    has_news_ = false;
    for (;;) {
        wint_t code = 0;
        const int kind = ::wget_wch(window_->all, &code);
        if (kind == ERR) return std::nullopt;
        if (kind == OK && code == redraw) ::clearok(window_->all, TRUE);
        auto key = kind == KEY_CODE_YES ? key_of_function(code) : key_of(code);
        if (key) return key;
    }
}

bool CursesTerminal::is_lost() const {
    pollfd input{.fd = window_->input, .events = POLLIN, .revents = 0};
    return ::poll(&input, 1, 0) > 0 && (input.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
}

void CursesTerminal::give_back() {
    ::set_term(window_->screen);
    ::endwin();
}

void CursesTerminal::take_again() {
    resize();
    ::clearok(window_->all, TRUE);
    ::wrefresh(window_->all);
}

Charset charset_of_locale() {
    ::setlocale(LC_CTYPE, "");
    return std::string_view(::nl_langinfo(CODESET)) == "UTF-8" ? Charset::unicode : Charset::ascii;
}

}  // namespace hearsay::watch
