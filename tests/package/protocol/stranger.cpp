// Two detectors, introduced to each other by hand: the least program that uses the core.

#include <cstdio>

#include <hearsay/detector.hpp>

namespace {

using namespace std::chrono_literals;

hearsay::Detector make_detector(std::uint64_t life, const char* name, const char* endpoint) {
    hearsay::Config config = hearsay::Config::local();
    config.cluster = "strangers";
    config.seeds = {"tcp://127.0.0.1:1", "tcp://127.0.0.1:2"};
    hearsay::Identity self;
    self.life = hearsay::LifeId{life};
    self.name = name;
    self.incarnation = 1;
    self.endpoint = endpoint;
    return {config, self, life, hearsay::Instant{}};
}

void carry(hearsay::Detector& from, hearsay::Detector& to, hearsay::Instant now) {
    while (const auto transmit = from.poll_transmit()) {
        (void)to.handle_message(transmit->frame, hearsay::LinkId{1}, now);
    }
}

}  // namespace

int main() {
    auto a = make_detector(1, "a", "tcp://127.0.0.1:1");
    auto b = make_detector(2, "b", "tcp://127.0.0.1:2");
    for (hearsay::Instant now{}; now < hearsay::Instant{5s}; now += 100ms) {
        a.handle_timeout(now);
        b.handle_timeout(now);
        carry(a, b, now);
        carry(b, a, now);
    }
    const auto known = a.status(hearsay::Instant{5s}).roster_size;
    std::printf("a knows %zu members\n", known);
    return known == 2 ? 0 : 1;
}
