# SPDX-License-Identifier: ISC
"""The three ways against the default registry, and registries of files."""

import base64
import datetime
import json
import os
import subprocess
import sys
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from sim_wire import REFUSALS, Sim, accepted, b64, claims_of, fixture, \
    load_pkcs12, refused, tap

SCRATCH = sys.argv[1]
SUPPLIER = "310000019"
CONSUMER = "310000027"
UNAPPROVED = "310000043"
AUTHORITY = "iso6523-actorid-upis"
FROM = "urn:altinn:organization:identifier-no:" + CONSUMER
provoked = set()


def organization(orgno):
    return {"authority": AUTHORITY, "ID": "0192:" + orgno}


class Business:
    """Who comes to SIM: header, key and claims of a grant."""

    def __init__(self, sim, client_id, key, **header):
        self.sim = sim
        self.client_id = client_id
        self.key = key
        self.header = dict({"alg": "RS256"}, **header)

    def ask(self, **changes):
        changes = dict({"iss": self.client_id, "scope": "demo:read"},
                       **changes)
        return self.sim.exchange(self.sim.claims(**changes), self.header,
                                 self.key)

    def refused(self, refusal, name, words=None, **changes):
        refused(self.sim, self.ask(**changes), refusal, name, **(words or {}))
        provoked.add(refusal)


def enterprise(sim, **header):
    key, path = load_pkcs12(sim.env["SEGL_SIM_ENTERPRISE"],
                            sim.env["SEGL_SIM_ENTERPRISE_PIN"])
    header.setdefault("x5c", [b64(path[0])])
    return Business(sim, sim.env["SEGL_SIM_CLIENT_ID"], key, **header)


def registered(sim, **header):
    with open(sim.env["SEGL_SIM_REGISTERED_KEY"], "rb") as pem:
        key = serialization.load_pem_private_key(pem.read(), None)
    header.setdefault("kid", sim.env["SEGL_SIM_KID"])
    return Business(sim, sim.env["SEGL_SIM_REGISTERED_CLIENT_ID"], key,
                    **header)


# ---- tokens -------------------------------------------------------------------

def token_of(business, name, **changes):
    answer = business.ask(**changes)
    accepted(answer, name)
    return claims_of(answer)


def tokens(sim):
    documented = set(fixture("access_token.json")["claims"])
    for business, amr in ((enterprise(sim), "virksomhetssertifikat"),
                          (registered(sim), "private_key_jwt")):
        claims = token_of(business, "%s: a token" % amr)
        tap.equal(set(claims), documented, "with the documented claims")
        tap.equal((claims["client_amr"], claims["client_id"]),
                  (amr, business.client_id), "client_amr and client_id")
        tap.equal(claims["consumer"], organization(SUPPLIER),
                  "the consumer is the client's organisation")
        claims = token_of(business, "%s: delegation" % amr,
                          consumer_org=CONSUMER)
        tap.equal(claims["consumer"], organization(CONSUMER),
                  "the consumer is who delegated")
        tap.equal((claims["supplier"], claims["delegation_source"]),
                  (organization(SUPPLIER), "https://tt02.altinn.no/"),
                  "supplier and delegation_source")
        tap.equal(set(claims), documented | {"supplier", "delegation_source"},
                  "and no other claim")
        claims = token_of(business, "%s: system user" % amr,
                          authorization_details=[system_user(CONSUMER)])
        tap.equal(claims["authorization_details"], [{
            "type": "urn:altinn:systemuser",
            "systemuser_org": organization(CONSUMER),
            "systemuser_id": ["5e610000-0000-4000-8000-0000000000a1"],
            "system_id": SUPPLIER + "_demo"}], "the system user's id")
        tap.equal(claims["consumer"], organization(SUPPLIER),
                  "the consumer is the vendor, not the customer")
        claims = token_of(business, "%s: consent" % amr,
                          authorization_details=[consent(sim)])
        detail = claims["authorization_details"][0]
        tap.equal((detail["from"], detail["to"]),
                  (FROM, organization(SUPPLIER)), "from whom and to whom")
        tap.equal(set(detail), {"type", "id", "from", "to", "consented",
                                "validTo", "consentRights"},
                  "the documented members")
        tap.ok(datetime.datetime.fromisoformat(detail["validTo"]) >
               datetime.datetime.now(datetime.timezone.utc),
               "it is valid for a while", detail)
    claims = token_of(enterprise(sim), "pid and resource",
                      pid="01010112345", resource=["https://api.example/"])
    tap.equal((claims["pid"], claims["aud"]),
              ("01010112345", ["https://api.example/"]), "are copied")
    claims = token_of(enterprise(sim), "the other system user", **{
        "authorization_details": [system_user(CONSUMER, "branch")]})
    tap.equal(claims["authorization_details"][0]["systemuser_id"],
              ["5e610000-0000-4000-8000-0000000000a2"], "is told by its "
              "reference")
    _, path = load_pkcs12(sim.env["SEGL_SIM_ENTERPRISE"],
                          sim.env["SEGL_SIM_ENTERPRISE_PIN"])
    accepted(enterprise(sim, x5c=[b64(c) for c in path]).ask(),
             "an enterprise certificate with its whole path")
    accepted(enterprise(sim, x5c=[b64(path[0]), b64(sim.path[2])]).ask(),
             "and with what does not belong to it")
    accepted(enterprise(sim, alg="RS384").ask(), "RS384")
    entry = sim.get("__requests")[-1]
    tap.equal((entry["route"], entry["client_id"]),
              ("enterprise", sim.env["SEGL_SIM_CLIENT_ID"]),
              "the journal names route and client")


def system_user(orgno, reference=None):
    detail = {"type": "urn:altinn:systemuser",
              "systemuser_org": organization(orgno)}
    if reference is not None:
        detail["externalRef"] = reference
    return detail


def consent(sim, **changes):
    uuid, orgno = sim.env["SEGL_SIM_CONSENT"].split(":")
    tap.equal(orgno, CONSUMER, "the consent is of the consumer")
    return dict({"type": "urn:altinn:consent", "id": uuid, "from": FROM},
                **changes)


# ---- every documented refusal -----------------------------------------------------

def refusals(sim):
    now = int(time.time())
    norwegian = enterprise(sim)
    norwegian.refused("MP-011", "an undocumented claim", foo="bar")
    claims = {"jti": "once-" + str(now)}
    accepted(norwegian.ask(**claims), "a jti, used once")
    norwegian.refused("MP-012", "and again", **claims)
    norwegian.refused("MP-100", "an unknown client", iss="nobody")
    registered(sim).refused("MP-100", "kid, and an unknown client",
                            iss="nobody")
    norwegian.refused("MP-110", "another audience",
                      aud="https://maskinporten.no/")
    registered(sim, kid="segl-demo-old").refused(
        "MP-121", "a key that was registered 400 days ago")
    norwegian.refused("MP-122", "the client of another organisation",
                      iss="5e610000-0000-4000-8000-000000000003")
    enterprise(sim, x5c=norwegian.header["x5c"][0]).refused(
        "MP-123", "x5c as a string")
    stranger = rsa.generate_private_key(65537, 2048)
    for business, name in ((enterprise(sim), "of the certificate"),
                           (registered(sim), "that is registered")):
        business.key = stranger
        business.refused("MP-124", "signed by another key than the one "
                         + name)
    norwegian.refused("MP-130", "a grant that is over", iat=now - 100,
                      exp=now - 30)
    norwegian.refused("issued-after-now", "iat ahead", iat=now + 60,
                      exp=now + 120)
    norwegian.refused("MP-200", "a scope that the client has not",
                      {"scope": "demo:none"}, scope="demo:read demo:none")
    norwegian.refused("MP-201", "a scope for idporten", scope="demo:login")
    norwegian.refused("MP-250", "a scope that is not granted",
                      {"scope": "demo:write"}, scope="demo:write")
    norwegian.refused("MP-250", "nor to who delegates",
                      {"scope": "demo:read"}, consumer_org=UNAPPROVED)
    norwegian.refused("MP-251", "a scope that is not delegated",
                      {"scope": "demo:write", "consumer": CONSUMER,
                       "supplier": SUPPLIER}, scope="demo:write",
                      consumer_org=CONSUMER)
    norwegian.refused("consumer-combination", "consumer_org is one's own",
                      consumer_org=SUPPLIER)
    registered(sim, kid="other").refused("unknown-kid", "another kid")
    norwegian.refused("kid-required", "x5c, and the client has keys",
                      iss=sim.env["SEGL_SIM_REGISTERED_CLIENT_ID"])


def detail_refusals(sim):
    norwegian = enterprise(sim)

    def details(refusal, name, detail, value=None):
        words = None if value is None else {"value": json.dumps(
            value, separators=(",", ":"))}
        norwegian.refused(refusal, name, words,
                          authorization_details=[detail])

    details("MP-301", "another type", {"type": "urn:example:other"})
    details("MP-302", "another member",
            dict(system_user(CONSUMER), foo="bar"))
    details("MP-302", "a member of a consent", consent(sim, to=SUPPLIER))
    details("MP-303", "nobody's system user", system_user(SUPPLIER),
            organization(SUPPLIER))
    details("MP-303", "one that is not approved", system_user(UNAPPROVED),
            organization(UNAPPROVED))
    details("MP-303", "another reference", system_user(CONSUMER, "twig"),
            "twig")
    details("MP-303", "a wrong check digit", system_user("310000028"),
            organization("310000028"))
    details("MP-303", "somebody else's consent", consent(
        sim, **{"from": "urn:altinn:person:identifier-no:01010112345"}),
            "urn:altinn:person:identifier-no:01010112345")
    details("MP-303", "no such consent", consent(sim, id="x"), "x")


def certificates(sim):
    """The validator: one certificate for each of its rules."""
    with open(os.path.join(sim.dir, "enterprise-ca.key"), "rb") as pem:
        ca_key = serialization.load_pem_private_key(pem.read(), None)
    _, path = load_pkcs12(sim.env["SEGL_SIM_ENTERPRISE"],
                          sim.env["SEGL_SIM_ENTERPRISE_PIN"])
    key = rsa.generate_private_key(65537, 2048)
    policy = x509.CertificatePolicies([x509.PolicyInformation(
        x509.ObjectIdentifier("2.16.578.1.29.913.210.1.0"), None)])
    usage = x509.KeyUsage(True, False, False, False, False, False, False,
                          False, False)
    seid1 = [(NameOID.SERIAL_NUMBER, SUPPLIER),
             (NameOID.COMMON_NAME, "Demobedriften AS")]
    seid2 = [(x509.ObjectIdentifier("2.5.4.97"), "NTRNO-" + SUPPLIER)]

    def issue(subject=seid2, days=(-1, 30), extensions=((usage, True),
              (policy, False)), issuer=path[1].subject, signer=ca_key):
        now = datetime.datetime.utcnow()
        builder = (x509.CertificateBuilder()
                   .subject_name(x509.Name([x509.NameAttribute(*pair)
                                            for pair in subject]))
                   .issuer_name(issuer).public_key(key.public_key())
                   .serial_number(x509.random_serial_number())
                   .not_valid_before(now + datetime.timedelta(days[0]))
                   .not_valid_after(now + datetime.timedelta(days[1])))
        for value, critical in extensions:
            builder = builder.add_extension(value, critical)
        return builder.sign(signer, hashes.SHA256())

    def ask(certificate):
        business = enterprise(sim, x5c=[b64(certificate)])
        business.key = key
        return business.ask()

    accepted(ask(issue()), "SEID 2, Commfides' test policy")
    accepted(ask(issue(subject=seid1)), "SEID 1, nine digits in serialNumber")
    strange = x509.UnrecognizedExtension(
        x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    foreign = x509.CertificatePolicies([x509.PolicyInformation(
        x509.ObjectIdentifier("1.2.3.4"), None)])
    stranger = rsa.generate_private_key(65537, 2048)
    for rule, certificate in {
            "enterprise-validity": issue(days=(-30, -1)),
            "enterprise-signed": issue(signer=key),
            "enterprise-critical": issue(extensions=(
                (usage, True), (policy, False), (strange, True))),
            "enterprise-key-usage": issue(extensions=(
                (usage, False), (policy, False))),
            "enterprise-path": issue(signer=stranger),
            "enterprise-policies": issue(extensions=(
                (usage, True), (foreign, False))),
            "no-policies-refusal": issue(extensions=((usage, True),)),
    }.items():
        refused(sim, ask(certificate), "MP-120", rule)
        provoked.add("MP-120")
        tap.equal(sim.get("__requests")[-1]["rule"], rule,
                  "and the journal says which rule")


# ---- registries of files ------------------------------------------------------------

def number(n):
    return base64.urlsafe_b64encode(n.to_bytes(
        (n.bit_length() + 7) // 8, "big")).rstrip(b"=").decode()


def registry_files():
    folder = os.path.join(SCRATCH, "registry")
    os.mkdir(folder)
    key = rsa.generate_private_key(65537, 3072)
    public = key.public_key()
    numbers = public.public_numbers()
    jwk = {"kty": "RSA", "n": number(numbers.n), "e": number(numbers.e)}
    with open(os.path.join(folder, "key.pem"), "wb") as file:
        file.write(public.public_bytes(
            serialization.Encoding.PEM,
            serialization.PublicFormat.SubjectPublicKeyInfo))
    with open(os.path.join(folder, "key.jwk"), "w") as file:
        json.dump(jwk, file)
    document = {
        "scopes": [{"scope": "my:scope", "owner": SUPPLIER}],
        "clients": [{
            "client_id": "mine", "orgno": SUPPLIER, "scopes": ["my:scope"],
            "keys": [dict(jwk, kid="inline"),
                     {"kid": "pem", "file": "key.pem"},
                     {"kid": "jwk", "file": "key.jwk"},
                     {"kid": "old", "file": "key.pem",
                      "created": "2020-01-31T00:00:00Z"}]}, {
            "client_id": "login", "orgno": SUPPLIER, "scopes": [],
            "integration_type": "idporten", "keys": [
                {"kid": "pem", "file": "key.pem"}]}]}
    name = os.path.join(folder, "registry.json")

    def write(value):
        with open(name, "w") as file:
            file.write(value if isinstance(value, str) else json.dumps(value))

    write(document)
    with Sim(SCRATCH, "--registry", name) as sim:
        tap.ok(not [v for v in sim.env if v.startswith("SEGL_SIM_")],
               "what is not in the registry is not told", sim.env)
        for kid in ("inline", "pem", "jwk"):
            accepted(Business(sim, "mine", key, kid=kid).ask(
                scope="my:scope"), "--registry: the key %s" % kid)
        Business(sim, "mine", key, kid="old").refused(
            "MP-121", "--registry: an old key", scope="my:scope")
        Business(sim, "login", key, kid="pem").refused(
            "MP-100", "--registry: a client of idporten")
        accepted(sim.exchange(), "seals are as welcome as ever")
    for value, why in (
            ('{"clients": [,]}', "registry.json: line 1, column 14: "),
            (dict(document, client=[]), 'there is no member "client" here'),
            (dict(document, delegations=[{"consumer": CONSUMER}]),
             'delegations[0]: "supplier" is missing')):
        write(value)
        failed = subprocess.run(
            ["segl-sim", "--registry", name, "--", "true"],
            stderr=subprocess.PIPE, text=True, check=False)
        tap.ok(failed.returncode == 2 and why in failed.stderr,
               "a wrong registry: " + why, failed)


# ---- segl itself ----------------------------------------------------------------

def segl(sim, name, *arguments, **wanted):
    env = dict(os.environ, SEGL_ENV=sim.issuer, SEGL_CA=sim.env["SEGL_CA"])
    done = subprocess.run(["segl", "token", "--scope", "demo:read",
                           *arguments], env=env, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, check=False)
    claims = {}
    if done.returncode == 0:
        claims = claims_of((200, {}, {"access_token": done.stdout.strip()}))
    tap.ok(done.returncode == 0 and all(
        claims.get(k) == v for k, v in wanted.items()), "segl: " + name,
        done.stderr, claims)


def client(sim):
    seal = ("--softtoken", sim.env["SEGL_SIM_ENTERPRISE"], "--pin",
            sim.env["SEGL_SIM_ENTERPRISE_PIN"], "--client-id",
            sim.env["SEGL_SIM_CLIENT_ID"])
    amr = {"client_amr": "virksomhetssertifikat"}
    segl(sim, "an enterprise certificate", *seal, **amr)
    segl(sim, "--as enterprise", *seal, "--as", "enterprise", **amr)
    segl(sim, "--consumer-org", *seal, "--consumer-org",
         sim.env["SEGL_SIM_CONSUMER_ORG"], consumer=organization(CONSUMER),
         supplier=organization(SUPPLIER))
    segl(sim, "--system-user", *seal, "--system-user",
         sim.env["SEGL_SIM_SYSTEM_USER"], consumer=organization(SUPPLIER))
    segl(sim, "--system-user with its reference", *seal, "--system-user",
         sim.env["SEGL_SIM_SYSTEM_USER"] + ":branch")
    segl(sim, "--consent", *seal, "--consent", sim.env["SEGL_SIM_CONSENT"])
    pem = sim.env["SEGL_SIM_REGISTERED_KEY"]
    registered_client = ("--client-id",
                         sim.env["SEGL_SIM_REGISTERED_CLIENT_ID"])
    amr = {"client_amr": "private_key_jwt"}
    segl(sim, "a registered key in PEM", "--key", pem, "--kid",
         sim.env["SEGL_SIM_KID"], *registered_client, **amr)
    segl(sim, "the same as a JWK, which knows its kid", "--softtoken",
         pem.replace(".pem", ".jwk"), *registered_client, **amr)
    segl(sim, "and on behalf of a customer", "--key", pem, "--kid",
         sim.env["SEGL_SIM_KID"], *registered_client, "--consumer-org",
         sim.env["SEGL_SIM_CONSUMER_ORG"], supplier=organization(SUPPLIER))


with Sim(SCRATCH) as running:
    tokens(running)
    refusals(running)
    detail_refusals(running)
    certificates(running)
    client(running)
documented = {row for row in REFUSALS
              if row.startswith("MP-")} | {
    "issued-after-now", "unknown-kid", "kid-required", "consumer-combination"}
tap.equal(documented - provoked, set(), "every documented refusal was "
          "provoked by a grant, with no switch turned")
registry_files()
tap.done()
