# SPDX-License-Identifier: ISC
#
# Many clients of one segld while all goes wrong that can: SOCKET SECONDS PID
# LIFE AUDIT. PID is segld, LIFE the seconds that tokens live. A seed in SOAK_SEED makes
# the same choices again. Prints TAP lines without numbers for the shell.
import asyncio
import base64
import json
import os
import random
import signal
import ssl
import subprocess
import sys
import time
import urllib.request

path, seconds, segld, life, audit = sys.argv[1], float(sys.argv[2]), \
    int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
seed = os.environ.get("SOAK_SEED") or str(int(time.time()))
random.seed(seed)
print("# SOAK_SEED=" + seed)
CLIENTS = 200
SCOPES = ["digdir:verksemd.eu", "toll:eu/movement/road/v2",
          "digdir:verksemd.eu toll:eu/movement/road/v2"]
FORMS = ["json", "text", "header", "texas"]
FAULTS = [{"fault": "delay", "argument": 1}, {"fault": "status",
          "argument": 503}, {"fault": "reset"}, {"fault": "truncate"},
          {"fault": "malformed"}, {"fault": "rate-limit"},
          {"fault": "content-type"}, {"fault": "status", "argument": 502},
          {"fault": "tls-untrusted"}]

best = {}  # scope -> the latest end of a token that was seen for it
wrong, expired, lost, excused = [], [], [], 0
served = 0
kills = 0
killed_at = [0.0]
stop_at = time.time() + seconds
LEAST = 5  # troubles that there are, however slow the host is
all_done = False


def check(name, good, got=""):
    print(("ok " if good else "not ok ") + name)
    if not good:
        print("# got:", repr(got)[:500])


def request_of(scope, form):
    if form == "texas":
        body = json.dumps({"identity_provider": "maskinporten",
                           "target": scope}).encode()
        return (b"POST /api/v1/token HTTP/1.1\r\nHost: localhost\r\n"
                b"Content-Type: application/json\r\nContent-Length: %d\r\n"
                b"Connection: close\r\n\r\n" % len(body)) + body
    place = b"/v1/header" if form == "header" else b"/v1/token"
    accept = b"Accept: text/plain\r\n" if form == "text" else b""
    return (b"GET %s?scope=%s HTTP/1.1\r\nHost: localhost\r\n"
            b"Segl-Request: 1\r\n%sConnection: close\r\n\r\n" %
            (place, scope.replace(" ", "+").encode(), accept))


def token_of(body, form):
    if form == "text":
        return body.decode()
    if form == "header":
        return body.decode().split()[-1]
    return json.loads(body)["access_token"]


def claims_of(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


async def ask(scope, form):
    reader, writer = await asyncio.open_unix_connection(path)
    try:
        writer.write(request_of(scope, form))
        got = await reader.read(-1)
    finally:
        writer.close()
    head, _, body = got.partition(b"\r\n\r\n")
    length = [x for x in head.split(b"\r\n")
              if x.lower().startswith(b"content-length:")]
    if not length or int(length[0].split(b":")[1]) != len(body):
        raise ConnectionError("half an answer")
    return int(head.split(b" ")[1]), body


def judge(scope, form, asked_at, status, body):
    global served
    now = time.time()
    if status != 200:
        # tokens are fetched anew at a quarter of their life left; a second
        # is for who is slow
        if best.get(scope, 0) - now > life / 4 + 1:
            lost.append((status, scope, form, body[:200],
                         best[scope] - now, now - stop_at))
        return
    served += 1
    claims = claims_of(token_of(body, form))
    if sorted(claims["scope"].split()) != sorted(scope.split()):
        wrong.append((scope, claims["scope"]))
    # it was good when it was handed out, not after it had waited
    if claims["exp"] <= asked_at:
        expired.append((claims["exp"] - asked_at, scope, form))
    best[scope] = max(best.get(scope, 0), claims["exp"])


async def client():
    global excused
    while not all_done:
        scope, form = random.choice(SCOPES), random.choice(FORMS)
        asked_at = time.time()
        try:
            status, body = await asyncio.wait_for(ask(scope, form), 60)
            judge(scope, form, asked_at, status, body)
        except (OSError, ValueError, asyncio.TimeoutError) as e:
            # what a front was answering when it was killed went with it
            if asked_at <= killed_at[0] + 0.5:
                excused += 1
            else:
                lost.append((repr(e), scope, form, time.time() - stop_at))
        await asyncio.sleep(random.uniform(0, 0.2))


# ---- what goes wrong --------------------------------------------------------

context = ssl.create_default_context(cafile=os.environ["SEGL_CA"])
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE  # the simulator may play an untrusted one


def faults(method, what=None):
    request = urllib.request.Request(
        os.environ["SEGL_ENV"].rstrip("/") + "/__faults", method=method,
        data=None if what is None else json.dumps(what).encode(),
        headers={"Content-Type": "application/json"})
    urllib.request.urlopen(request, context=context, timeout=20).read()


def children(name):
    said = subprocess.run(["ps", "-o", "pid=,comm=", "--ppid", str(segld)],
                          capture_output=True, text=True).stdout
    return [int(line.split()[0]) for line in said.splitlines()
            if line.split()[1] == name]


def end(name):
    global kills
    for pid in children(name):
        if name == "segld-front":
            kills += 1
            killed_at[0] = time.time()
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


async def trouble():
    global all_done
    loop = asyncio.get_running_loop()
    await asyncio.sleep(1.5)  # everybody has a token
    todo = []
    while time.time() < stop_at or len(happened) < LEAST:
        if not todo:
            todo = list(FAULTS) + ["reload", "segld-signer", "segld-front",
                                   "segl-net"]
            random.shuffle(todo)
        what = todo.pop()
        if what == "reload":
            os.kill(segld, signal.SIGHUP)
        elif isinstance(what, str):
            end(what)
        else:
            await loop.run_in_executor(None, faults, "POST", what)
            await asyncio.sleep(random.uniform(0.1, 0.8))
            await loop.run_in_executor(None, faults, "DELETE")
        happened.append(what)
        await asyncio.sleep(random.uniform(0.05, 0.4))
    await asyncio.sleep(1)  # and it goes on
    all_done = True


def resident():
    sums = []
    for pid in [segld] + children("segld-front") + children("segld-signer"):
        with open("/proc/%d/status" % pid) as f:
            sums += [int(line.split()[1]) for line in f
                     if line.startswith("VmRSS:")]
    return sum(sums), len(sums)


happened = []


async def main():
    tasks = [asyncio.create_task(client()) for _ in range(CLIENTS)]
    tasks.append(asyncio.create_task(trouble()))
    await asyncio.sleep(min(1.5, seconds / 3))
    before = resident()
    await asyncio.gather(*tasks)
    return before

before = asyncio.run(main())
after = resident()
for _ in range(100):
    if after[1] == 3:
        break
    time.sleep(0.2)  # a pair is being replaced
    after = resident()
print("# %d tokens to %d clients in %.0f s, %d troubles, %d fronts killed, "
      "%d requests went with them; resident %d kB, then %d kB" %
      (served, CLIENTS, seconds, len(happened), kills, excused, before[0],
       after[0]))
check("tokens were handed out", served > CLIENTS, served)
check("and things went wrong", len(happened) >= LEAST, happened)
check("no wrong token", not wrong, wrong[:3])
check("no expired token", not expired, expired[:3])
check("no request was lost that could have been served", not lost, lost[:3])
check("what was lost with a front was under way in it",
      excused <= CLIENTS * kills, excused)
if os.environ.get("SOAK_MEMORY") != "no":
    check("memory is flat", after[0] <= before[0] * 1.25 + 1024,
          (before, after))
lines = sum('"outcome":"token"' in line for line in open(audit))
check("each token is in the audit log, but for those of a killed front",
      lines >= served - CLIENTS * kills, (lines, served))
