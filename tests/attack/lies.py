"""Words about others that are not true: forged leaves, removals, accusations, names, addresses.

Without keys a stranger is believed, so its lies harm while they last; then all must be well again.
With keys a member can lie about nobody but itself.
"""

import contextlib
import os
import random
import signal
import time

import person
import wire
from field import FAIL_AFTER, Missed
from speaker import Closed
from table import attack

UNPROVEN = ["counters.unproven"]
IMPOSTOR = ["counters.rejected.impostor"]
BELIEVED = {"harm": "while it lasts", "lasting": True, "logged": 40, "memory": 24}
LIARS = [("stranger", "plain", BELIEVED), ("insider", "keys", {"counted": UNPROVEN})]
UNHEARD = ["transport.frames_unproven", "transport.greetings_refused", "transport.keys_refused"]


class Liar:
    """Somebody who can speak to all nodes, and looks up what it lies about."""

    def __init__(self, field, who):
        self.field, self.who = field, who
        self.life = None
        if who == "insider":
            self.life = field.life()
        self.someone = self.life.person if self.life else field.person_of(who)
        self.links = []
        for node in field.nodes:
            if node.is_running():
                self.links.append(field.connect(who, node, self.someone))
        if self.life:
            self.send(self.life.hello())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for link in self.links:
            link.close()

    def send(self, frame):
        for link in list(self.links):
            try:
                link.send(frame)
            except Closed:
                self.links.remove(link)

    def tell(self, **parts):
        """One message to all; an insider's proves what it can, which is nothing of others."""
        if self.life:
            self.send(self.life.message(**parts))
        else:
            parts.pop("signers", None)
            self.send(self.field.message(**parts))

    def introduce(self, life, name, incarnation, endpoint, version=0, tags=None, heartbeat=1):
        entry = wire.introduction(life, name, incarnation, endpoint, version, tags, heartbeat)
        if self.life:
            # What it cannot have: the other's salt, marks and signature.
            entry += [0, os.urandom(48), self.someone.certificate, os.urandom(64)]
        return entry

    def accuse(self, life, heartbeat, cause, accusers):
        entry = [life, heartbeat, 0, cause, sorted(accusers)]
        return entry + [os.urandom(64 * len(accusers))] if self.life else entry


def number_of(member):
    return int(member["life"], 16)


def heartbeat_of(member):
    return member["heartbeat"] or 1


def repeat(seconds, act, pause=0.1):
    """Does it again and again, with the members as they are then."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        act()
        time.sleep(pause)


def lie(name, whos=LIARS, **options):
    """Registers what a liar tells of all members, several times for two seconds."""
    def register(tell):
        @attack(name, whos, **options)
        def run(field, who):
            with Liar(field, who) as liar:
                def act():
                    with contextlib.suppress(KeyError):
                        tell(liar, field.members())

                repeat(2.0, act)
        return tell
    return register


@lie("forged leaves of all", quick=True)
def forged_leaves(liar, members):
    liar.tell(rows=[part for m in members.values() for part in (number_of(m), wire.LEFT, 0)])


@lie("forged leave of one")
def forged_leave(liar, members):
    liar.tell(rows=[number_of(members["n3"]), wire.LEFT, 0])


@lie("forged removals of all")
def forged_removals(liar, members):
    forgets = [part for m in members.values() for part in (number_of(m), wire.LEFT)]
    signers = [part for m in members.values() for part in (number_of(m), os.urandom(64))]
    liar.tell(forgets=forgets, signers=signers)


@lie("removals that a member signs without leave", [LIARS[1]])
def signed_removals(liar, members):
    signed = []
    for member in members.values():
        statement = wire.pack(["hearsay forget", liar.field.name, number_of(member), wire.LEFT])
        signed += [liar.life.id, liar.someone.key.sign(statement)]
    liar.tell(forgets=[part for m in members.values() for part in (number_of(m), wire.LEFT)],
              signers=signed)


@lie("accusations of refused connections, in the name of the others")
def forged_refusals(liar, members):
    entries = []
    for name, member in members.items():
        others = [number_of(m) for other, m in members.items() if other != name]
        entries.append(liar.accuse(number_of(member), heartbeat_of(member) + 10_000, 1, others))
    liar.tell(accusations=entries)


@lie("accusations of silence, by eight that nobody knows")
def accusations_of_strangers(liar, members):
    entries = [liar.accuse(number_of(m), heartbeat_of(m), 0, [wire.draw_life() for _ in range(8)])
               for m in members.values()]
    liar.tell(accusations=entries)


@lie("accusations that one member signs, against all", [("insider", "keys")], quick=True)
def own_accusations(liar, members):
    entries = [liar.life.accusation(number_of(m), heartbeat_of(m), cause)
               for m in members.values() for cause in (0, 1)]
    liar.tell(accusations=entries)


@lie("heartbeats far ahead")
def leaping_heartbeats(liar, members):
    for leap in (1, 1000, 2**32 - 1, 2**32 + 5):
        rows = [part for m in members.values() for part in
                (number_of(m), heartbeat_of(m) + leap, 0)]
        liar.tell(rows=rows)
    liar.tell(rows=[part for m in members.values() for part in (number_of(m), wire.LEFT - 1, 0)])


@lie("heartbeats without marks", [("insider", "keys", {"counted": []})])
def unmarked_heartbeats(liar, members):
    rows = [part for m in members.values() for part in (number_of(m), heartbeat_of(m) + 1, 0)]
    liar.tell(rows=rows, is_marked=False)


@lie("tags of others, and tags of version 2^64 - 1")
def forged_tags(liar, members):
    for version in (5, 2**64 - 1):
        entries = [liar.introduce(number_of(m), name, m["incarnation"], m["endpoint"], version,
                                  {"role": "evil"}, heartbeat_of(m))
                   for name, m in members.items()]
        liar.tell(introductions=entries)


@lie("later lives of all names, incarnation 2^46")
def later_lives(liar, members):
    entries = [liar.introduce(wire.draw_life(), name, 2**46, m["endpoint"])
               for name, m in members.items()]
    liar.tell(introductions=entries)


@lie("namesakes elsewhere that are older")
def older_namesakes(liar, members):
    entries = [liar.introduce(wire.draw_life(), name, 1, "tcp://127.0.0.1:9",
                              heartbeat=random.randrange(10, 100)) for name in members]
    liar.tell(introductions=entries)


@lie("members moved to another address")
def moved_members(liar, members):
    entries = [liar.introduce(number_of(m), name, m["incarnation"] + 1, "tcp://127.0.0.1:9", 7)
               for name, m in members.items()]
    liar.tell(introductions=entries)


@attack("messages in the name of a member", [
    ("stranger", "plain", BELIEVED), ("insider", "keys", {"counted": IMPOSTOR})], quick="insider")
def impersonation(field, who):
    """Answers for n3 go to the liar, who swallows them and then hangs up."""
    victim = number_of(field.members()["n3"])
    with Liar(field, who) as liar:
        def act():
            liar.tell(sender=victim) if liar.life else liar.send(
                field.message(victim, promise=200))

        repeat(2.0, act, 0.05)
        for link in liar.links:
            link.reset()


@attack("forgeries of all kinds without a certificate", [
    ("trust only", "keys", {"counted": UNHEARD}), ("former", "keys", {"counted": UNHEARD}),
    ("stranger", "keys", {"counted": ["transport.handshakes_refused"]})], quick="trust only")
def unheard(field, who):
    members = field.members()
    rows = [part for m in members.values() for part in (number_of(m), wire.LEFT, 0)]
    forgets = [part for m in members.values() for part in (number_of(m), wire.LEFT)]
    until = time.monotonic() + 2
    while time.monotonic() < until:
        with contextlib.suppress(Closed):
            with Liar(field, who) as liar:
                liar.send(field.message(rows=rows))
                liar.send(field.message(forgets=forgets))
                liar.send(field.message(number_of(members["n3"])))
        time.sleep(0.2)


@attack("all that a member heard, told again", [
    ("stranger", "plain", BELIEVED), ("insider", "keys"),
    ("trust only", "keys", {"counted": ["transport.frames_unproven"]})])
def replay(field, who):
    """Messages are captured by a peer, and told again while all live and after a death."""
    spy = "insider" if field.mode == "keys" else "stranger"
    captured = capture(field, spy)
    with Liar(field, who) as liar:
        for frame in captured * 3:
            liar.send(frame)
    delay = field.kill_one()
    if delay is None:
        raise Missed("a death is hidden")
    died = [node.name for node in field.nodes if not node.is_running()]
    with contextlib.suppress(Closed):
        with Liar(field, who) as liar:
            for frame in captured * 3:
                liar.send(frame)
    time.sleep(1)
    for node in field.running.running():
        states = {name: m["state"] for name, m in field.members(node).items()}
        if any(states[name] != "failed" for name in died) and field.mode == "keys":
            raise Missed(f"{node.name} takes {died[0]} for {states[died[0]]} after the replay")
    field.mend()
    # The death was ours.
    field.began = time.monotonic()
    return f"{len(captured)} frames"


def capture(field, who):
    frames = []
    with Liar(field, who) as liar:
        def act():
            liar.tell(flags=wire.ASKS, roster=[1])
            for link in liar.links:
                link.socket.settimeout(0.01)
                with contextlib.suppress(Closed):
                    while True:
                        frames.append(link.receive())

        repeat(1.5, act)
    return [frame for frame in frames if frame.startswith(wire.MARK)]


@attack("heartbeats of a member that was killed", [
    ("stranger", "plain", {**BELIEVED, "bound": "the death may be hidden while it lasts"}),
    ("insider", "keys", {"counted": UNPROVEN,
                         "bound": "death known in two fail_after, three if only two observe"}),
    ("trust only", "keys", {"bound": "death known in two fail_after"})], quick="insider")
def kept_alive(field, who):
    victim = field.nodes[4]
    member = field.members()[victim.name]
    with Liar(field, who) as liar:
        def beat(count):
            row = [number_of(member), heartbeat_of(member) + 1000 + count, 0]
            liar.tell(rows=row)
            if not liar.life:
                liar.send(field.message(number_of(member), heartbeat=row[1], promise=200))

        beat(0)
        delay = killed_meanwhile(field, victim, beat)
    is_known = delay is not None
    if not is_known and field.mode == "keys":
        raise Missed("the death is hidden for too long")
    field.mend()
    field.began = time.monotonic()
    return f"death known in {delay * 1000:.0f} ms meanwhile" if is_known else "death hidden"


def patience_for(field, victim):
    """The liar accuses nobody. Of two observers the other one alone convicts later (R11)."""
    answer = field.running.ask(field.running.others(victim)[:1],
                               {"op": "explain", "member": victim.name})
    observers = max((len(told["observers"]) for told in answer.values()), default=0)
    return (3.25 if observers <= 2 else 2) * FAIL_AFTER


def killed_meanwhile(field, victim, beat):
    """After how long its death is known to all others although somebody beats; None if never."""
    at, count = time.monotonic(), 1
    victim.process.signal(signal.SIGKILL)
    victim.process.popen.wait()
    others = field.running.others(victim)
    patience = patience_for(field, victim)
    while time.monotonic() - at < patience:
        beat(count)
        count += 1
        field.running.read_events()
        told = [node.first_event("failed", victim.name, at) for node in others]
        if all(told):
            return max(event["t"] for event in told) - at
        time.sleep(0.05)
    return None


@attack("a member that leaves and speaks on", [("insider", "keys")])
def undead(field, who):
    """Its farewell, then heartbeats, then the same life introduced again."""
    with Liar(field, who) as liar:
        liar.tell(rows=[liar.life.id, wire.LEFT, 0], marks=[liar.life.farewell])
        for _ in range(20):
            liar.send(liar.life.hello())
            liar.tell(rows=[liar.life.id, wire.LEFT, 0], marks=[liar.life.farewell])
            time.sleep(0.05)


@attack("a hello in which one bit is wrong", [("insider", "keys")], counted=UNPROVEN)
def wrong_hello(field, who):
    """The signature of an introduction covers each of its fields."""
    someone = field.insider()
    life = person.Life(someone, field.name, "tcp://127.0.0.1:9")
    with contextlib.suppress(Closed):
        with field.connect(who, field.nodes[0], someone) as link:
            for place in (1, 2, 3, 4, 5, 9, 10, 11):
                entry = life.introduction()
                entry[place] = {"x": "y"} if place == 5 else changed(entry[place])
                link.send(life.message(introductions=[entry], marks=[life.marks[0]]))
            time.sleep(0.5)
    if any(name == someone.name for name in listed(field)):
        raise Missed("an introduction that is not as it was signed is believed")
    return "8 kinds"


def changed(value):
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return value + "1"
    return value[:-1] + bytes([value[-1] ^ 1])


def listed(field):
    answers = field.running.ask(field.nodes[:1], {"op": "members"})
    return [member["name"] for member in answers[field.nodes[0].name]["members"]]


@attack("a life of an insider with all proofs", [("insider", "keys")], quick=True,
        bound="it is listed")
def true_member(field, who):
    """No attack: it shows that the insiders of this table are let in and believed."""
    someone = field.insider()
    life = person.Life(someone, field.name, "tcp://127.0.0.1:9")
    with field.connect(who, field.nodes[0], someone) as link:
        for _ in range(10):
            link.send(life.hello())
            time.sleep(0.1)
    if someone.name not in listed(field):
        raise Missed("it is not listed")
    return "listed"
