# SPDX-License-Identifier: ISC
#
# segl trust update, import and check: which lists get into the store, which
# are left out and why, and what a server, a file or a kill may do to it.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

store=$scratch/store
lists=$scratch/lists
site=$scratch/site
mkdir "$site"

# ---- lists, anchors, servers -------------------------------------------------

# anchors FILE NOTICE PEM: pinned by its SHA-256, as a user writes it.
anchors()
{
	printf '[anchors test]\nreference = test\nnotice = %s\nsha256 = %s\n' \
	    "$2" "$(openssl x509 -in "$3" -outform DER |
	        openssl dgst -sha256 -r | cut -d ' ' -f 1)" >"$1"
}

# serve [CERT KEY]: sets base.
serve()
{
	local ready
	ready=$(mktemp "$scratch/ready.XXXXXX")
	"$python" "$SEGL_SRCDIR/tests/integration/trust_server.py" "$site" \
	    "$@" >"$ready" 2>&1 &
	child $!
	wait_for 20 is_ready "$ready" || return 1
	port=$(sed -n 's/^ready //p' "$ready")
}

# faults [NAME FAULT] ...: those alone from now on.
faults()
{
	: >"$site/faults"
	while [ $# -gt 0 ]; do
		printf '%s %s\n' "$1" "$2" >>"$site/faults"
		shift 2
	done
	: >"$site/journal"
}

trust()
{
	local verb=$1
	shift
	run segl trust "$verb" --trust="$store" --anchors="$scratch/new.conf" \
	    "$@"
}

update()
{
	trust update --lotl="http://127.0.0.1:$port/eu-lotl.xml" "$@"
}

# fate TERRITORY KEY: of the list in the JSON that was printed.
fate()
{
	json "$scratch/out" \
	    "[x['$2'] for x in d['lists'] if x['territory'] == '$1'][0]"
}

serve || { fail "the server starts"; done_testing; }
run segl-sim demo-lists "$lists" --url="http://127.0.0.1:$port/"
exits "lists are made" 0
anchors "$scratch/new.conf" https://oj.demo.invalid/2 "$lists/anchors.pem"
anchors "$scratch/old.conf" https://oj.demo.invalid/1 "$lists/old-anchors.pem"
cp "$lists"/*.xml "$site"

# ---- import ------------------------------------------------------------------

trust check
exits "without a store an update is due" 20
is "which is said by the exit code alone" "$out$err" ""
trust import "$lists"
exits "import of a directory" 0
like "two countries are taken" "$out" '3 lists taken'
like "a key is no list" "$out" 'anchors.key: is no trusted list'
ok "the lists are kept as they came" \
    cmp "$lists/tl-SE.xml" "$store/lists/SE.xml"
trust check
exits "now no update is due" 0
trust import "$lists/tl-NO.xml" "$lists/eu-lotl.xml" --json
exits "files in another order, as JSON" 0
is "nothing new" "$(fate NO result) $(fate SE result)" "unchanged unchanged"

# 5 is what was read once; the list has 1
sed -i 's/^sequence = .*/sequence = 5/' "$store/lists/SE.meta"
trust import "$lists/tl-SE.xml" --json
exits "an older list than that in use" 0
is "is left out" "$(fate SE result)" kept
like "and why is said" "$(fate SE reason)" 'older than number 5'
sed -i 's/^sha256 = .*/sha256 = 00/' "$store/lists/SE.meta"
trust import "$lists/tl-SE.xml" --json
is "also where it was ended before it could tell of which file that was" \
    "$(fate SE result)" kept
sed -i 's/^sequence = .*/sequence = 9/' "$store/lists/EU.meta"
trust import "$lists/eu-lotl.xml"
exits "an older list of trusted lists" 0
like "is left out, too" "$out" 'is number 3, older'
rm -r "$store"

sed 's|/granted<|/withdrawn<|' "$lists/tl-NO.xml" >"$scratch/NO.xml"
trust import "$lists/eu-lotl.xml" "$lists/tl-SE.xml" "$scratch/NO.xml" --json
exits "a list that was changed does not stop the others" 0
is "it is left out" "$(fate NO result) $(fate SE result)" "failed taken"
trust import "$lists/tl-NO.xml" --json
is "a good one comes later" "$(fate NO result) $(fate SE result)" \
    "taken unchanged"
trust import "$scratch/NO.xml" --json
is "and stays, whatever comes then" "$(fate NO result)" kept
rm -r "$store"

mkdir "$scratch/many"
for i in 1 2 3 4 5 6 7 8 9; do
	for j in 1 2 3; do
		cp "$lists/tl-NO.xml" "$scratch/many/$i$j.xml"
	done
done
few()
{
	(ulimit -n 48 && trust import "$lists" "$scratch/many" && exit "$rc")
}
ok "many files of one country take no more descriptors than one" few
rm -rf "$store" "$scratch/many"

trust import "$lists/tl-SE.xml"
exits "without a list of trusted lists" 4
like "says what to add" "$err" 'add eu-lotl.xml'
trust import
exits "without a file" 2
trust import "$scratch/none"
exits "a file that is not there" 2
trust import "$lists" --anchors=2026
exits "anchors of others" 4
trust import "$lists" --anchors=1999
exits "anchors that are not known" 2

# ---- pivots ------------------------------------------------------------------

old()
{
	run segl trust import --trust="$store" --anchors="$scratch/old.conf" \
	    "$@" --lotl="http://127.0.0.1:$port/eu-lotl.xml"
}
old "$lists/eu-lotl-pivoted.xml" "$lists/tl-SE.xml"
exits "a pivot that is missing" 4
like "is named" "$err" 'over pivot 2, which is not among the files'
old "$lists/eu-lotl.xml"
exits "a list that does not name the notice of the anchors" 4
like "says so" "$err" 'does not name the notice'
run segl trust import --trust="$store" --anchors="$scratch/old.conf" \
    "$lists/eu-lotl-pivoted.xml"
exits "pivots of another host" 4
like "are refused" "$err" 'a pivot that is not at ec.europa.eu'
sed 's|<TSLSequenceNumber>2<|<TSLSequenceNumber>2 <|' \
    "$lists/eu-lotl-pivot-2.xml" >"$scratch/pivot.xml"
old "$lists/eu-lotl-pivoted.xml" "$scratch/pivot.xml"
exits "a pivot that was changed" 4
like "is refused" "$err" 'over pivot 2'
old "$lists"/eu-lotl-pivot*.xml "$lists/tl-SE.xml"
exits "the pivot leads to the signer of now" 0
like "that there is a new notice, and what to do, is told" "$err" \
    'warning.*new notice.*oj.demo.invalid/3.*update segl'
ok "and is kept" test -f "$store/lists/EU-pivot-2.xml"
rm -r "$store"
old "$lists/eu-lotl-pivoted.xml" "$scratch/pivot.xml" \
    "$lists/eu-lotl-pivot-2.xml"
exits "also where one that was changed is beside it" 0
rm -r "$store"
# A pivot is the same for ever: it is asked for once.
pivoted()
{
	faults
	run segl trust update --trust="$store" --anchors="$scratch/old.conf" \
	    --lotl="http://127.0.0.1:$port/eu-lotl-pivoted.xml"
	pivots=$(grep -c pivot-2 "$site/journal")
}
pivoted
exits "it is downloaded where it is needed" 0
pivoted
is "and not again" "$rc $pivots" "0 0"
echo junk >"$store/lists/EU-pivot-2.xml"
pivoted
is "unless the one that is kept is damaged" "$rc $pivots" "0 1"
ok "which is mended by that" cmp "$lists/eu-lotl-pivot-2.xml" \
    "$store/lists/EU-pivot-2.xml"
rm -r "$store"

# ---- update ------------------------------------------------------------------

faults
update --json
exits "update over http" 0
is "all are taken" "$(fate EU result) $(fate NO result) $(fate SE result)" \
    "taken taken taken"
unlike "no bar where standard error is no terminal" "$err" '#'
# As on a terminal: what is written to one comes out.
cat >"$scratch/terminal.py" <<'END'
import os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
seen = b""
while True:
    try:
        data = os.read(fd, 4096)
    except OSError:
        break
    if not data:
        break
    seen += data
sys.stdout.buffer.write(seen.replace(b"\r", b"\n"))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END
run "$python" "$scratch/terminal.py" segl trust update --trust="$store" \
    --anchors="$scratch/new.conf" --lotl="http://127.0.0.1:$port/eu-lotl.xml"
exits "on a terminal" 0
like "a bar shows how far it is" "$out" \
    '^\[#{24}\] 2 of 2 lists loaded, [0-9.]+ MB'
run "$python" "$scratch/terminal.py" segl trust update -q --trust="$store" \
    --anchors="$scratch/new.conf" --lotl="http://127.0.0.1:$port/eu-lotl.xml"
unlike "and none where it is to be quiet" "$out" 'lists loaded'
faults
update --json
is "the second time nothing has changed" \
    "$(fate EU result) $(fate NO result) $(fate SE result)" \
    "unchanged unchanged unchanged"
is "and nothing was sent again" "$(sort -u "$site/journal" | tr '\n' ' ')" \
    "eu-lotl.xml 304 tl-NO.xml 304 tl-SE.xml 304 "

for fault in 404 short bomb junk hang; do
	faults tl-NO.xml "$fault"
	rm -f "$store/lists/NO.meta"
	update --json --timeout=2s
	exits "$fault: one bad server does not stop the rest" 0
	is "$fault: the last good copy stays" \
	    "$(fate NO result) $(fate SE result)" "kept unchanged"
	unlike "$fault: why is told" "$(fate NO reason)" '^(null)?$'
done
like "what is too large is said to be" \
    "$(faults tl-NO.xml bomb; update --json; fate NO reason)" \
    'larger than any list'
rm -r "$store"
faults tl-NO.xml 404
update --json
exits "a list that was never there" 0
is "is missing" "$(fate NO result)" failed
like "and the status is told" "$(fate NO reason)" 'HTTP 404'
like "with a warning" "$err" 'nothing is decided: NO'
# state TERRITORY: as segl trust list has it
state()
{
	run segl trust list --json --trust="$store"
	json "$scratch/out" \
	    "[x['state'] for x in d['territories'] if x['territory'] == '$1'][0]"
}
is "segl trust list says so" "$(state NO)" missing
faults tl-NO.xml junk
update
is "what came and is no list was refused" "$(state NO)" refused
update --territory=NO
exits "where all that was asked for is not there" 7
like "it is named" "$err" 'none of the lists that were asked for .*: NO'
update --territory=NO,SE
exits "where one of two is" 0
faults tl-NO.xml hang tl-SE.xml 404
update --timeout=2s
exits "with a good copy of one" 0
like "that one is told apart" "$err" 'last good copies stay in use: SE'
faults tl-NO.xml moved
update --json
is "a list that has moved is found" "$(fate NO result)" taken
rm -r "$store"

faults
update --territory=NO --json
is "of one country only" "$(fate NO result) $(fate SE result)" \
    "taken not-asked"
is "only that is asked for" "$(grep -c SE "$site/journal")" 0
update --territory=XX
exits "a country that is none" 2
update --territory=se,no
exits "two countries, in small letters" 0
rm -r "$store"
faults
update --for="$lists/seal.pem"
exits "what a certificate needs" 0
ok "is the list of its issuer's country" test -f "$store/lists/SE.xml"
is "and that of the lists: two requests" \
    "$(cut -d ' ' -f 1 "$site/journal" | sort | tr '\n' ' ')" \
    "eu-lotl.xml tl-SE.xml "
# A seal of a CA that nobody lists, also of that country.
[ -d "$scratch/eseal" ] || make_eseal "$scratch/eseal"
(
	cd "$scratch/eseal" || exit
	rsa_key se.key
	openssl req -x509 -key se.key -out se.pem -days 30 -subj "/C=SE/O=Nobody/CN=Nobody lists it"
	openssl x509 -req -in leaf.csr -CA se.pem -CAkey se.key -days 30 \
	    -out unlisted.pem
) >"$scratch/openssl.log" 2>&1
faults
rm -r "$store"
update --for="$scratch/eseal/unlisted.pem" -v --json
exits "what nobody lists" 0
is "is looked for in all lists before the answer is no" \
    "$(cut -d ' ' -f 1 "$site/journal" | sort | uniq -c |
        sed 's/^ *//' | tr '\n' ' ')" \
    "2 eu-lotl.xml 1 tl-NO.xml 2 tl-SE.xml "
is "what had come was not sent again" \
    "$(grep -c ' 304$' "$site/journal")" 2
like "that is told" "$err" 'all are asked'
is "and each list once" "$(json "$scratch/out" \
    "sorted(x['territory'] for x in d['lists'])")" '["EU", "NO", "SE"]'

faults
rm -r "$store"
run segl check "$lists/seal.pem" --chain="$lists/seal-ca.pem" --online \
    --trust="$store" --anchors="$scratch/new.conf" --as=eseal --json \
    --lotl="http://127.0.0.1:$port/eu-lotl.xml"
ok "segl check --online fetches what it needs" \
    test -f "$store/lists/SE.xml" -a ! -f "$store/lists/NO.xml"
unlike "and finds the issuer" "$(json "$scratch/out" \
    "' '.join(x['id'] for x in d['findings'] if x['outcome'] != 'met')")" \
    'issuer-listed'
faults eu-lotl.xml 404
rm "$store/lists/EU.meta"
run segl check "$lists/seal.pem" --online --trust="$store" \
    --anchors="$scratch/new.conf" \
    --lotl="http://127.0.0.1:$port/eu-lotl.xml"
like "offline it goes on with what is kept" "$err" \
    'going on with the lists that are kept'

for fault in 404 junk hang short; do
	faults eu-lotl.xml "$fault"
	rm -f "$store/lists/EU.meta"
	cp "$store/trust.db" "$scratch/before.db"
	update --timeout=2s
	exits "$fault of the list of trusted lists" 7
	ok "$fault: the store is as it was" \
	    cmp "$scratch/before.db" "$store/trust.db"
done

# ---- TLS ---------------------------------------------------------------------

make_tls "$scratch/tls"
serve "$scratch/tls/server.pem" "$scratch/tls/server.key"
run segl-sim demo-lists "$lists" --url="https://localhost:$port/"
cp "$lists"/*.xml "$site"
faults
rm -rf "$store"
trust update --json --lotl="https://localhost:$port/eu-lotl.xml" \
    --ca="$scratch/tls/ca.pem"
exits "over TLS" 0
is "the server proves its name" "$(fate NO tls_unverified)" false
rm -r "$store"
trust update --json --lotl="https://localhost:$port/eu-lotl.xml"
exits "from a server that proves nothing" 0
is "the list is taken, and that is noted" \
    "$(fate NO result) $(fate NO tls_unverified)" "taken true"

# ---- killed, and two at once -------------------------------------------------

run segl trust update --trust="$store" --anchors="$scratch/new.conf" \
    --lotl="https://localhost:$port/eu-lotl.xml" --ca="$scratch/tls/ca.pem"
for delay in 0.03 0.1 0.25; do
	segl trust update --trust="$store" --anchors="$scratch/new.conf" \
	    --lotl="https://localhost:$port/eu-lotl.xml" \
	    --ca="$scratch/tls/ca.pem" >"$scratch/killed" 2>&1 &
	pid=$!
	sleep "$delay"
	kill -9 "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	trust check
	exits "killed after $delay s: the store can be read" 0
done
ok "and is as good as new" segl trust update --trust="$store" \
    --anchors="$scratch/new.conf" --ca="$scratch/tls/ca.pem" \
    --lotl="https://localhost:$port/eu-lotl.xml"
is "nothing half made is left" \
    "$(find "$store" -name '.*.*' | wc -l | tr -d ' ')" 0

# told DIRECTORY: all that a store answers.
told()
{
	segl trust list --trust="$1" && segl trust show --trust="$1"
}

# At each call that changes something: the old store or the new one is there,
# whole, and so are the lists that are kept: an update that has no other makes
# the one or the other of them.
if killer; then
	at=$scratch/at
	run segl trust import --trust="$scratch/old.store" \
	    --anchors="$scratch/new.conf" "$lists/eu-lotl.xml" \
	    "$lists/tl-NO.xml"
	told "$scratch/old.store" >"$scratch/old.told"
	cp -a "$scratch/old.store" "$scratch/new.store"
	run segl trust import --trust="$scratch/new.store" \
	    --anchors="$scratch/new.conf" "$lists"
	told "$scratch/new.store" >"$scratch/new.told"
	is_either()
	{
		cmp -s "$1" "$scratch/old.told" ||
		    cmp -s "$1" "$scratch/new.told"
	}
	n=0
	bad=
	rc=137
	while [ "$rc" -eq 137 ] && [ "$n" -lt 200 ]; do
		n=$((n + 1))
		rm -rf "$at"
		cp -a "$scratch/old.store" "$at"
		killed_at "$n" trust import --trust="$at" \
		    --anchors="$scratch/new.conf" "$lists" >"$scratch/killed" 2>&1
		rc=$?
		# as it was before is whole
		diff -r "$scratch/old.store" "$at" >"$scratch/killed" &&
		    continue
		told "$at" >"$scratch/told" 2>&1
		is_either "$scratch/told" || bad="$bad $n:neither"
		segl trust import --trust="$at" --anchors="$scratch/new.conf" \
		    "$lists/eu-lotl.xml" >"$scratch/killed" 2>&1 ||
		    bad="$bad $n:next"
		told "$at" >"$scratch/told" 2>&1
		is_either "$scratch/told" || bad="$bad $n:kept"
		find "$at" -name '.*.*' | grep -q . && bad="$bad $n:leftover"
	done
	is "ended at each of $n calls, all was whole" "$bad" ""
	ok "there were some calls" test "$n" -gt 20
	is "the last run was not ended" "$rc" 0
	ok "and made the new store" cmp "$scratch/told" "$scratch/new.told"
	n=0
	bad=
	while [ $n -lt 6 ]; do
		n=$((n + 1))
		rm -rf "$at"
		killed_at "$n" trust import --trust="$at/a/b" \
		    --anchors="$scratch/new.conf" "$lists" >"$scratch/killed" 2>&1
		segl trust import --trust="$at/a/b" \
		    --anchors="$scratch/new.conf" "$lists" \
		    >"$scratch/killed" 2>&1 || bad="$bad $n"
	done
	is "ended while it makes the directories, the next one goes on" \
	    "$bad" ""
else
	skip "ended at each call" "$killer_missing"
fi
both=
for i in 1 2; do
	segl trust update --trust="$store" --anchors="$scratch/new.conf" \
	    --ca="$scratch/tls/ca.pem" -q \
	    --lotl="https://localhost:$port/eu-lotl.xml" \
	    >"$scratch/both.$i" 2>&1 &
	both="$both $!"
done
for pid in $both; do
	ok "two at once: each succeeds" wait "$pid"
done
trust check
exits "and the store is whole" 0

# ---- the lists of Europe -----------------------------------------------------

if [ ! -d "${SEGL_CORPUS-/nonexistent}/tl/2026-08-21" ]; then
	skip "the lists of Europe" "SEGL_CORPUS is not set"
	done_testing
fi
rm -r "$store"
run segl trust import --json --trust="$store" "$SEGL_CORPUS/tl/2026-08-21" \
    "$SEGL_CORPUS/tl/pivots" "$SEGL_CORPUS/tl/malformed" \
    "$SEGL_CORPUS/tl/libdigidocpp-test"
exits "the lists of 2026-08-21, among others" 0
is "all but those that are not there, and Croatia's" \
    "$(json "$scratch/out" "' '.join(sorted(x['territory'] for x in d['lists']
        if x['result'] != 'taken'))")" "DE HR LI"
like "Croatia's is signed by another" "$(fate HR reason)" 'signed with'
is "some are past their time, and used" \
    "$(fate NO result) $(fate NO stale)" "taken true"
rm -r "$store"
run segl trust import --json --trust="$store" "$SEGL_CORPUS/tl/2025-08-08"
exits "the lists of 2025 need other anchors" 4
like "which are named" "$err" 'anchors 2019'
run segl trust import --json --trust="$store" --anchors=2019 \
    "$SEGL_CORPUS/tl/2025-08-08"
exits "with those, over four pivots" 0
is "all are taken" \
    "$(json "$scratch/out" "' '.join(sorted(x['territory'] for x in d['lists']
        if x['result'] != 'taken'))")" "DE"

done_testing
