"""Floods: more words, names and addresses than any peer has. None may starve a node."""

import contextlib
import os
import random
import socket
import threading
import time

import person
import wire
from field import SHORT_TIMES, Missed
from lies import Liar, listed, repeat
from speaker import Closed, Raw
from table import attack

HEARD = [("stranger", "plain"), ("insider", "keys")]
FLOOD_SECONDS = 3.0
CONNECTIONS = 4


def draw(count):
    return [wire.draw_life() for _ in range(count)]


def bodies(field, life, kind):
    """The parts of the largest message of that kind."""
    members = [int(m["life"], 16) for m in field.members().values()]
    signatures = [os.urandom(512)] if life else []

    def accusation():
        return [wire.draw_life(), 1, 0, 1, sorted(draw(8)), *signatures]

    def introduction(number, tags=None):
        entry = wire.introduction(wire.draw_life(), f"fake{number}", 2**40 + number,
                                  f"tcp://127.0.0.1:{30000 + number}", 0, tags)
        voucher = [0, os.urandom(48), life.person.certificate, os.urandom(64)] if life else []
        return entry + voucher

    tags = {f"k{number}".ljust(32, "k"): "v" * 128 for number in range(16)}
    return {
        "pulses that ask": lambda: {"flags": wire.ASKS},
        "rows of strangers": lambda: {"rows": [part for life in draw(1024)
                                               for part in (life, 5, 10)]},
        "rows of members": lambda: {"rows": [members[0], 1, 0] * 1024},
        "accusations": lambda: {"accusations": [accusation() for _ in range(150)]},
        "wants of strangers": lambda: {"wants": draw(10000)},
        "wants of members": lambda: {"wants": members * 2000},
        "rosters": lambda: {"roster": draw(10000)},
        "introductions": lambda: {"introductions": [introduction(i) for i in range(200)]},
        "long tags": lambda: {"introductions": [introduction(i, tags) for i in range(35)]},
        "questions about all": lambda: {"flags": wire.ASKS, "roster": [1]},
    }[kind]()


def flood(field, who, kind):
    """Four connections say the largest message of a kind to one node, as fast as they can."""
    life = field.life() if who == "insider" else None
    someone, node = life.person if life else None, field.nodes[0]
    parts = bodies(field, life, kind)
    frame = life.message(**parts) if life else field.message(**parts)
    until, sent = time.monotonic() + FLOOD_SECONDS, [0] * CONNECTIONS

    def pump(number):
        while time.monotonic() < until:
            with contextlib.suppress(Closed):
                with field.connect(who, node, someone, patience=1.0) as link:
                    if life:
                        link.send(life.hello(flags=0))
                    while time.monotonic() < until:
                        link.send(frame)
                        sent[number] += 1

    threads = [threading.Thread(target=pump, args=(i,)) for i in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    megabytes = sum(sent) * len(frame) / 1e6 / FLOOD_SECONDS
    return f"{sum(sent)} of {len(frame)} B, {megabytes:.0f} MB/s"


# Lives that a stranger invents without keys are believed. Where most of the members are such, the
# others blame themselves, and fail them after ten times fail_after alone.
FAKES = {"harm": "while it lasts", "lasting": True, "memory": 96, "logged": 260,
         "settings": {"times": SHORT_TIMES}}
for flooded in ("pulses that ask", "rows of strangers", "rows of members", "accusations",
                "wants of strangers", "wants of members", "rosters", "questions about all"):
    attack(f"flood: {flooded}", HEARD, memory=48, logged=20)(
        lambda field, who, kind=flooded: flood(field, who, kind))
for flooded in ("introductions", "long tags"):
    attack(f"flood: {flooded}", [("stranger", "plain", FAKES), ("insider", "keys", {"memory": 96})],
           logged=20)(lambda field, who, kind=flooded: flood(field, who, kind))


@attack("flood: garbage", HEARD, memory=48, logged=20)
def garbage(field, who):
    someone = field.person_of(who)
    until, count = time.monotonic() + FLOOD_SECONDS, 0
    frame = b"x" * 30
    while time.monotonic() < until:
        with contextlib.suppress(Closed):
            with field.connect(who, field.nodes[0], someone, patience=1.0) as link:
                while time.monotonic() < until:
                    link.send(*[frame])
                    count += 1
    return f"{count} frames"


@attack("flood: greetings", [("insider", "keys"), ("trust only", "keys")], memory=24)
def greetings(field, who):
    """Each that is answered costs a signature."""
    someone, count = field.insider(), 0
    until = time.monotonic() + FLOOD_SECONDS
    while time.monotonic() < until:
        with contextlib.suppress(Closed):
            with field.connect(who, field.nodes[0], someone if who == "insider" else None,
                               patience=1.0) as link:
                while time.monotonic() < until:
                    link.send(someone.greeting(field.name))
                    count += 1
    return f"{count} greetings"


@attack("flood: survey questions", HEARD, memory=24)
def surveys(field, who):
    someone, count = field.person_of(who), 0
    until = time.monotonic() + FLOOD_SECONDS
    with contextlib.suppress(Closed):
        with field.connect(who, field.nodes[0], someone, patience=1.0) as link:
            while time.monotonic() < until:
                link.send(wire.SURVEY_MARK
                          + wire.pack([field.name, 0, wire.draw_life(), count, 0]))
                count += 1
    return f"{count} questions"


@attack("signatures to check without an end", [("insider", "keys")], memory=24,
        counted=["counters.unproven"], quick=True)
def checks(field, who):
    """Introductions of itself whose signatures are wrong: each costs two checks."""
    someone, node = field.insider(), field.nodes[0]
    lives = [person.Life(someone, field.name, "tcp://127.0.0.1:9", 4) for _ in range(150)]
    entries = []
    for life in lives:
        entry = life.introduction()
        entries.append([*entry[:-1], os.urandom(64)])
    until = time.monotonic() + FLOOD_SECONDS
    with contextlib.suppress(Closed):
        with field.connect(who, node, someone, patience=1.0) as link:
            while time.monotonic() < until:
                link.send(lives[0].message(introductions=entries))


@attack("marks to check without an end", [("insider", "keys")], memory=24,
        counted=["counters.unproven"])
def steps(field, who):
    """Heartbeats of a member that would take 200,000 steps to check."""
    victim = field.members()["n3"]
    rows = [int(victim["life"], 16), 200_000, 0] * 500
    with Liar(field, who) as liar:
        repeat(FLOOD_SECONDS, lambda: liar.tell(rows=rows), 0.01)


# --- addresses and names ----------------------------------------------------------------------

class Target:
    """Counts who connects to an address of the attacker's choice."""

    def __init__(self):
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(512)
        self.port = self._listener.getsockname()[1]
        self.count = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.count += 1
                connection.close()

    def close(self):
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


def dials(field, liar, target, count, seconds=10):
    """Lives introduced at one address; how often all nodes dial it in that time."""
    before = target.count
    if liar.life:
        # Certified for one name alone: each life takes the place of the one before.
        for _ in range(count):
            life = person.Life(liar.someone, field.name, f"tcp://127.0.0.1:{target.port}", 64)
            liar.send(life.hello())
    else:
        entries = [liar.introduce(wire.draw_life(), f"fake{i}", 2**40, f"tcp://127.0.0.1:"
                                  f"{target.port}") for i in range(count)]
        liar.send(field.message(introductions=entries))
    time.sleep(seconds)
    return target.count - before


@attack("introductions to one address", [
    ("stranger", "plain", {**FAKES, "bound": "three dials a round and node"}),
    ("insider", "keys", {"bound": "three dials a round and node"})])
def chosen_address(field, who):
    target = Target()
    try:
        with Liar(field, who) as liar:
            one = dials(field, liar, target, 1)
            many = dials(field, liar, target, 200)
    finally:
        target.close()
    per_minute = [6 * count for count in (one, many)]
    rounds = 60 / field.running.round
    if max(per_minute) > 3 * rounds * len(field.nodes):
        raise Missed(f"{per_minute} dials a minute for 1 and 200 lives")
    return f"{per_minute[0]} dials a minute for one life, {per_minute[1]} for 200"


@attack("addresses in the file system, and of no kind", [
    ("stranger", "plain", FAKES), ("insider", "keys")])
def odd_addresses(field, who):
    places = ["inproc://a", f"ipc://{field.running.directory}/n1.status", "ipc:///dev/log", "a://b",
              "tcp://127.0.0.1:0", "tcp://0.0.0.0:1", "tcp://[::1]:1", "tcp://*:1",
              "tcp://255.255.255.255:9", "tcp://224.0.0.1:9"]
    introduce_at(field, who, places)


@attack("names of hosts that nobody answers for", [
    ("stranger", "plain", FAKES), ("insider", "keys")])
def unanswered_names(field, who):
    introduce_at(field, who, [f"tcp://h{i}.evil.invalid:9" for i in range(100)])


def introduce_at(field, who, places):
    with Liar(field, who) as liar:
        for number, place in enumerate(places):
            if liar.life:
                liar.send(person.Life(liar.someone, field.name, place, 16).hello())
            else:
                entry = liar.introduce(wire.draw_life(), f"fake{number}", 2**40, place)
                liar.send(field.message(introductions=[entry]))
        time.sleep(2)


@attack("1,000 invented lives", [("stranger", "plain", FAKES)])
def invented_lives(field, who):
    with Liar(field, who) as liar:
        for page in range(4):
            entries = [liar.introduce(wire.draw_life(), f"fake{page}-{i}", 2**40,
                                      f"tcp://127.0.0.1:{20000 + i}") for i in range(250)]
            liar.send(field.message(introductions=entries))
        time.sleep(2)


@attack("a name whose lives change again and again", [
    # Tens of thousands of lives are told of, wanted and refused before the last is forgotten.
    ("stranger", "plain", {**FAKES, "heals": 90}),
    ("insider", "keys", {"bound": "1,000 events a second, for no bound is built"})])
def churn(field, who):
    with Liar(field, who) as liar:
        events = sum(len(node.events) for node in field.nodes)
        count = 0
        until = time.monotonic() + FLOOD_SECONDS
        while time.monotonic() < until:
            count += 1
            if liar.life:
                life = person.Life(liar.someone, field.name, "tcp://127.0.0.1:9", 4)
                life.incarnation += count
                liar.send(life.hello())
            else:
                entries = [liar.introduce(wire.draw_life(), f"fake{i}", 2**40 + count,
                                          "tcp://127.0.0.1:9") for i in range(100)]
                liar.send(field.message(introductions=entries))
        field.running.read_events()
        told = sum(len(node.events) for node in field.nodes) - events
    rate = told / FLOOD_SECONDS / len(field.nodes)
    if liar.life and rate > 1000:
        raise Missed(f"{rate:.0f} events a second at each node")
    return f"{count} rounds, {rate:.0f} events a second and node"


@attack("newcomers of a name in use, each elsewhere", [("stranger", "plain", FAKES)])
def newcomers(field, who):
    with Liar(field, who) as liar:
        def act():
            entries = [liar.introduce(wire.draw_life(), "n2", 1000, "tcp://127.0."
                                      f"{random.randrange(256)}.9:{random.randrange(1024, 65535)}")
                       for _ in range(64)]
            liar.send(field.message(introductions=entries))

        repeat(FLOOD_SECONDS, act, 0.05)


@attack("100 peers under one certificate", [("insider", "keys")])
def many_connections(field, who):
    someone, links = field.insider(), []
    try:
        for _ in range(100):
            with contextlib.suppress(Closed):
                links.append(field.connect(who, field.nodes[0], someone))
        if len(links) < 100:
            raise Missed(f"only {len(links)} connections of a member were accepted")
        life = person.Life(someone, field.name, "tcp://127.0.0.1:9")
        for link in links:
            with contextlib.suppress(Closed):
                link.send(life.hello())
        time.sleep(1)
        if someone.name not in listed(field):
            raise Missed("a member with many connections is not listed")
    finally:
        for link in links:
            link.close()


@attack("names of members that deceive people", [
    ("stranger", "plain", {**FAKES, "counted": ["counters.rejected.out_of_bounds"]})])
def deceiving_names(field, who):
    names = ["a\x1b[31mred", "a\u009b31m", "a\nb", "a\rb", "a\0b", "a\x7fb", "a\tb", "a\u202e3n",
             "a\u2067x", "n\u200b1", "a\u2028b", "n\u04cf", "n1\u00a0", "z" + "\u0300" * 30,
             "\uff4e\uff11", "\ufeffn1", "n1\U000e0041", "$(touch x)", "`x`", "--force", ".x",
             "../../x", "n3 failed", "n1,n2", "   ", "%s%n{}", '","event":"failed"', "x" * 65, ""]
    with Liar(field, who) as liar:
        for name in names:
            liar.send(field.message(introductions=[
                liar.introduce(wire.draw_life(), name, 2**40, "tcp://127.0.0.1:9")]))
        for wrong in (b"\xa3a\xff\xfe", b"\xa2\xc0\xaf", b"\xa3\xed\xa0\x80"):
            entry = liar.introduce(wire.draw_life(), wire.Raw(wrong), 2**40, "tcp://127.0.0.1:9")
            liar.send(field.message(introductions=[entry]))
        time.sleep(0.5)
    strange = [name for name in listed(field) if name in names]
    if strange:
        raise Missed(f"the name {strange[0]!r} is listed")
    return f"{len(names) + 3} names refused"


@attack("one byte to each of many new connections", HEARD)
def crumbs(field, who):
    """A flood of connections that say the least that a message can be cut to."""
    until, count = time.monotonic() + FLOOD_SECONDS, 0
    while time.monotonic() < until:
        with contextlib.suppress(Closed):
            with Raw(field.address(field.nodes[0]), field.source) as connection:
                connection.put(b"\xff")
                count += 1
    return f"{count} connections"
