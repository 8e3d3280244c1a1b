"""Attacks over a connection that stands: frames that are no messages, and ZMTP that is none."""

import contextlib
import ctypes
import os
import random
import struct
import time

import speaker
import wire
from field import Missed
from handshakes import each
from speaker import Closed, Plain
from table import attack

HEARD = [("stranger", "plain"), ("insider", "keys")]
ALL = [("stranger", "plain"), ("stranger", "keys"), ("trust only", "keys"), ("insider", "keys"),
       ("former", "keys")]
REJECTED = "counters.rejected."
# What comes of a frame before a certificate, and of one that is revoked.
UNHEARD = ["transport.frames_unproven", "transport.greetings_refused", "transport.keys_refused",
           "transport.handshakes_refused"]


def whos(heard, counted):
    """All attackers; those that are not heard must be counted as such."""
    return [(who, mode, {"counted": counted if (who, mode) in HEARD else UNHEARD})
            for who, mode in heard]


def with_connections(field, who, times, act):
    someone = field.person_of(who)
    done = 0
    for number in range(times):
        with contextlib.suppress(Closed):
            node = field.nodes[number % len(field.nodes)]
            with field.connect(who, node, someone) as connection:
                done += 1
                act(connection, number)
    if not done and (who, field.mode) in HEARD:
        raise Missed("no connection came to stand")
    is_let_in = done and (who, field.mode) != ("stranger", "keys")
    return f"{done} connections" if is_let_in else "not let in"


def malformed(field):
    """Frames that no reader may accept."""
    head = [wire.pack(part) for part in (field.name, wire.draw_life(), 1, 0, 0, 0)]
    whole = head + [b"\x90"] * 6
    good = field.message(rows=[1, 2, 3] * 5, wants=[1, 2], roster=[3], forgets=[4, 5])

    def message(array, *parts):
        return wire.MARK + array + b"".join(parts)

    return [
        b"", b"hsay", b"hsay\x02\x91", b"HSAY\x01\x90", good[:-1], good + b"\0", field.message(0),
        message(b"\xdd\x80\0\0\0"), message(b"\xdd\xff\xff\xff\xff", head[0]),
        message(b"\x97", *head, b"\xdd\x80\0\0\0"), message(b"\x97\xdb\xff\xff\xff\xff" + b"demo"),
        message(b"\xdd\xff\xff\xff\xff", *whole, b"\xdf\x80\0\0\0"),
        message(b"\x9d", *whole, b"\xc9\xff\xff\xff\xff\x01"), message(b"\x91" * 120000),
        message(b"\x9d", *whole, b"\x91" * 100000), message(b"\x9d", *whole, b"\x81\x01" * 50000),
        field.message(rows=[1, 2]), field.message(rows=[0, 1, 2]),
        field.message(rows=[5, 5, 5] * 1025), field.message(wants=[1] * 10001),
        field.message(accusations=[[7, 1, 0, 0, [3, 2]]]), field.message(accusations=[[7, 1, 0]]),
        field.message(accusations=[[7, 1, 0, 0, []]]), field.message(forgets=[1, 2] * 65),
        field.message(introductions=[[1] * 8]), field.message(introductions=[[1, "a"]]),
        wire.SURVEY_MARK + b"\x90", wire.SURVEY_MARK + b"\x95\xdd\xff\xff\xff\xff",
    ]


@attack("malformed frames of thirty kinds", whos(ALL, [REJECTED + "malformed"]), quick=True)
def malformed_frames(field, who):
    bad = malformed(field)

    def act(connection, number):
        for frame in bad[number % len(bad):] + bad[:number % len(bad)]:
            connection.send(frame)

    return with_connections(field, who, 40, act)


@attack("mutated messages", whos(HEARD, [REJECTED + "malformed"]))
def mutated(field, who):
    entry = wire.introduction(9, "fakex", 5, "tcp://127.0.0.1:1", 0, {"a": "b"})
    whole = field.message(rows=[1, 2, 3] * 5, accusations=[[5, 6, 7, 0, [1, 2, 3]]],
                          introductions=[entry], wants=[1, 2], roster=[3], forgets=[4, 5])
    # The name of the cluster stays, or nothing behind it would be read.
    begin = len(wire.MARK) + 2 + len(field.name)

    def act(connection, _):
        for _ in range(50):
            frame = bytearray(whole)
            for _ in range(random.randint(1, 4)):
                frame[random.randrange(begin, len(frame))] = random.randrange(256)
            connection.send(bytes(frame))

    return with_connections(field, who, 40, act)


@attack("random msgpack", whos(HEARD, [REJECTED + "malformed"]))
def random_msgpack(field, who):
    def act(connection, _):
        for _ in range(50):
            connection.send(wire.MARK + os.urandom(200))

    return with_connections(field, who, 40, act)


@attack("500 names of other clusters", whos(HEARD, [REJECTED + "foreign_cluster"]))
def foreign_clusters(field, who):
    def act(connection, number):
        for more in range(50):
            connection.send(wire.message(f"c{50 * number + more}", wire.draw_life()))

    return with_connections(field, who, 10, act)


@attack("names of clusters with control characters", whos(HEARD, [REJECTED + "malformed"]))
def cluster_names(field, who):
    def act(connection, _):
        for name in ("a\x1b[31mb", "a\nb", "a\u202eb", "x" * 33, ""):
            connection.send(wire.message(name, wire.draw_life()))

    return with_connections(field, who, 20, act)


@attack("a frame that claims 2^63 bytes", HEARD)
def huge_frames(field, who):
    def act(connection, number):
        size = 2**63 if number % 2 else 2**64 - 1
        connection.put(struct.pack(">BQ", speaker.LONG, size) + b"x" * 100)

    return with_connections(field, who, 40, act)


@attack("a frame of one byte too many", HEARD)
def long_frames(field, who):
    return with_connections(field, who, 40, lambda c, _: c.send(b"x" * 131073))


@attack("flags that do not exist", HEARD)
def odd_flags(field, who):
    return with_connections(field, who, 40, lambda c, _: c.put(b"\xff\x05abcde" * 50))


@attack("commands after the handshake", HEARD)
def late_commands(field, who):
    commands = [b"\x05ERROR\x03abc", b"\x09SUBSCRIBEx", b"\x06CANCELx", os.urandom(30)]
    commands += [b"\x04PING\0\0abc"] * 50

    def act(connection, number):
        for command in commands[number % 5:]:
            connection.send_command(command)

    return with_connections(field, who, 40, act)


@attack("a torrent of PING", HEARD)
def pings(field, who):
    """Each asks libzmq for a PONG, which nobody reads."""
    until = time.monotonic() + 3
    with contextlib.suppress(Closed):
        with field.connect(who, field.nodes[0], patience=0.5) as connection:
            while time.monotonic() < until:
                for _ in range(100):
                    connection.send_command(b"\x04PING\0\0" + b"abcdefghijklmnop")


@attack("messages of 5,000 parts", whos(HEARD, ["transport.frames_misshapen"]))
def many_parts(field, who):
    return with_connections(field, who, 10, lambda c, _: c.send(*[b"x"] * 5000))


def endless(field, who, part, times, size_max):
    sent = 0
    try:
        with field.connect(who, field.nodes[0]) as connection:
            while sent < size_max:
                connection.send_endless(part, times)
                sent += len(part) * times
    except Closed:
        pass
    if (who, field.mode) in HEARD and sent >= size_max:
        raise Missed(f"{sent >> 20} MiB of one message were taken")
    return f"hung up after {sent / 2**20:.1f} MiB"


UNBOUNDED = {"memory": 1024, "bound": "what a link brings in an eighth of a round"}


@attack("one message of long parts without an end",
        [("stranger", "plain", UNBOUNDED), *ALL[1:]], quick="trust only, insider")
def endless_long(field, who):
    return endless(field, who, b"x" * 131072, 1, 2 << 30)


@attack("one message of parts of one byte without an end", ALL, memory=80)
def endless_short(field, who):
    """libzmq keeps each byte in sixty-four."""
    return endless(field, who, b"x", 2000, 40 << 20)


@attack("messages cut off in the middle", HEARD)
def cut_off(field, who):
    return with_connections(field, who, 60, lambda c, _: c.send_endless(b"x", 1000))


@attack("200 routing ids of 130 KB", [("stranger", "plain"), ("trust only", "keys"),
                                      ("insider", "keys")], memory=64)
def big_identities(field, who):
    someone, connections = field.person_of(who), []
    try:
        for number in range(200):
            with contextlib.suppress(Closed):
                routing_id = struct.pack(">I", number + 1).ljust(130_000, b"A")
                connections.append(field.connect(who, field.nodes[0], someone,
                                                 routing_id=routing_id))
                connections[-1].send(b"x")
        time.sleep(1)
        return f"{len(connections)} connections"
    finally:
        for connection in connections:
            connection.close()


def unseeded_routing_ids(count):
    """The first draws of a rand() that nobody seeded, as libzmq puts two of them together."""
    c_library = ctypes.CDLL(None)
    c_library.srand(1)
    draws = [c_library.rand() for _ in range(count + 1)]
    return [(high << 31) % 2**32 | low for low, high in zip(draws, draws[1:])]


def claim_routing_ids(field, who, first_ids):
    """Claims ids that are soon to be assigned if one of these was the first."""
    someone, node = field.person_of(who), field.nodes[2]
    claims = []
    with contextlib.suppress(Closed):
        for first in first_ids:
            claimed = b"\0" + struct.pack(">I", (first + 400) % 2**32)
            claims.append(field.connect(who, node, someone, routing_id=claimed))
    try:
        for count in range(600):
            with contextlib.suppress(Closed):
                field.connect(who, node, someone).close()
            if not node.is_running():
                raise Missed(f"{node.name} ended after {count + 1} connections")
    finally:
        for claim in claims:
            claim.close()
    return "600 connections"


ROUTING_ID_KNOWN = "libzmq 4.3.4 asserts; see node/SECURITY.md"
SHAKE_HANDS = [("stranger", "plain"), ("trust only", "keys"), ("former", "keys"),
               ("insider", "keys")]


@attack("routing ids as of an unseeded libzmq", [*SHAKE_HANDS, ("stranger", "keys")])
def guessed_routing_ids(field, who):
    """The program seeds what libzmq draws its first id from, so these are no better than others."""
    return claim_routing_ids(field, who, unseeded_routing_ids(40))


@attack("the routing id that libzmq assigns next, known", SHAKE_HANDS, known=ROUTING_ID_KNOWN,
        lasting=True, settings={"is_seeded": [False]})
def known_routing_ids(field, who):
    return claim_routing_ids(field, who, unseeded_routing_ids(40))


@attack("the routing id of another connection", HEARD)
def taken_routing_id(field, who):
    """The second of one id is turned away, and the first goes on."""
    someone = field.person_of(who)
    with contextlib.suppress(Closed):
        first = field.connect(who, field.nodes[0], someone, routing_id=b"twin")
        for _ in range(50):
            field.connect(who, field.nodes[0], someone, routing_id=b"twin").close()
        first.send(field.message())
        first.close()


@attack("a peer that asks and never reads", HEARD, memory=32)
def never_reads(field, who):
    someone = field.person_of(who)
    question = field.message(flags=wire.ASKS, roster=[12345])
    if field.mode == "keys":
        life = field.life(someone)
        question = life.message(flags=wire.ASKS, roster=[12345])
    until = time.monotonic() + 3
    with contextlib.suppress(Closed):
        with field.connect(who, field.nodes[0], someone, patience=0.5) as connection:
            while time.monotonic() < until:
                connection.send(question)


@attack("a question of a stranger", [("stranger", "keys")])
def reconnaissance(field, who):
    """What a stranger learns: nothing but that somebody listens."""
    for node in field.nodes:
        with field.connect(who, node, is_patient=False) as connection:
            with contextlib.suppress(Closed):
                connection.send(field.message(flags=wire.ASKS, roster=[1]))
                said = connection.take(4096)
                if any(word in said for word in (b"hsay", b"n2", b"tcp://")):
                    raise Missed("a stranger is told about members")
    return "nothing told"


@attack("ZMTP in the clear to a cluster with keys", [("stranger", "keys")],
        counted=["transport.handshakes_refused"], quick=True)
def clear_to_keys(field, _):
    leave = field.message(rows=[wire.draw_life(), wire.LEFT, 0])

    def act(node, _):
        with Plain(field.address(node), source=field.source, is_patient=False) as connection:
            connection.send(leave)
            connection.is_closed(0.05)

    each(field, 50, act)
