"""Those who attack a cluster with keys: what they hold, and what they prove with it."""

import os
import struct
import time
from pathlib import Path

import sodium
import wire

HEARTBEAT_DOMAIN = b"hearsay heartbeat 1"
CERTIFICATE_DOMAIN = b"hearsay certificate 1\0"
DAY = 86400


def lines_of(path):
    """The words of a file of keys; of several of one kind the last."""
    lines = Path(path).read_text().splitlines()[1:]
    return dict(line.split(" ", 1) for line in lines if line and not line.startswith("#"))


class Folder:
    """What `hearsay keygen` has made, read by a thief."""

    def __init__(self, path):
        self.path = Path(path)
        trust = lines_of(self.path / "cluster.trust")
        self.cluster = trust["cluster"]
        self.link = sodium.CurvePair(bytes.fromhex(trust["link"]))

    def master(self):
        return sodium.Pair(bytes.fromhex(lines_of(self.path / "cluster.secret")["key"]))

    def person(self, name):
        """Who has that member's file of keys."""
        lines = lines_of(self.path / f"{name}.key")
        return Person(name, sodium.Pair(bytes.fromhex(lines["secret"])),
                      bytes.fromhex(lines["certificate"]))

    def issue(self, name, key=None, master=None, cluster=None, public=None, begins=-DAY, ends=DAY,
              endpoints=(), version=1, role=0):
        """Somebody with a certificate that says just this; times count from now."""
        key, master = key or sodium.Pair(), master or self.master()
        now = int(time.time())
        unsigned = (bytes([version]) + short_text(cluster or self.cluster) + short_text(name)
                    + (public or key.public) + bytes([role])
                    + struct.pack(">QQ", now + begins, now + ends) + bytes([len(endpoints)])
                    + b"".join(map(short_text, endpoints)) + master.public[:8])
        return Person(name, key, unsigned + master.sign(CERTIFICATE_DOMAIN + unsigned))


def short_text(text):
    return bytes([len(text)]) + text.encode()


class Person:
    """A name, a key and a certificate, whatever they are worth."""

    def __init__(self, name, key, certificate):
        self.name, self.key, self.certificate = name, key, certificate

    def greeting(self, cluster):
        return wire.greeting(cluster, self.certificate, os.urandom(16))


def earlier(mark):
    return sodium.keyed_hash(HEARTBEAT_DOMAIN, mark)


def _mixed(one, other):
    return earlier(bytes(a ^ b for a, b in zip(earlier(one), other)))


class Life:
    """A life of a person, with marks for its heartbeats up to `size`."""

    def __init__(self, person, cluster, endpoint, size=1024):
        self.person, self.cluster, self.endpoint = person, cluster, endpoint
        self.salt = os.urandom(16)
        public = person.key.public
        self.id = struct.unpack(">Q", _mixed(_mixed(self.salt, public[:16]), public[16:])[:8])[0]
        self.incarnation = int(time.time() * 1000)
        self.tags, self.tags_version = {}, 0
        self.farewell = os.urandom(16)
        marks = [os.urandom(16)]
        for _ in range(size):
            marks.append(earlier(marks[-1]))
        self.marks = marks[::-1]
        self.heartbeat = 0

    def introduction(self, heartbeat=None):
        """An introduction that proves all it says."""
        voucher = [self.salt, 0, self.marks[0], earlier(self.farewell)]
        statement = wire.pack(["hearsay life", self.cluster, self.id, self.person.name,
                               self.incarnation, self.endpoint, self.tags_version, self.tags,
                               *voucher])
        return [self.id, self.person.name, self.incarnation, self.endpoint, self.tags_version,
                self.tags, self.heartbeat if heartbeat is None else heartbeat, 0, 0,
                self.salt + self.marks[0] + earlier(self.farewell), self.person.certificate,
                self.person.key.sign(statement)]

    def accusation(self, life, heartbeat, cause=0):
        """An accusation that this life signs."""
        statement = wire.pack(["hearsay accusation", self.cluster, life, heartbeat, cause, self.id])
        return [life, heartbeat, 0, cause, [self.id], self.person.key.sign(statement)]

    def message(self, rows=(), accusations=(), introductions=(), forgets=(), signers=(),
                is_marked=True, marks=None, flags=0, sender=None, **more):
        """Its next message. Marks: of its own heartbeat, and of others what is given or nothing."""
        self.heartbeat = min(self.heartbeat + 1, len(self.marks) - 1)
        count = len(rows) // 3 + len(accusations) + len(introductions)
        told = marks if marks is not None else [os.urandom(16)] * count
        all_marks = self.marks[self.heartbeat] + b"".join(told)
        return wire.message(self.cluster, sender or self.id, self.heartbeat,
                            flags=flags | (wire.PROVEN if is_marked else 0), rows=rows,
                            accusations=accusations, introductions=introductions, forgets=forgets,
                            proofs=[all_marks, list(signers)] if is_marked else [], **more)

    def hello(self, flags=wire.ASKS):
        """Makes it a member."""
        entry = self.introduction()
        return self.message(introductions=[entry], marks=[self.marks[self.heartbeat]], flags=flags)
