#pragma once

#include <algorithm>
#include <chrono>
#include <future>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "hearsay/node.hpp"

#include "support/eventually.hpp"

namespace hearsay::testing {

inline NodeOptions options_of(const std::string& name, const std::vector<std::string>& seeds = {}) {
    NodeOptions options;
    options.name = name;
    options.config = Config::local();
    options.config.cluster = "demo";
    options.config.round = std::chrono::milliseconds(20);
    options.config.suspect_after = std::chrono::seconds(1);
    options.config.fail_after = std::chrono::seconds(20);
    options.config.forget_after = std::chrono::minutes(1);
    options.config.seeds = seeds;
    return options;
}

/// A node that runs on a thread of its own until it is told to leave.
class Running {
  public:
    explicit Running(NodeOptions options) : node_(std::move(options)) {}
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    ~Running() {
        if (!thread_.joinable()) return;
        node_.request_leave();
        node_.request_leave();
        thread_.join();
    }

    void start() {
        thread_ = std::thread([this] { ending_.set_value(node_.run()); });
    }
    Ending end() {
        Ending ending = ending_.get_future().get();
        thread_.join();
        return ending;
    }
    Node& node() { return node_; }

    [[nodiscard]] bool sees(const std::string& name, MemberState state) const {
        return eventually([&] {
            const auto members = node_.members();
            return std::any_of(members.begin(), members.end(), [&](const Member& member) {
                return member.identity.name == name && member.state == state;
            });
        });
    }

  private:
    Node node_;
    std::promise<Ending> ending_;
    std::thread thread_;
};

}  // namespace hearsay::testing
