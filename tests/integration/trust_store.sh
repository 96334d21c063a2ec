# SPDX-License-Identifier: ISC
#
# segl trust list, show, status and why: what is told of a store, to whom, and
# what becomes of one that is damaged or cannot be read.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

store=$scratch/store
lists=$scratch/lists

run segl-sim demo-lists "$lists"
exits "lists are made" 0
printf '[anchors test]\nreference = test\nnotice = %s\nsha256 = %s\n' \
    https://oj.demo.invalid/2 "$(openssl x509 -in "$lists/anchors.pem" \
    -outform DER | openssl dgst -sha256 -r | cut -d ' ' -f 1)" \
    >"$scratch/anchors.conf"

run segl trust list --trust "$store"
exits "there is no store yet" 2
like "what to do" "$err" 'segl trust update'
run segl check --trust "$store" "$lists/seal.pem"
exits "a directory that is not there is a slip" 2
mkdir "$store"
run segl trust list --trust "$store"
exits "nor in a directory that waits for one" 2
run segl check --json --trust "$store" "$lists/seal.pem"
is "without which there is no opinion on its issuer" "$(json "$scratch/out" \
    "[f['outcome'] for f in d['findings'] if f['id'] == 'issuer-listed']")" \
    '["undecided"]'
run segl trust import --trust "$store" --anchors "$scratch/anchors.conf" \
    "$lists"
exits "a store is made" 0

run segl trust list --trust "$store"
exits "list" 0
like "a list and what it is" "$out" 'NO +current +[0-9]+ '
run segl trust list --trust "$store" --json
exits "list, as JSON" 0
for key in authenticated sequence issued next_update signer services; do
	is "each list has $key" "$(json "$scratch/out" \
	    "all('$key' in t for t in d['territories'])")" true
done
run segl trust status --trust "$store" --json
is "status" "$(json "$scratch/out" "'NO' in d['current']")" true
run segl trust status --trust "$store" --json \
    --at="$(date -u -d '+400 days' +%F)"
is "a year later, those that decide nothing any more are told apart" \
    "$(json "$scratch/out" "'NO' in d['old'] and d['stale'] == []")" true
run segl trust list --trust "$store" --at="$(date -u -d '+400 days' +%F)"
like "also in the list" "$out" 'NO +old '
run segl trust show NO --trust "$store"
exits "show" 0
like "services of that list" "$out" 'CA/QC'
run segl trust show XX --trust "$store"
exits "a list that is not there" 2
run segl trust
exits "what is to be done has to be said" 2
like "and what there is is told" "$err" 'list, show, status'

run segl trust why --trust "$store" "$scratch/nothing.pem"
ok "why wants a certificate" test "$rc" -ne 0
make_eseal "$scratch/pki" 2048 >/dev/null 2>&1
run segl trust why --trust "$store" "$scratch/pki/leaf.pem"
exits "why, of a seal that nobody listed" 0
like "says so" "$out" "No CA of the path is on the lists"
like "and what the list of its country is" "$out" \
    "issuer's country, EE, is not there"

# ---- others, and what only reads ---------------------------------------------

chmod 555 "$store"
if can_be_nobody; then
	as_nobody segl trust list --trust "$store" >"$scratch/nobody.out" 2>&1
	is "another user reads it, in a directory for reading only" "$?" 0
	chmod 600 "$store/trust.db"
	as_nobody segl trust list --trust "$store" >"$scratch/nobody.out" 2>&1
	is "or is told that it cannot" "$?" 2
	ok "and what to do" grep -q 'chmod' "$scratch/nobody.out"
	chmod 644 "$store/trust.db"
else
	skip "another user reads it" "not root"
fi
chmod 755 "$store"

# A mount that nobody can write, not even root.
if unshare --mount true 2>/dev/null; then
	mkdir "$scratch/mounted"
	on_read_only()
	{
		unshare --mount sh -c '
		mount --bind "$1" "$2" && mount -o remount,ro,bind "$2" || exit 99
		shift 2
		exec "$@"' - "$store" "$scratch/mounted" "$@"
	}
	run on_read_only sh -c ': >"$1/trust.db"' - "$scratch/mounted"
	ok "a mount for reading only is one" test "$rc" -ne 0
	run on_read_only segl trust list --trust "$scratch/mounted"
	exits "a store there is read" 0
	run on_read_only segl trust import --trust "$scratch/mounted" \
	    --anchors "$scratch/anchors.conf" "$lists"
	ok "and not written" test "$rc" -ne 0
	like "which is said, with the place and the reason" "$err" \
	    'mounted.*[Rr]ead-only file system'
	like "and what to do" "$err" 'what to do:'
else
	skip "a store on a mount for reading only" "no mount namespaces"
fi

# ---- damage ------------------------------------------------------------------

cp "$store/trust.db" "$scratch/good.db"
size=$(wc -c <"$scratch/good.db")
printf 'segl' | dd of="$store/trust.db" bs=1 seek=$((size - 5)) conv=notrunc \
    2>/dev/null
run segl trust list --trust "$store"
exits "a damaged store answers nothing" 14
is "nothing at all" "$out" ""
like "says that it is damaged" "$err" 'damaged'
like "and how it is made anew" "$err" 'segl trust update'
head -c $((size / 2)) "$scratch/good.db" >"$store/trust.db"
run segl trust list --trust "$store"
exits "half a store neither" 14
run segl trust import --trust "$store" --anchors "$scratch/anchors.conf" \
    "$lists"
exits "it is made anew" 0
run segl trust list --trust "$store"
exits "and answers" 0
printf 'segl' | dd of="$store/trust.db" bs=1 seek=$((size - 5)) conv=notrunc \
    2>/dev/null
run segl trust import --trust "$store" --anchors "$scratch/anchors.conf" \
    "$lists/eu-lotl.xml"
exits "also from the lists that are kept" 0
run segl trust status --trust "$store" --json
is "all of them" "$(json "$scratch/out" "sorted(d['current'])")" \
    '["EU", "NO", "SE"]'

# ---- replaced while others read ---------------------------------------------

(
	n=0
	while [ $n -lt 12 ]; do
		segl trust import -q --trust "$store" --anchors \
		    "$scratch/anchors.conf" "$lists" || exit 1
		n=$((n + 1))
	done
) >"$scratch/writer" 2>&1 &
writer=$!
while kill -0 "$writer" 2>/dev/null; do
	segl trust show NO --trust "$store" >/dev/null 2>"$scratch/reader" || {
		cat "$scratch/reader"
		break
	}
done >"$scratch/offenders"
empty "who reads while it is replaced always gets an answer" \
    "$scratch/offenders"
ok "and the writer is not disturbed" wait "$writer"

done_testing
