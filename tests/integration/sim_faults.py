# SPDX-License-Identifier: ISC
"""Each fault: by option and by request, on the wire, in the journal."""

import email.utils
import gzip
import http.client
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import time
import urllib.error

import jwt

from sim_wire import GRANT_TYPE, REFUSALS, Sim, accepted, claims_of, jws, \
    refused, tap

SCRATCH = sys.argv[1]


def set_faults(sim, value, content_type="application/json"):
    status, _, body = sim.request(
        "__faults", json.dumps(value).encode(), method="POST",
        **{"Content-Type": content_type})
    return status, json.loads(body) if body else None


def clear(sim):
    sim.request("__faults", method="DELETE")
    sim.request("__requests", method="DELETE")


def raw(sim):
    """Status, fields and bytes of the answer to a good grant."""
    body = "grant_type=%s&assertion=%s" % (GRANT_TYPE, jws(
        sim.header(), sim.claims(), sim.key))
    return sim.request("token", body.encode())


def fails(sim, *expected):
    """Whether the answer to a good grant does not arrive."""
    try:
        raw(sim)
    except (*expected, http.client.HTTPException, OSError):
        return True
    return False


def token(sim, *arguments, **environment):
    env = dict(os.environ, **sim.env, **environment)
    began = time.monotonic()
    done = subprocess.run(["segl", "token", *arguments], env=env,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, check=False)
    done.took = time.monotonic() - began
    return done


# ---- the administration ---------------------------------------------------------

def administration(sim):
    tap.equal(sim.get("__faults"), [], "there are no faults to begin with")
    tap.equal(set_faults(sim, {"fault": "delay", "argument": 0.1,
                               "when": "once"}), (200, ["delay=0.1@1"]),
              "one is set")
    tap.equal(set_faults(sim, [{"fault": "reset", "when": 5},
                               {"fault": "status", "argument": 503,
                                "when": 6}]),
              (200, ["delay=0.1@1", "reset@5", "status=503@6"]),
              "two more, together")
    accepted(sim.exchange(), "a request later")
    tap.equal(sim.get("__faults"), ["reset@4", "status=503@5"],
              "they have come nearer")
    status, body = set_faults(sim, [{"fault": "reset"}, {"fault": "rest"}])
    tap.ok(status == 400 and body == {"error": "there is no fault rest",
           "remedy": "did you mean reset?"}, "a mistake is named", body)
    tap.equal(sim.get("__faults"), ["reset@4", "status=503@5"],
              "and nothing of it is set")
    for text in (b"", b"{", b'{"fault":"reset","fault":"reset"}', b"[[]]"):
        tap.equal(sim.request("__faults", text, method="POST", **{
            "Content-Type": "application/json"})[0], 400,
                  "%r is refused" % text)
    for kind in ("text/plain", "application/jsonx",
                 "application/x-www-form-urlencoded"):
        tap.equal(set_faults(sim, {"fault": "reset"}, kind)[0], 415,
                  "%s is refused" % kind)
    tap.equal(sim.request("__faults", method="PUT")[0], 405, "PUT: 405")
    tap.equal(sim.request("__faults", method="DELETE")[0], 204, "DELETE")
    tap.equal(sim.get("__faults"), [], "takes them all away")
    tap.equal([e["path"] for e in sim.get("__requests")], ["/token"],
              "none of this is in the journal")


# ---- on the wire ----------------------------------------------------------------

def troubled_answers(sim):
    for status, kind, words in ((500, "text/plain", b"Internal"),
                                (502, "text/html", b"<h1>502 Bad Gateway"),
                                (503, "text/plain", b"Unavailable"),
                                (504, "text/html", b"Gateway Timeout")):
        clear(sim)
        set_faults(sim, {"fault": "status", "argument": status,
                         "when": "once"})
        got, fields, body = raw(sim)
        tap.ok(got == status and fields["Content-Type"] == kind and
               words in body, "status=%d" % status, got, fields, body)
        entry = sim.get("__requests")[-1]
        tap.ok(entry["faults"] == ["status=%d" % status] and
               entry["outcome"] == "fault" and entry["status"] == status and
               len(entry["jti"]) == 36 and "token" not in entry,
               "the journal has the fault and the jti", entry)
        accepted(sim.exchange(), "once, and not again")
    claims = sim.claims()
    set_faults(sim, {"fault": "rate-limit", "argument": 9, "when": "once"})
    status, fields, _ = sim.request("token", ("grant_type=%s&assertion=%s" % (
        GRANT_TYPE, jws(sim.header(), claims, sim.key))).encode())
    tap.equal((status, fields["Retry-After"]), (429, "9"), "rate-limit=9")
    accepted(sim.exchange(claims), "the grant was not looked at: it is good")


def lost_answers(sim):
    for fault in ("reset", "truncate"):
        clear(sim)
        set_faults(sim, {"fault": fault, "when": "once"})
        tap.ok(fails(sim), "%s: no answer arrives" % fault)
        entry = sim.get("__requests")[-1]
        tap.ok(entry["faults"] == [fault] and entry["outcome"] == "token" and
               entry["status"] == 200, "the grant was accepted", entry)
        tap.equal(len(sim.get("__requests")), 1, "it came once")
    clear(sim)
    claims = sim.claims()
    set_faults(sim, {"fault": "reset", "when": "once"})
    try:
        sim.exchange(claims)
    except (http.client.HTTPException, OSError, urllib.error.URLError):
        pass
    refused(sim, sim.exchange(claims), "MP-012",
            "the same grant after a lost answer")
    set_faults(sim, {"fault": "malformed", "when": "once"})
    status, fields, body = raw(sim)
    try:
        json.loads(body)
        good = True
    except ValueError:
        good = False
    tap.ok(status == 200 and fields["Content-Type"] == "application/json" and
           body.startswith(b'{"access_token"=') and not good,
           "malformed: JSON that is none", body)


def slow_answers(sim):
    clear(sim)
    set_faults(sim, {"fault": "delay", "argument": 1, "when": "once"})
    began = time.monotonic()
    with subprocess.Popen(["segl", "token"], stdout=subprocess.PIPE,
                          env=dict(os.environ, **sim.env)) as slow:
        while not sim.get("__requests"):
            time.sleep(0.02)
        # the one before waits by now, and this one does not
        while not [e for e in sim.get("__requests") if e["path"] == "/token"]:
            time.sleep(0.02)
        asked = time.monotonic()
        accepted(sim.exchange(), "others are answered meanwhile")
        tap.ok(time.monotonic() - asked < 0.9, "at once")
        out = slow.communicate()[0]
    tap.ok(slow.returncode == 0 and out.count(b".") == 2,
           "the one that waited gets its token", out)
    tap.ok(1 <= time.monotonic() - began < 20, "after a second")


def clocks():
    for option, offset in (("--clock-offset=-120", -120),
                           ("--fault=clock-offset=7200", 7200)):
        with Sim(SCRATCH, option) as sim:
            for path in ("health", ".well-known/oauth-authorization-server",
                         "jwk", "__requests"):
                date = email.utils.parsedate_to_datetime(
                    sim.request(path)[1]["Date"]).timestamp()
                tap.ok(abs(date - time.time() - offset) < 5,
                       "%s: Date of /%s" % (option, path), date)
            refused(sim, sim.exchange(),
                    "issued-after-now" if offset < 0 else "MP-130",
                    "%s: the clock of the checks" % option)
            now = int(time.time()) + offset
            answer = sim.exchange(sim.claims(iat=now, exp=now + 100))
            accepted(answer, "%s: a grant by that clock" % option)
            tap.ok(abs(claims_of(answer)["iat"] - now) < 5,
                   "%s: a token by that clock" % option)
    with Sim(SCRATCH, "--clock-offset", str(366 * 86400)) as sim:
        now = int(time.time()) + 366 * 86400
        answer = sim.exchange(sim.claims(
            iss=sim.env["SEGL_SIM_REGISTERED_CLIENT_ID"], iat=now,
            exp=now + 100), {"alg": "RS256",
                             "kid": sim.env["SEGL_SIM_KID"]})
        refused(sim, answer, "MP-121", "in a year the registered key is old")


def odd_bodies(sim):
    clear(sim)
    plain = len(raw(sim)[2])
    set_faults(sim, {"fault": "stall", "argument": 1, "when": "once"})
    began = time.monotonic()
    status, _, body = raw(sim)
    tap.ok(status == 200 and "access_token" in json.loads(body) and
           1 <= time.monotonic() - began < 20,
           "stall=1: the second half comes a second later", body)
    set_faults(sim, [{"fault": "stall", "argument": 0.2, "when": "once"},
                     {"fault": "truncate", "when": "once"}])
    tap.ok(fails(sim), "stall and truncate: the second half never comes")
    set_faults(sim, {"fault": "content-type", "when": "once"})
    status, fields, body = raw(sim)
    tap.ok(status == 200 and fields["Content-Type"] == "text/html" and
           "access_token" in json.loads(body), "content-type: HTML it is not",
           fields)
    set_faults(sim, {"fault": "huge", "argument": 3, "when": "once"})
    status, _, body = raw(sim)
    tap.ok(status == 200 and len(body) == 3 << 20 and
           "access_token" in json.loads(body), "huge=3: good, but too long",
           len(body))
    set_faults(sim, {"fault": "bomb", "argument": 20, "when": "once"})
    body = "grant_type=%s&assertion=%s" % (GRANT_TYPE, jws(
        sim.header(), sim.claims(), sim.key))
    status, fields, body = sim.request(
        "token", body.encode(), **{"Accept-Encoding": "gzip"})
    packed = len(body)
    unpacked = gzip.decompress(body)
    tap.ok(status == 200 and fields["Content-Encoding"] == "gzip" and
           packed < 20 << 13 and unpacked == b" " * (20 << 20),
           "bomb=20: a hundredth of what it becomes", packed, len(unpacked))
    set_faults(sim, {"fault": "bomb", "when": "once"})
    status, fields, body = raw(sim)
    tap.ok("Content-Encoding" not in fields and len(body) == plain,
           "not for who cannot unpack it", fields)


def other_places(sim):
    clear(sim)
    metadata = ".well-known/oauth-authorization-server"
    set_faults(sim, {"fault": "metadata-down", "when": "once"})
    accepted(sim.exchange(), "metadata-down: tokens are given")
    tap.equal([sim.request(metadata)[0] for _ in range(2)], [503, 200],
              "metadata-down@once")
    set_faults(sim, {"fault": "metadata-issuer", "when": "once"})
    got = sim.get(metadata)
    tap.equal((got["issuer"], got["token_endpoint"]),
              ("https://other.demo.invalid/", sim.issuer + "token"),
              "metadata-issuer: another one, once")
    tap.equal(sim.get(metadata)["issuer"], sim.issuer, "and right again")
    set_faults(sim, [{"fault": "status", "argument": 502, "path": "/jwk",
                      "when": 2}])
    tap.equal([sim.request("jwk")[0] for _ in range(3)], [200, 502, 200],
              "a place is named: the second request there")
    entry = sim.get("__requests?path=/jwk")[1]
    tap.ok(entry["faults"] == ["/jwk:status=502"] and
           entry["outcome"] == "fault", "the journal names it", entry)


def by_field(sim):
    clear(sim)
    body = "grant_type=%s&assertion=%s" % (GRANT_TYPE, jws(
        sim.header(), sim.claims(), sim.key))
    status, _, text = sim.request("token", body.encode(), **{
        "Segl-Sim-Fault": "status=503"})
    tap.equal(status, 503, "a request asks for its own fault")
    tap.equal(sim.get("__faults"), [], "which is then over")
    tap.equal(sim.request("jwk", **{"Segl-Sim-Fault": "/jwk:status=599"})[0],
              599, "elsewhere, too")
    status, _, text = sim.request("token", body.encode(), **{
        "Segl-Sim-Fault": "statsu=503"})
    tap.ok(status == 400 and "did you mean status?" in text.decode(),
           "one that there is not", text)


def other_tokens(sim):
    clear(sim)
    before = claims_of(sim.exchange())
    set_faults(sim, {"fault": "token-consumer", "when": "once"})
    claims = claims_of(sim.exchange())
    tap.ok(claims["consumer"]["ID"] == "NTRSE-5569999971" and
           claims["scope"] == before["scope"], "token-consumer: another's",
           claims)
    set_faults(sim, {"fault": "token-scope", "argument": "a:b",
                     "when": "once"})
    answer = sim.exchange()
    claims = claims_of(answer)
    tap.ok(claims["scope"] == answer[2]["scope"] == "a:b" and
           claims["consumer"] == before["consumer"],
           "token-scope=a:b: another one, in token and answer", claims)
    old = sim.get("jwk")["keys"]
    set_faults(sim, {"fault": "rotate-key", "when": 2})
    first, second, third = (jwt.get_unverified_header(
        sim.exchange()[2]["access_token"])["kid"] for _ in range(3))
    keys = sim.get("jwk")["keys"]
    tap.ok(first == old[0]["kid"] != second == third and
           [k["kid"] for k in keys] == [second, first],
           "rotate-key@2: the new key is in the JWKS, and the old one still",
           keys)
    answer = sim.exchange()
    key = jwt.PyJWK(keys[0]).key
    tap.ok(jwt.decode(answer[2]["access_token"], key, ["RS256"])["iss"] ==
           sim.issuer, "PyJWT verifies with the new one")


def handshake(sim, version):
    """What Python makes of the certificate of one connection."""
    context = ssl.create_default_context(cafile=sim.env["SEGL_CA"])
    context.minimum_version = context.maximum_version = version
    try:
        with socket.create_connection(
                ("127.0.0.1", int(sim.issuer.rstrip("/").split(":")[-1]))) as plain, \
                context.wrap_socket(plain, server_hostname="127.0.0.1"):
            return "good"
    except OSError as wrong:
        return str(wrong)


def certificates(sim):
    clear(sim)
    for fault, words in (("tls-expired", "expired"),
                         ("tls-wrong-name", "doesn't match|mismatch"),
                         ("tls-untrusted", "unable to get local issuer")):
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            set_faults(sim, [{"fault": fault, "when": n} for n in (2, 4)])
            got = [handshake(sim, version) for _ in range(4)]
            tap.ok(re.search(words, got[1]) and re.search(words, got[3]) and
                   got[0] == got[2] == "good",
                   "%s, %s: once a handshake" % (fault, version.name), got)
        sim.request("__requests", method="DELETE")
        set_faults(sim, {"fault": fault})
        done = token(sim, "--retry-for", "0")
        tap.ok(done.returncode == 7 and done.stdout == "",
               "segl: %s: no token" % fault, done.stderr)
        sim.tls.check_hostname = False
        sim.tls.verify_mode = ssl.CERT_NONE
        tap.equal(sim.get("__requests"), [], "segl: nothing was sent")
        sim.request("__faults", method="DELETE")
        sim.tls.verify_mode = ssl.CERT_REQUIRED
        sim.tls.check_hostname = True
        tap.equal(sim.get("__faults"), [], "%s: good again" % fault)
    tap.ok("chosen before" in sim.request("jwk", **{
        "Segl-Sim-Fault": "tls-expired"})[2].decode(),
        "no request asks for a certificate")
    with Sim(SCRATCH, "--fault=tls-expired@once") as other:
        tap.ok(re.search("expired", handshake(
            other, ssl.TLSVersion.TLSv1_3)), "by option, too")
        tap.equal(handshake(other, ssl.TLSVersion.TLSv1_3), "good", "once")


def refusals(sim):
    """Every one is to be had without its cause."""
    clear(sim)
    for name in REFUSALS:
        set_faults(sim, {"fault": "refuse", "argument": name, "when": "once"})
        refused(sim, sim.exchange(), name, "on demand",
                scope=sim.claims()["scope"], consumer="", supplier="",
                value="")
    accepted(sim.exchange(), "and then no more")


def clock_of_a_request(sim):
    clear(sim)
    body = "grant_type=%s&assertion=%s" % (GRANT_TYPE, jws(
        sim.header(), sim.claims(), sim.key))
    status, fields, text = sim.request("token", body.encode(), **{
        "Segl-Sim-Fault": "clock-offset=3600"})
    date = email.utils.parsedate_to_datetime(fields["Date"]).timestamp()
    tap.ok(status == 400 and b"MP-130" in text and
           abs(date - time.time() - 3600) < 60,
           "clock-offset of one request", text, fields)
    accepted(sim.exchange(), "and of no other")


# ---- segl ---------------------------------------------------------------------------

def client(sim):
    for fault, attempts in (({"fault": "status", "argument": 503}, 2),
                            ({"fault": "status", "argument": 502}, 2),
                            ({"fault": "rate-limit", "argument": 1}, 2),
                            ({"fault": "reset"}, 2),
                            ({"fault": "truncate"}, 2)):
        clear(sim)
        set_faults(sim, dict(fault, when="once"))
        done = token(sim)
        jtis = [e["jti"] for e in sim.get("__requests")
                if e["path"] == "/token"]
        tap.ok(done.returncode == 0 and len(jtis) == attempts ==
               len(set(jtis)), "segl: %s once: another grant" %
               fault["fault"], done.stderr, jtis)
    clear(sim)
    set_faults(sim, {"fault": "status", "argument": 503})
    done = token(sim, "--retry-for", "0")
    tap.equal(done.returncode, 8, "segl: 503 for ever: try later")
    clear(sim)
    set_faults(sim, {"fault": "malformed"})
    done = token(sim, "--retry-for", "0")
    tap.ok(done.returncode != 0 and done.stdout == "",
           "segl: no token from what is no JSON", done.returncode)
    clear(sim)
    set_faults(sim, {"fault": "delay", "argument": 30})
    done = token(sim, "--timeout", "1", "--retry-for", "0")
    tap.ok(done.returncode == 7 and done.took < 15,
           "segl: --timeout ends what takes too long", done.took)
    for fault in ({"fault": "huge"}, {"fault": "bomb"},
                  {"fault": "content-type"}):
        clear(sim)
        set_faults(sim, fault)
        done = token(sim, "--retry-for", "0")
        tap.ok(done.returncode in (0, 9) and
               (done.returncode == 0) == (done.stdout.count(".") == 2),
               "segl: %s: a token or a reason" % fault["fault"],
               done.returncode, done.stderr)
    clear(sim)
    set_faults(sim, {"fault": "stall", "argument": 30})
    done = token(sim, "--timeout", "1", "--retry-for", "0")
    tap.ok(done.returncode == 7 and done.took < 15,
           "segl: --timeout ends what stalls half-way", done.took)
    clear(sim)
    set_faults(sim, {"fault": "clock-offset", "argument": -300})
    done = token(sim)
    tap.ok(done.returncode != 0 and "clock" in done.stderr,
           "segl: a wrong clock is named", done.stderr)
    done = token(sim, "--clock", "server")
    tap.ok(done.returncode == 0, "segl: --clock server", done.stderr)


with Sim(SCRATCH) as running:
    administration(running)
    odd_bodies(running)
    other_places(running)
    by_field(running)
    other_tokens(running)
    refusals(running)
    clock_of_a_request(running)
    troubled_answers(running)
    lost_answers(running)
    slow_answers(running)
    client(running)
    certificates(running)
with Sim(SCRATCH, "--fault", "status=503@2", "--fault=reset@once") as running:
    tap.ok(fails(running), "--fault reset@once")
    tap.equal(raw(running)[0], 503, "--fault status=503@2")
    accepted(running.exchange(), "and then it is well")
clocks()
for option, why in (("--fault=rest", "did you mean reset?"),
                    ("--fault=delay", "wants an argument"),
                    ("--clock-offset=soon", "not a number")):
    failed = subprocess.run(["segl-sim", option, "--", "true"],
                            stderr=subprocess.PIPE, text=True, check=False)
    tap.ok(failed.returncode == 2 and why in failed.stderr, option, failed)
tap.done()
