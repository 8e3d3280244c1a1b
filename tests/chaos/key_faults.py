"""The keys of the cluster, and what their operator does to them while nodes run."""

import os
import shutil
import signal

KINDS = ("renew", "new-key", "rotate", "revoke")


class Operator:
    """Who has the cluster key in a folder, and copies files to the folders of the nodes."""

    def __init__(self, world):
        self.world = world
        self.keys = world.running.directory / "operator"
        world.command("keygen", "--cluster", world.running.directory.name, "--keys", self.keys)
        self.certify([m.name for m in world.members])
        for member in world.members:
            self.folder(member).mkdir(mode=0o700)
            member.node.options = ["--keys", str(self.folder(member))]
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

    def tell(self, member):
        """The node is to read its files again."""
        if member.node.is_running():
            member.signal(signal.SIGHUP)


OF_A_MEMBER = {}
OF_ALL = {}
