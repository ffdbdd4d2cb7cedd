/* SPDX-License-Identifier: MIT */
/*
 * html.h - the report of a run: one file that needs no network and no script, is read on a screen
 * and on paper, and can be mailed. What is shown comes from the same snapshot as all other outputs;
 * the timeline and what changed from who watched the run.
 *
 * The only script in it sorts tables. A policy within the file forbids everything else, so that
 * even a mistake in escaping would execute nothing.
 */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "runner/snapshot.h"
#include "sim/plan.h"
#include "watch/watch.h"

enum { HTML_MAX = 256 * 1024 * 1024 }; /* bytes of a report */

/* How the test was run; texts NULL where nothing is known. */
struct html_options {
    const struct watch *watch; /* NULL: no timeline */
    const struct plan *plan;   /* no classes where only workers know them; may be NULL */
    const char *host, *locustfile, *profile, *description;
    const char *command; /* that would run it again, secrets masked */
    uint32_t users;
    double spawn_rate;
    int64_t run_time_ns; /* 0: no limit */
    bool shaped;         /* a load shape decided over the users */
    bool dark;
    const char *download; /* address of a link to this report; NULL: no link */
};

/* Check out->failed. */
void html_write(struct buf *out, const struct snapshot *snapshot,
                const struct html_options *options);

/* "{u}", "{r}" and "{t}" of a name become whole numbers: users, rate, seconds of --run-time (left
 * alone where there is none); "{ts}" the moment, "{profile}" the profile. Owned by the caller. */
char *html_file_name(const char *name, const struct html_options *options, int64_t now_ns);

/* Replaces the file. False with a sentence if it can't be written in full. */
bool html_write_file(const char *name, const struct snapshot *snapshot,
                     const struct html_options *options, struct err *err);

#endif
