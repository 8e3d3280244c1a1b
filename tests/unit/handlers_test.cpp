#include "handlers.hpp"

#include <chrono>
#include <csignal>
#include <string>

#include <nlohmann/json.hpp>

#include "clock.hpp"
#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/scratch_directory.hpp"

namespace hearsay {
namespace {

using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using testing::eventually;
using testing::ScratchDirectory;

Event failure_of(const std::string& name) {
    Event event;
    event.kind = EventKind::failed;
    event.at = steady_now();
    event.subject = Identity{.life = LifeId{0xabc},
                             .name = name,
                             .incarnation = 7,
                             .endpoint = "tcp://127.0.0.1:4711",
                             .tags_version = 0,
                             .tags = {{"rack-no", "a 1"}}};
    event.silence = 1200ms;
    event.accusers = {"n1", "n4"};
    return event;
}

/// Handlers of a node in a directory where commands may leave their traces.
class Stage {
  public:
    explicit Stage(const std::vector<std::string>& commands) {
        options_.name = "n1";
        options_.config.cluster = "demo";
        for (const std::string& command : commands) {
            options_.event_handlers.push_back("cd '" + scratch_.path().string() + "'; " + command);
        }
        handlers_.emplace(options_);
    }

    void happen(const Event& event) { handlers_->handle_event(event, wall_now(), now_); }
    /// Time passes for the handlers' limits; their processes see none of it.
    void pass(Duration span) { now_ += span; }
    bool run_until_idle() {
        return eventually([&] {
            handlers_->handle_turn(now_);
            return handlers_->running_count() == 0;
        });
    }
    bool appears(const std::string& file) const {
        return eventually([&] { return !read(file).empty(); });
    }
    std::string read(const std::string& file) const { return scratch_.read(file); }
    Handlers& handlers() { return *handlers_; }
    void turn() { handlers_->handle_turn(now_); }
    void end() { handlers_.reset(); }

  private:
    ScratchDirectory scratch_;
    NodeOptions options_;
    Instant now_ = steady_now();
    std::optional<Handlers> handlers_;
};

bool is_running(const std::string& pid) {
    return kill(std::stoi(pid), 0) == 0;
}

TEST_CASE("a handler is told the event in its environment", "[handlers]") {
    Stage stage({"env > seen"});

    stage.happen(failure_of("n3"));
    REQUIRE(stage.run_until_idle());

    const std::string seen = stage.read("seen");
    CHECK_THAT(seen, Contains("HEARSAY_EVENT=failed\n"));
    CHECK_THAT(seen, Contains("HEARSAY_MEMBER=n3\n"));
    CHECK_THAT(seen, Contains("HEARSAY_ENDPOINT=tcp://127.0.0.1:4711\n"));
    CHECK_THAT(seen, Contains("HEARSAY_LIFE=0000000000000abc\n"));
    CHECK_THAT(seen, Contains("HEARSAY_CAUSE=silence\n"));
    CHECK_THAT(seen, Contains("HEARSAY_SILENCE_MS=1200\n"));
    CHECK_THAT(seen, Contains("HEARSAY_ACCUSERS=n1,n4\n"));
    CHECK_THAT(seen, Contains("HEARSAY_SELF=n1\n"));
    CHECK_THAT(seen, Contains("HEARSAY_CLUSTER=demo\n"));
    CHECK_THAT(seen, Contains("HEARSAY_TAG_rack_no=a 1\n"));
    CHECK_THAT(seen, Contains("PATH="));
}

TEST_CASE("a handler reads the event as JSON on its standard input", "[handlers]") {
    Stage stage({"cat > seen"});

    stage.happen(failure_of("n3"));
    REQUIRE(stage.run_until_idle());

    const auto seen = nlohmann::json::parse(stage.read("seen"));
    CHECK(seen.at("event") == "failed");
    CHECK(seen.at("member") == "n3");
}

TEST_CASE("a name cannot make the shell do anything", "[handlers]") {
    Stage stage({"echo \"$HEARSAY_MEMBER\" > seen"});

    stage.happen(failure_of("$(touch harm); `touch harm`; touch harm"));
    REQUIRE(stage.run_until_idle());

    CHECK(stage.read("seen") == "$(touch harm); `touch harm`; touch harm\n");
    CHECK(stage.read("harm").empty());
}

TEST_CASE("every handler runs for every event", "[handlers]") {
    Stage stage({"echo a >> seen", "echo b >> seen"});

    stage.happen(failure_of("n3"));
    stage.happen(failure_of("n4"));
    REQUIRE(stage.run_until_idle());

    CHECK(stage.read("seen").size() == 8);
    CHECK(stage.handlers().counters().started == 4);
    CHECK(stage.handlers().counters().failed == 0);
}

TEST_CASE("a handler that ends badly is counted", "[handlers]") {
    Stage stage({"exit 3", "kill -9 $$"});

    stage.happen(failure_of("n3"));
    REQUIRE(stage.run_until_idle());

    CHECK(stage.handlers().counters().failed == 2);
}

TEST_CASE("a handler gets none of our files", "[handlers]") {
    Stage stage({"ls /proc/self/fd > seen"});

    stage.happen(failure_of("n3"));
    REQUIRE(stage.run_until_idle());

    // The fourth is ls reading the directory.
    CHECK(stage.read("seen") == "0\n1\n2\n3\n");
}

TEST_CASE("a handler can be ended though we ignore the signal", "[handlers]") {
    Stage stage({"kill -TERM $$; echo survived > seen"});
    const auto former = std::signal(SIGTERM, SIG_IGN);

    stage.happen(failure_of("n3"));
    REQUIRE(stage.run_until_idle());
    std::signal(SIGTERM, former);

    CHECK(stage.read("seen").empty());
    CHECK(stage.handlers().counters().failed == 1);
}

TEST_CASE("a handler that takes too long is ended with all it started", "[handlers]") {
    Stage stage({"trap '' TERM; sleep 1000 & echo $$ $! > pids; while :; do wait; done"});
    stage.happen(failure_of("n3"));
    REQUIRE(stage.appears("pids"));

    stage.pass(10s);
    stage.turn();
    CHECK(stage.handlers().counters().overdue == 1);
    stage.pass(1s);
    REQUIRE(stage.run_until_idle());

    const std::string pids = stage.read("pids");
    CHECK(eventually([&] { return !is_running(pids); }));
    CHECK(eventually([&] { return !is_running(pids.substr(pids.find(' '))); }));
}

TEST_CASE("what a handler leaves running lives on", "[handlers]") {
    Stage stage({"sleep 1000 >&- 2>&- & echo $! > pid"});

    stage.happen(failure_of("n3"));
    REQUIRE(stage.run_until_idle());
    stage.pass(1h);
    stage.turn();
    stage.end();

    const std::string pid = stage.read("pid");
    CHECK(is_running(pid));
    kill(std::stoi(pid), SIGKILL);
}

TEST_CASE("at most four handlers run, sixty-four wait, and the rest is dropped", "[handlers]") {
    Stage stage({"test -e hold"});
    for (int count = 0; count < 70; ++count)
        stage.happen(failure_of("n3"));

    CHECK(stage.handlers().running_count() == 4);
    CHECK(stage.handlers().counters().started == 4);
    CHECK(stage.handlers().counters().dropped == 2);
    CHECK(eventually([&] {
        stage.turn();
        return stage.handlers().counters().started == 68;
    }));
    CHECK(stage.run_until_idle());
}

TEST_CASE("handlers that still run at the end are asked to end", "[handlers]") {
    Stage stage({"trap 'echo ended > seen; exit' TERM; echo $$ > pid; while :; do :; done"});
    stage.happen(failure_of("n3"));
    REQUIRE(stage.appears("pid"));

    stage.end();

    CHECK(stage.appears("seen"));
}

}  // namespace
}  // namespace hearsay
