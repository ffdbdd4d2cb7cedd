/* SPDX-License-Identifier: MIT */
/*
 * curl_sockets.h - glue between libcurl's multi interface and the loop: libcurl's sockets become
 * watchers, its timeout a timer, and descriptors are opened only while enough are left.
 *
 * A connection keeps one watcher for its whole life, and goes on being watched for reading between
 * requests. So a request on a warm connection changes nothing in epoll, and a server closing an
 * idle connection is noticed.
 */
#ifndef HTTP_CURL_SOCKETS_H
#define HTTP_CURL_SOCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <curl/curl.h>

#include "base/pool.h"
#include "base/list.h"
#include "core/loop.h"

struct curl_socket;

struct curl_sockets {
    uint64_t opened, open, idle_closed; /* read only */
    /* private */
    struct loop *loop;
    CURLM *multi;
    struct loop_timer timer;
    int64_t timer_due_ns;   /* when libcurl wants to be called; INT64_MAX: not at all */
    int64_t timer_armed_ns; /* when the timer fires: never later than that */
    bool expired;           /* libcurl asked for a call at once */
    bool streams;           /* requests may share a connection, and libcurl needs watching */
    struct list shared;     /* curl_socket.link: to be looked at again */
    struct loop_timer look_timer;
    struct curl_socket **by_fd;
    size_t by_fd_count;
    struct pool pool;
    int highest_fd; /* from there on descriptors are left to the rest of the process */
    bool ports_warned;
    void (*on_activity)(void *data);
    void *data;
};

/* on_activity is called after each time libcurl ran: transfers may have finished. */
void curl_sockets_init(struct curl_sockets *sockets, struct loop *loop, CURLM *multi,
                       void (*on_activity)(void *data), void *data);
void curl_sockets_fini(struct curl_sockets *sockets); /* after curl_multi_cleanup() */

/* Runs what libcurl asked to run at once; false if there was nothing. */
bool curl_sockets_run_expired(struct curl_sockets *sockets);

/* From now on requests may share connections, as streams of HTTP/2. */
void curl_sockets_stream(struct curl_sockets *sockets);

/* Data of an easy handle's OPENSOCKETFUNCTION. */
struct curl_socket_opener {
    struct curl_sockets *sockets;
    int error; /* errno of the last socket that could not be opened; reset by the owner */
};

curl_socket_t curl_sockets_open(void *opener, curlsocktype purpose, struct curl_sockaddr *address);
int curl_sockets_close(void *sockets, curl_socket_t fd);

/* A connect failed with EADDRNOTAVAIL; the first time, says in the log what that may mean. */
void curl_sockets_no_port(struct curl_sockets *sockets);

#endif
