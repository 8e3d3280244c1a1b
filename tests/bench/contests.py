"""What `versus_serf` does to a fleet of either system, and what comes out of it.

Each function here takes a running `rivals.Fleet` that is complete, or one that is not started where
it says so, and returns a dictionary of figures. A verdict is *false* if the agent it is about ran
and could be reached.
"""

import contextlib
import signal
import statistics
import time
from pathlib import Path

import network
from network import Trouble


def quantile(values, share):
    """The least value that so great a share does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def delays(values):
    """Median and the slow end of delays in seconds."""
    if not values:
        return {"median": float("inf"), "p99": float("inf")}
    return {"median": statistics.median(values), "p99": quantile(values, 0.99)}


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
    before = totals()
    time.sleep(window)
    cpu, wire, packets, span = (b - a for a, b in zip(before, totals()))
    share = span * len(fleet.agents)
    processes = [agent.process for agent in fleet.agents]
    return {"CPU %": 100 * cpu / share, "PSS KiB": statistics.mean(p.pss_kib() for p in processes),
            "wire B/s": wire / share, "packets/s": packets / share,
            "sockets": statistics.mean(p.socket_count() for p in processes),
            "threads": statistics.mean(len(p.threads()) for p in processes)}


def tellings_of(fleet, victims, kind, since, patience):
    """By victim and survivor, after how many seconds it was told; and how many were not."""
    survivors = fleet.running(*victims)
    names = [victim.name for victim in victims]
    fleet.await_all(lambda agent: all(agent.first(kind, name, since) for name in names), patience,
                    without=victims)
    found = [[agent.first(kind, name, since) for agent in survivors] for name in names]
    return [[at - since for at in told if at] for told in found], sum(
        at is None for told in found for at in told)


def detect(fleet, times, chance, silence, recover, patience=60.0):
    """Makes one agent after the other fall silent; `recover` undoes it."""
    first, last, untold = [], [], 0
    for number in range(times):
        victim = chance.choice(fleet.agents)
        time.sleep(chance.uniform(2, 3))
        began = time.monotonic()
        silence(victim)
        [told], missing = tellings_of(fleet, [victim], "failed", began, patience)
        untold += missing
        if told:
            first.append(min(told))
            last.append(max(told))
        recover(victim)
        fleet.require_complete()
    return {"first": delays(first), "last": delays(last), "untold": untold}


def kill(fleet, times, chance):
    def silence(victim):
        victim.process.signal(signal.SIGKILL)
        victim.process.popen.wait()

    return detect(fleet, times, chance, silence, fleet.launch)


def stop(fleet, times, chance):
    return detect(fleet, times, chance,
                  lambda victim: victim.process.signal(signal.SIGSTOP),
                  lambda victim: victim.process.signal(signal.SIGCONT))


def drop(fleet, times, chance, cable):
    """The second agent lies behind the cable."""
    return detect(SecondOnly(fleet), times, chance, lambda _: cable.cut(), lambda _: cable.mend())


class SecondOnly:
    """A fleet of whose agents only the second is ever chosen."""

    def __init__(self, fleet):
        self._fleet = fleet
        self.agents = fleet.agents[1:2]

    def __getattr__(self, name):
        return getattr(self._fleet, name)


def kill_many(fleet, count, chance):
    """So many at once; when the last survivor knew of all."""
    victims = chance.sample(fleet.agents, count)
    began = time.monotonic()
    for victim in victims:
        victim.process.signal(signal.SIGKILL)
    told, untold = tellings_of(fleet, victims, "failed", began, 90)
    return {"last": max((max(each) for each in told if each), default=float("inf")),
            "untold": untold}


def leave(fleet, times, chance):
    last, failed, untold = [], 0, 0
    for _ in range(times):
        victim = chance.choice(fleet.agents)
        began = time.monotonic()
        victim.process.signal(fleet.leave_signal)
        [told], missing = tellings_of(fleet, [victim], "left", began, 20)
        untold += missing
        last += [max(told)] if told else []
        victim.process.popen.wait()
        time.sleep(1)
        failed += len([t for t in fleet.tellings("failed", began) if t.member == victim.name])
        fleet.launch(victim)
        fleet.require_complete()
    return {"last": delays(last), "failed": failed, "untold": untold}


def false_verdicts(fleet, since, excused=()):
    """How many verdicts were told of agents that were not excused, and about how many."""
    names = {agent.name for agent in excused}
    told = [each.member for each in fleet.tellings("failed", since) if each.member not in names]
    return {"verdicts": len(told), "victims": len(set(told))}


def pause(fleet, seconds, times, chance):
    """Stops agents for a while, one after the other; verdicts about them are counted."""
    verdicts = 0
    for _ in range(times):
        victim = chance.choice(fleet.agents)
        began = time.monotonic()
        victim.process.signal(signal.SIGSTOP)
        time.sleep(seconds)
        victim.process.signal(signal.SIGCONT)
        # For what was decided meanwhile to be told, and for the suspicion to be over.
        time.sleep(max(3.0, seconds / 2))
        verdicts += len([t for t in fleet.tellings("failed", began) if t.member == victim.name])
        fleet.require_complete()
    return verdicts


def tolerance(fleet, steps, times, chance):
    """The longest pause of these that convicts nobody; half of the others are looked at."""
    low, high = -1, len(steps)
    while high - low > 1:
        middle = (low + high) // 2
        if pause(fleet, steps[middle], times, chance):
            high = middle
        else:
            low = middle
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
        return false_verdicts(fleet, began)


class Cgroup:
    """Processes that share a bounded part of one processor."""

    _period_us = 100000

    def __init__(self):
        root = Path("/sys/fs/cgroup")
        self._is_old = (root / "cpu").is_dir()
        self._path = (root / "cpu" if self._is_old else root) / f"hearsay-bench-{time.time_ns()}"

    def __enter__(self):
        try:
            self._path.mkdir()
        except OSError as error:
            raise Trouble(f"a cgroup is needed and cannot be made: {error}") from None
        self.processes = str(self._path / "cgroup.procs")
        return self

    def __exit__(self, *_):
        # Whoever was killed leaves it a moment later.
        for _ in range(100):
            with contextlib.suppress(OSError):
                self._path.rmdir()
                return
            time.sleep(0.05)

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
    found = false_verdicts(fleet, began)
    cgroup.limit(1000)
    return found


def cycle(fleet, count, stopped, running, window, chance):
    """Lifeguard's experiment: `count` agents stop and run again and again, all at once."""
    victims = chance.sample(fleet.agents, count)
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
    time.sleep(3)
    return false_verdicts(fleet, began, excused=victims)


def split(fleet, cable):
    """Cut in halves: until both sides hold all of the other for failed; and from the mending until
    all see all."""
    size = len(fleet.agents)
    half = size // 2
    began = time.monotonic()
    cable.cut()
    try:
        if not fleet.await_all(lambda agent: len(agent.alive) ==
                               (half if agent.number <= half else size - half), 120):
            raise Trouble(f"{fleet.system}: the halves do not fail each other")
        failed = max(agent.counts[-1][0] for agent in fleet.running()) - began
    finally:
        cable.mend()
    mended = time.monotonic()
    at = fleet.complete_at(size)
    return {"failed": failed, "healed": float("inf") if at is None else at - mended}
