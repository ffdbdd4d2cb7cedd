/* SPDX-License-Identifier: MIT */
/* worker.c - a worker's life: calling the master, its orders, the end. */
#define LOGGER "locust.runners"
#include "runner/worker.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "runner/identity.h"
#include "runner/log_tail.h"
#include "runner/worker_orders.h"
#include "runner/worker_private.h"
#include "sim/current.h"

/* ---- The master's answers ---- */

/* A master that took our call for a first one knows nothing of the test we run. */
static void leave_test_of_another(struct worker *worker)
{
    log_warning("a new master has answered: stopping the test of the old one");
    worker->foreign = true;
    worker->wants_logs = false;
    worker_stop_test(worker);
}

static void take_ack(struct worker *worker, const struct message_ack *ack)
{
    bool new_master = worker->recalling;

    worker->wants = (struct wire_wants){.hdr = ack->hdr, .detail = ack->detail};
    failures_keep_captures(stats_failures(worker->stats),
                           ack->samples ? CAPTURE_RATIONED : CAPTURE_NONE);
    if (ack->index >= 0 && ack->index != worker->index) {
        worker->index = ack->index;
        log_debug("worker index is %lld", (long long)ack->index);
    }
    if (worker->calling) {
        worker->last_timestamp = 0; /* a new master's clock may be behind */
    }
    worker_stop_calling(worker);
    if (new_master && worker->squad) {
        leave_test_of_another(worker);
    }
}

static void take_heartbeat(struct worker *worker)
{
    worker->heard_ns = clock_mono_ns();
    worker->armed = true;
    if (worker->recalling) { /* it was only slow, and knows us still */
        worker_stop_calling(worker);
    }
}

static void take_spawning_complete(struct worker *worker)
{
    worker->wants_logs = true;
    worker_send_logs(worker);
    if (worker->reset_stats) {
        log_info("Resetting stats");
        worker_reset_stats(worker);
    }
}

static void reconnect(struct worker *worker)
{
    log_warning("the master asks for a new connection: it could not read our last message");
    worker->session = false;
    link_reopen(worker->link);
}

static void take(struct worker *worker, const struct message *message, const void *bytes,
                 size_t length)
{
    switch (message->type) {
    case MESSAGE_ACK:
        take_ack(worker, &message->ack);
        break;
    case MESSAGE_HEARTBEAT:
        take_heartbeat(worker);
        break;
    case MESSAGE_SPAWN:
        if (worker->state == WORKER_STOPPING || worker->state == WORKER_RESTING) {
            buf_clear(&worker->deferred);
            buf_add(&worker->deferred, bytes, length);
        } else if (worker->state != WORKER_QUITTING) {
            worker_spawn(worker, &message->spawn);
        }
        break;
    case MESSAGE_STOP:
        worker_take_stop(worker, &message->stop);
        break;
    case MESSAGE_QUIT:
        log_info("Got quit message from master, shutting down...");
        worker_quit(worker);
        break;
    case MESSAGE_SPAWNING_COMPLETE:
        take_spawning_complete(worker);
        break;
    case MESSAGE_RECONNECT:
        reconnect(worker);
        break;
    case MESSAGE_UPDATE_USER_CLASS:
        worker_update_class(worker, &message->update_user_class);
        break;
    case MESSAGE_PAUSE:
        worker_pause(worker, message->pause.paused == FLAG_YES);
        break;
    case MESSAGE_CUSTOM:
        worker_take_custom(worker, message);
        break;
    default:
        break;
    }
}

static void on_message(void *data, struct link_peer from, const void *bytes, size_t length)
{
    struct worker *worker = data;
    struct message message;
    struct arena arena = {0};
    struct err err;

    (void)from;
    if (worker->state == WORKER_ENDED) {
        return;
    }
    if (!message_decode(&message, MESSAGE_TO_WORKER, bytes, length, &arena, &err)) {
        log_warning("a message of the master makes no sense and is ignored: %s", err.text);
    } else {
        bool first = !worker->connected;

        if (message.type != MESSAGE_ACK && worker->calling && !worker->recalling) {
            worker_stop_calling(worker);
        }
        take(worker, &message, bytes, length);
        if (first && worker->state != WORKER_ENDED) {
            worker_connected(worker);
        }
    }
    arena_fini(&arena);
}

/* ---- The end of a test, and of the worker ---- */

void worker_finish(struct worker *worker, enum worker_end end)
{
    worker->state = WORKER_ENDED;
    worker->end = end;
    worker_session_stop(worker);
    loop_timer_stop(&worker->rest_timer);
    worker->events.on_ended(worker->events.data);
}

static void on_rest_timer(struct loop_timer *timer)
{
    struct worker *worker = timer->data;
    struct buf spawn = worker->deferred;

    worker->state = WORKER_READY;
    worker->reported = "ready";
    if (!worker->calling) {
        worker_call_master(worker, -1);
    }
    if (spawn.length > 0) {
        static const struct link_peer master = {0};

        buf_init(&worker->deferred, LINK_MESSAGE_MAX);
        on_message(worker, master, spawn.data, spawn.length);
        buf_fini(&spawn);
    }
}

/* The last user is gone. */
void worker_test_ended(struct worker *worker)
{
    int64_t rest_ns = worker->stop_timeout_ns - (clock_mono_ns() - worker->stop_asked_ns);

    if (worker->crashes_dropped > 0) {
        log_warning("%llu crashes of tasks were not reported to the master, which gets %d a second "
                    "of each kind",
                    (unsigned long long)worker->crashes_dropped,
                    CRASHES_PER_SECOND);
        worker->crashes_dropped = 0;
    }
    if (worker->foreign) {
        worker_reset_stats(worker);
        worker->foreign = false;
    } else {
        worker_send_stats(worker);
    }
    squad_free(worker->squad);
    worker->squad = NULL;
    worker->paused = false;
    if (worker->state == WORKER_QUITTING) {
        worker_send_plain(worker, MESSAGE_QUIT);
        worker_finish(worker, WORKER_END_QUIT);
        return;
    }
    if (worker->connected && worker->session) {
        worker_send_plain(worker, MESSAGE_CLIENT_STOPPED);
        worker_stop_calling(worker); /* whatever answers an earlier call: this has undone it */
    }
    /* Locust's workers wait here too: the others may use up their stop timeout. */
    worker->state = WORKER_RESTING;
    loop_timer_start(&worker->rest_timer, (rest_ns > 0 ? rest_ns : 0) + worker->options->rest_ns);
}

void worker_quit(struct worker *worker)
{
    if (worker->state == WORKER_ENDED) {
        return;
    }
    bool first = worker->state != WORKER_QUITTING;
    bool stopping = worker->state == WORKER_STOPPING;

    worker->state = WORKER_QUITTING;
    if (first) {
        worker_stop_calling(worker);
        loop_timer_stop(&worker->rest_timer);
        if (worker->connected) {
            worker_send_stats(worker); /* a Python master waits half a second only */
        }
    }
    if (worker->squad) {
        if (!stopping) { /* else they are being asked, and a second time would cut them short */
            squad_stop(worker->squad);
        }
    } else if (worker->connected) {
        worker_send_plain(worker, MESSAGE_QUIT);
        worker_finish(worker, WORKER_END_QUIT);
    } else {
        worker_finish(worker, WORKER_END_QUIT);
    }
}

/* ---- Start and end ---- */

struct worker *worker_new(struct loop *loop, struct transport *transport,
                          const struct scenarios *scenarios, const struct worker_options *options,
                          const struct worker_events *events, struct err *err)
{
    struct worker *worker = mem_new(sizeof(*worker));
    struct link_events link_events = {
        .data = worker, .on_message = on_message, .on_session = worker_on_session};

    worker->loop = loop;
    worker->transport = transport;
    worker->scenarios = scenarios;
    worker->options = options;
    worker->events = *events;
    worker->identity = options->identity ? mem_strdup(options->identity) : identity_new("");
    worker->index = -1;
    worker->reported = "ready";
    worker->reset_stats = options->reset_stats;
    worker->stats = stats_new(NULL, clock_wall_ns());
    buf_init(&worker->out, LINK_MESSAGE_MAX);
    buf_init(&worker->deferred, LINK_MESSAGE_MAX);
    worker_session_init(worker);
    loop_timer_init(&worker->rest_timer, loop, on_rest_timer, worker);
    monitor_start(&worker->monitor, loop);
    monitor_watch_ports(&worker->monitor, transport);
    log_tail_start();
    worker->plan = options->plan;
    worker->overrides = mem_array(options->plan.override_count, sizeof(*worker->overrides));
    for (size_t i = 0; i < options->plan.override_count; i++) {
        worker->overrides[i] = options->plan.overrides[i];
    }
    worker->plan.overrides = worker->overrides;
    if (plan_build(&worker->idle_plan, scenarios, &options->plan, err) == PLAN_OK) {
        worker->link = link_connect(loop,
                                    options->master_host,
                                    options->master_port,
                                    worker->identity,
                                    options->curve,
                                    &link_events,
                                    err);
    }
    if (!worker->link) {
        worker_free(worker);
        return NULL;
    }
    current_sender_set(worker_send_custom, worker);
    worker_call_master(worker, WORKER_CALLS);
    return worker;
}

void worker_free(struct worker *worker)
{
    if (!worker) {
        return;
    }
    worker_session_stop(worker);
    loop_timer_stop(&worker->rest_timer);
    current_sender_set(NULL, NULL);
    monitor_stop(&worker->monitor);
    squad_free(worker->squad);
    link_free(worker->link);
    stats_free(worker->stats);
    plan_fini(&worker->idle_plan);
    free(worker->overrides);
    arena_fini(&worker->override_texts);
    arena_fini(&worker->test_texts);
    arena_fini(&worker->scratch);
    buf_fini(&worker->out);
    buf_fini(&worker->deferred);
    free(worker->identity);
    free(worker);
}

enum worker_end worker_ended_by(const struct worker *worker)
{
    return worker->end;
}

bool worker_exit_code(const struct worker *worker, int *code)
{
    if (worker->exit_code_set) {
        *code = worker->exit_code;
    }
    return worker->exit_code_set;
}

uint64_t worker_exceptions(const struct worker *worker)
{
    return exceptions_total(stats_exceptions(worker->stats));
}
