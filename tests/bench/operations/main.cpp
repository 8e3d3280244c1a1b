// operations             lists the operations, each with what it is
// operations NAME N K    does one K times among N members; prints how many nanoseconds that took

#include <algorithm>
#include <chrono>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "operations.hpp"

namespace hearsay::bench {

/// What is counted, by this name.
[[gnu::noinline]] void perform(const std::function<void()>& run) {
    run();
}

}  // namespace hearsay::bench

int main(int argc, char** argv) {
    using namespace hearsay::bench;
    const std::vector<std::string> words(argv + 1, argv + argc);
    if (words.empty()) {
        for (const Operation& each : operations())
            std::cout << each.name << '\t' << each.what << '\n';
        return 0;
    }
    const auto found =
        std::find_if(operations().begin(), operations().end(),
                     [&](const Operation& each) { return each.name == words.front(); });
    if (found == operations().end() || words.size() != 3) {
        std::cerr << "operations: give the name of an operation, the number of members and how "
                     "often; without any it lists the operations\n";
        return 2;
    }
    const std::function<void()> run = found->prepare(std::stoul(words[1]), std::stoul(words[2]));
    const auto began = std::chrono::steady_clock::now();
    perform(run);
    const std::chrono::nanoseconds spent = std::chrono::steady_clock::now() - began;
    std::cout << spent.count() << '\n';
    return 0;
}
