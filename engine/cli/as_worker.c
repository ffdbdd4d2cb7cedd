/* SPDX-License-Identifier: MIT */
#define LOGGER "locust.main"
#include "cli/as_worker.h"

#include <signal.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "cli/exit_code.h"
#include "cli/setup.h"
#include "http/curl.h"
#include "runner/worker.h"
#include "runner/worker_status.h"
#include "web/health_port.h"
#include "web/worker_metrics.h"

struct as_worker {
    struct options *options;
    struct loop *loop;
    struct worker *worker;
    struct health_port *health; /* NULL: none */
    struct loop_signal interrupt, terminate;
    int signals;
    bool ended;
};

static void on_signal(struct loop_signal *signal)
{
    struct as_worker *as = signal->data;

    as->signals++;
    if (as->signals == 1) {
        log_info("Got %s signal", signal->number == SIGTERM ? "SIGTERM" : "SIGINT");
    }
    if (as->signals <= 2) {
        /* The first asks, the second cuts short what is under way. */
        worker_quit(as->worker);
    } else {
        log_warning("third signal: giving up on users that are still stopping");
        loop_break(as->loop);
    }
}

static void on_ended(void *data)
{
    struct as_worker *as = data;

    as->ended = true;
    loop_break(as->loop);
}

static void on_option(void *data, const char *name, const char *text)
{
    struct as_worker *as = data;

    options_custom_set(as->options, name, text);
}

/* ---- The health port ---- */

static bool is_ready(void *data, struct buf *why)
{
    const struct as_worker *as = data;
    struct worker_status status = worker_status(as->worker);

    buf_puts(why, status.why);
    return status.ready;
}

static void write_metrics(void *data, struct buf *out)
{
    const struct as_worker *as = data;
    struct worker_status status = worker_status(as->worker);

    worker_metrics_write(out, &status);
}

static bool open_health_port(struct as_worker *as, struct err *err)
{
    struct health_port_options options = {
        .host = as->options->health_host,
        .port = (uint16_t)as->options->health_port,
        .data = as,
        .ready = is_ready,
        .metrics = write_metrics,
    };

    if (as->options->health_port < 0) {
        return true;
    }
    as->health = health_port_new(as->loop, &options, err);
    if (as->health) {
        log_info("health port: %d", health_port_number(as->health));
    }
    return as->health != NULL;
}

/* ---- The run ---- */

/* As Locust's additional wait, for masters that need it. */
static int64_t rest_ns(void)
{
    const char *text = getenv("LOCUST_WORKER_ADDITIONAL_WAIT_BEFORE_READY_AFTER_STOP");

    return text ? ns_from_seconds(strtod(text, NULL)) : 0;
}

static int exit_code(const struct as_worker *as)
{
    int code;

    if (worker_exit_code(as->worker, &code)) {
        return code;
    }
    if (worker_ended_by(as->worker) == WORKER_END_NO_MASTER) {
        return EXIT_NO_MASTER;
    }
    return worker_exceptions(as->worker) > 0 ? (int)as->options->exit_code_on_error : 0;
}

int as_worker(struct options *options, const struct scenarios *scenarios,
              const struct plan_options *plan)
{
    struct as_worker as = {.options = options};
    struct curve_keys keys;
    struct err err;
    int code = EXIT_STARTUP;

    if (!curve_keys_init(&keys, options, &err)) {
        log_error("%s", err.text);
        return EXIT_USAGE;
    }
    if (!raise_descriptor_limit(0, "users")) {
        return EXIT_STARTUP;
    }
    struct worker_options worker = {
        .master_host = options->master_host,
        .master_port = (int)options->master_port,
        .curve = keys.curve,
        .reset_stats = options->reset_stats,
        .rest_ns = rest_ns(),
        .plan = *plan,
        .sim = sim_options_of(options),
    };
    struct worker_events events = {.data = &as, .on_ended = on_ended, .on_option = on_option};

    as.loop = loop_new();
    struct transport *transport = curl_transport_new(as.loop);

    as.worker = worker_new(as.loop, transport, scenarios, &worker, &events, &err);
    if (!as.worker || !open_health_port(&as, &err)) {
        log_error("%s", err.text);
    } else {
        if (options->processes == 0) { /* else the parent is the one to hear of it */
            loop_signal_start(&as.interrupt, as.loop, SIGINT, on_signal, &as);
        }
        loop_signal_start(&as.terminate, as.loop, SIGTERM, on_signal, &as);
        if (!as.ended) {
            loop_run(as.loop);
        }
        scenarios_quit(scenarios);
        code = exit_code(&as);
        log_info("Shutting down (exit code %d)", code);
    }
    health_port_free(as.health);
    worker_free(as.worker);
    transport->ops->free(transport);
    loop_signal_stop(&as.interrupt);
    loop_signal_stop(&as.terminate);
    loop_free(as.loop);
    curve_keys_fini(&keys);
    return code;
}
