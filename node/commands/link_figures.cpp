#include <array>

#include "figures.hpp"

namespace hearsay {

namespace {

constexpr MetricType gauge = MetricType::gauge;

constexpr std::array<Figure, 5> of_links{{
    {"",
     "heard_ms",
     {"hearsay_link_silence_seconds", gauge, "Time since the node heard this neighbour itself."},
     Scale::from_milliseconds},
    {"",
     "round_trip_us",
     {"hearsay_link_round_trip_seconds", gauge,
      "Time from the last question to its answer, where the node is the one that asks."},
     Scale::from_microseconds},
    {"",
     "lateness_ms",
     {"hearsay_link_lateness_seconds", gauge,
      "How much later than due words come over the link, lately."},
     Scale::from_milliseconds},
    {"",
     "suspect_after_ms",
     {"hearsay_link_suspect_after_seconds", gauge,
      "Silence after which this neighbour is accused; it grows with the lateness."},
     Scale::from_milliseconds},
    {"",
     "lost",
     {"hearsay_link_lost", gauge,
      "1 while this neighbour is alive and heard through others alone."}},
}};

}  // namespace

std::span<const Figure> link_figures() {
    return of_links;
}

}  // namespace hearsay
