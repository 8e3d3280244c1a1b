#include "resolver.hpp"

#include <array>
#include <atomic>
#include <system_error>
#include <thread>
#include <utility>

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "signals_held_back.hpp"

namespace hearsay {
namespace {

/// Names are told to us by peers; how many we remember is bounded.
constexpr std::size_t hosts_max = 1024;
/// Likewise the endpoints that have such a name.
constexpr std::size_t endpoints_max = 4096;

std::string address_text(const addrinfo& entry) {
    std::array<char, NI_MAXHOST> buffer{};
    const int error = getnameinfo(entry.ai_addr, entry.ai_addrlen, buffer.data(), buffer.size(),
                                  nullptr, 0, NI_NUMERICHOST);
    return error == 0 ? std::string(buffer.data()) : std::string();
}

}  // namespace

// Written by the thread until `is_done`, read by the other side after it.
struct Resolution::Lookup {
    std::string host;
    std::vector<std::string> addresses;
    int error = 0;
    std::atomic<bool> is_done{false};
    std::shared_ptr<std::atomic<int>> running;

    // Of both families, whatever addresses this machine has: the loopback address of one that its
    // cards do not have may be meant.
    void run() {
        addrinfo hints{};
        hints.ai_socktype = SOCK_STREAM;
        addrinfo* found = nullptr;
        error = getaddrinfo(host.c_str(), nullptr, &hints, &found);
        for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
            std::string address = address_text(*entry);
            if (!address.empty()) addresses.push_back(std::move(address));
        }
        if (found != nullptr) freeaddrinfo(found);
        is_done = true;
        --*running;
    }
};

Resolution::Resolution(std::string host, std::shared_ptr<std::atomic<int>> running)
    : lookup_(std::make_shared<Lookup>()) {
    lookup_->host = std::move(host);
    lookup_->running = std::move(running);
    ++*lookup_->running;
    const SignalsHeldBack signals_held_back;
    try {
        std::thread([lookup = lookup_] { lookup->run(); }).detach();
    } catch (const std::system_error&) {
        lookup_->error = EAI_AGAIN;
        lookup_->is_done = true;
        --*lookup_->running;
    }
}

bool Resolution::is_pending() const {
    return !lookup_->is_done;
}

const std::vector<std::string>& Resolution::addresses() const {
    return lookup_->addresses;
}

std::string Resolution::problem() const {
    return gai_strerror(lookup_->error);
}

AddressBook::AddressBook(const std::vector<std::string>& seeds, Log& log)
    : log_(log), running_(std::make_shared<std::atomic<int>>(0)) {
    set_seeds(seeds);
}

void AddressBook::set_seeds(const std::vector<std::string>& seeds) {
    seeds_ = {seeds.begin(), seeds.end()};
}

std::optional<Resolution> AddressBook::look_up(const Endpoint& endpoint) {
    const std::string name = text(endpoint);
    const bool is_known = reached_.contains(name) || seeds_.contains(name);
    const int most = is_known ? lookups_max : lookups_of_strangers_max;
    if (*running_ >= most) return std::nullopt;
    return Resolution(endpoint.host, running_);
}

std::optional<Endpoint> AddressBook::choose(const Endpoint& endpoint, const Resolution& resolution,
                                            Instant now) {
    if (attempts_by_host_.size() >= hosts_max) attempts_by_host_.clear();
    const std::size_t attempt = ++attempts_by_host_[endpoint.host];
    const std::vector<std::string>& addresses = resolution.addresses();
    if (addresses.empty()) {
        if (limiter_.admit(endpoint.host, now)) {
            const std::string name = text(endpoint);
            log_.warn("{}{} does not resolve: {} (attempt {})",
                      seeds_.contains(name) ? "seed " : "", name, resolution.problem(), attempt);
        }
        return std::nullopt;
    }
    return Endpoint{endpoint.scheme, addresses[(attempt - 1) % addresses.size()], endpoint.port};
}

void AddressBook::note_reached(const Endpoint& endpoint, const Endpoint& address) {
    if (reached_.size() >= endpoints_max) reached_.clear();
    reached_.insert_or_assign(text(endpoint), address);
}

std::optional<Endpoint> AddressBook::reached_at(const Endpoint& endpoint) const {
    const auto found = reached_.find(text(endpoint));
    if (found == reached_.end()) return std::nullopt;
    return found->second;
}

}  // namespace hearsay
