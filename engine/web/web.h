/* SPDX-License-Identifier: MIT */
/*
 * web.h - the web interface of a runner: Locust's routes, ours (API.md), and the page.
 */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "core/loop.h"
#include "report/html.h"
#include "runner/runner.h"
#include "sim/plan.h"
#include "web/server.h"

struct web;

struct web_login_options {
    bool on;
    const char *users_file;  /* see users_file.h */
    const char *auth_header; /* of a reverse proxy that has checked the user; NULL: none */
};

struct web_options {
    struct server_options server;
    const char *base_path; /* "", or starts with a slash and does not end with one */
    const char *cors;      /* the one origin that pages of other sites may come from; NULL: none */
    const char *const *allowed_hosts; /* names that need no login; NULL terminated, may be NULL */
    const char *build_path;           /* a folder with another page; NULL: ours */
    bool class_picker;
    struct web_login_options login;

    /* What the form shows at first. */
    int64_t users;     /* -1: not given */
    double spawn_rate; /* 0: not given */
    int64_t run_time_ns, stop_timeout_ns;
    const char *host;    /* NULL: the classes' own */
    const char *profile; /* NULL: none */
    const char *locustfile, *description;
    const char *command; /* for the report: what would run this again; NULL: not known */

    const struct scenarios *scenarios;
    const struct plan *plan; /* all classes; empty where only workers know them */
    bool shaped;             /* a load shape decides over the users */
    bool distributed;
    size_t expect_workers;        /* that readiness waits for */
    int master_port;              /* where workers register */
    const char *history_csv_path; /* NULL: not started with --csv-full-history */

    /* Scenarios' own options. */
    const char *(*option)(const void *data, const char *name);
    void (*set_option)(void *data, const char *name, const char *text);
    void *option_data;
};

/* All borrowed, and needed until web_free(). NULL with a sentence if it can't listen. */
struct web *web_new(struct loop *loop, struct runner *runner, const struct web_options *options,
                    struct err *err);
void web_free(struct web *web); /* NULL is fine */

const char *web_url(const struct web *web); /* where a person finds the page */
bool web_exposed(const struct web *web);    /* on all interfaces, and without a login */

/* Who watches the runs, and how the last one was run; borrowed until web_free(). */
struct watch *web_watch(const struct web *web);
struct html_options web_report(const struct web *web);

/* What the runner's events say, to be passed on by their receiver. */
void web_on_started(struct web *web); /* by somebody else than the page */
void web_on_spawned(struct web *web);
void web_on_ended(struct web *web);

#endif
