"""Attacks before and during the handshake: all who reach the port can make them."""

import contextlib
import os
import random
import socket
import struct
import time

import sodium
import speaker
from field import Missed
from speaker import Closed, Curve, Plain, Raw
from table import attack

STRANGERS = [("stranger", "plain"), ("stranger", "keys")]
REFUSED_HANDSHAKES = ["transport.handshakes_refused"]
HUGE = 2**63


def each(field, times, act):
    """Does it so often to each node in turn; being hung up on is no reason to end."""
    for number in range(times):
        with contextlib.suppress(Closed):
            act(field.nodes[number % len(field.nodes)], number)


def say(field, times, data_of):
    """Connects, says these bytes and hangs up."""
    def act(node, number):
        with Raw(field.address(node), field.source) as connection:
            connection.put(data_of(number))

    each(field, times, act)


@attack("random bytes", STRANGERS, quick=True)
def random_bytes(field, _):
    say(field, 200, lambda _: os.urandom(300))


@attack("HTTP and TLS to the gossip port", STRANGERS)
def other_protocols(field, _):
    hello = bytes.fromhex("16030100c4010000c00303") + os.urandom(190)
    request = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    say(field, 200, lambda number: hello if number % 2 else request)


@attack("garbled greetings", STRANGERS)
def garbled_greetings(field, _):
    def garbled(_):
        data = bytearray(speaker.greeting() + speaker.ready())
        for _ in range(random.randint(1, 6)):
            data[random.randrange(len(data))] = random.randrange(256)
        return bytes(data)

    say(field, 500, garbled)


@attack("greetings of ZMTP 1.0 and 2.0", STRANGERS)
def old_versions(field, _):
    first = b"\x01\x00" + b"\x05\x00abcd" * 20
    second = speaker.SIGNATURE + b"\x01\x05" + b"\x00\x00" + b"\x00\x04abcd" * 20
    say(field, 200, lambda number: first if number % 2 else second)


@attack("other mechanisms", STRANGERS, counted=REFUSED_HANDSHAKES)
def other_mechanisms(field, _):
    names = [b"PLAIN", b"GSSAPI", b"NEW", b"\0", b"CURVE" if field.mode == "plain" else b"NULL"]
    hello = speaker.frame(b"\x05HELLO" + b"x" * 192, speaker.COMMAND)

    def act(node, number):
        with Raw(field.address(node), field.source) as connection:
            connection.put(speaker.greeting(names[number % len(names)]) + hello)
            connection.is_closed(0.05)

    each(field, 100, act)


@attack("odd and broken properties, other socket types", STRANGERS)
def odd_properties(field, _):
    long_ones = speaker.property_of(b"Socket-Type", b"X" * 200)
    long_ones += speaker.property_of(b"A" * 255, b"B" * 1000)
    broken = b"\xff" + b"A" * 10 + struct.pack(">I", 2**31)
    bodies = [speaker.frame(b"\x05READY" + body, speaker.COMMAND) for body in (long_ones, broken)]
    kinds = [speaker.ready(kind) for kind in (b"REQ", b"PUB", b"ROUTER", b"PAIR", b"SUB")]
    answers = bodies + kinds
    say(field, 210, lambda number: speaker.greeting() + answers[number % len(answers)])


@attack("greetings of one byte at a time", STRANGERS)
def slow_greetings(field, _):
    data = speaker.greeting() + speaker.ready()
    address = field.address(field.nodes[0])
    connections = [Raw(address, field.source) for _ in range(200)]
    try:
        for byte in data[:40]:
            for connection in connections:
                with contextlib.suppress(Closed):
                    connection.put(bytes([byte]))
            time.sleep(0.1)
        ended = sum(connection.is_closed(0.01) for connection in connections)
    finally:
        for connection in connections:
            connection.close()
    if ended < len(connections):
        raise Missed(f"{len(connections) - ended} of {len(connections)} still open after 4 s")
    return "all ended"


@attack("a greeting that does not end", STRANGERS)
def endless_greeting(field, _):
    sent = 0
    with Raw(field.address(field.nodes[0]), field.source) as connection:
        with contextlib.suppress(Closed):
            connection.put(speaker.SIGNATURE)
            while sent < 64 << 20:
                connection.put(b"\0" * 65536)
                sent += 65536
    return f"{sent >> 10} KiB sent"


@attack("a command of 2^63 bytes in the handshake", STRANGERS)
def huge_command(field, _):
    head = struct.pack(">BQ", speaker.COMMAND | speaker.LONG, HUGE)
    say(field, 100, lambda _: speaker.greeting() + head + b"\x05READY" + b"x" * 1000)


@attack("a READY of 20 MB", STRANGERS)
def long_ready(field, _):
    body = b"\x05READY" + speaker.property_of(b"A", b"B" * (20 << 20))

    def act(node, _):
        with Raw(field.address(node), field.source, patience=1.0) as connection:
            connection.put(speaker.greeting() + speaker.frame(body, speaker.COMMAND))

    each(field, 10, act)


@attack("1,000 half-open connections", STRANGERS)
def half_open(field, _):
    address = field.address(field.nodes[0])
    connections = [Raw(address, field.source) for _ in range(1000)]
    try:
        time.sleep(4)
        open_ones = sum(not connection.is_closed(0.0001) for connection in connections)
    finally:
        for connection in connections:
            connection.close()
    if open_ones > 50:
        raise Missed(f"{open_ones} of 1000 are still open after 4 s")
    return f"{open_ones} open after 4 s"


@attack("connect and reset, for 3 s", STRANGERS)
def resets(field, _):
    until, count = time.monotonic() + 3, 0
    address = field.address(field.nodes[0])
    while time.monotonic() < until:
        with contextlib.suppress(Closed):
            Raw(address, field.source).reset()
            count += 1
    return f"{count} connections"


@attack("2,000 sources", STRANGERS, logged=256, bound="256 warnings a minute")
def many_sources(field, _):
    """The log tells of each source once a minute, and of no more sources than it keeps."""
    address = field.address(field.nodes[0])
    for number in range(2000):
        source = f"127.200.{number // 250}.{1 + number % 250}"
        with contextlib.suppress(Closed):
            with Raw(address, source) as connection:
                connection.put(speaker.greeting(b"NEW") + b"\xff" * 100)


FEW_DESCRIPTORS = {"prefix": ["prlimit", "--nofile=512:512"]}


@attack("connections until descriptors end, then a question", STRANGERS, settings=FEW_DESCRIPTORS)
def all_descriptors(field, _):
    address = field.address(field.nodes[0])
    connections = []
    try:
        for _ in range(1200):
            with contextlib.suppress(Closed):
                connections.append(Raw(address, field.source, patience=0.5))
        field.statuses()
    finally:
        for connection in connections:
            connection.close()
    return f"{len(connections)} connections, 512 descriptors"


@attack("idle peers until descriptors end, then a question", [("stranger", "plain")],
        settings=FEW_DESCRIPTORS, memory=24)
def all_idle(field, who):
    connections = []
    try:
        for _ in range(1000):
            with contextlib.suppress(Closed):
                connections.append(field.connect(who, field.nodes[0], is_patient=False))
        field.statuses()
    finally:
        for connection in connections:
            connection.close()
    return f"{len(connections)} peers, 512 descriptors"


# --- CURVE ----------------------------------------------------------------------------------

def curve(field, node, server=None, own=None):
    return Curve(field.address(node), server or field.folder.link.public,
                 own or sodium.CurvePair(), is_whole=False, source=field.source)


def stop_after(field, steps, count=200):
    """Handshakes of which only the first steps are done, all open at once."""
    connections = []
    try:
        for number in range(count):
            with contextlib.suppress(Closed, ValueError):
                connections.append(curve(field, field.nodes[number % 2]))
                for step in steps:
                    getattr(connections[-1], step)()
        time.sleep(3)
        open_ones = sum(not connection.is_closed(0.0001) for connection in connections)
    finally:
        for connection in connections:
            connection.close()
    if open_ones:
        raise Missed(f"{open_ones} of {count} half handshakes are open after 3 s")
    return f"{count} ended"


@attack("handshakes that stop after HELLO", [("trust only", "keys")])
def stops_after_hello(field, _):
    return stop_after(field, ["greet", "hello"])


@attack("handshakes that stop after WELCOME", [("trust only", "keys")])
def stops_after_welcome(field, _):
    return stop_after(field, ["greet", "hello", "welcome"])


@attack("HELLO for another key", [("stranger", "keys")], counted=REFUSED_HANDSHAKES)
def wrong_server_key(field, _):
    def act(node, _):
        with curve(field, node, server=sodium.CurvePair().public) as connection:
            connection.greet()
            connection.hello()
            connection.welcome()

    each(field, 100, act)


@attack("HELLO again and again", [("trust only", "keys")], counted=REFUSED_HANDSHAKES)
def repeated_hello(field, _):
    def act(node, _):
        with curve(field, node) as connection:
            connection.greet()
            for _ in range(100):
                connection.hello()
            connection.is_closed(0.05)

    each(field, 50, act)


@attack("INITIATE with the key of a member", [("trust only", "keys")],
        counted=REFUSED_HANDSHAKES, quick=True)
def claimed_key(field, _):
    victim = field.folder.person("n2").key.curve.public

    def act(node, _):
        with curve(field, node) as connection:
            connection.greet()
            connection.hello()
            connection.welcome()
            connection.initiate(speaker.metadata(b"DEALER", b""), public=victim)
            connection.await_ready()
            raise Missed("the key of another was believed")

    each(field, 50, act)


@attack("INITIATE that is garbled, or of 1 MB", [("trust only", "keys")])
def garbled_initiate(field, _):
    def act(node, number):
        with curve(field, node) as connection:
            connection.greet()
            connection.hello()
            connection.welcome()
            if number % 2:
                connection.initiate(speaker.property_of(b"A", b"B" * (1 << 20)))
            else:
                body = b"\x08INITIATE" + os.urandom(300)
                connection.put(speaker.frame(body, speaker.COMMAND))

    each(field, 40, act)


@attack("a recorded handshake, played again", [("stranger", "keys")], quick=True)
def replayed_handshake(field, _):
    node = field.nodes[0]
    with field.connect("insider", node) as connection:
        recorded = list(connection.sent)
    for _ in range(20):
        with Raw(field.address(node), field.source) as connection:
            connection.put(recorded[0] + recorded[1])
            connection.take(speaker.GREETING_BYTES)
            connection.take_frame()
            with contextlib.suppress(Closed):
                connection.put(recorded[2])
                if b"READY" in connection.take_frame()[1]:
                    raise Missed("a handshake can be played again")
    return "20 times refused"


@attack("handshakes of new keys, for 3 s", [("trust only", "keys")])
def new_keys(field, who):
    until, count = time.monotonic() + 3, 0
    while time.monotonic() < until:
        with contextlib.suppress(Closed):
            field.connect(who, field.nodes[0]).reset()
            count += 1
    return f"{count} handshakes"


@attack("out-of-band bytes, and half a connection", [("stranger", "plain")])
def urgent_data(field, _):
    def act(node, number):
        with Plain(field.address(node), source=field.source) as connection:
            with contextlib.suppress(OSError):
                connection.socket.send(b"!", socket.MSG_OOB)
                connection.socket.shutdown(socket.SHUT_WR)

    each(field, 100, act)
