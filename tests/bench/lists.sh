#!/bin/sh
# SPDX-License-Identifier: ISC
#
# The trusted lists: importing those of 2026-08-21 beside xmlsec1 over the same
# files, and what a question to the store costs beside SQLite alone.
# `make bench-lists` runs it where SEGL_CORPUS names the corpus; the report goes
# to stdout and to tests/bench/lists.md in the build directory. No test: see
# run.sh.
#
# BENCH_ROUNDS and BENCH_SECONDS bound the timed part.
set -eu

: "${SEGL_SRCDIR:?run it with make bench-lists}" "${SEGL_BUILDDIR:?}"
dir=$SEGL_BUILDDIR/tests/bench
work=$dir/lists
report=$dir/lists.md

die() {
	echo "bench-lists: $*" >&2
	exit 1
}

[ -d "${SEGL_CORPUS:-/nonexistent}/tl/2026-08-21" ] || {
	echo "bench-lists: left out, SEGL_CORPUS is not set" >&2
	exit 0
}
rm -rf "$work"
mkdir -p "$work/lists" "$work/signers"
cp "$SEGL_CORPUS"/tl/2026-08-21/*.xml "$work/lists"
chmod -R u+w "$work"
store=$work/store
segl="env HOME=$work LD_LIBRARY_PATH=$SEGL_DESTDIR$SEGL_LIBDIR
    SEGL_LIBEXECDIR=$SEGL_DESTDIR$SEGL_PKGLIBEXECDIR
    SEGL_DATADIR=$SEGL_DESTDIR$SEGL_PKGDATADIR $SEGL_DESTDIR$SEGL_BINDIR/segl"

# ---- xmlsec1: a process a file, each with the signer that the file names -------

ids='--id-attr:Id http://uri.etsi.org/01903/v1.3.2#:SignedProperties
    --id-attr:Id http://uri.etsi.org/02231/v2#:TrustServiceStatusList'

signer_of() {
	tr -d '\r\n' <"$1" |
	    sed 's/.*<[A-Za-z0-9]*:\{0,1\}Signature[ >]//
		s/.*<[A-Za-z0-9]*:\{0,1\}X509Certificate>\([^<]*\)<.*/\1/' |
	    tr -d ' \t' | fold -w 64 | {
		echo "-----BEGIN CERTIFICATE-----"
		cat
		printf '\n%s\n' "-----END CERTIFICATE-----"
	} >"$2"
}

rival=$(command -v xmlsec1 || :)
echo 'set -e' >"$work/each.sh"
for file in "$work"/lists/*.xml; do
	test -n "$rival" || break
	signer=$work/signers/$(basename "$file" .xml).pem
	signer_of "$file" "$signer"
	# shellcheck disable=SC2086 # words
	"$rival" --verify --pubkey-cert-pem "$signer" $ids "$file" \
	    >/dev/null 2>"$work/log" || die "xmlsec1 refuses $file"
	# shellcheck disable=SC2086
	echo "$rival" --verify --pubkey-cert-pem "$signer" \
	    $(echo "$ids" | sed 's/#/\\#/g') "$file" >>"$work/each.sh"
done

# ---- segl: the whole command, into a store that was not there -------------------

echo "rm -rf $store; exec $(echo $segl) trust import --trust $store" \
    "$work/lists" >"$work/import.sh"
sh "$work/import.sh" >"$work/log" 2>&1 || die "no import, see $work/log"

{
	group="The 30 lists of 2026-08-21, $(du -ck "$work"/lists/*.xml |
	    awk 'END { printf "%.0f", $1 / 1024 }') MB"
	for name in ${rival:+each} import; do
		what=xmlsec1
		test $name = each || what=import
		printf 'judge\t%s\t%s\t1\t/bin/sh\t%s\n' "$group" $what \
		    "$work/$name.sh"
	done
	test -z "$rival" || printf 'ratio\timport\txmlsec1\t0.4\n'
	printf 'memory\timport\t64\n'
} >"$work/plan"

# ---- questions ------------------------------------------------------------------

ask() {
	echo "## A question to the store"
	echo
	echo "| what | calls | first, us | least, us | median, us |"
	echo "| --- | --: | --: | --: | --: |"
	env LD_LIBRARY_PATH="$SEGL_DESTDIR$SEGL_LIBDIR" "$dir/ask" "$store" \
	    "$SEGL_CORPUS/certs/ca" 1000 "$1"
	echo
	echo "To reach: segl_trust_ask in less than 1000 us."
}

listed=
for file in "$SEGL_CORPUS"/certs/eseal-*/*.pem; do
	if ask "$file" >/dev/null 2>&1; then
		listed=$file
		break
	fi
done

real_time=
if chrt -r 10 true 2>/dev/null; then
	real_time="chrt -r 10"
fi
{
	cat <<-EOF
	# Trusted lists

	$(date -u +%Y-%m-%d), $(nproc) processors, $(xmlsec1 --version 2>&1 |
	    head -n 1). Interleaved runs, as in bench. xmlsec1 verifies a file a
	process; import is all of segl trust import: both readings, the signatures,
	the services, the copies that are kept, the store. Memory is that of the
	largest process.
	EOF
	# shellcheck disable=SC2086
	$real_time "$dir/driver" "$work/plan" "${BENCH_ROUNDS:-20}" \
	    "${BENCH_SECONDS:-60}" "$work/run.log" |
	    sed '/^## Where the time goes/d'
	test -z "$listed" || ask "$listed"
} >"$report"
cat "$report"
