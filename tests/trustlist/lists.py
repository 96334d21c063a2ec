# SPDX-License-Identifier: ISC
"""Signed trusted lists and attacks on them.

Written in canonical form, so that no XML library takes part: what is signed is
the very text. Usage: lists.py LOADER SCRATCH. Speaks TAP.
"""
import base64
import hashlib
import os
import subprocess
import sys
import time

LOADER, SCRATCH = sys.argv[1:3]
READER = os.path.join(os.environ["SEGL_LIBEXECDIR"], "segl-tlread")
with open(READER, "rb") as program:
    SANITIZED = b"__asan_init" in program.read()
TSL = "http://uri.etsi.org/02231/v2#"
DS = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
ENC = "http://www.w3.org/2001/04/xmlenc#"
MORE = "http://www.w3.org/2001/04/xmldsig-more#"
MGF1 = "http://www.w3.org/2007/05/xmldsig-more#"
EXC = "http://www.w3.org/2001/10/xml-exc-c14n#"
INC = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
END = "</TrustServiceStatusList>"
DIGESTS = {"sha256": ENC + "sha256", "sha384": MORE + "sha384",
           "sha512": ENC + "sha512", "sha1": DS + "sha1"}


def openssl(*arguments, data=None):
    done = subprocess.run(["openssl", *arguments], input=data, check=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done.stdout


class Key:
    def __init__(self, name, algorithm, *options):
        self.path = os.path.join(SCRATCH, name + ".key")
        cert = os.path.join(SCRATCH, name + ".pem")
        self.der_path = os.path.join(SCRATCH, name + ".der")
        parameters = [x for o in options for x in ("-pkeyopt", o)]
        openssl("genpkey", "-algorithm", algorithm, *parameters, "-out",
                self.path)
        openssl("req", "-x509", "-new", "-key", self.path, "-out", cert,
                "-subj", "/C=XX/O=Scheme/CN=" + name, "-days", "30")
        openssl("x509", "-in", cert, "-outform", "DER", "-out", self.der_path)
        with open(self.der_path, "rb") as file:
            self.der = file.read()

    def sign(self, data, digest, *options):
        path = os.path.join(SCRATCH, "to-be-signed")
        with open(path, "wb") as file:
            file.write(data)
        more = [x for o in options for x in ("-sigopt", o)]
        return openssl("dgst", "-" + digest, *more, "-sign", self.path, path)

    def sign_pss(self, data, digest, salt="digest"):
        return self.sign(data, digest, "rsa_padding_mode:pss",
                         "rsa_pss_saltlen:" + salt)

    def sign_ecdsa(self, half):
        def sign(data, digest):
            der = self.sign(data, digest)
            at, parts = 3 if der[1] & 0x80 else 2, []
            for _ in range(2):
                length = der[at + 1]
                parts.append(int.from_bytes(der[at + 2:at + 2 + length],
                                            "big").to_bytes(half, "big"))
                at += 2 + length
            return b"".join(parts)
        return sign


def b64(data):
    return base64.b64encode(data).decode()


def digest_of(text, digest):
    return b64(hashlib.new(digest, text).digest())


def service(extra=""):
    return (
        "<TSPService><ServiceInformation><ServiceTypeIdentifier>"
        "http://uri.etsi.org/TrstSvc/Svctype/CA/QC</ServiceTypeIdentifier>"
        '<ServiceName><Name xml:lang="en">CA</Name></ServiceName>'
        "<ServiceDigitalIdentity><DigitalId><X509Certificate>AAEC"
        "</X509Certificate></DigitalId></ServiceDigitalIdentity>"
        "<ServiceStatus>http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/"
        "granted</ServiceStatus><StatusStartingTime>2020-01-01T00:00:00Z"
        "</StatusStartingTime></ServiceInformation></TSPService>" + extra)


def document(root_id=' Id="root"', inside="", next_update="<dateTime>"
             "2030-01-01T00:00:00Z</dateTime>", version="6"):
    return (
        '<TrustServiceStatusList xmlns="' + TSL + '"' + root_id + ">"
        "<SchemeInformation><TSLVersionIdentifier>" + version +
        "</TSLVersionIdentifier><TSLSequenceNumber>7</TSLSequenceNumber>"
        "<TSLType>http://uri.etsi.org/TrstSvc/TrustedList/TSLType/EUgeneric"
        "</TSLType><SchemeTerritory>XX</SchemeTerritory>"
        "<ListIssueDateTime>1970-01-02T00:00:01+00:00</ListIssueDateTime>"
        "<NextUpdate>" + next_update + "</NextUpdate></SchemeInformation>"
        "<TrustServiceProviderList><TrustServiceProvider><TSPServices>" +
        service(inside) + "</TSPServices></TrustServiceProvider>"
        "</TrustServiceProviderList>" + END)


def transforms(*algorithms):
    return ("<ds:Transforms>" + "".join(
        a if a.startswith("<") else
        '<ds:Transform Algorithm="%s"></ds:Transform>' % a
        for a in algorithms) + "</ds:Transforms>")


def reference(attributes, transform, digest, value):
    return ("<ds:Reference" + attributes + ">" + transform +
            '<ds:DigestMethod Algorithm="' + DIGESTS.get(digest, digest) +
            '"></ds:DigestMethod><ds:DigestValue>' + value +
            "</ds:DigestValue></ds:Reference>")


def properties(der, digest="sha256", outer=' xmlns:xades="' + XADES + '"',
               inner=' xmlns:ds="' + DS + '"'):
    return ("<xades:SignedProperties" + outer + ' Id="props">'
            "<xades:SignedSignatureProperties><xades:SigningTime>"
            "2026-01-01T00:00:00Z</xades:SigningTime>"
            "<xades:SigningCertificateV2><xades:Cert><xades:CertDigest>"
            "<ds:DigestMethod" + inner + ' Algorithm="' + DIGESTS[digest] +
            '"></ds:DigestMethod><ds:DigestValue' + inner + ">" +
            digest_of(der, digest) + "</ds:DigestValue></xades:CertDigest>"
            "</xades:Cert></xades:SigningCertificateV2>"
            "</xades:SignedSignatureProperties></xades:SignedProperties>")


class Signature:
    """Everything that an attack may want to set otherwise."""

    def __init__(self, key, sign=None, method=MORE + "rsa-sha256",
                 digest="sha256", **other):
        self.key, self.sign, self.method = key, sign or key.sign, method
        self.digest, self.c14n = digest, EXC
        self.doc_uri, self.doc_digest = "", "sha256"
        self.props_uri, self.props_digest = "#props", "sha256"
        self.doc_transforms = transforms(DS + "enveloped-signature", EXC)
        self.props_transforms = transforms(EXC)
        self.props = self.props_hashed = properties(key.der)
        self.more_references = self.method_inside = ""
        self.references = 2
        for name, value in other.items():
            assert hasattr(self, name), name
            setattr(self, name, value)

    def hashed(self, text, digest):
        known = digest if digest in DIGESTS else "sha256"
        return digest_of(text.encode(), known)

    def info(self, doc):
        refs = [reference(' Id="doc" URI="%s"' % self.doc_uri,
                          self.doc_transforms, self.doc_digest,
                          self.hashed(doc, self.doc_digest)),
                reference(' Type="http://uri.etsi.org/01903#SignedProperties"'
                          ' URI="%s"' % self.props_uri, self.props_transforms,
                          self.props_digest,
                          self.hashed(self.props_hashed, self.props_digest))]
        return ('<ds:SignedInfo xmlns:ds="' + DS + '">\n'
                '<ds:CanonicalizationMethod Algorithm="' + self.c14n +
                '"></ds:CanonicalizationMethod>\n<ds:SignatureMethod '
                'Algorithm="' + self.method + '">' + self.method_inside +
                "</ds:SignatureMethod>\n" +
                "".join(refs[:self.references]) + self.more_references +
                "</ds:SignedInfo>")

    def over(self, doc):
        info = self.info(doc)
        value = self.sign(info.encode(), self.digest)
        return ('<ds:Signature xmlns:ds="' + DS + '" Id="sig">' + info +
                "<ds:SignatureValue>" + b64(value) + "</ds:SignatureValue>"
                "<ds:KeyInfo><ds:X509Data><ds:X509Certificate>" +
                b64(self.key.der) + "</ds:X509Certificate></ds:X509Data>"
                "</ds:KeyInfo><ds:Object><xades:QualifyingProperties "
                'xmlns:xades="' + XADES + '" Target="#sig">' + self.props +
                "</xades:QualifyingProperties></ds:Object></ds:Signature>")

    def enveloped(self, doc):
        return doc[:-len(END)] + self.over(doc) + END


n_tests = n_failed = 0


def expect(what, outcome, data, signer):
    global n_tests, n_failed
    path = os.path.join(SCRATCH, "list.xml")
    with open(path, "wb") as file:
        file.write(data if isinstance(data, bytes) else data.encode())
    done = subprocess.run([LOADER, "-s", signer.der_path, path],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=300)
    said = done.stdout.strip()[len(path) + 1:]
    right = (said + " ").startswith(outcome + " ")
    n_tests += 1
    n_failed += not right
    print("%sok %d - %s: %s" % ("" if right else "not ", n_tests, what,
                                outcome))
    if not right:
        print("# said: %s" % said, flush=True)


rsa = Key("rsa", "RSA", "rsa_keygen_bits:2048")
other = Key("other", "RSA", "rsa_keygen_bits:2048")
doc = document()
good = Signature(rsa)

# ---- what is right -------------------------------------------------------
expect("RSA, SHA-256", "accepted XX 7 v6 86401 1893456000 1 1 1 0",
       good.enveloped(doc), rsa)
for digest in "sha384", "sha512":
    expect("RSA, " + digest, "accepted", Signature(
        rsa, method=MORE + "rsa-" + digest, digest=digest, doc_digest=digest,
        props_digest=digest).enveloped(doc), rsa)
    expect("RSA-PSS, " + digest, "accepted", Signature(
        rsa, rsa.sign_pss, MGF1 + digest + "-rsa-MGF1",
        digest).enveloped(doc), rsa)
pss = Key("pss", "RSA-PSS", "rsa_keygen_bits:2048", "rsa_pss_keygen_md:sha256",
          "rsa_pss_keygen_mgf1_md:sha256", "rsa_pss_keygen_saltlen:32")
expect("RSA-PSS, a key for PSS alone", "accepted", Signature(
    pss, pss.sign_pss, MGF1 + "sha256-rsa-MGF1").enveloped(doc), pss)
expect("RSA-PSS key, another digest", "key-misfit", Signature(
    pss, lambda d, _: pss.sign_pss(d, "sha256"), MGF1 + "sha512-rsa-MGF1",
    "sha512").enveloped(doc), pss)
expect("RSA-PSS key, PKCS#1", "key-misfit", Signature(
    pss, lambda d, _: pss.sign_pss(d, "sha256")).enveloped(doc), pss)
for curve, half, digest in (("P-256", 32, "sha256"), ("P-384", 48, "sha384"),
                            ("P-521", 66, "sha512")):
    ec = Key(curve, "EC", "ec_paramgen_curve:" + curve)
    expect("ECDSA " + curve, "accepted", Signature(
        ec, ec.sign_ecdsa(half), MORE + "ecdsa-" + digest,
        digest).enveloped(doc), ec)
    expect("ECDSA " + curve + ", DER instead of r and s", "signature-wrong",
           Signature(ec, ec.sign, MORE + "ecdsa-" + digest,
                     digest).enveloped(doc), ec)
expect("reference to the Id of the root", "accepted",
       Signature(rsa, doc_uri="#root").enveloped(doc), rsa)
expect("a closed list", "accepted XX 7 v6 86401 -1",
       good.enveloped(document(next_update="")), rsa)
scope = ' xmlns="%s" xmlns:ds="%s" xmlns:xades="%s"' % (TSL, DS, XADES)
expect("a list of 5 MB, the size of the largest",
       "accepted XX 7 v6 86401 1893456000 8001",
       good.enveloped(document(inside=service() * 8000)), rsa)
expect("signed properties without Transforms", "accepted", Signature(
    rsa, props_transforms="", props_hashed=properties(
        rsa.der, outer=scope, inner="")).enveloped(doc), rsa)
expect("comments between elements", "accepted", good.enveloped(doc).replace(
    "<SchemeInformation>", "<!-- a --><SchemeInformation><!-- b -->"), rsa)
expect("a SHA-1 digest of the certificate rests on equality", "accepted",
       Signature(rsa, props=properties(rsa.der, "sha1"),
                 props_hashed=properties(rsa.der, "sha1")).enveloped(doc), rsa)

# ---- what was changed ----------------------------------------------------
signed = good.enveloped(doc)
expect("a value changed", "document-changed",
       signed.replace(">XX<", ">XY<"), rsa)
expect("an element added", "document-changed", signed.replace(
    "</TSPServices>", service() + "</TSPServices>"), rsa)
expect("signed properties changed", "properties-changed",
       signed.replace("2026-01-01T00", "2026-01-02T00"), rsa)
expect("SignedInfo changed", "signature-wrong",
       signed.replace('Id="doc"', 'Id="dod"'), rsa)
expect("another signer", "signer-unknown", signed, other)
expect("the allowed certificate, another key", "signature-wrong",
       Signature(rsa, other.sign).enveloped(doc), rsa)
expect("another certificate in the properties", "certificate-changed",
       Signature(rsa, props=properties(other.der),
                 props_hashed=properties(other.der)).enveloped(doc), rsa)
expect("PSS with another salt", "signature-wrong", Signature(
    rsa, lambda d, h: rsa.sign_pss(d, h, "20"),
    MGF1 + "sha256-rsa-MGF1").enveloped(doc), rsa)


def without_null(data, _):
    info = bytes.fromhex("302f300b0609608648016503040201" "0420")
    return openssl("pkeyutl", "-sign", "-inkey", rsa.path, "-pkeyopt",
                   "rsa_padding_mode:pkcs1",
                   data=info + hashlib.sha256(data).digest())


expect("DigestInfo without NULL", "signature-no-null",
       Signature(rsa, without_null).enveloped(doc), rsa)
small = Key("small", "RSA", "rsa_keygen_bits:1024")
expect("RSA of 1024 bits", "key-misfit",
       Signature(small).enveloped(doc), small)
koblitz = Key("koblitz", "EC", "ec_paramgen_curve:secp256k1")
expect("another curve", "key-misfit", Signature(
    koblitz, koblitz.sign_ecdsa(32),
    MORE + "ecdsa-sha256").enveloped(doc), koblitz)

# ---- algorithms and transforms -------------------------------------------
for method in (DS + "rsa-sha1", DS + "hmac-sha1", MORE + "rsa-md5",
               MORE + "hmac-sha256", MORE + "ecdsa-sha1", ""):
    expect("SignatureMethod " + method[-12:], "signature-algorithm",
           Signature(rsa, method=method).enveloped(doc), rsa)
expect("a parameter of the SignatureMethod", "signature-algorithm", Signature(
    rsa, method_inside="<ds:HMACOutputLength>1</ds:HMACOutputLength>"
).enveloped(doc), rsa)
expect("SHA-1 over the document", "digest-algorithm",
       Signature(rsa, doc_digest="sha1").enveloped(doc), rsa)
expect("SHA-1 over the properties", "digest-algorithm",
       Signature(rsa, props_digest="sha1").enveloped(doc), rsa)
for c14n in EXC + "WithComments", INC + "#WithComments", "":
    expect("canonicalization " + c14n[-24:], "canonicalization",
           Signature(rsa, c14n=c14n).enveloped(doc), rsa)
enveloped = DS + "enveloped-signature"
XPATH = ('<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-'
         '19991116"><ds:XPath>false()</ds:XPath></ds:Transform>')
for what, change in (
        ("XPath", transforms(enveloped, XPATH)),
        ("base64", transforms(enveloped, DS + "base64")),
        ("XSLT", transforms(
            enveloped, "http://www.w3.org/TR/1999/REC-xslt-19991116")),
        ("two canonicalizations", transforms(enveloped, EXC, EXC)),
        ("enveloped last", transforms(EXC, enveloped)),
        ("not enveloped", transforms(EXC)),
        ("a list of prefixes", transforms(
            enveloped, '<ds:Transform Algorithm="' + EXC + '">'
            '<ec:InclusiveNamespaces xmlns:ec="' + EXC + '" PrefixList="ds">'
            "</ec:InclusiveNamespaces></ds:Transform>"))):
    expect("transforms: " + what, "transform",
           Signature(rsa, doc_transforms=change).enveloped(doc), rsa)

# ---- references and wrapping ---------------------------------------------
expect("properties elsewhere", "reference-properties",
       Signature(rsa, props_uri="#sig").enveloped(doc), rsa)
expect("a reference to a part", "reference-document",
       Signature(rsa, doc_uri="#sig").enveloped(doc), rsa)
expect("a reference to a file", "reference-document",
       Signature(rsa, doc_uri="file:///etc/passwd").enveloped(doc), rsa)
expect("a reference by XPointer", "reference-document",
       Signature(rsa, doc_uri="#xpointer(/)").enveloped(doc), rsa)
expect("one reference", "reference",
       Signature(rsa, references=1).enveloped(doc), rsa)
expect("three references", "reference", Signature(
    rsa, more_references=reference(' URI="#sig"', "", "sha256", "AAAA")
).enveloped(doc), rsa)
by_id = Signature(rsa, doc_uri="#root")
signature = by_id.over(doc)
evil = document(' Id="evil"', service())
expect("wrapped: the signed root within another", "reference-document",
       evil[:-len(END)] + doc + signature + END, rsa)
evil = document("", service())
expect("wrapped: a root without Id", "reference-document",
       evil[:-len(END)] + doc + signature + END, rsa)
evil = document(' Id="root"', service())
expect("wrapped: the same Id twice", "duplicate-id",
       evil[:-len(END)] + doc + signature + END, rsa)
expect("wrapped: another document, the same Id", "document-changed",
       evil[:-len(END)] + signature + END, rsa)
expect("the Id under another name", "duplicate-id", by_id.enveloped(
    document()).replace("<SchemeInformation>", '<SchemeInformation ID="root">'),
    rsa)
expect("the signature within the list", "signature-misplaced",
       doc.replace("<TrustServiceProviderList>", signature +
                   "<TrustServiceProviderList>"), rsa)
expect("the signature deeper", "signature-misplaced",
       doc[:-len(END)] + "<a>" + signature + "</a>" + END, rsa)
expect("text after the signature", "signature-misplaced",
       doc[:-len(END)] + signature + "x" + END, rsa)
expect("two signatures", "several-signatures",
       doc[:-len(END)] + signature + signature + END, rsa)
expect("a signature in the signature", "several-signatures", signed.replace(
    "</ds:Object>", signature + "</ds:Object>"), rsa)
expect("two signed properties", "signature-shape", signed.replace(
    good.props, good.props + good.props), rsa)
expect("two certificates", "signature-shape", signed.replace(
    "<ds:X509Data>", "<ds:X509Data><ds:X509Certificate>AAAA"
    "</ds:X509Certificate>"), rsa)
expect("none", "no-signature", doc, rsa)
expect("a manifest", "signature-shape", signed.replace(
    "<ds:Object>", "<ds:Object></ds:Object><ds:Object>"), rsa)

# ---- XML -----------------------------------------------------------------
expect("a comment in a value", "comment-in-value",
       signed.replace(">XX<", ">X<!-- -->X<"), rsa)
expect("a comment before a value", "comment-in-value",
       signed.replace(">XX<", "><!-- -->XX<"), rsa)
expect("an instruction in a value", "comment-in-value",
       signed.replace(">XX<", ">XX<?x?><"), rsa)
expect("a document type", "has-dtd",
       "<!DOCTYPE TrustServiceStatusList>" + signed, rsa)
expect("an entity of a file", "has-dtd",
       '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>' +
       signed.replace(">XX<", ">&e;<"), rsa)
expect("an entity of nowhere", "not-xml", signed.replace(">XX<", ">&e;<"), rsa)
many = "".join(' a%d="x"' % i for i in range(100000))
expect("100,000 attributes", "tag-too-long",
       signed.replace("<SchemeInformation>", "<SchemeInformation%s>" % many),
       rsa)
expect("the same behind a bracket", "tag-too-long", signed.replace(
    "<SchemeInformation>", '<SchemeInformation z=">"%s>' % many), rsa)
expect("100,000 levels", "too-deep", signed.replace(
    "</SchemeInformation>",
    "<a>" * 100000 + "</a>" * 100000 + "</SchemeInformation>"), rsa)
expect("a million elements", "too-many-elements", signed.replace(
    "</SchemeInformation>", "<a/>" * 1000000 + "</SchemeInformation>"), rsa)
expect("13 MB", "too-large", signed + " " * (13 << 20), rsa)
# a sanitizer maps terabytes, and memory is not counted then
if not SANITIZED:
    expect("11 MB in one text", "reader-limits", good.enveloped(doc.replace(
        ">CA<", ">" + "x" * (11 << 20) + "<")), rsa)
    expect("more than memory holds", "reader-limits", signed.replace(
        "</SchemeInformation>", '<a b="%s"/>' % ("x" * 40) * 200000 +
        "</SchemeInformation>"), rsa)
expect("truncated", "not-xml", signed[:len(signed) // 2], rsa)
expect("truncated in a tag", "not-xml", signed[:-3], rsa)
expect("something after the end", "not-xml", signed + "<a/>", rsa)
expect("nothing", "not-xml", "", rsa)
expect("UTF-16", "not-utf8", signed.encode("utf-16"), rsa)
expect("half a character", "not-utf8",
       signed.encode().replace(b">XX<", b">X\xc3<"), rsa)
expect("a character written too long", "not-utf8",
       signed.encode().replace(b">XX<", b">X\xc0\xaf<"), rsa)
expect("characters beyond ASCII", "accepted", good.enveloped(
    doc.replace(">CA<", ">\u00c5\u20ac\U0001f512<")), rsa)
expect("another encoding declared", "not-utf8",
       '<?xml version="1.0" encoding="UTF-7"?>' + signed, rsa)
expect("another encoding hidden behind the declared one", "not-xml",
       '<?xml version="encoding=\'utf-8\'" encoding="UTF-7"?>' + signed, rsa)
expect("UTF-8 declared", "accepted",
       '<?xml version="1.0" encoding="utf-8"?>\n' + signed, rsa)
expect("another root", "not-a-list", "<a/>", rsa)
expect("the root of another namespace", "not-a-list",
       signed.replace(TSL, TSL + "x"), rsa)
expect("a list without its version", "incomplete",
       good.enveloped(document(version="")), rsa)
expect("a list of a version that is no number", "incomplete",
       good.enveloped(document(version="six")), rsa)
expect("a list whose NextUpdate is no time", "incomplete", good.enveloped(
    document(next_update="<dateTime>2030-02-30T00:00:00Z</dateTime>")), rsa)

# ---- services ------------------------------------------------------------
dark = service().replace("2020-01-01", "2020-01-32")
expect("of a service whose time cannot be read only its name is told",
       "accepted XX 7 v6 86401 1893456000 2 1 1 0 unread 1",
       good.enveloped(document(inside=dark)), rsa)


# ---- what a user is told of it -------------------------------------------
NOTICE = "https://oj.test.invalid/1"
TYPES = "http://uri.etsi.org/TrstSvc/TrustedList/TSLType/"


def other_information(inside):
    return "<OtherInformation>" + inside + "</OtherInformation>"


def list_of_lists(signer):
    """That of a Union of one country, whose list SIGNER signs."""
    return (
        '<TrustServiceStatusList xmlns="' + TSL + '"><SchemeInformation>'
        "<TSLVersionIdentifier>6</TSLVersionIdentifier><TSLSequenceNumber>3"
        "</TSLSequenceNumber><TSLType>" + TYPES + "EUlistofthelists</TSLType>"
        '<SchemeInformationURI><URI xml:lang="en">' + NOTICE + "</URI>"
        "</SchemeInformationURI><SchemeTerritory>EU</SchemeTerritory>"
        "<ListIssueDateTime>2026-01-01T00:00:00Z</ListIssueDateTime>"
        "<NextUpdate><dateTime>2030-01-01T00:00:00Z</dateTime></NextUpdate>"
        "<PointersToOtherTSL><OtherTSLPointer><ServiceDigitalIdentities>"
        "<ServiceDigitalIdentity><DigitalId><X509Certificate>" +
        b64(signer.der) + "</X509Certificate></DigitalId>"
        "</ServiceDigitalIdentity></ServiceDigitalIdentities><TSLLocation>"
        "https://xx.test.invalid/</TSLLocation><AdditionalInformation>" +
        other_information("<TSLType>" + TYPES + "EUgeneric</TSLType>") +
        other_information("<SchemeTerritory>XX</SchemeTerritory>") +
        other_information(
            '<a:MimeType xmlns:a="http://uri.etsi.org/02231/v2/'
            'additionaltypes#">application/vnd.etsi.tsl+xml</a:MimeType>') +
        "</AdditionalInformation></OtherTSLPointer></PointersToOtherTSL>"
        "</SchemeInformation>" + END)


def told(what, wanted, *arguments):
    global n_tests, n_failed
    done = subprocess.run(["segl", "trust", *arguments, "--trust",
                           os.path.join(SCRATCH, "store")], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    right = all(w in " ".join(done.stdout.split()) for w in wanted)
    n_tests += 1
    n_failed += not right
    print("%sok %d - %s" % ("" if right else "not ", n_tests, what))
    if not right:
        print("# said: %s" % done.stdout.replace("\n", "\n# "), flush=True)


def tell_unread():
    directory = os.path.join(SCRATCH, "lists")
    os.mkdir(directory)
    for name, text in (
            ("lotl.xml", Signature(other).enveloped(list_of_lists(rsa))),
            ("xx.xml", good.enveloped(document(inside=dark)))):
        with open(os.path.join(directory, name), "w") as file:
            file.write(text)
    anchors = os.path.join(SCRATCH, "anchors.conf")
    with open(anchors, "w") as file:
        file.write("[anchors test]\nreference = test\nnotice = %s\n"
                   "sha256 = %s\n" % (NOTICE, hashlib.sha256(
                       other.der).hexdigest()))
    told("an import tells that something was not read",
         ["1 of its services cannot be read"], "import", directory,
         "--anchors", anchors)
    told("so does the list of the lists", ["1 (1 more not read)"], "list")
    told("and the status, of which", ["not all read 1: XX", "trust show"],
         "status")
    told("what of the list could not be read is named",
         ["XX CA/QC granted", "XX - (cannot be read) - -: CA"], "show", "XX")
    with open(os.path.join(directory, "xx.xml"), "w") as file:
        file.write(good.enveloped(document(version="4")))
    told("of another version it is left out, and the last good one stays",
         ["XX number 7", "(kept)", "is of version 4"], "import", directory,
         "--anchors", anchors)
    os.rename(os.path.join(SCRATCH, "store"), os.path.join(SCRATCH, "was"))
    told("where there is none", ["is of version 4"], "import", directory,
         "--anchors", anchors)
    told("it was refused, not missing", ["XX refused"], "list")
    os.rename(os.path.join(SCRATCH, "store"), os.path.join(SCRATCH, "bad"))
    os.rename(os.path.join(SCRATCH, "was"), os.path.join(SCRATCH, "store"))
    told("also in JSON", ['"type":null,"status":null,"since":null'], "show",
         "XX", "--json")


tell_unread()



# ---- the cage ------------------------------------------------------------
def filters(pid):
    with open("/proc/%s/status" % pid) as file:
        fields = dict(line.split(":\t") for line in file if ":\t" in line)
    return fields["State"][0], int(fields.get("Seccomp_filters", -1))


def check_cage():
    """While it waits for somebody to read what it says, look at it."""
    global n_tests, n_failed
    path = READER
    n_tests += 1
    if SANITIZED or filters("self")[1] < 0:
        print("ok %d - the reader's calls are filtered # SKIP" % n_tests)
        return
    large = os.path.join(SCRATCH, "large.xml")
    with open(large, "w") as file:
        file.write(document(inside=service() * 2000))
    with open(large, "rb") as file:
        reader = subprocess.Popen([path, "services"], stdin=file,
                                  stdout=subprocess.PIPE)
    state, n = "R", 0
    for _ in range(600):
        state, n = filters(reader.pid)
        if state in "SZ" and n > filters("self")[1]:
            break
        time.sleep(0.05)
    right = state == "S" and n > filters("self")[1]
    n_failed += not right
    print("%sok %d - the reader's calls are filtered" % (
        "" if right else "not ", n_tests))
    reader.kill()
    reader.wait()
    reader.stdout.close()


check_cage()
print("1..%d" % n_tests)
sys.exit(n_failed > 0)
