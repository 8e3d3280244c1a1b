#include <string>
#include <vector>

#include "model.hpp"
#include "support/catch.hpp"

namespace hearsay::watch {
namespace {

using Kind = Key::Kind;

const std::vector<std::string> listed{"n1", "n2", "n3", "n4"};

Wish press(Model& model, Kind kind) {
    return model.handle({.kind = kind, .text = ""}, listed);
}

/// The wish of the last letter.
Wish type(Model& model, const std::string& letters) {
    Wish wish = Wish::nothing;
    for (const char letter : letters)
        wish = model.handle({.kind = Kind::character, .text = std::string(1, letter)}, listed);
    return wish;
}

TEST_CASE("the first member is chosen until another one is", "[watch]") {
    Model model;
    CHECK(model.chosen(listed) == "n1");
    CHECK(model.chosen({"n3", "n1"}) == "n3");

    static_cast<void>(press(model, Kind::down));

    CHECK(model.chosen(listed) == "n2");
    CHECK(model.chosen({"n3", "n1", "n2"}) == "n2");
    CHECK(model.chosen({"n3", "n1"}) == "n3");
    CHECK(model.chosen({}).empty());
}

TEST_CASE("keys move along the list and not beyond it", "[watch]") {
    Model model;
    model.note_drawn(2, 0);

    static_cast<void>(press(model, Kind::up));
    CHECK(model.chosen(listed) == "n1");
    static_cast<void>(press(model, Kind::page_down));
    CHECK(model.chosen(listed) == "n3");
    static_cast<void>(type(model, "jjj"));
    CHECK(model.chosen(listed) == "n4");
    static_cast<void>(type(model, "k"));
    CHECK(model.chosen(listed) == "n3");
    static_cast<void>(press(model, Kind::first));
    CHECK(model.chosen(listed) == "n1");
    static_cast<void>(type(model, "G"));
    CHECK(model.chosen(listed) == "n4");
    static_cast<void>(press(model, Kind::page_up));
    CHECK(model.chosen(listed) == "n2");
}

TEST_CASE("an empty list has nothing to choose", "[watch]") {
    Model model;

    for (const Kind kind : {Kind::up, Kind::down, Kind::page_down, Kind::last, Kind::first})
        CHECK(model.handle({.kind = kind, .text = ""}, {}) == Wish::nothing);

    CHECK(model.chosen({}).empty());
}

TEST_CASE("enter explains the chosen member, and those that are chosen then", "[watch]") {
    Model model;

    CHECK(press(model, Kind::enter) == Wish::explain);
    CHECK(model.pane() == Pane::explanation);
    CHECK(press(model, Kind::down) == Wish::explain);
    CHECK(model.chosen(listed) == "n2");
    CHECK(press(model, Kind::enter) == Wish::nothing);
    CHECK(model.pane() == Pane::events);
}

TEST_CASE("a member that is explained stays chosen when trouble comes above it", "[watch]") {
    Model model;

    CHECK(press(model, Kind::enter) == Wish::explain);

    CHECK(model.chosen({"n4", "n1", "n2"}) == "n1");
}

TEST_CASE("a pane is scrolled as far as it goes", "[watch]") {
    Model model;
    static_cast<void>(type(model, "l"));
    REQUIRE(model.pane() == Pane::links);
    model.note_drawn(10, 12);

    static_cast<void>(type(model, "j"));
    CHECK(model.scroll() == 1);
    static_cast<void>(press(model, Kind::page_down));
    static_cast<void>(press(model, Kind::page_down));
    CHECK(model.scroll() == 12);
    CHECK(model.chosen(listed) == "n1");

    model.note_drawn(10, 3);
    CHECK(model.scroll() == 3);
    static_cast<void>(type(model, "l"));
    CHECK(model.pane() == Pane::events);
    CHECK(model.scroll() == 0);
}

TEST_CASE("views are asked for each time the key is pressed", "[watch]") {
    Model model;

    CHECK(type(model, "v") == Wish::survey);
    CHECK(model.pane() == Pane::views);
    CHECK(type(model, "v") == Wish::survey);
}

TEST_CASE("letters are a filter while it is typed", "[watch]") {
    Model model;

    CHECK(type(model, "/db q") == Wish::nothing);
    CHECK(model.filter() == "db q");
    CHECK(model.is_typing());
    static_cast<void>(model.handle({.kind = Kind::character, .text = "\u00e4"}, listed));
    static_cast<void>(press(model, Kind::erase));
    static_cast<void>(press(model, Kind::erase));
    CHECK(model.filter() == "db ");
    static_cast<void>(press(model, Kind::enter));
    CHECK_FALSE(model.is_typing());
    CHECK(model.filter() == "db ");
    CHECK(type(model, "q") == Wish::quit);
}

TEST_CASE("a filter is dropped while it is typed, and later", "[watch]") {
    Model model;

    static_cast<void>(type(model, "/db"));
    static_cast<void>(press(model, Kind::escape));
    CHECK(model.filter().empty());
    CHECK_FALSE(model.is_typing());

    static_cast<void>(type(model, "/db"));
    static_cast<void>(press(model, Kind::enter));
    static_cast<void>(press(model, Kind::enter));
    REQUIRE(model.pane() == Pane::explanation);
    static_cast<void>(press(model, Kind::escape));
    CHECK(model.pane() == Pane::events);
    CHECK(model.filter() == "db");
    static_cast<void>(press(model, Kind::escape));
    CHECK(model.filter().empty());
}

TEST_CASE("a filter has an end", "[watch]") {
    Model model;

    static_cast<void>(type(model, "/" + std::string(200, 'x')));

    CHECK(model.filter().size() == 64);
}

TEST_CASE("space freezes the picture and lets it go on", "[watch]") {
    Model model;

    static_cast<void>(type(model, " "));
    CHECK(model.is_frozen());
    static_cast<void>(type(model, " "));
    CHECK_FALSE(model.is_frozen());
}

TEST_CASE("a question mark shows the keys, and takes them away", "[watch]") {
    Model model;

    static_cast<void>(type(model, "?"));
    CHECK(model.pane() == Pane::keys);
    static_cast<void>(type(model, "?"));
    CHECK(model.pane() == Pane::events);
}

}  // namespace
}  // namespace hearsay::watch
