/* SPDX-License-Identifier: MIT */
/* console_health.c - what Locust's console lacks: exceptions, and the load generator's own state.
 */
#include "report/console.h"

#include "base/clock.h"
#include "base/units.h"
#include "report/text_table.h"

enum { LINES_MAX = 16 * 1024 * 1024, COUNT_WIDTH = 18, MESSAGE_WIDTH = 100 };

static const double cpu_threshold_percent = 90; /* as the warning while it runs */

void console_print_exceptions(FILE *stream, const struct snapshot *snapshot)
{
    struct exceptions *exceptions = stats_exceptions(snapshot->stats);
    const struct exception *exception;
    void *position = NULL;
    struct buf lines;

    if (exceptions_count(exceptions) == 0) {
        return;
    }
    buf_init(&lines, LINES_MAX);
    buf_printf(&lines, "Exceptions\n%-*s %s\n", COUNT_WIDTH, "# occurrences", "Message");
    table_dashes(&lines, COUNT_WIDTH);
    buf_putc(&lines, '|');
    table_dashes(&lines, MESSAGE_WIDTH);
    buf_putc(&lines, '\n');
    while ((exception = exceptions_next(exceptions, &position))) {
        buf_printf(&lines, "%-*llu ", COUNT_WIDTH, (unsigned long long)exception->count);
        table_plain(&lines, exception->message);
        buf_putc(&lines, '\n');
    }
    buf_putc(&lines, '\n');
    table_print(stream, &lines);
    buf_fini(&lines);
}

/* ---- Health ---------------------------------------------------------------------------------- */

static void usage(struct buf *out, const char *what, const struct health *health)
{
    const struct loop_lag *lag = &health->lag;
    char memory[32];

    buf_printf(out, "%s: CPU at most %.0f%% of a core", what, health->cpu_max_percent);
    if (lag->samples > 0) {
        buf_printf(out,
                   ", event loop late by %.1f ms on average and %.1f ms at most",
                   (double)lag->sum_ns / (double)lag->samples / NS_PER_MS,
                   (double)lag->max_ns / NS_PER_MS);
    }
    if (health->rss_bytes > 0) {
        buf_printf(
            out, ", memory %s", units_format_size(memory, sizeof(memory), health->rss_bytes));
    }
    buf_puts(out, ".\n");
}

/* ", 1 user ..." or "12 users ..."; nothing for none. */
static void part(struct buf *out, const char **separator, uint64_t count, const char *one,
                 const char *many)
{
    if (count > 0) {
        buf_printf(
            out, "%s%llu %s", *separator, (unsigned long long)count, count == 1 ? one : many);
        *separator = ", ";
    }
}

static void users(struct buf *out, const struct sim_counts *sim)
{
    const char *separator = "";
    char depth[32];

    part(out, &separator, sim->started_users, "user started", "users started");
    part(out, &separator, sim->stacks.peak, "stack in use at most", "stacks in use at most");
    if (sim->deepest_stack > 0) {
        buf_printf(out,
                   "%sdeepest stack %s",
                   separator,
                   units_format_size(depth, sizeof(depth), sim->deepest_stack));
        separator = ", ";
    }
    part(out,
         &separator,
         sim->interrupted,
         "request interrupted by the stop and not counted",
         "requests interrupted by the stop and not counted");
    part(out, &separator, sim->broken_users, "user broke down", "users broke down");
    if (*separator) {
        buf_puts(out, ".\n");
    }
}

static void connections(struct buf *out, const struct transport_counts *http)
{
    const char *separator = "";

    part(out, &separator, http->connections_opened, "connection opened", "connections opened");
    part(out,
         &separator,
         http->idle_closed,
         "closed by the server while idle",
         "closed by the server while idle");
    part(out,
         &separator,
         http->reconnects,
         "request sent again, as its kept-alive connection was dead",
         "requests sent again, as their kept-alive connections were dead");
    if (*separator) {
        buf_puts(out, ".\n");
    }
}

static void verdict(struct buf *out, const struct snapshot *snapshot)
{
    const struct health *health = &snapshot->health;
    const struct loop_lag *lag = &health->lag;

    if (health->cpu_max_percent > cpu_threshold_percent) {
        buf_printf(out,
                   "The load generator itself was a bottleneck: its CPU was at %.0f%% of a core. "
                   "Response times are measured too long, and there was less load than asked for; "
                   "spread it over more processes or machines.\n",
                   health->cpu_max_percent);
    } else if (lag->over_100ms > 0) {
        buf_printf(
            out,
            "The load generator itself was late: its event loop was held up for over 100 ms "
            "%llu time%s, %.0f ms at most. Response times measured meanwhile are too long by "
            "up to that.\n",
            (unsigned long long)lag->over_100ms,
            lag->over_100ms == 1 ? "" : "s",
            (double)lag->max_ns / NS_PER_MS);
    }
    if (snapshot->sim.slow_resumes > 0) {
        buf_printf(out,
                   "Code of the scenario held the event loop for over 100 ms %llu time%s.\n",
                   (unsigned long long)snapshot->sim.slow_resumes,
                   snapshot->sim.slow_resumes == 1 ? "" : "s");
    }
}

/* The master's own lag delays nobody's requests. */
static void verdict_of_workers(struct buf *out, const struct snapshot *snapshot)
{
    size_t count = snapshot->workers_overloaded;

    if (count > 0) {
        buf_printf(out,
                   "%zu worker%s at more than %.0f%% of a core at times, which the log names. "
                   "Response times measured there are too long, and there was less load than asked "
                   "for; spread it over more workers.\n",
                   count,
                   count == 1 ? " was" : "s were",
                   cpu_threshold_percent);
    }
}

void console_health_verdict(struct buf *out, const struct snapshot *snapshot)
{
    if (snapshot->distributed) {
        verdict_of_workers(out, snapshot);
    } else {
        verdict(out, snapshot);
    }
}

void console_print_health(FILE *stream, const struct snapshot *snapshot)
{
    struct buf lines;

    buf_init(&lines, LINES_MAX);
    if (snapshot->distributed) {
        usage(&lines, "Master", &snapshot->health);
    } else {
        usage(&lines, "Load generator", &snapshot->health);
        users(&lines, &snapshot->sim);
        connections(&lines, &snapshot->http);
    }
    console_health_verdict(&lines, snapshot);
    buf_putc(&lines, '\n');
    table_print(stream, &lines);
    buf_fini(&lines);
}
