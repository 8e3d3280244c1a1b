"""Connections to a gossip port, byte by byte: ZMTP 3.0 in the clear, and with CURVE.

Nothing here stands on libzmq, which refuses to send much of what an attacker sends.
"""

import contextlib
import os
import socket
import struct

import sodium

SIGNATURE = b"\xff" + b"\0" * 7 + b"\x01\x7f"
MORE, LONG, COMMAND = 1, 2, 4
GREETING_BYTES = 64


class Closed(Exception):
    """The other side has hung up, or says nothing."""


def greeting(mechanism=b"NULL", version=(3, 0), is_server=False):
    return (SIGNATURE + bytes(version) + mechanism.ljust(20, b"\0") + bytes([is_server])
            + b"\0" * 31)


def frame(body, flags=0):
    if len(body) > 255:
        return struct.pack(">BQ", flags | LONG, len(body)) + body
    return bytes([flags, len(body)]) + body


def property_of(name, value):
    return bytes([len(name)]) + name + struct.pack(">I", len(value)) + value


def metadata(kind, routing_id):
    return property_of(b"Socket-Type", kind) + property_of(b"Identity", routing_id)


def ready(kind=b"DEALER", routing_id=b""):
    return frame(b"\x05READY" + metadata(kind, routing_id), COMMAND)


class Raw:
    """A connection and nothing said yet. `address`: (host, port), or the path of a unix socket."""

    def __init__(self, address, source=None, patience=3.0):
        is_path = isinstance(address, str)
        self.socket = socket.socket(socket.AF_UNIX if is_path else socket.AF_INET)
        self.socket.settimeout(patience)
        try:
            if source:
                self.socket.bind((source, 0))
            self.socket.connect(address)
            if not is_path:
                self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            self.socket.close()
            raise Closed(str(error)) from None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def reset(self):
        """Closes it without the usual farewell."""
        with contextlib.suppress(OSError):
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def put(self, data):
        try:
            self.socket.sendall(data)
        except OSError as error:
            raise Closed(str(error)) from None

    def take(self, size):
        data = b""
        try:
            while len(data) < size:
                more = self.socket.recv(size - len(data))
                if not more:
                    raise Closed("it hangs up")
                data += more
        except OSError as error:
            raise Closed(str(error)) from None
        return data

    def take_frame(self):
        """Flags and body of the next frame."""
        flags = self.take(1)[0]
        size = struct.unpack(">Q", self.take(8))[0] if flags & LONG else self.take(1)[0]
        return flags, self.take(size)

    def is_closed(self, patience):
        """Whether the other side hangs up before that time."""
        self.socket.settimeout(patience)
        try:
            while self.socket.recv(65536):
                pass
            return True
        except socket.timeout:
            return False
        except OSError:
            return True


class Plain(Raw):
    """A peer without keys. `is_patient`: it waits for the other side's part of the handshake."""

    def __init__(self, address, routing_id=b"", kind=b"DEALER", is_patient=True, **options):
        super().__init__(address, **options)
        try:
            self.put(greeting() + ready(kind, routing_id))
            if is_patient:
                self.take(GREETING_BYTES)
                self.take_frame()
        except Closed:
            self.close()
            raise

    def send(self, *parts):
        last = len(parts) - 1
        self.put(b"".join(frame(part, MORE if i < last else 0) for i, part in enumerate(parts)))

    def send_endless(self, part, times=1):
        """Parts of a message that has no last one."""
        self.put(frame(part, MORE) * times)

    def send_command(self, body):
        self.put(frame(body, COMMAND))

    def receive(self):
        while True:
            flags, body = self.take_frame()
            if not flags & COMMAND:
                return body


class Curve(Raw):
    """A peer that shakes hands by CURVE (RFC 26), step by step.

    `server`: the public key that the other side listens with; `own`: the pair of this side.
    """

    def __init__(self, address, server, own, routing_id=b"", is_whole=True, **options):
        super().__init__(address, **options)
        self._server, self._own = server, own
        self._brief = sodium.CurvePair()
        self._count = 0
        self.sent = []
        try:
            if is_whole:
                self.greet()
                self.hello()
                self.welcome()
                self.initiate(metadata(b"DEALER", routing_id))
                self.await_ready()
        except (Closed, ValueError) as error:
            self.close()
            raise Closed(str(error)) from None

    def _next_nonce(self):
        self._count += 1
        return struct.pack(">Q", self._count)

    def _tell(self, data):
        self.sent.append(data)
        self.put(data)

    def greet(self):
        self._tell(greeting(b"CURVE"))

    def hello_frame(self):
        nonce = self._next_nonce()
        key = sodium.shared_key(self._server, self._brief.secret)
        proof = sodium.box(b"\0" * 64, b"CurveZMQHELLO---" + nonce, key)
        return frame(b"\x05HELLO\x01\0" + b"\0" * 72 + self._brief.public + nonce + proof, COMMAND)

    def hello(self):
        self._tell(self.hello_frame())

    def welcome(self):
        self.take(GREETING_BYTES)
        body = self.take_frame()[1]
        if not body.startswith(b"\x07WELCOME"):
            raise Closed("it sends no WELCOME")
        key = sodium.shared_key(self._server, self._brief.secret)
        plain = sodium.unbox(body[24:], b"WELCOME-" + body[8:24], key)
        self._their_brief, self._cookie = plain[:32], plain[32:]
        self._key = sodium.shared_key(self._their_brief, self._brief.secret)

    def initiate(self, about, public=None):
        """`public`: a key to claim instead of its own."""
        long_nonce = os.urandom(16)
        voucher = sodium.box(self._brief.public + self._server, b"VOUCH---" + long_nonce,
                             sodium.shared_key(self._their_brief, self._own.secret))
        plain = (public or self._own.public) + long_nonce + voucher + about
        nonce = self._next_nonce()
        sealed = sodium.box(plain, b"CurveZMQINITIATE" + nonce, self._key)
        self._tell(frame(b"\x08INITIATE" + self._cookie + nonce + sealed, COMMAND))

    def await_ready(self):
        body = self.take_frame()[1]
        if not body.startswith(b"\x05READY"):
            raise Closed("it sends no READY")

    def _sealed(self, body, flags):
        nonce = self._next_nonce()
        return frame(b"\x07MESSAGE" + nonce
                     + sodium.box(bytes([flags]) + body, b"CurveZMQMESSAGEC" + nonce, self._key))

    def send(self, *parts):
        last = len(parts) - 1
        self.put(b"".join(self._sealed(part, 1 if i < last else 0)
                          for i, part in enumerate(parts)))

    def send_endless(self, part, times=1):
        self.put(b"".join(self._sealed(part, 1) for _ in range(times)))

    def send_command(self, body):
        self.put(self._sealed(body, 2))

    def receive(self):
        while True:
            body = self.take_frame()[1]
            if body.startswith(b"\x07MESSAGE"):
                plain = sodium.unbox(body[16:], b"CurveZMQMESSAGES" + body[8:16], self._key)
                if not plain[0] & 2:
                    return plain[1:]
