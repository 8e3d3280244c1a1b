#include "resolver.hpp"

#include <array>
#include <utility>

#include <netdb.h>
#include <netinet/in.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>

namespace hearsay {

// Written by glibc's thread until the look-up is over, so it neither moves nor ends before.
struct Resolution::Request {
    std::string host;
    addrinfo hints{};
    gaicb block{};
    /// What starting it said; anything but zero means that it never ran.
    int start_error = 0;

    Request() = default;
    Request(const Request&) = delete;
    Request& operator=(const Request&) = delete;
    ~Request() {
        if (block.ar_result != nullptr) freeaddrinfo(block.ar_result);
    }
};

namespace {

/// Names are told to us by peers; how many we remember is bounded.
constexpr std::size_t hosts_max = 1024;

std::string address_text(const addrinfo& entry) {
    std::array<char, NI_MAXHOST> buffer{};
    const int error = getnameinfo(entry.ai_addr, entry.ai_addrlen, buffer.data(), buffer.size(),
                                  nullptr, 0, NI_NUMERICHOST);
    return error == 0 ? std::string(buffer.data()) : std::string();
}

}  // namespace

Resolution::Resolution(const std::string& host) : request_(std::make_unique<Request>()) {
    request_->host = host;
    request_->hints.ai_socktype = SOCK_STREAM;
    request_->hints.ai_flags = AI_ADDRCONFIG;
    request_->block.ar_name = request_->host.c_str();
    request_->block.ar_request = &request_->hints;
    gaicb* block = &request_->block;
    request_->start_error = getaddrinfo_a(GAI_NOWAIT, &block, 1, nullptr);
}

Resolution& Resolution::operator=(Resolution&& other) noexcept {
    abandon();
    request_ = std::move(other.request_);
    return *this;
}

Resolution::~Resolution() {
    abandon();
}

bool Resolution::is_pending() const {
    return request_->start_error == 0 && gai_error(&request_->block) == EAI_INPROGRESS;
}

std::vector<std::string> Resolution::addresses() const {
    std::vector<std::string> found;
    if (request_->start_error != 0 || gai_error(&request_->block) != 0) return found;
    for (const addrinfo* entry = request_->block.ar_result; entry != nullptr;
         entry = entry->ai_next) {
        std::string address = address_text(*entry);
        if (!address.empty()) found.push_back(std::move(address));
    }
    return found;
}

std::string Resolution::problem() const {
    const int error =
        request_->start_error != 0 ? request_->start_error : gai_error(&request_->block);
    return gai_strerror(error);
}

// A look-up under way cannot be stopped, and glibc writes to its request until it is over: such a
// request, a few hundred bytes, is given away for good.
void Resolution::abandon() noexcept {
    if (request_ && is_pending() && gai_cancel(&request_->block) == EAI_NOTCANCELED) {
        static_cast<void>(request_.release());
    }
    request_.reset();
}

std::optional<Endpoint> AddressBook::choose(const Endpoint& endpoint, const Resolution& resolution,
                                            Instant now) {
    const std::vector<std::string> addresses = resolution.addresses();
    if (addresses.empty()) {
        if (limiter_.admit(endpoint.host, now)) {
            spdlog::warn("{} does not resolve: {}; trying again", text(endpoint),
                         resolution.problem());
        }
        return std::nullopt;
    }
    if (next_by_host_.size() >= hosts_max) next_by_host_.clear();
    std::size_t& next = next_by_host_[endpoint.host];
    return Endpoint{endpoint.scheme, addresses[next++ % addresses.size()], endpoint.port};
}

}  // namespace hearsay
