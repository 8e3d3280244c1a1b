#pragma once

#include <microhttpd.h>

namespace hearsay {

/// The functions of libmicrohttpd that are used here, each as microhttpd.h has it.
struct Microhttpd {
    decltype(&MHD_start_daemon) start_daemon = nullptr;
    decltype(&MHD_stop_daemon) stop_daemon = nullptr;
    decltype(&MHD_run) run = nullptr;
    decltype(&MHD_get_timeout) get_timeout = nullptr;
    decltype(&MHD_get_daemon_info) get_daemon_info = nullptr;
    decltype(&MHD_get_connection_info) get_connection_info = nullptr;
    decltype(&MHD_get_connection_values) get_connection_values = nullptr;
    decltype(&MHD_suspend_connection) suspend_connection = nullptr;
    decltype(&MHD_resume_connection) resume_connection = nullptr;
    decltype(&MHD_create_response_from_buffer_with_free_callback_cls) create_response = nullptr;
    decltype(&MHD_create_response_from_callback) create_stream = nullptr;
    decltype(&MHD_add_response_header) add_response_header = nullptr;
    decltype(&MHD_queue_response) queue_response = nullptr;
    decltype(&MHD_destroy_response) destroy_response = nullptr;
};

/// They are loaded by the first call, and stay. Throws StartError if they are not there.
[[nodiscard]] const Microhttpd& microhttpd();

}  // namespace hearsay
