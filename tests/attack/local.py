"""Attacks on the sockets of a machine, and on what people and handlers are told."""

import contextlib
import json
import os
import random
import signal
import subprocess
import time
from pathlib import Path

import speaker
import wire
from field import Missed, Skipped
from lies import Liar
from speaker import Closed, Plain
from table import attack

OWNER = [("owner", "plain")]
REFUSED = ["status_socket.refused"]
MEMBERS = b'{"op":"members"}'
NOBODY = 65534


def path_of(field, kind="status"):
    return f"{field.running.directory}/{field.nodes[0].name}.{kind}"


def client(field, kind="status", socket_type=b"DEALER", **options):
    return Plain(path_of(field, kind), kind=socket_type, **options)


def ask(field, *parts, patience=1.0):
    """One request of these frames, and the answer; None if there is none."""
    with contextlib.suppress(Closed):
        with client(field, socket_type=b"REQ", patience=patience) as link:
            link.send(*parts)
            link.receive()
            return link.receive()
    return None


def odd_requests():
    tags = {f"k{number}": "v" for number in range(17)}
    return [b"", b"hello", b"[]", b"{}", b'{"op":1}', b'{"op":"shutdown"}', b"[" * 15000,
            b'{"a":' * 3000 + b"1" + b"}" * 3000, b"\x91" * 16000, b"\xdf\xff\xff\xff\xff",
            b"\xc6\xff\xff\xff\xff", b'{"op":"explain","member":"\xff\xfe"}',
            b'{"op":"wait","alive":1e300}', b'{"op":"ping","op":"leave!"}',
            b'{"op":"wait","alive":9,"timeout_ms":18446744073709551615}',
            json.dumps({"op": "tag", "set": tags}).encode(),
            json.dumps({"op": "tag", "set": {"k": "\x1b[31m"}}).encode(),
            json.dumps({"op": "forget", "member": "n1"}).encode(),
            json.dumps({"op": "forget", "member": "n2"}).encode(),
            json.dumps({"op": "explain", "member": "\x1b[31mX\nY"}).encode(),
            json.dumps({"op": "log_level", "level": "../x"}).encode()]


@attack("requests that are none, of twenty kinds", OWNER, counted=REFUSED, quick=True)
def odd(field, _):
    for request in odd_requests() * 3:
        answer = ask(field, b"", request)
        if answer is None or b"error" not in answer:
            raise Missed(f"the answer to {request[:30]!r} is {answer!r:.60}")


@attack("requests of random bytes", OWNER, counted=REFUSED)
def random_requests(field, _):
    with client(field) as link:
        for _ in range(2000):
            link.send(b"", os.urandom(random.randint(0, 200)))
            link.receive()
            link.receive()


@attack("requests of 1 MB", OWNER)
def huge_requests(field, _):
    for _ in range(20):
        if ask(field, b"", b'{"op":"explain","member":"' + b"x" * 1_000_000) is not None:
            raise Missed("it is answered")


@attack("requests of many parts, and of one", OWNER, counted=REFUSED)
def misframed(field, _):
    for parts in ([b"a"] * 20, [b"a", b"b"], [b"x"], [b"", b"", b""]) * 5:
        ask(field, *parts, patience=0.05)


@attack("a request of parts without an end", OWNER, memory=256,
        known="nothing in libzmq bounds it; the socket is its owner's alone", lasting=True)
def endless_request(field, _):
    sent = 0
    try:
        with client(field, patience=1.0) as link:
            while sent < 100 << 20:
                link.send_endless(b"x" * 65000, 16)
                sent += 16 * 65000
    except Closed:
        return f"hung up after {sent >> 20} MiB"
    raise Missed(f"{sent >> 20} MiB of one request were taken")


@attack("200 clients that ask and never read", OWNER, memory=48)
def never_read(field, _):
    links = [client(field, patience=0.01) for _ in range(200)]
    until = time.monotonic() + 3
    while time.monotonic() < until:
        for link in links:
            with contextlib.suppress(Closed):
                link.send(b"", MEMBERS)
    for link in links:
        link.close()


@attack("1,000 silent connections to the status socket", OWNER)
def silent_clients(field, _):
    links = []
    try:
        for _ in range(1000):
            with contextlib.suppress(Closed):
                links.append(speaker.Raw(path_of(field)))
        field.statuses()
    finally:
        for link in links:
            link.close()
    return f"{len(links)} connections"


@attack("400 waits, then a question", OWNER)
def waits(field, _):
    request = b'{"op":"wait","alive":99,"timeout_ms":60000}'
    links = [client(field) for _ in range(400)]
    try:
        for link in links:
            link.send(b"", request)
        field.statuses()
    finally:
        for link in links:
            link.close()


@attack("surveys without an end", OWNER, memory=32)
def surveys(field, _):
    until, count = time.monotonic() + 3, 0
    with client(field) as link:
        while time.monotonic() < until:
            link.send(b"", b'{"op":"views","timeout_ms":1000}')
            count += 1
            time.sleep(0.005)
    return f"{count} surveys asked for"


@attack("another user of the machine", [("other user", "plain")], quick=True)
def other_user(field, _):
    if os.geteuid() != 0:
        raise Skipped("only root can be another user")
    for kind in ("status", "events"):
        code = ("import socket,sys; s=socket.socket(socket.AF_UNIX); "
                "s.connect(sys.argv[1]); print('connected')")
        command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--",
                   "/usr/bin/python3", "-c", code, path_of(field, kind)]
        told = subprocess.run(command, capture_output=True, text=True)
        if "connected" in told.stdout or "Permission" not in told.stderr:
            raise Missed(f"another user can connect to the {kind} socket")


# --- events -----------------------------------------------------------------------------------

def tag(field, value):
    ask(field, b"", json.dumps({"op": "tag", "set": {"k": value}}).encode())


@attack("subscribers that never read", OWNER, memory=32)
def slow_subscribers(field, _):
    """Each has a queue of its own; what is beyond it is counted as missed."""
    links = [client(field, "events") for _ in range(60)]
    try:
        for link in links:
            link.send(b'{"op":"events"}')
        for number in range(600):
            tag(field, f"{number} " + "x" * 100)
    finally:
        for link in links:
            link.close()
    return "600 events"


@attack("a slow reader, and a death", OWNER, bound="it misses no failure")
def slow_reader(field, _):
    """It reads nothing until a member was killed, and is then told of that."""
    victim = field.nodes[4]
    with client(field, "events", patience=3.0) as link:
        link.send(b'{"op":"events"}')
        for number in range(1500):
            tag(field, f"{number} " + "x" * 100)
        delay = field.known_death(victim, lambda: victim.process.signal(signal.SIGKILL))
        told = read_until(link, lambda e: e.get("event") == "failed"
                          and e.get("member") == victim.name)
    field.mend()
    field.began = time.monotonic()
    if delay is None or not told:
        raise Missed("the slow reader was not told of the death")
    return f"{told} events read"


def read_until(link, is_wanted):
    count = 0
    with contextlib.suppress(Closed):
        while True:
            count += 1
            if is_wanted(json.loads(link.receive())):
                return count
    return 0


@attack("more subscribers than there are places", OWNER)
def many_subscribers(field, _):
    links = [client(field, "events") for _ in range(100)]
    try:
        answers = []
        for link in links:
            link.send(b'{"op":"events"}')
            answers.append(json.loads(link.receive()))
    finally:
        for link in links:
            link.close()
    refused = sum("error" in answer for answer in answers)
    if refused != 36:
        raise Missed(f"{refused} of 100 were refused, and there are 64 places")
    return f"{refused} refused"


@attack("subscriptions without an end", OWNER, memory=48)
def subscriptions(field, _):
    """As a SUB socket of ZeroMQ would send them, and as requests."""
    until, count = time.monotonic() + 3, 0
    while time.monotonic() < until:
        with contextlib.suppress(Closed):
            with client(field, "events", b"SUB", patience=0.5, is_patient=False) as link:
                for _ in range(200):
                    link.send(b"\x01" + os.urandom(900))
                    count += 1
            with client(field, "events", patience=0.5) as link:
                for _ in range(200):
                    link.send(b'{"op":"events"}')
                    count += 1
    return f"{count} subscriptions"


# --- what people and handlers are told ----------------------------------------------------------

DECEPTIONS = ["a\u202egnp.exe", "<script>alert(1)</script>", "$(touch pwned)", "`touch pwned`",
              "'; touch pwned; '", "\u2067x\u2069", "n3 failed: refuses connections", "%s%s%n",
              "\ufeff\u200b\u200d", '","event":"failed","x":"', "\U000e0041\U000e0042"]
FORMAT = {*range(0x200b, 0x2010), *range(0x2028, 0x202f), *range(0x2060, 0x2070), 0xfeff,
          *range(0xe0000, 0xe0080)}
# Quoted as a careful handler is; what is not careful is not ours.
HANDLER = ('printf "%s\\n" "$HEARSAY_EVENT $HEARSAY_MEMBER" >>"$ATTACKED/handled"; '
           'cat >>"$ATTACKED/handled.json"')


def hidden_characters(text):
    return sorted({hex(ord(c)) for c in text
                   if ord(c) in FORMAT or (ord(c) < 32 and c != "\n") or 0x7f <= ord(c) < 0xa0})


@attack("tags that deceive people, shells and readers of JSON", [
    ("stranger", "plain"), ("insider", "keys")], lasting=True, harm="while it lasts",
    logged=40, quick="insider", settings={"options": ["--on-event", HANDLER]})
def deceiving_tags(field, who):
    tags = {f"k{number}": value for number, value in enumerate(DECEPTIONS)}
    with Liar(field, who) as liar:
        if liar.life:
            liar.life.tags, liar.life.tags_version = tags, 1
            for _ in range(10):
                liar.send(liar.life.hello())
                time.sleep(0.1)
        else:
            liar.send(field.message(introductions=[liar.introduce(
                wire.draw_life(), "fake", 2**40, "tcp://127.0.0.1:9", 1, tags)]))
        time.sleep(1)
        shown = [subprocess.run([field.running.program, *command, "--status",
                                 field.nodes[0].status], capture_output=True, text=True).stdout
                 for command in (["members"], ["explain", liar.life.person.name if liar.life
                                               else "fake"])]
    if "fake" not in shown[0] and "mallory" not in shown[0]:
        raise Missed("the liar is not listed, so nothing was shown")
    for text in [*shown, field.nodes[0].log()]:
        if hidden_characters(text):
            raise Missed(f"people are shown {hidden_characters(text)}")
    if list(field.running.directory.glob("pwned*")) or Path("pwned").exists():
        raise Missed("a handler was made to do something else")
    lines = (field.running.directory / "handled.json").read_text().splitlines()
    for line in lines:
        json.loads(line)
    return f"{len(lines)} events handled"


@attack("a queue of handlers that is full of starts, then a death", [("stranger", "plain")],
        lasting=True, harm="while it lasts", logged=260, memory=48,
        bound="the death is handled",
        settings={"options": ["--on-event", f"sleep 0.05; {HANDLER}"]})
def full_queue(field, who):
    """Failures have places in the queue that no other event takes."""
    victim, handled = field.nodes[4], field.running.directory / "handled"
    with Liar(field, who) as liar:
        entries = [liar.introduce(wire.draw_life(), f"fake{i}", 2**40, "tcp://127.0.0.1:9")
                   for i in range(200)]
        liar.send(field.message(introductions=entries))
        time.sleep(0.5)
        delay = field.known_death(victim, lambda: victim.process.signal(signal.SIGKILL))
        is_handled = awaited(lambda: f"failed {victim.name}" in handled.read_text(), 15)
    field.mend()
    if delay is not None and not is_handled:
        raise Missed("no handler was run for the death")
    return "handled" if is_handled else "the death is not known among invented lives"


def awaited(holds, patience):
    deadline = time.monotonic() + patience
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@attack("handlers that hang", OWNER, settings={"options": ["--on-event", "exec sleep 600",
                                                           "--handler-timeout", "1s"]})
def hanging_handlers(field, _):
    for number in range(300):
        tag(field, f"{number}")
    time.sleep(1.5)


@attack("a SIGSTOP of 1.5 s under a flood", [("stranger", "plain"), ("insider", "keys")])
def stopped(field, who):
    """What was queued meanwhile is stale; it may fail nobody."""
    node, someone = field.nodes[0], field.person_of(who)
    node.process.signal(signal.SIGSTOP)
    try:
        until = time.monotonic() + 1.5
        frame = field.message(flags=wire.ASKS)
        with contextlib.suppress(Closed):
            with Plain(field.address(node), source=field.source, is_patient=False,
                       patience=0.2) as link:
                while time.monotonic() < until:
                    link.send(frame)
        if someone:
            with contextlib.suppress(Closed):
                field.connect(who, node, someone, patience=0.2).close()
        time.sleep(max(0, until - time.monotonic()))
    finally:
        node.process.signal(signal.SIGCONT)
    time.sleep(1)
