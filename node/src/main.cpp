#include <string>
#include <vector>

#include "commands.hpp"

int main(int argc, char** argv) {
    return hearsay::run({argv + 1, argv + argc});
}
