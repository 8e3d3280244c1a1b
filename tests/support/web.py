#!/usr/bin/env python3
"""A client of `hearsay web`, for the script that tests it: web.py COMMAND URL [ARGUMENT]. It fails
with a line that says what is wrong."""

import http.client
import json
import os
import resource
import signal
import socket
import sys
import time
from urllib.parse import urlsplit

PATIENCE = 20


def connect(url):
    place = urlsplit(url)
    return http.client.HTTPConnection(place.hostname, place.port, timeout=PATIENCE)


def raw(url):
    place = urlsplit(url)
    return socket.create_connection((place.hostname, place.port), timeout=PATIENCE)


def get(url, path, headers=None):
    connection = connect(url)
    connection.request("GET", path, headers=headers or {})
    response = connection.getresponse()
    return response.status, response.read()


class Stream:
    """Events as they come."""

    def __init__(self, url, last_event_id=None):
        self.connection = connect(url)
        headers = {"Last-Event-ID": last_event_id} if last_event_id else {}
        self.connection.request("GET", "/events", headers=headers)
        self.response = self.connection.getresponse()
        assert self.response.status == 200, f"/events gives {self.response.status}"
        kind = self.response.getheader("Content-Type")
        assert kind == "text/event-stream", f"/events is {kind}"

    def next(self):
        """The next message: a map of its fields; {} of a comment."""
        fields = {}
        while line := self.response.readline().decode():
            if line == "\n":
                return fields
            name, _, value = line.rstrip("\n").partition(":")
            if name:
                fields[name] = value.strip()
        raise AssertionError("the stream has ended")

    def until(self, wanted):
        while True:
            message = self.next()
            if wanted(message):
                return message

    def close(self):
        self.connection.close()
        self.response.close()


def is_event(message, kind):
    return message.get("event") == "event" and json.loads(message["data"])["event"] == kind


def told(url, pid):
    """A stream begins with what is known, and tells of a death at once."""
    stream = Stream(url)
    assert stream.next() == {"retry": "1000"}
    node = stream.next()
    assert node["event"] == "node" and json.loads(node["data"])["found"], node
    parts = {"members", "status", "links", "views"}
    while parts:
        parts.discard(stream.next().get("event"))
    began = time.monotonic()
    os.kill(int(pid), signal.SIGKILL)
    failed = stream.until(lambda message: is_event(message, "failed"))
    took = time.monotonic() - began
    assert json.loads(failed["data"])["member"] == "n3", failed
    print(f"A death was told to a listener after {took * 1000:.0f} ms.")
    survey = stream.until(lambda message: message.get("event") == "views")
    assert json.loads(survey["data"])["at"].endswith("Z"), survey
    assert took < 0.5, f"a death was told after {took:.3f} s"


def resumed(url):
    """A client with a known id is told what followed it; one with a strange id, everything."""
    def ids_since(last_event_id):
        stream = Stream(url, last_event_id)
        ids = []
        # The last event that every stream begins with is the death of n3.
        while True:
            message = stream.next()
            ids += [message["id"]] if "id" in message else []
            if is_event(message, "failed"):
                stream.close()
                return ids
    everything = ids_since(None)
    assert len(everything) >= 2 and len(set(everything)) == len(everything), everything
    place = len(everything) // 2 - 1
    assert ids_since(everything[place]) == everything[place + 1:]
    assert ids_since("another-1-1") == everything


def left(url):
    """Those who leave in the middle take no room, and there is an end to room."""
    for _ in range(3):
        streams = [Stream(url) for _ in range(20)]
        for stream in streams:
            stream.next()
        # One that leaves with a reset, the others in good order.
        streams[0].connection.sock.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        for stream in streams:
            stream.close()
    streams = []
    deadline = time.monotonic() + PATIENCE
    while len(streams) < 64:
        assert time.monotonic() < deadline, f"only {len(streams)} streams"
        try:
            streams.append(Stream(url))
        except AssertionError:
            get(url, "/healthz")
    status, body = get(url, "/events")
    assert status == 503 and b"64 pages listen already" in body, (status, body)
    for stream in streams:
        stream.close()


def idle(url):
    """A thousand that say nothing, or half of something, keep nobody out."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    connections = []
    for number in range(1000):
        connections.append(raw(url))
        if number % 2:
            connections[-1].sendall(b"GET /members HTTP/1.1\r\nHost: ")
    for path in ("/healthz", "/members", "/"):
        assert get(url, path)[0] == 200, path
    for connection in connections:
        connection.close()


def rate(url):
    """200 requests a second for two seconds are all answered."""
    connections = [connect(url) for _ in range(4)]
    began = time.monotonic()
    for number in range(400):
        connection = connections[number % 4]
        connection.request("GET", ("/members", "/metrics", "/status", "/")[number // 4 % 4])
        response = connection.getresponse()
        response.read()
        assert response.status == 200, response.status
        time.sleep(max(0, began + number / 200 - time.monotonic()))
    print(f"400 requests were answered in {time.monotonic() - began:.2f} s.")


def hostile_requests(host):
    """Each with the statuses that are right; 0 stands for a closed connection."""
    def head(line, *more):
        return "\r\n".join((line, *more, "", "")).encode("latin-1")
    ours = f"Host: {host}"
    yield head("GET /members HTTP/1.1", "Host: evil.example.com"), {421}
    yield head("GET /members HTTP/1.1"), {400, 421}
    yield head("GET /members HTTP/1.1", ours, "Host: evil.example.com"), {400, 421}
    yield head("GET /members HTTP/1.0"), {421}
    yield head("GET http://evil.example.com/members HTTP/1.1", ours), {400}
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "BREW"):
        yield head(f"{method} /members HTTP/1.1", ours), {405}
    for path in ("/%", "/%0", "/%zz", "/explain/%00", "/%ff", "/%0d%0a", "members", "/members?x"):
        yield head(f"GET {path} HTTP/1.1", ours), {400}
    for path in ("/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/index.html/", "/explain/",
                 "/explain/nobody", "/explain/%22%7b%7d"):
        yield head(f"GET {path} HTTP/1.1", ours), {404}
    yield head("GET /" + "x" * 2000 + " HTTP/1.1", ours), {414}
    yield head("GET /" + "x" * 100_000 + " HTTP/1.1", ours), {413, 414, 431, 0}
    yield head("GET / HTTP/1.1", ours, "X: " + "x" * 100_000), {413, 431, 0}
    yield head("GET / HTTP/1.1", ours, *(f"X{i}: y" for i in range(10_000))), {413, 431, 0}
    yield head("GET / HTTP/1.1", ours, "Content-Length: 5") + b"12345", {400}
    chunks = b"2\r\nab\r\n0\r\n\r\n"
    yield head("GET / HTTP/1.1", ours, "Transfer-Encoding: chunked") + chunks, {400}
    yield head("POST / HTTP/1.1", ours, "Content-Length: 30000") + b"x" * 30_000, {405}
    yield head("GET / HTTP/1.1", ours, "Content-Length: -1"), {400}
    yield head("GET / HTTP/9.9", ours), {400, 505}
    yield b"GET /mem\0bers HTTP/1.1\r\n" + ours.encode() + b"\r\n\r\n", {400, 404, 0}
    yield b"\x16\x03\x01\x02\x00\x01" + bytes(range(256)) + b"\r\n\r\n", {400, 0}
    yield b"GET\r\n\r\n", {400, 0}


def hostile(url):
    for request, statuses in hostile_requests(urlsplit(url).netloc):
        connection = raw(url)
        response = http.client.HTTPResponse(connection)
        try:
            connection.sendall(request)
            response.begin()
            status = response.status
        except (ConnectionError, http.client.BadStatusLine):
            status = 0
        connection.close()
        assert status in statuses, f"{request[:80]!r} gives {status}, not one of {statuses}"
        assert get(url, "/healthz")[0] == 200, f"nothing is served after {request[:80]!r}"


def unread(url):
    """A client that does not read costs no memory, and keeps no other from being told."""
    lazy = raw(url)
    lazy.sendall(f"GET /events HTTP/1.1\r\nHost: {urlsplit(url).netloc}\r\n\r\n".encode())
    other = Stream(url)
    other.until(lambda message: message.get("event") == "links")
    other.until(lambda message: message.get("event") == "links")
    other.close()
    lazy.close()


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
