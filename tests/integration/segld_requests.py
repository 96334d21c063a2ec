# SPDX-License-Identifier: ISC
#
# Requests to segld as a neighbour would make them, byte by byte: SOCKET PORT
# SECRET SCOPE. Prints TAP lines without numbers for the shell to count:
# "ok NAME" or "not ok NAME".
import json
import os
import socket
import sys
import time

path, port, secret, scope = sys.argv[1], int(sys.argv[2]), sys.argv[3], \
    sys.argv[4]


def check(name, good, got=""):
    print(("ok " if good else "not ok ") + name)
    if not good:
        print("# got:", repr(got))


def talk(raw, tcp=False, more=b"", timeout=5):
    """All that comes back, and whether the connection was closed."""
    if tcp:
        s = socket.create_connection(("127.0.0.1", port))
    else:
        s = socket.socket(socket.AF_UNIX)
        s.connect(path)
    s.settimeout(timeout)
    s.sendall(raw)
    if more:
        time.sleep(0.05)
        try:
            s.sendall(more)
        except OSError:
            pass
    got, closed = b"", False
    try:
        while True:
            part = s.recv(65536)
            if not part:
                closed = True
                break
            got += part
    except ConnectionError:
        closed = True
    except TimeoutError:
        pass
    s.close()
    return got, closed


def status(got):
    line = got.split(b"\r\n", 1)[0]
    return int(line.split(b" ")[1]) if line.startswith(b"HTTP/1.1 ") else 0


def answers(got):
    return got.count(b"HTTP/1.1 ")


TOKEN = b"GET /v1/token HTTP/1.1\r\n"
FIELD = b"Segl-Request: 1\r\n"
HOST = b"Host: localhost\r\n"

# ---- rows of the table: name, request, what may come back -----------------
#
# A status that refuses and the connection closed, with or without an answer. In
# the last column True: this row hangs on libmicrohttpd, which before 1.0 takes
# or mends it before we see it. There it is shown harmless instead: one answer
# for the same route, then closed.
rows = [
    ("no Host", TOKEN + FIELD + b"\r\n", {400}, False),
    ("two Hosts", TOKEN + HOST + HOST + FIELD + b"\r\n", {400}, False),
    ("an unknown Host", TOKEN + b"Host: evil.example\r\n" + FIELD + b"\r\n",
     {421}, False),
    ("a Host that was rebound", TOKEN + b"Host: attacker.example:80\r\n" +
     FIELD + b"\r\n", {421}, False),
    ("a space before the colon", TOKEN + b"Host : localhost\r\n" + FIELD +
     b"\r\n", {400}, False),
    ("a method that is no token", b"G@T /v1/token HTTP/1.1\r\n" + HOST +
     FIELD + b"\r\n", {400}, False),
    ("another method", b"PUT /v1/token HTTP/1.1\r\n" + HOST + FIELD +
     b"\r\n", {405}, False),
    ("OPTIONS, as before a cross-origin request",
     b"OPTIONS /v1/token HTTP/1.1\r\n" + HOST + FIELD + b"\r\n",
     {403, 405}, False),
    ("Content-Length with Transfer-Encoding",
     b"POST /api/v1/token HTTP/1.1\r\n" + HOST + b"Content-Length: 4\r\n"
     b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {400}, False),
    ("two Content-Lengths", b"POST /api/v1/token HTTP/1.1\r\n" + HOST +
     b"Content-Length: 0\r\nContent-Length: 5\r\n\r\n", {400}, False),
    ("a negative length", b"POST /api/v1/token HTTP/1.1\r\n" + HOST +
     b"Content-Length: -1\r\n\r\n", {400}, False),
    ("a huge length", b"POST /api/v1/token HTTP/1.1\r\n" + HOST +
     b"Content-Length: 99999999999999999999\r\n\r\n", {400, 413}, False),
    ("a body too long", b"POST /api/v1/token HTTP/1.1\r\n" + HOST +
     b"Content-Length: 70000\r\n\r\n", {413}, False),
    ("NUL in the path", b"GET /v1/token\0x HTTP/1.1\r\n" + HOST + FIELD +
     b"Connection: close\r\n\r\n", {400, 404}, True),
    ("an escaped NUL in the path", b"GET /v1/token%00 HTTP/1.1\r\n" + HOST +
     FIELD + b"\r\n", {404}, False),
    ("bare LF", b"GET /v1/token HTTP/1.1\nHost: localhost\n"
     b"Segl-Request: 1\nConnection: close\n\n", {400}, True),
    ("a folded field", TOKEN + HOST + b"Segl-Request:\r\n 1\r\n"
     b"Connection: close\r\n\r\n", {400, 403}, True),
    ("an absolute URI to another host",
     b"GET http://evil.example/v1/token HTTP/1.1\r\n" + HOST + FIELD +
     b"\r\n", {400}, False),
    ("NUL in a field", TOKEN + HOST + FIELD + b"X: a\0b\r\n"
     b"Connection: close\r\n\r\n", {400}, True),
    ("NUL in the name of a field", TOKEN + HOST + FIELD + b"X\0Y: a\r\n"
     b"Connection: close\r\n\r\n", {400}, True),
    ("a bare CR in a field", TOKEN + HOST + FIELD + b"X: a\rb\r\n"
     b"Connection: close\r\n\r\n", {400}, True),
    ("a control character in a field", TOKEN + HOST + FIELD +
     b"X: a\x01b\r\n\r\n", {400}, False),
    ("another Transfer-Encoding", b"POST /api/v1/token HTTP/1.1\r\n" + HOST +
     b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", {400, 501}, False),
    ("two Transfer-Encodings", b"POST /api/v1/token HTTP/1.1\r\n" + HOST +
     b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"
     b"0\r\n\r\n", {501}, False),
    ("a chunk larger than all", b"POST /api/v1/token HTTP/1.1\r\n" + HOST +
     b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
     {400, 413}, False),
    ("a chunk that is none", b"POST /api/v1/token HTTP/1.1\r\n" + HOST +
     b"Transfer-Encoding: chunked\r\n\r\n-1\r\na\r\n0\r\n\r\n",
     {400, 413}, False),
    ("a Content-Length with a sign", b"POST /api/v1/token HTTP/1.1\r\n" +
     HOST + b"Content-Length: +4\r\n\r\nabcd", {400}, False),
    ("a version in small letters", b"GET /v1/token http/1.1\r\n" + HOST +
     FIELD + b"\r\n", {400, 505}, False),
    ("a Host with a port that is none", TOKEN + b"Host: localhost:80x\r\n" +
     FIELD + b"\r\n", {421}, False),
    ("a Host with somebody in front", TOKEN + b"Host: evil@localhost\r\n" +
     FIELD + b"\r\n", {421}, False),
    ("a body on GET", TOKEN + HOST + FIELD + b"Content-Length: 4\r\n\r\nabcd",
     {400}, False),
    ("a chunked body on GET", TOKEN + HOST + FIELD +
     b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", {400}, False),
    ("an oversized field", TOKEN + HOST + FIELD + b"X: " + b"a" * 40000 +
     b"\r\n\r\n", {400, 413, 431}, False),
    ("an oversized line", b"GET /v1/token?" + b"a" * 40000 +
     b" HTTP/1.1\r\n" + HOST + b"\r\n", {400, 413, 414, 431}, False),
    ("too many fields", TOKEN + HOST + FIELD + b"X: a\r\n" * 150 + b"\r\n",
     {400, 431}, False),
    ("HTTP of another kind", b"GET /v1/token HTTP/2.0\r\n" + HOST + FIELD +
     b"\r\n", {400, 505}, False),
    ("a path that is none", b"GET /v1/../v1/token HTTP/1.1\r\n" + HOST +
     FIELD + b"\r\n", {404}, False),
    ("no path at all", b"GET v1/token HTTP/1.1\r\n" + HOST + FIELD + b"\r\n",
     {400, 404}, False),
    ("a value with a newline", b"GET /v1/token?scope=a:b&resource="
     b"x%0a%7b%22outcome%22:%22token%22%7d HTTP/1.1\r\n" + HOST + FIELD +
     b"Connection: close\r\n\r\n", {400}, False),
    ("a value that is no UTF-8", b"GET /v1/token?scope=a:b&consumer_org="
     b"%ff%fe HTTP/1.1\r\n" + HOST + FIELD + b"Connection: close\r\n\r\n",
     {400}, False),
    ("a value that drives a terminal", b"GET /v1/token?scope=a:b&resource="
     b"%1b%5b2J HTTP/1.1\r\n" + HOST + FIELD + b"Connection: close\r\n\r\n",
     {400}, False),
    ("Origin", TOKEN + HOST + FIELD + b"Origin: http://localhost\r\n\r\n",
     {403}, False),
    ("Origin null", TOKEN + HOST + FIELD + b"Origin: null\r\n\r\n", {403},
     False),
    ("Forwarded", TOKEN + HOST + FIELD + b"Forwarded: for=1.2.3.4\r\n\r\n",
     {403}, False),
    ("X-Forwarded-For", TOKEN + HOST + FIELD +
     b"X-Forwarded-For: 1.2.3.4\r\n\r\n", {403}, False),
    ("Via", TOKEN + HOST + FIELD + b"Via: 1.1 proxy\r\n\r\n", {403}, False),
    ("Sec-Fetch-Site", TOKEN + HOST + FIELD +
     b"Sec-Fetch-Site: cross-site\r\n\r\n", {403}, False),
]

for name, raw, allowed, harmless in rows:
    got, closed = talk(raw)
    code = status(got)
    # libmicrohttpd before 1.0 sends the head of its own refusals twice
    refused = got == b"" or (code in allowed and
                             (answers(got) == 1 or b" 200 " not in got))
    if harmless and code == 200 and answers(got) == 1:
        refused = True
    check(name + ": refused, one answer", refused, got[:200])
    check(name + ": and closed", closed, got[:200])
    check(name + ": without a token", b"access_token" not in got or harmless)

got, closed = talk(TOKEN + HOST +
                   b"Connection: close\r\n\r\n")
check("without Segl-Request", status(got) == 403, got)
got, closed = talk(TOKEN + HOST + FIELD + b"Connection: close\r\n\r\n")
check("as it should be", status(got) == 200 and closed, got)
got, closed = talk(TOKEN + b"Host: evil.example\r\n" + FIELD + b"\r\n",
                   more=TOKEN + HOST + FIELD + b"\r\n")
check("what was pipelined behind an error gets no answer",
      answers(got) == 1 and closed and b"access_token" not in got, got)
got, closed = talk(b"POST /api/v1/token HTTP/1.1\r\n" + HOST +
                   b"Content-Type: application/x-www-form-urlencoded\r\n"
                   b"Connection: close\r\n"
                   b"Transfer-Encoding: chunked\r\n\r\n"
                   b"1e;ext=1\r\nidentity_provider=maskinporten\r\n" +
                   b"%x\r\n&target=%s\r\n0\r\n\r\n" %
                   (8 + len(scope), scope.encode()))
check("chunk extensions: harmless or refused",
      status(got) in (200, 400) and answers(got) == 1 and closed, got)

# ---- half of a connection --------------------------------------------------

s = socket.socket(socket.AF_UNIX)
s.connect(path)
s.settimeout(20)
s.sendall(TOKEN + HOST + FIELD + b"\r\n")
s.shutdown(socket.SHUT_WR)
got = b""
while part := s.recv(65536):
    got += part
s.close()
check("who has asked and says no more is answered, and let go",
      status(got) == 200, got)

# ---- slow and many ---------------------------------------------------------

slow = []
for i in range(50):
    s = socket.socket(socket.AF_UNIX)
    s.connect(path)
    s.sendall(b"GET /healthz HTTP/1.1\r\nHost: loc")
    slow.append(s)
got, closed = talk(TOKEN + HOST + FIELD + b"Connection: close\r\n\r\n")
check("others are served beside slow clients", status(got) == 200, got)
for s in slow:
    s.close()

# ---- TCP and the secret ----------------------------------------------------

got, closed = talk(TOKEN + HOST + FIELD + b"\r\n", tcp=True)
check("TCP without the secret", status(got) == 401, got)
check("says what is wanted", b"WWW-Authenticate: Bearer" in got, got)
for name, value in (("another secret", "x" * len(secret)),
                    ("half of it", secret[:8]), ("more than it",
                                                 secret + "x")):
    got, closed = talk(TOKEN + HOST + FIELD + b"Authorization: Bearer " +
                       value.encode() + b"\r\n\r\n", tcp=True)
    check("TCP with " + name, status(got) == 401, got)
good = b"Authorization: Bearer " + secret.encode() + b"\r\n"
got, closed = talk(TOKEN + HOST + FIELD + good + b"Connection: close\r\n\r\n",
                   tcp=True)
check("TCP with the secret", status(got) == 200, got)
got, closed = talk(b"GET /v1/token?scope=other:scope HTTP/1.1\r\n" + HOST +
                   FIELD + good + b"Connection: close\r\n\r\n", tcp=True)
check("the secret is for one scope", status(got) == 403, got)
