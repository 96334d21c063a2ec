/* SPDX-License-Identifier: ISC */
/* Refusals of who asks: the grant, its certificate, its key, its times. */
#include "explain/refusal.h"

/* clang-format off */
static const struct refusal rows[] = {
	{
		.code = "MP-011",
		.oauth = "invalid_request",
		.http_status = 400,
		.phrases = REFUSAL_TEXTS("Invalid parameter value"),
		.meaning =
		    "the grant has a claim that is malformed or that "
		    "Maskinporten does not document",
		.causes = REFUSAL_TEXTS(
		    "a value has a line break, a blank or a typing error in it",
		    "the grant has a claim that is not documented; segl makes "
		    "none, so another program built it",
		    "a claim has another type than documented, a list in the "
		    "place of a text for instance"),
		.remedy =
		    "check the values given on the command line; an identifier "
		    "with a line break or a typing error is the usual cause",
		.turn = SEGL_TURN_YOU,
		.status = SEGL_EUSAGE,
	},
	{
		.code = "MP-012",
		.oauth = "invalid_grant",
		.http_status = 400,
		.inferred = 1,
		.phrases = REFUSAL_TEXTS("Grant is used before"),
		.meaning = "this very grant reached Maskinporten twice",
		.causes = REFUSAL_TEXTS(
		    "a proxy or gateway sent the request a second time",
		    "a program kept a grant and sent it again",
		    "a program made two grants with the same jti"),
		.remedy =
		    "try again: segl signs a new grant each time; if it stays, "
		    "something between here and the server repeats requests",
		.turn = SEGL_TURN_NETWORK,
		.status = SEGL_EAUTHN,
	},
	{
		.code = "MP-100",
		.oauth = "invalid_grant",
		.http_status = 400,
		.phrases = REFUSAL_TEXTS("Client not found"),
		.meaning =
		    "Maskinporten does not know this client in this "
		    "environment",
		.causes = REFUSAL_TEXTS(
		    "the client id is misspelt",
		    "the client was made in the other environment: those of "
		    "test and of production are separate",
		    "an eSeal was not taken for one, because its certificate "
		    "has no organizationIdentifier"),
		.remedy =
		    "check the client id and --env: clients of test and "
		    "production are separate; with an eSeal give no client id, "
		    "and check that the certificate has an "
		    "organizationIdentifier",
		.turn = SEGL_TURN_YOU,
		.status = SEGL_EAUTHN,
	},
	{
		.code = "MP-110",
		.oauth = "invalid_grant",
		.http_status = 400,
		.phrases = REFUSAL_TEXTS("Invalid JWT claim aud"),
		.meaning = "the grant names another server as its audience",
		.causes = REFUSAL_TEXTS(
		    "the grant was made for another environment than the one "
		    "it was sent to",
		    "the slash at the end of the audience is missing, or, with "
		    "Skyporten, one too many",
		    "the URL of the token endpoint is the audience, which "
		    "Maskinporten takes no longer",
		    "the audience is a list of several"),
		.remedy =
		    "check --env: the issuer must be written as the server "
		    "writes it, slash at the end included",
		.turn = SEGL_TURN_YOU,
		.status = SEGL_EAUTHN,
	},
	{
		.code = "MP-120",
		.oauth = "invalid_grant",
		.http_status = 400,
		.phrases = REFUSAL_TEXTS("signed with an invalid certificate"),
		.meaning =
		    "Maskinporten does not accept the certificate of the grant",
		.causes = REFUSAL_TEXTS(
		    "eSeal: the grant has not the whole path of certificates",
		    "eSeal: the service that issued it is not on the EU "
		    "trusted lists, or no longer active there",
		    "the certificate is expired, not yet valid or revoked",
		    "Norwegian enterprise certificate: one of production was "
		    "used in test, or the other way round",
		    "the Subject has no organizationIdentifier, or the "
		    "certificate is for a person or a website"),
		.remedy =
		    "check that the file holds the whole path, or complete it "
		    "with --chain; then ask the issuer which trusted-list "
		    "service issued the certificate. A Norwegian enterprise "
		    "certificate of production does not work in test, nor the "
		    "other way round",
		.turn = SEGL_TURN_ISSUER,
		.status = SEGL_EAUTHN,
	},
	{
		.code = "MP-121",
		.oauth = "invalid_grant",
		.http_status = 400,
		.phrases = REFUSAL_TEXTS("Expired key"),
		.meaning =
		    "the key registered on the client is older than one year",
		.causes = REFUSAL_TEXTS(
		    "nobody renewed the key within a year of posting it",
		    "kid names an older key than the one in use"),
		.remedy =
		    "post the key again in Digdir's self-service; the same key "
		    "may be posted to renew it",
		.turn = SEGL_TURN_YOU,
		.status = SEGL_EAUTHN,
	},
	{
		.code = "MP-122",
		.oauth = "invalid_grant",
		.http_status = 400,
		.inferred = 1,
		.phrases = REFUSAL_TEXTS(
		    "does not match certificate orgno",
		    "Invalid organization number for client"),
		.meaning =
		    "the certificate belongs to another organisation than the "
		    "client",
		.causes = REFUSAL_TEXTS(
		    "the client id is that of another organisation",
		    "a supplier signs with its own certificate for a client "
		    "that its customer owns",
		    "the file holds certificates of several organisations, and "
		    "the wrong one was chosen"),
		.remedy =
		    "use the certificate of the organisation that owns the "
		    "client, or the client of this organisation",
		.turn = SEGL_TURN_YOU,
		.status = SEGL_EAUTHN,
	},
	{
		.code = "MP-123",
		.oauth = "invalid_grant",
		.http_status = 400,
		.inferred = 1,
		.phrases = REFUSAL_TEXTS(
		    "Invalid JWT header x5c",
		    "Failed to extract certificate"),
		.meaning =
		    "Maskinporten cannot read the certificates in the grant",
		.causes = REFUSAL_TEXTS(
		    "x5c is a text, but must be a list of texts",
		    "a certificate in x5c has PEM lines around it, line breaks "
		    "in it, or is base64url in the place of base64",
		    "the server does not take the root certificate in x5c"),
		.remedy =
		    "try once with --root omit, then with --root include, and "
		    "report which one works",
		.turn = SEGL_TURN_SEGL,
		.status = SEGL_EAUTHN,
	},
	{
		.code = "MP-124",
		.oauth = "invalid_grant",
		.http_status = 400,
		.phrases = REFUSAL_TEXTS("Invalid JWT signature"),
		.meaning =
		    "the signature does not fit the key Maskinporten looked it "
		    "up with",
		.causes = REFUSAL_TEXTS(
		    "the key is not the one registered under this kid",
		    "the wrong identity of a file with several was used",
		    "the certificate has expired",
		    "the certificate or the client is of the other "
		    "environment"),
		.remedy =
		    "check that key, certificate, client id and --env belong "
		    "together, and that the certificate has not expired",
		.turn = SEGL_TURN_YOU,
		.status = SEGL_EAUTHN,
	},
	{
		.code = "MP-130",
		.oauth = "invalid_grant",
		.http_status = 400,
		.inferred = 1,
		.phrases = REFUSAL_TEXTS("JWT is expired"),
		.meaning =
		    "the grant was too old when it arrived: the clock of this "
		    "host is slow, or the request was held up",
		.causes = REFUSAL_TEXTS(
		    "the clock of this host is behind Maskinporten's",
		    "the request was held up on its way for longer than the "
		    "grant lives",
		    "a grant made earlier was sent"),
		.remedy =
		    "set the clock of this host (NTP), then try again; until "
		    "then --clock server helps",
		.turn = SEGL_TURN_YOU,
		.status = SEGL_EAUTHN,
	},
	{
		.oauth = "invalid_grant",
		.http_status = 400,
		.inferred = 1,
		.phrases = REFUSAL_TEXTS("Issue time is after now"),
		.meaning =
		    "the clock of this host is more than 10 seconds ahead of "
		    "Maskinporten's",
		.causes = REFUSAL_TEXTS(
		    "the clock of this host is not kept by NTP",
		    "a virtual machine woke up and its clock is not set yet",
		    "a program put local time into iat in the place of UTC"),
		.remedy =
		    "set the clock of this host (NTP), then try again; until "
		    "then --clock server helps",
		.turn = SEGL_TURN_YOU,
		.status = SEGL_ECLOCK,
	},
	{
		.oauth = "invalid_grant",
		.http_status = 400,
		.source = REFUSAL_SEEN,
		.phrases = REFUSAL_TEXTS("Unknown key identifier (kid)"),
		.meaning = "the key id is not registered on this client",
		.causes = REFUSAL_TEXTS(
		    "the key was posted less than two minutes ago",
		    "the kid is misspelt, or that of another client",
		    "somebody posted a new set of keys, which replaces the "
		    "old set as a whole"),
		.remedy =
		    "compare the kid with the client's keys in Digdir's "
		    "self-service; a key just posted takes up to two minutes",
		.turn = SEGL_TURN_YOU,
		.status = SEGL_EAUTHN,
	},
	{
		.oauth = "invalid_grant",
		.http_status = 400,
		.source = REFUSAL_SEEN,
		.phrases = REFUSAL_TEXTS("requires pre-registered jwk"),
		.meaning =
		    "the client has registered keys, so Maskinporten takes no "
		    "certificate for it",
		.causes = REFUSAL_TEXTS(
		    "the grant was signed with the certificate (x5c), not with "
		    "a registered key (kid)",
		    "a key was registered on the client lately"),
		.remedy =
		    "use the registered key with its kid, or remove the keys "
		    "from the client",
		.turn = SEGL_TURN_YOU,
		.status = SEGL_EAUTHN,
	},
	{
		.oauth = "invalid_request",
		.http_status = 400,
		.phrases = REFUSAL_TEXTS("combination consumer_org"),
		.meaning = "the organisation asked for is the client's own",
		.causes = REFUSAL_TEXTS(
		    "the consumer organisation is the one that owns the "
		    "client, so there is nothing to delegate"),
		.remedy = "leave the consumer organisation out",
		.turn = SEGL_TURN_YOU,
		.status = SEGL_EUSAGE,
	},
};
/* clang-format on */

const struct refusal_table refusals_of_grant = {
	rows,
	sizeof(rows) / sizeof(rows[0]),
};
