// A node inside somebody else's program: starts, is alone, and leaves.

#include <cstdio>

#include <hearsay/node.hpp>

int main() {
    hearsay::NodeOptions options;
    options.name = "stranger";
    options.config = hearsay::Config::local();
    options.config.cluster = "strangers";
    hearsay::Node node(options);

    node.on_event([&node](const hearsay::Event& event, hearsay::WallTime) {
        if (event.kind == hearsay::EventKind::alone) node.request_leave();
    });
    const hearsay::Ending ending = node.run();
    std::printf("%s is alone and has left\n", node.endpoint().c_str());
    return ending.reason == hearsay::EndReason::left ? 0 : 1;
}
