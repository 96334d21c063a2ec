# SPDX-License-Identifier: ISC
"""A CONNECT proxy that journals where clients go.

Prints "ready PORT". With USER:PASSWORD it wants Basic authentication; with a
STATUS of HTTP and header FIELDS that is all that it answers.

    python3 proxy.py JOURNAL [USER:PASSWORD | STATUS [FIELD ...]]
"""

import base64
import select
import socket
import sys
import threading

JOURNAL = sys.argv[1]
SECRET = sys.argv[2] if len(sys.argv) > 2 else None
ANSWER = None
if SECRET is not None and SECRET.isdigit():
    ANSWER = "\r\n".join(["HTTP/1.1 %s It is so" % SECRET,
                          "Content-Length: 0", *sys.argv[3:], "", ""])


def pump(one, other):
    """Carry bytes both ways until one side ends."""
    while True:
        ready, _, _ = select.select([one, other], [], [], 60)
        if not ready:
            return
        for side in ready:
            data = side.recv(65536)
            if not data:
                return
            (other if side is one else one).sendall(data)


def serve(client):
    """One CONNECT and what follows."""
    with client:
        head = b""
        while b"\r\n\r\n" not in head:
            more = client.recv(65536)
            if not more:
                return
            head += more
        line, *fields = head.decode("latin-1").split("\r\n")
        with open(JOURNAL, "a", encoding="utf-8") as file:
            file.write(line + "\n")
        if ANSWER is not None:
            client.sendall(ANSWER.encode())
            return
        if SECRET is not None:
            want = base64.b64encode(SECRET.encode()).decode()
            if f"Proxy-Authorization: Basic {want}" not in fields:
                client.sendall(
                    b"HTTP/1.1 407 Authenticate\r\nContent-Length: 0\r\n"
                    b'Proxy-Authenticate: Basic realm="test"\r\n\r\n'
                )
                return
        method, target, _ = line.split(" ")
        if method != "CONNECT":
            client.sendall(b"HTTP/1.1 405 No\r\nContent-Length: 0\r\n\r\n")
            return
        host, _, port = target.rpartition(":")
        with socket.create_connection((host, int(port)), 10) as server:
            client.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
            pump(client, server)


def guarded(client):
    """A client may do what it likes."""
    try:
        serve(client)
    except OSError:
        pass


def main():
    """Listen, tell the port, accept until killed."""
    listener = socket.create_server(("127.0.0.1", 0))
    print("ready", listener.getsockname()[1], flush=True)
    while True:
        client, _ = listener.accept()
        threading.Thread(target=guarded, args=(client,), daemon=True).start()


main()
