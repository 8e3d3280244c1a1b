"""A cluster that does what a test says, and answers as its node would: for stand_in.py."""

import datetime
import hashlib
import random
import re
import threading
import time

ROUND_MS, SUSPECT_MS, FAIL_MS, FORGET_MS = 200, 600, 1000, 60000


def date_of(at):
    text = datetime.datetime.fromtimestamp(at, datetime.timezone.utc).isoformat("T", "milliseconds")
    return text.replace("+00:00", "Z")


def milliseconds(seconds):
    return max(0, int(seconds * 1000))


def by_number(name):
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]


class Member:
    """One member as the node of the page holds it."""

    def __init__(self, name, since, tags):
        digest = hashlib.sha256(name.encode()).hexdigest()
        self.name, self.since, self.tags = name, since, tags
        self.life, self.incarnation = digest[:16], int(since * 1000)
        self.endpoint = f"tcp://192.0.2.{int(digest[:2], 16)}:{7000 + int(digest[2:5], 16) % 1000}"
        self.state, self.cause, self.accusers = "alive", None, []
        self.last_word, self.mistakes = None, 0


class Cluster:
    """Its members, its links and its events. `tell(kind, data)` is called with each message."""

    def __init__(self, count, seed=1):
        self.random = random.Random(seed)
        self.lock = threading.RLock()
        self.began = time.time()
        self.tell = lambda kind, data, number=None: None
        names = [f"n{i}" for i in range(1, count + 1)]
        zones = ["a", "b", "c"]
        self.members = {name: Member(name, self.began - 3600 - 7 * i, {"zone": zones[i % 3]})
                        for i, name in enumerate(names)}
        self.self_name = names[0]
        self.lost = set()  # (listener, speaker)
        self.late = set()  # Those who have not heard yet of what happened last.
        self.odd = {}
        self.is_found = True
        self.events, self.surveys = [], []

    # --- who watches whom

    def living(self):
        return [m for m in self.members.values() if m.state in ("alive", "suspect")]

    def rings(self, newcomer=None):
        names = {m.name for m in self.living()} | ({newcomer} if newcomer else set())
        for salt in "12":
            yield sorted(names,
                         key=lambda name: hashlib.sha256((salt + name).encode()).digest())

    def neighbours(self, name):
        """Those of a dead member are as if it came back now."""
        found = set()
        for ring in self.rings(name):
            if len(ring) > 1:
                place = ring.index(name)
                found |= {ring[place - 1], ring[(place + 1) % len(ring)]}
        return sorted(found - {name}, key=by_number)

    def neighbourhoods(self):
        """The same of all at once: names and their neighbours."""
        found = {m.name: set() for m in self.living()}
        for ring in self.rings():
            for one, other in zip(ring, ring[1:] + ring[:1]):
                if one != other:
                    found[one].add(other)
                    found[other].add(one)
        return found

    # --- what the node answers

    def node(self):
        return {"found": self.is_found, "at": date_of(time.time()), "name": self.self_name,
                "cluster": "demo", "version": "1.0.0", "address": "ipc:///run/hearsay/n1.status"}

    def member_row(self, member, observed, now):
        is_self = member.name == self.self_name
        is_dead = member.state in ("failed", "left")
        word = member.last_word if is_dead or member.state == "suspect" else None
        silence = now - word if word else self.random.uniform(0, ROUND_MS) / 1000
        is_relayed = (self.self_name, member.name) in self.lost
        heard = "self" if is_self else "relayed" if is_relayed else "directly"
        since = member.since
        rest = milliseconds(since + FORGET_MS / 1000 - now) if is_dead else None
        return {"name": member.name, "state": member.state, "self": is_self, "life": member.life,
                "incarnation": member.incarnation,
                "heartbeat": None if member.state == "left" else int((now - self.began) * 5),
                "silence_ms": 0 if is_self else milliseconds(silence), "heard": heard,
                "observed": member.name in observed, "in_state_ms": milliseconds(now - since),
                "forgotten_in_ms": rest,
                "mistakes": member.mistakes, "cause": member.cause, "accusers": member.accusers,
                "endpoint": member.endpoint, "tags": member.tags}

    def members_answer(self):
        now, observed = time.time(), set(self.neighbours(self.self_name))
        rows = [self.member_row(m, observed, now) for m in self.members.values()]
        return {"name": self.self_name, "cluster": "demo", "at": date_of(now), "members": rows}

    def status(self):
        heard = len(self.neighbours(self.self_name))
        names = {state: [m.name for m in self.members.values() if m.state == state]
                 for state in ("suspect", "failed", "left")}
        return {"name": self.self_name, "roster_size": len(self.living()), "peers_heard": heard,
                "peers_agreeing": heard, "alone": False, "leaving": False, "withdrawn": False,
                "pace": 1, "digest": "05eee1d3", "version": "1.0.0", "counters": {}, **names,
                "config": {"cluster": "demo", "round_ms": ROUND_MS},
                "uptime_ms": milliseconds(time.time() - self.began)}

    def links(self):
        rows = []
        for name in self.neighbours(self.self_name):
            is_lost = (self.self_name, name) in self.lost
            rows.append({"name": name, "state": self.members[name].state, "observed": True,
                         "endpoint": self.members[name].endpoint,
                         "heard_ms": 9000 if is_lost else int(self.random.uniform(0, ROUND_MS)),
                         "suspect_after_ms": SUSPECT_MS, "lateness_ms": 1,
                         "round_trip_us": 300, "lost": is_lost})
        return {"name": self.self_name, "cluster": "demo", "links": rows}

    def explain(self, name):
        member = self.members.get(name)
        if member is None:
            return {"error": f'no member "{name}" is known', "code": "unknown_member"}
        now, observers = time.time(), self.neighbours(name)
        findings = [{"finding": "accused", "by": by, "cause": member.cause,
                     "ago_ms": milliseconds(now - member.since)} for by in member.accusers]
        history = [{**event, "ago_ms": milliseconds(now - event["wall"])}
                   for event in self.events if event["member"] == name][-20:]
        return {"member": self.member_row(member, set(observers), now),
                "accuser_count": len(findings), "quorum": 3, "observers": observers,
                "suspect_after_ms": SUSPECT_MS, "fail_after_ms": FAIL_MS, "findings": findings,
                "history": history}

    # --- a survey

    def held_by(self, name):
        """What a member holds for something other than alive."""
        if name in self.late:
            return []
        return [(m.name, m.state) for m in self.members.values() if m.state != "alive"]

    def shared_views(self, names):
        views = {}
        for name in names:
            views.setdefault(tuple(self.held_by(name)), []).append(name)
        return [{"self": self.self_name in group, "members": group,
                 "holds": [{"name": name, "state": state} for name, state in held]}
                for held, group in views.items()]

    def surveyed(self, member, is_answered):
        said = {"digest": "05eee1d3", "roster_size": len(self.living()), "version": "1.0.0",
                "round_ms": ROUND_MS, "suspect_after_ms": SUSPECT_MS, "fail_after_ms": FAIL_MS,
                "rings": 2, "pace": 1, "withdrawn": False, "leaving": False, "truncated": 0,
                **self.odd.get(member.name, {})}
        ahead = said.pop("clock_ahead_ms", 0)
        return {"name": member.name, "life": member.life, "self": member.name == self.self_name,
                "state": member.state, "asked": 0 if member.name == self.self_name else 1,
                "answered": is_answered, "round_trip_us": 400 if is_answered else None,
                "clock_ahead_ms": ahead if is_answered else None,
                **{key: value if is_answered else None for key, value in said.items()}}

    def links_of_all(self, answering):
        return [{"listener": one, "speaker": other, "observed": True,
                 "heard_ms": 5000 if (one, other) in self.lost else 90, "round_trip_us": 300,
                 "lost": (one, other) in self.lost}
                for one, others in self.neighbourhoods().items() if one in answering
                for other in sorted(others, key=by_number)]

    def survey(self):
        answering = {m.name for m in self.living()}
        links = self.links_of_all(answering)
        observed = {(link["listener"], link["speaker"]): link["lost"] for link in links}
        words = {None: "unknown", True: "lost", False: "heard"}
        cuts = [{"listener": one, "speaker": other, "heard_ms": 5000,
                 "other_way": words[observed.get((other, one))]}
                for (one, other), is_lost in observed.items() if is_lost]
        views = self.shared_views([name for name in self.members if name in answering])
        return {"name": self.self_name, "complete": True, "listed": len(self.members) - 1,
                "asked": len(self.members) - 1, "answered": len(answering) - 1, "took_ms": 12,
                "bytes_sent": 900, "bytes_received": 9000, "agree": len(views) == 1,
                "views": views, "cuts": cuts, "links": links, "cluster": "demo",
                "members": [self.surveyed(m, m.name in answering) for m in self.members.values()],
                "at": date_of(time.time())}

    # --- what happens

    def publish(self, kind, member, ago=0.0, **facts):
        wall = time.time() - ago
        event = {"event": kind, "member": member.name, "life": member.life,
                 "incarnation": member.incarnation, "at": date_of(wall),
                 "mono_ns": int(wall * 1e9), "cause": None, "silence_ms": 0, "accusers": [],
                 "endpoint": member.endpoint, "tags": member.tags, "seq": len(self.events) + 1,
                 "wall": wall, **facts}
        self.events.append(event)
        self.tell("event", event, len(self.events))

    def change(self, name, kind, ago=0.0, cause="refused", watching=None):
        """An event that changes what a member is held for."""
        states = {"suspected": "suspect", "failed": "failed", "left": "left"}
        with self.lock:
            member = self.members[name]
            watching = watching or self.neighbours(name)
            is_doubt = kind in ("failed", "suspected")
            if member.state in ("alive", "left"):
                member.last_word = time.time() - ago - (0.03 if cause == "refused" else 1.2)
            member.state, member.since = states.get(kind, "alive"), time.time() - ago
            member.cause = cause if is_doubt else None
            member.accusers = watching if is_doubt else []
            silence = milliseconds(member.since - member.last_word) if is_doubt else 0
            self.publish(kind, member, ago, cause=member.cause, silence_ms=silence,
                         accusers=member.accusers)

    def lose(self, listener, speaker):
        with self.lock:
            self.lost.add((listener, speaker))
            if listener == self.self_name:
                self.publish("link_lost", self.members[speaker], silence_ms=900)

    def mend(self, listener, speaker):
        with self.lock:
            self.lost.discard((listener, speaker))
            if listener == self.self_name:
                self.publish("link_back", self.members[speaker], silence_ms=4000)

    def split(self, count):
        """The last `count` members are on the other side: they are silent, and do not answer."""
        with self.lock:
            other_side = sorted(self.members, key=by_number)[-count:]
            watching = {name: [by for by in self.neighbours(name) if by not in other_side]
                        for name in other_side}
            for kind, ago in (("suspected", 3.4), ("failed", 3.0)):
                for name in other_side:
                    self.change(name, kind, ago, "silence", watching[name])

    def be_late(self, count):
        """The last `count` of the living still hold all for alive: the news is on its way."""
        with self.lock:
            self.late = {m.name for m in self.living()[-count:]}

    def churn(self):
        """Something happens to somebody, as it does all the time among many."""
        with self.lock:
            name = self.random.choice([n for n in self.members if n != self.self_name])
            state = self.members[name].state
            kinds = {"alive": ("failed", "suspected", "updated"), "suspect": ("cleared", "failed"),
                     "failed": ("recovered", "restarted"), "left": ("restarted",)}
            kind = self.random.choice(kinds[state])
            if kind == "updated":
                self.publish(kind, self.members[name])
            else:
                self.change(name, kind)

    def add(self, name, tags):
        with self.lock:
            self.members[name] = Member(name, time.time(), tags)
            self.publish("joined", self.members[name])
