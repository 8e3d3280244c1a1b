"""Files that are not as they must be, and machines that lack something: nodes of their own."""

import contextlib
import json
import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import cluster
import speaker
from field import Missed, Skipped
from table import attack

PATIENCE = 10.0
ADMINISTRATOR = [("files", "keys", {"alone": True})]
MACHINE = [("machine", "plain", {"alone": True})]
REFUSED = "exit status 2, one line"
FORMER = "f1"


class Bench:
    """A folder of keys, a run directory, and the nodes that are started there."""

    def __init__(self, program, has_keys=False):
        self.program = program
        self._folder = tempfile.TemporaryDirectory(prefix="hearsay-attack-")
        self.path = Path(self._folder.name)
        self.keys, self.run, self.data = (self.path / name for name in ("keys", "run", "data"))
        self.run.mkdir(0o700)
        self.has_keys = has_keys
        self._started = []
        if has_keys:
            self.command("keygen", "--cluster", "attacked")
            self.command("certify", "n1", "n2", FORMER)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self._started:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            process.wait()
        with contextlib.suppress(OSError):
            self._folder.cleanup()

    def command(self, *words):
        subprocess.run([self.program, *words, "--keys", self.keys], check=True,
                       capture_output=True, env=cluster.plain_environment())

    def start(self, *options, name="n1", prefix=(), run=None, stdout=None, log="log"):
        """Starts a node; it writes its log to that file of the bench."""
        words = [*prefix, self.program, "node", "--name", name, "--profile", "local",
                 "--run-dir", run or self.run, *options]
        words += ["--keys", self.keys] if self.has_keys else ["--cluster", "attacked"]
        with open(self.path / log, "ab") as stderr:
            process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stderr=stderr,
                                       stdout=stdout or subprocess.DEVNULL,
                                       env=cluster.plain_environment())
        self._started.append(process)
        return process

    def log(self, log="log"):
        return (self.path / log).read_text(errors="replace")

    def must_refuse(self, *options, **more):
        """It must not start, and say why in one line."""
        process = self.start(*options, **more)
        try:
            code = process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise Missed("it runs") from None
        lines = self.log().splitlines()
        if code != 2 or len(lines) != 1:
            raise Missed(f"exit status {code}, {len(lines)} lines: {self.log()[:150]}")
        return lines[0].removeprefix("hearsay node: ").replace(str(self.path) + "/", "")

    def must_run(self, *options, **more):
        process = self.start(*options, **more)
        self.await_log(" answers at ", process)
        return process

    def await_log(self, words, process, log="log"):
        deadline = time.monotonic() + PATIENCE
        while words not in self.log(log):
            if process.poll() is not None:
                raise Missed(f"it ended with {process.returncode}: {self.log(log)[-150:]}")
            if time.monotonic() > deadline:
                raise Missed(f"its log does not say '{words}' within {PATIENCE:.0f} s")
            time.sleep(0.02)
        return next(line for line in self.log(log).splitlines() if words in line)

    def status(self, name="n1"):
        link = speaker.Plain(f"{self.run}/{name}.status", kind=b"REQ")
        with link:
            link.send(b"", b'{"op":"status"}')
            link.receive()
            return json.loads(link.receive())


def refused_file(name, **options):
    """Registers a change of files that keeps a node from starting."""
    def register(spoil):
        @attack(name, ADMINISTRATOR, bound=REFUSED, **options)
        def run(program, _):
            with Bench(program, has_keys=True) as bench:
                return bench.must_refuse(*(spoil(bench) or ()))
        return spoil
    return register


@refused_file("a key file that others may read", quick=True)
def readable_key(bench):
    (bench.keys / "n1.key").chmod(0o644)


@refused_file("a cluster.trust that others may read", quick=True)
def readable_trust(bench):
    (bench.keys / "cluster.trust").chmod(0o640)


@refused_file("a damaged cluster.trust")
def damaged_trust(bench):
    path = bench.keys / "cluster.trust"
    path.write_bytes(path.read_bytes()[:-20] + b"\xff\0")


@refused_file("an empty cluster.trust")
def empty_trust(bench):
    (bench.keys / "cluster.trust").write_text("")


@refused_file("a damaged cluster.revoked", quick=True)
def damaged_revoked(bench):
    bench.command("revoke", FORMER)
    path = bench.keys / "cluster.revoked"
    path.write_text(path.read_text().replace(f" {FORMER}\n", " f2\n"))


@refused_file("a cluster.revoked without a signature")
def unsigned_revoked(bench):
    bench.command("revoke", FORMER)
    path = bench.keys / "cluster.revoked"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("signature")))


@refused_file("a cluster.revoked of another cluster")
def foreign_revoked(bench):
    with Bench(bench.program) as other:
        other.command("keygen", "--cluster", "other")
        other.command("certify", FORMER)
        other.command("revoke", FORMER)
        (bench.keys / "cluster.revoked").write_bytes(
            (other.keys / "cluster.revoked").read_bytes())


@refused_file("the key file of another member under this name")
def other_name(bench):
    (bench.keys / "n1.key").write_bytes((bench.keys / "n2.key").read_bytes())


@refused_file("a key of its own that is revoked")
def own_revoked(bench):
    bench.command("revoke", "n1")


@refused_file("a directory in the place of a key file")
def directory_for_key(bench):
    (bench.keys / "n1.key").unlink()
    (bench.keys / "n1.key").mkdir()


@refused_file("a fifo in the place of a key file")
def fifo_for_key(bench):
    (bench.keys / "n1.key").unlink()
    os.mkfifo(bench.keys / "n1.key", 0o600)


@refused_file("a data directory that others may write to")
def open_data(bench):
    bench.data.mkdir()
    bench.data.chmod(0o777)
    return "--data-dir", bench.data


@refused_file("a run directory that others may write to", quick=True)
def open_run(bench):
    bench.run.chmod(0o777)


@refused_file("a fifo in the place of the lock file")
def fifo_for_lock(bench):
    os.mkfifo(bench.run / "n1.lock")


@refused_file("a link in the place of the lock file")
def link_for_lock(bench):
    (bench.path / "victim").write_text("precious")
    (bench.run / "n1.lock").symlink_to(bench.path / "victim")


def reload(name, words, **options):
    """Registers a change of files that a running node must not take over."""
    def register(spoil):
        @attack(name, ADMINISTRATOR, bound="refused, all stays", **options)
        def run(program, _):
            with Bench(program, has_keys=True) as bench:
                bench.command("revoke", FORMER)
                old = (bench.keys / "cluster.revoked").read_bytes()
                bench.command("certify", "--new-key", FORMER)
                bench.command("revoke", FORMER)
                process = bench.must_run()
                spoil(bench, old)
                process.send_signal(signal.SIGHUP)
                line = bench.await_log(words, process)
                bench.status()
                return line.split(": ", 1)[1].replace(str(bench.path) + "/", "")[:120]
        return spoil
    return register


@reload("an older list of revoked keys", "keeps the list of revoked keys, version 2", quick=True)
def older_revoked(bench, old):
    (bench.keys / "cluster.revoked").write_bytes(old)


@reload("a list of revoked keys that is gone", "keeps the list of revoked keys, version 2")
def gone_revoked(bench, _):
    (bench.keys / "cluster.revoked").unlink()


@reload("a cluster.trust that is damaged while a node runs", "cluster.trust")
def trust_meanwhile(bench, _):
    (bench.keys / "cluster.trust").write_text("nonsense")


@reload("a key file that others may read while a node runs", "n1.key")
def key_meanwhile(bench, _):
    (bench.keys / "n1.key").chmod(0o666)


@attack("a damaged state file", MACHINE, bound="one warning, and it runs", quick=True)
def damaged_state(program, _):
    with Bench(program) as bench:
        bench.data.mkdir(0o700)
        (bench.data / "n1.state").write_bytes(os.urandom(500))
        bench.must_run("--data-dir", bench.data)
        bench.status()
        warnings = [line for line in bench.log().splitlines()
                    if " warning " in line and "n1.state" in line]
        if len(warnings) != 1:
            raise Missed(f"{len(warnings)} warnings")


@attack("a link in the place of the run file", MACHINE, bound="what it leads to is not touched",
        quick=True)
def link_for_run_file(program, _):
    with Bench(program) as bench:
        victim = bench.path / "victim"
        victim.write_text("precious")
        for name in ("n1.json", "n1.json.new"):
            (bench.run / name).symlink_to(victim)
        process = bench.start()
        with contextlib.suppress(Missed):
            bench.await_log(" answers at ", process)
        if victim.read_text() != "precious":
            raise Missed("it wrote to what a link leads to")
        return "runs" if process.poll() is None else "does not start"


@attack("standard descriptors that are closed", MACHINE, bound="it runs, and serves")
def closed_descriptors(program, _):
    with Bench(program) as bench:
        for redirection in ("<&-", ">&-", "<&- >&- 2>&-"):
            prefix = ["bash", "-c", f'exec "$@" {redirection}', "bash"]
            process = bench.start("--events", "json", "--log-file", bench.path / "log",
                                  prefix=prefix)
            bench.await_log(" answers at ", process)
            bench.status()
            process.terminate()
            if process.wait(PATIENCE) != 0:
                raise Missed(f"with {redirection} it ends with {process.returncode}")
            (bench.path / "log").write_text("")


def endpoint_of(bench, name="n1"):
    return json.loads((bench.run / f"{name}.json").read_text())["endpoint"]


def must_run_others(bench, count=3):
    for number in range(count):
        process = bench.start("--join", endpoint_of(bench), name=f"t{number}",
                              log=f"t{number}.log")
        bench.await_log(" answers at ", process, f"t{number}.log")
        process.kill()
        process.wait()
    bench.status()


@attack("a reader of its output that is gone", MACHINE, bound="it runs, and serves")
def gone_reader(program, _):
    with Bench(program) as bench:
        reader, writer = os.pipe()
        bench.must_run("--events", "json", stdout=writer)
        os.close(reader)
        os.close(writer)
        must_run_others(bench)


@attack("a reader of its output that never reads", MACHINE, bound="it runs, and serves")
def idle_reader(program, _):
    with Bench(program) as bench:
        reader, writer = os.pipe()
        try:
            os.set_blocking(writer, False)
            with contextlib.suppress(BlockingIOError):
                while True:
                    os.write(writer, b"x" * 4096)
            os.set_blocking(writer, True)
            bench.must_run("--events", "json", stdout=writer)
            must_run_others(bench)
        finally:
            os.close(reader)
            os.close(writer)


@attack("a disk that is full", MACHINE, bound="it runs, and counts lost lines", quick=True)
def full_disk(program, _):
    with Bench(program) as bench, open("/dev/full", "wb") as full:
        process = bench.start("--events", "json", "--log-file", "/dev/full", stdout=full)
        deadline = time.monotonic() + PATIENCE
        while not (bench.run / "n1.json").exists():
            if process.poll() is not None or time.monotonic() > deadline:
                raise Missed("it does not run")
            time.sleep(0.02)
        must_run_others(bench)
        host = bench.status()["host"]
        if not host["log_lines_lost"]:
            raise Missed("no lost line is counted")
        return f"{host['log_lines_lost']} log lines lost"


@attack("a run directory on a full disk", MACHINE, bound="it does not start, in one line")
def full_run_directory(program, _):
    with Bench(program) as bench:
        script = 'mount -t tmpfs -o size=16k,mode=700 tmpfs "$1" && cat /dev/zero >"$1/fill"; exec '
        prefix = ["unshare", "--mount", "bash", "-c", script + '"${@:2}" 2>>"$0"',
                  bench.path / "log", bench.run]
        process = bench.start(prefix=prefix, log="script.log")
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise Missed("it runs") from None
        if not (bench.path / "log").exists():
            raise Skipped("no file system can be mounted here")
        lines = bench.log().splitlines()
        if len(lines) != 1:
            raise Missed(f"exit status {process.returncode}, {len(lines)} lines")
        return f"exit status {process.returncode}"


@attack("an endless message where memory is limited", MACHINE,
        bound="it ends by itself, if at all; it is told in the log")
def limited_memory(program, _):
    with Bench(program) as bench:
        process = bench.must_run(prefix=["prlimit", "--as=700000000:700000000"])
        port = int(endpoint_of(bench).rsplit(":", 1)[1])
        with contextlib.suppress(speaker.Closed):
            with speaker.Plain(("127.0.0.1", port)) as link:
                for _ in range(4000):
                    link.send_endless(b"x" * 131072, 8)
        time.sleep(0.5)
        if process.poll() is not None:
            raise Missed(f"it ended with {process.returncode}")
        bench.status()
