#include "rejections.hpp"

#include <utility>

#include "hearsay/message.hpp"

#include "zmq_io.hpp"

namespace hearsay {

namespace {

/// All that another cluster reads of a message is the name at its head. The format wants a life
/// as well; this one is nobody's.
std::vector<std::byte> name_of(const std::string& cluster) {
    Message message;
    message.cluster = cluster;
    message.from = LifeId{1};
    return encode(message);
}

}  // namespace

Rejections::Rejections(std::string cluster, NodeLog& log, SeedWatch& seeds, Keeper& keeper,
                       Transport& transport)
    : cluster_(std::move(cluster)),
      log_(log),
      seeds_(seeds),
      keeper_(keeper),
      transport_(transport) {}

void Rejections::note(const Rejection& rejection, const zmq::message_t& frame, LinkId link,
                      Instant now) {
    const bool is_foreign = rejection.error == DecodeError::foreign_cluster;
    // What we dialled is told with its address, and is not answered: so two clusters that have
    // each other for a seed do not answer the other's answers.
    const auto dialled = transport_.dialled_endpoint(link);
    if (is_foreign && dialled) keeper_.note_foreign(*dialled);
    if (is_foreign && dialled && seeds_.note_foreign(*dialled, rejection.found)) return;
    const bool is_told = log_.note_rejection(rejection, source_of(frame), now);
    if (is_foreign && is_told && !dialled && link != LinkId::none) {
        transport_.send({.link = link, .endpoint = {}, .frame = name_of(cluster_)}, now);
    }
}

}  // namespace hearsay
