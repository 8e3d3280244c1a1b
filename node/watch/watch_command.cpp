#include "watch_command.hpp"

#include <string>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "clock.hpp"
#include "curses_terminal.hpp"
#include "drawing.hpp"
#include "exit_code.hpp"
#include "output.hpp"
#include "scene.hpp"
#include "watching.hpp"

namespace hearsay {

namespace {

using watch::Scene;

int print_picture(Client& client, Screen screen) {
    Scene scene;
    scene.members.answer = client.ask({{"op", "members"}});
    scene.status.answer = client.ask({{"op", "status"}});
    scene.links.answer = client.ask({{"op", "links"}});
    const Instant now = steady_now();
    for (watch::Told* told : {&scene.members, &scene.status, &scene.links}) {
        told->at = now;
        if (!told->answer.contains("error")) continue;
        complain(told->answer.value("error", "the node gave no reason"));
        return exit_code::no;
    }
    print(watch::plain_picture(scene, screen.width, watch::charset_of_locale(), now));
    return exit_code::yes;
}

}  // namespace

int show_watch(Client& client, Screen screen) {
    if (::isatty(STDOUT_FILENO) == 0) return print_picture(client, screen);
    // A user who looks at a screen shall not look for a node in vain.
    static_cast<void>(client.ask({{"op", "ping"}}));
    try {
        return watch::keep_watching(client.context(), client.address());
    } catch (const watch::TerminalError& error) {
        complain(error.what());
        return exit_code::usage;
    }
}

}  // namespace hearsay
