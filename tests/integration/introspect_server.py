# SPDX-License-Identifier: ISC
"""A server whose tokens are to be verified, with keys and tokens of its own.

Prints "ready PORT" when it listens. The tokens, made with python3-jwt and by
hand, are files in the directory TOKENS; each request is a line in the journal.
After GET /rotate the set has one key more, and its token stands in new.jwt.

    python3 introspect_server.py CERT KEY JOURNAL TOKENS
"""

import base64
import hashlib
import hmac
import http.server
import json
import os
import ssl
import sys
import time

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

CERT, KEY, JOURNAL, TOKENS = sys.argv[1:5]
NOW = int(time.time())


def b64(data):
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value):
    """A positive integer as JWK has it."""
    return b64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def rsa_jwk(key, **more):
    """The public half of an RSA key."""
    public = key.public_key().public_numbers()
    return {"kty": "RSA", "n": number(public.n), "e": number(public.e), **more}


MAIN = rsa.generate_private_key(65537, 2048)
OTHER = rsa.generate_private_key(65537, 2048)
SMALL = rsa.generate_private_key(65537, 1024)
CURVE = ec.generate_private_key(ec.SECP256R1())
POINT = CURVE.public_key().public_numbers()
KEYS = [
    rsa_jwk(MAIN, kid="main", use="sig", alg="RS256"),
    rsa_jwk(SMALL, kid="small", use="sig"),
    rsa_jwk(OTHER, kid="encrypts", use="enc"),
    rsa_jwk(MAIN, kid="any"),
    {
        "kty": "EC",
        "crv": "P-256",
        "kid": "curve",
        "x": b64(POINT.x.to_bytes(32, "big")),
        "y": b64(POINT.y.to_bytes(32, "big")),
    },
    {"kty": "OKP", "crv": "Ed25519", "kid": "strange", "x": "AAAA"},
]


class Handler(http.server.BaseHTTPRequestHandler):
    """Metadata, keys, and the rotation."""

    def log_message(self, format, *args):  # pylint: disable=redefined-builtin
        pass

    def do_GET(self):
        """Answer, and journal."""
        with open(JOURNAL, "a", encoding="utf-8") as file:
            file.write(self.path + "\n")
        if self.path == "/rotate":
            KEYS.append(rsa_jwk(OTHER, kid="new", alg="RS256"))
        body = {"keys": KEYS}
        if self.path.startswith("/.well-known/"):
            body = {
                "issuer": ISSUER,
                "token_endpoint": ISSUER + "token",
                "jwks_uri": ISSUER + "jwk",
                "grant_types_supported": [
                    "urn:ietf:params:oauth:grant-type:jwt-bearer"
                ],
                "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
            }
        text = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


def put(name, text):
    """A token into its file."""
    with open(os.path.join(TOKENS, name + ".jwt"), "w", encoding="ascii") as f:
        f.write(text)


def claims(**more):
    """What Maskinporten's tokens say."""
    all_of = {
        "iss": ISSUER,
        "aud": "https://api.example.no/",
        "scope": "demo:read demo:write",
        "client_id": "x",
        "client_amr": "CForESeal",
        "consumer": {"authority": "etsi-en-319-412", "ID": "VATSE-556999999701"},
        "iat": NOW,
        "exp": NOW + 3600,
        **more,
    }
    return {k: v for k, v in all_of.items() if v is not None}


def make(name, key=MAIN, kid="main", alg="RS256", head=None, **more):
    """A token, signed with python3-jwt."""
    headers = {"kid": kid} if kid is not None else {}
    put(name, jwt.encode(claims(**more), key, alg, {**headers, **(head or {})}))


def by_hand(name, header, body, sign):
    """One that no library would make."""
    text = b64(header.encode()) + "." + b64(body.encode())
    put(name, text + "." + b64(sign(text.encode())))


def make_all():
    """Every kind, by the name of the case."""
    make("good")
    make("rs512", kid="any", alg="RS512")
    make("es256", key=CURVE, kid="curve", alg="ES256")
    make("audiences", aud=["x", "https://api.example.no/"])
    make("no-audience", aud=None)
    make("claims-active", active=False)
    make("other-key", key=OTHER)
    make("wrong-alg", alg="RS384")
    make("small-key", key=SMALL, kid="small")
    make("not-for-signing", key=OTHER, kid="encrypts")
    make("no-kid", kid=None)
    make("unknown-kid", kid="never")
    make("new", key=OTHER, kid="new")
    make("crit", head={"crit": ["x"], "x": 1})
    make("other-issuer", iss="https://elsewhere.example/")
    make("issuer-without-slash", iss=ISSUER[:-1])
    make("expired", exp=NOW - 60)
    make("no-exp", exp=None)
    make("text-exp", exp=str(NOW + 60))
    make("early", nbf=NOW + 300)
    make("from-the-future", iat=NOW + 300)
    make("no-scope", scope=None)
    make("scope-prefix", scope="demo:reader demo:rea")
    body = json.dumps(claims())
    by_hand("none", '{"alg":"none","kid":"main"}', body, lambda text: b"x")
    pem = MAIN.public_key().public_bytes(
        serialization.Encoding.PEM,
        serialization.PublicFormat.SubjectPublicKeyInfo,
    )
    by_hand(
        "hmac",
        '{"alg":"HS256","kid":"main"}',
        body,
        lambda text: hmac.new(pem, text, hashlib.sha256).digest(),
    )
    with open(os.path.join(TOKENS, "good.jwt"), encoding="ascii") as f:
        head, payload, signature = f.read().split(".")
    put("changed", ".".join((head, b64(body.replace("read", "root").encode()),
                             signature)))
    put("cut", head + "." + payload + "." + signature[:-2])


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(CERT, KEY)
server.socket = context.wrap_socket(server.socket, server_side=True)
ISSUER = f"https://localhost:{server.server_port}/"
make_all()
print("ready", server.server_port, flush=True)
server.serve_forever()
