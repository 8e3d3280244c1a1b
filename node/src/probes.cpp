#include "probes.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

// Who answers a probe? The kernel of a machine on which nobody listens at that port refuses it:
// the process there is gone. A living node's ZeroMQ greets at once, before it is greeted. What
// accepts and hangs up without a word may be the last moment of a dying process, whose kernel still
// queued the connection, or a proxy in front of nobody; a few more probes tell the first from the
// second, and the second proves nothing.

namespace hearsay {
namespace {

constexpr int tries_max = 3;

struct SocketAddress {
    sockaddr_storage bytes{};
    socklen_t size = 0;
};

// ZeroMQ's way of writing an abstract name is an '@' in front.
SocketAddress path_address(const std::string& path) {
    SocketAddress address;
    sockaddr_un local{};
    local.sun_family = AF_UNIX;
    path.copy(local.sun_path, sizeof(local.sun_path) - 1);
    if (path.front() == '@') local.sun_path[0] = '\0';
    const std::size_t end = path.front() == '@' ? path.size() : path.size() + 1;
    address.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + end);
    std::memcpy(&address.bytes, &local, sizeof(local));
    return address;
}

// No name is looked up here: that would block.
std::optional<SocketAddress> numeric_address(const Endpoint& endpoint) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const std::string port = std::to_string(endpoint.port);
    if (getaddrinfo(endpoint.host.c_str(), port.c_str(), &hints, &found) != 0) return std::nullopt;
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, &freeaddrinfo);
    SocketAddress address;
    std::memcpy(&address.bytes, found->ai_addr, found->ai_addrlen);
    address.size = found->ai_addrlen;
    return address;
}

std::optional<SocketAddress> socket_address(const Endpoint& endpoint) {
    if (endpoint.scheme == Endpoint::Scheme::tcp) return numeric_address(endpoint);
    if (endpoint.host.size() > ipc_path_bytes_max) return std::nullopt;
    return path_address(endpoint.host);
}

Descriptor open_socket(int family) {
    Descriptor made(socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    // Closed, it leaves nothing behind: no port of ours waits for the rest of a conversation.
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    if (made.is_open()) {
        static_cast<void>(
            setsockopt(made.number(), SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)));
    }
    return made;
}

/// What became of the connection: an error, or zero.
int error_of(const Descriptor& socket) {
    int error = 0;
    socklen_t size = sizeof(error);
    if (getsockopt(socket.number(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
    return error;
}

bool is_hang_up(int error) {
    return error == ECONNRESET || error == EPIPE;
}

}  // namespace

bool Probes::start(Probe probe, Endpoint address, Instant now) {
    if (find(probe) != nullptr) return false;
    if (attempts_.size() >= probes_max) return false;
    Attempt attempt{
        .probe = std::move(probe), .address = std::move(address), .begun_at = now, .socket = {}};
    if (!settle(attempt, connect(attempt))) attempts_.push_back(std::move(attempt));
    return true;
}

Probes::Attempt* Probes::find(const Probe& probe) {
    const auto found =
        std::find_if(attempts_.begin(), attempts_.end(), [&](const Attempt& attempt) {
            return attempt.probe.life == probe.life && attempt.probe.endpoint == probe.endpoint;
        });
    return found == attempts_.end() ? nullptr : &*found;
}

void Probes::watch(PollSet& set) {
    if (!refused_.empty()) set.note_ready();
    for (Attempt& attempt : attempts_) {
        const int wanted = attempt.is_connected ? POLLIN : POLLOUT;
        set.add(attempt.socket.number(), attempt.has_news, wanted);
    }
}

void Probes::handle_turn(Instant now) {
    for (Attempt& attempt : attempts_)
        attempt.is_over = settle(attempt, step(attempt, now));
    std::erase_if(attempts_, [](const Attempt& attempt) { return attempt.is_over; });
}

std::optional<Instant> Probes::next_deadline() const {
    std::optional<Instant> earliest;
    for (const Attempt& attempt : attempts_) {
        const Instant due = attempt.begun_at + patience_;
        earliest = std::min(earliest.value_or(due), due);
    }
    return earliest;
}

std::optional<Probe> Probes::poll_refused() {
    if (refused_.empty()) return std::nullopt;
    std::optional<Probe> next = std::move(refused_.back());
    refused_.pop_back();
    return next;
}

std::string_view Probes::words_for(Outcome outcome) {
    switch (outcome) {
        case Outcome::pending:
            return "goes on";
        case Outcome::refused:
            return "the connection is refused, so nobody listens there";
        case Outcome::answered:
            return "somebody answers";
        case Outcome::nothing:
            return "no answer";
    }
    return "unknown";
}

bool Probes::settle(Attempt& attempt, Outcome outcome) {
    if (outcome != Outcome::pending) {
        log_.debug("probe of {}: {}", attempt.probe.endpoint, words_for(outcome));
    }
    if (outcome == Outcome::refused) refused_.push_back(std::move(attempt.probe));
    return outcome != Outcome::pending;
}

Probes::Outcome Probes::step(Attempt& attempt, Instant now) const {
    if (std::exchange(attempt.has_news, false)) {
        const Outcome outcome =
            attempt.is_connected ? listen(attempt) : judge(attempt, error_of(attempt.socket));
        if (outcome != Outcome::pending) return outcome;
    }
    return now - attempt.begun_at < patience_ ? Outcome::pending : Outcome::nothing;
}

Probes::Outcome Probes::connect(Attempt& attempt) {
    const auto address = socket_address(attempt.address);
    if (!address) return Outcome::nothing;
    ++attempt.tries;
    attempt.is_connected = false;
    attempt.socket = open_socket(address->bytes.ss_family);
    if (!attempt.socket.is_open()) return Outcome::nothing;
    const auto* const target = reinterpret_cast<const sockaddr*>(&address->bytes);  // NOLINT
    const int result = ::connect(attempt.socket.number(), target, address->size);
    const bool is_under_way = result != 0 && (errno == EINPROGRESS || errno == EINTR);
    return is_under_way ? Outcome::pending : judge(attempt, result == 0 ? 0 : errno);
}

Probes::Outcome Probes::connect_again(Attempt& attempt) {
    return attempt.tries < tries_max ? connect(attempt) : Outcome::nothing;
}

Probes::Outcome Probes::judge(Attempt& attempt, int error) {
    if (error == ECONNREFUSED) return Outcome::refused;
    if (is_hang_up(error)) return connect_again(attempt);
    if (error != 0) return Outcome::nothing;
    attempt.is_connected = true;
    return listen(attempt);
}

Probes::Outcome Probes::listen(Attempt& attempt) {
    std::array<char, 1> byte{};
    const ssize_t count = recv(attempt.socket.number(), byte.data(), byte.size(), MSG_DONTWAIT);
    if (count > 0) return Outcome::answered;
    if (count == 0 || is_hang_up(errno)) return connect_again(attempt);
    const bool is_quiet = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    return is_quiet ? Outcome::pending : Outcome::nothing;
}

}  // namespace hearsay
