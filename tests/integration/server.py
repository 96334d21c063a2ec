# SPDX-License-Identifier: ISC
"""A token endpoint that misbehaves on purpose, over TLS.

Prints "ready PORT" when it listens. Every connection and every request is a
line of JSON in the journal: what arrived is what the tests judge, whatever
the client believes to have sent.

    python3 server.py CERT KEY JOURNAL FAULT [ARGUMENT]
"""

import base64
import itertools
import json
import socket
import ssl
import struct
import sys
import threading
import time
import urllib.parse

CERT, KEY, JOURNAL, FAULT = sys.argv[1:5]
ARGUMENT = sys.argv[5] if len(sys.argv) > 5 else ""
LOCK = threading.Lock()
CONNECTIONS = itertools.count(1)
POSTS = itertools.count(1)


def journal(**row):
    """Append one row."""
    row["time"] = time.time()
    with LOCK, open(JOURNAL, "a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")


def claims_of(body):
    """The claims of the grant in a token request, unverified."""
    form = urllib.parse.parse_qs(body.decode())
    if "assertion" not in form:
        return {"jti": None}
    part = form["assertion"][0].split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def token(**more):
    """An answer of the shape RFC 6749, 5.1, wants."""
    return json.dumps(
        {
            "access_token": "demo.access.token",
            "token_type": "Bearer",
            "expires_in": 119,
            "scope": "demo:scope",
            **more,
        }
    ).encode()


def answer(status, body, *fields, reason="X", kind="application/json"):
    """The bytes of an HTTP answer."""
    head = [f"HTTP/1.1 {status} {reason}", f"Content-Length: {len(body)}"]
    head += [f"Content-Type: {kind}", *fields]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def metadata(port):
    """RFC 8414, as Maskinporten has it."""
    issuer = f"https://localhost:{port}/"
    return json.dumps(
        {
            "issuer": issuer,
            "token_endpoint": issuer + "token",
            "jwks_uri": issuer + "jwk",
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "grant_types_supported": [
                "urn:ietf:params:oauth:grant-type:jwt-bearer"
            ],
            "token_endpoint_auth_signing_alg_values_supported": [
                "RS256",
                "RS384",
                "RS512",
            ],
        }
    ).encode()


def refusal(error, description):
    """The body of a refusal."""
    return json.dumps(
        {"error": error, "error_description": description}
    ).encode()


def fault(conn, nth):
    """Answer the NTH token request; None closes without a word."""
    if FAULT == "close":
        return None
    if FAULT == "close-then-ok":
        return answer(200, token()) if nth > int(ARGUMENT) else None
    if FAULT == "reset":
        linger = struct.pack("ii", 1, 0)
        conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        return None
    if FAULT == "status":
        status, _, field = ARGUMENT.partition(" ")
        return answer(int(status), b"{}", *([field] if field else []))
    if FAULT == "status-then-ok":
        status, _, field = ARGUMENT.partition(" ")
        if nth > 1:
            return answer(200, token())
        return answer(int(status), b"{}", *([field] if field else []))
    if FAULT == "redirect":
        return answer(307, b"", f"Location: {ARGUMENT}")
    if FAULT == "huge":
        return answer(200, token(padding="x" * (8 << 20)))
    if FAULT == "endless":
        conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
        conn.sendall(b"Transfer-Encoding: chunked\r\n\r\n")
        while True:
            conn.sendall(b"1000\r\n" + b" " * 4096 + b"\r\n")
    if FAULT == "endless-head":
        conn.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            conn.sendall(b"X-More: " + b"x" * 4096 + b"\r\n")
    if FAULT == "body":
        return answer(200, ARGUMENT.encode())
    if FAULT == "html":
        return answer(200, b"<html>hello</html>", kind="text/html")
    if FAULT == "truncate":
        return answer(200, token())[:-10]
    if FAULT == "escape":
        return answer(
            400, refusal("invalid_grant", "\x1b[31mred\x07\u009b1m\nforged: x")
        )
    if FAULT == "refuse":
        error, _, description = ARGUMENT.partition(" ")
        return answer(400, refusal(error, description))
    if FAULT == "trickle":
        for byte in answer(200, token()):
            conn.sendall(bytes([byte]))
            time.sleep(float(ARGUMENT))
        return b""
    if FAULT == "slow":
        time.sleep(float(ARGUMENT))
        return answer(200, token())
    if FAULT == "ok":
        return answer(200, token())
    raise ValueError(FAULT)


def read_request(conn):
    """Request line, fields, body; None at the end of the connection."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = conn.recv(65536)
        if not more:
            return None
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    line, *fields = head.decode("latin-1").split("\r\n")
    fields = [field.partition(":") for field in fields]
    fields = {name.lower(): value.strip() for name, _, value in fields}
    while len(body) < int(fields.get("content-length", 0)):
        more = conn.recv(65536)
        if not more:
            return None
        body += more
    return line, fields, body


def serve(conn, number, port):
    """One connection, kept alive until a fault ends it."""
    with conn:
        journal(connection=number, tls=conn.version())
        nth_here = 0
        while True:
            request = read_request(conn)
            if request is None:
                return
            line, fields, body = request
            method, path, version = line.split(" ")
            nth_here += 1
            row = {
                "connection": number,
                "nth": nth_here,
                "method": method,
                "path": path,
                "version": version,
                "fields": fields,
            }
            if method == "POST":
                row["claims"] = claims_of(body)
                row["length"] = len(body)
                row["form"] = sorted(urllib.parse.parse_qs(body.decode()))
                journal(**row)
                reply = fault(conn, next(POSTS))
                if reply is None:
                    return
                conn.sendall(reply)
                continue
            journal(**row)
            if path == "/.well-known/oauth-authorization-server":
                conn.sendall(answer(200, metadata(port)))
            else:
                conn.sendall(answer(404, b"{}"))


def handle(raw, context, number, port):
    """Shake hands, then serve; a client may do what it likes."""
    try:
        if FAULT == "stall-handshake":
            journal(connection=number)
            time.sleep(float(ARGUMENT))
            raw.close()
            return
        raw.settimeout(60)
        serve(context.wrap_socket(raw, server_side=True), number, port)
    except (OSError, ssl.SSLError) as error:
        journal(connection=number, error=str(error))


def main():
    """Listen, tell the port, accept until killed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERT, KEY)
    if FAULT == "old-tls":
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
        context.set_ciphers("ALL:@SECLEVEL=0")
    context.set_alpn_protocols(["h2", "http/1.1"])
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    print("ready", port, flush=True)
    while True:
        raw, _ = listener.accept()
        threading.Thread(
            target=handle,
            args=(raw, context, next(CONNECTIONS), port),
            daemon=True,
        ).start()


main()
