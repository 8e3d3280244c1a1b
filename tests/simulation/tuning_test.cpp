#include "simulation/tuning.hpp"

#include <cstddef>
#include <string>
#include <vector>

#include "number.hpp"
#include "support/catch.hpp"

namespace hearsay::simulation {
namespace {

using Catch::Matchers::Contains;

/// The rules as they were, once this goes.
class Restored {
  public:
    Restored() {
        for (const Number* number : Number::all())
            values_.push_back(number->value());
    }
    Restored(const Restored&) = delete;
    Restored& operator=(const Restored&) = delete;
    ~Restored() {
        for (std::size_t at = 0; at < values_.size(); ++at)
            Number::all()[at]->set(values_[at]);
    }

  private:
    std::vector<double> values_;
};

TEST_CASE("numbers are set, and special cases left out, by their names", "[tuning]") {
    const Restored restored;

    CHECK_FALSE(set_numbers("quorum=2,grace=0.25"));
    CHECK_FALSE(leave_out("calm"));

    const std::string list = list_of_numbers();
    CHECK_THAT(list, Contains("quorum\t2\tobservers\t"));
    CHECK_THAT(list, Contains("grace\t0.25\tfail_after\t"));
    CHECK_THAT(list, Contains("calm\t0\t\t"));
}

TEST_CASE("what names no number, or gives it no value, is a fault in words", "[tuning]") {
    const Restored restored;

    for (const char* const name : {"quorums=2", "calm=1", "", "=3"})
        CHECK_THAT(set_numbers(name).value_or(""), Contains("is no number of the rules"));
    for (const char* const value :
         {"quorum", "quorum=", "quorum=x", "quorum=2x", "quorum=-1", "quorum=2e9", "quorum=nan"})
        CHECK_THAT(set_numbers(value).value_or(""), Contains("write quorum=VALUE"));
    for (const char* const name : {"quorum", "calmness", ""})
        CHECK_THAT(leave_out(name).value_or(""), Contains("is no special case of the rules"));

    CHECK_THAT(set_numbers("quorum=2,nothing=1").value_or(""),
               Contains("\"nothing\" is no number"));
    CHECK_THAT(list_of_numbers(), Contains("quorum\t2\t"));
}

}  // namespace
}  // namespace hearsay::simulation
