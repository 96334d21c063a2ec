# SPDX-License-Identifier: ISC
"""An API behind tokens, which journals what reached it.

Prints "ready PORT". Each request is a line of JSON in the journal, with a
digest in the place of the token and of the body.

    python3 way_api.py JOURNAL [CERT KEY]
"""

import hashlib
import http.server
import itertools
import json
import ssl
import sys
import threading

JOURNAL = sys.argv[1]
LOCK = threading.Lock()
CONNECTIONS = itertools.count(1)
REFUSED = set()


def digest(data):
    """A short name for bytes."""
    return hashlib.sha256(data).hexdigest()


class Api(http.server.BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"

    def setup(self):
        super().setup()
        self.number = next(CONNECTIONS)

    def log_message(self, format, *args):  # pylint: disable=redefined-builtin
        pass

    def body(self):
        """What was sent: its digest and length, read piece by piece."""
        sha, total = hashlib.sha256(), 0
        if self.headers.get("Transfer-Encoding") == "chunked":
            while True:
                size = int(self.rfile.readline(), 16)
                sha.update(self.rfile.read(size))
                total += size
                self.rfile.readline()
                if size == 0:
                    return sha.hexdigest(), total
        left = int(self.headers.get("Content-Length", 0))
        while left > 0:
            piece = self.rfile.read(min(left, 65536))
            if not piece:
                break
            sha.update(piece)
            total += len(piece)
            left -= len(piece)
        return sha.hexdigest(), total

    def reply(self, status, body, *fields):
        """A whole answer."""
        self.send_response(status)
        for name, value in fields:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def answer(self):
        """Journal the request, answer by its path."""
        sha, length = self.body()
        token = self.headers.get("Authorization", "").encode()
        row = {
            "connection": self.number,
            "method": self.command,
            "path": self.path,
            "token": digest(token) if token else "",
            "bearer": token.startswith(b"Bearer ey"),
            "body": sha,
            "length": length,
            "fields": {
                k.lower(): v
                for k, v in self.headers.items()
                if k.lower() != "authorization"
            },
        }
        with LOCK, open(JOURNAL, "a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        kind, _, argument = self.path[1:].partition("/")
        if kind == "status":
            self.reply(int(argument), b"status " + argument.encode())
        elif kind == "old":
            # refuses the first token it sees, and that one for ever
            if not REFUSED:
                REFUSED.add(token)
            bad = token in REFUSED
            self.reply(401 if bad else 200, b"no" if bad else b"yes")
        elif kind == "away":
            self.reply(302, b"away", ("Location", argument.replace("!", "/")))
        elif kind == "large":
            self.reply_large(int(argument))
        else:
            self.reply(200, b"hello", ("X-Api", "way"))

    def reply_large(self, megabytes):
        """So many megabytes of a pattern, in chunks."""
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for i in range(megabytes):
            piece = bytes([i % 251]) * (1 << 20)
            self.wfile.write(b"100000\r\n" + piece + b"\r\n")
        self.wfile.write(b"0\r\n\r\n")

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = answer


class Server(http.server.ThreadingHTTPServer):
    """Quiet about clients that go away."""

    daemon_threads = True

    def handle_error(self, request, client_address):
        pass


server = Server(("127.0.0.1", 0), Api)
if len(sys.argv) > 2:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2], sys.argv[3])
    server.socket = context.wrap_socket(server.socket, server_side=True)
print("ready", server.server_port, flush=True)
server.serve_forever()
