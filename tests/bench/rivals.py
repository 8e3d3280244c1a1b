"""Fleets of agents of several systems that do one job, for `versus_serf`.

A `Fleet` starts agents as processes of this machine and reads what they say on their standard
output, which is all that an outside observer of any of them has. A time is the moment when a line
arrived here, on the clock of `time.monotonic`, and means the same for every system.
"""

import collections
import contextlib
import json
import os
import re
import selectors
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import cluster
import report
from network import Trouble

FIRST_PORT, FIRST_RPC_PORT = 20000, 30000
PATIENCE = 120.0
READER_NICENESS = -10

Telling = collections.namedtuple("Telling", "at kind member")


def install(program, package):
    """Debian's package, unless that program is there."""
    if shutil.which(program):
        return
    report.say(f"installing {package}")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    # The lists of a new machine may be empty.
    command = 'apt-get install -y "$0" || { apt-get update && apt-get install -y "$0"; }'
    with cluster.unbroken():
        done = subprocess.run(["sh", "-c", command, package], env=environment,
                              capture_output=True, text=True)
    if done.returncode != 0:
        raise Trouble(f"{package} cannot be installed: {done.stderr.strip()}")
    if shutil.which("systemctl"):
        # Debian starts a server of its own.
        subprocess.run(["systemctl", "disable", "--now", package], capture_output=True)


class Agent:
    """One process of a fleet, and what it said of the others."""

    def __init__(self, number, host, prefix):
        self.number = number
        self.name = f"n{number}"
        self.host = host
        self.port = FIRST_PORT + number
        self.prefix = list(prefix)
        self.process = None
        self.forget()

    @property
    def address(self):
        return f"{self.host}:{self.port}"

    def forget(self):
        self.told = []
        self.alive = {self.name}
        # How many it held for alive, and since when.
        self.counts = [(0.0, 1)]

    def hear(self, telling):
        self.told.append(telling)
        alive = self.alive | {telling.member}
        if telling.kind != "alive":
            alive.discard(telling.member)
        # A reader of the new number finds its time as well.
        if len(alive) != len(self.alive):
            self.counts.append((telling.at, len(alive)))
        self.alive = alive

    def first(self, kind, member, since):
        """When it first said so; None if it has not."""
        found = None
        # From the end: it is asked of many, again and again, while the reader must keep up.
        for told in reversed(self.told):
            if told.at < since:
                break
            if (told.kind, told.member) == (kind, member):
                found = told.at
        return found

    def is_running(self):
        return self.process is not None and self.process.is_running()


class Fleet:
    """Agents n1, n2, ... of one system. Nothing of it outlives the `with`."""

    system = "?"
    leave_signal = signal.SIGTERM

    def __init__(self, size, options=(), place=lambda number: ("127.0.0.1", ()), cgroup=None):
        """`place` gives the address and the command prefix of the agent of a number."""
        self.options = list(options)
        self.cgroup = cgroup
        self.agents = [Agent(number, *place(number)) for number in range(1, size + 1)]
        self.directory = tempfile.mkdtemp(prefix="hearsay-bench-")
        self._selector = selectors.DefaultSelector()
        self._is_over = False
        self._failure = None
        self._reader = threading.Thread(target=self._read_all, daemon=True)

    def __enter__(self):
        # The thread inherits that no signal interrupts it: else Python would handle those that
        # reach it in the main thread, even where that does not want to be interrupted.
        with cluster.unbroken():
            self._reader.start()
        # It must not wait for the one that looks at what it read.
        sys.setswitchinterval(0.0005)
        return self

    def __exit__(self, *_):
        with cluster.unbroken():
            for agent in self.agents:
                if agent.process:
                    agent.process.signal(signal.SIGKILL)
            for agent in self.agents:
                if agent.process:
                    agent.process.popen.wait()
            self._is_over = True
            self._reader.join()
            shutil.rmtree(self.directory, ignore_errors=True)

    # Of one system.
    def command(self, agent):
        raise NotImplementedError

    def understand(self, agent, line):
        """The kind of event and the member that a line tells of; None if it tells of none."""
        raise NotImplementedError

    # Of all.
    def launch(self, agent):
        """Starts a process; what an earlier one said is forgotten."""
        inside = ["sh", "-c", 'echo $$ >"$0" && exec "$@"', self.cgroup] if self.cgroup else []
        agent.forget()
        popen = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "--", *inside, *agent.prefix, *self.command(agent)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            cwd=self.directory, env=cluster.plain_environment(), start_new_session=True)
        os.set_blocking(popen.stdout.fileno(), False)
        agent.process = cluster.Process(popen)
        self._selector.register(popen.stdout, selectors.EVENT_READ, [agent, b""])

    def start(self):
        """The first agent, and when it listens all others at once; returns when that was."""
        self.launch(self.agents[0])
        self._await_port(self.agents[0])
        began = time.monotonic()
        for agent in self.agents[1:]:
            self.launch(agent)
        return began

    def _await_port(self, agent):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and agent.is_running():
            with contextlib.suppress(OSError), socket.create_connection((agent.host, agent.port)):
                return
            time.sleep(0.01)
        command = shlex.join(self.command(agent))
        raise Trouble(f"{self.system}: {agent.name} does not start, try: {command}")

    def _read_all(self):
        try:
            self._read()
        except Exception as failure:  # Whatever it was, the main thread must hear of it.
            self._failure = failure

    def _read(self):
        # Where agents work at the same time a line must not wait for its time. This is the thread's
        # own niceness; the agents have the one of the main thread.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), READER_NICENESS)
        while not self._is_over:
            for key, _ in self._selector.select(0.2):
                now = time.monotonic()
                chunk = key.fileobj.read()
                if chunk is None:
                    continue
                if not chunk:
                    self._selector.unregister(key.fileobj)
                    continue
                agent, partial = key.data
                *lines, key.data[1] = (partial + chunk).split(b"\n")
                for line in lines:
                    self._hear(agent, line.decode(errors="replace"), now)

    def _hear(self, agent, line, now):
        understood = self.understand(agent, line)
        if understood and understood[1] != agent.name:
            agent.hear(Telling(now, *understood))

    def running(self, *excluded):
        return [agent for agent in self.agents if agent.is_running() and agent not in excluded]

    def require_running(self, without=()):
        """An agent that nobody reads, or that has ended, tells of no mistake."""
        if self._failure:
            raise Trouble(f"{self.system}: what it prints cannot be read: {self._failure!r}")
        for agent in self.agents:
            if agent.process and agent not in without and not agent.is_running():
                raise Trouble(f"{self.system}: {agent.name} has ended by itself, status "
                              f"{agent.process.popen.returncode}")

    def await_all(self, holds, patience=PATIENCE, without=()):
        """Whether `holds(agent)` came to be true of every agent but those `without`."""
        deadline = time.monotonic() + patience
        while True:
            # At first as well: with few processors a look takes the agents' time.
            time.sleep(0.02)
            if all(holds(agent) for agent in self.running(*without)):
                return True
            self.require_running(without)
            if time.monotonic() > deadline:
                return False

    def complete_at(self, size, patience=PATIENCE):
        """When the last of all came to hold `size` members for alive; None if it did not."""
        if not self.await_all(lambda agent: len(agent.alive) == size, patience):
            return None
        return max(agent.counts[-1][0] for agent in self.running())

    def require_complete(self):
        size = len(self.agents)
        self.require_running()
        if self.complete_at(size) is None:
            raise Trouble(f"{self.system}: after {PATIENCE:.0f} s not all see {size} alive")

    def tellings(self, kind, since):
        return [telling for agent in self.agents for telling in agent.told
                if telling.kind == kind and telling.at >= since]


class Hearsay(Fleet):
    """Nodes of this project."""

    system = "hearsay"
    program = None
    # True if no other system is measured beside it.
    is_alone = False
    _kinds = {"joined": "alive", "recovered": "alive", "restarted": "alive", "failed": "failed",
              "left": "left"}

    def command(self, agent):
        join = [] if agent.number == 1 else ["--join", f"tcp://{self.agents[0].address}"]
        if agent.number == 1 and len(self.agents) > 1:
            # For when it is started again.
            join = ["--join", f"tcp://{self.agents[1].address}"]
        return [self.program, "node", "--name", agent.name, "--cluster", "versus",
                "--bind", f"tcp://{agent.address}", "--run-dir", self.directory,
                "--events", "json", "--log-level", "off", *join, *self.options]

    def understand(self, agent, line):
        if not line.startswith("{"):
            return None
        event = json.loads(line)
        kind = self._kinds.get(event["event"])
        return (kind, event["member"]) if kind else None


class Serf(Fleet):
    """Agents of HashiCorp's Serf, as Debian packages it."""

    system = "Serf"
    program = "serf"
    leave_signal = signal.SIGINT
    # Forced, if it was held for failed before.
    _event = re.compile(r"serf: EventMember(Join|Failed|Leave)(?: \(forced\))?: (\S+)")
    _kinds = {"Join": "alive", "Failed": "failed", "Leave": "left"}

    def command(self, agent):
        join = [] if agent.number == 1 else [f"-join={self.agents[0].address}"]
        if agent.number == 1:
            # For when it is started again; does not end it when nobody is there yet.
            join = [f"-retry-join={self.agents[-1].address}"]
        return [self.program, "agent", f"-node={agent.name}", f"-bind={agent.address}",
                f"-rpc-addr=127.0.0.1:{FIRST_RPC_PORT + agent.number}", "-log-level=info",
                *join, *self.options]

    def understand(self, agent, line):
        found = self._event.search(line)
        return (self._kinds[found[1]], found[2]) if found else None


class Redis(Fleet):
    """Masters of a Redis Cluster, each with its share of the slots."""

    system = "Redis"
    program = "redis-server"
    _failing = re.compile(r"Marking node ([0-9a-f]{40})[^\n]* as failing|"
                          r"FAIL message received from [0-9a-f]{40}[^\n]* about ([0-9a-f]{40})")
    _back = re.compile(r"Clear FAIL state for node ([0-9a-f]{40})")

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.names = {}

    def command(self, agent):
        return [self.program, "--port", str(agent.port), "--bind", agent.host, "--save", "",
                "--cluster-enabled", "yes", "--cluster-config-file", f"{agent.name}.conf",
                "--cluster-node-timeout", "1000", "--dir", self.directory, *self.options]

    def start(self):
        began = super().start()
        for agent in self.agents:
            self._await_port(agent)
        addresses = [agent.address for agent in self.agents]
        self._ask("--cluster", "create", *addresses, "--cluster-yes")
        for agent in self.agents:
            life = self._ask("-h", agent.host, "-p", str(agent.port), "cluster", "myid").strip()
            self.names[life] = agent.name
        return began

    @staticmethod
    def _ask(*arguments):
        return subprocess.run(["redis-cli", *arguments], check=True, capture_output=True,
                              text=True).stdout

    def complete_at(self, size, patience=PATIENCE):
        """Its log does not tell of joins: by asking."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            # An agent that was just started does not answer yet.
            with contextlib.suppress(subprocess.CalledProcessError):
                lines = [self._ask("-h", agent.host, "-p", str(agent.port), "cluster", "nodes")
                         for agent in self.running()]
                if all(text.count(" connected") == size and "fail" not in text for text in lines):
                    return time.monotonic()
            time.sleep(0.2)
        return None

    def understand(self, agent, line):
        if found := self._failing.search(line):
            return "failed", self.names.get(found[1] or found[2], "?")
        found = self._back.search(line)
        return ("alive", self.names.get(found[1], "?")) if found else None
