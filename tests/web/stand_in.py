#!/usr/bin/env python3
"""Serves the page of `hearsay web` and plays its cluster: so that a test says what happens.

    stand_in.py PAGE [--members N] [--port PORT]

PAGE is the folder of the page. The first line of output says the port, as JSON. Each line of input
is an action, such as `kill n3`; ACTIONS lists them. Ends when its input does.
"""

import argparse
import http.server
import json
import pathlib
import queue
import socketserver
import sys
import threading
import urllib.parse

import scenes

TYPES = {".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8",
         ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
          "connect-src 'self'")
HUGE = "x" * 3000
HOSTILE = "<img src=x onerror=alert(1)><b>bold</b>"


class Stream:
    """Those who listen, and what each of them has still to be sent."""

    def __init__(self, cluster):
        self.cluster, self.queues = cluster, set()
        cluster.tell = self.tell

    def tell(self, kind, data, number=None):
        for waiting in list(self.queues):
            waiting.put((kind, data, number))

    def tell_all_parts(self):
        if not self.cluster.is_found:
            return
        with self.cluster.lock:
            self.tell("members", self.cluster.members_answer())
            self.tell("status", self.cluster.status())

    def greet(self, waiting):
        cluster = self.cluster
        if not cluster.surveys:
            ask_all(self)
        with cluster.lock:
            waiting.put(("node", cluster.node(), None))
            for survey in cluster.surveys:
                waiting.put(("views", survey, None))
            for number, event in enumerate(cluster.events, 1):
                waiting.put(("event", event, number))
            if cluster.is_found:
                waiting.put(("members", cluster.members_answer(), None))
                waiting.put(("status", cluster.status(), None))
                waiting.put(("links", cluster.links(), None))
            self.queues.add(waiting)


class Handler(http.server.BaseHTTPRequestHandler):
    stream, page = None, None

    def log_message(self, *_):
        pass

    def do_GET(self):
        path = urllib.parse.unquote(urllib.parse.urlparse(self.path).path)
        if path == "/events":
            self.send_stream()
        elif path.startswith("/explain/"):
            self.send_json(self.stream.cluster.explain(path[len("/explain/"):]))
        elif path.strip("/") in ANSWERS:
            with self.stream.cluster.lock:
                self.send_json(ANSWERS[path.strip("/")](self.stream))
        else:
            self.send_file(path.strip("/") or "index.html")

    def send_head(self, status, kind, length=None):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Cache-Control", "no-store")
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def send_body(self, status, kind, body):
        self.send_head(status, kind, len(body))
        self.wfile.write(body)

    def send_json(self, answer):
        self.send_body(200, "application/json", json.dumps(answer).encode())

    def send_file(self, name):
        files = {path.name: path for path in self.page.iterdir()}
        if name not in files:
            self.send_body(404, "text/plain", b"There is no such page.\n")
            return
        self.send_body(200, TYPES[files[name].suffix], files[name].read_bytes())

    def send_stream(self):
        waiting = queue.Queue()
        self.send_head(200, "text/event-stream")
        self.stream.greet(waiting)
        try:
            self.wfile.write(b"retry: 1000\n\n")
            while True:
                kind, data, number = waiting.get()
                number = f"id: {number}\n" if number else ""
                self.wfile.write(f"event: {kind}\n{number}data: {json.dumps(data)}\n\n".encode())
                self.wfile.flush()
        except OSError:
            self.stream.queues.discard(waiting)


def ask_all(stream):
    survey = stream.cluster.survey()
    stream.cluster.surveys.append(survey)
    stream.tell("views", survey)
    return survey


ANSWERS = {
    "members": lambda stream: stream.cluster.members_answer(),
    "status": lambda stream: stream.cluster.status(),
    "links": lambda stream: stream.cluster.links(),
    "views": ask_all,
}


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        """A browser that goes away is no fault."""


def go_away(stream):
    stream.cluster.is_found = False
    stream.tell("node", stream.cluster.node())


def come_back(stream):
    stream.cluster.is_found = True
    stream.tell("node", stream.cluster.node())


def be_hostile(stream):
    stream.cluster.add(HOSTILE, {HOSTILE: HOSTILE})
    stream.cluster.add(HUGE, {"k": HUGE})
    stream.cluster.change(HUGE, "failed")
    stream.cluster.change(HOSTILE, "failed", cause="silence")


def be_odd(stream, name):
    stream.cluster.odd[name] = {"version": "1.1.0", "fail_after_ms": 4000, "clock_ahead_ms": 2600}


# A word of input, and what it does: `action(stream, *words)`.
ACTIONS = {
    "kill": lambda stream, name, ago="0": stream.cluster.change(name, "failed", float(ago)),
    "suspect": lambda stream, name: stream.cluster.change(name, "suspected", cause="silence"),
    "clear": lambda stream, name: stream.cluster.change(name, "cleared"),
    "recover": lambda stream, name: stream.cluster.change(name, "recovered"),
    "restart": lambda stream, name, ago="0": stream.cluster.change(name, "restarted", float(ago)),
    "leave": lambda stream, name: stream.cluster.change(name, "left"),
    "lose": lambda stream, one, other: stream.cluster.lose(one, other),
    "mend": lambda stream, one, other: stream.cluster.mend(one, other),
    "split": lambda stream, count: stream.cluster.split(int(count)),
    "late": lambda stream, count: stream.cluster.be_late(int(count)),
    "away": go_away,
    "back": come_back,
    "hostile": be_hostile,
    "odd": be_odd,
    "ask": ask_all,
}


class Churn(threading.Thread):
    """Much happens, and members answer much more often than a node would."""

    def __init__(self, stream, is_busy):
        super().__init__(daemon=True)
        self.stream, self.is_busy, self.over = stream, is_busy, threading.Event()

    def run(self):
        turn = 0
        while not self.over.wait(0.1 if self.is_busy.is_set() else 1):
            turn += 1
            if not self.stream.cluster.is_found:
                continue
            if self.is_busy.is_set():
                self.stream.cluster.churn()
            if turn % 5 == 0 or self.is_busy.is_set() and turn % 3 == 0:
                self.stream.tell_all_parts()
            if not self.is_busy.is_set() or turn % 10 == 0:
                self.stream.tell("links", self.stream.cluster.links())


def obey(stream, is_busy):
    for line in sys.stdin:
        words = line.split()
        if words[:1] == ["churn"]:
            is_busy.set() if words[1] == "on" else is_busy.clear()
        elif words:
            ACTIONS[words[0]](stream, *words[1:])
            stream.tell_all_parts()
            stream.tell("links", stream.cluster.links())
        # The sender may wait for that.
        print(json.dumps({"done": line.strip()}), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page", type=pathlib.Path)
    parser.add_argument("--members", type=int, default=5)
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    stream = Stream(scenes.Cluster(options.members))
    Handler.stream, Handler.page = stream, options.page
    server = Server(("127.0.0.1", options.port), Handler)
    print(json.dumps({"port": server.server_address[1]}), flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    is_busy = threading.Event()
    Churn(stream, is_busy).start()
    obey(stream, is_busy)


if __name__ == "__main__":
    main()
