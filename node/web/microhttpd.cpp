/// The library is loaded by the one command that uses it. Linked, it would be loaded by all, and
/// with it GnuTLS and eight more: 3 MiB of memory and 1.5 ms at each start, also of a node.
#include "microhttpd.hpp"

#include <string>

#include <dlfcn.h>

#include "hearsay/node.hpp"

namespace hearsay {

namespace {

/// Of Debian's package libmicrohttpd12; the number changes when the functions do.
constexpr const char* file_name = "libmicrohttpd.so.12";

class Library {
  public:
    Library() : handle_(::dlopen(file_name, RTLD_NOW | RTLD_LOCAL)) {
        if (handle_ == nullptr) fail();
    }

    template <typename Function>
    void find(const char* name, Function& function) const {
        function = reinterpret_cast<Function>(::dlsym(handle_, name));
        if (function == nullptr) fail();
    }

  private:
    [[noreturn]] static void fail() {
        throw StartError(std::string("cannot load ") + file_name + " (" + ::dlerror() +
                         "); install the package libmicrohttpd12");
    }

    void* handle_;
};

Microhttpd load() {
    const Library library;
    Microhttpd functions;
    library.find("MHD_start_daemon", functions.start_daemon);
    library.find("MHD_stop_daemon", functions.stop_daemon);
    library.find("MHD_run", functions.run);
    library.find("MHD_get_timeout", functions.get_timeout);
    library.find("MHD_get_daemon_info", functions.get_daemon_info);
    library.find("MHD_get_connection_info", functions.get_connection_info);
    library.find("MHD_get_connection_values", functions.get_connection_values);
    library.find("MHD_suspend_connection", functions.suspend_connection);
    library.find("MHD_resume_connection", functions.resume_connection);
    library.find("MHD_create_response_from_buffer_with_free_callback_cls",
                 functions.create_response);
    library.find("MHD_create_response_from_callback", functions.create_stream);
    library.find("MHD_add_response_header", functions.add_response_header);
    library.find("MHD_queue_response", functions.queue_response);
    library.find("MHD_destroy_response", functions.destroy_response);
    return functions;
}

}  // namespace

const Microhttpd& microhttpd() {
    static const Microhttpd functions = load();
    return functions;
}

}  // namespace hearsay
