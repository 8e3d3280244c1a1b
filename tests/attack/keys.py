"""Certificates that are not good, and people who show those of others."""

import contextlib
import os
import signal
import subprocess
import time

import person
import sodium
import wire
from field import Missed
from lies import listed
from speaker import Closed
from table import attack

REFUSED = ["transport.greetings_refused", "transport.keys_refused"]


def shown(name, who="former", **options):
    """Registers somebody who greets all nodes with a certificate, and then speaks."""
    def register(make):
        @attack(name, [(who, "keys")], counted=REFUSED, **options)
        def run(field, _):
            someone = make(field)
            life = person.Life(someone, field.name, "tcp://127.0.0.1:9", 64)
            for _ in range(3):
                for node in field.nodes:
                    present(field, node, someone, life)
            if someone.name in listed(field) and someone.name not in {n.name for n in field.nodes}:
                raise Missed("it is listed")
        return make
    return register


def present(field, node, someone, life):
    with contextlib.suppress(Closed):
        with field.connect("insider", node, someone, patience=0.5) as link:
            link.send(life.hello())
            link.send(field.message(rows=[wire.draw_life(), wire.LEFT, 0]))
            link.is_closed(0.1)


@shown("a certificate that is revoked", quick=True)
def revoked(field):
    return field.person_of("former")


@shown("a certificate that is expired", quick=True)
def expired(field):
    return field.insider(begins=-1000, ends=-60)


@shown("a certificate that is not yet good")
def early(field):
    return field.insider(begins=3600)


@shown("a certificate whose end is before its begin")
def reversed_times(field):
    return field.insider(begins=1000, ends=-1000)


@shown("a certificate of another cluster key", who="trust only", quick=True)
def other_master(field):
    return field.insider(master=sodium.Pair())


@shown("a certificate that names another cluster", who="trust only")
def other_cluster(field):
    return field.insider(cluster="other")


@shown("the certificate of a member, without its key", who="trust only", quick=True)
def stolen(field):
    return person.Person("n2", sodium.Pair(), field.folder.person("n2").certificate)


@shown("a certificate for the key of somebody else", who="trust only")
def other_key(field):
    return field.insider(public=sodium.Pair().public)


@shown("a certificate whose bytes were changed", who="insider")
def changed_bytes(field):
    someone = field.insider()
    # Its role: it would be an operator.
    at = someone.certificate.index(someone.key.public) + 32
    certificate = bytearray(someone.certificate)
    certificate[at] ^= 1
    return person.Person(someone.name, someone.key, bytes(certificate))


@shown("a certificate of 512 bytes and more", who="trust only")
def huge(field):
    return field.insider(endpoints=["tcp://" + "a" * 110 + ":1"] * 4)


@shown("a certificate of another version", who="trust only")
def other_version(field):
    return field.insider(version=2)


@shown("a certificate that is cut off", who="insider")
def cut_off(field):
    someone = field.insider()
    return person.Person(someone.name, someone.key, someone.certificate[:-1])


@shown("a certificate of random bytes", who="trust only")
def random_bytes(field):
    return person.Person("x", sodium.Pair(), os.urandom(200))


@attack("a name that its certificate does not give", [("insider", "keys")],
        counted=["counters.unproven"], quick=True)
def wrong_name(field, _):
    """It greets as itself, and introduces a life of its own under the name of a member."""
    someone = field.insider()
    claim = person.Person("n3", someone.key, someone.certificate)
    introduce(field, someone, person.Life(claim, field.name, "tcp://127.0.0.1:9"))


@attack("an address that its certificate does not allow", [("insider", "keys")],
        counted=["counters.unproven"], quick=True)
def wrong_address(field, _):
    someone = field.insider(endpoints=["tcp://192.0.2.7:7700"])
    introduce(field, someone, person.Life(someone, field.name, "tcp://127.0.0.1:9"))
    if someone.name in listed(field):
        raise Missed("it is listed")


@attack("a second bearer of a member's own key", [("insider", "keys")],
        bound="the true one stays, or is back in 30 s", harm="while it lasts", lasting=True)
def stolen_key(field, _):
    """Who has stolen n3.key can be n3, and nobody else."""
    someone = field.folder.person("n3")
    life = person.Life(someone, field.name, "tcp://127.0.0.1:9")
    for _ in range(10):
        introduce(field, someone, life)
    others = {name for name, m in field.members().items() if m["state"] != "alive"}
    if others - {"n3"}:
        raise Missed(f"{others} are harmed by the key of n3")


def introduce(field, someone, life):
    for node in field.nodes:
        with contextlib.suppress(Closed):
            with field.connect("insider", node, someone) as link:
                link.send(life.hello())
                time.sleep(0.05)


@attack("words before a certificate", [("trust only", "keys")],
        counted=["transport.frames_unproven"])
def before_greeting(field, _):
    """Each connection is ended at its fourth frame."""
    for node in field.nodes * 4:
        with contextlib.suppress(Closed):
            with field.connect("trust only", node) as link:
                for _ in range(50):
                    link.send(field.message(flags=wire.ASKS, roster=[1]))
                if not link.is_closed(2):
                    raise Missed("it may go on without a certificate")


@attack("ever new keys from one source", [("trust only", "keys")], counted=REFUSED,
        bound="its source is blocked")
def one_source(field, _):
    blocked, count = 0, 40
    for _ in range(count):
        someone = field.insider(ends=-60)
        try:
            with field.connect("insider", field.nodes[0], someone) as link:
                link.is_closed(0.05)
        except Closed:
            blocked += 1
    if not blocked:
        raise Missed("no handshake was refused")
    return f"{blocked} of {count} handshakes refused"


@attack("ever new keys from 500 sources", [("trust only", "keys")], counted=REFUSED, logged=256,
        bound="256 warnings a minute", memory=16)
def many_sources(field, _):
    for number in range(500):
        someone = field.insider(ends=-60)
        with contextlib.suppress(Closed):
            with field.connect("insider", field.nodes[0], someone,
                               source=f"127.210.{number // 250}.{1 + number % 250}") as link:
                link.is_closed(0.002)


@attack("greetings that are malformed", [("trust only", "keys")], counted=REFUSED)
def malformed_greetings(field, _):
    nonce = os.urandom(16)
    bad = [wire.LINK_MARK + b"\x90", wire.LINK_MARK + b"\xdd\xff\xff\xff\xff",
           b"hskk\x02\x90", wire.greeting("other", b"x" * 200, nonce),
           wire.greeting(field.name, b"x" * 600, nonce), wire.greeting(field.name, b"", nonce),
           wire.LINK_MARK + wire.pack([field.name, 1, b"x" * 200, b"y" * 64]),
           wire.LINK_MARK + wire.pack([field.name, 7, b"x" * 200, nonce])]
    for number, frame in enumerate(bad * 2):
        node = field.nodes[number % len(field.nodes)]
        with contextlib.suppress(Closed):
            with field.connect("trust only", node) as link:
                link.send(frame)
                link.is_closed(0.1)
    return f"{len(bad)} kinds"


@attack("a revocation that members read while its bearer speaks", [("former", "keys")],
        counted=REFUSED, lasting=True, quick=True, bound="its links end at once")
def revoked_meanwhile(field, _):
    field.running.ask(field.nodes, {"op": "ping"})
    name = "mallory"
    run_key_command(field, "certify", name)
    someone = field.folder.person(name)
    life = person.Life(someone, field.name, "tcp://127.0.0.1:9")
    links = [field.connect("insider", node, someone) for node in field.nodes]
    for link in links:
        link.send(life.hello())
    run_key_command(field, "revoke", name)
    for node in field.nodes:
        node.process.signal(signal.SIGHUP)
    ended = [link.is_closed(5) for link in links]
    for link in links:
        link.close()
    if not all(ended):
        raise Missed(f"{ended.count(False)} of {len(ended)} links go on")
    for node in field.nodes:
        present(field, node, someone, life)
    if name in listed(field):
        raise Missed("it is still listed")


def run_key_command(field, *command):
    subprocess.run([field.running.program, *command, "--keys", field.folder.path], check=True,
                   stdout=subprocess.DEVNULL, env=field.running.environment)
