#include "line_writer.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <sstream>
#include <string>

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/scratch_directory.hpp"

namespace hearsay {
namespace {

using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using testing::eventually;

/// A pipe whose ends are closed with it.
class Pipe {
  public:
    Pipe() { REQUIRE(::pipe(ends_.data()) == 0); }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    ~Pipe() {
        close_reader();
        ::close(ends_[1]);
    }
    [[nodiscard]] int writer() const { return ends_[1]; }
    void close_reader() {
        if (ends_[0] >= 0) ::close(ends_[0]);
        ends_[0] = -1;
    }
    /// All that is in it now.
    std::string read() {
        ::fcntl(ends_[0], F_SETFL, O_NONBLOCK);
        std::string text;
        std::array<char, 4096> buffer{};
        for (ssize_t size = 0; (size = ::read(ends_[0], buffer.data(), buffer.size())) > 0;) {
            text.append(buffer.data(), static_cast<std::size_t>(size));
        }
        return text;
    }

  private:
    std::array<int, 2> ends_{};
};

std::string notice(std::uint64_t lost) {
    return std::to_string(lost) + " lost";
}

/// A writer for a descriptor that stays ours.
LineWriter writer_to(int file) {
    return LineWriter(Descriptor(::fcntl(file, F_DUPFD_CLOEXEC, 0)), notice);
}

TEST_CASE("lines are written whole and in order", "[line_writer]") {
    Pipe pipe;
    LineWriter writer = writer_to(pipe.writer());

    writer.write("one");
    writer.write_kept("two", "n2");
    writer.write("three");

    REQUIRE(writer.flush(1h));
    CHECK(pipe.read() == "one\ntwo\nthree\n");
    CHECK(writer.lost_count() == 0);
}

TEST_CASE("at the end it is said how many lines nobody took", "[line_writer]") {
    Pipe pipe;
    LineWriter writer = writer_to(pipe.writer());
    constexpr std::uint64_t count = 200;
    for (std::uint64_t i = 0; i < count; ++i)
        writer.write(std::string(999, 'x'));

    const std::uint64_t untaken = writer.finish();

    const std::string text = pipe.read();
    const auto taken = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
    CHECK(untaken > 0);
    // The line that was being written found room when this began to read.
    CHECK((taken + untaken == count || taken + untaken == count + 1));
    CHECK(writer.finish() == 0);
}

TEST_CASE("at the end nothing is missing where all was taken", "[line_writer]") {
    Pipe pipe;
    LineWriter writer = writer_to(pipe.writer());
    writer.write("one");

    CHECK(writer.finish() == 0);
    CHECK(pipe.read() == "one\n");
}

TEST_CASE("a reader that sleeps blocks nobody, and is told what it missed", "[line_writer]") {
    Pipe pipe;
    LineWriter writer = writer_to(pipe.writer());
    const std::string line(999, 'x');
    constexpr std::uint64_t count = 10'000;

    for (std::uint64_t i = 0; i < count; ++i)
        writer.write(line);
    CHECK(writer.lost_count() > 0);
    std::string text;
    REQUIRE(eventually([&] {
        text += pipe.read();
        return writer.flush(Duration::zero());
    }));
    text += pipe.read();

    std::uint64_t told = 0;
    std::uint64_t whole = 0;
    std::istringstream lines(text);
    for (std::string each; std::getline(lines, each);) {
        if (each == line) ++whole;
        if (each.ends_with(" lost")) told += std::stoul(each);
    }
    CHECK(told == writer.lost_count());
    CHECK(whole + told == count);
}

TEST_CASE("what must be kept is kept when other lines are lost", "[line_writer]") {
    Pipe pipe;
    LineWriter writer = writer_to(pipe.writer());

    for (int i = 0; i < 100; ++i)
        writer.write_kept("death " + std::to_string(i), "n" + std::to_string(i));
    for (int i = 0; i < 10'000; ++i)
        writer.write(std::string(999, 'x'));
    std::string text;
    REQUIRE(eventually([&] {
        text += pipe.read();
        return writer.flush(Duration::zero());
    }));

    for (int i = 0; i < 100; ++i)
        CHECK_THAT(text, Contains("death " + std::to_string(i) + "\n"));
}

TEST_CASE("the end does not wait for a reader that sleeps", "[line_writer]") {
    Pipe pipe;
    {
        LineWriter writer = writer_to(pipe.writer());
        for (int i = 0; i < 1000; ++i)
            writer.write(std::string(999, 'x'));
    }
    SUCCEED("it came to an end");
}

TEST_CASE("a reader that is gone is not written to again", "[line_writer]") {
    ::signal(SIGPIPE, SIG_IGN);
    Pipe pipe;
    LineWriter writer = writer_to(pipe.writer());
    pipe.close_reader();

    writer.write("one");
    REQUIRE(writer.flush(1h));
    writer.write("two");

    CHECK_FALSE(writer.is_open());
    CHECK(writer.lost_count() == 2);
}

TEST_CASE("a full disk costs the lines, and later lines say how many", "[line_writer]") {
    const testing::ScratchDirectory scratch;
    LineWriter writer(Descriptor(::open("/dev/full", O_WRONLY | O_CLOEXEC)), notice);
    writer.write("one");
    writer.write("two");
    REQUIRE(writer.flush(1h));
    CHECK(writer.is_open());
    CHECK(writer.lost_count() == 2);

    const std::string file = (scratch.path() / "log").string();
    writer.replace([file] {
        return LineWriter::Opened{
            .file = Descriptor(::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)),
            .complaint = {}};
    });
    writer.write("three");
    REQUIRE(writer.flush(1h));

    CHECK(eventually([&] { return scratch.read("log") == "2 lost\nthree\n"; }));
}

}  // namespace
}  // namespace hearsay
