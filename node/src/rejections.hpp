#pragma once

#include <string>

#include <zmq.hpp>

#include "hearsay/codec.hpp"
#include "hearsay/lane.hpp"
#include "hearsay/time.hpp"

#include "keeper.hpp"
#include "node_log.hpp"
#include "seed_watch.hpp"
#include "transport.hpp"

namespace hearsay {

/// What a node does about a frame that it refuses: says so in its log, and tells a sender that
/// takes it for one of its own cluster which cluster this is.
class Rejections {
  public:
    /// All of them must outlive it.
    Rejections(std::string cluster, NodeLog& log, SeedWatch& seeds, Keeper& keeper,
               Transport& transport);

    void note(const Rejection& rejection, const zmq::message_t& frame, LinkId link, Instant now);

  private:
    std::string cluster_;
    NodeLog& log_;
    SeedWatch& seeds_;
    Keeper& keeper_;
    Transport& transport_;
};

}  // namespace hearsay
