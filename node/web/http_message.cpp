#include "http_message.hpp"

#include <nlohmann/json.hpp>

#include "json.hpp"

namespace hearsay {

HttpResponse text_response(int status, std::string content_type, std::string body) {
    const auto owner = std::make_shared<const std::string>(std::move(body));
    return {.status = status,
            .content_type = std::move(content_type),
            .body = *owner,
            .owner = owner,
            .headers = {}};
}

HttpResponse json_response(int status, const nlohmann::ordered_json& body) {
    return text_response(status, "application/json", line(body) + "\n");
}

HttpResponse error_response(int status, const std::string& problem) {
    return json_response(status, {{"error", problem}});
}

}  // namespace hearsay
