# SPDX-License-Identifier: ISC
"""A CA with OCSP responder and CRLs that misbehave on purpose, over HTTP.

Makes a CA and a certificate for each case in DIR, writes them as CASE.pem,
prints "ready PORT" and serves. What is asked is a line of DIR/journal:
method and path.

    python3 revocation.py DIR OPENSSL-PORT
"""

import base64
import datetime
import http.server
import sys
import threading
import time
import urllib.parse

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import (
    AuthorityInformationAccessOID,
    ExtendedKeyUsageOID,
    NameOID,
    ObjectIdentifier,
)

DIR, OPENSSL_PORT = sys.argv[1], int(sys.argv[2])
NOW = datetime.datetime.utcfromtimestamp(int(time.time()))
MINUTE = datetime.timedelta(minutes=1)
DAY = datetime.timedelta(days=1)
LOCK = threading.Lock()
HTTPD = http.server.ThreadingHTTPServer
HASH = hashes.SHA256()

# CASE: path of the responder and of the CRL; None where it names none
CASES = {
    "good": ("ocsp/good", None),
    "revoked": ("ocsp/revoked", None),
    "hold": ("ocsp/hold", None),
    "unknown": ("ocsp/unknown", None),
    "unknown-crl-revoked": ("ocsp/unknown", "crl/revoked"),
    "sha256-id": ("ocsp/sha256-id", None),
    "stale": ("ocsp/stale", None),
    "stale-but-near": ("ocsp/stale-but-near", None),
    "future": ("ocsp/future", None),
    "future-but-near": ("ocsp/future-but-near", None),
    "open-ended": ("ocsp/open-ended", None),
    "open-ended-old": ("ocsp/open-ended-old", None),
    "wrong-signer": ("ocsp/wrong-signer", None),
    "delegated": ("ocsp/delegated", None),
    "delegated-revoked": ("ocsp/delegated-revoked", None),
    "delegated-no-eku": ("ocsp/delegated-no-eku", None),
    "delegated-expired": ("ocsp/delegated-expired", None),
    "delegated-by-another": ("ocsp/delegated-by-another", None),
    "other-certificate": ("ocsp/other-certificate", None),
    "other-issuer": ("ocsp/other-issuer", None),
    "wrong-nonce": ("ocsp/wrong-nonce", None),
    "no-nonce": ("ocsp/no-nonce", None),
    "try-later": ("ocsp/try-later", None),
    "unauthorized": ("ocsp/unauthorized", None),
    "sha1": ("ocsp/sha1", None),
    "tampered": ("ocsp/tampered", None),
    "trailing": ("ocsp/trailing", None),
    "garbage": ("ocsp/garbage", None),
    "empty": ("ocsp/empty", None),
    "huge": ("ocsp/huge", None),
    "endless": ("ocsp/endless", None),
    "hang": ("ocsp/hang", None),
    "hang-crl": ("ocsp/hang", "crl/good"),
    "loop": ("ocsp/loop", None),
    "redirect": ("ocsp/redirect", None),
    "redirect-file": ("ocsp/redirect-file", None),
    "500": ("ocsp/500", None),
    "500-crl": ("ocsp/500", "crl/good"),
    "get-only": ("ocsp/get-only", None),
    "no-nonce-please": ("ocsp/no-nonce-please", None),
    "crl-good": (None, "crl/good"),
    "crl-revoked": (None, "crl/revoked"),
    "crl-hold": (None, "crl/hold"),
    "crl-removed": (None, "crl/removed"),
    "crl-stale": (None, "crl/stale"),
    "crl-stale-but-near": (None, "crl/stale-but-near"),
    "crl-future": (None, "crl/future"),
    "crl-wrong-signer": (None, "crl/wrong-signer"),
    "crl-other-issuer": (None, "crl/other-issuer"),
    "crl-tampered": (None, "crl/tampered"),
    "crl-delta": (None, "crl/delta"),
    "crl-indirect": (None, "crl/indirect"),
    "crl-users": (None, "crl/users"),
    "crl-cas": (None, "crl/cas"),
    "crl-reasons": (None, "crl/reasons"),
    "crl-own-point": (None, "crl/own-point"),
    "crl-other-point": (None, "crl/other-point"),
    "crl-critical": (None, "crl/critical"),
    "crl-entry-critical": (None, "crl/entry-critical"),
    "crl-garbage": (None, "crl/garbage"),
    "crl-404": (None, "crl/404"),
    "crl-huge": (None, "crl/huge"),
    "crl-large": (None, "crl/large"),
    "nothing": (None, None),
    "short-term": ("ocsp/500", "crl/404"),
    "no-rev-avail": (None, None),
    "nocheck": (None, None),
    "expired": ("ocsp/good", None),
    "ca-revoked": ("ocsp/good", None),
    "ldap": (None, "ldap:"),
}


def name(common):
    """A distinguished name."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "EE"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Test"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def subject(common):
    """The Subject of a seal."""
    return x509.Name(
        list(name(common))
        + [x509.NameAttribute(ObjectIdentifier("2.5.4.97"), "NTREE-12345678")]
    )


class Authority:
    """A key and its certificate."""

    def __init__(self, common, issuer=None, more=(), key=None, **kind):
        self.key = key or ec.generate_private_key(ec.SECP256R1())
        self.name = kind.get("name") or name(common)
        signer = issuer or self
        builder = (
            x509.CertificateBuilder()
            .subject_name(self.name)
            .issuer_name(signer.name)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - 10 * DAY)
            .not_valid_after(NOW + kind.get("days", 10) * DAY)
        )
        ca = kind.get("ca", True)
        builder = builder.add_extension(
            x509.BasicConstraints(ca=ca, path_length=None), True
        ).add_extension(usage(ca), True)
        for extension in more:
            builder = builder.add_extension(extension, False)
        self.cert = builder.sign(signer.key, HASH)

    def pem(self):
        """The certificate."""
        return self.cert.public_bytes(serialization.Encoding.PEM)


def usage(ca):
    """KeyUsage of a CA, or of who signs."""
    return x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=not ca,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )


def uri(text):
    """A GeneralName."""
    return x509.UniformResourceIdentifier(text)


def points(*urls):
    """CRLDistributionPoints."""
    return x509.CRLDistributionPoints(
        [x509.DistributionPoint([uri(u) for u in urls], None, None, None)]
    )


def responder(url):
    """AuthorityInfoAccess."""
    return x509.AuthorityInformationAccess(
        [x509.AccessDescription(AuthorityInformationAccessOID.OCSP, uri(url))]
    )


def unknown_extension(oid, value=b"\x05\x00"):
    """An extension by its bytes."""
    return x509.UnrecognizedExtension(ObjectIdentifier(oid), value)


class World:
    """All certificates, and what is served about them."""

    def __init__(self, base):
        self.base = base
        signing = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])
        root_crl = points(base + "crl/root")
        self.root = Authority("Root")
        self.sub = Authority("eSeal CA", self.root, [root_crl])
        self.taken = Authority("Revoked CA", self.root, [root_crl])
        self.other = Authority("Other CA", self.root, [root_crl])
        self.signers = {
            "delegated": Authority("D", self.sub, [signing], ca=False),
            "delegated-revoked": Authority("R", self.sub, [signing], ca=False),
            "delegated-no-eku": Authority("N", self.sub, ca=False),
            "delegated-expired": Authority(
                "X", self.sub, [signing], ca=False, days=-1
            ),
            "delegated-by-another": Authority(
                "A", self.other, [signing], ca=False
            ),
        }
        self.leaf_key = rsa.generate_private_key(65537, 2048)
        self.leaves = {}
        for case, where in CASES.items():
            self.leaves[case] = self.leaf(case, *where)
        self.openssl = Authority(
            "openssl",
            self.sub,
            [responder(f"http://127.0.0.1:{OPENSSL_PORT}/")],
            key=self.leaf_key,
            name=subject("openssl"),
            ca=False,
        )

    def leaf(self, case, ocsp_path, crl_path):
        """The certificate of CASE."""
        more = []
        if ocsp_path:
            more.append(responder(self.base + ocsp_path))
        if crl_path == "ldap:":
            more.append(points("ldap://127.0.0.1/CN=CRL"))
        elif crl_path:
            more.append(points(self.base + crl_path))
        if case == "short-term":
            more.append(unknown_extension("0.4.0.194121.2.1"))
        if case == "no-rev-avail":
            more.append(unknown_extension("2.5.29.56"))
        if case == "nocheck":
            more.append(x509.OCSPNoCheck())
        return Authority(
            case,
            self.taken if case == "ca-revoked" else self.sub,
            more,
            key=self.leaf_key,
            name=subject(case),
            ca=False,
            days=-1 if case == "expired" else 10,
        )

    def write(self):
        """Everything that the client and openssl ocsp need, into DIR."""
        rest = self.sub.pem() + self.taken.pem() + self.root.pem()
        for case, leaf in [*self.leaves.items(), ("openssl", self.openssl)]:
            with open(f"{DIR}/{case}.pem", "wb") as file:
                file.write(leaf.pem() + rest)
        with open(f"{DIR}/alone.pem", "wb") as file:
            file.write(self.leaves["good"].pem())
        plain = serialization.NoEncryption()
        form = serialization.PrivateFormat.PKCS8
        for file_name, owner in (("sub", self.sub), ("leaf", self.openssl)):
            with open(f"{DIR}/{file_name}.key", "wb") as file:
                file.write(
                    owner.key.private_bytes(
                        serialization.Encoding.PEM, form, plain
                    )
                )
        with open(f"{DIR}/sub.crt", "wb") as file:
            file.write(self.sub.pem())
        serial = f"{self.openssl.cert.serial_number:040X}"
        with open(f"{DIR}/index.good", "w", encoding="ascii") as file:
            file.write(f"V\t391231235959Z\t\t{serial}\tunknown\t/CN=x\n")
        with open(f"{DIR}/index.revoked", "w", encoding="ascii") as file:
            file.write(
                "R\t391231235959Z\t260102030405Z,superseded"
                f"\t{serial}\tunknown\t/CN=x\n"
            )

    # ---- OCSP ------------------------------------------------------------

    def answer(self, kind, question):
        """An OCSP response of KIND to the DER in QUESTION."""
        failures = {
            "try-later": ocsp.OCSPResponseStatus.TRY_LATER,
            "unauthorized": ocsp.OCSPResponseStatus.UNAUTHORIZED,
        }
        if kind in failures:
            return der(
                ocsp.OCSPResponseBuilder.build_unsuccessful(failures[kind])
            )
        request = ocsp.load_der_ocsp_request(question)
        leaf = next(
            leaf
            for case, leaf in self.leaves.items()
            if leaf.cert.serial_number == request.serial_number
        )
        if kind == "other-certificate":
            leaf = self.leaves["good"]
        issuer = {"Revoked CA": self.taken}.get(issuer_of(leaf), self.sub)
        if kind == "other-issuer":
            issuer = self.other
        status, revoked, reason = ocsp.OCSPCertStatus.GOOD, None, None
        if kind in ("revoked", "hold", "delegated-revoked"):
            status = ocsp.OCSPCertStatus.REVOKED
            revoked = datetime.datetime(2026, 1, 2, 3, 4, 5)
            reason = x509.ReasonFlags.key_compromise
        if kind == "hold":
            reason = x509.ReasonFlags.certificate_hold
        if kind == "unknown":
            status = ocsp.OCSPCertStatus.UNKNOWN
        times = {
            "stale": (NOW - DAY, NOW - 6 * MINUTE),
            "stale-but-near": (NOW - DAY, NOW - 2 * MINUTE),
            "future": (NOW + 30 * MINUTE, NOW + DAY),
            "future-but-near": (NOW + 3 * MINUTE, NOW + DAY),
            "open-ended": (NOW - DAY + 30 * MINUTE, None),
            "open-ended-old": (NOW - DAY - 30 * MINUTE, None),
        }
        since, until = times.get(kind, (NOW - 10 * MINUTE, NOW + DAY))
        builder = ocsp.OCSPResponseBuilder().add_response(
            leaf.cert,
            issuer.cert,
            hashes.SHA256() if kind == "sha256-id" else hashes.SHA1(),
            status,
            since,
            until,
            revoked,
            reason,
        )
        signer = self.signers.get(kind, issuer)
        if kind == "wrong-signer":
            signer = self.other
        builder = builder.responder_id(
            ocsp.OCSPResponderEncoding.HASH
            if kind == "hold"
            else ocsp.OCSPResponderEncoding.NAME,
            signer.cert,
        )
        if signer is not issuer:
            builder = builder.certificates([signer.cert])
        builder = add_nonce(builder, request, kind)
        made = builder.sign(signer.key, HASH)
        made = (
            signed_with_sha1(made, signer.key) if kind == "sha1" else der(made)
        )
        if kind == "tampered":
            made = made[:-3] + bytes([made[-3] ^ 1]) + made[-2:]
        return made + b"\0" if kind == "trailing" else made

    # ---- CRLs ------------------------------------------------------------

    def crl(self, kind):
        """A CRL of KIND."""
        if kind == "root":
            return self.sign_crl(
                self.root, entries=[entry(self.taken, "ca_compromise")]
            )
        url = f"{self.base}crl/{kind}"
        leaf = self.leaves[f"crl-{kind}"] if kind != "good" else None
        reasons = {
            "hold": "certificate_hold",
            "removed": "remove_from_crl",
        }
        entries = []
        if kind == "revoked":
            entries = [
                entry(self.leaves[c], "key_compromise")
                for c in ("crl-revoked", "unknown-crl-revoked")
            ]
        elif kind in reasons:
            entries = [entry(leaf, reasons[kind])]
        elif kind == "large":
            entries = [
                x509.RevokedCertificateBuilder()
                .serial_number(2**100 + i)
                .revocation_date(NOW - DAY)
                .build()
                for i in range(12000)
            ] + [entry(leaf, "superseded")]
        elif kind == "entry-critical":
            entries = [entry(self.other, None, True)]
        scopes = {
            "indirect": scope(indirect_crl=True),
            "users": scope(only_contains_user_certs=True),
            "cas": scope(only_contains_ca_certs=True),
            "reasons": scope(
                only_some_reasons=frozenset([x509.ReasonFlags.superseded])
            ),
            "own-point": scope(full_name=[uri(url)]),
            "other-point": scope(full_name=[uri(url + "x")]),
        }
        extensions = []
        if kind in scopes:
            extensions.append((scopes[kind], True))
        if kind == "delta":
            extensions.append((x509.DeltaCRLIndicator(1), True))
        if kind == "critical":
            extensions.append((unknown_extension("1.2.3.4"), True))
        times = {
            "stale": (NOW - DAY, NOW - 6 * MINUTE),
            "stale-but-near": (NOW - DAY, NOW - 2 * MINUTE),
            "future": (NOW + 30 * MINUTE, NOW + DAY),
        }
        made = self.sign_crl(
            self.other if kind == "other-issuer" else self.sub,
            self.other.key if kind == "wrong-signer" else None,
            entries,
            extensions,
            times.get(kind, (NOW - DAY, NOW + DAY)),
        )
        if kind == "tampered":
            made = made[:-3] + bytes([made[-3] ^ 1]) + made[-2:]
        return made

    @staticmethod
    def sign_crl(issuer, key=None, entries=(), extensions=(), times=None):
        """The DER of a CRL."""
        since, until = times or (NOW - DAY, NOW + DAY)
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(issuer.name)
            .last_update(since)
            .next_update(until)
            .add_extension(x509.CRLNumber(7), False)
        )
        for one in entries:
            builder = builder.add_revoked_certificate(one)
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        return der(builder.sign(key or issuer.key, HASH))


def issuer_of(leaf):
    """The issuer's common name."""
    return leaf.cert.issuer.get_attributes_for_oid(NameOID.COMMON_NAME)[
        0
    ].value


def der(thing):
    """Its bytes."""
    return thing.public_bytes(serialization.Encoding.DER)


def scope(**values):
    """IssuingDistributionPoint."""
    all_values = {
        "full_name": None,
        "relative_name": None,
        "only_contains_user_certs": False,
        "only_contains_ca_certs": False,
        "only_some_reasons": None,
        "indirect_crl": False,
        "only_contains_attribute_certs": False,
    }
    all_values.update(values)
    return x509.IssuingDistributionPoint(**all_values)


def entry(owner, reason, critical=False):
    """A line of a CRL."""
    builder = (
        x509.RevokedCertificateBuilder()
        .serial_number(owner.cert.serial_number)
        .revocation_date(datetime.datetime(2026, 1, 2, 3, 4, 5))
    )
    if reason:
        builder = builder.add_extension(
            x509.CRLReason(x509.ReasonFlags[reason]), False
        )
    if critical:
        builder = builder.add_extension(
            x509.CertificateIssuer([x509.DirectoryName(owner.name)]), True
        )
    return builder.build()


def tlv(tag, *parts):
    """A value of DER: TAG, length, PARTS."""
    body = b"".join(parts)
    size = len(body)
    if size < 128:
        return bytes([tag, size]) + body
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + body


def signed_with_sha1(response, key):
    """RESPONSE signed anew as newer libraries refuse to."""
    basic = tlv(
        0x30,
        response.tbs_response_bytes,
        tlv(0x30, bytes.fromhex("06072a8648ce3d0401")),
        tlv(
            0x03,
            b"\0",
            key.sign(response.tbs_response_bytes, ec.ECDSA(hashes.SHA1())),
        ),
    )
    return tlv(
        0x30,
        bytes.fromhex("0a0100"),
        tlv(
            0xA0,
            tlv(
                0x30,
                bytes.fromhex("06092b0601050507300101"),
                tlv(0x04, basic),
            ),
        ),
    )


def add_nonce(builder, request, kind):
    """The nonce of the question, or another."""
    if kind == "wrong-nonce":
        return builder.add_extension(x509.OCSPNonce(b"x" * 32), False)
    if kind == "no-nonce":
        return builder
    for extension in request.extensions:
        if isinstance(extension.value, x509.OCSPNonce):
            builder = builder.add_extension(extension.value, False)
    return builder


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers by the path: /ocsp/KIND, /crl/KIND."""

    protocol_version = "HTTP/1.1"
    world = None

    def log_message(self, *_):
        """Standard error stays silent."""

    def send(self, status, body, kind="application/octet-stream", **fields):
        """One whole answer."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for field, value in fields.items():
            self.send_header(field, value)
        self.end_headers()
        self.wfile.write(body)

    def handle_case(self, method, question):
        """Answer QUESTION, or what the path says."""
        with LOCK, open(f"{DIR}/journal", "a", encoding="ascii") as file:
            file.write(f"{method} {self.path}\n")
        what, _, kind = self.path[1:].partition("/")
        kind = kind.partition("/")[0]
        base = self.world.base
        if kind == "hang":
            time.sleep(30)
            self.close_connection = True
            return
        if kind == "endless":
            self.send_response(200)
            self.end_headers()
            while True:
                self.wfile.write(b"x" * 65536)
        replies = {
            "500": (500, b"broken"),
            "404": (404, b"none"),
            "empty": (200, b""),
            "garbage": (200, b"<html>not here</html>"),
            "huge": (200, b"0" * (9 << 20)),
        }
        places = {
            "loop": base + self.path[1:],
            "redirect": base + "ocsp/good",
            "redirect-file": "file:///etc/passwd",
        }
        if kind in replies:
            self.send(*replies[kind])
        elif kind in places:
            self.send(302, b"", Location=places[kind])
        elif what == "crl":
            self.send(200, self.world.crl(kind))
        elif kind == "get-only" and method == "POST":
            self.send(405, b"")
        elif kind == "no-nonce-please" and len(question) > 100:
            self.send(200, b"\x30\x03\x0a\x01\x01")
        else:
            self.send(200, self.world.answer(kind, question))

    def do_POST(self):
        """An OCSP question."""
        length = int(self.headers["Content-Length"])
        self.handle_case("POST", self.rfile.read(length))

    def do_GET(self):
        """A CRL, or an OCSP question in the path."""
        last = urllib.parse.unquote(self.path.rpartition("/")[2])
        try:
            question = base64.b64decode(last, validate=True)
        except ValueError:
            question = b""
        self.handle_case("GET", question)


def main():
    """Make everything, then serve until killed."""
    httpd = HTTPD(("127.0.0.1", 0), Handler)
    port = httpd.server_address[1]
    Handler.world = World(f"http://127.0.0.1:{port}/")
    Handler.world.write()
    print(f"ready {port}", flush=True)
    httpd.serve_forever()


main()
