#include "hearsay/result.hpp"

#include <memory>
#include <string>

#include "support/catch.hpp"

namespace hearsay {
namespace {

TEST_CASE("a result holds a value or an error", "[result]") {
    const Result<int, std::string> value = 7;
    const Result<int, std::string> error = std::string("no");

    REQUIRE(value);
    CHECK(value.value() == 7);
    REQUIRE_FALSE(error);
    CHECK(error.error() == "no");
}

TEST_CASE("a value can be moved out of a result", "[result]") {
    Result<std::unique_ptr<int>, std::string> result = std::make_unique<int>(7);

    const std::unique_ptr<int> taken = std::move(result.value());

    CHECK(*taken == 7);
}

}  // namespace
}  // namespace hearsay
