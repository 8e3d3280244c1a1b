#include "web_options.hpp"

#include <utility>

#include "host_check.hpp"
#include "listen_address.hpp"
#include "phrase.hpp"

namespace hearsay {

Endpoint listen_option(const Settings& settings) {
    const std::string text = settings.text("listen", "127.0.0.1:7780");
    auto address = parse_listen_address(text);
    if (!address) {
        settings.refuse("listen",
                        in_quotes(text) +
                            " is no address with a port; write 127.0.0.1:7780, [::1]:7780, "
                            "or *:7780 for all addresses");
    }
    return *std::move(address);
}

std::vector<std::string> allow_host_option(const Settings& settings) {
    std::vector<std::string> names = settings.texts("allow-host");
    for (const std::string& name : names) {
        if (!name.empty() && host_name(name) == name) continue;
        settings.refuse("allow-host", in_quotes(name) +
                                          " is no name of a host; write it in small letters, "
                                          "without http:// and without a port");
    }
    return names;
}

}  // namespace hearsay
