# SPDX-License-Identifier: ISC
#
# The catalogue of issuers, as it is installed and as somebody may damage it.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

run segl issuers
exits "the catalogue is shown" 0
is "nothing else is said" "$err" ""
for name in Buypass Commfides DigiCert GlobalTrust D-Trust Sectigo ADACOM; do
	like "it has $name" "$out" "^$name: "
done
like "it says when it was looked at" "$out" '20[0-9][0-9]-[0-9][0-9]-[0-9][0-9]'
like "it is no recommendation" "$out" 'no recommendation'
run segl issuers Buypass
exits "one is shown by name" 0
like "it is there" "$out" '^Buypass: QC eSeal'
unlike "and no other" "$out" 'Commfides'
run segl issuers d-trust
like "another by id" "$out" '^D-Trust: '
run segl issuers comfides
exits "one that is not there" 2
like "what was meant is named" "$err" 'did you mean commfides'

run segl issuers --json
exits "as JSON" 0
is "all seven" "$(json "$scratch/out" 'len(d["issuers"])')" 7
is "with a schema" "$(json "$scratch/out" 'd["schema"]')" 1
is "a soft policy of Buypass" "$(json "$scratch/out" \
    '[i for i in d["issuers"] if i["id"] == "buypass"][0]["policies_soft"][0]')" \
    2.16.578.1.26.1.3.2
is "an issuing CA of it" "$(json "$scratch/out" \
    '[i for i in d["issuers"] if i["id"] == "buypass"][0]["cas"][0]["name"]')" \
    "Buypass Class 3 CA G2 ST Business"
is "who makes Commfides' key" "$(json "$scratch/out" \
    '[i for i in d["issuers"] if i["id"] == "commfides"][0]["key_made_by"]')" \
    '["issuer"]'
run segl issuers --json digicert
is "DigiCert takes no EC key" "$(json "$scratch/out" \
    '"ec:p256" in d["issuers"][0]["key_types"]')" false

# ---- beside the trusted lists --------------------------------------------------

lists=$scratch/lists
run segl issuers check --trust=none
exits "without lists nothing is known" 14
like "and what brings them is told" "$err" 'segl trust update'
run segl-sim demo-lists "$lists"
exits "lists are made" 0
SEGL_TRUST=$scratch/store
export SEGL_TRUST
run segl trust import "$lists" --anchors="$lists/anchors.conf"
exits "and imported" 0
run segl issuers check --json
exits "the real issuers are not on these" 4
is "Norway's is there, and does not have them" "$(json "$scratch/out" \
    "[i['state'] for i in d['issuers'] if i['id'] == 'buypass'][0]")" not-listed
is "Germany's is not there" "$(json "$scratch/out" \
    "[i['state'] for i in d['issuers'] if i['id'] == 'd-trust'][0]")" not-known
run segl issuers check buypass
exits "one that is not listed" 4
like "is said to be" "$out" 'NOT LISTED for seals'
mkdir "$scratch/ours"
cat >"$scratch/ours/issuers.conf" <<END
looked-at = 2026-11-22
[issuer demo]
name = Demo
product = Seal
covers = Z
key-made-by = you
ca = SE Segl Demo eSeal CA
hard-ca = NO SEGL demo eSeal CA
END
installed=$SEGL_DATADIR
SEGL_DATADIR=$scratch/ours
run segl issuers check
exits "one that is" 0
like "with its status and since when" "$out" \
    'CA/QC granted since 2016-06-30, for seals'
run segl issuers check demo --json
is "the same as JSON" "$(json "$scratch/out" \
    "[(c['state'], c['status'], c['hard']) for c in d['issuers'][0]['cas']]")" \
    '[["active", "granted", false], ["not-listed", null, true]]'
run segl issuers check demo --at=2016-01-01
exits "before it was granted" 4
run segl issuers check demo --at="$(date -u -d '+400 days' +%F)"
exits "by lists that are too old" 14
run segl issuers check demo demo
exits "an operand too many" 2
SEGL_DATADIR=$installed
if [ -d "${SEGL_CORPUS-/nonexistent}/tl/2026-08-21" ]; then
	segl trust import -q "$SEGL_CORPUS/tl/2026-08-21" \
	    --trust="$scratch/europe" >/dev/null
	run segl issuers check --at=2026-08-21 --trust="$scratch/europe" --json
	exits "on the lists of 2026-08-21, where Germany's is missing" 14
	is "all others are active, of every CA" "$(json "$scratch/out" \
	    "sorted((i['id'], c['state']) for i in d['issuers']
	        for c in i['cas'] if c['state'] != 'active' and
	        c['territory'] != 'DE')")" '[]'
	is "GlobalTrust's as CA/PKC" "$(json "$scratch/out" \
	    "[i['cas'][0]['type'] for i in d['issuers']
	        if i['id'] == 'globaltrust'][0]")" CA/PKC
else
	skip "on the lists of Europe" "SEGL_CORPUS is not set"
fi

# Every line is strict: what is not understood is not passed over.
mkdir "$scratch/data"
SEGL_DATADIR=$scratch/data
export SEGL_DATADIR
run segl issuers
exits "a catalogue that is not there" 1
like "how it comes back" "$err" 'install segl again'
refused() # NAME ERE, the catalogue on standard input
{
	cat >"$scratch/data/issuers.conf"
	run segl issuers
	exits "$1" 2
	like "$1: it says where" "$err" "$2"
	is "$1: nothing is shown" "$out" ""
}
one='name = X
product = Y
covers = Z
key-made-by = you
ca = NO A CA'
printf 'looked-at = 2026-11-22\n[issuer x]\n%s\n' "$one" \
    >"$scratch/data/issuers.conf"
run segl issuers x
exits "the smallest catalogue" 0
refused "no date" 'looked at' <<END
[issuer x]
$one
END
refused "a date that is none" 'issuers\.conf:1:1' <<END
looked-at = 22.11.2026
END
refused "a key that no issuer has" 'issuers\.conf:8:1: no issuer has' <<END
looked-at = 2026-11-22
[issuer x]
$one
web = https://example.com/
END
refused "an issuer without its CA" '\[issuer x\] has no ca' <<END
looked-at = 2026-11-22
[issuer x]
name = X
product = Y
covers = Z
key-made-by = you
END
refused "an issuer that stands there twice" 'twice' <<END
looked-at = 2026-11-22
[issuer x]
$one
[issuer x]
$one
END
refused "a policy that is none" 'policy-soft is an object identifier' <<END
looked-at = 2026-11-22
[issuer x]
$one
policy-soft = 1.2..3
END
refused "a key that nobody makes" 'value of key is rsa:3072' <<END
looked-at = 2026-11-22
[issuer x]
$one
key = rsa:1024
END
refused "a section of another kind" 'written \[issuer NAME\]' <<END
looked-at = 2026-11-22
[profile x]
END
refused "a remark that is too long" 'too long' <<END
looked-at = 2026-11-22
[issuer x]
$one
note = $(head -c 401 /dev/zero | tr '\0' a)
END

done_testing
