#include "line_writer.hpp"

#include <array>
#include <cstdint>
#include <string>

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "support/catch.hpp"

namespace hearsay {
namespace {

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

TEST_CASE("lines are written whole and at once", "[line_writer]") {
    Pipe pipe;
    LineWriter writer(pipe.writer());

    writer.write("one");
    writer.write("two");

    CHECK(pipe.read() == "one\ntwo\n");
    CHECK(writer.dropped_count() == 0);
}

TEST_CASE("a reader that sleeps loses lines and blocks nobody", "[line_writer]") {
    Pipe pipe;
    LineWriter writer(pipe.writer());
    const std::string line(999, 'x');
    constexpr std::uint64_t count = 1000;

    for (std::uint64_t i = 0; i < count; ++i)
        writer.write(line);
    std::string text = pipe.read();
    writer.flush();
    text += pipe.read();

    CHECK(writer.dropped_count() > 0);
    CHECK(writer.is_open());
    CHECK(text.size() == (count - writer.dropped_count()) * (line.size() + 1));
}

TEST_CASE("a reader that is gone is not written to again", "[line_writer]") {
    ::signal(SIGPIPE, SIG_IGN);
    Pipe pipe;
    LineWriter writer(pipe.writer());
    pipe.close_reader();

    writer.write("one");
    writer.write("two");

    CHECK_FALSE(writer.is_open());
    CHECK(writer.dropped_count() == 2);
}

TEST_CASE("a full disk costs the line and nothing else", "[line_writer]") {
    const int full = ::open("/dev/full", O_WRONLY);
    LineWriter writer(full);

    writer.write("one");
    writer.write("two");

    CHECK(writer.is_open());
    CHECK(writer.dropped_count() == 2);
    ::close(full);
}

}  // namespace
}  // namespace hearsay
