#include "http_server.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <exception>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include <poll.h>
#include <strings.h>
#include <sys/socket.h>

#include "hearsay/node.hpp"

#include "microhttpd.hpp"

namespace hearsay {

namespace {

/// Of the head of a request, and of what is being sent: no browser's head is half as long.
constexpr std::size_t connection_bytes = 16 * 1024;

/// After which a connection that says nothing is closed, in seconds: a browser opens a few at once
/// and uses them within moments, and Prometheus comes back every 15 s.
constexpr unsigned idle_seconds_max = 30;

/// Nothing here takes a body. A client that sends a short one is told so; it would not listen
/// before it has sent all.
constexpr std::size_t body_bytes_max = 64 * 1024;

/// What a slow listener leaves unread shall wait with us, where it is counted, and not in megabytes
/// of the system's memory.
constexpr int stream_buffer_bytes = 256 * 1024;

/// Scripts, styles and data come from here alone, and no other page may show this one inside it.
constexpr std::array<std::pair<const char*, const char*>, 3> security_headers{{
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src "
     "'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
}};

/// One request and its reply. The library knows it by its address.
struct Exchange {
    HttpServer::RequestId id = 0;
    MHD_Connection* connection = nullptr;
    int socket = -1;
    HttpRequest request;
    std::size_t body_bytes = 0;
    bool is_begun = false;
    bool is_told = false;
    bool is_suspended = false;
    bool is_cut = false;
    /// What the loop has seen of the socket while the library does not look at it.
    bool has_client_left = false;
    std::optional<HttpResponse> response;
    std::shared_ptr<HttpStream> stream;
};

MHD_Result note_header(void* request, MHD_ValueKind /*kind*/, const char* name, const char* value) {
    auto& noted = *static_cast<HttpRequest*>(request);
    const std::string text = value == nullptr ? "" : value;
    if (::strcasecmp(name, MHD_HTTP_HEADER_HOST) == 0) noted.hosts.push_back(text);
    if (::strcasecmp(name, MHD_HTTP_HEADER_IF_NONE_MATCH) == 0) noted.if_none_match = text;
    if (::strcasecmp(name, "Last-Event-ID") == 0) noted.last_event_id = text;
    return MHD_YES;
}

/// Paths stay as they were sent.
std::size_t decode_nothing(void* /*nothing*/, MHD_Connection* /*connection*/, char* text) {
    return std::char_traits<char>::length(text);
}

void forget_body(void* owner) {
    delete static_cast<std::shared_ptr<const void>*>(owner);
}

void add_header(MHD_Response* response, const char* name, const char* value) {
    static_cast<void>(microhttpd().add_response_header(response, name, value));
}

MHD_Response* response_of(const HttpResponse& answer) {
    auto owner = std::make_unique<std::shared_ptr<const void>>(answer.owner);
    // It is only read, though its type does not say so.
    MHD_Response* const response = microhttpd().create_response(
        answer.body.size(), const_cast<char*>(answer.body.data()), forget_body, owner.get());
    if (response == nullptr) return nullptr;
    static_cast<void>(owner.release());
    if (!answer.content_type.empty()) {
        add_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer.content_type.c_str());
    }
    for (const auto& [name, value] : answer.headers)
        add_header(response, name.c_str(), value.c_str());
    return response;
}

MHD_Result queue(MHD_Connection* connection, int status, MHD_Response* response) {
    if (response == nullptr) return MHD_NO;
    for (const auto& [name, value] : security_headers)
        add_header(response, name, value);
    const MHD_Result result =
        microhttpd().queue_response(connection, static_cast<unsigned>(status), response);
    microhttpd().destroy_response(response);
    return result;
}

}  // namespace

class HttpServer::Daemon {
  public:
    Daemon(Descriptor listener, unsigned connections_max, Callbacks callbacks)
        : callbacks_(std::move(callbacks)) {
        daemon_ = microhttpd().start_daemon(
            MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, nullptr, nullptr, on_call, this,
            MHD_OPTION_LISTEN_SOCKET, listener.number(),            //
            MHD_OPTION_CONNECTION_LIMIT, connections_max,           //
            MHD_OPTION_CONNECTION_TIMEOUT, idle_seconds_max,        //
            MHD_OPTION_CONNECTION_MEMORY_LIMIT, connection_bytes,   //
            MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,                   //
            MHD_OPTION_URI_LOG_CALLBACK, on_target, this,           //
            MHD_OPTION_UNESCAPE_CALLBACK, decode_nothing, nullptr,  //
            MHD_OPTION_NOTIFY_COMPLETED, on_over, this, MHD_OPTION_END);
        if (daemon_ == nullptr) throw StartError("libmicrohttpd cannot start");
        static_cast<void>(listener.release());
        epoll_ = microhttpd().get_daemon_info(daemon_, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    }

    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;

    ~Daemon() {
        callbacks_ = {};
        // It does not end while one is suspended.
        for (auto& [id, exchange] : exchanges_)
            resume(exchange);
        microhttpd().stop_daemon(daemon_);
    }

    [[nodiscard]] Exchange* find(RequestId id) {
        const auto place = exchanges_.find(id);
        return place == exchanges_.end() ? nullptr : &place->second;
    }

    static void resume(Exchange& exchange) {
        if (!std::exchange(exchange.is_suspended, false)) return;
        microhttpd().resume_connection(exchange.connection);
    }

    /// The library then finds the connection closed, whatever it was waiting for.
    static void hang_up(Exchange& exchange) {
        exchange.is_cut = true;
        ::shutdown(exchange.socket, SHUT_RDWR);
        resume(exchange);
    }

    void watch(PollSet& set) {
        set.add(epoll_, has_news_);
        for (auto& [id, exchange] : exchanges_) {
            // Of the others the answer comes soon, and the library finds out itself.
            if (!exchange.is_suspended || !exchange.stream) continue;
            set.add(exchange.socket, exchange.has_client_left, POLLRDHUP);
        }
    }

    void turn() {
        for (auto& [id, exchange] : exchanges_) {
            if (exchange.is_suspended && exchange.has_client_left) hang_up(exchange);
        }
        has_news_ = false;
        static_cast<void>(microhttpd().run(daemon_));
    }

    [[nodiscard]] Duration patience() const {
        MHD_UNSIGNED_LONG_LONG milliseconds = 0;
        if (microhttpd().get_timeout(daemon_, &milliseconds) != MHD_YES) return Duration::max();
        return std::chrono::milliseconds(milliseconds);
    }

  private:
    static void* on_target(void* self, const char* target, MHD_Connection* connection) {
        return &static_cast<Daemon*>(self)->begin(connection, target);
    }

    // NOLINTNEXTLINE(readability-function-size): the parameters are MHD_AccessHandlerCallback's.
    static MHD_Result on_call(void* self, MHD_Connection* /*connection*/, const char* /*url*/,
                              const char* method, const char* /*version*/, const char* /*upload*/,
                              std::size_t* upload_bytes, void** exchange) {
        try {
            return static_cast<Daemon*>(self)->proceed(*static_cast<Exchange*>(*exchange), method,
                                                       *upload_bytes);
        } catch (const std::exception&) {
            return MHD_NO;
        }
    }

    static ssize_t on_space(void* exchange, std::uint64_t /*position*/, char* space,
                            std::size_t size) {
        return fill(*static_cast<Exchange*>(exchange), {space, size});
    }

    static void on_over(void* self, MHD_Connection* /*connection*/, void** exchange,
                        MHD_RequestTerminationCode /*code*/) {
        if (*exchange == nullptr) return;
        static_cast<Daemon*>(self)->forget(static_cast<Exchange*>(*exchange)->id);
        *exchange = nullptr;
    }

    Exchange& begin(MHD_Connection* connection, const char* target) {
        Exchange& exchange = exchanges_[++last_id_];
        exchange.id = last_id_;
        exchange.connection = connection;
        exchange.socket = microhttpd()
                              .get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)
                              ->connect_fd;
        exchange.request.target = target == nullptr ? "" : target;
        return exchange;
    }

    /// First the head is there, then each part of a body, then the end; and again after each pause.
    MHD_Result proceed(Exchange& exchange, const char* method, std::size_t& upload_bytes) {
        if (!std::exchange(exchange.is_begun, true)) {
            exchange.request.method = method;
            microhttpd().get_connection_values(exchange.connection, MHD_HEADER_KIND, note_header,
                                               &exchange.request);
            return MHD_YES;
        }
        if (upload_bytes > 0) {
            exchange.body_bytes += std::exchange(upload_bytes, 0);
            return exchange.body_bytes > body_bytes_max ? MHD_NO : MHD_YES;
        }
        if (!std::exchange(exchange.is_told, true)) {
            exchange.request.has_body = exchange.body_bytes > 0;
            callbacks_.on_request(exchange.id, exchange.request);
        }
        return reply(exchange);
    }

    static MHD_Result reply(Exchange& exchange) {
        if (exchange.is_cut) return MHD_NO;
        if (exchange.stream) return begin_stream(exchange);
        if (exchange.response) {
            return queue(exchange.connection, exchange.response->status,
                         response_of(*exchange.response));
        }
        suspend(exchange);
        return MHD_YES;
    }

    static void suspend(Exchange& exchange) {
        exchange.is_suspended = true;
        microhttpd().suspend_connection(exchange.connection);
    }

    static MHD_Result begin_stream(Exchange& exchange) {
        ::setsockopt(exchange.socket, SOL_SOCKET, SO_SNDBUF, &stream_buffer_bytes,
                     sizeof(stream_buffer_bytes));
        MHD_Response* const response = microhttpd().create_stream(
            MHD_SIZE_UNKNOWN, connection_bytes, on_space, &exchange, nullptr);
        if (response == nullptr) return MHD_NO;
        add_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "text/event-stream");
        add_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
        return queue(exchange.connection, MHD_HTTP_OK, response);
    }

    static ssize_t fill(Exchange& exchange, std::span<char> space) {
        if (exchange.is_cut) return MHD_CONTENT_READER_END_WITH_ERROR;
        const std::size_t size = exchange.stream->read(space);
        if (size == 0) suspend(exchange);
        return static_cast<ssize_t>(size);
    }

    void forget(RequestId id) {
        const auto place = exchanges_.find(id);
        if (place == exchanges_.end()) return;
        const bool is_stream = place->second.stream != nullptr;
        exchanges_.erase(place);
        if (is_stream && callbacks_.on_stream_end) callbacks_.on_stream_end(id);
    }

    Callbacks callbacks_;
    MHD_Daemon* daemon_ = nullptr;
    int epoll_ = -1;
    bool has_news_ = false;
    RequestId last_id_ = 0;
    std::map<RequestId, Exchange> exchanges_;
};

HttpServer::HttpServer(Descriptor listener, unsigned connections_max, Callbacks callbacks)
    : daemon_(
          std::make_unique<Daemon>(std::move(listener), connections_max, std::move(callbacks))) {}

HttpServer::~HttpServer() = default;

void HttpServer::answer(RequestId request, HttpResponse response) {
    Exchange* const exchange = daemon_->find(request);
    if (exchange == nullptr) return;
    exchange->response = std::move(response);
    Daemon::resume(*exchange);
}

void HttpServer::stream(RequestId request, std::shared_ptr<HttpStream> stream) {
    Exchange* const exchange = daemon_->find(request);
    if (exchange == nullptr) return;
    exchange->stream = std::move(stream);
    Daemon::resume(*exchange);
}

void HttpServer::wake(RequestId request) {
    if (Exchange* const exchange = daemon_->find(request)) Daemon::resume(*exchange);
}

void HttpServer::hang_up(RequestId request) {
    if (Exchange* const exchange = daemon_->find(request)) Daemon::hang_up(*exchange);
}

void HttpServer::watch(PollSet& set) {
    daemon_->watch(set);
}

void HttpServer::turn() {
    daemon_->turn();
}

Duration HttpServer::patience() const {
    return daemon_->patience();
}

}  // namespace hearsay
