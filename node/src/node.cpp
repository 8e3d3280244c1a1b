#include "hearsay/node.hpp"

#include <utility>

#include "node_core.hpp"

namespace hearsay {

Node::Node(NodeOptions options) : core_(std::make_unique<Core>(std::move(options))) {}
Node::~Node() = default;
Ending Node::run() {
    return core_->run();
}
void Node::request_leave() noexcept {
    core_->request_leave();
}
void Node::on_event(std::function<void(const Event&, WallTime)> callback) {
    core_->add_callback(std::move(callback));
}
void Node::set_tags(Tags tags) {
    core_->set_tags(std::move(tags));
}
void Node::set_seeds(std::vector<std::string> seeds) {
    core_->set_seeds(std::move(seeds));
}
void Node::set_event_handlers(std::vector<std::string> commands, Duration timeout) {
    core_->set_event_handlers(std::move(commands), timeout);
}
void Node::set_log_level(LogLevel level) {
    core_->set_log_level(level);
}
void Node::set_keys(std::filesystem::path folder, KeyUse use) {
    core_->set_keys({.folder = std::move(folder), .use = use});
}

void Node::reload_keys() {
    core_->request_reload_of_keys();
}
std::vector<Member> Node::members() const {
    return core_->members();
}
Status Node::status() const {
    return core_->status();
}
const std::string& Node::endpoint() const {
    return core_->options().advertise;
}
const NodeOptions& Node::options() const {
    return core_->options();
}

}  // namespace hearsay
