#include "accepted_connections.hpp"

#include <algorithm>
#include <array>
#include <utility>

// What the kernel counts of a connection; the header of the C library lacks it.
#include <linux/tcp.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace hearsay {
namespace {

constexpr int looks_per_round = 8;

/// All that a TCP connection has ever brought; 0 for others.
std::uint64_t bytes_received(int descriptor) {
    tcp_info info{};
    socklen_t size = sizeof(info);
    if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return 0;
    return info.tcpi_bytes_received;
}

bool is_listening(int descriptor) {
    int listens = 0;
    socklen_t size = sizeof(listens);
    return getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens != 0;
}

/// The address of the other end, as ZeroMQ writes it; empty for a unix socket.
std::string peer_of(int descriptor) {
    sockaddr_storage address{};
    socklen_t size = sizeof(address);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);  // NOLINT
    std::array<char, NI_MAXHOST> host{};
    const bool is_known =
        getpeername(descriptor, generic, &size) == 0 && address.ss_family != AF_UNIX &&
        getnameinfo(generic, size, host.data(), host.size(), nullptr, 0, NI_NUMERICHOST) == 0;
    return is_known ? host.data() : "";
}

}  // namespace

AcceptedConnections::AcceptedConnections(ConnectionLimits limits, TransportCounters& counters)
    : limits_(limits), counters_(counters) {}

void AcceptedConnections::note_accepted(int descriptor, Instant now) {
    if (connections_.size() >= limits_.count_max) end_idlest();
    connections_[descriptor] = {.used_at = now, .source = peer_of(descriptor)};
}

std::string AcceptedConnections::source_of(int descriptor) const {
    const auto found = connections_.find(descriptor);
    return found == connections_.end() ? "" : found->second.source;
}

void AcceptedConnections::note_frame(int descriptor, Instant now) {
    const auto found = connections_.find(descriptor);
    if (found == connections_.end()) return;
    found->second.used_at = now;
    found->second.has_frame = true;
}

void AcceptedConnections::end_flooding(int descriptor) {
    const auto found = connections_.find(descriptor);
    if (found == connections_.end() || found->second.is_ended) return;
    ++counters_.connections_flooding;
    shut(descriptor, found->second);
}

void AcceptedConnections::end(int descriptor) {
    const auto found = connections_.find(descriptor);
    if (found == connections_.end() || found->second.is_ended) return;
    shut(descriptor, found->second);
}

void AcceptedConnections::look(Instant now) {
    if (now < next_look_) return;
    next_look_ = now + limits_.round / looks_per_round;
    const bool is_new_round = now >= next_round_;
    if (is_new_round) next_round_ = now + limits_.round;
    for (auto& [descriptor, connection] : connections_)
        look_at(descriptor, connection, is_new_round, now);
}

void AcceptedConnections::look_at(int descriptor, Connection& connection, bool is_new_round,
                                  Instant now) {
    if (connection.is_ended) return;
    if (now - connection.used_at > limits_.idle) {
        ++counters_.connections_idle;
        shut(descriptor, connection);
        return;
    }
    const std::uint64_t bytes = bytes_received(descriptor);
    if (is_flooding(connection, bytes)) return end_flooding(descriptor);
    if (is_new_round) connection.bytes_before = bytes;
}

bool AcceptedConnections::is_flooding(Connection& connection, std::uint64_t bytes) const {
    if (std::exchange(connection.has_frame, false)) connection.bytes_framed = bytes;
    return bytes > connection.bytes_before + limits_.bytes_per_round_max ||
           bytes > connection.bytes_framed + limits_.bytes_unframed_max;
}

void AcceptedConnections::end_idlest() {
    const auto is_better = [](const auto& one, const auto& other) {
        return std::pair(one.second.is_ended, one.second.used_at) <
               std::pair(other.second.is_ended, other.second.used_at);
    };
    const auto idlest = std::min_element(connections_.begin(), connections_.end(), is_better);
    if (idlest == connections_.end() || idlest->second.is_ended) return;
    ++counters_.connections_surplus;
    shut(idlest->first, idlest->second);
}

// Its end is told like any other, and only then it is forgotten. A socket that listens, if that
// bears the number now, would listen no more, and ZeroMQ ends the process for that.
void AcceptedConnections::shut(int descriptor, Connection& connection) {
    connection.is_ended = true;
    if (!is_listening(descriptor)) static_cast<void>(shutdown(descriptor, SHUT_RDWR));
}

}  // namespace hearsay
