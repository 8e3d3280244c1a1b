#include <string>
#include <vector>

#include "drawing.hpp"
#include "screen.hpp"
#include "support/catch.hpp"
#include "support/sample_scene.hpp"

namespace hearsay::watch {
namespace {

using Catch::Matchers::Contains;
using testing::SampleScene;

constexpr Size usual{.rows = 24, .columns = 80};
constexpr Size large{.rows = 60, .columns = 200};
constexpr Size tiny{.rows = 5, .columns = 20};

Look look_of(Size size) {
    return {.size = size, .charset = Charset::unicode, .now = SampleScene::now(), .frozen_ms = {}};
}

/// The rows of a screen, one below the other.
std::string text_of(const Canvas& canvas) {
    std::string text;
    for (std::size_t row = 0; row < canvas.size().rows; ++row)
        text += canvas.row_text(row) + "\n";
    return text;
}

std::string screen_of(const Scene& scene, const Model& model, Size size) {
    return text_of(draw(scene, model, look_of(size)).canvas);
}

void press(Model& model, const Scene& scene, Key::Kind kind, const std::string& letter = "") {
    const auto listed = listed_names(scene, model, SampleScene::now());
    static_cast<void>(model.handle({.kind = kind, .text = letter}, listed));
}

void type(Model& model, const Scene& scene, const std::string& letters) {
    for (const char letter : letters)
        press(model, scene, Key::Kind::character, std::string(1, letter));
}

TEST_CASE("a calm fleet is one look", "[watch]") {
    const std::string screen = screen_of(SampleScene(5).take(), {}, usual);

    CHECK(screen.substr(0, screen.find(" OBSERVED")) ==
          " demo as n1 sees it                                       all alive · all agree\n"
          " 5 alive · 4 of 4 peers agree · suspect after 600ms, failed after 1s · up 3m12s\n"
          "\n"
          " ◉ n1  ● n2  ● n3  ● n4  ● n5\n"
          "\n");
}

TEST_CASE("members that need attention come first, with the reason", "[watch]") {
    SampleScene sample(5);
    sample.fail(3);
    sample.member_of(4)["state"] = "suspect";
    sample.member_of(4)["cause"] = "silence";
    sample.link_of(5)["lost"] = true;
    sample.link_of(5)["heard_ms"] = 3200;

    const Canvas canvas = draw(sample.take(), {}, look_of(usual)).canvas;

    const std::string screen = text_of(canvas);
    CHECK_THAT(canvas.row_text(0),
               Contains("n3 failed · n4 suspect · n5 cut off · all 4 heard agree"));
    CHECK(canvas.row(0)[0].style == Style{.paint = Paint::red, .is_reversed = true});
    CHECK_THAT(canvas.row_text(3), Contains("◉ n1  ● n2  ✗ n3  ▲ n4  ◐ n5"));
    CHECK_THAT(canvas.row_text(5), Contains("NEEDS ATTENTION ─"));
    CHECK_THAT(canvas.row_text(6), Contains("✗ n3  failed   12s    refuses connections, say n1"));
    CHECK_THAT(canvas.row_text(7), Contains("▲ n4  suspect"));
    CHECK_THAT(canvas.row_text(7), Contains("silent"));
    CHECK_THAT(canvas.row_text(8), Contains("others hear it, this node last did 3s ago"));
    CHECK_THAT(screen, Contains("failed     n3  refuses connections, silent for 27ms, said by n1"));
}

TEST_CASE("whether a link is cut is for the node to say", "[watch]") {
    SampleScene sample(6);
    sample.member_of(4)["heard"] = "relayed";
    sample.member_of(6)["heard"] = "relayed";
    sample.member_of(6)["observed"] = true;

    const std::vector<Row> rows = rows_of(sample.take(), SampleScene::now());

    REQUIRE(rows.size() == 6);
    CHECK(rows.front().name == "n6");
    CHECK(rows.front().reason == "others hear it, this node does not");
    CHECK_FALSE(rows[1].needs_attention());
}

TEST_CASE("silence is shown next to what is allowed", "[watch]") {
    SampleScene sample(7);
    sample.link_of(2)["heard_ms"] = 300;
    sample.link_of(3)["heard_ms"] = 900;

    const std::string screen = screen_of(sample.take(), {}, usual);

    CHECK_THAT(screen, Contains("━━━━━╸───── 300ms of 600ms"));
    CHECK_THAT(screen, Contains("━━━━━━━━━━━ 900ms of 600ms"));
    CHECK_THAT(screen, Contains("● n6  alive    3m12s  via gossip"));
    CHECK_THAT(screen, Contains("◉ n1  alive    3m12s  this node"));
}

TEST_CASE("a split is seen by its numbers", "[watch]") {
    SampleScene sample(16);
    for (std::size_t number = 9; number <= 16; ++number)
        sample.fail(number);
    sample.status()["peers_heard"] = 7;
    sample.status()["peers_agreeing"] = 5;

    const std::string screen = screen_of(sample.take(), {}, usual);

    CHECK_THAT(screen, Contains("8 failed · 5 of 7 agree"));
    CHECK_THAT(screen, Contains("8 alive, 8 failed · 5 of 7 peers agree"));
}

TEST_CASE("a node that does not answer keeps its last picture", "[watch]") {
    SampleScene sample(5);
    sample.scene().is_found = false;
    sample.scene().found_or_lost_at = SampleScene::now() - std::chrono::seconds(12);

    const Canvas canvas = draw(sample.take(), {}, look_of(usual)).canvas;

    CHECK_THAT(canvas.row_text(0), Contains("demo as n1 saw it last"));
    CHECK_THAT(canvas.row_text(0), Contains("n1 does not answer, for 12s"));
    CHECK(canvas.row(0)[0].style.paint == Paint::red);
    CHECK_THAT(text_of(canvas), Contains("● n5"));
}

TEST_CASE("what is not well with the node itself is said", "[watch]") {
    SampleScene sample(2);
    sample.status()["withdrawn"] = true;
    sample.status()["pace"] = 2;

    const Canvas canvas = draw(sample.take(), {}, look_of(usual)).canvas;

    CHECK_THAT(canvas.row_text(0), Contains("withdrawn · takes 2 rounds for one · all agree"));
    CHECK(canvas.row(0)[0].style.paint == Paint::yellow);
}

TEST_CASE("a frozen picture says how old it is", "[watch]") {
    Look look = look_of(usual);
    look.frozen_ms = 5000;

    CHECK_THAT(draw(SampleScene(5).take(), {}, look).canvas.row_text(0),
               Contains("frozen 5s ago · all alive"));

    look.size = tiny;
    CHECK(draw(SampleScene(5).take(), {}, look).canvas.row_text(0) == " all alive · frozen…");
}

TEST_CASE("a filter leaves only what it names", "[watch]") {
    SampleScene sample(9);
    sample.member_of(7)["tags"] = {{"role", "Database"}};
    const Scene scene = sample.take();
    Model model;

    type(model, scene, "/database");

    const std::string screen = screen_of(scene, model, usual);
    CHECK(listed_names(scene, model, SampleScene::now()) == std::vector<std::string>{"n7"});
    CHECK_THAT(screen, Contains(" /database   1 of 9  enter keeps it"));
    CHECK_THAT(screen, Contains("● n7  alive"));
    CHECK_THAT(screen, !Contains("● n8  alive"));
    CHECK_THAT(screen, Contains("◉ n1  ● n2"));

    for (const char* words : {"/n9 alive", "/.7:7700", "/ALIVE role", "/n7"}) {
        Model other;
        type(other, scene, words);
        CHECK(listed_names(scene, other, SampleScene::now()).size() == 1);
    }
    type(model, scene, "zzz");
    CHECK_THAT(screen_of(scene, model, usual), Contains("No member matches the filter."));
}

TEST_CASE("enter shows why the chosen member is held for what it is", "[watch]") {
    SampleScene sample(5);
    sample.fail(3);
    Scene scene = sample.take();
    scene.explanation.subject = "n3";
    scene.explanation.told.at = SampleScene::now();
    scene.explanation.told.answer = SampleScene::received(
        {{"member", sample.member_of(3)}, {"observers", {"n1", "n2"}}, {"quorum", 3}});
    Model model;
    press(model, scene, Key::Kind::enter);

    const std::string screen = screen_of(scene, model, usual);
    CHECK_THAT(screen, Contains("WHY n3 ─"));
    CHECK_THAT(screen, Contains("n3 is failed, for 12s: its endpoint refuses connections, say n1"));
    CHECK_THAT(screen, Contains("last word"));

    press(model, scene, Key::Kind::down);
    CHECK_THAT(screen_of(scene, model, usual), Contains("Asking for it."));
    scene.explanation = {.subject = "n1", .told = {}, .is_waiting = false, .is_unanswered = true};
    CHECK_THAT(screen_of(scene, model, usual), Contains("No answer came."));
}

TEST_CASE("a refused question shows the reason", "[watch]") {
    Scene scene = SampleScene(5).take();
    scene.survey.told.answer = {{"error", "another survey is under way"}, {"code", "busy"}};
    Model model;
    type(model, scene, "v");

    CHECK_THAT(screen_of(scene, model, usual), Contains("another survey is under way"));
}

TEST_CASE("a wide screen has list and pane side by side", "[watch]") {
    SampleScene sample(64);
    sample.fail(3);
    const Scene scene = sample.take();
    Model model;
    type(model, scene, "?");

    const Canvas canvas = draw(scene, model, look_of(large)).canvas;

    std::string beside;
    for (std::size_t row = 0; row < canvas.size().rows && beside.empty(); ++row)
        if (canvas.row_text(row).find("NEEDS ATTENTION") != std::string::npos)
            beside = canvas.row_text(row);
    CHECK_THAT(beside, Contains("│ KEYS ─"));
    CHECK_THAT(text_of(canvas), Contains("10.0.0.64:7700") || Contains("10.0.0.30:7700"));
}

TEST_CASE("the smallest screen says the essential", "[watch]") {
    SampleScene sample(5);
    sample.fail(3);

    CHECK(screen_of(sample.take(), {}, tiny) ==
          " n3 failed\n"
          " ◉●✗●●\n"
          " ✗ n3  failed   12s…\n"
          " ◉ n1  alive    3m1…\n"
          " ● n2  alive    3m1…\n");
}

TEST_CASE("the chosen member stays in sight", "[watch]") {
    const Scene scene = SampleScene(200).take();
    Model model;

    for (const Size size : {usual, tiny, large}) {
        press(model, scene, Key::Kind::last);
        CHECK_THAT(screen_of(scene, model, size), Contains("n200  "));
        press(model, scene, Key::Kind::first);
        CHECK_THAT(screen_of(scene, model, size), Contains("n1    "));
    }
}

TEST_CASE("of a fleet too large for the strip each glyph shows the worst of several", "[watch]") {
    SampleScene sample(1000);
    sample.fail(777);

    const Canvas canvas = draw(sample.take(), {}, look_of(usual)).canvas;

    std::string strip;
    for (std::size_t row = 3; row < 7; ++row)
        strip += canvas.row_text(row) + "\n";
    CHECK_THAT(strip, Contains("✗"));
    CHECK_THAT(strip, Contains("\n n"));
    CHECK_THAT(text_of(canvas), Contains("NEEDS ATTENTION"));
}

TEST_CASE("without UTF-8 the states differ by their letters", "[watch]") {
    SampleScene sample(5);
    sample.fail(3);
    sample.link_of(4)["lost"] = true;
    sample.member_of(5)["state"] = "left";
    Look look = look_of(usual);
    look.charset = Charset::ascii;

    const std::string screen = text_of(draw(sample.take(), {}, look).canvas);

    CHECK_THAT(screen, Contains("@ n1  o n2  X n3  % n4  - n5"));
    for (const char letter : screen)
        REQUIRE(static_cast<unsigned char>(letter) < 0x80);
}

TEST_CASE("hostile names and tags neither steer nor break the screen", "[watch]") {
    SampleScene sample(5);
    sample.fail(3);
    sample.member_of(3)["name"] = "\033[2Jn3";
    sample.member_of(2)["name"] = std::string(300, 'x');
    sample.member_of(4)["name"] = "漢字漢字漢字";
    sample.member_of(5)["tags"] = {{"say", "\u202e\033]0;gone\007"}, {"wide", "漢字"}};
    const Scene scene = sample.take();

    for (const Size size : {usual, tiny, large, Size{.rows = 1, .columns = 1}, Size{}}) {
        const Canvas canvas = draw(scene, {}, look_of(size)).canvas;
        const std::string screen = text_of(canvas);
        CHECK(screen.find('\033') == std::string::npos);
        CHECK(screen.find('\007') == std::string::npos);
        CHECK(screen.find("\u202e") == std::string::npos);
        for (std::size_t row = 0; row < size.rows; ++row)
            CHECK(column_count(canvas.row_text(row)) <= size.columns);
    }
}

TEST_CASE("a screen of any size can be drawn, with every pane", "[watch]") {
    SampleScene sample(40);
    for (std::size_t number = 2; number < 20; ++number)
        sample.fail(number);
    const Scene scene = sample.take();
    for (const char* keys : {"", "?", "l", "v", "/n1"}) {
        Model model;
        type(model, scene, keys);
        for (std::size_t rows = 0; rows <= 30; ++rows) {
            for (std::size_t columns : {0U, 1U, 3U, 7U, 20U, 45U, 119U, 120U, 121U}) {
                const Look look = look_of({.rows = rows, .columns = columns});
                CHECK(draw(scene, model, look).canvas.size() == look.size);
            }
        }
    }
}

TEST_CASE("nothing is known yet, and that is said", "[watch]") {
    CHECK_THAT(screen_of(Scene{}, {}, usual), Contains("No member is known yet."));
}

TEST_CASE("one picture for a file is whole", "[watch]") {
    SampleScene sample(100);
    sample.fail(3);
    sample.member_of(100)["tags"] = {{"say", std::string(200, 'x')}};
    const Scene scene = sample.take();

    const std::string endless =
        plain_picture(scene, Screen::endless, Charset::unicode, SampleScene::now());
    CHECK_THAT(endless, Contains("✗ n3    failed   12s    refuses connections, say n1, n2, n4\n"));
    CHECK_THAT(endless, Contains("● n99 "));
    CHECK_THAT(endless, Contains(std::string(200, 'x') + "\n"));
    // As on a terminal of 80 columns, whose last one stays empty.
    CHECK(column_count(endless.substr(0, endless.find('\n'))) == 79);

    const std::string narrow = plain_picture(scene, 60, Charset::ascii, SampleScene::now());
    CHECK_THAT(narrow, Contains("X n3    failed"));
    CHECK_THAT(narrow, !Contains(std::string(61, 'x')));
}

}  // namespace
}  // namespace hearsay::watch
