#include "bind.hpp"

#include <cerrno>
#include <cstring>
#include <system_error>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "hearsay/node.hpp"

#include "endpoint.hpp"

namespace hearsay {
namespace {

/// Files made while it lives are for their owner alone.
class OwnerOnly {
  public:
    OwnerOnly() : former_(umask(S_IRWXG | S_IRWXO | S_IXUSR)) {}
    OwnerOnly(const OwnerOnly&) = delete;
    OwnerOnly& operator=(const OwnerOnly&) = delete;
    ~OwnerOnly() { umask(former_); }

  private:
    mode_t former_;
};

bool is_served(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) return false;
    const int result = connect(descriptor, reinterpret_cast<const sockaddr*>(&address),  // NOLINT
                               sizeof(address));
    const bool is_refused = result != 0 && (errno == ECONNREFUSED || errno == ENOENT);
    close(descriptor);
    return !is_refused;
}

// ZeroMQ removes whatever is at the path before it binds: a file of the user's, or the socket of a
// process that still runs. So look first.
std::string path_problem(const std::string& path) {
    if (path.size() > ipc_path_bytes_max) {
        return "the path has " + std::to_string(path.size()) +
               " bytes; at most 107 are possible: use a shorter one";
    }
    if (path.front() == '@' || path == "*") return {};
    struct stat status {};
    if (lstat(path.c_str(), &status) != 0) return {};
    if (!S_ISSOCK(status.st_mode)) return "a file that is not a socket is there; use another path";
    if (is_served(path)) return "another process serves it; use another path or end that process";
    return {};
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

}  // namespace

std::string bind_socket(zmq::socket_t& socket, const std::string& address, std::string_view what) {
    const auto fail = [&](const std::string& problem) {
        throw StartError(std::string(what) + ' ' + address + ": " + problem);
    };
    const auto endpoint = parse_endpoint(address);
    if (!endpoint) fail("not an endpoint; write tcp://ADDRESS:PORT or ipc://PATH");
    if (endpoint->scheme == Endpoint::Scheme::ipc) {
        const std::string problem = path_problem(endpoint->host);
        if (!problem.empty()) fail(problem);
    }
    try {
        const OwnerOnly owner_only;
        socket.set(zmq::sockopt::ipv6, is_ipv6(*endpoint) ? 1 : 0);
        socket.bind(address);
    } catch (const zmq::error_t& error) {
        fail(bind_problem(error.num(), endpoint->scheme));
    }
    return socket.get(zmq::sockopt::last_endpoint);
}

}  // namespace hearsay
