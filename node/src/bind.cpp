#include "bind.hpp"

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <optional>
#include <system_error>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace hearsay {
namespace {

/// Clients that may wait to be accepted.
constexpr int backlog = 512;

/// REQUIRES: the path fits.
sockaddr_un address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    return address;
}

const sockaddr* generic(const sockaddr_un& address) {
    return reinterpret_cast<const sockaddr*>(&address);  // NOLINT: that is how sockets are used.
}

bool is_served(const std::string& path) {
    const Descriptor probe(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!probe.is_open()) return false;
    const sockaddr_un address = address_of(path);
    const int result = connect(probe.number(), generic(address), sizeof(address));
    return result == 0 || (errno != ECONNREFUSED && errno != ENOENT);
}

/// A name in no file system, or one that ZeroMQ chooses.
bool is_left_to_zmq(const std::string& path) {
    return path.front() == '@' || path == "*";
}

// A file of the user's, or the socket of a process that still runs, must not be removed.
std::string path_problem(const std::string& path) {
    if (path.size() > ipc_path_bytes_max) {
        return "the path has " + std::to_string(path.size()) +
               " bytes; at most 107 are possible: use a shorter one";
    }
    if (is_left_to_zmq(path)) return {};
    struct stat status {};
    if (lstat(path.c_str(), &status) != 0) return {};
    if (!S_ISSOCK(status.st_mode)) return "a file that is not a socket is there; use another path";
    if (is_served(path)) return "another process serves it; use another path or end that process";
    return {};
}

/// What may come to an end by itself.
StartError::Outlook outlook(int error) {
    const bool may_pass = error == EADDRINUSE || error == EADDRNOTAVAIL || error == ENODEV ||
                          error == ENOSPC || error == EDQUOT;
    return may_pass ? StartError::Outlook::may_pass : StartError::Outlook::stays;
}

std::string bind_problem(int error, Endpoint::Scheme scheme) {
    const bool is_ipc = scheme == Endpoint::Scheme::ipc;
    switch (error) {
        case EADDRINUSE:
            return "the address is in use; choose another port, or 0 for any free one";
        case EADDRNOTAVAIL:
            return "it is not an address of this machine; see `ip address` for those that are";
        case ENODEV:
            return "no such address or interface here; see `ip address`, names are not resolved";
        case EACCES:
        case EPERM:
            return is_ipc ? "no permission to write there; use a directory of your own"
                          : "no permission; use a port above 1023";
        case ENOENT:
            return "its directory does not exist; create it first";
        default:
            return std::generic_category().message(error);
    }
}

/// Takes over what listens, instead of binding. ZeroMQ closes it.
void adopt(zmq::socket_t& socket, const std::string& endpoint, Descriptor listener) {
    const int number = listener.number();
    const int none = -1;
    if (zmq_setsockopt(socket.handle(), ZMQ_USE_FD, &number, sizeof(number)) != 0) {
        throw zmq::error_t();
    }
    socket.bind(endpoint);
    static_cast<void>(listener.release());
    static_cast<void>(zmq_setsockopt(socket.handle(), ZMQ_USE_FD, &none, sizeof(none)));
}

/// Throws zmq::error_t.
void bind_path(zmq::socket_t& socket, const std::string& path) {
    if (is_left_to_zmq(path)) {
        socket.bind("ipc://" + path);
        return;
    }
    unlink(path.c_str());
    Descriptor listener = listen_at(path);
    // It reads `errno`.
    if (!listener.is_open()) throw zmq::error_t();
    adopt(socket, "ipc://" + path, std::move(listener));
}

}  // namespace

// ZeroMQ would bind it with the permissions that the process gives to all its files, and those are
// not ours to change. A socket keeps the mode it has when it is bound.
Descriptor listen_at(const std::string& path) {
    Descriptor listener(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!listener.is_open()) return listener;
    const sockaddr_un address = address_of(path);
    const bool listens = fchmod(listener.number(), S_IRUSR | S_IWUSR) == 0 &&
                         bind(listener.number(), generic(address), sizeof(address)) == 0 &&
                         listen(listener.number(), backlog) == 0;
    return listens ? std::move(listener) : Descriptor();
}

bool replace_listener(zmq::socket_t& socket, const std::string& path, Descriptor listener) {
    return rebind(socket, "ipc://" + path, std::move(listener));
}

bool rebind(zmq::socket_t& socket, const std::string& endpoint, Descriptor listener) {
    if (!listener.is_open()) return false;
    try {
        socket.unbind(endpoint);
        adopt(socket, endpoint, std::move(listener));
        return true;
    } catch (const zmq::error_t&) {
        return false;
    }
}

StartError bind_error(std::string_view what, const std::string& address, Endpoint::Scheme scheme,
                      int error) {
    return StartError(std::string(what) + ' ' + address + ": " + bind_problem(error, scheme),
                      outlook(error));
}

std::string bind_socket(zmq::socket_t& socket, const std::string& address, std::string_view what) {
    const auto fail = [&](const std::string& problem) {
        throw StartError(std::string(what) + ' ' + address + ": " + problem);
    };
    const auto endpoint = parse_endpoint(address);
    if (!endpoint) {
        fail("not an endpoint; write tcp://ADDRESS:PORT or ipc://PATH");
    }
    const bool is_ipc = endpoint->scheme == Endpoint::Scheme::ipc;
    if (is_ipc) {
        const std::string problem = path_problem(endpoint->host);
        if (!problem.empty()) fail(problem);
    }
    try {
        socket.set(zmq::sockopt::ipv6, is_ipv6(*endpoint) ? 1 : 0);
        if (is_ipc) {
            bind_path(socket, endpoint->host);
        } else {
            socket.bind(address);
        }
    } catch (const zmq::error_t& error) {
        throw bind_error(what, address, endpoint->scheme, error.num());
    }
    return socket.get(zmq::sockopt::last_endpoint);
}

}  // namespace hearsay
