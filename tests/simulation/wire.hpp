#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "simulation/network.hpp"

/// Two who do nothing but listen, and the network between them.
namespace hearsay::simulation {

/// Remembers what arrives, and when.
class Listener final : public Receiver {
  public:
    explicit Listener(const World& world) : world_(world) {}
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    virtual ~Listener() = default;

    void arrive(Arrival arrival) override {
        at.push_back(world_.now());
        links.push_back(arrival.link);
        frames.push_back(arrival.frame.value_or(std::vector<std::byte>{}));
        if (!arrival.frame) ++breaks;
    }
    [[nodiscard]] bool is_awake() const override { return true; }

    /// The first bytes of all frames, which number them.
    [[nodiscard]] std::vector<int> numbers() const {
        std::vector<int> numbers;
        for (const std::vector<std::byte>& frame : frames) {
            if (!frame.empty()) numbers.push_back(std::to_integer<int>(frame.front()));
        }
        return numbers;
    }

    std::vector<Instant> at;
    std::vector<LinkId> links;
    std::vector<std::vector<std::byte>> frames;
    std::size_t breaks = 0;

  private:
    const World& world_;
};

/// "a" and "b" on a network on which a segment takes 1 ms each way.
class Wire {
    using milliseconds = std::chrono::milliseconds;
    using seconds = std::chrono::seconds;

  public:
    explicit Wire(std::uint64_t seed = 1)
        : network(world, {.delay = milliseconds{1}, .spread = Duration::zero()}, seed),
          a(world),
          b(world) {
        network.attach("a", a, times);
        network.attach("b", b, times);
    }

    void send(const std::string& from, const std::string& to, int number, std::size_t bytes) {
        std::vector<std::byte> frame{static_cast<std::byte>(number)};
        frame.resize(bytes);
        network.send(from, {.endpoint = to, .frame = std::move(frame)});
    }
    /// As `path` says, from a to b alone.
    void set_path(Path path) {
        path.delay = milliseconds{1};
        path.spread = Duration::zero();
        network.set_path("a", "b", path);
    }
    void run_for(Duration duration) { world.run_until(world.now() + duration); }
    /// Until there is a connection, over which a short frame has come.
    void connect() {
        send("a", "b", 0, 1);
        run_for(milliseconds{10});
        b.at.clear();
        b.frames.clear();
    }

    static constexpr TransportTimes times{.fresh_for = seconds{1},
                                          .redial_after = milliseconds{50},
                                          .patience = seconds{4},
                                          .idle = seconds{60}};
    World world;
    Network network;
    Listener a;
    Listener b;
};

inline std::vector<int> numbers_to(int last) {
    std::vector<int> numbers;
    for (int number = 1; number <= last; ++number)
        numbers.push_back(number);
    return numbers;
}

}  // namespace hearsay::simulation
