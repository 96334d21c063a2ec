# SPDX-License-Identifier: ISC
"""A CONNECT proxy that looks into TLS, as some companies have one.

Prints "ready PORT". Whoever connects sees CERT (with its path), and what it
sends is carried on to TARGET, HOST:PORT, or to where it wanted to go.

    python3 onboard_proxy.py CERT KEY [TARGET]
"""

import socket
import ssl
import sys
import threading

CERT, KEY = sys.argv[1:3]
TARGET = sys.argv[3] if len(sys.argv) > 3 else None


def carry(one, other):
    """Carry bytes one way until that side ends."""
    try:
        while data := one.recv(65536):
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)
    except (OSError, ValueError):
        pass


def serve(client):
    """One CONNECT, both ends of TLS, and what follows."""
    head = b""
    while b"\r\n\r\n" not in head:
        more = client.recv(65536)
        if not more:
            return
        head += more
    host, _, port = (TARGET or head.split(b" ")[1].decode()).rpartition(":")
    client.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
    shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shown.load_cert_chain(CERT, KEY)
    blind = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    blind.check_hostname = False
    blind.verify_mode = ssl.CERT_NONE
    with shown.wrap_socket(client, server_side=True) as near:
        with socket.create_connection((host, int(port)), 10) as plain:
            with blind.wrap_socket(plain) as far:
                back = threading.Thread(target=carry, args=(far, near))
                back.start()
                carry(near, far)
                back.join()


def guarded(client):
    """A client may do what it likes."""
    with client:
        try:
            serve(client)
        except (OSError, ValueError):
            pass


def main():
    """Listen, tell the port, accept until killed."""
    listener = socket.create_server(("127.0.0.1", 0))
    print("ready", listener.getsockname()[1], flush=True)
    while True:
        client, _ = listener.accept()
        threading.Thread(target=guarded, args=(client,), daemon=True).start()


main()
