/* SPDX-License-Identifier: MIT */
#define LOGGER "locust.main"
#include "cli/headless.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "cli/exit_code.h"
#include "cli/keys.h"
#include "cli/run_health.h"
#include "cli/run_report.h"
#include "cli/setup.h"
#include "cli/with_web.h"
#include "http/curl.h"
#include "report/console.h"
#include "report/csv.h"
#include "report/json.h"
#include "report/place.h"
#include "runner/local.h"
#include "runner/master.h"

struct headless {
    struct options *options;
    const struct program_parts *parts;
    struct loop *loop;
    struct transport *transport;
    struct stats *stats;
    struct runner *runner;
    struct local_options local; /* one of the two */
    struct master_options master;
    struct curve_keys curve;
    struct csv *csv; /* NULL: none */
    struct keys keys;
    struct loop_signal interrupt, terminate;
    struct loop_timer console_timer, csv_timer;
    struct with_web *web;      /* NULL: --headless */
    struct run_report *report; /* NULL: no --html */
    struct run_health *health; /* NULL: no health port */
    int signals;
    bool ended;
    bool unwritten; /* a report of an earlier test */
};

/* ---- Outputs while it runs ---- */

static struct console_options console_options(const struct headless *headless)
{
    return (struct console_options){.compat = headless->options->compat_console};
}

static void on_console_timer(struct loop_timer *timer)
{
    struct headless *headless = timer->data;
    struct snapshot snapshot = headless->runner->ops->snapshot(headless->runner);
    struct console_options options = console_options(headless);

    console_print_stats(stderr, &snapshot, true, &options);
}

static void on_csv_timer(struct loop_timer *timer)
{
    struct headless *headless = timer->data;
    struct snapshot snapshot = headless->runner->ops->snapshot(headless->runner);

    csv_write(headless->csv, &snapshot);
}

/* ---- Signals and keys ---- */

static void on_signal(struct loop_signal *signal)
{
    struct headless *headless = signal->data;

    headless->signals++;
    if (signal->number == SIGTERM && headless->signals == 1) {
        log_info("Got SIGTERM signal");
    }
    if (headless->web && !with_web_quit(headless->web)) {
        loop_break(headless->loop); /* nothing runs */
        return;
    }
    if (headless->signals <= 2) {
        /* The first asks, the second cuts short what is under way. */
        headless->runner->ops->stop(headless->runner);
    } else {
        log_warning("third signal: giving up on users that are still stopping");
        loop_break(headless->loop);
    }
}

static void on_key(void *data, char key)
{
    struct headless *headless = data;
    static const struct {
        char key;
        int change;
    } changes[] = {{'w', 1}, {'W', 10}, {'s', -1}, {'S', -10}};
    static const double rate = 100;

    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        if (changes[i].key == key) {
            headless->runner->ops->edit(headless->runner, changes[i].change, rate);
        }
    }
    if (key == 'q') {
        if (headless->web && !with_web_quit(headless->web)) {
            loop_break(headless->loop);
            return;
        }
        headless->runner->ops->stop(headless->runner);
    }
    if (key == '\n' && headless->web) {
        with_web_open_page(headless->web);
    }
    if (key == '?') {
        log_info("keys: w/W one/ten users more, s/S one/ten less, q quit%s, ? this help",
                 headless->web ? ", Enter open the page" : "");
    }
}

static void on_ended(void *data)
{
    struct headless *headless = data;

    if (headless->web && with_web_on_ended(headless->web)) {
        headless->unwritten = !run_report_write(headless->report) || headless->unwritten;
        return;
    }
    headless->ended = true;
    loop_break(headless->loop);
}

static void on_spawned(void *data)
{
    struct headless *headless = data;

    if (headless->web) {
        with_web_on_spawned(headless->web);
    }
    run_report_spawned(headless->report);
}

/* ---- Before and after ---- */

/* One look-up per host before the ramp, instead of one per user during it. */
static void resolve_hosts(struct transport *transport, const struct plan *plan)
{
    struct err err;

    for (size_t i = 0; i < plan->class_count; i++) {
        const char *host = plan->classes[i].host;
        bool known = false;

        for (size_t k = 0; k < i && host; k++) {
            known = known || (plan->classes[k].host && strcmp(plan->classes[k].host, host) == 0);
        }
        if (host && !known && !transport->ops->resolve(transport, host, &err)) {
            log_warning("%s", err.text);
        }
    }
}

/* False when an output could not be written; it was logged. */
static bool write_outputs(struct headless *headless, const struct snapshot *snapshot)
{
    const struct options *options = headless->options;
    bool written = true;
    struct err err;

    if (headless->csv) {
        written = csv_close(headless->csv, snapshot);
        headless->csv = NULL;
    }
    if (options->json && !json_print(stdout, snapshot)) {
        log_error("can't write the JSON to standard output: %s", strerror(errno));
        written = false;
    }
    if (options->json_file && !json_write_file(options->json_file, snapshot, &err)) {
        log_error("%s", err.text);
        written = false;
    }
    return run_report_write(headless->report) && !headless->unwritten && written;
}

static struct course_options course_options(const struct options *options,
                                            const struct ramp *stages)
{
    return (struct course_options){
        .users = options->users < 0 ? 1 : (uint32_t)options->users,
        .spawn_rate = options->spawn_rate > 0 ? options->spawn_rate : 1,
        .run_time_ns = options->run_time_ns,
        .stages = stages,
    };
}

static void warn_of_shape(const struct options *options, const struct scenarios *scenarios)
{
    bool shape = options->stages != NULL;

    for (size_t i = 0; i < scenarios->count; i++) {
        shape = shape || scenarios->items[i].scenario->tick;
    }
    if (shape && (options->users >= 0 || options->spawn_rate > 0 || options->run_time_ns > 0)) {
        log_warning("--users, --spawn-rate and --run-time have no effect on a load shape and are "
                    "ignored");
    } else if (!shape && options->run_time_ns > 0) {
        log_info("Run time limit set to %g seconds", seconds_from_ns(options->run_time_ns));
    } else if (!shape) {
        log_info("No run time limit set, use CTRL+C to interrupt");
    }
}

static void start_outputs(struct headless *headless)
{
    const struct options *options = headless->options;

    bool tables = options->headless ? !options->only_summary : options->print_stats;

    if (tables && !options->skip_log_setup) {
        on_console_timer(&headless->console_timer);
        loop_timer_repeat(&headless->console_timer, options->console_stats_interval_ns);
    }
    if (headless->csv) {
        loop_timer_repeat(&headless->csv_timer, options->csv_interval_ns);
    }
}

static void run_loop(struct headless *headless)
{
    struct loop *loop = headless->loop;

    loop_timer_init(&headless->console_timer, loop, on_console_timer, headless);
    loop_timer_init(&headless->csv_timer, loop, on_csv_timer, headless);
    loop_signal_start(&headless->interrupt, loop, SIGINT, on_signal, headless);
    loop_signal_start(&headless->terminate, loop, SIGTERM, on_signal, headless);
    keys_start(&headless->keys, loop, on_key, headless);
    if (!headless->web) {
        run_report_started(headless->report);
        headless->runner->ops->start(headless->runner);
    } else {
        with_web_start(headless->web);
    }
    start_outputs(headless);
    if (!headless->ended) {
        loop_run(loop);
    }
    keys_stop(&headless->keys);
    loop_timer_stop(&headless->console_timer);
    loop_timer_stop(&headless->csv_timer);
}

static bool open_csv(struct headless *headless, struct err *err)
{
    const struct options *options = headless->options;
    struct csv_options csv = {
        .full_history = options->csv_full_history,
        .window_ns = options->csv_window_ns,
        .compat = options->compat_console,
    };

    if (!options->csv) {
        return true;
    }
    headless->csv = csv_open(options->csv, &csv, err);
    return headless->csv != NULL;
}

/* Whether the results can be written in the end; those of --csv are as they come. */
static bool check_places(const struct options *options, struct err *err)
{
    bool good = true;

    if (options->html && *options->html) {
        good = place_check(options->html, err);
    }
    if (good && options->json_file) {
        char *path = mem_printf("%s.json", options->json_file);

        good = place_check(path, err);
        free(path);
    }
    return good;
}

/* The users are here. */
static struct runner *make_local(struct headless *headless, const struct program_parts *parts,
                                 const struct course_options *course, struct err *err)
{
    const struct options *options = headless->options;
    struct runner_events events = {
        .data = headless, .on_spawned = on_spawned, .on_ended = on_ended};

    headless->local = (struct local_options){
        .course = *course,
        .stop_timeout_ns = options->stop_timeout_ns,
        .reset_stats = options->reset_stats,
        .host = options->host,
        .sim = sim_options_of(options),
        .plan = parts->plan_options,
    };
    headless->transport = curl_transport_new(headless->loop);
    struct runner *runner = local_new(headless->loop,
                                      headless->transport,
                                      headless->stats,
                                      parts->plan,
                                      parts->scenarios,
                                      &headless->local,
                                      &events,
                                      err);

    if (runner) {
        log_debug("%s", curl_transport_version());
        resolve_hosts(headless->transport, parts->plan);
    }
    return runner;
}

/* The users are with workers. */
static struct runner *make_master(struct headless *headless, const struct program_parts *parts,
                                  const struct course_options *course, struct err *err)
{
    const struct options *options = headless->options;
    struct runner_events events = {
        .data = headless, .on_spawned = on_spawned, .on_ended = on_ended};

    if (!curve_keys_init(&headless->curve, options, err)) {
        return NULL;
    }
    headless->master = (struct master_options){
        .course = *course,
        .bind_host = options->master_bind_host,
        .bind_port = (int)options->master_bind_port,
        .curve = headless->curve.curve,
        .expect_workers = (size_t)options->expect_workers,
        .expect_workers_max_wait_ns = options->expect_workers_max_wait_ns,
        .keep_workers = !options->headless,
        .stop_timeout_ns = options->stop_timeout_ns,
        .reset_stats = options->reset_stats,
        .host = options->host,
        .tags = (const char *const *)options->tags,
        .exclude_tags = (const char *const *)options->exclude_tags,
        .classes = parts->classes,
        .class_count = parts->class_count,
        .learn_classes = parts->learn_classes,
        .files = parts->files,
        .option = look_up_option,
        .option_data = options,
    };
    return master_new(
        headless->loop, headless->stats, parts->scenarios, &headless->master, &events, err);
}

static void run(struct headless *headless, const struct program_parts *parts)
{
    if (!headless->web || headless->options->autostart) {
        warn_of_shape(headless->options, parts->scenarios);
    }
    run_loop(headless);
    scenarios_quit(parts->scenarios);
}

static int finish(struct headless *headless)
{
    struct snapshot snapshot = headless->runner->ops->snapshot(headless->runner);
    bool tested = !headless->web || snapshot.start_ns > 0;
    int code = tested ? exit_code_of(&snapshot, headless->options, headless->runner) : 0;

    if (!write_outputs(headless, &snapshot) && code == 0) {
        code = EXIT_INTERNAL;
    }
    log_info("Shutting down (exit code %d)", code);
    struct console_options console = console_options(headless);

    console_print_summary(stderr, &snapshot, &console);
    return code;
}

static bool open_web(struct headless *headless, struct err *err)
{
    if (headless->options->headless) {
        return true;
    }
    headless->web =
        with_web_new(headless->options, headless->parts, headless->loop, headless->runner, err);
    return headless->web != NULL;
}

int headless_run(struct options *options, const struct program_parts *parts)
{
    struct headless headless = {.options = options, .parts = parts};
    struct stats_config config = {.window_names = options->csv_full_history};
    struct ramp *stages = NULL;
    struct err err;
    int code = EXIT_STARTUP;

    if (!options->headless && !with_web_check(options, &err)) {
        fprintf(stderr, "cicada: error: %s\n", err.text);
        return EXIT_STARTUP;
    }
    if (options->stages && !(stages = ramp_parse(options->stages, &err))) {
        fprintf(stderr, "cicada: error: --stages: %s\n", err.text);
        return EXIT_USAGE;
    }
    struct course_options course = course_options(options, stages);
    uint64_t users = stages ? ramp_peak_users(stages) : course.users;

    if (!(options->master ? raise_descriptor_limit((uint64_t)options->expect_workers, "workers")
                          : raise_descriptor_limit(users, "users"))) {
        ramp_free(stages);
        return EXIT_STARTUP;
    }
    headless.loop = loop_new();
    headless.stats = stats_new(&config, clock_wall_ns());
    headless.runner = options->master ? make_master(&headless, parts, &course, &err)
                                      : make_local(&headless, parts, &course, &err);
    if (!headless.runner || !open_csv(&headless, &err) || !check_places(options, &err) ||
        !open_web(&headless, &err) ||
        !run_health_open(&headless.health, options, headless.loop, headless.runner, &err)) {
        log_error("%s", err.text);
    } else {
        headless.report =
            run_report_new(options, parts, headless.loop, headless.runner, headless.web);
        run(&headless, parts);
        code = finish(&headless);
    }
    csv_free(headless.csv);
    run_health_free(headless.health);
    run_report_free(headless.report);
    with_web_free(headless.web);
    if (headless.runner) {
        headless.runner->ops->free(headless.runner);
    }
    stats_free(headless.stats);
    if (headless.transport) {
        headless.transport->ops->free(headless.transport);
    }
    loop_signal_stop(&headless.interrupt);
    loop_signal_stop(&headless.terminate);
    loop_free(headless.loop);
    ramp_free(stages);
    curve_keys_fini(&headless.curve);
    return code;
}
