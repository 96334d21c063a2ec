# SPDX-License-Identifier: ISC
"""A server of trusted lists that can fail: trust_server.py DIR [CERT KEY].

Serves the files of DIR, with entity tags and gzip. DIR/faults, read for each
request, has lines NAME FAULT; DIR/journal gets a line for each answer. Prints
"ready PORT".
"""
import gzip
import hashlib
import http.server
import os
import ssl
import sys
import time

root = sys.argv[1]


def fault_of(name):
    try:
        with open(os.path.join(root, "faults"), encoding="utf-8") as f:
            for line in f:
                words = line.split()
                if len(words) == 2 and words[0] == name:
                    return words[1]
    except FileNotFoundError:
        pass
    return ""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def tell(self, name, status):
        with open(os.path.join(root, "journal"), "a", encoding="utf-8") as f:
            f.write("%s %d\n" % (name, status))

    def answer(self, name, status, body=b"", headers=(), length=None):
        self.tell(name, status)
        self.send_response(status)
        for key, value in headers:
            self.send_header(key, value)
        self.send_header(
            "Content-Length", str(len(body) if length is None else length))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def do_GET(self):
        name = self.path.rpartition("/")[2]
        fault = fault_of(name)
        if fault == "hang":
            self.tell(name, 0)
            time.sleep(60)
            return
        if fault == "moved":
            self.answer(name, 302, b"", [("Location", "/to/" + name + ".new")])
            return
        name = name.removesuffix(".new")
        path = os.path.join(root, name)
        if fault == "404" or not os.path.exists(path):
            self.answer(name, 404, b"not here")
            return
        with open(path, "rb") as f:
            body = f.read()
        tag = '"%s"' % hashlib.sha256(body).hexdigest()[:16]
        if self.headers.get("If-None-Match") == tag:
            self.answer(name, 304, b"", [("ETag", tag)])
            return
        headers = [("ETag", tag)]
        if fault == "bomb":
            # thirty megabytes in thirty kilobytes
            body = gzip.compress(b"<" + b" " * (30 << 20))
            headers.append(("Content-Encoding", "gzip"))
        elif "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body)
            headers.append(("Content-Encoding", "gzip"))
        if fault == "short":
            self.answer(name, 200, body[:100], headers, len(body))
            return
        if fault == "junk":
            self.answer(name, 200, b"<html>down for maintenance</html>")
            return
        self.answer(name, 200, body, headers)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
if len(sys.argv) > 3:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2], sys.argv[3])
    server.socket = context.wrap_socket(server.socket, server_side=True)
print("ready %d" % server.server_address[1], flush=True)
server.serve_forever()
