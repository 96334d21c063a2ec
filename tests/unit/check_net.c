/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/handover.h"
#include "net/trust.h"
#include "net/wire.h"

static void
fields_and_raw_bytes(void **state)
{
	struct buffer b;
	const char *raw;
	size_t len;

	(void)state;
	buffer_init(&b, WIRE_MAX);
	assert_int_equal(wire_add(&b, "url", "https://x/"), SEGL_OK);
	assert_int_equal(wire_add(&b, "ca", "one"), SEGL_OK);
	assert_int_equal(wire_add(&b, "ca", ""), SEGL_OK);
	assert_int_equal(wire_add_number(&b, "n", -42), SEGL_OK);
	assert_int_equal(wire_end_fields(&b), SEGL_OK);
	assert_int_equal(buffer_add(&b, "a\0b", 3), SEGL_OK);
	assert_string_equal(wire_field(&b, "url", 0), "https://x/");
	assert_string_equal(wire_field(&b, "ca", 1), "");
	assert_null(wire_field(&b, "ca", 2));
	assert_null(wire_field(&b, "one", 0));
	assert_int_equal(wire_number(&b, "n", 7), -42);
	assert_int_equal(wire_number(&b, "url", 7), 7);
	raw = wire_raw(&b, &len);
	assert_int_equal(len, 3);
	assert_memory_equal(raw, "a\0b", 3);
	buffer_clear(&b);
}

static void
damaged_payloads_do_no_harm(void **state)
{
	static const char payload[] = "url\0https://x/\0k\0v";
	const char *raw;
	size_t len;

	(void)state;
	/* the last value has no end: it does not count */
	for (size_t n = 0; n < sizeof(payload); n++) {
		struct buffer b;

		buffer_init(&b, WIRE_MAX);
		assert_int_equal(buffer_add(&b, payload, n), SEGL_OK);
		(void)wire_field(&b, "zzz", 0);
		assert_int_equal(
		    wire_field(&b, "k", 0) != NULL, n == sizeof(payload));
		raw = wire_raw(&b, &len);
		assert_non_null(raw);
		assert_int_equal(len, 0);
		buffer_clear(&b);
	}
}

static void
frames_cross_a_socket(void **state)
{
	struct buffer in, out;
	enum wire_type type;
	int s[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, s), 0);
	buffer_init(&in, WIRE_MAX);
	buffer_init(&out, WIRE_MAX);
	assert_int_equal(buffer_add(&in, "hello", 5), SEGL_OK);
	assert_int_equal(wire_send(s[0], WIRE_BODY, &in), 0);
	buffer_clear(&in);
	assert_int_equal(wire_send(s[0], WIRE_GET, &in), 0);
	assert_int_equal(wire_receive(s[1], &type, &out, -1), 0);
	assert_int_equal(type, WIRE_BODY);
	assert_string_equal(out.data, "hello");
	assert_int_equal(wire_receive(s[1], &type, &out, -1), 0);
	assert_int_equal(type, WIRE_GET);
	assert_int_equal(out.len, 0);
	assert_int_equal(
	    wire_receive(s[1], &type, &out, wire_now_ms() + 10), ETIMEDOUT);
	close(s[0]);
	assert_int_equal(wire_receive(s[1], &type, &out, -1), EPIPE);
	assert_int_equal(wire_send(s[1], WIRE_GET, &in), EPIPE);
	close(s[1]);
	buffer_clear(&out);
}

static void
nonsense_frames_are_refused(void **state)
{
	static const char *const bad[] = { "X\0\0\0\0", "G\xff\xff\xff\xff",
		"G\1\1\0\1" };
	struct buffer out;
	enum wire_type type;

	(void)state;
	buffer_init(&out, WIRE_MAX);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		int s[2];

		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, s), 0);
		assert_int_equal(write(s[0], bad[i], 5), 5);
		assert_int_equal(wire_receive(s[1], &type, &out, -1), EPROTO);
		close(s[0]);
		close(s[1]);
	}
	buffer_clear(&out);
}

static void
handover_survives_the_environment(void **state)
{
	struct net_helper in, out;
	int s[2];

	(void)state;
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, s), 0);
	in = (struct net_helper){ .fd = s[0],
		.pid = 4711,
		.asked = WIRE_POST,
		.asked_url = "https://x/token" };
	assert_int_equal(net_handover_give(&in), 0);
	assert_int_equal(fcntl(s[0], F_GETFD) & FD_CLOEXEC, 0);
	assert_int_equal(net_handover_take(&out), 1);
	assert_int_equal(out.fd, s[0]);
	assert_int_equal(out.pid, 4711);
	assert_int_equal(out.asked, WIRE_POST);
	assert_string_equal(out.asked_url, "https://x/token");
	assert_int_equal(fcntl(s[0], F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	assert_int_equal(net_handover_take(&out), 0);
	/* anything that is not a socket of ours is left alone */
	setenv("SEGL_NET", "1 4711 P https://x/", 1);
	assert_int_equal(net_handover_take(&out), 0);
	setenv("SEGL_NET", "nonsense", 1);
	assert_int_equal(net_handover_take(&out), 0);
	unsetenv("SEGL_NET");
	close(s[0]);
	close(s[1]);
}

/* What segl-net would answer, with BODY. */
static void
put_answer(int fd, const char *body)
{
	struct buffer answer;

	buffer_init(&answer, WIRE_MAX);
	assert_int_equal(wire_add_number(&answer, "status", 200), SEGL_OK);
	assert_int_equal(wire_end_fields(&answer), SEGL_OK);
	assert_int_equal(buffer_add_str(&answer, body), SEGL_OK);
	assert_int_equal(wire_send(fd, WIRE_RESPONSE, &answer), 0);
	buffer_clear(&answer);
}

/*
 * The front asked for metadata; meanwhile another run has kept them, so that
 * nobody here wants them: their answer is not that of what is asked instead.
 */
static void
what_was_asked_ahead_answers_nothing_else(void **state)
{
	struct net_options options = { .timeout_s = 5 };

	(void)state;
	for (int how = 0; how < 4; how++) {
		struct net_helper helper = { .asked = WIRE_GET,
			.asked_url = "https://x/metadata" };
		struct segl_fetch what = { .url = "https://x/other" };
		struct segl *segl = segl_new();
		struct segl_transport *net;
		struct segl_response response;
		enum segl_status status;
		int s[2];

		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, s), 0);
		helper.fd = s[0];
		put_answer(s[1], "metadata");
		put_answer(s[1], "wanted");
		assert_int_equal(
		    net_transport_adopt(segl, &helper, &options, &net),
		    SEGL_OK);
		if (how == 0)
			status = net->post(
			    net, segl, "https://x/token", "", "", 0, &response);
		else if (how == 1)
			status =
			    net->get(net, segl, "https://x/other", &response);
		else if (how == 2)
			status = net->get_as(
			    net, segl, "https://x/other", "token", &response);
		else
			status = net->fetch(net, segl, &what, &response);
		assert_int_equal(status, SEGL_OK);
		assert_string_equal(response.body, "wanted");
		segl_response_clear(&response);
		net->free(net);
		segl_free(segl);
		close(s[1]);
	}
}

static void
write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void
trust_prefers_hashed_directories(void **state)
{
	char dir[] = "/tmp/segl-trust-XXXXXX", hashed[64], plain[64], file[80];
	const char *ca[2];
	struct trust trust;
	char error[256];

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(hashed, sizeof(hashed), "%s/hashed", dir);
	snprintf(plain, sizeof(plain), "%s/plain", dir);
	assert_int_equal(mkdir(hashed, 0700), 0);
	assert_int_equal(mkdir(plain, 0700), 0);
	snprintf(file, sizeof(file), "%s/5ed36f99.0", hashed);
	write_file(file, "-----BEGIN CERTIFICATE-----\n");
	setenv("SSL_CERT_DIR", hashed, 1);
	unsetenv("SSL_CERT_FILE");

	/* the system's directory, no bundle */
	assert_int_equal(trust_find(&trust, ca, 0, 0, error), 0);
	assert_string_equal(trust.directories, hashed);
	assert_null(trust.bundle);
	trust_clear(&trust);

	/* --ca FILE adds to it, --ca-only replaces it */
	snprintf(file, sizeof(file), "%s/one.pem", plain);
	ca[0] = file;
	assert_int_equal(trust_find(&trust, ca, 1, 0, error), -1);
	assert_non_null(strstr(error, "one.pem"));
	trust_clear(&trust);
	write_file(file, "nothing\n");
	assert_int_equal(trust_find(&trust, ca, 1, 0, error), -1);
	assert_non_null(strstr(error, "no PEM certificate"));
	trust_clear(&trust);
	write_file(file, "-----BEGIN CERTIFICATE-----\n");
	assert_int_equal(trust_find(&trust, ca, 1, 0, error), 0);
	assert_string_equal(trust.directories, hashed);
	assert_true(trust.pem.len > 0);
	trust_clear(&trust);
	/* each of several, not one for all of them */
	ca[1] = "/dev/null";
	assert_int_equal(trust_find(&trust, ca, 2, 0, error), -1);
	assert_non_null(strstr(error, "/dev/null: no PEM certificate"));
	trust_clear(&trust);
	assert_int_equal(trust_find(&trust, ca, 1, 1, error), 0);
	assert_null(trust.directories);
	assert_null(trust.bundle);
	trust_clear(&trust);

	/* a directory without hash links is read */
	ca[0] = plain;
	assert_int_equal(trust_find(&trust, ca, 1, 1, error), 0);
	assert_true(trust.pem.len > 0);
	trust_clear(&trust);
	ca[0] = hashed;
	assert_int_equal(trust_find(&trust, ca, 1, 1, error), 0);
	assert_string_equal(trust.directories, hashed);
	trust_clear(&trust);

	/* a bundle in the environment; beside --ca it is read into the text */
	unsetenv("SSL_CERT_DIR");
	setenv("SSL_CERT_FILE", file, 1);
	assert_int_equal(trust_find(&trust, ca, 0, 0, error), 0);
	assert_string_equal(trust.bundle, file);
	assert_null(trust.directories);
	trust_clear(&trust);
	ca[0] = plain;
	assert_int_equal(trust_find(&trust, ca, 1, 0, error), 0);
	assert_null(trust.bundle);
	assert_true(trust.pem.len > 0);
	trust_clear(&trust);
	setenv("SSL_CERT_FILE", "/nonexistent", 1);
	assert_int_equal(trust_find(&trust, ca, 0, 0, error), -1);
	trust_clear(&trust);
	unsetenv("SSL_CERT_FILE");

	snprintf(file, sizeof(file), "%s/5ed36f99.0", hashed);
	unlink(file);
	snprintf(file, sizeof(file), "%s/one.pem", plain);
	unlink(file);
	rmdir(hashed);
	rmdir(plain);
	rmdir(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_and_raw_bytes),
		cmocka_unit_test(damaged_payloads_do_no_harm),
		cmocka_unit_test(frames_cross_a_socket),
		cmocka_unit_test(nonsense_frames_are_refused),
		cmocka_unit_test(handover_survives_the_environment),
		cmocka_unit_test(what_was_asked_ahead_answers_nothing_else),
		cmocka_unit_test(trust_prefers_hashed_directories),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
