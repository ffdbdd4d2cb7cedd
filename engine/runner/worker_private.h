/* SPDX-License-Identifier: MIT */
/*
 * worker_private.h - what worker.c (orders and states), worker_session.c (calls and heartbeats) and
 * worker_report.c (what the master is told) share.
 */
#ifndef RUNNER_WORKER_PRIVATE_H
#define RUNNER_WORKER_PRIVATE_H

#include "base/arena.h"
#include "base/buf.h"
#include "proto/message.h"
#include "runner/monitor.h"
#include "runner/squad.h"
#include "runner/wire_stats.h"
#include "runner/worker.h"
#include "stats/stats.h"

enum worker_state {
    WORKER_READY,
    WORKER_SPAWNING,
    WORKER_RUNNING,
    WORKER_STOPPING, /* users are leaving */
    WORKER_RESTING,  /* they have left; the next call to the master is not due yet */
    WORKER_QUITTING,
    WORKER_ENDED,
};

enum { TRACEBACKS_CAPPED = 64, CRASHES_PER_SECOND = 10 /* reported of one traceback */ };

/* How often a crash was reported in the running second. */
struct crash_rate {
    uint64_t hash; /* of the traceback */
    unsigned count;
};

struct worker {
    struct loop *loop;
    struct transport *transport;
    const struct scenarios *scenarios;
    const struct worker_options *options;
    struct worker_events events;

    /* The master. */
    struct link *link;
    char *identity;
    bool session;   /* the TCP connection is up */
    bool connected; /* it has answered: heartbeats and reports go out */
    bool calling;   /* client_ready was sent, or is due: an answer is awaited */
    bool recalling; /* because of its silence: the answer tells whether it is a new one */
    bool call_sent; /* within the running interval */
    int calls_left; /* -1: as long as it takes */
    int64_t index;
    bool armed; /* it answers heartbeats, so its silence means something */
    int64_t heard_ns, session_ns;
    struct wire_wants wants;
    bool wants_logs;
    struct loop_timer call_timer, heartbeat_timer, stats_timer, logs_timer, rest_timer;

    /* The test. */
    enum worker_state state;
    const char *reported; /* to the master */
    struct stats *stats;
    uint64_t requests_before, failures_before; /* of all tests, stats left out */
    struct squad *squad;                       /* NULL: none yet, or no longer */
    double last_timestamp;
    int64_t stop_timeout_ns, stop_asked_ns;
    bool reset_stats;
    bool paused;
    bool foreign;                    /* the test is another master's: nothing of it is reported */
    struct buf deferred;             /* a spawn that came while the last test was stopping */
    struct plan idle_plan;           /* names the classes while there is no test */
    struct plan_options plan;        /* of the running test */
    struct plan_override *overrides; /* the given ones, and what the master changed */
    struct arena override_texts, test_texts;

    struct monitor monitor;
    struct crash_rate crashes[TRACEBACKS_CAPPED];
    uint64_t crashes_dropped;
    uint64_t lines_reported;
    bool logs_over;
    enum worker_end end;
    bool exit_code_set;
    int exit_code;

    struct arena scratch; /* for one message */
    struct buf out;
};

/* ---- worker.c ---- */

void worker_finish(struct worker *worker, enum worker_end end); /* on_ended() is called */

/* ---- worker_session.c ---- */

enum { WORKER_CALLS = 61 /* Locust's limit */ };

void worker_session_init(struct worker *worker);
void worker_session_stop(struct worker *worker); /* all its timers */

/* Calls until stopped, or in vain so often that the worker ends; -1: as long as it takes. */
void worker_call_master(struct worker *worker, int calls);
void worker_stop_calling(struct worker *worker);

/* The master's first answer is here: heartbeats and reports begin. */
void worker_connected(struct worker *worker);

void worker_on_session(void *worker, bool up); /* for struct link_events */

/* ---- worker_report.c ---- */

/* False if it could not be sent or queued. */
bool worker_send(struct worker *worker, struct message *message);
bool worker_send_plain(struct worker *worker, enum message_type type); /* without data */

void worker_send_call(struct worker *worker); /* client_ready */
void worker_send_heartbeat(struct worker *worker);
void worker_send_stats(struct worker *worker);
void worker_reset_stats(struct worker *worker); /* to be counted anew; nothing is sent */
void worker_send_spawning_complete(struct worker *worker);
void worker_send_exception(struct worker *worker, const char *message, const char *traceback);
void worker_send_logs(struct worker *worker);

/* A scenario's own message, for current_sender_set(), and one for its handlers. */
bool worker_send_custom(void *worker, const char *type, const char *json, const char *to);
void worker_take_custom(struct worker *worker, const struct message *message);

#endif
