"""A small cluster of real nodes under attack, and what must hold whatever is done to it.

All is judged from outside: processes, their memory and descriptors under /proc, status sockets,
the events that each node prints, and its log.
"""

import contextlib
import os
import re
import signal
import subprocess
import threading
import time

import cluster

import person
import speaker
import wire

# Those of the profile local itself; where lives are invented all takes ten times fail_after.
SHORT_TIMES = ["--suspect-after", "600ms", "--fail-after", "1s"]
# Rounds of the profile local, and patience enough that a busy machine is taken for no death.
TIMES = ["--suspect-after", "2s", "--fail-after", "4s"]
FAIL_AFTER = 4.0
SIZE = 5
FORMER_MEMBERS = 16
# Connections that never finish a handshake, or never speak, are ended by then.
DESCRIPTORS_PATIENCE = 12.0
DESCRIPTORS_SLACK = 12
HEALING_PATIENCE = 30.0
SAMPLE_INTERVAL = 0.05
HARM = {"failed", "left", "forgotten", "restarted", "renewed"}
REFUSAL = re.compile(r" warning .*(refused|misshapen|foreign|malformed|answers? )")


class Skipped(Exception):
    """A row cannot be run here, in one sentence."""


class Missed(Exception):
    """An attack has an effect that it must not have, in one sentence."""


def make_keys(running):
    """Keys for all nodes, and for former members, whose keys are revoked."""
    running.make_keys(SIZE)
    folder = running.directory / "keys"
    former = [f"former{i}" for i in range(1, FORMER_MEMBERS + 1)]
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "env": running.environment}
    subprocess.run([running.program, "certify", "--keys", folder, *former], **quiet)
    for name in former:
        subprocess.run([running.program, "revoke", "--keys", folder, name], **quiet)
    return person.Folder(folder), former


def deaf_srand(directory):
    """A library that keeps a process from seeding rand(): what chance draws is known then."""
    path = directory / "deaf_srand.so"
    source = b"void srand(unsigned seed) { (void)seed; }"
    try:
        subprocess.run(["cc", "-shared", "-fPIC", "-x", "c", "-", "-o", path], input=source,
                       check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        raise Skipped("it needs a C compiler, cc") from None
    return path


class Memory(threading.Thread):
    """Watches how much each node has written to, and keeps the greatest growth."""

    def __init__(self, nodes):
        super().__init__(daemon=True)
        self._nodes = nodes
        self._before = {node.name: node.process.anonymous_kib() for node in nodes}
        self._is_over = threading.Event()
        self.growth_kib = 0

    def run(self):
        while not self._is_over.wait(SAMPLE_INTERVAL):
            self.look()

    def look(self):
        for node in self._nodes:
            with contextlib.suppress(OSError, IndexError):
                growth = node.process.anonymous_kib() - self._before[node.name]
                self.growth_kib = max(self.growth_kib, growth)

    def stop(self):
        self._is_over.set()
        self.join()
        self.look()
        return self.growth_kib / 1024


def number_at(status, path):
    for word in path.split("."):
        status = status[word]
    return status


def descriptors(node):
    try:
        return len(os.listdir(f"/proc/{node.process.pid}/fd"))
    except FileNotFoundError:
        return 0


def ending_of(node):
    code = node.process.popen.returncode
    return f"signal {-code}" if code < 0 else f"exit status {code}"


class Field:
    """Five nodes, plain or with keys, and those who attack them."""

    def __init__(self, program, mode, options=(), prefix=(), is_seeded=(True,), times=TIMES):
        self.mode = mode
        self.running = cluster.Cluster(program, "local", [*times, *options])
        # Where handlers write to: it goes with the cluster.
        self.running.environment["ATTACKED"] = str(self.running.directory)
        if not all(is_seeded):
            self.running.environment["LD_PRELOAD"] = str(deaf_srand(self.running.directory))
        self.prefix = prefix
        self.former, self._sources, self._killed = [], 0, 0
        self.source = None

    def __enter__(self):
        try:
            if self.mode == "keys":
                self.folder, self.former = make_keys(self.running)
            self.running.add(SIZE, prefix=self.prefix)
            self.running.start(seed_count=2)
            self.running.require_agreement()
        except BaseException:
            self.running.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.running.__exit__()

    @property
    def nodes(self):
        return self.running.nodes

    @property
    def name(self):
        return self.running.directory.name

    # --- who attacks ------------------------------------------------------------------------

    def next_source(self):
        """An address of this machine that nothing was sent from."""
        self._sources += 1
        self.source = f"127.{1 + self._sources // 250 % 250}.7.{1 + self._sources % 250}"
        return self.source

    def insider(self, **options):
        """A member with a good certificate that is no node of ours."""
        self._sources += 1
        return self.folder.issue(options.pop("name", f"mallory{self._sources}"), **options)

    def person_of(self, who):
        if who == "insider":
            return self.insider()
        if who == "former":
            return self.folder.person(self.former.pop())
        return None

    def address(self, node):
        return "127.0.0.1", int(node.endpoint.rsplit(":", 1)[1])

    def connect(self, who, node, someone=None, **options):
        """A connection as far as that attacker gets by the rules; one with a certificate greets."""
        options.setdefault("source", self.source)
        if self.mode == "plain" or who == "stranger":
            options.setdefault("is_patient", self.mode == "plain")
            return speaker.Plain(self.address(node), **options)
        someone = someone or self.person_of(who)
        own = someone.key.curve if someone else speaker.sodium.CurvePair()
        connection = speaker.Curve(self.address(node), self.folder.link.public, own, **options)
        if someone:
            connection.send(someone.greeting(self.name))
        return connection

    def life(self, someone=None, endpoint="tcp://127.0.0.1:9", size=1024):
        """A life of an insider; it becomes a member by its hello."""
        return person.Life(someone or self.insider(), self.name, endpoint, size)

    def message(self, sender=None, **parts):
        """A message without proofs, of that sender or of a new life."""
        return wire.message(self.name, sender or wire.draw_life(), **parts)

    # --- what is seen from outside ----------------------------------------------------------

    def statuses(self):
        answers = self.running.ask(self.running.running(), {"op": "status"})
        silent = [n.name for n in self.running.running() if n.name not in answers]
        if silent:
            raise Missed(f"{', '.join(silent)} did not answer within 5 s")
        return answers

    def members(self, node=None):
        """How one node lists our own nodes: by name."""
        node = node or self.nodes[0]
        answers = self.running.ask([node], {"op": "members"})
        ours = {n.name for n in self.nodes}
        return {m["name"]: m for m in answers[node.name]["members"] if m["name"] in ours}

    def counted(self, statuses, paths):
        """By how much these counters grew; those of a process that is new began at zero."""
        grown = 0
        for name, status in statuses.items():
            before = self.statuses_before[name]
            is_same = status["pid"] == before["pid"]
            for path in paths:
                grown += number_at(status, path) - (number_at(before, path) if is_same else 0)
        return grown

    def refusals_logged(self):
        return {n.name: len(REFUSAL.findall(n.log())) for n in self.running.running()}

    # --- what must hold -----------------------------------------------------------------------

    def begin(self):
        self.running.read_events()
        self.began = time.monotonic()
        self.statuses_before = self.statuses()
        self.descriptors_before = {n.name: descriptors(n) for n in self.nodes}
        self.refusals_before = self.refusals_logged()
        self.memory = Memory(self.nodes)
        self.memory.start()

    def ended(self):
        return [f"{n.name} ended ({ending_of(n)})" for n in self.nodes if not n.is_running()]

    def harm(self):
        """Verdicts about our own nodes since the attack began."""
        self.running.read_events()
        ours = {node.name for node in self.nodes}
        told = [f"{event['teller']}: {event['event']} {event['member']}"
                for node in self.nodes for event in node.events
                if event["t"] >= self.began and event["event"] in HARM and event["member"] in ours]
        return told

    def descriptors_left(self):
        """Descriptors beyond those of before, once those of the attack had time to go."""
        deadline = time.monotonic() + DESCRIPTORS_PATIENCE
        while True:
            left = max(descriptors(n) - self.descriptors_before[n.name] for n in self.nodes)
            if left <= DESCRIPTORS_SLACK or time.monotonic() > deadline:
                return left
            time.sleep(0.1)

    def heals(self, patience=HEALING_PATIENCE):
        return self.running.agrees_on(SIZE, patience)

    def kill_one(self):
        """Kills a member; after how many seconds all others know, or None."""
        self._killed += 1
        victim = self.nodes[1 + self._killed % (SIZE - 1)]
        return self.known_death(victim, lambda: victim.process.signal(signal.SIGKILL))

    def known_death(self, victim, kill):
        others = self.running.others(victim)
        at = time.monotonic()
        kill()
        victim.process.popen.wait()

        def told():
            return [node.first_event("failed", victim.name, at) for node in others]

        if not self.running.await_events(lambda: all(told()), 2 * FAIL_AFTER):
            return None
        return max(event["t"] for event in told()) - at

    def mend(self):
        """Starts those that were killed, and waits until all agree."""
        for node in self.nodes:
            if not node.is_running():
                node.start()
                node.await_run_file()
        return self.heals()
