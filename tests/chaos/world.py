"""The members, what may be done to them, and the tasks that do it.

A task is a generator: it acts, and yields while it has to wait. So all tasks share one thread, and
what one of them does is one piece of text.
"""

import json
import random
import signal
import subprocess
import time

import cluster
from ledger import Ledger
from networks import address_of

SEED_COUNT = 3
PORT = 7700


class Member:
    """A name with its node, its number, and the lives that it had."""

    def __init__(self, number, node):
        self.number, self.node, self.name = number, node, node.name
        # A task has it in hand, so that no other one does anything to its process.
        self.is_busy = False
        self.is_stopped = False
        # Whether its process may end now.
        self.may_end = False
        self.started_at = 0.0
        # The process has told that it runs: before that SIGHUP would end it.
        self.is_started = False
        # [life, since, until]
        self.lives = []
        # When it was told to leave, by life.
        self.left = {}

    def begin_life(self, life, at):
        self.end_life(at)
        self.lives.append([life, at, float("inf")])

    def end_life(self, at):
        if self.lives:
            self.lives[-1][2] = min(at, self.lives[-1][2])

    def life(self):
        return self.lives[-1][0] if self.lives else None

    def life_at(self, at):
        for life, since, until in reversed(self.lives):
            if since <= at < until:
                return life
        return None

    def signal(self, number):
        self.node.process.signal(number)
        if number in (signal.SIGSTOP, signal.SIGCONT):
            self.is_stopped = number == signal.SIGSTOP

    def kill(self):
        self.may_end = True
        self.is_started = False
        # Others know of it before this program knows that it is over.
        self.end_life(time.monotonic())
        self.signal(signal.SIGKILL)
        self.node.process.popen.wait()
        self.is_stopped = False


class World:
    def __init__(self, running, networks, options):
        self.running, self.networks = running, networks
        self.fail_after = cluster.FAIL_AFTER[options.profile]
        self.forget_after = options.forget_after
        self.chance = random.Random(options.seed)
        self.ledger = Ledger()
        self.tasks = []
        # All faults are to end soon.
        self.is_calming = False
        for number in range(1, options.size + 1):
            running.add(1, f"tcp://{address_of(number)}:{PORT}", networks.prefix(number))
        self.members = [Member(n, node) for n, node in enumerate(running.nodes, 1)]
        self.by_name = {member.name: member for member in self.members}
        # Nobody ends these: what a process costs after an hour is seen by them.
        self.lasting = self.members[:options.lasting]
        self.judge = None
        self.operator = None

    def free(self, is_lasting_allowed=False):
        """The running members that no task has in hand, in a fixed order."""
        spared = () if is_lasting_allowed else self.lasting
        return [m for m in self.members if not m.is_busy and m not in spared
                and m.node.is_running()]

    # --- tasks -----------------------------------------------------------------------------

    def add_task(self, task):
        self.tasks.append(task)

    def step_tasks(self):
        for task in list(self.tasks):
            try:
                next(task)
            except StopIteration:
                self.tasks.remove(task)

    def wait(self, seconds):
        """Waits so long, or until all is to be calm."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self.is_calming:
            yield

    def wait_until(self, until):
        while time.monotonic() < until:
            yield

    # --- what tasks do ---------------------------------------------------------------------

    def start(self, member):
        """Starts a process for the member, and waits until it runs."""
        with self.ledger.spell("start", touched=frozenset([member.name]), about=member.name):
            if member.node.process:
                self.judge.read_events(member)
                self.judge.process_ends(member.name, time.monotonic())
            member.may_end, member.is_started = False, False
            member.started_at = time.monotonic()
            member.node.start()
            path = self.running.directory / f"{member.name}.json"
            deadline = time.monotonic() + cluster.STARTUP_PATIENCE
            while not self._runs(member, path):
                if not member.node.is_running() or time.monotonic() > deadline:
                    self.judge.did_not_start(member)
                    return
                yield
            member.is_started = True
            self.judge.held["ended"] += 1
            self.operator.tell_started(member)

    @staticmethod
    def _runs(member, path):
        try:
            content = json.loads(path.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return False
        if content["pid"] != member.node.process.pid:
            return False
        member.node.life = content["life"]
        member.begin_life(content["life"], member.started_at)
        return True

    def command(self, *words):
        """Runs a command of hearsay for people, which must succeed."""
        done = subprocess.run([self.running.program, *words], capture_output=True, text=True,
                              env=self.running.environment)
        if done.returncode != 0:
            raise cluster.Trouble(f"'hearsay {' '.join(words)}' failed: {done.stderr.strip()}")
