# SPDX-License-Identifier: ISC
#
# The trusted lists that segl-sim makes: other programs accept the signatures,
# refuse them after any change, and find the documents valid; over HTTP the
# same, with entity tags.

. "${SEGL_SRCDIR:?run by make check}/tests/integration/lib.sh"

lists=$scratch/lists
names="eu-lotl.xml eu-lotl-pivoted.xml eu-lotl-pivot-2.xml tl-SE.xml tl-NO.xml"

verify() # FILE
{
	xmlsec1 --verify --insecure \
	    --id-attr:Id http://uri.etsi.org/01903/v1.3.2#:SignedProperties \
	    "$1"
}

# The certificate that signed a list.
signer() # FILE
{
	sed -n 's|^<ds:X509Certificate>\(.*\)</ds:X509Certificate>$|\1|p' "$1"
}

# The certificates in a PEM file, one a line, without the lines in PEM.
anchor() # FILE
{
	sed '/^-----/d' "$1" | tr -d '\n'
}

run segl-sim demo-lists "$lists"
exits "demo-lists" 0
is "it says nothing" "$out$err" ""
is "the index names every list" \
    "$(sed 1d "$lists/lists.tsv" | cut -f 1 | tr '\n' ' ')" "$names "
is "and where it is to be found" \
    "$(sed -n 's|^tl-SE.xml	\([^	]*\)	.*|\1|p' "$lists/lists.tsv")" \
    https://lists.demo.invalid/tl/tl-SE.xml
run segl-sim demo-lists "$lists" --url https://example.com/a/
exits "once more, to be found elsewhere" 0
like "the list of lists points there" "$(cat "$lists/eu-lotl.xml")" \
    '<TSLLocation>https://example.com/a/tl-NO.xml</TSLLocation>'

# ---- signatures

is "anchors.pem signs the list of lists" \
    "$(signer "$lists/eu-lotl.xml")" "$(anchor "$lists/anchors.pem")"
is "old-anchors.pem signs the pivot" \
    "$(signer "$lists/eu-lotl-pivot-2.xml")" \
    "$(anchor "$lists/old-anchors.pem")"
for country in SE NO; do
	like "the list of lists vouches for $country's signer" \
	    "$(cat "$lists/eu-lotl.xml")" \
	    "^<X509Certificate>$(signer "$lists/tl-$country.xml" |
	        sed 's/[+]/[+]/g')<"
done
like "the issuer of the demonstration seal is on Sweden's" \
    "$(cat "$lists/tl-SE.xml")" \
    "^<X509Certificate>$(anchor "$lists/seal-ca.pem" |
        sed 's/[+]/[+]/g')<"

if command -v xmlsec1 >/dev/null; then
	for name in $names; do
		ok "xmlsec1 verifies $name" verify "$lists/$name"
	done
	sed 's|/granted<|/withdrawn<|' "$lists/tl-NO.xml" >"$scratch/bad.xml"
	not_ok "and not with another status" verify "$scratch/bad.xml"
	sed 's|<xades:SigningTime>20|<xades:SigningTime>21|' \
	    "$lists/tl-NO.xml" >"$scratch/bad.xml"
	not_ok "nor with another signing time" verify "$scratch/bad.xml"
	sed 's|TSLSequenceNumber>1<|TSLSequenceNumber>2<|' \
	    "$lists/tl-SE.xml" >"$scratch/bad.xml"
	not_ok "nor with another number" verify "$scratch/bad.xml"
else
	skip "xmlsec1 verifies the lists" "xmlsec1 is not installed"
fi

# ---- form

# What the published schemas take from elsewhere, as loose as possible.
stub() # FILE NAMESPACE BODY
{
	printf '%s' "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'" \
	    " targetNamespace='$2' elementFormDefault='qualified'>$3" \
	    "</xs:schema>" >"$1"
}

make_schema() # DIRECTORY
{
	local dir=$1 any from=$SEGL_CORPUS/xsd
	mkdir "$dir"
	any="<xs:sequence><xs:any minOccurs='0' maxOccurs='unbounded' \
	    processContents='skip'/></xs:sequence>"
	stub "$dir/xml.xsd" http://www.w3.org/XML/1998/namespace \
	    "<xs:attribute name='lang' type='xs:language'/>"
	stub "$dir/ds.xsd" 'http://www.w3.org/2000/09/xmldsig#' \
	    "<xs:element name='Signature'/><xs:element name='KeyValue'/>"
	stub "$dir/xades.xsd" 'http://uri.etsi.org/01903/v1.3.2#' \
	    "<xs:complexType name='AnyType'>$any</xs:complexType>\
	     <xs:complexType name='ObjectIdentifierType'>$any</xs:complexType>"
	cp "$from/ts_119612v020401_xsd.xsd" "$dir/tsl.xsd"
	cp "$from/ts_119612v020401_sie_xsd.xsd" "$dir/sie.xsd"
	cp "$from/ts_119612v020401_additionaltypes_xsd.xsd" "$dir/more.xsd"
	chmod u+w "$dir"/*.xsd
	sed -i -e 's|schemaLocation="[^"]*/xml.xsd"|schemaLocation="xml.xsd"|' \
	    -e 's|schemaLocation="[^"]*xmldsig[^"]*"|schemaLocation="ds.xsd"|' \
	    -e 's|schemaLocation="[^"]*XAdES[^"]*"|schemaLocation="xades.xsd"|' \
	    -e 's|schemaLocation="[^"]*19612_xsd[^"]*"|schemaLocation="tsl.xsd"|' \
	    "$dir"/*.xsd
	sed -n 's|.*targetNamespace="\([^"]*\)".*|\1|p' "$dir/tsl.xsd" \
	    "$dir/sie.xsd" "$dir/more.xsd" >"$dir/names"
	{
		printf '%s' "<xs:schema " \
		    "xmlns:xs='http://www.w3.org/2001/XMLSchema'>"
		for name in tsl sie more; do
			read -r namespace
			printf '%s' "<xs:import namespace='$namespace'" \
			    " schemaLocation='$name.xsd'/>"
		done <"$dir/names"
		printf '%s' "</xs:schema>"
	} >"$dir/all.xsd"
}

if command -v xmllint >/dev/null && [ -d "${SEGL_CORPUS-/nonexistent}/xsd" ]
then
	make_schema "$scratch/xsd"
	for name in $names; do
		ok "$name is valid" xmllint --nonet --noout \
		    --schema "$scratch/xsd/all.xsd" "$lists/$name"
	done
	sed '/<StatusStartingTime>/d' "$lists/tl-NO.xml" >"$scratch/bad.xml"
	not_ok "not without a time" xmllint --nonet --noout \
	    --schema "$scratch/xsd/all.xsd" "$scratch/bad.xml"
else
	skip "the lists are valid" "xmllint or the schemas are not there"
fi

# ---- over HTTP

sim_start || { fail "the simulator starts"; done_testing; }
get() # NAME CURL-OPTION ...
{
	local name=$1
	shift
	curl -sS --cacert "$SEGL_CA" "$@" "${SEGL_ENV}tl/$name"
}

if ! command -v curl >/dev/null; then
	skip "the simulator serves them" "curl is not installed"
	done_testing
fi
for name in $names; do
	get "$name" -o "$scratch/$name"
	if command -v xmlsec1 >/dev/null; then
		ok "$name is served and verifies" verify "$scratch/$name"
	else
		ok "$name is served" test -s "$scratch/$name"
	fi
done
is "its signer is in anchors.pem beside the others" \
    "$(signer "$scratch/eu-lotl.xml")" \
    "$(anchor "$(dirname "$SEGL_CA")/anchors.pem")"
is "it tells where they are" "$(sim_value SEGL_LOTL "$sim_dir/env")" \
    "${SEGL_ENV}tl/eu-lotl.xml"
conf=$(sim_value SEGL_ANCHORS "$sim_dir/env")
is "and whom to believe" "$(sed -n 's/^sha256 = //p' "$conf")" \
    "$(signer "$scratch/eu-lotl.xml" | openssl base64 -d -A | sha256sum |
        cut -d ' ' -f 1)"
like "as which notice said" "$(cat "$scratch/eu-lotl.xml")" \
    ">$(sed -n 's/^notice = //p' "$conf")</URI>"
like "it points to the same simulator" "$(cat "$scratch/eu-lotl.xml")" \
    "<TSLLocation>${SEGL_ENV}tl/tl-SE.xml<"
tag=$(get eu-lotl.xml -o /dev/null -D - | tr -d '\r' |
    sed -n 's/^[Ee][Tt]ag: //p')
is "the same entity tag again: 304" \
    "$(get eu-lotl.xml -o "$scratch/none" -w '%{http_code}' \
        -H "If-None-Match: $tag")" 304
is "another one: 200" \
    "$(get eu-lotl.xml -o /dev/null -w '%{http_code}' \
        -H 'If-None-Match: "x"')" 200
get tl-SE.xml -H 'Accept-Encoding: gzip' -o "$scratch/packed"
is "in gzip it is the same" \
    "$(gunzip -c <"$scratch/packed" | cmp - "$scratch/tl-SE.xml" && echo y)" y
is "no such list: 404" \
    "$(get tl-XX.xml -o /dev/null -w '%{http_code}')" 404
is "no list is posted: 405" \
    "$(get tl-SE.xml -X POST -d '' -o /dev/null -w '%{http_code}')" 405

# ---- what is wrong

run segl-sim demo-lists
exits "without a directory" 2
run segl-sim demo-lists "$scratch/x" --url https://example.com/a
exits "a URL without a slash at its end" 2
like "says so" "$err" 'slash'
ok "and nothing was made" test ! -e "$scratch/x"

done_testing
