/* SPDX-License-Identifier: MIT */
/* details.c - what the page shows beside the statistics: exceptions, shares, logs, workers. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/memory.h"
#include "report/measured.h"
#include "report/ratio.h"
#include "runner/log_tail.h"
#include "web/web_private.h"

void details_exceptions(struct web *web, struct call *call)
{
    struct snapshot snapshot = web_snapshot(web);
    const struct exception *exception;
    void *position = NULL;
    struct buf out, nodes;
    struct jsonw w;

    buf_init(&out, WEB_ANSWER_MAX);
    buf_init(&nodes, WEB_ANSWER_MAX);
    jsonw_init(&w, &out);
    jsonw_open(&w, NULL, '{');
    jsonw_open(&w, "exceptions", '[');
    while ((exception = exceptions_next(stats_exceptions(snapshot.stats), &position))) {
        buf_clear(&nodes);
        for (size_t i = 0; i < exception->node_count; i++) {
            buf_printf(&nodes, "%s%s", i > 0 ? ", " : "", exception->nodes[i]);
        }
        jsonw_open(&w, NULL, '{');
        jsonw_int(&w, "count", (int64_t)exception->count);
        jsonw_text(&w, "msg", exception->message);
        jsonw_text(&w, "traceback", exception->traceback);
        jsonw_text(&w, "nodes", buf_text(&nodes));
        web_write_moment(&w, "first_seen", exception->first_ns);
        web_write_moment(&w, "last_seen", exception->last_ns);
        jsonw_close(&w, '}');
    }
    jsonw_close(&w, ']');
    jsonw_close(&w, '}');
    buf_fini(&nodes);
    web_answer_json(call, MHD_HTTP_OK, &out);
}

/* ---- Shares ---- */

/* Of classes that only workers know, so that their tasks are not known here. */
static json_t *shares_of_strangers(const struct snapshot *snapshot)
{
    json_t *classes = json_object(), *both = json_object();

    for (size_t i = 0; i < snapshot->class_count; i++) {
        double ratio =
            snapshot->users > 0 ? (double)snapshot->class_users[i] / (double)snapshot->users : 0;

        json_object_set_new(
            classes, snapshot->class_names[i], json_pack("{s:f, s:{}}", "ratio", ratio, "tasks"));
    }
    json_object_set_new(both, "per_class", classes);
    json_object_set(both, "total", classes);
    return both;
}

static json_t *shares(const struct web *web, const struct snapshot *snapshot)
{
    const struct plan *plan = web->options->plan;

    if (plan->class_count == 0) {
        return shares_of_strangers(snapshot);
    }
    size_t *users = mem_array(plan->class_count, sizeof(*users));

    for (size_t i = 0; i < plan->class_count; i++) {
        for (size_t k = 0; k < snapshot->class_count; k++) {
            if (strcmp(plan->classes[i].name, snapshot->class_names[k]) == 0) {
                users[i] = snapshot->class_users[k];
            }
        }
    }
    json_t *object = ratio_json(plan, users);

    free(users);
    return object;
}

void details_tasks(struct web *web, struct call *call)
{
    struct snapshot snapshot = web_snapshot(web);
    json_t *object = shares(web, &snapshot);
    struct buf out;

    measured_add(object, stats_tasks(snapshot.stats));
    char *text = json_dumps(object, JSON_COMPACT);

    buf_init(&out, WEB_ANSWER_MAX);
    buf_puts(&out, text ? text : "{}");
    free(text);
    json_decref(object);
    web_answer_json(call, MHD_HTTP_OK, &out);
}

/* ---- Logs ---- */

struct log_writer {
    struct jsonw *w;
    const char *worker; /* whose list is open; NULL: none */
};

static void on_log_line(void *data, const char *worker_id, const char *line)
{
    struct log_writer *writer = data;

    if (!writer->worker || strcmp(writer->worker, worker_id) != 0) {
        if (writer->worker) {
            jsonw_close(writer->w, ']');
        }
        jsonw_open(writer->w, worker_id, '[');
        writer->worker = worker_id;
    }
    jsonw_text(writer->w, NULL, line);
}

void details_logs(struct web *web, struct call *call)
{
    struct buf out;
    struct jsonw w;
    struct log_writer writer = {.w = &w};

    buf_init(&out, WEB_ANSWER_MAX);
    jsonw_init(&w, &out);
    jsonw_open(&w, NULL, '{');
    jsonw_open(&w, "master", '[');
    for (size_t i = 0; i < log_tail_count(); i++) {
        jsonw_text(&w, NULL, log_tail_line(i));
    }
    jsonw_close(&w, ']');
    jsonw_open(&w, "workers", '{');
    web->runner->ops->worker_logs(web->runner, on_log_line, &writer);
    if (writer.worker) {
        jsonw_close(&w, ']');
    }
    jsonw_close(&w, '}');
    jsonw_close(&w, '}');
    web_answer_json(call, MHD_HTTP_OK, &out);
}

/* ---- Workers ---- */

void details_worker_count(struct web *web, struct call *call)
{
    struct snapshot snapshot = web_snapshot(web);
    struct buf out;

    buf_init(&out, 256);
    buf_printf(&out, "{\"worker_count\":%zu}", stats_json_worker_count(&snapshot));
    web_answer_json(call, MHD_HTTP_OK, &out);
}

void details_workers(struct web *web, struct call *call)
{
    struct snapshot snapshot = web_snapshot(web);
    struct buf out;
    struct jsonw w;

    buf_init(&out, WEB_ANSWER_MAX);
    jsonw_init(&w, &out);
    jsonw_open(&w, NULL, '{');
    stats_json_workers(&w, &snapshot);
    jsonw_close(&w, '}');
    web_answer_json(call, MHD_HTTP_OK, &out);
}
