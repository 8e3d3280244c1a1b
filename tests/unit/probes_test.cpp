#include "probes.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <sys/resource.h>
#include <sys/un.h>
#include <zmq.hpp>

#include "clock.hpp"
#include "support/catch.hpp"
#include "support/eventually.hpp"
#include "support/heard_log.hpp"
#include "support/listener.hpp"
#include "support/scratch_directory.hpp"

namespace hearsay {
namespace {

using namespace std::chrono_literals;
using testing::eventually;
using testing::Listener;

constexpr Duration patience = 1min;

/// Probes, and a loop whose clock the test sets forward.
class Street {
  public:
    bool probe(const Endpoint& endpoint, std::uint64_t life = 1) {
        Probe probe{.life = LifeId{life}, .endpoint = text(endpoint)};
        return probes_.start(std::move(probe), endpoint, now_);
    }
    void turn() {
        poll_set_.clear();
        probes_.watch(poll_set_);
        poll_set_.wait(Duration::zero());
        probes_.handle_turn(now_);
    }
    void pass(Duration span) { now_ += span; }
    void be_silent() { log_.log().set_level(LogLevel::off); }
    [[nodiscard]] bool is_quiet() const { return !probes_.next_deadline(); }
    /// Turns until none is under way.
    bool quiets_down() {
        return eventually([&] {
            turn();
            return is_quiet();
        });
    }
    [[nodiscard]] std::string log() const { return log_.text(); }
    std::optional<Probe> refused() { return probes_.poll_refused(); }

  private:
    testing::HeardLog log_;
    Probes probes_{patience, log_.log()};
    PollSet poll_set_;
    Instant now_ = steady_now();
};

/// No descriptor can be opened while it lives.
class NoDescriptors {
  public:
    NoDescriptors() {
        REQUIRE(getrlimit(RLIMIT_NOFILE, &former_) == 0);
        const rlimit none{.rlim_cur = 0, .rlim_max = former_.rlim_max};
        REQUIRE(setrlimit(RLIMIT_NOFILE, &none) == 0);
    }
    NoDescriptors(const NoDescriptors&) = delete;
    NoDescriptors& operator=(const NoDescriptors&) = delete;
    ~NoDescriptors() { setrlimit(RLIMIT_NOFILE, &former_); }

  private:
    rlimit former_{};
};

TEST_CASE("a probe of a closed port is refused, once", "[probes]") {
    const Listener closed;
    Street street;

    REQUIRE(street.probe(closed.endpoint()));
    REQUIRE(street.quiets_down());

    const auto refused = street.refused();
    REQUIRE(refused.has_value());
    CHECK(refused->life == LifeId{1});
    CHECK(refused->endpoint == text(closed.endpoint()));
    CHECK_FALSE(street.refused().has_value());
    CHECK(street.log() == "probe of " + text(closed.endpoint()) +
                              ": the connection is refused, so nobody listens there\n");
}

TEST_CASE("a probe of the socket file of a dead process is refused", "[probes]") {
    const testing::ScratchDirectory directory;
    const Endpoint endpoint{Endpoint::Scheme::ipc, (directory.path() / "socket").string(), 0};
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    endpoint.host.copy(address.sun_path, sizeof(address.sun_path) - 1);
    {
        const Descriptor dead(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        REQUIRE(bind(dead.number(), reinterpret_cast<const sockaddr*>(&address),  // NOLINT
                     sizeof(address)) == 0);
    }
    Street street;

    REQUIRE(street.probe(endpoint));
    REQUIRE(street.quiets_down());

    CHECK(street.refused().has_value());
}

TEST_CASE("where a socket file is missing nobody refused", "[probes]") {
    const testing::ScratchDirectory directory;
    Street street;

    REQUIRE(street.probe({Endpoint::Scheme::ipc, (directory.path() / "none").string(), 0}));

    REQUIRE(street.quiets_down());
    CHECK_FALSE(street.refused().has_value());
}

TEST_CASE("a process that greets is there", "[probes]") {
    zmq::context_t context;
    zmq::socket_t router(context, zmq::socket_type::router);
    router.bind("tcp://127.0.0.1:0");
    Street street;

    REQUIRE(street.probe(*parse_endpoint(router.get(zmq::sockopt::last_endpoint))));

    REQUIRE(street.quiets_down());
    CHECK_FALSE(street.refused().has_value());
    CHECK_THAT(street.log(), Catch::Matchers::EndsWith(": somebody answers\n"));
}

TEST_CASE("a process that hangs up without a word is asked three times, and proves nothing",
          "[probes]") {
    Listener proxy;
    proxy.open();
    Street street;

    REQUIRE(street.probe(proxy.endpoint()));

    REQUIRE(eventually([&] {
        proxy.hang_up();
        street.turn();
        return street.is_quiet();
    }));
    CHECK(proxy.accepted() == 3);
    CHECK_FALSE(street.refused().has_value());
}

TEST_CASE("a listener that dies while it is asked is asked again, and refuses", "[probes]") {
    Listener dying;
    dying.open();
    Street street;
    REQUIRE(street.probe(dying.endpoint()));
    street.turn();

    dying.close();

    REQUIRE(street.quiets_down());
    CHECK(street.refused().has_value());
}

TEST_CASE("a process that says nothing is given up after a round", "[probes]") {
    Listener silent;
    silent.open();
    Street street;
    REQUIRE(street.probe(silent.endpoint()));

    street.pass(patience - 1ms);
    street.turn();
    CHECK_FALSE(street.is_quiet());
    street.pass(1ms);
    street.turn();

    CHECK(street.is_quiet());
    CHECK_FALSE(street.refused().has_value());
}

TEST_CASE("where no descriptor is left nobody refused", "[probes]") {
    const Listener closed;
    Street street;
    // To check what the log formats, the sanitizer opens a pipe.
    street.be_silent();
    {
        const NoDescriptors none;
        street.probe(closed.endpoint());
    }

    REQUIRE(street.quiets_down());
    CHECK_FALSE(street.refused().has_value());
}

TEST_CASE("an address that cannot be reached from here is no refusal", "[probes]") {
    // Broadcasts have no connections; the other has no interface.
    const std::string endpoint = GENERATE("tcp://255.255.255.255:7", "tcp://[fe80::1%nowhere]:7");
    Street street;

    street.probe(*parse_endpoint(endpoint));

    REQUIRE(street.quiets_down());
    CHECK_FALSE(street.refused().has_value());
}

TEST_CASE("probes under way are bounded, and none is there twice", "[probes]") {
    Listener silent;
    silent.open();
    Street street;

    for (std::uint64_t life = 1; life <= Probes::probes_max; ++life) {
        CHECK(street.probe(silent.endpoint(), life));
        CHECK_FALSE(street.probe(silent.endpoint(), life));
    }
    CHECK_FALSE(street.probe(silent.endpoint(), Probes::probes_max + 1));

    street.pass(patience);
    street.turn();
    CHECK(street.probe(silent.endpoint()));
}

}  // namespace
}  // namespace hearsay
