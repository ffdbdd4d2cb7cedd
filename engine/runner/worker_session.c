/* SPDX-License-Identifier: MIT */
/* worker_session.c - a worker's tie to its master: calls until it answers, then heartbeats. */
#define LOGGER "locust.runners"
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "runner/worker_orders.h"
#include "runner/worker_private.h"

static const int64_t call_interval_ns = 5 * NS_PER_S;
static const int64_t heartbeat_interval_ns = NS_PER_S;
static const int64_t stats_interval_ns = 3 * NS_PER_S;
static const int64_t logs_interval_ns = 10 * NS_PER_S;
static const int64_t recall_after_ns = 10 * NS_PER_S; /* of silence on a live connection */
static const int64_t master_timeout_ns = 60 * NS_PER_S;

/* ---- Calling the master ---- */

static void call_if_possible(struct worker *worker)
{
    if (worker->session && !worker->call_sent) {
        worker_send_call(worker);
    }
}

/*
 * At most one call waits on a connection: repeats would queue up while nobody listens and reach a
 * late master in one burst.
 */
void worker_call_master(struct worker *worker, int calls)
{
    worker->calling = true;
    worker->call_sent = false;
    worker->calls_left = calls;
    call_if_possible(worker);
    loop_timer_repeat(&worker->call_timer, call_interval_ns);
}

static void on_call_timer(struct loop_timer *timer)
{
    struct worker *worker = timer->data;

    if (worker->calls_left > 0 && --worker->calls_left == 0) {
        log_error("no answer from the master at %s:%d after %d calls of %g s; is it running, and "
                  "is the port open?",
                  worker->options->master_host,
                  worker->options->master_port,
                  WORKER_CALLS,
                  seconds_from_ns(call_interval_ns));
        worker_finish(worker, WORKER_END_NO_MASTER);
        return;
    }
    if (!worker->connected) {
        log_write(worker->calls_left > WORKER_CALLS - 6 ? LOG_DEBUG : LOG_INFO,
                  LOGGER,
                  "no answer from the master at %s:%d yet, calling again",
                  worker->options->master_host,
                  worker->options->master_port);
    }
    worker->call_sent = false;
    call_if_possible(worker);
}

void worker_stop_calling(struct worker *worker)
{
    worker->calling = worker->recalling = false;
    loop_timer_stop(&worker->call_timer);
}

void worker_on_session(void *data, bool up)
{
    struct worker *worker = data;

    worker->session = up;
    worker->session_ns = clock_mono_ns();
    worker->call_sent = false; /* whatever was sent before went to another connection */
    /* At once, as the master may be about to miss us. And one that knows us answers it before a
     * call, whose answer then does not pass for that of a new master, which would end the test. */
    if (up && worker->connected) {
        worker_send_heartbeat(worker);
    }
    if (up && worker->calling) {
        call_if_possible(worker);
    }
}

/* ---- Heartbeats and reports ---- */

/* ---- Timers ---- */

/* Its users would load the target with nobody to stop them. */
static void give_up_on_master(struct worker *worker)
{
    log_error("the master has been silent for %g s: stopping the test and calling it again",
              seconds_from_ns(master_timeout_ns));
    worker->armed = worker->connected = false;
    if (worker->state == WORKER_SPAWNING || worker->state == WORKER_RUNNING) {
        worker_stop_test(worker);
    }
    loop_timer_stop(&worker->heartbeat_timer);
    worker_call_master(worker, WORKER_CALLS);
}

static void on_heartbeat_timer(struct loop_timer *timer)
{
    struct worker *worker = timer->data;
    int64_t now_ns = clock_mono_ns();
    int64_t since_ns =
        worker->heard_ns > worker->session_ns ? worker->heard_ns : worker->session_ns;

    memset(worker->crashes, 0, sizeof(worker->crashes));
    if (worker->session) {
        worker_send_heartbeat(worker);
    }
    if (worker->state == WORKER_QUITTING || !worker->armed) {
        return;
    }
    if (now_ns - worker->heard_ns > master_timeout_ns) {
        give_up_on_master(worker);
    } else if (worker->session && !worker->calling && now_ns - since_ns > recall_after_ns) {
        log_warning("the master does not answer heartbeats, so it may be a new one: calling it");
        worker->recalling = true;
        worker_call_master(worker, -1);
    }
}

static void on_stats_timer(struct loop_timer *timer)
{
    worker_send_stats(timer->data);
}

static void on_logs_timer(struct loop_timer *timer)
{
    worker_send_logs(timer->data);
}

/* Any message proves that it knows us; masters before 2.10 send no ack. */
void worker_connected(struct worker *worker)
{
    worker->connected = true;
    worker_send_heartbeat(worker);
    worker_send_stats(worker);
    worker_send_logs(worker);
    loop_timer_repeat(&worker->heartbeat_timer, heartbeat_interval_ns);
    loop_timer_repeat(&worker->stats_timer, stats_interval_ns);
    loop_timer_repeat(&worker->logs_timer, logs_interval_ns);
}

/* ---- Start and end ---- */

void worker_session_init(struct worker *worker)
{
    loop_timer_init(&worker->call_timer, worker->loop, on_call_timer, worker);
    loop_timer_init(&worker->heartbeat_timer, worker->loop, on_heartbeat_timer, worker);
    loop_timer_init(&worker->stats_timer, worker->loop, on_stats_timer, worker);
    loop_timer_init(&worker->logs_timer, worker->loop, on_logs_timer, worker);
}

void worker_session_stop(struct worker *worker)
{
    loop_timer_stop(&worker->call_timer);
    loop_timer_stop(&worker->heartbeat_timer);
    loop_timer_stop(&worker->stats_timer);
    loop_timer_stop(&worker->logs_timer);
}
