# SPDX-License-Identifier: ISC
#
# Run a cmocka program and correct its TAP: cmocka before 1.1.7 reports a
# skipped case as "not ok # SKIP", which is a failure to every reader of TAP.

out=$(mktemp "${TMPDIR:-/tmp}/segl-cmocka.XXXXXX") || exit 99
trap 'rm -f "$out"' EXIT
rc=0
"$@" >"$out" || rc=$?
sed 's/^not ok \([0-9]* \(- .* \)*# SKIP\)/ok \1/' "$out"
exit "$rc"
