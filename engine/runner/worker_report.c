/* SPDX-License-Identifier: MIT */
/* worker_report.c - what a worker tells its master. */
#define LOGGER "locust.runners"
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "runner/log_tail.h"
#include "runner/wire_json.h"
#include "runner/wire_stats.h"
#include "runner/worker_private.h"
#include "stats/table.h"

enum {
    LOG_LINES_PER_REPORT = 70,
};

bool worker_send(struct worker *worker, struct message *message)
{
    static const struct link_peer master = {0};

    message->node_id = slice_of(worker->identity);
    buf_clear(&worker->out);
    message_encode(&worker->out, MESSAGE_TO_MASTER, message);
    if (worker->out.failed) {
        log_error("a %s message of more than %d bytes was not sent",
                  message_type_name(message->type),
                  LINK_MESSAGE_MAX);
        return false;
    }
    return link_send(worker->link, master, worker->out.data, worker->out.length);
}

bool worker_send_plain(struct worker *worker, enum message_type type)
{
    struct message message = {.type = type};

    return worker_send(worker, &message);
}

/* Version -1 is quiet with every Locust since 2.0. */
void worker_send_call(struct worker *worker)
{
    struct message message = {.type = MESSAGE_CLIENT_READY, .client_ready.kind = VERSION_ANY};

    worker->call_sent = worker_send(worker, &message);
}

/* Keys of our own. */
static void add_condition(const struct worker *worker, const struct health *health,
                          struct message_heartbeat *heartbeat)
{
    const struct transport_counts *http = worker->transport->ops->counts(worker->transport);
    struct sim_counts sim = {0};

    if (worker->squad) {
        sim = squad_counts(worker->squad);
    }
    heartbeat->lag_p99_ms = number_float(health->lag_p99_ms);
    heartbeat->connections = number_int((int64_t)http->connections_open);
    if (health->ports_limit > 0) {
        heartbeat->ports_used = number_int(health->ports_used);
        heartbeat->ports_limit = number_int(health->ports_limit);
    }
    heartbeat->waiting = number_int((int64_t)sim.waiting_users);
    heartbeat->oldest_wait = number_float(seconds_from_ns(sim.oldest_wait_ns));
}

void worker_send_heartbeat(struct worker *worker)
{
    struct health health = monitor_health(&worker->monitor);
    struct message message = {
        .type = MESSAGE_HEARTBEAT,
        .heartbeat = {.state = slice_of(worker->reported),
                      .cpu_percent = health.cpu_percent,
                      .memory_bytes = (int64_t)health.rss_bytes,
                      .paused = !worker->wants.hdr ? FLAG_UNSAID
                                : worker->paused   ? FLAG_YES
                                                   : FLAG_NO},
    };

    if (worker->wants.detail) {
        add_condition(worker, &health, &message.heartbeat);
    }
    worker_send(worker, &message);
}

static void fill_classes(struct worker *worker, struct message_classes *classes, int64_t *total)
{
    const struct plan *plan = worker->squad ? squad_plan(worker->squad) : &worker->idle_plan;

    *total = 0;
    *classes = (struct message_classes){
        .present = true,
        .items = arena_alloc(&worker->scratch, (plan->class_count + 1) * sizeof(*classes->items)),
        .count = plan->class_count,
    };
    for (size_t i = 0; i < plan->class_count; i++) {
        classes->items[i] = (struct message_class){
            .name = slice_of(plan->classes[i].name),
            .users = worker->squad ? (int64_t)squad_users(worker->squad, i) : 0,
        };
        *total += classes->items[i].users;
    }
}

void worker_send_spawning_complete(struct worker *worker)
{
    struct message message = {.type = MESSAGE_SPAWNING_COMPLETE};

    arena_reset(&worker->scratch);
    fill_classes(worker, &message.spawning_complete.classes, &message.spawning_complete.user_count);
    worker_send(worker, &message);
}

/* What the scenarios add, in one map; NULL: nothing. */
static const struct value *extra_of(struct worker *worker)
{
    struct value *all = NULL;

    for (size_t i = 0; i < worker->scenarios->count; i++) {
        const struct scenario *scenario = worker->scenarios->items[i].scenario;
        const char *json = scenario->report_to_master ? scenario->report_to_master() : NULL;
        const struct value *value;
        struct err err = {"it is no object"};

        if (!json) {
            continue;
        }
        value = wire_json_value(json, &worker->scratch, &err);
        if (!value || value->kind != VALUE_MAP) {
            log_warning("what report_to_master of %s returns is left out: %s",
                        worker->scenarios->items[i].name,
                        err.text);
        } else if (!all) {
            all = (struct value *)value;
        } else {
            all = wire_json_joined(all, value, &worker->scratch);
        }
    }
    return all;
}

void worker_reset_stats(struct worker *worker)
{
    const struct entry *total = stats_total(worker->stats);

    worker->requests_before += total->num_requests;
    worker->failures_before += total->num_failures;
    stats_reset(worker->stats, clock_wall_ns());
}

/* What could not be sent stays in the statistics, for the next report. */
void worker_send_stats(struct worker *worker)
{
    struct message message = {.type = MESSAGE_STATS};

    if (worker->foreign || !worker->session || !worker->connected) {
        return;
    }
    arena_reset(&worker->scratch);
    wire_stats_fill(&message.stats, worker->stats, worker->wants, &worker->scratch);
    fill_classes(worker, &message.stats.classes, &message.stats.user_count);
    message.stats.extra = extra_of(worker);
    if (worker_send(worker, &message)) {
        worker_reset_stats(worker);
    }
}

/* Whether this traceback was reported as often as it may be in one second. */
static bool too_many(struct worker *worker, const char *traceback)
{
    uint64_t hash = table_hash(traceback, strlen(traceback)) | UINT64_C(1) << 32; /* 0: free */

    for (size_t i = 0; i < TRACEBACKS_CAPPED; i++) {
        struct crash_rate *rate = &worker->crashes[(hash + i) % TRACEBACKS_CAPPED];

        if (rate->hash == 0) {
            rate->hash = hash;
        }
        if (rate->hash == hash) {
            return rate->count++ >= CRASHES_PER_SECOND;
        }
    }
    return true;
}

void worker_send_exception(struct worker *worker, const char *text, const char *traceback)
{
    struct message message = {
        .type = MESSAGE_EXCEPTION,
        .exception = {.message = slice_of(text), .traceback = slice_of(traceback)},
    };

    if (!worker->session || too_many(worker, traceback) || !worker_send(worker, &message)) {
        worker->crashes_dropped++;
    }
}

void worker_send_logs(struct worker *worker)
{
    uint64_t total = log_tail_total(), fresh = total - worker->lines_reported;
    struct message message = {.type = MESSAGE_LOGS};
    struct message_logs *logs = &message.logs;

    if (!worker->wants_logs || worker->logs_over || !worker->session || fresh == 0) {
        return;
    }
    if (worker->lines_reported > 0 && fresh > LOG_LINES_PER_REPORT) {
        log_warning("more than %d log lines since the last report: the master gets these and no "
                    "more",
                    LOG_LINES_PER_REPORT);
        worker->logs_over = true;
    }
    arena_reset(&worker->scratch);
    logs->worker_id = slice_of(worker->identity);
    logs->count = log_tail_count();
    logs->lines = arena_alloc(&worker->scratch, (logs->count + 1) * sizeof(*logs->lines));
    for (size_t i = 0; i < logs->count; i++) {
        logs->lines[i] = slice_of(log_tail_line(i));
    }
    worker_send(worker, &message);
    worker->lines_reported = log_tail_total();
}

bool worker_send_custom(void *data, const char *type, const char *json, const char *to)
{
    struct worker *worker = data;
    struct message message = {.type = MESSAGE_CUSTOM, .type_text = slice_of(type)};
    struct arena arena = {0};
    struct err err;

    (void)to; /* there is only the master */
    message.custom = wire_json_value(json, &arena, &err);
    if (!message.custom) {
        log_warning("a message of type %s is not sent: %s", type, err.text);
    }
    bool sent = message.custom && worker->connected && worker_send(worker, &message);

    arena_fini(&arena);
    return sent;
}

void worker_take_custom(struct worker *worker, const struct message *message)
{
    struct arena arena = {0};
    struct incoming incoming = {
        .type = arena_strndup(&arena, message->type_text.bytes, message->type_text.length),
        .data = wire_json_text(message->custom, &arena),
        .from = "",
    };

    if (!scenarios_take_message(worker->scenarios, &incoming)) {
        log_warning("unknown message type \"%s\" from the master", incoming.type);
    }
    arena_fini(&arena);
}
