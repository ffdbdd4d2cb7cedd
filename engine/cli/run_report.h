/* SPDX-License-Identifier: MIT */
/*
 * run_report.h - the file of --html: written when a test has ended, however it did.
 */
#ifndef CLI_RUN_REPORT_H
#define CLI_RUN_REPORT_H

#include "cli/headless.h"
#include "cli/with_web.h"
#include "core/loop.h"
#include "runner/runner.h"

struct run_report;

/* Watches the run for it; with a web interface that does. All borrowed. NULL: no --html. */
struct run_report *run_report_new(const struct options *options, const struct program_parts *parts,
                                  struct loop *loop, struct runner *runner, struct with_web *web);
void run_report_free(struct run_report *report); /* NULL is fine */

/* What happens without a web interface; NULL is fine. */
void run_report_started(struct run_report *report);
void run_report_spawned(struct run_report *report);

/* Once for each test; NULL is fine. False if it could not be written, which was logged. */
bool run_report_write(struct run_report *report);

#endif
