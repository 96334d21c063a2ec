/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "sim/gzip.h"
#include "sim/publish.h"
#include "sim/sim.h"

#define MEDIA_TYPE "application/vnd.etsi.tsl+xml" /* TS 119 612, 6.1 */
#define URL_MAX    64

/* Made late: a simulator that nobody asks for lists starts sooner. */
static enum segl_status
make(struct sim *sim)
{
	char url[URL_MAX];

	if (sim->lists.count > 0)
		return SEGL_OK;
	snprintf(url, sizeof(url), "%stl/", sim->issuer);
	segl_error_clear(sim->segl);
	return publish_lists(&sim->lists, sim->segl, &sim->directory, url,
	    (long long)time(NULL) + faults_clock_offset_s(&sim->faults));
}

enum segl_status
lists_answer(struct sim *sim, const struct httpd_request *request,
    struct httpd_answer *answer)
{
	const char *known = httpd_request_field(request, "If-None-Match");
	const char *coding = httpd_request_field(request, "Accept-Encoding");
	const struct list_file *file;
	enum segl_status status;

	answer->status = 405;
	if (strcmp(request->method, "GET") != 0 &&
	    strcmp(request->method, "HEAD") != 0) {
		httpd_answer_field(answer, "Allow", "GET, HEAD");
		return SEGL_OK;
	}
	status = make(sim);
	if (status != SEGL_OK)
		return status;
	file = lists_find(&sim->lists, request->path + strlen(LISTS_PATH));
	answer->status = 404;
	if (file == NULL)
		return SEGL_OK;
	httpd_answer_field(answer, "ETag", file->etag);
	answer->status = 304;
	if (known != NULL && strstr(known, file->etag) != NULL)
		return SEGL_OK;
	answer->status = 200;
	answer->content_type = MEDIA_TYPE;
	httpd_answer_field(answer, "Vary", "Accept-Encoding");
	if (coding != NULL && strstr(coding, "gzip") != NULL) {
		httpd_answer_field(answer, "Content-Encoding", "gzip");
		return gzip_store(&answer->body, file->text, file->len);
	}
	return buffer_add(&answer->body, file->text, file->len);
}
