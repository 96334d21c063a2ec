# SPDX-License-Identifier: ISC
#
# Every key file of the corpus loads, or is refused for the right reason. What
# is right is computed from what the manifest says of the file (password, key
# or NO KEY, whether old algorithms are needed); where the manifest is silent,
# the small tables below say it, each line with its reason.

[ -n "${SEGL_CORPUS-}" ] || {
	echo '1..0 # SKIP SEGL_CORPUS is not set'
	exit 0
}
. "${SEGL_SRCDIR:?run by make check}/tests/softtoken/lib.sh"

manifest=$SEGL_CORPUS/MANIFEST.tsv
ok "the corpus has a manifest" test -r "$manifest"

# Files of which the manifest says less than decides, or says it of a reader
# that knows less than ours.
exceptions()
{
	sed 's/#.*//' <<'END'
p12/dss-Ed25519-good-user.p12	loads	# NO KEY: OpenSSL 3.0 does not read RFC 5958
p12/pyHanko-decrypter1.pfx	only certificates for encryption
p12/pyca-vectors/cert-aes256cbc-no-key.p12	no private key
p12/pyca-vectors/no-cert-key-aes256cbc.p12	no certificate
p12/pyca-vectors/cert-key-aes256cbc.p12	loads
p12/pyca-vectors/cert-none-key-none.p12	loads
p12/pyca-vectors/no-password.p12	loads
END
}

# What is expected of FILE, whose second column is WHAT.
expectation()
{
	local said
	said=$(exceptions | awk -F'\t' -v f="$1" '$1 == f { print $2 }')
	if [ -n "$said" ]; then
		printf '%s\n' "$said"
		return
	fi
	case $1 in
	*/pyca-vectors/name-*) echo loads ;;
	*/pyca-vectors/no-cert-*) echo no private key ;;
	*)
		case $2 in
		*'NO KEY'*'Certificate bag'*) echo no private key ;;
		*'NO KEY'*) echo neither a private key nor a certificate ;;
		*') key '*) echo loads ;;
		*) echo "nothing known" ;;
		esac
		;;
	esac
}

# check NAME WANT: what run() ran ended so
check()
{
	local code
	case $2 in
	loads) code=0 ;;
	'nothing known') code=-1 ;;
	*) code=3 ;;
	esac
	if [ "$rc" -ne "$code" ] ||
	    { [ "$code" -eq 3 ] && ! grep -q -- "$2" err; }; then
		fail "$1: $2"
		diag "exit code $rc"
		diag "$out"
		diag "$err"
	else
		pass "$1: $2"
	fi
}

awk -F'\t' '$1 ~ /^p12\// { print $1 "\t" $2 }' "$manifest" |
    tr -d '\r' >rows
(cd "$SEGL_CORPUS" && find p12 -type f | sort) >files
cut -f 1 rows | sort | comm -13 - files >unknown
empty "the manifest describes every key file" unknown
ok "there are many" test "$(wc -l <rows)" -ge 40

tab=$(printf '\t')
while IFS=$tab read -r file what; do
	printf '%s' "$what" | sed 's/.*password="\([^"]*\)".*/\1/' >pin
	want=$(expectation "$file" "$what")
	load "$SEGL_CORPUS/$file"
	check "$file" "$want"

	# Old algorithms where they are needed, and nowhere else.
	case $what in
	*'needs -legacy'*)
		run env "OPENSSL_MODULES=$scratch/none" \
		    "$load" -p file:pin "$SEGL_CORPUS/$file"
		check "$file" 'legacy provider'
		;;
	*'default provider ok'*)
		run env "OPENSSL_MODULES=$scratch/none" \
		    "$load" -p file:pin "$SEGL_CORPUS/$file"
		check "$file, no legacy provider" "$want"
		;;
	esac

	# Each has a MAC, so that another PIN is always noticed.
	printf 'not this one' >wrong
	run "$load" -p file:wrong "$SEGL_CORPUS/$file"
	check "$file, wrong PIN" 'wrong, or the file is damaged'
done <rows

done_testing
