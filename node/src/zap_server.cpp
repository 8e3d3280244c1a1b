#include "zap_server.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "zmq_io.hpp"

namespace hearsay {
namespace {

constexpr std::string_view zap_version = "1.0";
/// Where ZeroMQ asks (RFC 27).
constexpr const char* address = "inproc://zeromq.zap.01";
/// Each is one handshake that ZeroMQ has done the costly part of already.
constexpr int answers_per_turn = 64;

/// Frames of a question of the mechanism CURVE.
enum Part : std::size_t {
    part_version,
    part_id,
    part_domain,
    part_address,
    part_routing_id,
    part_mechanism,
    part_key,
    part_count,
};

std::span<const std::byte> bytes_of(const zmq::message_t& part) {
    return {part.data<std::byte>(), part.size()};
}

}  // namespace

ZapServer::ZapServer(zmq::context_t& context) : socket_(context, zmq::socket_type::rep) {
    socket_.set(zmq::sockopt::linger, 0);
    socket_.set(zmq::sockopt::rcvhwm, 0);
    socket_.set(zmq::sockopt::sndhwm, 0);
    socket_.bind(address);
}

// ZeroMQ closes a socket later, on a thread of its own, and another server may come before that.
ZapServer::~ZapServer() {
    try {
        socket_.unbind(address);
    } catch (const zmq::error_t&) {
        // Its context has ended: nobody asks any more.
        return;
    }
}

void ZapServer::watch(PollSet& set) {
    attention_.watch(set, socket_, ZMQ_POLLIN);
}

void ZapServer::answer(const Judge& judge) {
    for (int count = 0; count < answers_per_turn && attention_.is_due(); ++count) {
        Question question;
        if (!receive(question)) {
            attention_.note_drained();
            return;
        }
        reply(question, question.key && judge(*question.key, question.source));
    }
}

// Only ZeroMQ itself can ask; what it does not ask this way is answered with no.
bool ZapServer::receive(Question& question) {
    std::vector<zmq::message_t> parts(1);
    if (!try_receive(socket_, parts.back())) return false;
    while (parts.back().more() && parts.size() < part_count)
        static_cast<void>(try_receive(socket_, parts.emplace_back()));
    const bool is_whole = is_last_part(socket_, parts.back()) && parts.size() == part_count;
    if (parts.size() > part_id) question.id = parts[part_id].to_string();
    const bool is_curve = is_whole && parts[part_version].to_string_view() == zap_version &&
                          parts[part_mechanism].to_string_view() == "CURVE";
    if (!is_curve) return true;
    question.source = parts[part_address].to_string();
    question.key = curve_key_of(bytes_of(parts[part_key]));
    return true;
}

void ZapServer::reply(const Question& question, bool is_admitted) {
    const std::string user_id = is_admitted ? user_id_of(*question.key) : std::string();
    const std::array<std::string_view, 5> parts{
        zap_version, question.id, is_admitted ? "200" : "400",
        is_admitted ? "OK" : "this key is refused", user_id};
    for (const std::string_view part : parts)
        static_cast<void>(try_send(socket_, zmq::buffer(part), zmq::send_flags::sndmore));
    static_cast<void>(try_send(socket_, zmq::const_buffer()));
    attention_.note_use();
}

}  // namespace hearsay
