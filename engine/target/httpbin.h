/* SPDX-License-Identifier: MIT */
/*
 * httpbin.h - the routes of httpbin: what was sent comes back, and answers can be asked for by
 * status, size, delay, encoding and redirect.
 *
 * The routes are spread over httpbin*.c; each file mounts its own.
 */
#ifndef TARGET_HTTPBIN_H
#define TARGET_HTTPBIN_H

#include "base/rng.h"
#include "target/server.h"

#define HTTPBIN_DELAY_MAX_S 10.0
#define HTTPBIN_BYTES_MAX (100UL * 1024)
#define HTTPBIN_LINES_MAX 100UL /* of /stream */
#define HTTPBIN_URL_MAX_BYTES ((size_t)128 << 10)

struct httpbin {
    struct rng rng;
    struct MHD_Response *empty, *json, *xml, *html, *robots, *teapot;
};

struct httpbin *httpbin_new(void);
void httpbin_free(struct httpbin *httpbin); /* after the server */

void httpbin_mount(struct httpbin *httpbin, struct server *server);

/* For httpbin*.c only. */
void httpbin_mount_auth(struct httpbin *httpbin, struct server *server);
void httpbin_mount_content(struct httpbin *httpbin, struct server *server);
void httpbin_mount_redirect(struct httpbin *httpbin, struct server *server);

/* {"args", "headers", "origin", "url"}, owned by the caller. */
json_t *httpbin_echo(const struct request *request);
void httpbin_answer(struct request *request, json_t *json); /* 200; adopts it */

#endif
