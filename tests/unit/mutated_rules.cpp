// For tests/mutants alone: the tests of this program under other rules than those of the project.
// HEARSAY_SET and HEARSAY_WITHOUT say which, as --set and --without of `swarm` do.

// Catch2 before its version 3 shows listeners only then.
#define CATCH_CONFIG_EXTERNAL_INTERFACES

#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "simulation/tuning.hpp"
#include "support/catch.hpp"

namespace hearsay {
namespace {

#if __has_include(<catch2/catch_all.hpp>)
using Listener = Catch::EventListenerBase;
#else
using Listener = Catch::TestEventListenerBase;
#endif

class MutatedRules : public Listener {
  public:
    using Listener::Listener;

    void testRunStarting(const Catch::TestRunInfo& /*run*/) override {
        change("HEARSAY_SET", &simulation::set_numbers);
        change("HEARSAY_WITHOUT", &simulation::leave_out);
    }

  private:
    static void change(const char* variable,
                       std::optional<std::string> (*change_rules)(std::string_view)) {
        const char* const changes = std::getenv(variable);
        if (changes == nullptr) return;
        if (const auto fault = change_rules(changes)) throw std::invalid_argument(*fault);
    }
};

}  // namespace

CATCH_REGISTER_LISTENER(MutatedRules)

}  // namespace hearsay
