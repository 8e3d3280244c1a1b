"""One network for each node, all plugged into one switch; their cables and packets are disturbed.

The switches are bridges in the network of this program. No network has a name in the file system:
each ends with the last process in it.
"""

import os
import subprocess
import time

from network import Trouble, run

NODES_MOST = 250


def address_of(number):
    return f"198.51.100.{number}"


class Networks:
    """Networks 1 to `count`. Rules that drop are always those of the side that receives."""

    def __init__(self, count):
        self.count = count
        self._holders = []

    def __enter__(self):
        try:
            self._begin()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for holder in self._holders:
            holder.kill()
        for holder in self._holders:
            holder.wait()

    def _begin(self):
        for switch in ("switch0", "switch1"):
            run("ip", "link", "add", switch, "type", "bridge")
            run("ip", "link", "set", switch, "up")
        # The network ends with this process; so it needs no name.
        self._holders = [subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "--", "unshare", "--net", "sleep", "infinity"],
            start_new_session=True) for _ in range(self.count)]
        for number, holder in enumerate(self._holders, 1):
            self._plug_in(number, holder)

    def _plug_in(self, number, holder):
        own = os.stat("/proc/self/ns/net").st_ino
        deadline = time.monotonic() + 10
        while os.stat(f"/proc/{holder.pid}/ns/net").st_ino == own:
            if holder.poll() is not None or time.monotonic() > deadline:
                raise Trouble("a network for a node could not be made")
            time.sleep(0.002)
        cable, inside = f"cable{number}", self.prefix(number)
        run("ip", "link", "add", cable, "type", "veth", "peer", "name", "eth0",
            "netns", str(holder.pid))
        run("ip", "link", "set", cable, "master", "switch0", "up")
        run(*inside, "ip", "link", "set", "lo", "up")
        run(*inside, "ip", "address", "add", f"{address_of(number)}/24", "dev", "eth0")
        run(*inside, "ip", "link", "set", "eth0", "up")

    def prefix(self, number):
        """What a command begins with that shall run in that network."""
        return ["nsenter", f"--net=/proc/{self._holders[number - 1].pid}/ns/net", "--"]

    def plug(self, numbers, switch):
        """Moves their cables to that switch: 0 is the one of all, 1 the one apart from it."""
        lines = "".join(f"link set cable{n} master switch{switch}\n" for n in numbers)
        subprocess.run(["ip", "-batch", "-"], input=lines, text=True, check=True,
                       capture_output=True)

    def _rule(self, change, number, *what):
        run(*self.prefix(number), "iptables", "-w", change, "INPUT", "-i", "eth0", *what,
            "-j", "DROP")

    def set_cut(self, source, target, is_cut):
        """Whether what one sends to the other is dropped. Each cut is mended once."""
        self._rule("-A" if is_cut else "-D", target, "-s", address_of(source))

    def set_loss(self, number, share, is_lossy):
        """Whether so large a share of what arrives there is dropped by chance."""
        self._rule("-A" if is_lossy else "-D", number, "-m", "statistic", "--mode", "random",
                   "--probability", f"{share:.2f}")

    def unplug(self, number, is_off):
        run("ip", "link", "set", f"cable{number}", "down" if is_off else "up")
