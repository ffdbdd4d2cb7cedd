/* SPDX-License-Identifier: MIT */
/*
 * web_private.h - what the routes share: the options, what was last asked for, and the caches.
 */
#ifndef WEB_WEB_PRIVATE_H
#define WEB_WEB_PRIVATE_H

#include "base/list.h"
#include "web/assets.h"
#include "web/jsonw.h"
#include "web/login.h"
#include "watch/watch.h"
#include "web/web.h"

enum { WEB_ANSWER_MAX = 256 * 1024 * 1024, WEB_WAITERS_MAX = 100 };

struct web {
    struct loop *loop;
    struct runner *runner;
    const struct web_options *options;
    struct server *server;
    struct assets *assets;
    struct login login;
    struct watch *watch;
    struct events *events;
    uint64_t ticks; /* seconds since the start */
    bool closing;
    bool host_told; /* that a name is not known */
    char *url;

    /* What was last asked for; the form shows it again. */
    int64_t users;
    double spawn_rate;
    int64_t run_time_ns; /* of the form; 0: none */
    int64_t stop_timeout_ns;
    char *host, *profile; /* NULL: none */

    int64_t run_id; /* counts tests */

    /* GET /stats/requests. */
    struct MHD_Response *stats_response;
    int64_t stats_ns; /* monotonic: made then */

    /* GET /stop waits for the end. */
    struct held *waiters[WEB_WAITERS_MAX];
    size_t waiter_count;
    struct loop_timer wait_timer;
};

/* A route's own function. */
typedef void web_route_fn(struct web *web, struct call *call);

struct snapshot web_snapshot(struct web *web);

/* What is watched are these statistics, and no others that were there before. */
void web_follow(struct web *web);

/* Something has changed that the next poll must show. */
void web_changed(struct web *web);

/* Answers with the JSON, indented if the call asks for that. Takes out. */
void web_answer_json(struct call *call, unsigned status, struct buf *out);

/* Seconds since 1970, or null for 0. */
void web_write_moment(struct jsonw *w, const char *key, int64_t wall_ns);

/* A response for call_shared(), whose headers are set. Takes out. */
struct MHD_Response *web_shared_json(const struct web *web, struct buf *out);

/* ---- routes.c ---- */

void routes_answer(struct web *web, struct call *call);
void routes_secure(const struct web *web, struct MHD_Response *response);

/* ---- stats_json.c ---- */

void stats_json_write(struct web *web, struct buf *out);
void stats_json_workers(struct jsonw *w, const struct snapshot *snapshot); /* "workers": [...] */
size_t stats_json_worker_count(const struct snapshot *snapshot); /* without missing ones */
const char *stats_json_state(const struct snapshot *snapshot);

/* ---- download.c ---- */

/* The answer at hand is a file, what.suffix with the test's facts in its name. */
void download_name(struct web *web, struct call *call, const char *what, const char *suffix);

/* ---- charts_history.c ---- */

/* "key": what /stats/history says of the last quarter of an hour. */
void charts_write_latest(struct web *web, struct jsonw *w, const char *key, size_t points);

/* ---- The handlers, by file ---- */

web_route_fn page_index, login_page, login_submit, login_out;
web_route_fn stats_json_requests;
web_route_fn control_swarm, control_stop, control_pause, control_resume, control_reset,
    control_user;
web_route_fn details_exceptions, details_tasks, details_logs, details_worker_count, details_workers;
web_route_fn download_requests, download_failures, download_exceptions, download_history;
web_route_fn report_answer;
web_route_fn probe_health, probe_ready;
web_route_fn lines_failures, lines_workers;
web_route_fn charts_history, charts_histogram, charts_heatmap, charts_phases, samples_answer,
    events_stream, metrics_answer;

void events_init(struct web *web);
void events_send(struct web *web);
void events_fini(struct web *web); /* ends the streams; events_free() once the server has gone */
void events_free(struct web *web);

void control_init(struct web *web);
void control_on_ended(struct web *web);
void control_fini(struct web *web);

struct hosts {
    const char *host; /* of all classes; NULL: none, or several */
    bool several, missing;
};

struct hosts page_hosts(const struct web *web);

/* error and next may be NULL. */
void page_login(struct web *web, struct call *call, const char *error, const char *next,
                unsigned status);

/* ---- login.c ---- */

bool login_open(struct web *web, struct err *err);
void login_stop(struct web *web); /* before the server: nobody is answered any more */
void login_close(struct web *web);
void login_refuse(const struct web *web, struct call *call);

#endif
