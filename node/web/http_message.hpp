#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace hearsay {

/// What a client asks for, as far as anybody here wants to know.
struct HttpRequest {
    std::string method;
    /// The path and the query as they were sent: nothing is decoded.
    std::string target;
    /// The values of all headers of this name.
    std::vector<std::string> hosts;
    std::string if_none_match;
    std::string last_event_id;
    bool has_body = false;
};

/// The whole of an answer.
struct HttpResponse {
    int status = 200;
    std::string content_type;
    std::string_view body;
    /// Keeps the body; null if it stays by itself.
    std::shared_ptr<const void> owner;
    std::vector<std::pair<std::string, std::string>> headers;
};

/// The body of an answer that goes on and on.
class HttpStream {
  public:
    HttpStream() = default;
    HttpStream(const HttpStream&) = delete;
    HttpStream& operator=(const HttpStream&) = delete;
    virtual ~HttpStream() = default;

    /// Puts what comes next into `space` and returns its size; 0 if there is nothing at present.
    [[nodiscard]] virtual std::size_t read(std::span<char> space) = 0;
};

[[nodiscard]] HttpResponse text_response(int status, std::string content_type, std::string body);

/// The object in one line.
[[nodiscard]] HttpResponse json_response(int status, const nlohmann::ordered_json& body);

/// {"error": problem}. A sentence without its full stop.
[[nodiscard]] HttpResponse error_response(int status, const std::string& problem);

}  // namespace hearsay
