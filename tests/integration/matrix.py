# SPDX-License-Identifier: ISC
"""The fault matrix: each row of matrix.tsv, by segl token and segl onboard.

A row is run with --force-new in a cache that has a good token. What comes of
it has to be what the row says, and after it, with the fault still there, the
good token has to be had as before, and nothing sent for it.
"""

import concurrent.futures
import http.server
import json
import os
import queue
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import urllib.request

SCRATCH = sys.argv[1]
TABLE = os.path.join(os.environ["SEGL_SRCDIR"],
                     "tests/integration/matrix.tsv")
WORKERS = 3  # each with a simulator, since a fault is of all its requests
ROAD = "toll:eu/movement/road/v2"
LIFETIME = "3600"  # of the good token: longer than any run of this


def run(*command, env=None, **more):
    return subprocess.run(command, env=env or os.environ, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False, **more)


def make(*command, **more):
    done = run(*command, **more)
    if done.returncode != 0:
        sys.exit("%s: %s" % (" ".join(command), done.stderr))


def write(path, data):
    with open(path, "wb") as f:
        f.write(data)
    os.chmod(path, 0o600)


# ---- what rows need ---------------------------------------------------------

class Refusing(http.server.BaseHTTPRequestHandler):
    """A proxy that lets nobody through; also what answers without TLS."""

    def refuse(self):
        self.send_response(403)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_CONNECT = do_POST = do_GET = refuse  # noqa: names are http.server's

    def log_message(self, *args):
        pass


def serve():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


def make_files(sim):
    """Key files that are none, or of somebody else."""
    files = os.path.join(SCRATCH, "files")
    os.mkdir(files)
    with open(sim["SEGL_SOFTTOKEN"], "rb") as f:
        seal = f.read()
    middle = len(seal) // 2
    write(files + "/empty.p12", b"")
    write(files + "/text.p12", b"Dear customer, see the attachment.\n" * 9)
    write(files + "/cut.p12", seal[:middle])
    write(files + "/damaged.p12", seal[:middle] +
          bytes([seal[middle] ^ 1]) + seal[middle + 1:])
    write(files + "/large.p12", seal + b"\0" * (4 << 20))
    write(files + "/keystore.jks", b"\xfe\xed\xfe\xed\0\0\0\2" + b"\0" * 99)
    write(files + "/wrong.pin", b"not the PIN\n")
    two = b""
    for name in ("one", "other"):
        make("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
             "-days", "9", "-subj", "/C=EE/O=Other/CN=" + name, "-keyout",
             files + "/key", "-out", files + "/other.pem", "-addext",
             "keyUsage=critical,digitalSignature")
        for file in (files + "/key", files + "/other.pem"):
            with open(file, "rb") as f:
                two += f.read()
    write(files + "/two.pem", two)
    return files


def make_seals():
    """Seals of all kinds, and the lists that know some of their issuers."""
    pki = os.path.join(SCRATCH, "pki")
    trust = os.path.join(SCRATCH, "trust")
    make("segl-sim", "demo-pki", pki)
    make("segl", "trust", "import", "--trust", trust, "--anchors",
         pki + "/anchors.conf", pki)
    return pki, trust


class Worker:
    """A simulator, and a directory with a good token of it."""

    def __init__(self, number):
        self.dir = os.path.join(SCRATCH, "sim%d" % number)
        os.mkdir(self.dir, 0o700)
        done = run("segl-sim", "--quiet", "--background", "--dir", self.dir,
                   "--token-lifetime", LIFETIME)
        if done.returncode != 0:
            sys.exit("segl-sim: %s" % done.stderr)
        self.sim = dict(re.findall(r"^(SEGL_\w+)='?(.*?)'?$", done.stdout,
                                   re.M))
        self.pid = int(self.sim.pop("SEGL_SIM_PID"))
        self.port = self.sim["SEGL_ENV"].rstrip("/").split(":")[-1]
        self.good = dict(
            os.environ, **{k: v for k, v in self.sim.items()
                           if not k.startswith("SEGL_SIM_")})
        del self.good["SEGL_NO_CACHE"]
        self.cache = os.path.join(SCRATCH, "cache%d" % number)
        os.mkdir(self.cache, 0o700)
        self.good["XDG_RUNTIME_DIR"] = self.cache
        self.good["SEGL_TRUST"] = self.lists("lists")
        self.no_lists = self.lists("other-lists", "--territory", "NO")
        self.token = run("segl", "token", env=self.good).stdout
        # faults of the handshake are ours, too
        self.tls = ssl._create_unverified_context()

    def lists(self, name, *options):
        """A store of the lists that this simulator serves."""
        store = os.path.join(SCRATCH, "%s%s" % (name, self.port))
        make("segl", "trust", "update", "--trust", store, "--lotl",
             self.sim["SEGL_LOTL"], "--anchors", self.sim["SEGL_ANCHORS"],
             *options, env=self.good)
        return store

    def admin(self, path, value=None, method=None):
        request = urllib.request.Request(
            "https://127.0.0.1:%s/%s" % (self.port, path),
            None if value is None else json.dumps(value).encode(),
            {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, context=self.tls) as answer:
            return answer.read()

    def set_faults(self, texts):
        faults = []
        if "revoked" in texts:
            self.revoke()
        for text in texts:
            if text == "revoked":
                continue
            path, name, argument, when = re.fullmatch(
                r"(?:(/[^:]*):)?([\w-]+)(?:=([^@]*))?(?:@(\w+))?",
                text).groups()
            fault = {"fault": name}
            if path:
                fault["path"] = path
            if argument:
                fault["argument"] = argument
            if when:
                fault["when"] = when
            faults.append(fault)
        self.admin("__faults", faults)

    def revoke(self):
        """The seal itself: not a fault, but as wrong."""
        path = os.path.join(self.dir, "seal.pem")
        serial = run("openssl", "x509", "-noout", "-serial", "-in",
                     path).stdout.strip().split("=")[1]
        self.admin("__revoked", {"serial": serial})

    def mend(self):
        self.admin("__faults", method="DELETE")
        self.admin("__revoked", method="DELETE")

    def stop(self):
        os.kill(self.pid, 15)


def words_of(worker, place):
    """What the placeholders of the table stand for."""
    sim, pki, trust = worker.sim, place["pki"], place["trust"]
    seal = "SEGL_TRUST=%s SEGL_PIN=file:%s/pin SEGL_SOFTTOKEN=%s" % (
        trust, pki, pki)
    return dict(
        place, port=worker.port, seal=seal, no_lists=worker.no_lists,
        strict="SEGL_REQUIRE_SUITABLE=yes " + seal,
        enterprise="SEGL_SOFTTOKEN=%s SEGL_PIN=%s SEGL_CLIENT_ID=%s" % (
            sim["SEGL_SIM_ENTERPRISE"], sim["SEGL_SIM_ENTERPRISE_PIN"],
            sim["SEGL_SIM_CLIENT_ID"]),
        registered="SEGL_SOFTTOKEN= SEGL_KEY=%s SEGL_CLIENT_ID=%s" % (
            sim["SEGL_SIM_REGISTERED_KEY"],
            sim["SEGL_SIM_REGISTERED_CLIENT_ID"]),
        customs="SEGL_EXCHANGE=customs SEGL_SCOPE=" + ROAD,
        # what passes may pass: else nothing is tried again
        retry="SEGL_RETRY_FOR=10",
        # nothing is known of the server yet
        fresh="XDG_RUNTIME_DIR=%s" % tempfile.mkdtemp(dir=SCRATCH))


# ---- a row --------------------------------------------------------------------

class Row:
    def __init__(self, line):
        (self.id, self.fault, self.settings, self.exit, self.code, self.turn,
         self.cause, self.step, *there) = line.rstrip("\n").split("\t")
        self.exit = int(self.exit)
        # exit, code and turn of segl onboard, where they are others
        self.there = [own if other == "=" else other for own, other in zip(
            (str(self.exit), self.code, self.turn), there)]

    def environment(self, worker, place):
        env = dict(worker.good, SEGL_RETRY_FOR="0")
        if self.settings == "-":
            return env
        for word in self.settings.format(
                **words_of(worker, place)).split(" "):
            name, value = word.split("=", 1)
            if value == "":
                env.pop(name, None)
            else:
                env[name] = value
        return env


def error_of(done):
    """The error that --json tells, with its code as the table has it."""
    lines = [line for line in done.stderr.splitlines() if line]
    if done.returncode == 0:
        return {"code": "-", "owner": "-", "message": "-"}
    error = json.loads(lines[-1])
    finding = re.findall(r"\(([a-z-]+)\)", error["message"])
    error["code"] = error.get("mp_code") or (
        finding[-1] if finding and done.returncode in (4, 14)
        else error["error"])
    return error


def compare(named):
    """What is not as it should be, of (what, got, want)."""
    return ["%s: %s, want %s" % one for one in named if one[1] != one[2]]


def by_onboard(row, worker, place):
    """What segl onboard makes of it: where it stops, and why."""
    env = row.environment(worker, place)
    env.setdefault("SEGL_NO_CACHE", "1")
    if row.settings.find("SEGL_SCOPE") < 0 and "{customs}" not in row.settings:
        env["SEGL_SCOPE"] = ROAD
    done = run("segl", "onboard", "--json", env=env)
    if done.stdout == "":
        error = error_of(done)  # it did not come so far
        step, code, turn = "!", error["code"], error["owner"]
        told = error["message"]
    else:
        report = json.loads(done.stdout)
        step = report.get("failed_step", "-")
        failed = {s["name"]: s for s in report["steps"]}.get(step, {})
        code = failed.get("finding") or failed.get("code") or "-"
        turn, told = failed.get("turn", "-"), failed.get("evidence", "-")
    wrong = compare((
        ("onboard: step", step, row.step),
        ("onboard: exit", str(done.returncode), row.there[0]),
        ("onboard: code", code, row.there[1]),
        ("onboard: turn", turn, row.there[2])))
    if step not in ("-", "!") and \
            not re.search(row.cause, told, re.I | re.S):
        wrong.append("onboard: the cause is not told: %s" % row.cause)
    if wrong:
        wrong.append(told)
    if os.environ.get("MATRIX_SHOW"):
        with open(os.environ["MATRIX_SHOW"], "a", encoding="utf-8") as f:
            f.write("\t".join((row.id, step, str(done.returncode), code, turn,
                               told[:300].replace("\n", " "))) + "\n")
    return wrong


def by_token(row, worker, place):
    """What segl token makes of it: what is wrong, as texts."""
    wrong = []
    if row.fault != "-":
        worker.set_faults(row.fault.split(" "))
    env = row.environment(worker, place)
    done = run("segl", "token", "--force-new", "--json", env=env)
    try:
        error = error_of(done)
    except (ValueError, KeyError, IndexError) as unreadable:
        return ["no error in JSON: %r, %s" % (unreadable, done.stderr)]
    wrong += compare((("exit", done.returncode, row.exit),
                      ("code", error["code"], row.code),
                      ("turn", error["owner"], row.turn)))
    if row.exit != 0 and not re.search(row.cause, error["message"],
                                       re.I | re.S):
        wrong.append("the cause is not told: %s" % row.cause)
    if wrong:
        wrong.append(error["message"])
    if (done.stdout == "") != (row.exit != 0):
        wrong.append("standard output: %r" % done.stdout[:60])
    kept = run("segl", "token", env=worker.good)
    if row.exit != 0 and kept.stdout != worker.token:
        wrong.append("the good token did not survive: %s" % kept.stderr)
    worker.token = kept.stdout
    if "@" in row.fault:  # what happens once happens to each once
        worker.mend()
        worker.set_faults(row.fault.split(" "))
    wrong += by_onboard(row, worker, place)
    if row.fault != "-":
        worker.mend()
    return wrong


def main():
    with open(TABLE, encoding="utf-8") as f:
        rows = [Row(line) for line in f if not line.startswith("#")]
    only = os.environ.get("MATRIX_ROWS")
    if only:
        rows = [row for row in rows if re.fullmatch(only, row.id)]
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        workers = list(pool.map(Worker, range(WORKERS)))
    try:
        pki, trust = make_seals()
        place = {"pki": pki, "trust": trust, "files": make_files(workers[0].sim),
                 "own": os.environ["MATRIX_OWN"], "free": free_port(),
                 "proxy": serve()}
        place["plain"] = place["proxy"]
        run_all(rows, workers, place)
    finally:
        for worker in workers:
            worker.stop()


def run_all(rows, workers, place):
    idle = queue.Queue()
    for worker in workers:
        idle.put(worker)

    def one(row):
        worker = idle.get()
        try:
            return by_token(row, worker, place)
        finally:
            idle.put(worker)

    right = 0
    with concurrent.futures.ThreadPoolExecutor(len(workers)) as pool:
        for n, (row, wrong) in enumerate(zip(rows, pool.map(one, rows)), 1):
            right += not wrong
            print("%sok %d - %s" % ("not " if wrong else "", n, row.id))
            for text in wrong:
                print("# " + text.replace("\n", "\n# "))
    print("# %d of %d rows name the right cause and turn" % (
        right, len(rows)))
    print("1..%d" % len(rows))


main()
