# SPDX-License-Identifier: ISC
#
# segld in a pod, as far as that goes without a cluster: the manifest is checked
# field by field, then what an image holds is put together and run as the
# manifest says: a root that is read only, a user that is nobody, no
# capabilities, the socket in memory, the seal as a secret, its own probes.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

manifest=$SEGL_SRCDIR/conf/segld.kubernetes.yaml
said=$scratch/said
mkdir "$said"
if ! "$python" -c 'import yaml' 2>/dev/null; then
	skip "the manifest" "no python3-yaml"
	done_testing
fi
is "every field of the manifest is known, and as it should be" \
    "$("$python" "$SEGL_SRCDIR/tests/integration/segld_manifest.py" \
	"$manifest" "$said" 2>&1)" ""
sed 's/^      automount.*/      hostNetwrk: true/; s/runAsNonRoot: true/runAsNonRoot: "yes"/' \
    "$manifest" >"$scratch/wrong.yaml"
is "and those that are not are seen" \
    "$("$python" "$SEGL_SRCDIR/tests/integration/segld_manifest.py" \
	"$scratch/wrong.yaml" "$scratch" 2>&1 | sed 's/.*\.//')" \
    "hostNetwrk: no such field
runAsNonRoot: not a bool"

# The image: what is run from where, and what a Containerfile copies.
containerfile=$SEGL_SRCDIR/conf/segld.containerfile
is "the image starts as the user of the manifest" \
    "$(sed -n 's/^USER \([0-9]*\):.*/\1/p' "$containerfile")" \
    "$(sed -n 1p "$said/ids.words")"
for package in $(sed -n '/^RUN.*ca-cert/,/rm -rf/p; /^    ca-cert/,/rm -rf/p' \
    "$containerfile" | tr -s ' \\&' '\n' | grep '^lib.*[0-9]$' | sort -u); do
	case $package in
	libcurl4 | libjansson4 | libjwt0 | libmicrohttpd12 | libsqlite3-0 | \
	    libssl3 | libxml2) pass "$package is one of ours" ;;
	*) fail "$package is one of ours" ;;
	esac
done

if ! can_be_nobody || ! unshare --mount true 2>/dev/null; then
	skip "the image runs" "needs root and a mount namespace"
	done_testing
fi

sim_start || { fail "the simulator starts"; done_testing; }
pass "the simulator starts"
root=$scratch/root
{
	read -r uid
	read -r gid
	read -r app
} <"$said/ids.words"
{
	read -r run
	read -r secrets
	read -r etc
} <"$said/places.words"
mkdir -p "$root/usr/bin" "$root/etc" "$root/proc" "$root/dev" "$root/tmp" \
    "$root$run" "$root$secrets" "$root$etc" "$scratch/secret" "$scratch/etc"
cp -r "$SEGL_DESTDIR/." "$root/"
for program in segl segld; do
	[ -e "$root/usr/bin/$program" ] ||
	    ln -s "$SEGL_BINDIR/$program" "$root/usr/bin/$program"
done
# what the packages would bring: the libraries of each program
find "$root$SEGL_BINDIR" "$root$SEGL_PKGLIBEXECDIR" -type f |
    xargs ldd 2>/dev/null | sed -n 's/.*[ 	]\(\/[^ ]*\) (.*/\1/p' | sort -u |
    while read -r library; do
	case $library in
	"$SEGL_DESTDIR"/*) continue ;;
	esac
	mkdir -p "$root$(dirname "$library")"
	cp -L "$library" "$root$library"
done
mkdir -p "$root/etc/ssl/certs"
cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
touch "$root/dev/null" "$root/dev/urandom"
# a secret as the kubelet mounts it
cp "$SEGL_SOFTTOKEN" "$scratch/secret/eseal.p12"
cp "${SEGL_PIN#file:}" "$scratch/secret/eseal.pin"
chown -R "0:$gid" "$scratch/secret"
chmod 440 "$scratch/secret"/*
chmod 750 "$scratch/secret"
sed "s,^env = .*,env = $SEGL_ENV\nca = /etc/segl/ca.pem," "$said/segl.conf" \
    >"$scratch/etc/segl.conf"
cp "$SEGL_CA" "$scratch/etc/ca.pem"

cat >"$scratch/inside" <<END
set -e
mount --bind "$root" "$root"
for device in null urandom; do
	mount --bind /dev/\$device "$root/dev/\$device"
done
mount --rbind /proc "$root/proc"
mount -t tmpfs -o size=1m,mode=2777,gid=$gid tmpfs "$root$run"
mount --bind "$scratch/secret" "$root$secrets"
mount -o remount,bind,ro "$root$secrets"
mount --bind "$scratch/etc" "$root$etc"
mount -o remount,bind,ro "$root$etc"
mount -o remount,bind,ro "$root"
touch "$root/tmp/x" 2>/dev/null && echo "the root can be written to" >&2
exec setpriv --no-new-privs chroot \\
    --userspec=$uid:$gid --groups= "$root" /usr/bin/env -i "\$@"
END

# words NAME: of the manifest.
words()
{
	cat "$said/$1.words"
}

libraries="LD_LIBRARY_PATH=$SEGL_LIBDIR"
cp "$(command -v env)" "$root/usr/bin/env"
# shellcheck disable=SC2046 # words without blanks
unshare --mount --propagation private sh "$scratch/inside" "$libraries" \
    $(words env) /usr/bin/segld 2>"$scratch/log" &
pod=$!
child "$pod"

# in_pod UID CMD ...: as the kubelet execs.
in_pod()
{
	local as=$1
	shift
	nsenter --target "$pod" --mount chroot --userspec="$as:$as" --groups= \
	    "$root" /usr/bin/env -i "$libraries" "$@"
}

# shellcheck disable=SC2046
started()
{
	in_pod "$uid" $(words env) $(words startup)
}
ok "the startup probe sees it start" wait_for 20 started
sed 's/^/# /' "$scratch/log"
run started
is "it says that it lives" "$rc $out" "0 ok"
# shellcheck disable=SC2046
run in_pod "$uid" $(words env) $(words liveness)
exits "the liveness probe" 0
# shellcheck disable=SC2046
run in_pod "$uid" $(words env) $(words readiness)
exits "the readiness probe" 0
like "says that it is ready" "$out" '"ready":true'
# shellcheck disable=SC2046
run in_pod "$app" $(words app-env) HOME=/nonexistent /usr/bin/segl token
exits "the program has a token, and no key" 0
like "which is one" "$out" '^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.'
# shellcheck disable=SC2046
run in_pod "$((app + 1))" $(words app-env) HOME=/nonexistent /usr/bin/segl token
exits "another user of the pod has none" 6
is "no capability is left to segld" \
    "$(sed -n 's/^CapEff:[[:space:]]*//p' "/proc/$pod/status")" 0000000000000000
unlike "nobody could write to the root" "$(cat "$scratch/log")" 'written to'
unlike "a secret for the group of the pod is no remark worth" \
    "$(cat "$scratch/log")" 'read by others'
like "the audit log is that of the container" "$(cat "$scratch/log")" \
    "\"uid\":$app,.*\"outcome\":\"token\""
kill "$pod"
wait "$pod"
is "it ends in order" $? 0
run segld --probe live --listen "$scratch/nothing.sock"
exits "a probe where nobody answers" 7
run segld --probe live --listen 127.0.0.1:1
exits "a probe without a unix socket" 2
done_testing
