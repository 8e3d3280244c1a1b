"""Networks of their own for the programs beside this file.

Both need root, or that the system lets its users make namespaces. Neither has a name in the file
system: it ends with the last process in it, so that nothing is ever left behind.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from pathlib import Path

NEW_NETWORK = 0x40000000
NEW_USER = 0x10000000


class Trouble(Exception):
    """Something outside went wrong, in one sentence for people."""


def enter_private_network():
    """Moves this process to a network of its own; it ends with the last process in it.

    Returns None, or why that is not possible.
    """
    c_library = ctypes.CDLL(None, use_errno=True)
    is_root, user, group = os.geteuid() == 0, os.geteuid(), os.getegid()
    if c_library.unshare(NEW_NETWORK if is_root else NEW_NETWORK | NEW_USER) != 0:
        return os.strerror(ctypes.get_errno())
    if not is_root:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    run("ip", "link", "set", "lo", "up")
    return None


def run(*command):
    """Runs a short command; complains with its own words if it fails."""
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except FileNotFoundError:
        raise Trouble(f"there is no command {command[0]}: 'launch/packages' names what is "
                      "needed") from None
    except subprocess.CalledProcessError as error:
        raise Trouble(f"'{' '.join(command)}' failed: {error.stderr.strip()}") from None


def sent_over_loopback():
    """Bytes with IP and TCP headers, and packets, that loopback carried; each counted once."""
    for line in Path("/proc/self/net/dev").read_text().splitlines():
        if line.strip().startswith("lo:"):
            numbers = line.split(":")[1].split()
            return int(numbers[8]), int(numbers[9])
    raise Trouble("there is no loopback interface here")


def established_sockets(pid):
    """The inodes of all established TCP sockets in the network of that process."""
    inodes = set()
    for table in ("tcp", "tcp6"):
        with contextlib.suppress(FileNotFoundError):
            lines = Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]
            rows = [line.split() for line in lines]
            inodes |= {row[9] for row in rows if row[3] == "01"}
    return inodes


class OtherNetwork:
    """A second network, joined to this one by a cable that can be cut and mended.

    What is cut drops what arrives, at both ends: nobody is told that nothing gets through.
    """

    here, there = "198.51.100.1", "198.51.100.2"
    _cable, _far_end = "bench0", "bench1"

    def __enter__(self):
        own = os.stat("/proc/self/ns/net").st_ino
        self._holder = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", "--",
                                         "unshare", "--net", "sleep", "infinity"],
                                        start_new_session=True)
        path = f"/proc/{self._holder.pid}/ns/net"
        self.prefix = ["nsenter", f"--net={path}", "--"]
        deadline = time.monotonic() + 5
        while os.stat(path).st_ino == own:
            if self._holder.poll() is not None or time.monotonic() > deadline:
                raise Trouble("a second network could not be made")
            time.sleep(0.01)
        run("ip", "link", "add", self._cable, "type", "veth", "peer", "name", self._far_end)
        run("ip", "link", "set", self._far_end, "netns", str(self._holder.pid))
        self._bring_up([], self._cable, self.here)
        self._bring_up(self.prefix, self._far_end, self.there)
        return self

    def __exit__(self, *_):
        # The kernel takes its time with a network whose last process has ended. A cut that was not
        # mended would be one for the next cable.
        subprocess.run(["ip", "link", "delete", self._cable], capture_output=True)
        subprocess.run(["iptables", "-D", *self._cut_of(self._cable)], capture_output=True)
        self._holder.send_signal(signal.SIGKILL)
        self._holder.wait()

    def _bring_up(self, prefix, interface, address):
        run(*prefix, "ip", "link", "set", "lo", "up")
        run(*prefix, "ip", "address", "add", f"{address}/24", "dev", interface)
        run(*prefix, "ip", "link", "set", interface, "up")

    def _change_rules(self, change):
        for prefix, interface in ([], self._cable), (self.prefix, self._far_end):
            run(*prefix, "iptables", change, *self._cut_of(interface))

    @staticmethod
    def _cut_of(interface):
        return "INPUT", "-i", interface, "-j", "DROP"

    def cut(self):
        self._change_rules("-A")

    def mend(self):
        self._change_rules("-D")
