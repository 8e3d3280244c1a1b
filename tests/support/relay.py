#!/usr/bin/env python3
"""A wire that is tapped: relay.py PORT_FILE PID_FILE CAPTURE.

Writes the port at which it listens to PORT_FILE. What comes there it passes on to the one TCP port
at which the process named in PID_FILE listens, and back, and writes all of it to CAPTURE. Runs
until it is ended.
"""

import glob
import os
import socket
import sys
import threading
from pathlib import Path

LISTENING = "0A"


def port_of(pid):
    """The TCP port of 127.0.0.1 at which a process listens."""
    inodes = {os.readlink(link) for link in glob.glob(f"/proc/{pid}/fd/*") if os.path.islink(link)}
    for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
        fields = line.split()
        if fields[3] == LISTENING and f"socket:[{fields[9]}]" in inodes:
            return int(fields[1].split(":")[1], 16)
    raise ConnectionRefusedError(f"process {pid} listens nowhere")


def pump(source, sink, capture, lock):
    try:
        while data := source.recv(65536):
            with lock:
                capture.write(data)
                capture.flush()
            sink.sendall(data)
    except OSError:
        pass
    for end in (source, sink):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def main():
    port_file, pid_file, capture_file = map(Path, sys.argv[1:])
    lock = threading.Lock()
    with socket.create_server(("127.0.0.1", 0)) as listener, capture_file.open("wb") as capture:
        draft = port_file.with_suffix(".new")
        draft.write_text(str(listener.getsockname()[1]), encoding="ascii")
        draft.rename(port_file)
        while True:
            near, _ = listener.accept()
            try:
                port = port_of(pid_file.read_text(encoding="ascii").strip())
                far = socket.create_connection(("127.0.0.1", port))
            except OSError:
                near.close()
                continue
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=pump, args=(source, sink, capture, lock),
                                 daemon=True).start()


if __name__ == "__main__":
    main()
