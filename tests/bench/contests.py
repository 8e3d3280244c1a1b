"""What `versus_serf` does to a fleet of either system, and what comes out of it.

Each function here takes a running `rivals.Fleet` that is complete, or one that is not started where
it says so, and returns a dictionary of figures. A verdict is *false* if the agent it is about ran
and could be reached. Whom a seed chooses is the same for every system.
"""

import contextlib
import math
import os
import random
import signal
import statistics
import time
from pathlib import Path

import cluster
import network
from network import Trouble

# From so many values on there is a 99th percentile.
HUNDRED = 100
# For what was decided before to be told, and for a suspicion of either system to be over.
AFTERMATH = 15
PSS_SAMPLES = 6


def quantile(values, share):
    """The least value that so great a share does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def delays(values):
    """Median and the slow end of delays in seconds."""
    found = {"median": statistics.median(values)}
    if len(values) >= HUNDRED:
        found["p99"] = quantile(values, 0.99)
    return found | {"greatest": max(values)}


def start(fleet):
    """Starts it; seconds from the first start after the seed's until all saw all."""
    began = fleet.start()
    at = fleet.complete_at(len(fleet.agents))
    if at is None:
        raise Trouble(f"{fleet.system}: the agents do not come to see each other")
    return at - began


def steady(fleet, settle, window):
    """What one agent costs that has nothing to tell."""
    def totals():
        return [sum(agent.process.cpu_seconds() for agent in fleet.agents),
                *network.sent_over_loopback(), time.monotonic()]

    time.sleep(settle)
    fleet.require_complete()
    before = totals()
    pss = []
    for _ in range(PSS_SAMPLES):
        time.sleep(window / PSS_SAMPLES)
        pss += [agent.process.pss_kib() for agent in fleet.agents]
    cpu, wire, packets, span = (b - a for a, b in zip(before, totals()))
    fleet.require_complete()
    share = span * len(fleet.agents)
    processes = [agent.process for agent in fleet.agents]
    return {"CPU %": 100 * cpu / share, "PSS KiB": statistics.mean(pss),
            "wire B/s": wire / share, "packets/s": packets / share,
            "sockets": statistics.mean(p.socket_count() for p in processes),
            "threads": statistics.mean(len(p.threads()) for p in processes),
            "verdicts told": len(fleet.tellings("failed", before[-1]))}


def tellings_of(fleet, victims, kind, since, patience):
    """After how many seconds each survivor told of each victim; infinite if it did not."""
    names = [victim.name for victim in victims]
    fleet.await_all(lambda agent: all(agent.first(kind, name, since) for name in names), patience,
                    without=victims)
    found = [agent.first(kind, name, since) for agent in fleet.running(*victims) for name in names]
    return [math.inf if at is None else at - since for at in found]


def untold(told):
    return sum(delay == math.inf for delay in told)


def false_verdicts(fleet, since, excused=()):
    """How many verdicts were told of agents that were not excused, and about how many."""
    fleet.require_running(excused)
    names = {agent.name for agent in excused}
    told = [each.member for each in fleet.tellings("failed", since) if each.member not in names]
    return {"verdicts": len(told), "victims": len(set(told))}


def detect(fleet, times, seed, silence, recover, among=None, patience=60.0):
    """Makes one agent after the other fall silent; `recover` undoes it. No moment is left out in
    which somebody might tell of another one."""
    chance = random.Random(seed)
    first, last, missing, false = [], [], 0, 0
    since = time.monotonic()
    for number in range(times):
        victim = chance.choice(among or fleet.agents)
        time.sleep(chance.uniform(2, 3))
        false += false_verdicts(fleet, since)["verdicts"]
        began = time.monotonic()
        silence(victim)
        told = tellings_of(fleet, [victim], "failed", began, patience)
        missing += untold(told)
        first.append(min(told))
        last.append(max(told))
        recover(victim)
        fleet.require_complete()
        since = time.monotonic()
        false += false_verdicts(fleet, began, excused=[victim])["verdicts"]
    time.sleep(AFTERMATH)
    false += false_verdicts(fleet, since)["verdicts"]
    return {"first": delays(first), "last": delays(last), "untold": missing, "false": false}


def start_again(fleet, victim):
    """As a new life: one that failed again and again is believed later and later."""
    victim.process.signal(signal.SIGKILL)
    victim.process.popen.wait()
    fleet.launch(victim)


def kill(fleet, times, seed):
    return detect(fleet, times, seed, lambda victim: victim.process.signal(signal.SIGKILL),
                  lambda victim: start_again(fleet, victim))


def stop(fleet, times, seed):
    return detect(fleet, times, seed, lambda victim: victim.process.signal(signal.SIGSTOP),
                  lambda victim: start_again(fleet, victim))


def drop(fleet, times, seed, cable):
    """The second agent lies behind the cable."""
    def recover(victim):
        cable.mend()
        start_again(fleet, victim)

    return detect(fleet, times, seed, lambda _: cable.cut(), recover, among=fleet.agents[1:2])


def kill_many(fleet, count, seed):
    """So many at once; when the last survivor knew of all."""
    victims = random.Random(seed).sample(fleet.agents, count)
    began = time.monotonic()
    for victim in victims:
        victim.process.signal(signal.SIGKILL)
    told = tellings_of(fleet, victims, "failed", began, 90)
    time.sleep(AFTERMATH)
    return {"last": max(told), "untold": untold(told),
            "false": false_verdicts(fleet, began, excused=victims)["verdicts"]}


def leave(fleet, times, seed):
    """How often anybody was told as a failure, though nobody failed."""
    chance = random.Random(seed)
    last, failed, missing = [], 0, 0
    since = time.monotonic()
    for _ in range(times):
        victim = chance.choice(fleet.agents)
        began = time.monotonic()
        victim.process.signal(fleet.leave_signal)
        told = tellings_of(fleet, [victim], "left", began, 20)
        missing += untold(told)
        last.append(max(told))
        victim.process.popen.wait(30)
        time.sleep(1)
        # What the victim has told is forgotten when it starts again.
        failed += len(fleet.tellings("failed", since))
        since = time.monotonic()
        fleet.launch(victim)
        fleet.require_complete()
    time.sleep(AFTERMATH)
    failed += len(fleet.tellings("failed", since))
    return {"last": delays(last), "failed": failed, "untold": missing}


def pause(fleet, seconds, times, seed):
    """Stops agents for a while, one after the other, until one is convicted: how many verdicts."""
    chance = random.Random(seed)
    for _ in range(times):
        victim = chance.choice(fleet.agents)
        began = time.monotonic()
        victim.process.signal(signal.SIGSTOP)
        time.sleep(seconds)
        victim.process.signal(signal.SIGCONT)
        time.sleep(max(3.0, seconds / 2))
        verdicts = false_verdicts(fleet, began)["verdicts"]
        fleet.require_complete()
        if verdicts:
            return verdicts
    return 0


def tolerance(fleet, steps, times, seed):
    """The longest pause of these that convicts nobody; half of the others are looked at."""
    low, high = -1, len(steps)
    while high - low > 1:
        middle = (low + high) // 2
        if pause(fleet, steps[middle], times, seed):
            high = middle
        else:
            low = middle
    if high == len(steps):
        raise Trouble(f"{fleet.system} bears a pause of {steps[-1]:g} s: longer ones must be tried")
    return 0.0 if low < 0 else steps[low]


@contextlib.contextmanager
def lossy(probability):
    """Loopback loses packets, as they arrive."""
    rule = ["INPUT", "-i", "lo", "-m", "statistic", "--mode", "random",
            "--probability", str(probability), "-j", "DROP"]
    network.run("iptables", "-A", *rule)
    try:
        yield
    finally:
        network.run("iptables", "-D", *rule)


def loss(fleet, probability, window):
    began = time.monotonic()
    with lossy(probability):
        time.sleep(window)
    time.sleep(AFTERMATH)
    return false_verdicts(fleet, began)


class Cgroup:
    """Processes that share a bounded part of one processor; they end with it."""

    _period_us = 100000

    def __init__(self):
        root = Path("/sys/fs/cgroup")
        self._is_old = (root / "cpu").is_dir()
        self._path = (root / "cpu" if self._is_old else root) / f"hearsay-bench-{time.time_ns()}"
        self.processes = str(self._path / "cgroup.procs")

    def __enter__(self):
        try:
            if not self._is_old:
                (self._path.parent / "cgroup.subtree_control").write_text("+cpu")
            self._path.mkdir()
        except OSError as error:
            raise Trouble(f"a cgroup is needed and cannot be made: {error}") from None
        return self

    def __exit__(self, *_):
        with cluster.unbroken():
            # A process that was killed leaves it a moment later.
            for _ in range(100):
                for pid in Path(self.processes).read_text().split():
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(int(pid), signal.SIGKILL)
                with contextlib.suppress(OSError):
                    self._path.rmdir()
                    return
                time.sleep(0.05)
        raise Trouble(f"{self._path} cannot be removed")

    def limit(self, percent):
        quota = str(int(percent / 100 * self._period_us))
        if self._is_old:
            (self._path / "cpu.cfs_period_us").write_text(str(self._period_us))
            (self._path / "cpu.cfs_quota_us").write_text(quota)
        else:
            (self._path / "cpu.max").write_text(f"{quota} {self._period_us}")


def starve(fleet, cgroup, percent, window):
    began = time.monotonic()
    cgroup.limit(percent)
    time.sleep(window)
    cgroup.limit(1000)
    time.sleep(AFTERMATH)
    return false_verdicts(fleet, began)


def cycle(fleet, count, stopped, running, window, seed):
    """Lifeguard's experiment: `count` agents stop and run again and again, all at once."""
    victims = random.Random(seed).sample(fleet.agents, count)
    began = time.monotonic()
    try:
        while time.monotonic() - began < window:
            for victim in victims:
                victim.process.signal(signal.SIGSTOP)
            time.sleep(stopped)
            for victim in victims:
                victim.process.signal(signal.SIGCONT)
            time.sleep(running)
    finally:
        for victim in victims:
            victim.process.signal(signal.SIGCONT)
    time.sleep(AFTERMATH)
    return false_verdicts(fleet, began, excused=victims)


def split(fleet, cable):
    """Cut in halves: until both sides hold all of the other for failed; and from the mending until
    all see all."""
    size = len(fleet.agents)
    halves = fleet.agents[:size // 2], fleet.agents[size // 2:]
    began = time.monotonic()
    cable.cut()
    try:
        is_done = fleet.await_all(
            lambda _: all(len(each.alive) == len(half) for half in halves for each in half), 120)
        failed = max(agent.counts[-1][0] for agent in fleet.agents) - began
    finally:
        cable.mend()
    mended = time.monotonic()
    at = fleet.complete_at(size)
    time.sleep(AFTERMATH)
    false = sum(told.member in {each.name for each in half} for half in halves for agent in half
                for told in agent.told if told.kind == "failed" and told.at >= began)
    return {"failed": failed if is_done else math.inf,
            "healed": math.inf if at is None else at - mended, "false": false}
