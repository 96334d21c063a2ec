# SPDX-License-Identifier: ISC
"""Every documented refusal, provoked; every success, verified."""

import datetime
import json
import os
import re
import sys
import time

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from sim_wire import GRANT_TYPE, Sim, accepted, b64, b64url, claims_of, \
    fixture, jws, refused, tap

SCRATCH = sys.argv[1]
ORGANIZATION_IDENTIFIER = x509.ObjectIdentifier("2.5.4.97")
QC_STATEMENTS = x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3")


def issue(sim, key=None, subject=(), extensions=(), bits=2048, days=(-1, 30),
          issuer=None, issuer_key=None, ca=False):
    """A certificate by the demonstration issuer, or by another."""
    if issuer is None:
        issuer = sim.path[1]
        with open(os.path.join(sim.dir, "seal-ca.key"), "rb") as pem:
            issuer_key = serialization.load_pem_private_key(pem.read(), None)
    key = key or rsa.generate_private_key(65537, bits)
    now = datetime.datetime.utcnow()
    names = subject or [(NameOID.COUNTRY_NAME, "SE"),
                        (NameOID.COMMON_NAME, "Another business"),
                        (ORGANIZATION_IDENTIFIER, "NTRSE-5560000009")]
    builder = (x509.CertificateBuilder()
               .subject_name(x509.Name([x509.NameAttribute(oid, value)
                                        for oid, value in names]))
               .issuer_name(issuer.subject)
               .public_key(key.public_key())
               .serial_number(0x1f2e3d)
               .not_valid_before(now + datetime.timedelta(days=days[0]))
               .not_valid_after(now + datetime.timedelta(days=days[1]))
               .add_extension(x509.BasicConstraints(ca, None), True))
    for value, critical in extensions:
        builder = builder.add_extension(value, critical)
    return builder.sign(issuer_key, hashes.SHA256()), key


def by_another_seal(sim, leaf, key, alg="RS256", **claims):
    path = [b64(c) for c in [leaf, *sim.path[1:]]]
    return sim.exchange(sim.claims(**claims), {"alg": alg, "x5c": path}, key)


def key_usage(signature, commitment):
    return x509.KeyUsage(signature, commitment, not signature and
                         not commitment, False, False, False, False, False,
                         False), True


# ---- success ------------------------------------------------------------------

def success(sim):
    answer = sim.exchange()
    accepted(answer, "a grant with a seal gets a token")
    want = fixture("token.json")
    tap.equal(list(answer[2]), list(want), "the answer has the members of "
              "the fixture")
    tap.equal(answer[2]["expires_in"], want["expires_in"],
              "expires_in is one second less than the lifetime")
    tap.equal(answer[2]["scope"], sim.scope, "the scope is what was asked")
    token = answer[2]["access_token"]
    keys = jwt.PyJWKSet.from_dict(sim.get("jwk")).keys
    header = jwt.get_unverified_header(token)
    key = next(k for k in keys if k.key_id == header["kid"])
    claims = jwt.decode(token, key.key, ["RS256"], issuer=sim.issuer)
    tap.ok(True, "the token verifies with the key of /jwk")
    fixed = fixture("access_token.json")
    tap.equal(set(header), set(fixed["header"]) | {"typ"} - {"typ"},
              "its header is documented")
    tap.equal(set(claims), set(fixed["claims"]), "its claims are documented")
    for name in ("client_amr", "consumer", "scope", "token_type"):
        tap.equal(claims[name], fixed["claims"][name], "claim %s" % name)
    tap.equal(claims["exp"] - claims["iat"], 120, "it lives for 120 seconds")
    tap.ok(abs(claims["iat"] - time.time()) < 5, "it is issued now")
    tap.ok(re.fullmatch("[A-Za-z0-9_-]{43}", claims["jti"]),
           "its jti is 43 characters of base64url")
    tap.equal(claims["client_id"], "eidas-%d" % sim.path[0].serial_number,
              "client_id is the serial number")
    again = claims_of(sim.exchange())
    tap.ok(again["jti"] != claims["jti"], "another token, another jti")
    chain = [x509.load_der_x509_certificate(base64_bytes(text))
             for text in sim.get("jwk")["keys"][0]["x5c"]]
    tap.equal(chain[0].public_key().public_numbers(),
              key.key.public_numbers(), "x5c begins with the key's own")
    tap.ok(len(chain) == 2 and chain[0].issuer == chain[1].subject and
           chain[1].issuer == chain[1].subject, "x5c is the whole chain")


def base64_bytes(text):
    import base64
    return base64.b64decode(text, validate=True)


def other_successes(sim):
    for alg in ("RS384", "RS512"):
        accepted(sim.exchange(header=sim.header(alg=alg)), alg)
    made = jwt.encode(sim.claims(), sim.key, "RS256", {"x5c":
                      [b64(c) for c in sim.path]})
    accepted(sim.post({"assertion": made, "grant_type": GRANT_TYPE}),
             "made by PyJWT, with typ, parameters the other way round")
    now = int(time.time())
    accepted(sim.exchange(sim.claims(iat=now + 8)), "iat 8 s ahead")
    accepted(sim.exchange(sim.claims(iat=now, exp=now + 120)),
             "exp - iat of 120 s")
    accepted(sim.exchange(sim.claims(jti=None)), "no jti")
    accepted(sim.exchange(sim.claims(aud=[sim.issuer])), "aud as an array")
    accepted(sim.exchange(sim.claims(sub="x", nbf=now)), "sub and nbf")
    accepted(sim.exchange(header=sim.header(
        x5c=[b64(c) for c in sim.path[:2]])), "x5c without the root")
    answer = sim.exchange(sim.claims(resource=["https://api.example/"]))
    tap.equal(claims_of(answer)["aud"], ["https://api.example/"],
              "resource becomes aud")
    answer = sim.exchange(sim.claims(
        scope=sim.scope + " toll:eu/movement/road/v2"))
    tap.equal(answer[2]["scope"], sim.scope + " toll:eu/movement/road/v2",
              "two scopes")
    answer = sim.exchange(sim.claims(pid="01010112345"))
    tap.equal(claims_of(answer)["pid"], "01010112345", "pid is copied")
    leaf, key = issue(sim, subject=[
        (NameOID.ORGANIZATIONAL_UNIT_NAME, "Ünit"),
        (ORGANIZATION_IDENTIFIER, "VATDE-123456789")])
    claims = claims_of(by_another_seal(sim, leaf, key))
    tap.equal(claims["client_amr"], "CForESeal",
              "a seal that is not qualified is CForESeal")
    tap.equal(claims["consumer"], {
        "organizationalUnitName": "Ünit", "authority": "etsi-en-319-412",
        "ID": "VATDE-123456789"}, "the consumer is the Subject, verbatim")
    leaf, key = issue(sim, subject=[
        (ORGANIZATION_IDENTIFIER, "NTRNO-910000001")])
    accepted(by_another_seal(sim, leaf, key),
             "a Norwegian identifier without a client")


# ---- refusals -----------------------------------------------------------------

def request_refusals(sim):
    good = jws(sim.header(), sim.claims(), sim.key)
    form = {"grant_type": GRANT_TYPE, "assertion": good}
    for name, body in {
            "no assertion": {"grant_type": GRANT_TYPE},
            "an empty assertion": dict(form, assertion=""),
            "no grant_type": {"assertion": good},
            "an empty body": "",
            "two assertions": [*form.items(), ("assertion", good)],
            "a broken escape": "grant_type=%zz"}.items():
        refused(sim, sim.post(body), "MP-011", name)
    refused(sim, sim.post(dict(form, grant_type="client_credentials")),
            "unsupported-grant-type", "another grant_type")
    status, _, body = sim.request("token", b"{}", **{
        "Content-Type": "application/json"})
    tap.equal((status, body), (415, b""), "a body that is no form: 415")
    status, fields, _ = sim.request("token")
    tap.equal((status, fields["Allow"]), (405, "POST"), "GET /token: 405")


def jws_refusals(sim):
    head, body, signature = jws(sim.header(), sim.claims(), sim.key).split(".")
    for name, text in {
            "no dots": "abc", "two parts": head + "." + body,
            "an empty signature": head + "." + body + ".",
            "four parts": ".".join((head, body, signature, "x")),
            "a line break": head + ".\n" + body + "." + signature,
            "padding": head + "=." + body + "." + signature,
            "a header that is no object": ".".join(
                (b64url(b"[]"), body, signature)),
            "a payload that is no JSON": ".".join(
                (head, b64url(b"{"), signature)),
            "a claim twice": ".".join(
                (head, b64url(b'{"aud":"a","aud":"b"}'), signature)),
            "a megabyte": head + "." + "A" * (1 << 17) + "." + signature,
    }.items():
        if name == "a megabyte":
            try:
                status = sim.request("token", (
                    "grant_type=" + GRANT_TYPE + "&assertion=" +
                    text).encode())[0]
            except OSError:
                status = 413  # cut off while still sending
            tap.equal(status, 413, "an endless assertion: 413")
        else:
            refused(sim, sim.post({"grant_type": GRANT_TYPE,
                                   "assertion": text}), "MP-011", name)
    for alg in ("none", "HS256", "PS256", "ES256", "rs256"):
        refused(sim, sim.exchange(header=sim.header(alg=alg), alg="RS256"),
                "MP-124", "alg %s" % alg)
    refused(sim, sim.exchange(header=sim.header(alg=None), alg="RS256"),
            "MP-011", "no alg")
    refused(sim, sim.exchange(header=sim.header(crit=["b64"])), "MP-011",
            "crit")
    refused(sim, sim.exchange(header=sim.header(alg="RS384"), alg="RS256"),
            "MP-124", "signed with another alg than the header says")
    other = rsa.generate_private_key(65537, 2048)
    refused(sim, sim.exchange(key=other), "MP-124", "signed by another key")
    tampered = b64url(json.dumps(sim.claims(iss="Somebody else")).encode())
    refused(sim, sim.post({"grant_type": GRANT_TYPE, "assertion": ".".join(
        (head, tampered, signature))}), "MP-124", "claims changed afterwards")


def claim_refusals(sim):
    now = int(time.time())
    for name in ("iss", "scope", "iat", "exp", "aud"):
        refused(sim, sim.exchange(sim.claims(**{name: None})), "MP-011",
                "no %s" % name)
    for name, changes in {
            "an undocumented claim": {"foo": "bar"},
            "consumer_orgno": {"consumer_orgno": "910000001"},
            "iss_onbehalfof": {"iss_onbehalfof": "x"},
            "iat as text": {"iat": str(now)},
            "an empty iss": {"iss": ""},
            "a pid of ten digits": {"pid": "0101011234"},
            "a consumer_org of eight digits": {"consumer_org": "91000000"},
            "exp - iat of 121 s": {"iat": now, "exp": now + 121},
    }.items():
        refused(sim, sim.exchange(sim.claims(**changes)), "MP-011", name)
    for name, aud in {
            "aud without the slash": sim.issuer.rstrip("/"),
            "aud of another environment": "https://maskinporten.no/",
            "aud is the token endpoint": sim.issuer + "token",
            "two audiences": [sim.issuer, "https://other.example/"],
    }.items():
        refused(sim, sim.exchange(sim.claims(aud=aud)), "MP-110", name)
    refused(sim, sim.exchange(sim.claims(iat=now + 30, exp=now + 100)),
            "issued-after-now", "iat 30 s ahead")
    refused(sim, sim.exchange(sim.claims(iat=now - 100, exp=now - 20)),
            "MP-130", "exp 20 s over")
    claims = sim.claims()
    accepted(sim.exchange(claims), "a jti, used once")
    refused(sim, sim.exchange(claims), "MP-012", "and again")
    refused(sim, sim.exchange(sim.claims(jti=claims["jti"], iss="other")),
            "MP-012", "and in another grant")
    # without a jti the grant itself is what is remembered, and an earlier
    # test of the same second would have made the same one
    claims = sim.claims(jti=None, iat=now - 7, exp=now + 53)
    accepted(sim.exchange(claims), "a grant without jti, used once")
    refused(sim, sim.exchange(claims), "MP-012", "and that again")


def scope_refusals(sim):
    refused(sim, sim.exchange(sim.claims(scope="altinn:x/y")), "MP-200",
            "a scope that is not open", scope="altinn:x/y")
    refused(sim, sim.exchange(sim.claims(
        scope=sim.scope + " toll:movement/road/v2 a:b")), "MP-200",
            "two of three scopes", scope="toll:movement/road/v2 a:b")
    refused(sim, sim.exchange(sim.claims(consumer_org="910000001")),
            "MP-251", "consumer_org", consumer="910000001", scope=sim.scope,
            supplier="NTRSE-5569999997")
    org = {"authority": "iso6523-actorid-upis", "ID": "0192:910000001"}
    for refusal, detail in {
            "MP-301": {"type": "urn:example:other"},
            "MP-302": {"type": "urn:altinn:systemuser", "foo": "bar"},
            "MP-303": {"type": "urn:altinn:systemuser",
                       "systemuser_org": org}}.items():
        refused(sim, sim.exchange(sim.claims(
            authorization_details=[detail])), refusal,
                "authorization_details",
                value=json.dumps(org, separators=(",", ":")))


def key_refusals(sim):
    leaf, sub, root = [b64(c) for c in sim.path]
    line = leaf[:64] + "\n" + leaf[64:]
    pem = sim.path[0].public_bytes(serialization.Encoding.PEM).decode()
    for name, x5c in {
            "x5c as one string": leaf, "an empty x5c": [],
            "x5c with a number": [leaf, 1], "x5c with a line break": [line],
            "x5c in PEM": [pem],
            "x5c in base64url": [leaf.replace("+", "-").replace("/", "_")],
            "x5c without padding": [leaf.rstrip("=") + "x"],
            "x5c of something else": ["AAAA"],
            "x5c of eleven": [leaf] * 11}.items():
        refused(sim, sim.exchange(header=sim.header(x5c=x5c)), "MP-123", name)
    refused(sim, sim.exchange(header=sim.header(x5c=None)), "MP-123",
            "neither x5c nor kid")
    for name, x5c in {
            "the leaf alone": [leaf], "the root first": [root, sub, leaf],
            "a path with a gap": [leaf, root],
            "intermediates swapped": [leaf, root, sub]}.items():
        refused(sim, sim.exchange(header=sim.header(x5c=x5c)), "MP-120", name)
    refused(sim, sim.exchange(header=sim.header(x5c=None, kid="my-key")),
            "MP-100", "kid and no client")
    refused(sim, sim.exchange(header=sim.header(kid="my-key")),
            "MP-100", "kid and x5c")


def certificate_refusals(sim):
    for name, changes in {
            "no organizationIdentifier": {"subject": [
                (NameOID.COMMON_NAME, "No identifier")]},
            "a blank organizationIdentifier": {"subject": [
                (ORGANIZATION_IDENTIFIER, " ")]},
            "a seal that is over": {"days": (-30, -1)},
            "a seal that is not valid yet": {"days": (1, 30)},
            "RSA of 1024 bits": {"bits": 1024}}.items():
        refused(sim, by_another_seal(sim, *issue(sim, **changes)), "MP-120",
                name)
    key = ec.generate_private_key(ec.SECP256R1())
    leaf, _ = issue(sim, key=key)
    refused(sim, by_another_seal(sim, leaf, key, alg="ES256"), "MP-124",
            "an EC seal with ES256")
    refused(sim, sim.exchange(header={"alg": "RS256", "x5c": [
        b64(c) for c in [leaf, *sim.path[1:]]]}), "MP-124",
            "an EC seal that says RS256")
    root_key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Unlisted")])
    now = datetime.datetime.utcnow()
    root = (x509.CertificateBuilder().subject_name(name).issuer_name(name)
            .public_key(root_key.public_key()).serial_number(7)
            .not_valid_before(now).not_valid_after(
                now + datetime.timedelta(days=3))
            .add_extension(x509.BasicConstraints(True, None), True)
            .sign(root_key, hashes.SHA256()))
    leaf, key = issue(sim, issuer=root, issuer_key=root_key)
    refused(sim, sim.exchange(header={"alg": "RS256", "x5c": [
        b64(leaf), b64(root)]}, key=key), "MP-120",
            "a seal of an issuer that is not listed")
    leaf, key = issue(sim, extensions=[(x509.UnrecognizedExtension(
        x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True)])
    refused(sim, by_another_seal(sim, leaf, key), "MP-120",
            "a critical extension that nobody knows")
    return root


# ---- switches, each by what comes over the wire ----------------------------------

def switched(root_file):
    def old_marker(sim):
        body = sim.exchange(sim.claims(iss=""))[2]
        tap.ok(re.search(r" \(correlation id: [0-9a-f]{32}\)$",
                         body["error_description"]),
               "trace-marker: the old one", body)

    with Sim(SCRATCH, "--set", "trace-marker=correlation id",
             "--set", "media-type=400", "--set", "client-id-serial=hex",
             "--set", "client-amr=QRForeSeals", "--set", "aud-array=refuse",
             "--set", "consumer-authority=etsi_en_119_612",
             "--set", "consumer-names=none", "--set", "expires-in=whole",
             "--set", "token-aud-absent=unspecified",
             "--set", "token-aud=array", "--set", "token-alg=RS512",
             "--set", "jti=accept", "--set", "path-complete=accept",
             "--token-lifetime", "600") as sim:
        old_marker(sim)
        status, _, body = sim.request("token", b"{}", **{
            "Content-Type": "application/json"})
        tap.equal((status, json.loads(body)["error"]),
                  (400, "invalid_request"), "media-type: 400")
        answer = sim.exchange()
        claims = claims_of(answer)
        tap.equal(answer[2]["expires_in"], 600, "expires-in: whole")
        tap.equal(claims["exp"] - claims["iat"], 600, "--token-lifetime")
        tap.equal(claims["client_id"], "eidas-%x" % sim.path[0].serial_number,
                  "client-id-serial: hex")
        tap.equal(claims["client_amr"], "QRForeSeals", "client-amr")
        tap.equal(claims["consumer"], {"authority": "etsi_en_119_612", "ID":
                  "NTRSE-5569999997"}, "consumer-authority, consumer-names")
        tap.equal(claims["aud"], "unspecified", "token-aud-absent")
        tap.equal(jwt.get_unverified_header(
            answer[2]["access_token"])["alg"], "RS512", "token-alg")
        keys = jwt.PyJWKSet.from_dict(sim.get("jwk")).keys
        jwt.decode(answer[2]["access_token"], keys[0].key, ["RS512"],
                   audience="unspecified")
        tap.ok(True, "and the token verifies")
        tap.equal(claims_of(sim.exchange(sim.claims(resource="https://a")))
                  ["aud"], ["https://a"], "token-aud: array")
        tap.equal(sim.exchange(sim.claims(aud=[sim.issuer]))[0], 400,
                  "aud-array: refuse")
        claims = sim.claims()
        sim.exchange(claims)
        accepted(sim.exchange(claims), "jti: accept")
        accepted(sim.exchange(header=sim.header(x5c=[b64(sim.path[0])])),
                 "path-complete: accept")

    with Sim(SCRATCH, "--set", "alg-ec=accept", "--set", "path-root=required",
             "--set", "norwegian-seal=refuse", "--set", "seal-type=require",
             "--set", "key-usage=require", "--set", "rsa-bits=0",
             "--set", "iat-behind=10") as sim:
        tap.ok("ES256" in sim.get(".well-known/oauth-authorization-server")
               ["token_endpoint_auth_signing_alg_values_supported"],
               "alg-ec: the metadata offers it")
        qc = (x509.UnrecognizedExtension(QC_STATEMENTS, bytes.fromhex(
            "3015" "3013" "060604008e460106" "3009" "060704008e46010602")),
              False)
        good = [qc, key_usage(False, True)]
        key = ec.generate_private_key(ec.SECP256R1())
        leaf, _ = issue(sim, key=key, extensions=good)
        accepted(by_another_seal(sim, leaf, key, alg="ES256"),
                 "alg-ec, seal-type, key-usage: met by an EC seal")
        leaf, key = issue(sim, bits=1024, extensions=good)
        accepted(by_another_seal(sim, leaf, key), "rsa-bits: 0")
        refused(sim, by_another_seal(sim, *issue(sim, extensions=[qc,
                key_usage(False, False)])), "MP-120", "key-usage: require")
        refused(sim, by_another_seal(sim, *issue(sim, extensions=good[1:])),
                "MP-120", "seal-type: require")
        refused(sim, by_another_seal(sim, *issue(sim, subject=[
            (ORGANIZATION_IDENTIFIER, "PSDNO-FSA-910000001")])),
                "MP-100", "norwegian-seal: refuse")
        refused(sim, sim.exchange(header=sim.header(
            x5c=[b64(c) for c in sim.path[:2]])), "MP-120",
                "path-root: required")
        now = int(time.time())
        refused(sim, sim.exchange(sim.claims(iat=now - 20, exp=now + 90)),
                "MP-130", "iat-behind: 10")

    for options, n, good, name in (
            ((), 3, True, "trusted by default: the issuing CA"),
            (("--set", "trust-match=issuer"), 3, True, "trust-match: issuer"),
            (("--set", "trust-match=root"), 3, False,
             "trust-match: root, and the issuing CA is trusted"),
            (("--set", "trust-match=root", "--trust", root_file), 3, True,
             "trust-match: root, and the root is trusted"),
            (("--set", "trust-match=root", "--trust", root_file), 2, True,
             "and is left out of x5c"),
            (("--set", "trust-match=issuer", "--trust", root_file), 3, False,
             "trust-match: issuer, and the root is trusted"),
            (("--trust", root_file), 2, True, "--trust the root"),
            (("--trust", root_file), 1, False, "and the leaf alone"),
            (("--set", "path-root=refused"), 3, False, "path-root: refused"),
            (("--set", "path-root=refused"), 2, True, "and without it")):
        with Sim(SCRATCH, *options) as sim:
            answer = sim.exchange(header=sim.header(
                x5c=[b64(c) for c in sim.path[:n]]))
            if good:
                accepted(answer, name)
            else:
                refused(sim, answer, "MP-120", name)


# ---- documents and journal --------------------------------------------------------

def documents(sim):
    want = json.loads(json.dumps(fixture("metadata.json")).replace(
        "https://test.maskinporten.no/", sim.issuer))
    tap.equal(sim.get(".well-known/oauth-authorization-server"), want,
              "the metadata is that of the fixture")
    for path, method, status in (
            ("health", "GET", 200), ("health", "POST", 405),
            ("jwk", "HEAD", 200), ("", "GET", 200), ("token/", "GET", 404),
            ("Token", "POST", 404), ("%74oken", "POST", 404),
            ("jwk?x=1", "GET", 200),
            (".well-known/openid-configuration", "GET", 404)):
        got = sim.request(path, method=method)[0]
        tap.equal(got, status, "%s /%s: %d" % (method, path, status))


def journal(sim):
    tap.equal(sim.request("__requests", method="DELETE")[0], 204,
              "the journal is cleared")
    tap.equal(sim.get("__requests"), [], "and empty then")
    claims = sim.claims()
    sim.exchange(claims)
    sim.exchange(claims)
    sim.post({"grant_type": "x"})
    sim.request("health")
    entries = sim.get("__requests")
    tap.equal([e.get("outcome") for e in entries],
              ["token", "MP-012", "unsupported-grant-type", None],
              "it has every request and how it ended")
    tap.equal([e.get("jti") for e in entries[:2]], [claims["jti"]] * 2,
              "each jti that came over the wire")
    tap.equal(entries[0]["claims"], claims, "the claims")
    tap.equal(entries[0]["header"], {"alg": "RS256", "x5c": 3}, "the header")
    tap.equal(entries[0]["token"]["scope"], sim.scope, "the token's claims")
    tap.equal((entries[1]["mp_code"], entries[1]["rule"],
               entries[1]["status"]), ("MP-012", "jti", 400), "the rule")
    tap.equal([e["path"] for e in entries],
              ["/token"] * 3 + ["/health"], "the path")
    tap.equal(sim.request("__requests", b"")[0], 204, "POST clears, too")


with Sim(SCRATCH) as running:
    success(running)
    other_successes(running)
    request_refusals(running)
    jws_refusals(running)
    claim_refusals(running)
    scope_refusals(running)
    key_refusals(running)
    certificate_refusals(running)
    documents(running)
    journal(running)
    seal_root = os.path.join(running.dir, "seal-root.pem")
switched(seal_root)
tap.done()
