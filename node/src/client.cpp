#include "client.hpp"

#include <cerrno>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "hearsay/text.hpp"

#include "json.hpp"

namespace hearsay {

namespace {

using Json = nlohmann::ordered_json;

int milliseconds(Duration duration) {
    return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(duration).count());
}

std::string reason(const std::string& address) {
    constexpr std::string_view scheme = "ipc://";
    if (!address.starts_with(scheme)) return "is it running, and is this its status address?";
    const std::string path = address.substr(scheme.size());
    if (::access(path.c_str(), W_OK) == 0) return "is it running?";
    return errno == EACCES ? "you have no permission to use that socket"
                           : "there is no socket; is it running?";
}

}  // namespace

Client::Client(std::string address, Duration timeout)
    : address_(std::move(address)), timeout_(timeout) {}

Json Client::ask(const Json& request, Duration extra) {
    const auto fail = [&](const std::string& problem) {
        throw Unreachable("no node answers at " + address_ + "; " + problem);
    };
    zmq::socket_t socket(context_, zmq::socket_type::req);
    socket.set(zmq::sockopt::linger, 0);
    socket.set(zmq::sockopt::rcvtimeo, milliseconds(timeout_ + extra));
    try {
        socket.connect(address_);
    } catch (const zmq::error_t&) {
        fail("that is no address; write ipc://PATH or tcp://HOST:PORT");
    }
    static_cast<void>(socket.send(zmq::buffer(line(request))));
    zmq::message_t message;
    if (!socket.recv(message)) fail(reason(address_));
    Json answer = Json::parse(message.to_string_view(), nullptr, false);
    if (!answer.is_object()) fail("what answers there is not a hearsay node");
    return answer;
}

}  // namespace hearsay
