/* SPDX-License-Identifier: MIT */
/*
 * curl_names.h - host names, looked up once for all users.
 *
 * libcurl's resolver starts a thread per lookup, so 10,000 users starting at once would be 10,000
 * threads, and its error doesn't tell a misspelt name from a dead name server. Here one thread
 * works per name; whoever asks meanwhile waits for the same answer. A found address is kept until
 * the end and given to libcurl's cache; a failure is forgotten, so the next request asks again.
 */
#ifndef HTTP_CURL_NAMES_H
#define HTTP_CURL_NAMES_H

#include <curl/curl.h>

#include "base/err.h"
#include "base/list.h"
#include "core/loop.h"
#include "http/url.h"

struct curl_names;

enum curl_names_answer {
    NAMES_READY,   /* go ahead */
    NAMES_PENDING, /* the waiter is in the queue */
};

/*
 * Called for each waiter when its name was looked up, after it left the queue; error is
 * getaddrinfo's, 0 for success.
 */
typedef void curl_names_fn(void *data, struct list *waiter, int error);

/* Called now and then for each waiter: the waiter may leave the queue with list_remove(). */
typedef void curl_names_check_fn(void *data, struct list *waiter);

struct curl_names *curl_names_new(struct loop *loop, curl_names_fn *on_answer,
                                  curl_names_check_fn *on_check, void *data);
void curl_names_free(struct curl_names *names); /* nobody may wait any more */

/* A waiter leaves by list_remove(). */
enum curl_names_answer curl_names_ask(struct curl_names *names, const struct url_origin *origin,
                                      struct list *waiter);

/*
 * The entry libcurl's cache still lacks for an origin that is ready; NULL when it needs none. Valid
 * until curl_names_free().
 */
struct curl_slist *curl_names_entry(struct curl_names *names, const struct url_origin *origin);
/* A transfer that carried the entry got through: libcurl has it. */
void curl_names_entry_used(struct curl_slist *entry);

/* Looks up now, blocking. */
bool curl_names_resolve(struct curl_names *names, const struct url_origin *origin, struct err *err);

#endif
