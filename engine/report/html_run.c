/* SPDX-License-Identifier: MIT */
/* html_run.c - what was run and how: the mix of tasks, the options, the command line. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>

#include <jansson.h>

#include "base/clock.h"
#include "report/html_private.h"
#include "report/measured.h"
#include "report/number.h"
#include "report/ratio.h"

void html_fact(struct buf *out, const char *what, const char *value)
{
    buf_printf(out, "<div><dt>%s</dt><dd>", what);
    html_text_cut(out, value, 300);
    buf_puts(out, "</dd></div>");
}

/* ---- The mix ---- */

/* As wide as a share, and where a width was planned. */
static double percent_of(double share)
{
    return share > 0 && share < 1 ? share * 100 : share > 0 ? 100 : 0;
}

static void mix_rows(struct buf *out, json_t *nodes, bool measured, int depth)
{
    const char *name;
    json_t *node;
    char text[NUMBER_SIZE];

    json_object_foreach(nodes, name, node)
    {
        double planned = json_real_value(json_object_get(node, "ratio"));
        json_t *started = json_object_get(node, "measured");
        double share = measured ? json_real_value(started) : planned;
        json_t *tasks = json_object_get(node, "tasks");

        buf_printf(out, "<tr><td class=\"name\"><div class=\"d%d\">", depth > 4 ? 4 : depth);
        html_text_cut(out, name, 120);
        buf_puts(out, "</div></td>");
        if (measured) { /* nothing of its set was started: neither 0 nor anything else */
            html_number(out, NULL, number_percent(text, json_is_real(started) ? share : NAN), 0);
        }
        html_number(out, measured ? "t2" : NULL, number_percent(text, planned), 0);
        buf_printf(
            out, "<td><span class=\"bar\"><i style=\"width:%.1f%%\"></i>", percent_of(share));
        if (measured) {
            buf_printf(out, "<u style=\"left:%.1f%%\"></u>", percent_of(planned));
        }
        buf_puts(out, "</span></td></tr>\n");
        if (tasks) {
            mix_rows(out, tasks, measured, depth + 1);
        }
    }
}

static void mix_table(struct buf *out, const char *title, json_t *nodes, bool measured)
{
    buf_printf(out, "<div class=\"card scroll\"><table><thead><tr><th>%s</th>", title);
    if (measured) {
        buf_puts(out, "<th class=\"n\">Measured<small>%</small></th>");
    }
    buf_puts(out, "<th class=\"n\">Planned<small>%</small></th><th></th></tr></thead><tbody>\n");
    mix_rows(out, nodes, measured, 0);
    html_table_end(out);
}

/* Workers of other kinds don't tell which tasks they started. */
static bool is_measured(const struct html *html)
{
    size_t position = 0;
    uint64_t count;

    return tasks_next(stats_tasks(html->snapshot->stats), &position, &count) != NULL;
}

void html_task_mix(const struct html *html)
{
    const struct plan *plan = html->options->plan;
    bool measured = is_measured(html);

    if (!plan || plan->class_count == 0) {
        return;
    }
    json_t *mix = ratio_planned(plan, html->users);

    measured_add(mix, stats_tasks(html->snapshot->stats));
    html_section(html->out,
                 "Task mix",
                 measured ? "shares of the tasks that were started; tick: planned" : "as planned");
    buf_puts(html->out, "<div class=\"mixes\">");
    mix_table(html->out, "Of all work", json_object_get(mix, "total"), measured);
    if (plan->class_count > 1) { /* else it is the same */
        mix_table(html->out, "Per user class", json_object_get(mix, "per_class"), measured);
    }
    buf_puts(html->out, "</div>\n");
    html_end(html->out);
    json_decref(mix);
}

/* ---- How it was run ---- */

static void load_fact(const struct html *html)
{
    const struct html_options *options = html->options;
    char text[4 * NUMBER_SIZE], users[NUMBER_SIZE], rate[NUMBER_SIZE], span[NUMBER_SIZE];

    if (options->shaped) {
        snprintf(
            text, sizeof(text), "a load shape, %s users at most", number_count(users, html->users));
    } else {
        snprintf(text,
                 sizeof(text),
                 "%s user%s at %s/s",
                 number_count(users, options->users),
                 options->users == 1 ? "" : "s",
                 number_rate(rate, options->spawn_rate));
    }
    html_fact(html->out, "Load", text);
    if (options->run_time_ns > 0) {
        number_duration(span, seconds_from_ns(options->run_time_ns));
    } else {
        snprintf(span, sizeof(span), "no limit");
    }
    html_fact(html->out, "Run time", span);
    if (html->paused_s > 0) {
        html_fact(html->out, "Paused for", number_duration(span, (double)html->paused_s));
    }
}

static void machine_fact(struct buf *out)
{
    struct utsname name;
    char text[400], memory[NUMBER_SIZE];
    struct sysinfo info;

    if (uname(&name) == 0 && sysinfo(&info) == 0) {
        snprintf(text,
                 sizeof(text),
                 "%.60s %.120s, %.40s, %d cores, %s",
                 name.sysname,
                 name.release,
                 name.machine,
                 get_nprocs(),
                 number_size(memory, (double)info.totalram * info.mem_unit));
        html_fact(out, "Machine", text);
    }
}

static void classes_fact(const struct html *html)
{
    const struct snapshot *snapshot = html->snapshot;
    struct buf names;

    buf_init(&names, 64 * 1024);
    for (size_t i = 0; i < snapshot->class_count; i++) {
        buf_printf(&names, "%s%s", i > 0 ? ", " : "", snapshot->class_names[i]);
    }
    if (names.length > 0) {
        html_fact(html->out, "User classes", buf_text(&names));
    }
    buf_fini(&names);
}

void html_how(const struct html *html)
{
    const struct html_options *options = html->options;
    struct buf *out = html->out;
    size_t workers = 0;
    char text[80];

    html_section(out, "How it was run", NULL);
    buf_puts(out, "<div class=\"card\"><dl class=\"meta\">");
    html_fact(out, "Scenario", options->locustfile ? options->locustfile : "\xe2\x80\x93");
    classes_fact(html);
    html_fact(out, "Target", html->host ? html->host : "of each user class");
    if (options->profile && *options->profile) {
        html_fact(out, "Profile", options->profile);
    }
    load_fact(html);
    if (html->snapshot->distributed && options->watch) {
        watch_workers(options->watch, &workers);
    }
    snprintf(text,
             sizeof(text),
             "Cicada " CICADA_VERSION ", %zu %s",
             workers ? workers : 1,
             workers == 0   ? "process"
             : workers == 1 ? "worker"
                            : "workers");
    html_fact(out, "Engine", text);
    machine_fact(out);
    html_fact(out, "Response time", "from sending to the last byte");
    html_fact(out,
              "Ended",
              html->runs                  ? "still running"
              : html->snapshot->why_ended ? html->snapshot->why_ended
                                          : "\xe2\x80\x93");
    buf_puts(out, "</dl></div>\n");
    if (options->command) {
        buf_puts(out, "<p class=\"cmd\" id=\"command\">");
        html_text(out, options->command);
        buf_puts(out, "</p>\n");
    }
    html_end(out);
}
