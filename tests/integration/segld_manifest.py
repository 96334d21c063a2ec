# SPDX-License-Identifier: ISC
#
# The Kubernetes manifest as the API server would read it: every field known and
# of its kind, by the tables below (Kubernetes API reference 1.29, those parts
# that a sidecar needs). MANIFEST DIR: prints what is wrong, a line each; leaves
# in DIR what the test runs: segl.conf, and files "NAME.words", a word a line.
import sys

import yaml

S, I, B = str, int, bool


def mapping(kind):
    return lambda v: isinstance(v, dict) and all(
        isinstance(k, str) and isinstance(x, kind) for k, x in v.items())


META = {"name": S, "labels": mapping(str)}
EXEC = {"exec": {"command": [S]}, "periodSeconds": I, "timeoutSeconds": I,
        "failureThreshold": I, "initialDelaySeconds": I}
CONTAINER = {
    "name": S, "image": S, "args": [S], "command": [S], "restartPolicy": S,
    "env": [{"name": S, "value": S}],
    "securityContext": {
        "allowPrivilegeEscalation": B, "readOnlyRootFilesystem": B,
        "runAsUser": I, "runAsGroup": I, "runAsNonRoot": B,
        "capabilities": {"drop": [S], "add": [S]}},
    "resources": {"requests": mapping(str), "limits": mapping(str)},
    "startupProbe": EXEC, "livenessProbe": EXEC, "readinessProbe": EXEC,
    "volumeMounts": [{"name": S, "mountPath": S, "readOnly": B}]}
POD = {
    "automountServiceAccountToken": B,
    "securityContext": {
        "runAsNonRoot": B, "runAsUser": I, "runAsGroup": I, "fsGroup": I,
        "seccompProfile": {"type": S}},
    "initContainers": [CONTAINER], "containers": [CONTAINER],
    "volumes": [{
        "name": S, "emptyDir": {"medium": S, "sizeLimit": S},
        "secret": {"secretName": S, "defaultMode": I},
        "configMap": {"name": S}}]}
KINDS = {
    ("v1", "ConfigMap"): {
        "apiVersion": S, "kind": S, "metadata": META, "data": mapping(str)},
    ("apps/v1", "Deployment"): {
        "apiVersion": S, "kind": S, "metadata": META,
        "spec": {"replicas": I, "selector": {"matchLabels": mapping(str)},
                 "template": {"metadata": META, "spec": POD}}}}

wrong = []


def check(at, value, want):
    if isinstance(want, dict):
        if not isinstance(value, dict):
            wrong.append(at + ": not an object")
            return
        for key, part in value.items():
            if key in want:
                check(at + "." + key, part, want[key])
            else:
                wrong.append(at + "." + str(key) + ": no such field")
    elif isinstance(want, list):
        if not isinstance(value, list):
            wrong.append(at + ": not a list")
            return
        for i, part in enumerate(value):
            check("%s[%d]" % (at, i), part, want[0])
    elif isinstance(want, type):
        if type(value) is not want:
            wrong.append("%s: not a %s" % (at, want.__name__))
    elif not want(value):
        wrong.append(at + ": not as it should be")


def must(good, what):
    if not good:
        wrong.append(what)


documents = list(yaml.safe_load_all(open(sys.argv[1])))
for d in documents:
    kind = d.get("apiVersion"), d.get("kind")
    must(kind in KINDS, "%s: not known" % (kind,))
    check(d.get("kind", "?"), d, KINDS.get(kind, {}))

pod = documents[1]["spec"]["template"]["spec"]
segld, app = pod["initContainers"][0], pod["containers"][0]
must(documents[1]["spec"]["selector"]["matchLabels"].items() <=
     documents[1]["spec"]["template"]["metadata"]["labels"].items(),
     "the selector does not find the pods")
volumes = {v["name"]: v for v in pod["volumes"]}
for c in segld, app:
    s = dict(pod["securityContext"], **c["securityContext"])
    must(s["runAsNonRoot"] and s["runAsUser"] > 0, c["name"] + ": runs as root")
    must(s["readOnlyRootFilesystem"], c["name"] + ": writes to its root")
    must(s["allowPrivilegeEscalation"] is False, c["name"] + ": escalates")
    must(s["capabilities"]["drop"] == ["ALL"], c["name"] + ": capabilities")
    for m in c["volumeMounts"]:
        must(m["name"] in volumes, m["name"] + ": no such volume")
must(segld["restartPolicy"] == "Always", "not a sidecar")
must(volumes["socket"]["emptyDir"]["medium"] == "Memory", "socket on a disk")
mounts = {m["name"]: m for m in segld["volumeMounts"]}
for name in "seal", "segl":
    must(mounts[name]["readOnly"], name + " can be written to")
must(volumes["seal"]["secret"]["defaultMode"] & 0o7 == 0,
     "everybody may read the seal")
must("seal" not in {m["name"] for m in app["volumeMounts"]},
     "the program has the seal")
print("\n".join(wrong))

out = sys.argv[2]


def leave(name, words):
    with open("%s/%s.words" % (out, name), "w") as f:
        f.writelines(str(w) + "\n" for w in words)


with open(out + "/segl.conf", "w") as f:
    f.write(documents[0]["data"]["segl.conf"])
leave("env", ["%s=%s" % (e["name"], e["value"]) for e in segld["env"]])
leave("app-env", ["%s=%s" % (e["name"], e["value"]) for e in app["env"]])
for probe in "startup", "liveness", "readiness":
    leave(probe, segld[probe + "Probe"]["exec"]["command"])
leave("ids", [pod["securityContext"]["runAsUser"],
              pod["securityContext"]["fsGroup"],
              app["securityContext"]["runAsUser"]])
leave("places", [mounts[n]["mountPath"] for n in ("socket", "seal", "segl")])
