/* SPDX-License-Identifier: MIT */
#define LOGGER "locust.main"
#include "cli/with_web.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "cli/setup.h"
#include "cli/shell_line.h"
#include "runner/log_tail.h"
#include "web/web.h"

struct with_web {
    struct options *options;
    struct loop *loop;
    struct runner *runner;
    struct web_options web_options;
    struct web *web;
    char *base_path, *history_csv_path, *locustfile, *command;
    struct loop_timer quit_timer;
    bool quitting;
};

/* ---- Options ---- */

bool with_web_check(const struct options *options, struct err *err)
{
    if (*options->web_base_path && *options->web_base_path != '/') {
        return err_set(err,
                       "Invalid format for --web-base-path argument (%s): the url path must start "
                       "with a slash.",
                       options->web_base_path);
    }
    if (options_origin(options, "autoquit") != ORIGIN_DEFAULT && !options->autostart) {
        return err_set(err, "--autoquit is only meaningful in combination with --autostart");
    }
    if (options->web_login && !options->web_users_file && !options->web_auth_header) {
        return err_set(err,
                       "--web-login needs --web-users-file: cicada --print-web-user NAME makes a "
                       "line for it");
    }
    return true;
}

static void set_option(void *data, const char *name, const char *text)
{
    options_custom_set(data, name, text);
}

/* "a/b.c,d.c" -> "b.c,d.c" */
static char *base_names(const char *list)
{
    char *names = mem_strdup(list), *to = names;

    for (const char *from = names; *from;) {
        size_t length = strcspn(from, ",");
        const char *slash = memrchr(from, '/', length);
        const char *name = slash ? slash + 1 : from;
        size_t left = length - (size_t)(name - from);

        memmove(to, name, left);
        to += left;
        from += length;
        if (*from == ',') {
            *to++ = *from++;
        }
    }
    *to = '\0';
    return names;
}

bool with_web_shaped(const struct options *options, const struct scenarios *scenarios)
{
    bool shape = options->stages != NULL;

    for (size_t i = 0; i < scenarios->count; i++) {
        shape = shape || scenarios->items[i].scenario->tick;
    }
    return shape;
}

static struct web_options web_options(const struct with_web *with,
                                      const struct program_parts *parts)
{
    struct options *options = with->options;

    return (struct web_options){
        .server =
            {
                .host = options->web_host,
                .port = (uint16_t)options->web_port,
                .cert_path = *options->tls_cert ? options->tls_cert : NULL,
                .key_path = *options->tls_key ? options->tls_key : NULL,
            },
        .base_path = options->web_base_path,
        .cors = options->web_cors,
        .allowed_hosts = (const char *const *)options->web_allowed_hosts,
        .build_path = options->build_path,
        .class_picker = options->class_picker,
        .login =
            {
                .on = options->web_login,
                .users_file = options->web_users_file,
                .auth_header = options->web_auth_header,
            },
        .users = options->users,
        .spawn_rate = options->spawn_rate,
        .run_time_ns = options->run_time_ns,
        .stop_timeout_ns = options->stop_timeout_ns,
        .host = options->host,
        .profile = options->profile,
        .locustfile = with->locustfile,
        .description = options->description,
        .command = with->command,
        .scenarios = parts->scenarios,
        .plan = parts->plan,
        .shaped = with_web_shaped(options, parts->scenarios),
        .distributed = options->master,
        .master_port = (int)options->master_bind_port,
        .expect_workers = (size_t)options->expect_workers,
        .history_csv_path = with->history_csv_path,
        .option = look_up_option,
        .set_option = set_option,
        .option_data = options,
    };
}

/* ---- The end ---- */

static bool nothing_runs(const struct with_web *with)
{
    struct snapshot snapshot = with->runner->ops->snapshot(with->runner);

    return !snapshot.distributed && (snapshot.state == RUN_READY || snapshot.state == RUN_STOPPED);
}

bool with_web_quit(struct with_web *with)
{
    with->quitting = true;
    return !nothing_runs(with);
}

static void on_quit_timer(struct loop_timer *timer)
{
    struct with_web *with = timer->data;

    log_info("--autoquit time reached, shutting down");
    with->quitting = true;
    if (nothing_runs(with)) {
        loop_break(with->loop);
    } else {
        with->runner->ops->stop(with->runner);
    }
}

bool with_web_on_ended(struct with_web *with)
{
    const struct options *options = with->options;
    struct snapshot snapshot = with->runner->ops->snapshot(with->runner);
    bool asked = snapshot.why_ended && strncmp(snapshot.why_ended, "Stopped", 7) == 0;

    web_on_ended(with->web);
    if (with->quitting) {
        return false;
    }
    if (options->autostart && !asked) {
        if (options_origin(options, "autoquit") == ORIGIN_DEFAULT) {
            log_info("--autoquit not specified, leaving web ui running indefinitely");
        } else {
            log_debug("Autoquit time limit set to %g seconds",
                      seconds_from_ns(options->autoquit_ns));
            loop_timer_start(&with->quit_timer, options->autoquit_ns);
        }
    }
    return true;
}

void with_web_on_spawned(struct with_web *with)
{
    web_on_spawned(with->web);
}

struct watch *with_web_watch(const struct with_web *with)
{
    return web_watch(with->web);
}

struct html_options with_web_report(const struct with_web *with)
{
    return web_report(with->web);
}

/* ---- The start ---- */

void with_web_start(struct with_web *with)
{
    if (with->options->autostart) {
        with->runner->ops->start(with->runner);
        web_on_started(with->web);
    }
}

static char *trimmed(const char *base_path)
{
    char *path = mem_strdup(base_path);
    size_t length = strlen(path);

    while (length > 0 && path[length - 1] == '/') {
        path[--length] = '\0';
    }
    return path;
}

struct with_web *with_web_new(struct options *options, const struct program_parts *parts,
                              struct loop *loop, struct runner *runner, struct err *err)
{
    struct with_web *with = mem_new(sizeof(*with));

    with->options = options;
    with->loop = loop;
    with->runner = runner;
    with->locustfile = base_names(options->locustfile);
    with->command = shell_line(options);
    if (options->csv && options->csv_full_history) {
        with->history_csv_path = mem_printf("%s_stats_history.csv", options->csv);
    }
    loop_timer_init(&with->quit_timer, loop, on_quit_timer, with);
    log_tail_start();
    with->web_options = web_options(with, parts);
    with->web_options.base_path = with->base_path = trimmed(options->web_base_path);
    with->web = web_new(loop, runner, &with->web_options, err);
    if (!with->web) {
        with_web_free(with);
        return NULL;
    }
    log_info("Starting web interface at %s, press enter to open your default browser.",
             options->web_host_display_name ? options->web_host_display_name : web_url(with->web));
    if (web_exposed(with->web)) {
        log_warning("everybody who can reach this machine can drive the test: --web-login asks for "
                    "a password, --web-host 127.0.0.1 keeps others out");
    }
    return with;
}

void with_web_free(struct with_web *with)
{
    if (!with) {
        return;
    }
    loop_timer_stop(&with->quit_timer);
    web_free(with->web);
    log_tail_stop();
    free(with->base_path);
    free(with->history_csv_path);
    free(with->locustfile);
    free(with->command);
    free(with);
}

/* ---- The page in a browser ---- */

/* By a grandchild, so that nobody has to wait for it. */
void with_web_open_page(struct with_web *with)
{
    const char *url = web_url(with->web);
    pid_t child = fork();

    if (child == 0) {
        if (fork() == 0) {
            setsid();
            if (freopen("/dev/null", "r", stdin) && freopen("/dev/null", "w", stdout) &&
                freopen("/dev/null", "w", stderr)) {
                execlp("xdg-open", "xdg-open", url, (char *)NULL);
            }
        }
        _exit(0);
    }
    if (child > 0) {
        waitpid(child, NULL, 0);
    }
    log_info("the web interface is at %s", url);
}
