# SPDX-License-Identifier: ISC
"""A client of segl-sim in a few lines, and TAP, for sim_*.py."""

import base64
import json
import os
import re
import shlex
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

import jwt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import \
    decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
FIXTURES = os.path.join(os.environ["SEGL_SRCDIR"], "tests", "fixtures")
TRACE = re.compile(r" \(trace_id: [0-9a-f]{32}\)$")


class Tap:
    def __init__(self):
        self.count = self.failed = 0

    def ok(self, good, name, *details):
        self.count += 1
        self.failed += not good
        print("%sok %d - %s" % ("" if good else "not ", self.count, name))
        if not good:
            for detail in details:
                print("# %s" % (detail,))
        sys.stdout.flush()

    def equal(self, got, want, name):
        self.ok(got == want, name, "got:  %r" % (got,), "want: %r" % (want,))

    def done(self):
        print("1..%d" % self.count)
        sys.exit(self.failed > 0)


tap = Tap()


def fixture(name):
    with open(os.path.join(FIXTURES, name), encoding="utf-8") as file:
        return json.load(file)


REFUSALS = {row["id"]: row for row in fixture("refusals.json")["refusals"]}


def refused(sim, answer, refusal, name, **words):
    """ANSWER is REFUSAL of the fixture, to the letter."""
    row = REFUSALS[refusal]
    status, fields, body = answer
    description = row["error_description"]
    for word, value in words.items():
        description = description.replace("{%s}" % word, value)
    want = {"error": row["error"], "error_description": description}
    if row["error_uri"]:
        want["error_uri"] = sim.issuer + "errors/" + refusal
    traced = isinstance(body, dict) and \
        TRACE.search(body.get("error_description", ""))
    if traced:
        body = dict(body, error_description=TRACE.sub(
            "", body["error_description"]))
    good = (status == row["http_status"] and traced and body == want and
            fields["Content-Type"] == "application/json" and
            fields["Cache-Control"] == "no-store")
    tap.ok(good, "%s: %s" % (name, refusal), status, body, want)


def accepted(answer, name):
    status, _, body = answer
    tap.ok(status == 200 and body.get("token_type") == "Bearer", name,
           status, body)


def claims_of(answer):
    return jwt.decode(answer[2]["access_token"],
                      options={"verify_signature": False})


def b64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def b64(certificate):
    return base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()


def sign(key, alg, data):
    """The JWS signature of RFC 7518, 3.3 and 3.4, by hand."""
    digest = {"256": hashes.SHA256, "384": hashes.SHA384,
              "512": hashes.SHA512}[alg[2:]]()
    if isinstance(key, ec.EllipticCurvePrivateKey):
        r, s = decode_dss_signature(key.sign(data, ec.ECDSA(digest)))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")
    return key.sign(data, padding.PKCS1v15(), digest)


def jws(header, claims, key, alg=None):
    """ALG signs, whatever the header says."""
    data = ".".join(b64url(json.dumps(part).encode())
                    for part in (header, claims)).encode()
    if key is None:
        return data.decode() + "."
    return data.decode() + "." + b64url(sign(key, alg or header["alg"], data))


def load_pkcs12(name, pin):
    """Key and path, leaf first; PIN as segl is told it."""
    with open(pin[len("file:"):]) as text, open(name, "rb") as token:
        key, leaf, path = pkcs12.load_key_and_certificates(
            token.read(), text.read().strip().encode())
    return key, [leaf, *path]


class Sim:
    """A running segl-sim and the seal that it made."""

    def __init__(self, scratch, *options):
        self.dir = os.path.join(scratch, "sim")
        self.process = subprocess.Popen(
            ["segl-sim", "--quiet", "--dir", self.dir, *options],
            stdout=subprocess.PIPE, text=True)
        self.env = {}
        last = "SEGL_SCOPE" if "--registry" in options else "SEGL_SIM_CONSENT"
        while last not in self.env:
            line = self.process.stdout.readline()
            if not line:
                raise SystemExit("segl-sim does not start")
            name, value = line.rstrip("\n").split("=", 1)
            self.env[name] = shlex.split(value)[0]
        self.issuer = self.env["SEGL_ENV"]
        self.scope = self.env["SEGL_SCOPE"]
        self.tls = ssl.create_default_context(cafile=self.env["SEGL_CA"])
        self.key, self.path = load_pkcs12(
            self.env["SEGL_SOFTTOKEN"], self.env["SEGL_PIN"])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()

    def request(self, path, data=None, method=None, **fields):
        """Status, fields, body; of any answer."""
        request = urllib.request.Request(
            self.issuer + path, data, fields, method=method)
        try:
            with urllib.request.urlopen(request, context=self.tls) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code, answer.headers, answer.read()

    def get(self, path):
        return json.loads(self.request(path)[2])

    def post(self, form):
        if not isinstance(form, (bytes, str)):
            form = urllib.parse.urlencode(form)
        if isinstance(form, str):
            form = form.encode()
        status, fields, body = self.request("token", form)
        return status, fields, json.loads(body) if body else None

    def claims(self, **changes):
        """Good claims; a change to None takes one out."""
        now = int(time.time())
        claims = {"aud": self.issuer, "iss": "Some business",
                  "scope": self.scope, "iat": now, "exp": now + 100,
                  "jti": str(uuid.uuid4())}
        claims.update(changes)
        return {k: v for k, v in claims.items() if v is not None}

    def header(self, **changes):
        header = {"alg": "RS256", "x5c": [b64(c) for c in self.path]}
        header.update(changes)
        return {k: v for k, v in header.items() if v is not None}

    def exchange(self, claims=None, header=None, key=None, alg=None):
        return self.post({"grant_type": GRANT_TYPE, "assertion": jws(
            header or self.header(), claims or self.claims(),
            key or self.key, alg)})
