#include "accepted_links.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "zmq_io.hpp"

namespace hearsay {

LinkId AcceptedLinks::link_of(std::string_view routing_id, const zmq::message_t& frame,
                              Instant now) {
    std::string key(routing_id);
    if (const auto found = by_routing_id_.find(key); found != by_routing_id_.end()) {
        links_.at(found->second).used_at = now;
        return found->second;
    }
    if (links_.size() >= count_max_) forget_idlest();
    const LinkId link{2 * ++last_link_ + 1};
    by_routing_id_.emplace(key, link);
    const int descriptor = zmq_msg_get(frame.handle(), ZMQ_SRCFD);
    links_.emplace(link, AcceptedLink{.routing_id = std::move(key),
                                      .source = source_of(frame),
                                      .descriptor = descriptor,
                                      .used_at = now});
    log_.debug("link from {} stands", source_of(frame));
    if (descriptor >= 0) by_descriptor_.insert_or_assign(descriptor, link);
    counters_.links_accepted = links_.size();
    return link;
}

AcceptedLink* AcceptedLinks::find(LinkId link) {
    const auto found = links_.find(link);
    return found == links_.end() ? nullptr : &found->second;
}

std::optional<LinkId> AcceptedLinks::take_ended(int descriptor) {
    const auto found = by_descriptor_.extract(descriptor);
    if (found.empty()) return std::nullopt;
    return found.mapped();
}

void AcceptedLinks::lose_connections() {
    by_descriptor_.clear();
    for (auto& [link, accepted] : links_)
        accepted.descriptor = -1;
}

bool AcceptedLinks::forget(LinkId link) {
    const auto found = links_.find(link);
    if (found == links_.end()) return false;
    by_routing_id_.erase(found->second.routing_id);
    const auto by_descriptor = by_descriptor_.find(found->second.descriptor);
    const bool is_its_own = by_descriptor != by_descriptor_.end() && by_descriptor->second == link;
    if (is_its_own) by_descriptor_.erase(by_descriptor);
    log_.debug("link from {} is over", found->second.source);
    links_.erase(found);
    counters_.links_accepted = links_.size();
    return true;
}

void AcceptedLinks::forget_idle(Instant now, Duration idle) {
    std::vector<LinkId> links;
    for (const auto& [link, accepted] : links_) {
        if (now - accepted.used_at > idle) links.push_back(link);
    }
    for (const LinkId link : links)
        forget(link);
}

void AcceptedLinks::for_each(const std::function<void(LinkId, AcceptedLink&)>& visit) {
    for (auto& [link, accepted] : links_)
        visit(link, accepted);
}

void AcceptedLinks::forget_idlest() {
    const auto idlest = std::min_element(
        links_.begin(), links_.end(),
        [](const auto& a, const auto& b) { return a.second.used_at < b.second.used_at; });
    if (idlest != links_.end()) forget(idlest->first);
}

}  // namespace hearsay
