// The rules without one of their special cases are still rules: `ablate` plays them.

#include <string>

#include "number.hpp"
#include "simulation/play.hpp"
#include "simulation/story.hpp"
#include "support/catch.hpp"

namespace hearsay::simulation {
namespace {

/// The rules without one clause, for as long as this lives.
class Without {
  public:
    explicit Without(Number& clause) : clause_(clause) { clause_.set(0); }
    ~Without() { clause_.set(1); }
    Without(const Without&) = delete;
    Without& operator=(const Without&) = delete;

  private:
    Number& clause_;
};

const std::string story =
    "nodes 9\n"
    "profile lan\n"
    "seed 3\n"
    "until 80s\n"
    "10s crash n3\n"
    "20s freeze n4\n"
    "27s thaw n4\n"
    "40s egress n5 cut\n"
    "52s heal\n";

TEST_CASE("without any one special case a crash is noticed all the same", "[rules]") {
    for (Number* const clause : Number::all()) {
        if (!clause->unit().empty()) continue;
        CAPTURE(clause->name());
        const Without without(*clause);
        const auto script = parse(story);
        REQUIRE(script);

        const auto cluster = run(script.value());

        CHECK(cluster->state_at("n1", "n3") == MemberState::failed);
        CHECK(cluster->state_at("n1", "n2") == MemberState::alive);
    }
}

}  // namespace
}  // namespace hearsay::simulation
