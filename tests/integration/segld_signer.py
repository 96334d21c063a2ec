# SPDX-License-Identifier: ISC
#
# The signer as a front would find it that somebody has taken over: whatever is
# said to it over its socket, it signs nothing but what it composes itself.
# Arguments: the signer, its options. Prints "ok NAME" or "not ok NAME".
import base64
import json
import os
import socket
import subprocess
import sys


def check(name, good, got=""):
    print(("ok " if good else "not ok ") + name)
    if not good:
        print("# got:", repr(got)[:300])


def start():
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    pid = subprocess.Popen(sys.argv[1:], stdin=its,
                           stdout=subprocess.DEVNULL)
    its.close()
    ours.settimeout(20)
    return ours, pid


def fields(message):
    parts = message.split(b"\0")
    return dict(zip(parts[0::2], parts[1::2]))


def compose(*pairs):
    return b"".join(k.encode() + b"\0" + v.encode() + b"\0" for k, v in pairs)


def ask(s, *pairs):
    s.send(compose(*pairs))
    try:
        got = s.recv(1 << 17)
    except (TimeoutError, ConnectionError):
        got = b""
    return fields(got) if got else {}


def claims(answer):
    part = answer[b"assertion"].split(b".")[1]
    return json.loads(base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4)))


signer, process = start()
ready = fields(signer.recv(1 << 17))
check("it says that it is ready", ready.get(b"what") == b"ready", ready)
check("and whose seal it has", ready.get(b"identity", b"") != b"", ready)
sign = ("what", "sign"), ("id", "1"), ("profile", "")
got = ask(signer, *sign, ("scope", "allowed:one"))
check("a scope that somebody may have is signed",
      got.get(b"what") == b"signed", got)
first = claims(got)
check("for the server of the settings",
      first["aud"] == os.environ["SEGL_ENV"], first)
check("for two minutes at most", first["exp"] - first["iat"] <= 120, first)
for extra in (("aud", "https://evil.example/"), ("iss", "somebody else"),
              ("audience", "https://evil.example/"), ("exp", "9999999999"),
              ("lifetime", "9999"), ("client-id", "x"), ("kid", "x"),
              ("jti", "same"), ("issuer-name", "Somebody Else")):
    got = ask(signer, *sign, ("scope", "allowed:one"), extra)
    said = claims(got) if b"assertion" in got else {}
    check("%s is not asked for by others" % extra[0],
          said.get("aud") == first["aud"] and said.get("iss") == first["iss"]
          and said.get("exp", 0) - said.get("iat", 0) <= 120
          and said.get("jti") not in ("same", first["jti"]), got)
    check("%s adds no claim" % extra[0], set(said) == set(first), said)
got = ask(signer, *sign, ("scope", "allowed:one"),
          ("clock-offset", "100000000"))
check("no grant for another day",
      abs(claims(got)["iat"] - first["iat"]) < 60, got)
for name, pairs in (
        ("a scope that nobody may have", [("scope", "other:one")]),
        ("one beside another that somebody may",
         [("scope", "allowed:one"), ("scope", "other:one")]),
        ("no scope", []),
        ("two scopes in one", [("scope", "allowed:one other:one")]),
        ("a file in the place of details",
         [("scope", "allowed:one"),
          ("authorization-details", "@/etc/passwd")]),
        ("a number that is none",
         [("scope", "allowed:one"), ("consumer-org", "123456789")])):
    got = ask(signer, *sign, *pairs)
    check(name + " is refused", got.get(b"what") == b"refused" and
          b"assertion" not in got, got)
got = ask(signer, *sign, ("scope", "allowed:one"))
check("it goes on", got.get(b"what") == b"signed", got)

signed = 0
while signed < 5000 and got.get(b"what") == b"signed":
    got = ask(signer, *sign, ("scope", "allowed:one"))
    signed += 1
check("more than callers can need is not signed",
      got.get(b"what") == b"refused", signed)

for name, message in (
        ("another message", compose(("what", "export"), ("id", "1"))),
        ("another profile", compose(("what", "sign"), ("id", "1"),
                                    ("profile", "other"))),
        ("no number", compose(("what", "sign"), ("profile", ""))),
        ("nonsense", b"\xff" * 100),
        ("half a field", b"what\0sign"),
        ("a message too long", b"what\0sign\0id\0001\0x\0" + b"y" * 100000)):
    s, p = start()
    s.recv(1 << 17)
    s.send(message)
    try:
        got = s.recv(1 << 17)
    except ConnectionError:
        got = b""
    check(name + " ends it", got == b"" and p.wait(20) is not None, got)
signer.close()
check("it ends with its front", process.wait(20) == 0)
