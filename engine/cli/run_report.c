/* SPDX-License-Identifier: MIT */
#define LOGGER "locust.main"
#include "cli/run_report.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/memory.h"
#include "cli/shell_line.h"
#include "report/html.h"

struct run_report {
    const struct options *options;
    const struct program_parts *parts;
    struct runner *runner;
    struct with_web *web; /* NULL: none */
    struct watch *watch;  /* ours; NULL: the web interface's */
    char *command;
    bool written;
    int64_t written_of_ns; /* the start of the test whose report it is */
};

/* ---- The report ---- */

static struct html_options html_options(const struct run_report *report)
{
    const struct options *options = report->options;

    return (struct html_options){
        .watch = report->watch,
        .plan = report->parts->plan,
        .host = options->host,
        .locustfile = options->locustfile,
        .profile = options->profile,
        .description = options->description,
        .command = report->command,
        .users = options->users < 0 ? 1 : (uint32_t)options->users,
        .spawn_rate = options->spawn_rate > 0 ? options->spawn_rate : 1,
        .run_time_ns = options->run_time_ns,
        .shaped = with_web_shaped(options, report->parts->scenarios),
    };
}

bool run_report_write(struct run_report *report)
{
    struct err err;

    if (!report) {
        return true;
    }
    struct watch *watch = report->web ? with_web_watch(report->web) : report->watch;
    struct snapshot snapshot = report->runner->ops->snapshot(report->runner);

    if ((report->written && report->written_of_ns == snapshot.start_ns) ||
        (report->web && snapshot.start_ns == 0)) {
        return true;
    }
    watch_settle(watch);
    struct html_options options = report->web ? with_web_report(report->web) : html_options(report);

    report->written = true;
    report->written_of_ns = snapshot.start_ns;
    if (!html_write_file(report->options->html, &snapshot, &options, &err)) {
        log_error("%s", err.text);
        return false;
    }
    return true;
}

/* ---- Start and end ---- */

struct run_report *run_report_new(const struct options *options, const struct program_parts *parts,
                                  struct loop *loop, struct runner *runner, struct with_web *web)
{
    if (!options->html || !*options->html) {
        return NULL;
    }
    struct run_report *report = mem_new(sizeof(*report));

    report->options = options;
    report->parts = parts;
    report->runner = runner;
    report->web = web;
    report->command = shell_line(options);
    if (!web) {
        size_t workers = options->master ? (size_t)options->expect_workers : 0;

        report->watch = watch_new(loop, runner, workers, NULL, NULL);
    }
    return report;
}

void run_report_free(struct run_report *report)
{
    if (!report) {
        return;
    }
    watch_free(report->watch);
    free(report->command);
    free(report);
}

void run_report_started(struct run_report *report)
{
    if (report && report->watch) {
        struct html_options options = html_options(report);

        watch_started(report->watch, options.users, options.spawn_rate);
    }
}

void run_report_spawned(struct run_report *report)
{
    if (report && report->watch) {
        watch_spawned(report->watch);
    }
}
