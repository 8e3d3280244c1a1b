#include "handlers.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>
#include <signal.h>

#include "clock.hpp"
#include "json.hpp"
#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/heard_log.hpp"
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
    explicit Stage(const std::vector<std::string>& commands, Duration timeout = 1h)
        : handlers_(std::in_place, options(commands, timeout), log_.log()) {}

    void happen(const Event& event) {
        handlers_->tell(
            std::make_shared<const Occurrence>(Occurrence{.number = ++number_,
                                                          .event = event,
                                                          .at = wall_now(),
                                                          .json = event_json(event, wall_now())}));
    }
    bool run_until_idle() {
        return eventually([&] {
            const HandlerCounters counters = handlers_->counters();
            return counters.running == 0 && counters.waiting == 0 &&
                   counters.started + counters.failed > 0;
        });
    }
    bool appears(const std::string& file) const {
        return eventually([&] { return !read(file).empty(); });
    }
    /// The file holds so many lines.
    bool has_lines(const std::string& file, std::ptrdiff_t count) const {
        return eventually([&] {
            const std::string text = read(file);
            return std::count(text.begin(), text.end(), '\n') == count;
        });
    }
    [[nodiscard]] std::string read(const std::string& file) const { return scratch_.read(file); }
    void write(const std::string& file) const { scratch_.write(file, "x"); }
    [[nodiscard]] std::string in_scratch(const std::string& command) const {
        return "cd '" + scratch_.path().string() + "'; " + command;
    }
    Handlers& handlers() { return *handlers_; }
    [[nodiscard]] HandlerCounters counters() const { return handlers_->counters(); }
    [[nodiscard]] std::string log() const { return log_.text(); }
    void end() { handlers_.reset(); }

  private:
    [[nodiscard]] HandlerOptions options(const std::vector<std::string>& commands,
                                         Duration timeout) const {
        HandlerOptions options{.commands = {},
                               .timeout = timeout,
                               .environment = {"HEARSAY_SELF=n1", "HEARSAY_CLUSTER=demo"}};
        for (const std::string& command : commands)
            options.commands.push_back(in_scratch(command));
        return options;
    }

    ScratchDirectory scratch_;
    testing::HeardLog log_;
    std::uint64_t number_ = 0;
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

TEST_CASE("the log tells at debug of handlers that begin and end well", "[handlers]") {
    Stage stage({"true"});

    stage.happen(failure_of("n3"));
    REQUIRE(stage.run_until_idle());

    CHECK(stage.log() ==
          "handler for \"failed n3\" is started\nhandler for \"failed n3\" has ended well\n");
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
    CHECK(stage.counters().started == 4);
    CHECK(stage.counters().failed == 0);
}

TEST_CASE("a handler that ends badly is counted", "[handlers]") {
    Stage stage({"exit 3", "kill -9 $$"});

    stage.happen(failure_of("n3"));
    REQUIRE(eventually([&] { return stage.counters().failed == 2; }));
    CHECK_THAT(stage.log(), Contains("ended with exit code 3") && Contains("ended with signal 9"));
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
    CHECK(stage.counters().failed == 1);
}

TEST_CASE("a handler that takes too long is ended with all it started", "[handlers]") {
    Stage stage({"trap '' TERM; sleep 1000 & echo $$ $! > pids; while :; do wait; done"}, 100ms);
    stage.happen(failure_of("n3"));
    REQUIRE(stage.appears("pids"));

    REQUIRE(eventually([&] { return stage.counters().overdue == 1; }));

    const std::string pids = stage.read("pids");
    CHECK(eventually([&] { return !is_running(pids); }));
    CHECK(eventually([&] { return !is_running(pids.substr(pids.find(' '))); }));
}

TEST_CASE("what a handler leaves running lives on", "[handlers]") {
    Stage stage({"sleep 1000 >&- 2>&- & echo $! > pid"});

    stage.happen(failure_of("n3"));
    REQUIRE(stage.run_until_idle());
    stage.end();

    const std::string pid = stage.read("pid");
    CHECK(is_running(pid));
    kill(std::stoi(pid), SIGKILL);
}

TEST_CASE("every command is told of every failure, however many wait", "[handlers]") {
    constexpr int deaths = 20;
    std::vector<std::string> commands;
    for (int i = 0; i < 12; ++i)
        commands.push_back("echo $HEARSAY_EVENT >> told" + std::to_string(i));
    Stage stage(commands);

    for (int i = 0; i < deaths; ++i)
        stage.happen(failure_of("n" + std::to_string(i)));

    for (int i = 0; i < 12; ++i)
        CHECK(stage.has_lines("told" + std::to_string(i), deaths));
    CHECK(stage.counters().missed == 0);
}

TEST_CASE("at most four processes of a command run at once", "[handlers]") {
    Stage stage({"echo $$ >> begun; until test -e go; do sleep 0.01; done"});
    for (int i = 0; i < 6; ++i)
        stage.happen(failure_of("n" + std::to_string(i)));

    REQUIRE(stage.has_lines("begun", 4));
    CHECK(eventually([&] {
        const HandlerCounters counters = stage.counters();
        return counters.running == 4 && counters.waiting == 2;
    }));
    stage.write("go");
    CHECK(stage.has_lines("begun", 6));
}

TEST_CASE("a command that hangs holds up no other", "[handlers]") {
    Stage stage({"exec sleep 1000", "echo x >> told"});

    for (int i = 0; i < 6; ++i)
        stage.happen(failure_of("n" + std::to_string(i)));

    CHECK(stage.has_lines("told", 6));
}

TEST_CASE("events of one member are handled in order", "[handlers]") {
    Stage stage(
        {"test $HEARSAY_EVENT = failed && until test -e go; do sleep 0.01; done; "
         "echo $HEARSAY_MEMBER $HEARSAY_EVENT >> done"});
    Event back = failure_of("n3");
    back.kind = EventKind::recovered;

    stage.happen(failure_of("n3"));
    stage.happen(back);
    back.subject.name = "n4";
    stage.happen(back);

    REQUIRE(stage.has_lines("done", 1));
    CHECK(stage.read("done") == "n4 recovered\n");
    stage.write("go");
    REQUIRE(stage.has_lines("done", 3));
    CHECK(stage.read("done") == "n4 recovered\nn3 failed\nn3 recovered\n");
}

TEST_CASE("a command that is too slow misses other events, and is told how many", "[handlers]") {
    Stage stage(
        {"until test -e go; do sleep 0.01; done; "
         "echo $HEARSAY_EVENT $HEARSAY_MISSED >> done"});
    Event joined = failure_of("n3");
    joined.kind = EventKind::joined;
    stage.happen(joined);
    REQUIRE(eventually([&] { return stage.counters().running == 1; }));

    constexpr std::uint64_t waiting = Handlers::waiting_max;
    for (std::uint64_t i = 0; i < waiting + 10; ++i)
        stage.happen(joined);
    stage.happen(failure_of("n3"));
    REQUIRE(eventually(
        [&] { return stage.counters().waiting + stage.counters().missed >= waiting + 11; }));
    stage.write("go");

    REQUIRE(eventually([&] { return stage.read("done").find("failed") != std::string::npos; }));
    CHECK(stage.counters().missed == 10);
    CHECK_THAT(stage.read("done"), Contains("joined 10\n") && Contains("failed 0\n"));
}

TEST_CASE("commands can be replaced while they run", "[handlers]") {
    Stage stage({"until test -e go; do sleep 0.01; done; echo x >> stays",
                 "until test -e go; do sleep 0.01; done; echo x >> goes"});
    stage.happen(failure_of("n3"));
    REQUIRE(eventually([&] { return stage.counters().running == 2; }));
    stage.happen(failure_of("n3"));

    stage.handlers().replace({stage.in_scratch("until test -e go; do sleep 0.01; done; "
                                               "echo x >> stays"),
                              stage.in_scratch("echo x >> comes")},
                             1h);
    stage.happen(failure_of("n4"));
    REQUIRE(stage.has_lines("comes", 1));
    stage.write("go");

    CHECK(stage.has_lines("stays", 3));
    CHECK(stage.has_lines("goes", 1));
    CHECK(stage.run_until_idle());
}

TEST_CASE("a handler of some kinds is run for these alone", "[handlers]") {
    Stage stage({});
    stage.handlers().replace({"failed=" + stage.in_scratch("echo $HEARSAY_EVENT >> seen")}, 1h);
    Event other = failure_of("n3");
    other.kind = EventKind::recovered;

    stage.happen(failure_of("n3"));
    stage.happen(other);
    stage.happen(failure_of("n3"));

    REQUIRE(stage.has_lines("seen", 2));
    REQUIRE(stage.run_until_idle());
    CHECK(stage.read("seen") == "failed\nfailed\n");
    CHECK(stage.counters().missed == 0);
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
