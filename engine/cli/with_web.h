/* SPDX-License-Identifier: MIT */
/*
 * with_web.h - the web interface beside a runner: when a test starts by itself, when the program
 * ends, and the page in a browser.
 */
#ifndef CLI_WITH_WEB_H
#define CLI_WITH_WEB_H

#include <stdbool.h>

#include "base/err.h"
#include "cli/headless.h"
#include "cli/options.h"
#include "core/loop.h"
#include "report/html.h"
#include "runner/runner.h"

struct with_web;

/* False with a sentence where options contradict each other; the exit code is 1. */
bool with_web_check(const struct options *options, struct err *err);

/* All borrowed. NULL with a sentence if it can't listen. */
struct with_web *with_web_new(struct options *options, const struct program_parts *parts,
                              struct loop *loop, struct runner *runner, struct err *err);
void with_web_free(struct with_web *with); /* NULL is fine */

void with_web_start(struct with_web *with); /* the test, if --autostart is given */

/* The program is to end. True: once the runner, which is to be stopped, says that it has; false:
 * there is nothing to wait for. */
bool with_web_quit(struct with_web *with);

/* A test has ended. True if the program goes on. */
bool with_web_on_ended(struct with_web *with);
void with_web_on_spawned(struct with_web *with);

/* For the report of the last test; borrowed until with_web_free(). */
struct watch *with_web_watch(const struct with_web *with);
struct html_options with_web_report(const struct with_web *with);

/* Whether a load shape decides over the users. */
bool with_web_shaped(const struct options *options, const struct scenarios *scenarios);

void with_web_open_page(struct with_web *with); /* in a browser, if there is one */

#endif
