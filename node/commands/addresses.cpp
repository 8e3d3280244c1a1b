#include "addresses.hpp"

#include <filesystem>
#include <system_error>

#include "hearsay/utf8.hpp"

#include "endpoint.hpp"
#include "phrase.hpp"

namespace hearsay {

namespace {

namespace fs = std::filesystem;

/// What `lexically_normal` does and more: "link/../x" is another file than "x".
fs::path without_dots(const fs::path& path) {
    fs::path result;
    for (const fs::path& part : path) {
        if (part != ".") result /= part;
    }
    return result;
}

bool is_in_file_system(std::string_view ipc_path) {
    return !ipc_path.starts_with('@') && ipc_path != "*";
}

}  // namespace

std::string absolute_path(const Settings& settings, std::string_view option,
                          const std::string& path) {
    if (path.empty()) settings.refuse(option, "is empty; give a path");
    std::error_code error;
    std::string result = without_dots(fs::absolute(path, error)).string();
    if (error) {
        settings.refuse(option, in_quotes(path) +
                                    " is relative, and the working directory cannot " +
                                    "be told (" + error.message() + "); give an absolute path");
    }
    if (!is_utf8(result)) {
        settings.refuse(option, in_quotes(result) + " is not valid UTF-8; use another path");
    }
    return result;
}

std::string run_directory(const Settings& settings, const Environment& environment) {
    const std::string fallback = default_run_directory(environment).string();
    return absolute_path(settings, "run-dir", settings.text("run-dir", fallback));
}

std::string absolute_address(const Settings& settings, std::string_view option,
                             const std::string& address) {
    constexpr std::string_view scheme = "ipc://";
    if (address.empty()) settings.refuse(option, "is empty; give an address");
    if (!parse_endpoint(address)) {
        const bool is_tcp = address.starts_with("tcp://");
        settings.refuse(option, in_quotes(address) + " is no address; write " +
                                    (is_tcp ? "tcp://HOST:PORT with a port from 0 to 65535"
                                            : "tcp://HOST:PORT or ipc://PATH"));
    }
    if (!address.starts_with(scheme)) return address;
    std::string path = address.substr(scheme.size());
    if (is_in_file_system(path)) path = absolute_path(settings, option, path);
    std::string result = std::string(scheme) + path;
    if (path.size() <= ipc_path_bytes_max) return result;
    settings.refuse(option, in_quotes(result) + " has a path of " + std::to_string(path.size()) +
                                " bytes; at most " + std::to_string(ipc_path_bytes_max) +
                                " are possible, use a shorter one");
}

}  // namespace hearsay
