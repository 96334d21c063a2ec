/* SPDX-License-Identifier: ISC */
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "sim/issue.h"
#include "sim/material.h"

/* Written first with "making", last with "ready": half a set is made anew. */
#define STATE_FILE   "segl-sim.state"
#define STATE_READY  "ready 6\n" /* grows with the set of files */
#define STATE_MAKING "making\n"
#define PORT_FILE    "segl-sim.port"

const char *const material_files[] = { STATE_FILE, MATERIAL_CA, MATERIAL_CA_KEY,
	"server.pem", "server.key", MATERIAL_TOKEN, MATERIAL_TOKEN_KEY,
	"seal-root.pem", MATERIAL_SEAL_CA, "seal-ca.key", "seal.pem",
	MATERIAL_SEAL, MATERIAL_PIN, MATERIAL_ENTERPRISE_ROOT,
	MATERIAL_ENTERPRISE_CA, "enterprise-ca.key", "enterprise.pem",
	MATERIAL_ENTERPRISE, MATERIAL_ENTERPRISE_PIN, MATERIAL_REGISTERED,
	MATERIAL_REGISTERED_JWK, MATERIAL_REGISTRY, MATERIAL_ANCHORS,
	MATERIAL_ANCHORS_KEY, MATERIAL_OLD_ANCHORS, MATERIAL_OLD_ANCHORS_KEY,
	PORT_FILE, "seal-root.key", "enterprise-root.key",
	MATERIAL_ANCHORS_CONF, MATERIAL_OLD_ANCHORS_CONF, MATERIAL_TRUST,
	NULL };

static enum segl_status
write_state(
    const struct directory *directory, struct segl *segl, const char *state)
{
	enum segl_status status;
	struct buffer bytes;

	buffer_init(&bytes, FILE_KEY_MAX);
	status = buffer_add_str(&bytes, state);
	if (status == SEGL_OK)
		status =
		    directory_write(directory, segl, STATE_FILE, &bytes, 0600);
	buffer_clear(&bytes);
	return status;
}

/* Non-zero where all files are there. */
static int
is_ready(const struct directory *directory, struct segl *segl)
{
	struct buffer state;
	int ready = 0;

	if (!directory_has(directory, STATE_FILE))
		return 0;
	buffer_init(&state, sizeof(STATE_MAKING));
	if (directory_read(directory, segl, STATE_FILE, &state) == SEGL_OK)
		ready = strcmp(state.data == NULL ? "" : state.data,
			    STATE_READY) == 0;
	buffer_clear(&state);
	return ready;
}

static enum segl_status
write_port(
    const struct directory *directory, struct segl *segl, unsigned short port)
{
	enum segl_status status;
	struct buffer bytes;

	buffer_init(&bytes, FILE_KEY_MAX);
	status = buffer_printf(&bytes, "%hu\n", port);
	if (status == SEGL_OK)
		status =
		    directory_write(directory, segl, PORT_FILE, &bytes, 0600);
	buffer_clear(&bytes);
	return status;
}

unsigned short
material_port(const struct directory *directory, struct segl *segl)
{
	unsigned short port = 0;
	struct buffer bytes;

	if (!is_ready(directory, segl) || !directory_has(directory, PORT_FILE))
		return 0;
	buffer_init(&bytes, sizeof("65535\n"));
	if (directory_read(directory, segl, PORT_FILE, &bytes) == SEGL_OK)
		port = (unsigned short)strtoul(bytes.data, NULL, 10);
	buffer_clear(&bytes);
	return port;
}

/* Files that are not ours must not be overwritten. */
static enum segl_status
check_foreign(const struct directory *directory, struct segl *segl)
{
	if (directory_has(directory, STATE_FILE))
		return SEGL_OK;
	for (size_t i = 0; material_files[i] != NULL; i++) {
		if (!directory_has(directory, material_files[i]))
			continue;
		error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "%s has a file %s that segl-sim did not make",
		    directory->path, material_files[i]);
		error_remedy(segl, "name another directory");
		return SEGL_EUSAGE;
	}
	return SEGL_OK;
}

static enum segl_status
make(const struct directory *directory, struct segl *segl, unsigned short port,
    long long now)
{
	enum segl_status status = check_foreign(directory, segl);

	if (status == SEGL_OK)
		status = write_state(directory, segl, STATE_MAKING);
	if (status == SEGL_OK)
		status = issue_all(directory, segl, port, now);
	if (status == SEGL_OK)
		status = write_port(directory, segl, port);
	if (status == SEGL_OK)
		status = write_state(directory, segl, STATE_READY);
	return status;
}

static enum segl_status
damaged(const struct directory *directory, struct segl *segl, const char *name)
{
	ERR_clear_error();
	error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU, "%s/%s is damaged",
	    directory->path, name);
	error_remedy(segl, "remove %s, it is made anew", directory->path);
	return SEGL_EUSAGE;
}

/* The certificates in PEM, appended to PATH; 0, or -1. */
static int
parse_path(const struct buffer *pem, STACK_OF(X509) * path)
{
	BIO *bio = BIO_new_mem_buf(pem->data, (int)pem->len);
	X509 *x509;
	int n = 0;

	while (bio != NULL &&
	    (x509 = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL) {
		if (sk_X509_push(path, x509) <= 0) {
			X509_free(x509);
			n = 0;
			break;
		}
		n++;
	}
	BIO_free(bio);
	ERR_clear_error();
	return n > 0 ? 0 : -1;
}

static enum segl_status
load_token_path(struct material *material, struct segl *segl,
    const struct directory *directory)
{
	struct buffer pem;
	enum segl_status status;

	material->token_path = sk_X509_new_null();
	if (material->token_path == NULL)
		return error_nomem(segl);
	buffer_init(&pem, FILE_KEY_MAX);
	status = directory_read(directory, segl, MATERIAL_TOKEN, &pem);
	if (status == SEGL_OK && parse_path(&pem, material->token_path) != 0)
		status = damaged(directory, segl, MATERIAL_TOKEN);
	buffer_clear(&pem);
	return status;
}

static enum segl_status
load_token_key(struct material *material, struct segl *segl,
    const struct directory *directory)
{
	struct buffer pem;
	enum segl_status status;
	BIO *bio;

	buffer_init(&pem, FILE_KEY_MAX);
	status = directory_read(directory, segl, MATERIAL_TOKEN_KEY, &pem);
	if (status != SEGL_OK)
		goto out;
	bio = BIO_new_mem_buf(pem.data, (int)pem.len);
	if (bio != NULL)
		material->token_key =
		    PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
	BIO_free(bio);
	if (material->token_key == NULL ||
	    X509_check_private_key(sk_X509_value(material->token_path, 0),
		material->token_key) != 1)
		status = damaged(directory, segl, MATERIAL_TOKEN_KEY);
out:
	buffer_clear(&pem);
	return status;
}

static enum segl_status
load_token(struct material *material, struct segl *segl,
    const struct directory *directory)
{
	enum segl_status status = load_token_path(material, segl, directory);

	return status == SEGL_OK ? load_token_key(material, segl, directory)
				 : status;
}

/* What is over cannot be of use: clients would refuse the server. */
static enum segl_status
check_dates(const struct directory *directory, struct segl *segl,
    const char *name, long long now)
{
	STACK_OF(X509) *path = sk_X509_new_null();
	enum segl_status status;
	struct buffer pem;
	time_t at = (time_t)now;

	if (path == NULL)
		return error_nomem(segl);
	buffer_init(&pem, FILE_KEY_MAX);
	status = directory_read(directory, segl, name, &pem);
	if (status == SEGL_OK && parse_path(&pem, path) != 0)
		status = damaged(directory, segl, name);
	if (status == SEGL_OK &&
	    X509_cmp_time(X509_get0_notAfter(sk_X509_value(path, 0)), &at) <
		0) {
		status = error_set(segl, SEGL_EUSAGE, SEGL_TURN_YOU,
		    "the certificate in %s/%s is over", directory->path, name);
		error_remedy(
		    segl, "remove %s, it is made anew", directory->path);
	}
	buffer_clear(&pem);
	sk_X509_pop_free(path, X509_free);
	return status;
}

static enum segl_status
load(struct material *material, struct segl *segl,
    const struct directory *directory, long long now)
{
	enum segl_status status;

	status = check_dates(directory, segl, "server.pem", now);
	if (status == SEGL_OK)
		status = check_dates(directory, segl, "seal.pem", now);
	if (status == SEGL_OK)
		status = check_dates(directory, segl, "enterprise.pem", now);
	if (status == SEGL_OK)
		status = directory_read(
		    directory, segl, "server.pem", &material->server_pem);
	if (status == SEGL_OK)
		status = directory_read(
		    directory, segl, "server.key", &material->server_key_pem);
	if (status == SEGL_OK && directory_has(directory, MATERIAL_TOKEN_KEY))
		status = load_token(material, segl, directory);
	return status;
}

enum segl_status
material_token(struct material *material, struct segl *segl,
    const struct directory *directory, long long now)
{
	enum segl_status status = SEGL_OK;

	if (!directory_has(directory, MATERIAL_TOKEN_KEY))
		status = issue_token(directory, segl, now);
	return status == SEGL_OK ? load_token(material, segl, directory)
				 : status;
}

enum segl_status
material_open(struct material *material, struct segl *segl,
    const struct directory *directory, unsigned short port, long long now)
{
	enum segl_status status = SEGL_OK;

	memset(material, 0, sizeof(*material));
	buffer_init(&material->server_pem, FILE_KEY_MAX);
	buffer_init(&material->server_key_pem, FILE_KEY_MAX);
	if (!is_ready(directory, segl))
		status = make(directory, segl, port, now);
	if (status == SEGL_OK)
		status = load(material, segl, directory, now);
	if (status != SEGL_OK)
		material_clear(material);
	return status;
}

void
material_clear(struct material *material)
{
	buffer_clear(&material->server_pem);
	buffer_clear(&material->server_key_pem);
	EVP_PKEY_free(material->token_key);
	sk_X509_pop_free(material->token_path, X509_free);
	material->token_key = NULL;
	material->token_path = NULL;
}
