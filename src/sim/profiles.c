/* SPDX-License-Identifier: ISC */
#include "sim/default_registry.h"
#include "sim/pki.h"

#define YEARS(n) ((n)*365)

/* ---- the simulator itself */

const struct pki_profile pki_tls_ca = {
	.subject =
	    (const struct pki_attribute[]){
		{ "O", "segl-sim" },
		{ "CN", "segl-sim TLS CA" },
		{ NULL, NULL },
	    },
	.extensions = "[ext]\n"
		      "basicConstraints=critical,CA:TRUE\n"
		      "keyUsage=critical,keyCertSign,cRLSign\n"
		      "subjectKeyIdentifier=hash\n",
	.days = YEARS(10),
};

#define TLS_SERVER                                                             \
	"[ext]\n"                                                              \
	"basicConstraints=critical,CA:FALSE\n"                                 \
	"keyUsage=critical,digitalSignature\n"                                 \
	"extendedKeyUsage=serverAuth\n"                                        \
	"subjectKeyIdentifier=hash\n"                                          \
	"authorityKeyIdentifier=keyid\n"
#define TLS_OURS "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1\n"
#define TLS_SUBJECT(name)                                                      \
	(const struct pki_attribute[])                                         \
	{                                                                      \
		{ "CN", name }, { NULL, NULL },                                \
	}

const struct pki_profile pki_tls_server = {
	.subject = TLS_SUBJECT("localhost"),
	.extensions = TLS_SERVER TLS_OURS,
	.days = YEARS(10),
};

/* What a client has to notice: over since yesterday. */
const struct pki_profile pki_tls_expired = {
	.subject = TLS_SUBJECT("localhost"),
	.extensions = TLS_SERVER TLS_OURS,
	.begins_days = -30,
	.days = -1,
};

const struct pki_profile pki_tls_other_name = {
	.subject = TLS_SUBJECT("other.demo.invalid"),
	.extensions = TLS_SERVER "subjectAltName=DNS:other.demo.invalid\n",
	.days = YEARS(10),
};

/* As of a gateway that looks into the TLS connections of a business. */
const struct pki_profile pki_tls_gateway = {
	.subject =
	    (const struct pki_attribute[]){
		{ "O", "Segl Demo Gateway" },
		{ "CN", "Segl Demo Gateway inspection CA" },
		{ NULL, NULL },
	    },
	.extensions = "[ext]\n"
		      "basicConstraints=critical,CA:TRUE\n"
		      "keyUsage=critical,keyCertSign,cRLSign\n"
		      "subjectKeyIdentifier=hash\n",
	.days = YEARS(10),
};

const struct pki_profile pki_token_signer = {
	.subject =
	    (const struct pki_attribute[]){
		{ "O", "segl-sim" },
		{ "CN", "segl-sim token signer" },
		{ NULL, NULL },
	    },
	.extensions = "[ext]\n"
		      "basicConstraints=critical,CA:FALSE\n"
		      "keyUsage=critical,digitalSignature\n"
		      "subjectKeyIdentifier=hash\n"
		      "authorityKeyIdentifier=keyid\n",
	.days = YEARS(10),
};

/* ---- an issuer of seals and one of its customers, all made up */

const struct pki_profile pki_seal_root = {
	.subject =
	    (const struct pki_attribute[]){
		{ "C", "SE" },
		{ "O", "Segl Demo Trust AB" },
		{ "organizationIdentifier", "NTRSE-5560000001" },
		{ "CN", "Segl Demo Root CA" },
		{ NULL, NULL },
	    },
	.extensions = "[ext]\n"
		      "basicConstraints=critical,CA:TRUE\n"
		      "keyUsage=critical,keyCertSign,cRLSign\n"
		      "subjectKeyIdentifier=hash\n",
	.days = YEARS(10),
};

const struct pki_profile pki_seal_ca = {
	.subject =
	    (const struct pki_attribute[]){
		{ "C", "SE" },
		{ "O", "Segl Demo Trust AB" },
		{ "organizationIdentifier", "NTRSE-5560000001" },
		{ "CN", "Segl Demo eSeal CA" },
		{ NULL, NULL },
	    },
	.extensions = "[ext]\n"
		      "basicConstraints=critical,CA:TRUE,pathlen:0\n"
		      "keyUsage=critical,keyCertSign,cRLSign\n"
		      "subjectKeyIdentifier=hash\n"
		      "authorityKeyIdentifier=keyid\n"
		      "certificatePolicies=2.5.29.32.0\n"
		      "crlDistributionPoints=URI:${base}crl/seal-root.crl\n"
		      "authorityInfoAccess=caIssuers;URI:"
		      "${base}aia/seal-root.cer\n",
	.days = YEARS(10),
};

/*
 * EN 319 412-3 (legal persons): QCP-l, QcCompliance, QcType eseal, QcPDS and
 * the semantics identifier for legal persons. No QcSSCD: a soft token.
 */
const struct pki_profile pki_seal = {
	.subject =
	    (const struct pki_attribute[]){
		{ "C", "SE" },
		{ "O", "Demobolaget AB" },
		{ "organizationIdentifier", "NTRSE-5569999997" },
		{ "CN", "Demobolaget AB" },
		{ NULL, NULL },
	    },
	.extensions = "[ext]\n"
		      "basicConstraints=critical,CA:FALSE\n"
		      "keyUsage=critical,digitalSignature,nonRepudiation\n"
		      "subjectKeyIdentifier=hash\n"
		      "authorityKeyIdentifier=keyid\n"
		      "certificatePolicies=0.4.0.194112.1.1\n"
		      "crlDistributionPoints=URI:${base}crl/seal-ca.crl\n"
		      "authorityInfoAccess=OCSP;URI:${base}ocsp,"
		      "caIssuers;URI:${base}aia/seal-ca.cer\n"
		      "1.3.6.1.5.5.7.1.3=ASN1:SEQUENCE:statements\n"
		      "[statements]\n"
		      "1=SEQUENCE:semantics\n"
		      "2=SEQUENCE:compliance\n"
		      "3=SEQUENCE:type\n"
		      "4=SEQUENCE:pds\n"
		      "[semantics]\n"
		      "id=OID:1.3.6.1.5.5.7.11.2\n"
		      "info=SEQUENCE:legal\n"
		      "[legal]\n"
		      "id=OID:0.4.0.194121.1.2\n"
		      "[compliance]\n"
		      "id=OID:0.4.0.1862.1.1\n"
		      "[type]\n"
		      "id=OID:0.4.0.1862.1.6\n"
		      "info=SEQUENCE:types\n"
		      "[types]\n"
		      "1=OID:0.4.0.1862.1.6.2\n"
		      "[pds]\n"
		      "id=OID:0.4.0.1862.1.5\n"
		      "info=SEQUENCE:locations\n"
		      "[locations]\n"
		      "1=SEQUENCE:location\n"
		      "[location]\n"
		      "url=IA5STRING:https://pds.demo.invalid/en.pdf\n"
		      "language=PRINTABLESTRING:en\n",
	.days = YEARS(3),
};

/* ---- an issuer of Norwegian enterprise certificates and a business */

const struct pki_profile pki_enterprise_root = {
	.subject =
	    (const struct pki_attribute[]){
		{ "C", "NO" },
		{ "O", "Segl Demo Tillit AS" },
		{ "organizationIdentifier", "NTRNO-" DEFAULT_OWNER },
		{ "CN", "Segl Demo Class 3 Root CA ST" },
		{ NULL, NULL },
	    },
	.extensions = "[ext]\n"
		      "basicConstraints=critical,CA:TRUE\n"
		      "keyUsage=critical,keyCertSign,cRLSign\n"
		      "subjectKeyIdentifier=hash\n",
	.days = YEARS(10),
};

const struct pki_profile pki_enterprise_ca = {
	.subject =
	    (const struct pki_attribute[]){
		{ "C", "NO" },
		{ "O", "Segl Demo Tillit AS" },
		{ "organizationIdentifier", "NTRNO-" DEFAULT_OWNER },
		{ "CN", "Segl Demo Class 3 CA ST Business" },
		{ NULL, NULL },
	    },
	.extensions = "[ext]\n"
		      "basicConstraints=critical,CA:TRUE,pathlen:0\n"
		      "keyUsage=critical,keyCertSign,cRLSign\n"
		      "subjectKeyIdentifier=hash\n"
		      "authorityKeyIdentifier=keyid\n"
		      "certificatePolicies=2.5.29.32.0\n",
	.days = YEARS(10),
};

/*
 * SEID 2, as Buypass issues authentication certificates: organizationIdentifier
 * last, Buypass' policy for soft tokens and NCP, semantics of legal persons,
 * not qualified.
 */
const struct pki_profile pki_enterprise = {
	.subject =
	    (const struct pki_attribute[]){
		{ "C", "NO" },
		{ "O", "Demobedriften AS" },
		{ "CN", "Demobedriften AS" },
		{ "organizationIdentifier", "NTRNO-" DEFAULT_SUPPLIER },
		{ NULL, NULL },
	    },
	.extensions = "[ext]\n"
		      "basicConstraints=CA:FALSE\n"
		      "keyUsage=critical,digitalSignature,keyEncipherment\n"
		      "subjectKeyIdentifier=hash\n"
		      "authorityKeyIdentifier=keyid\n"
		      "certificatePolicies=2.16.578.1.26.1.3.2,0.4.0.2042.1.1\n"
		      "crlDistributionPoints=URI:${base}crl/enterprise-ca.crl\n"
		      "1.3.6.1.5.5.7.1.3=ASN1:SEQUENCE:statements\n"
		      "[statements]\n"
		      "1=SEQUENCE:semantics\n"
		      "[semantics]\n"
		      "id=OID:1.3.6.1.5.5.7.11.2\n"
		      "info=SEQUENCE:legal\n"
		      "[legal]\n"
		      "id=OID:0.4.0.194121.1.2\n",
	.days = YEARS(3),
};
