#include "envelope.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

#include <unistd.h>

#include "endpoint.hpp"

namespace hearsay {
namespace {

/// Frames before the request that a client may need to be found again: one from the ROUTER, one
/// for each proxy on the way or for correlation, and the empty one.
constexpr std::size_t envelope_frames_max = 8;

std::string source_of(zmq::message_t& frame) {
    try {
        return frame.gets("Peer-Address");
    } catch (const zmq::error_t&) {
        return "unknown";
    }
}

/// All frames of one message. The surplus is read and dropped, but for one that tells that there
/// was some.
std::vector<zmq::message_t> receive_frames(zmq::socket_t& socket) {
    std::vector<zmq::message_t> frames(1);
    if (!try_receive(socket, frames.back())) return {};
    while (frames.back().more()) {
        zmq::message_t frame;
        static_cast<void>(try_receive(socket, frame));
        if (frames.size() > envelope_frames_max + 1) frames.pop_back();
        frames.push_back(std::move(frame));
    }
    return frames;
}

/// The envelope ends with its first empty frame; one frame follows it.
bool has_form(const std::vector<zmq::message_t>& frames, Delimiter delimiter) {
    if (frames.size() < 2 || frames.size() > envelope_frames_max + 1) return false;
    const auto is_empty = [](const zmq::message_t& frame) { return frame.empty(); };
    const auto end = std::find_if(frames.begin(), frames.end() - 1, is_empty);
    if (end == frames.end() - 1) return delimiter == Delimiter::optional && frames.size() == 2;
    return frames.end() - end == 2;
}

}  // namespace

std::optional<Delivery> receive_delivery(zmq::socket_t& socket, Delimiter delimiter) {
    std::vector<zmq::message_t> frames = receive_frames(socket);
    if (frames.empty()) return std::nullopt;
    Delivery delivery;
    delivery.source = source_of(frames.back());
    delivery.descriptor = zmq_msg_get(frames.back().handle(), ZMQ_SRCFD);
    std::transform(frames.begin(), frames.end() - 1, std::back_inserter(delivery.envelope),
                   [](const zmq::message_t& frame) { return frame.to_string(); });
    if (!has_form(frames, delimiter)) return delivery;
    delivery.body = frames.back().to_string();
    delivery.encoding = guess_encoding(*delivery.body);
    return delivery;
}

SendResult send_delivery(zmq::socket_t& socket, const std::vector<std::string>& envelope,
                         const std::string& body) {
    for (const std::string& frame : envelope) {
        const SendResult result = try_send(socket, zmq::buffer(frame), zmq::send_flags::sndmore);
        if (result != SendResult::sent) return result;
    }
    return try_send(socket, zmq::buffer(body));
}

void remove_socket_file(const std::string& address) {
    if (const auto file = socket_file(address)) unlink(file->c_str());
}

}  // namespace hearsay
