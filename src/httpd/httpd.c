/* SPDX-License-Identifier: ISC */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "httpd/delay.h"
#include "httpd/httpd.h"
#include "httpd/inside.h"
#include "httpd/listen.h"
#include "httpd/request.h"
#include "httpd/respond.h"

/*
 * How strict the library is by itself. Before 1.0 strictness adds nothing that
 * request_check() has not, and its own refusals have their head twice.
 */
#if MHD_VERSION >= 0x01000000
#define DISCIPLINE MHD_OPTION_CLIENT_DISCIPLINE_LVL, 1
#else
#define DISCIPLINE MHD_OPTION_STRICT_FOR_CLIENT, 0
#endif

unsigned short
httpd_port(const struct httpd *httpd)
{
	return httpd->config.port;
}

/* One that is as good as new, or a new one; NULL out of memory. */
static struct exchange *
exchange_new(struct httpd *httpd)
{
	struct exchange *x = httpd->spare;

	if (x == NULL)
		return calloc(1, sizeof(*x));
	httpd->spare = x->next;
	httpd->n_spare--;
	memset(x, 0, offsetof(struct exchange, fields));
	return x;
}

static void
exchange_free(struct httpd *httpd, struct exchange *x)
{
	if (x == NULL)
		return;
	buffer_clear(&x->body);
	if (x->answered)
		httpd_answer_clear(&x->answer);
	free(x->target);
	if (httpd->n_spare == SPARE_MAX) {
		free(x);
		return;
	}
	x->next = httpd->spare;
	httpd->spare = x;
	httpd->n_spare++;
}

/* Before the fields are read: the only place where the raw target is shown. */
static void *
begin(void *cls, const char *uri, struct MHD_Connection *connection)
{
	struct httpd *httpd = cls;
	struct exchange *x = exchange_new(httpd);

	(void)connection;
	if (x == NULL)
		return NULL;
	buffer_init(&x->body, httpd->config.body_max);
	x->target = strdup(uri);
	if (x->target == NULL) {
		exchange_free(httpd, x);
		return NULL;
	}
	x->query = strchr(x->target, '?');
	if (x->query != NULL)
		*x->query++ = '\0';
	return x;
}

static void
complete(void *cls, struct MHD_Connection *connection, void **con_cls,
    enum MHD_RequestTerminationCode why)
{
	struct exchange *x = *con_cls;

	(void)connection;
	(void)why;
	if (x != NULL && x->adopted != NULL)
		httpd_request_is_due(x->adopted);
	exchange_free(cls, x);
	*con_cls = NULL;
}

/* Nothing is decoded behind our back: %00 and %2f stay what they are. */
static size_t
keep_escapes(void *cls, struct MHD_Connection *connection, char *s)
{
	(void)cls;
	(void)connection;
	return strlen(s);
}

static enum MHD_Result
take_field(void *cls, enum MHD_ValueKind kind, const char *key, size_t key_len,
    const char *value, size_t value_len)
{
	struct exchange *x = cls;
	struct httpd_field *field = &x->fields[x->field_count];

	(void)kind;
	if (x->field_count == FIELDS_MAX) {
		x->too_many = 1;
		return MHD_NO;
	}
	field->name = key;
	field->name_len = key_len;
	field->value = value == NULL ? "" : value;
	field->value_len = value == NULL ? 0 : value_len;
	x->field_count++;
	return MHD_YES;
}

static enum MHD_Result
refuse(struct MHD_Connection *connection, int status, const char *why)
{
	struct httpd_answer answer;
	enum MHD_Result ok = MHD_NO;

	httpd_answer_init(&answer);
	answer.status = status;
	answer.content_type = "text/plain";
	answer.close = 1; /* where the next request begins is not sure */
	if (buffer_printf(&answer.body, "%s\n", why) == SEGL_OK)
		ok = httpd_respond(connection, NULL, &answer);
	httpd_answer_clear(&answer);
	return ok;
}

static struct httpd_request
request_of(struct exchange *x, const char *method)
{
	return (struct httpd_request){ .method = method,
		.peer = x->adopted == NULL ? NULL : &x->adopted->peer,
		.waiting = x->adopted == NULL ? NULL : &x->waiting,
		.path = x->target,
		.query = x->query,
		.fields = x->fields,
		.field_count = x->field_count,
		.body = x->body.data == NULL ? "" : x->body.data,
		.body_len = x->body.len,
		.turn = x->turn };
}

/* Whose connection it is, and what is needed to answer later. */
static int
take_peer(
    struct httpd *httpd, struct exchange *x, struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
	    connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	x->adopted = info == NULL ? NULL : info->socket_context;
	x->waiting.httpd = httpd;
	x->waiting.connection = connection;
	x->waiting.exchange = x;
	return x->adopted != NULL;
}

static enum MHD_Result
look_at_head(struct httpd *httpd, struct exchange *x,
    struct MHD_Connection *connection, const char *method, const char *version)
{
	struct httpd_request request;
	const char *why;
	int status;

	x->seen = 1;
	if (httpd->delay == NULL && !take_peer(httpd, x, connection))
		return MHD_NO;
	(void)MHD_get_connection_values_n(
	    connection, MHD_HEADER_KIND, take_field, x);
	request = request_of(x, method);
	if (x->too_many)
		return refuse(connection, 431, "too many fields");
	status = request_check(&request, version, &httpd->config, &why);
	if (status != 0)
		return refuse(connection, status, why);
	return MHD_YES;
}

/*
 * Have ANSWER wait for its time; the library calls again then. Returns 0, or
 * -1 where it has to be sent at once.
 */
static int
keep_waiting(
    struct httpd *httpd, struct exchange *x, struct MHD_Connection *connection)
{
	if (x->answer.delay_ms == 0 || httpd->delay == NULL)
		return -1;
	return delay_add(httpd->delay, connection, x->answer.delay_ms);
}

static enum MHD_Result
answer_request(struct httpd *httpd, struct exchange *x,
    struct MHD_Connection *connection, const char *method)
{
	struct httpd_request request = request_of(x, method);

	if (x->adopted != NULL)
		httpd_request_is_here(x->adopted);
	if (x->answered && !x->answer.again)
		return httpd_respond(connection, httpd->delay, &x->answer);
	if (x->answered) {
		httpd_answer_clear(&x->answer);
		request.turn = ++x->turn;
	}
	httpd_answer_init(&x->answer);
	x->answered = 1;
	if (httpd->config.handle(httpd->config.arg, &request, &x->answer) !=
	    SEGL_OK)
		return refuse(connection, 500, "internal error");
	if (x->waiting.asked_for) {
		MHD_suspend_connection(connection);
		return MHD_YES;
	}
	if (keep_waiting(httpd, x, connection) == 0)
		return MHD_YES;
	/* where nobody can wait any more, what is not ready is not to be had */
	if (x->answer.again)
		return refuse(connection, 503, "stopping");
	return httpd_respond(connection, httpd->delay, &x->answer);
}

/* Called with the head, then with each piece of the body, then to answer. */
static enum MHD_Result
handle(void *cls, struct MHD_Connection *connection, const char *url,
    const char *method, const char *version, const char *upload,
    size_t *upload_len, void **con_cls)
{
	struct httpd *httpd = cls;
	struct exchange *x = *con_cls;
	size_t len = *upload_len;

	(void)url;
	if (x == NULL)
		return MHD_NO;
	if (!x->seen)
		return look_at_head(httpd, x, connection, method, version);
	if (len == 0)
		return answer_request(httpd, x, connection, method);
	*upload_len = 0;
	/* a body that goes on past the limit announced no length: just close */
	if (buffer_add(&x->body, upload, len) != SEGL_OK)
		return MHD_NO;
	return MHD_YES;
}

struct MHD_Daemon *
httpd_start_daemon(struct httpd *httpd, unsigned int flags, int fd)
{
	const struct httpd_config *config = &httpd->config;
	struct MHD_OptionItem tls[] = {
		{ MHD_OPTION_HTTPS_PRIORITIES, 0,
		    (void *)"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2" },
		{ MHD_OPTION_HTTPS_MEM_CERT, 0,
		    (void *)config->certificate_pem },
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)config->key_pem },
		{ MHD_OPTION_END, 0, NULL },
	};
	struct MHD_OptionItem own[] = {
		{ MHD_OPTION_LISTEN_SOCKET, fd, NULL },
		{ MHD_OPTION_END, 0, NULL },
	};
	struct MHD_OptionItem adopted[] = {
		{ MHD_OPTION_NOTIFY_CONNECTION,
		    (intptr_t)httpd_notice_connection, httpd },
		{ MHD_OPTION_END, 0, NULL },
	};

	if (config->certificate_pem != NULL || httpd->retrieve != NULL)
		flags |= MHD_USE_TLS;
	else
		tls[0].option = MHD_OPTION_END;
	if (httpd->retrieve != NULL) {
		tls[1].option = MHD_OPTION_HTTPS_CERT_CALLBACK;
		tls[1].ptr_value = (void *)(uintptr_t)httpd->retrieve;
		tls[2].option = MHD_OPTION_END;
	}
	return MHD_start_daemon(flags, 0, NULL, NULL, handle, httpd,
	    MHD_OPTION_ARRAY, fd >= 0 ? own : adopted,
	    MHD_OPTION_CONNECTION_LIMIT, config->connections,
	    MHD_OPTION_CONNECTION_TIMEOUT, config->timeout_s,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, config->head_max, DISCIPLINE,
	    MHD_OPTION_URI_LOG_CALLBACK, begin, httpd,
	    MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL,
	    MHD_OPTION_NOTIFY_COMPLETED, complete, httpd, MHD_OPTION_ARRAY, tls,
	    MHD_OPTION_END);
}

enum segl_status
httpd_listen(
    struct segl *segl, const struct httpd_config *config, struct httpd **out)
{
	struct httpd *httpd = calloc(1, sizeof(*httpd));
	enum segl_status status;

	*out = NULL;
	if (httpd == NULL)
		return error_nomem(segl);
	httpd->config = *config;
	httpd->fd = -1;
	httpd->delay = delay_new();
	status = httpd->delay == NULL ? error_nomem(segl)
				      : listen_tcp(segl, config->address,
					    &httpd->config.port, &httpd->fd);
	if (status == SEGL_OK)
		*out = httpd;
	else
		httpd_stop(httpd);
	return status;
}

enum segl_status
httpd_start(struct httpd *httpd, struct segl *segl)
{
	httpd->daemon = httpd_start_daemon(httpd,
	    MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC |
		MHD_ALLOW_SUSPEND_RESUME,
	    httpd->fd);
	if (httpd->daemon == NULL)
		return error_set(segl, SEGL_EINTERNAL, SEGL_TURN_SEGL,
		    "libmicrohttpd %s does not start%s", MHD_get_version(),
		    httpd->config.certificate_pem == NULL
			? ""
			: ": certificate, key or TLS support");
	httpd->fd = -1; /* the library closes it */
	return SEGL_OK;
}

void
httpd_stop(struct httpd *httpd)
{
	if (httpd == NULL)
		return;
	/* the library cannot stop while a connection is suspended */
	delay_stop(httpd->delay);
	if (httpd->daemon != NULL)
		MHD_stop_daemon(httpd->daemon);
	delay_free(httpd->delay);
	if (httpd->fd >= 0)
		close(httpd->fd);
	for (struct exchange *x = httpd->spare, *next; x != NULL; x = next) {
		next = x->next;
		free(x);
	}
	free(httpd->arriving);
	free(httpd);
}
