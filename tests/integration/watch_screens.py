#!/usr/bin/env python3
"""What `hearsay watch` shows on a terminal, and how it leaves one. Of the cluster of launch/cluster
in HEARSAY_RUN_DIR, which has five nodes; HEARSAY_PROGRAM names the program."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(CHECKOUT / "tests/support"))

from pseudo_terminal import Terminal  # noqa: E402

PROGRAM = os.environ["HEARSAY_PROGRAM"]
RUN_DIRECTORY = Path(os.environ["HEARSAY_RUN_DIR"])
CLUSTER = str(CHECKOUT / "launch/cluster")


def watch(name="n1", **options):
    address = f"ipc://{RUN_DIRECTORY}/{name}.status"
    return Terminal([PROGRAM, "watch", "--status", address], **options)


def pid_of(name):
    return int((RUN_DIRECTORY / f"{name}.process").read_text().split()[0])


def cluster(*arguments):
    subprocess.run([CLUSTER, *arguments], check=True, stdout=subprocess.DEVNULL)


def test_a_calm_fleet():
    with watch() as terminal:
        terminal.shows(r"^ local-\w+ as n1 sees it +all alive · all agree$", line=0)
        terminal.shows(r"^ ◉ n1  ● n2  ● n3  ● n4  ● n5$")
        terminal.shows(r"● n2  alive +\S+  [━╸─]+ \d+ms of \d+ms +127\.0\.0\.1:\d+$")
        assert terminal.screen.is_alternate and not terminal.screen.has_cursor
        terminal.type("q")
        terminal.ends(0)


def test_a_kill_is_seen_at_once():
    with watch() as terminal:
        terminal.shows("all alive", line=0)
        began = time.monotonic()
        os.kill(pid_of("n3"), signal.SIGKILL)
        terminal.shows("^ local.* n3 failed", line=0)
        print(f"n3 is failed on the screen {time.monotonic() - began:.3f} s after it was killed")
        terminal.shows("✗ n3  failed .* refuses connections, say n")
        terminal.shows(" failed +n3  refuses connections, silent for")
        check_keys(terminal)
        cluster("restart", "n3")
        terminal.shows("all alive · all agree", line=0)
        terminal.shows(" restarted +n3  a new life at tcp://")
        terminal.type("q")
        terminal.ends(0)


def check_keys(terminal):
    terminal.type("\r")
    terminal.shows("^ WHY n3 ─")
    terminal.shows("^ n3 is failed, for .* its endpoint refuses connections")
    terminal.type("\x1b[B")
    terminal.shows("^ n1 is alive, for .*: it is this node")
    terminal.type("\x1bOB")
    terminal.shows("^ n2 is alive, for .*: this node observes it")
    terminal.type("\x1b")
    terminal.shows("^ EVENTS ─")
    terminal.type("/n3 fail")
    terminal.shows("^ /n3 fail +1 of 5")
    terminal.type("\x1b")
    terminal.shows("q quit$", line=23)
    terminal.type("v")
    terminal.shows("^ 4 of 5 members answered within")
    terminal.type("l")
    terminal.shows("^ n1 and . neighbours observe each other")
    terminal.type("? ")
    terminal.shows("^ enter +why the chosen member")
    terminal.shows("frozen .* ago", line=0)
    terminal.type(" ?")
    terminal.until(lambda: "frozen" not in terminal.screen.lines()[0], "it goes on")


def test_it_leaves_the_terminal_as_it_was():
    for key in ("q", "\x03", "\x1c"):
        with watch() as terminal:
            terminal.shows("all alive", line=0)
            terminal.type(key)
            terminal.ends(0)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGABRT):
        with watch() as terminal:
            terminal.shows("all alive", line=0)
            terminal.process.send_signal(number)
            # Only a fault of our own aborts it.
            terminal.ends(-number if number == signal.SIGABRT else 0)


def test_a_lost_terminal_ends_it():
    for is_controlling in (True, False):
        with watch(is_controlling=is_controlling) as terminal:
            terminal.shows("all alive", line=0)
            terminal.close()
            assert terminal.process.wait(timeout=30) == 0


def test_it_can_be_stopped_and_continued():
    prompt = r"^READY$"
    with Terminal(["bash", "--norc", "--noprofile", "-i"], environment={"PS1": "READY\n"}) as shell:
        shell.shows(prompt)
        shell.type("stty -g\n")
        modes = None
        shell.shows(r"^[0-9a-f]+:[0-9a-f:]+$")
        modes = next(line for line in shell.screen.lines() if line.count(":") > 9)
        shell.type(f"{PROGRAM} watch --status ipc://{RUN_DIRECTORY}/n1.status\n")
        shell.shows("all alive", line=0)
        for continued in (True, False):
            shell.type("\x1a" if continued else "q")
            shell.until(lambda: not shell.screen.is_alternate, "the screen is left")
            assert shell.screen.has_cursor
            shell.screen.resize(24, 80)
            shell.type("stty -g\n")
            shell.shows(f"^{modes}$")
            if continued:
                shell.type("fg\n")
                shell.shows("all alive", line=0)
                assert shell.screen.is_alternate
        shell.type("exit\n")
        shell.until(lambda: shell.process.poll() is not None, "the shell ends")


def test_any_size():
    with watch(rows=5, columns=20) as terminal:
        terminal.shows("^ ◉●●●●", line=1)
        terminal.shows("^ all alive$", line=0)
        terminal.set_size(60, 200)
        terminal.shows(r"^ local-.* all alive · all agree$", line=0)
        terminal.shows("│ EVENTS ─")
        terminal.shows("q quit", line=59)
        terminal.set_size(3, 10)
        terminal.shows("^ all aliv", line=0)
        terminal.type("q")
        terminal.ends(0)


def test_poor_terminals():
    for environment, glyphs in (({"TERM": "vt100"}, "◉ n1  ● n2"),
                                ({"NO_COLOR": "1"}, "◉ n1  ● n2"),
                                ({"LC_ALL": "C"}, "@ n1  o n2"),
                                ({"LC_ALL": "C", "TERM": "linux"}, "@ n1  o n2")):
        with watch(environment=environment) as terminal:
            terminal.shows(glyphs)
            terminal.shows("all alive . all agree", line=0)
            has_colors = "LC_ALL" in environment
            assert bool(terminal.screen.colors) == has_colors, (environment, terminal.screen.colors)
            assert glyphs[0] != "@" or terminal.sent.isascii(), "not all is ASCII"
            terminal.type("q")
            terminal.ends(0)


def test_unfit_terminals():
    for name, problem in (("", "TERM is not set"), ("nonesuch", '"nonesuch" is not known here'),
                          ("dumb", '"dumb" cannot show a screen')):
        with watch(environment={"TERM": name}) as terminal:
            terminal.ends(2)
            assert terminal.sent.count(b"\n") == 1, terminal.sent
            assert problem in terminal.sent.decode(), terminal.sent


def test_its_node_may_die_and_return():
    with watch("n2") as terminal:
        terminal.shows("as n2 sees it", line=0)
        os.kill(pid_of("n2"), signal.SIGKILL)
        terminal.shows("as n2 saw it last +n2 does not answer, for", line=0)
        terminal.shows(" gone +n2  this node does not answer")
        terminal.shows("● n5")
        cluster("restart", "n2")
        terminal.shows("as n2 sees it +all alive · all agree", line=0)
        terminal.shows(" back +n2  this node answers")
        terminal.type("q")
        terminal.ends(0)


def test_the_cluster_has_a_screen():
    with Terminal([CLUSTER, "watch", "n4"]) as terminal:
        terminal.shows("as n4 sees it", line=0)
        terminal.type("\x03")
        terminal.ends(0)


def main():
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            began = time.monotonic()
            test()
            what = name.removeprefix("test_").replace("_", " ")
            print(f"{what}: {time.monotonic() - began:.2f} s")


if __name__ == "__main__":
    main()
