"""The keys of the cluster, and what their operator does to them while nodes run."""

import os
import shutil
import signal
import time

from faults import named

# A node that runs has read its files again so long after a SIGHUP.
RELOAD = 2.0
BEFORE_NEW_KEY = (0.0, 15.0)


class Operator:
    """Who has the cluster key in a folder, and copies files to the folders of the nodes."""

    def __init__(self, world):
        self.world = world
        self.keys = world.running.directory / "operator"
        self.copied_at = {}
        world.command("keygen", "--cluster", world.running.directory.name, "--keys", self.keys)
        self.certify([m.name for m in world.members])
        for member in world.members:
            self.folder(member).mkdir(mode=0o700)
            member.node.options = ["--keys", str(self.folder(member))]
            if member.number % 2 == 0:
                # Half of them know after a start where they had reached others.
                member.node.options += ["--data-dir", f"{self.folder(member)}/data"]
            self.copy(member, "cluster.trust", f"{member.name}.key")

    def folder(self, member):
        return self.world.running.directory / f"{member.name}.keys"

    def certify(self, names, *options):
        self.world.command("certify", *names, *options, "--keys", self.keys)

    def copy(self, member, *files):
        """Copies those of these files that there are, each whole or not at all."""
        for name in files:
            source, target = self.keys / name, self.folder(member) / name
            if source.exists():
                shutil.copy2(source, f"{target}.new")
                os.replace(f"{target}.new", target)
        self.copied_at[member.name] = time.monotonic()

    def tell(self, member):
        """The node is to read its files again; one that only starts is told when it runs."""
        if member.is_started and member.node.is_running():
            member.signal(signal.SIGHUP)

    def tell_started(self, member):
        if self.copied_at[member.name] >= member.started_at:
            self.tell(member)

    def copy_to_all(self, *files, but=()):
        """Copies to all, then tells all; `NAME.key` stands for the key of each."""
        members = [m for m in self.world.members if m not in but]
        for member in members:
            self.copy(member, *[f.replace("NAME", member.name) for f in files])
        for member in members:
            self.tell(member)

    def until_read(self):
        """Waits until all have read what they were told to read: a stopped one does it later."""
        late = [m for m in self.world.members if m.is_stopped]
        while late := [m for m in late if m.is_stopped]:
            yield
        yield from self.world.wait_until(time.monotonic() + RELOAD)


def renew(world, member):
    """A new certificate for the same key, and SIGHUP."""
    with world.ledger.spell("renew", about=member.name):
        world.operator.certify([member.name])
        world.operator.copy(member, f"{member.name}.key")
        world.operator.tell(member)
        yield from world.wait_until(time.monotonic() + RELOAD)


def put_in_new_key(world, member):
    """A new key for the same name, read on SIGHUP or by another process."""
    world.operator.certify([member.name], "--new-key")
    world.operator.copy(member, f"{member.name}.key", "cluster.revoked")
    if world.chance.random() < 0.5:
        yield from world.judge.await_new_life(member, world.operator.tell)
    else:
        member.kill()
        yield from world.start(member)


def new_key(world, member):
    """A new key for the same name, by SIGHUP or a restart; the old one would still be good."""
    life, at = member.life(), time.monotonic()
    with world.ledger.spell("new-key", about=member.name):
        yield from put_in_new_key(world, member)
        yield from world.wait_until(at + world.judge.notice_within)
        world.judge.check_gone("replaced", member, life, at)


def rotate(world):
    """A new cluster key, in all its steps, while all go on."""
    operator, trust = world.operator, ("cluster.trust", "cluster.revoked")
    with world.ledger.spell("rotate"):
        world.command("keygen", "--rotate", "--keys", operator.keys)
        operator.copy_to_all(*trust)
        yield from operator.until_read()
        operator.certify([m.name for m in world.members])
        operator.copy_to_all("NAME.key")
        yield from operator.until_read()
        world.command("keygen", "--retire", "--keys", operator.keys)
        operator.copy_to_all(*trust)
        yield from operator.until_read()


def relink(world):
    """Another link secret, in its three steps."""
    operator = world.operator
    with world.ledger.spell("relink"):
        for _ in range(3):
            world.command("keygen", "--relink", "--keys", operator.keys)
            operator.copy_to_all("cluster.trust")
            yield from operator.until_read()


def revoke(world, member):
    """A key is revoked, and later its name comes back with a new one."""
    life, at, operator = member.life(), time.monotonic(), world.operator
    with world.ledger.spell("revoke", touched=named([member]), about=member.name):
        world.command("revoke", member.name, "--keys", operator.keys)
        # A thief would not tell the node what its owner knows.
        operator.copy_to_all("cluster.revoked", but=world.chance.choice([(), (member,)]))
        yield from world.wait_until(at + world.judge.notice_within)
        world.judge.check_revocation(member, life, at)
        yield from world.wait(world.chance.uniform(*BEFORE_NEW_KEY))
        yield from put_in_new_key(world, member)


OF_A_MEMBER = {"renew": (renew, 3), "new-key": (new_key, 2), "revoke": (revoke, 2)}
OF_ALL = {"rotate": (rotate, 1, 1), "relink": (relink, 1, 1)}
# The operator does one of these at a time.
KINDS = (*OF_A_MEMBER, *OF_ALL)
