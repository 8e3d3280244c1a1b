"""Clusters of real nodes on this machine, for the programs beside this file.

A `Cluster` starts `hearsay node` processes in a run directory of its own, each with its events in
one file and its log in another, and ends them and removes everything when its `with` is left. What
is measured comes from outside the nodes: the times of events, which are those of the clock of
`time.monotonic`, the files under /proc, and the status sockets.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

try:
    import zmq
except ImportError:
    sys.exit("This needs ZeroMQ for Python: apt-get install python3-zmq")

from network import Trouble

CHECKOUT = Path(__file__).resolve().parent.parent.parent
ROUND = {"local": 0.2, "lan": 1.0, "wan": 2.0}
FAIL_AFTER = {"local": 1.0, "lan": 4.0, "wan": 12.0}
STARTUP_PATIENCE = 20.0
ALIVE = {"joined", "recovered", "restarted"}
GONE = {"failed", "left", "forgotten"}


def program_path(given):
    """The program to run: the one that is named, else the one built last."""
    if given := given or os.environ.get("HEARSAY_PROGRAM"):
        if not os.access(given, os.X_OK):
            raise Trouble(f"there is no program {given}")
        return str(Path(given).resolve())
    built = [CHECKOUT / "build" / preset / "node/hearsay" for preset in ("cluster", "release")]
    built = [path for path in built if path.exists()]
    if not built:
        raise Trouble("nothing is built: 'cmake --preset release && cmake --build --preset release "
                      "--target hearsay' does it; or name a program with --program")
    return str(max(built, key=lambda path: path.stat().st_mtime))


class Process:
    """A running node as the kernel sees it."""

    def __init__(self, popen):
        self.popen = popen
        self.pid = popen.pid

    def is_running(self):
        return self.popen.poll() is None

    def signal(self, number):
        if self.is_running():
            os.kill(self.pid, number)

    def cpu_seconds(self):
        # The clock of all threads of another process, in nanoseconds; see clock_getcpuclockid.
        return time.clock_gettime_ns((~self.pid << 3) | 2) / 1e9

    def _sum_of_lines(self, path, key):
        text = Path(f"/proc/{self.pid}/{path}").read_text()
        return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith(key))

    def pss_kib(self):
        return self._sum_of_lines("smaps_rollup", "Pss:")

    def anonymous_kib(self):
        return self._sum_of_lines("status", "RssAnon:")

    def threads(self):
        return os.listdir(f"/proc/{self.pid}/task")

    def wakeups(self):
        key = "voluntary_ctxt_switches:"
        return sum(self._sum_of_lines(f"task/{thread}/status", key) for thread in self.threads())

    def descriptor_count(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def _socket_inodes(self):
        for entry in os.listdir(f"/proc/{self.pid}/fd"):
            with contextlib.suppress(FileNotFoundError):
                target = os.readlink(f"/proc/{self.pid}/fd/{entry}")
                if target.startswith("socket:["):
                    yield target[8:-1]

    def socket_count(self):
        return len(list(self._socket_inodes()))

    def connection_count(self, established):
        return sum(inode in established for inode in self._socket_inodes())


class Node:
    """A member: one name at one endpoint, with one process after the other."""

    def __init__(self, cluster, name, bind, prefix=()):
        self.cluster = cluster
        self.name = name
        self.endpoint = bind
        self.prefix = list(prefix)
        self.options = []
        self.status = f"ipc://{cluster.directory}/{name}.status"
        self.process = None
        self.started_at = None
        self.life = None
        self.start_count = 0
        self.events = []
        self._unread, self._partial = None, b""

    def start(self):
        """Starts a process. Its events are read afresh; those of an earlier one are gone."""
        self.start_count += 1
        self.events = []
        stem = self.cluster.directory / f"{self.name}.{self.start_count}"
        # What is left over when this program is killed is killed as well.
        command = ["setpriv", "--pdeathsig", "KILL", "--", *self.prefix, self.cluster.program,
                   "node", "--name", self.name, "--bind", self.endpoint, "--events", "json",
                   *self.cluster.options, *self.options]
        if self._unread:
            self._unread.close()
        with open(f"{stem}.events", "wb") as events, open(f"{stem}.log", "wb") as log:
            self.started_at = time.monotonic()
            popen = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=events,
                                     stderr=log, env=self.cluster.environment,
                                     start_new_session=True)
        self.process = Process(popen)
        self._unread, self._partial = open(f"{stem}.events", "rb"), b""

    def is_running(self):
        return self.process is not None and self.process.is_running()

    def await_run_file(self):
        """Waits until the process knows its endpoint, and takes note of it."""
        path = self.cluster.directory / f"{self.name}.json"
        deadline = time.monotonic() + STARTUP_PATIENCE
        while time.monotonic() < deadline and self.is_running():
            with contextlib.suppress(FileNotFoundError, json.JSONDecodeError):
                content = json.loads(path.read_text())
                if content["pid"] == self.process.pid:
                    self.endpoint, self.life = content["endpoint"], content["life"]
                    return
            time.sleep(0.002)
        raise Trouble(f"{self.name} did not start: {self.last_words()}")

    def log(self):
        path = self.cluster.directory / f"{self.name}.{self.start_count}.log"
        return path.read_text(errors="replace")

    def last_words(self):
        lines = self.log().strip().splitlines()
        return lines[-1] if lines else "it said nothing"

    def new_events(self):
        """What it has told since the last call; every event gets its time `t` and its teller."""
        found = []
        *lines, self._partial = (self._partial + self._unread.read()).split(b"\n")
        for line in lines:
            event = json.loads(line)
            event["t"] = event["mono_ns"] / 1e9
            event["teller"] = self.name
            found.append(event)
        self.events += found
        return found

    def saw_alive_at(self, count, since=0.0):
        """When its own events made so many members alive, itself included; None if never."""
        alive = {self.name}
        for event in self.events:
            if event["event"] in ALIVE:
                alive.add(event["member"])
            elif event["event"] in GONE:
                alive.discard(event["member"])
            if len(alive) == count and event["t"] >= since:
                return event["t"]
        return None

    def first_event(self, kind, member, since=0.0):
        for event in self.events:
            if (event["event"], event["member"]) == (kind, member) and event["t"] >= since:
                return event
        return None


class Cluster:
    """Nodes n1, n2, ... in a temporary run directory. Nothing of it outlives the `with`."""

    def __init__(self, program, profile, options=()):
        self.program = program
        self.profile = profile
        self.round = ROUND[profile]
        self.nodes = []
        self.context = zmq.Context()
        self.environment = plain_environment()
        self.directory = Path(tempfile.mkdtemp(prefix="hearsay-bench-"))
        # Removes the directory when its input ends: with this program, however that comes about.
        self._sweeper = subprocess.Popen(
            ["sh", "-c", 'cat >/dev/null; rm -rf -- "$0"', self.directory],
            stdin=subprocess.PIPE, start_new_session=True)
        self.options = ["--cluster", self.directory.name, "--profile", profile,
                        "--run-dir", str(self.directory), *options]

    def make_key_files(self, size):
        """Keys for the nodes n1 to n<size>, in a folder that is returned."""
        keys = self.directory / "keys"
        names = [f"n{i}" for i in range(1, size + 1)]
        for command in (["keygen", "--cluster", self.directory.name], ["certify", *names]):
            subprocess.run([self.program, *command, "--keys", keys], check=True,
                           stdout=subprocess.DEVNULL, env=self.environment)
        return keys

    def make_keys(self, size):
        """The same, and all nodes are to be started with them."""
        self.options += ["--keys", str(self.make_key_files(size))]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with unbroken():
            for node in self.nodes:
                if node.process:
                    node.process.signal(signal.SIGKILL)
            for node in self.nodes:
                if node.process:
                    node.process.popen.wait()
            self.context.destroy(linger=0)
            self._sweeper.communicate()

    def add(self, count, bind="tcp://127.0.0.1:0", prefix=()):
        """Adds nodes, still without a process."""
        for _ in range(count):
            self.nodes.append(Node(self, f"n{len(self.nodes) + 1}", bind, prefix))

    def start(self, seed_count=1):
        """Starts all nodes at once; the first ones are the seeds of all."""
        for node in self.nodes[:seed_count]:
            node.endpoint = free_endpoint(node.endpoint)
            self.options += ["--join", node.endpoint]
        for node in self.nodes:
            node.start()
        for node in self.nodes:
            node.await_run_file()

    def running(self):
        return [node for node in self.nodes if node.is_running()]

    def others(self, *excluded):
        return [node for node in self.running() if node not in excluded]

    def read_events(self):
        for node in self.nodes:
            node.new_events()

    def await_events(self, holds, patience):
        """Reads events until `holds()`; returns whether it came to that."""
        deadline = time.monotonic() + patience
        while True:
            self.read_events()
            if holds():
                return True
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)

    def ask(self, nodes, request, patience=5.0):
        """Asks all these nodes at once; their answers by name, without those that are silent."""
        sockets, answers = {}, {}
        poller = zmq.Poller()
        for node in nodes:
            request_socket = self.context.socket(zmq.REQ)
            request_socket.linger = 0
            request_socket.connect(node.status)
            request_socket.send_string(json.dumps(request))
            poller.register(request_socket, zmq.POLLIN)
            sockets[request_socket] = node.name
        deadline = time.monotonic() + patience
        while sockets and (left := deadline - time.monotonic()) > 0:
            for request_socket, _ in poller.poll(left * 1000):
                answers[sockets.pop(request_socket)] = json.loads(request_socket.recv())
                poller.unregister(request_socket)
                request_socket.close()
        for request_socket in sockets:
            request_socket.close()
        return answers

    def agrees_on(self, count, patience):
        """Waits until every running node sees so many alive and its peers agree."""
        nodes = self.running()
        request = {"op": "wait", "alive": count, "agree": True,
                   "timeout_ms": int(patience * 1000)}
        answers = self.ask(nodes, request, patience + 2)
        return len(answers) == len(nodes) and all(a.get("holds") for a in answers.values())

    def require_agreement(self, patience=STARTUP_PATIENCE):
        count = len(self.running())
        if not self.agrees_on(count, patience):
            raise Trouble(f"after {patience:.0f} s the nodes do not agree that {count} are alive")

    def view_count(self, count):
        """How many different views there are; a node that does not see `count` alive counts too."""
        answers = self.ask(self.running(), {"op": "status"})
        views = {answer["digest"] for answer in answers.values()}
        is_complete = len(answers) == len(self.running())
        sizes = {answer["roster_size"] for answer in answers.values()}
        return len(views) if is_complete and sizes == {count} else len(views) + 1


def plain_environment():
    """Without what would change the options of a node."""
    return {key: value for key, value in os.environ.items() if not key.startswith("HEARSAY_")}


def free_endpoint(endpoint):
    """The same endpoint with a port that is free now, so that all can be told beforehand."""
    host = endpoint.removeprefix("tcp://").rsplit(":", 1)[0]
    with socket.socket() as probe:
        probe.bind((host, 0))
        return f"tcp://{host}:{probe.getsockname()[1]}"


@contextlib.contextmanager
def unbroken():
    """No signal interrupts what is inside."""
    numbers = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

