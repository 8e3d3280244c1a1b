#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace hearsay {

/// What a node answered to the ops `status`, `members` and `links`.
// NOLINTNEXTLINE(bugprone-exception-escape): JSON that is moved allocates nothing.
struct NodeAnswers {
    nlohmann::ordered_json status;
    nlohmann::ordered_json members;
    nlohmann::ordered_json links;
};

/// The state of the node in the text format of Prometheus, version 0.0.4. What an answer lacks is
/// left out. Every series bears the cluster and the name of the node, because the nodes of one
/// machine share one textfile collector, which takes no series twice.
[[nodiscard]] std::string metrics_text(const NodeAnswers& answers);

}  // namespace hearsay
