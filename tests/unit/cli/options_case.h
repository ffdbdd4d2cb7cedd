/* SPDX-License-Identifier: MIT */
/*
 * options_case.h - runs a row of inputs, files included, through the options and sums up the
 * result in one line, to be compared with what Locust makes of the same inputs.
 */
#ifndef UNIT_CLI_OPTIONS_CASE_H
#define UNIT_CLI_OPTIONS_CASE_H

#include "check.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/ensure.h"
#include "base/memory.h"
#include "cli/options.h"

enum { CASE_WORDS = 12 };

struct options_case {
    const char *row;
    const char *argv[CASE_WORDS]; /* without the program; $C is the path of the config file */
    const char *env[4];
    const char *home, *conf, *toml, *config; /* texts of the files; NULL: no file */
    const char *want; /* the summary, or "error: " and a part of the sentence */
};

static const char *const case_files[] = {
    "home/.locust.conf", "locust.conf", "pyproject.toml", "c.conf"};

static inline void case_write(const char *folder, const char *name, const char *text)
{
    char *path = mem_printf("%s/%s", folder, name);
    FILE *file = text ? fopen(path, "w") : NULL;

    if (file) {
        fputs(text, file);
        fclose(file);
    }
    free(path);
}

static inline void case_list(struct buf *out, const char *name, char **items)
{
    for (size_t i = 0; items[i]; i++) {
        buf_printf(out, "%s%s", i == 0 ? name : "|", items[i]);
    }
}

static inline void case_summary(const struct options *o, struct buf *out)
{
    if (o->users >= 0) {
        buf_printf(out, " users=%lld", (long long)o->users);
    }
    if (o->spawn_rate > 0) {
        buf_printf(out, " rate=%g", o->spawn_rate);
    }
    if (o->run_time_ns > 0) {
        buf_printf(out, " time=%g", (double)o->run_time_ns / NS_PER_S);
    }
    if (o->host) {
        buf_printf(out, " host=%s", o->host);
    }
    case_list(out, " tags=", o->tags);
    case_list(out, " classes=", o->user_classes);
    if (o->loglevel != LOG_INFO) {
        buf_printf(out, " log=%s", log_level_name(o->loglevel));
    }
    buf_puts(out, o->only_summary ? " only-summary" : "");
    buf_puts(out, o->list ? " list" : "");
    buf_puts(out, o->master ? " master" : "");
    buf_puts(out, o->worker ? " worker" : "");
    if (o->expect_workers != 1) {
        buf_printf(out, " expect=%lld", (long long)o->expect_workers);
    }
    if (o->expect_workers_max_wait_ns > 0) {
        buf_printf(out, " wait=%g", (double)o->expect_workers_max_wait_ns / NS_PER_S);
    }
    if (strcmp(o->master_bind_host, "*") != 0 || o->master_bind_port != 5557) {
        buf_printf(out, " bind=%s:%lld", o->master_bind_host, (long long)o->master_bind_port);
    }
    if (strcmp(o->master_host, "127.0.0.1") != 0 || o->master_port != 5557) {
        buf_printf(out, " at=%s:%lld", o->master_host, (long long)o->master_port);
    }
    case_list(out, " dealt=", o->foreign_classes);
    if (o->stop_timeout_ns > 0) {
        buf_printf(out, " stop=%g", (double)o->stop_timeout_ns / NS_PER_S);
    }
}

static inline void case_run(const struct options_case *c,
                            const struct scenario_option *const *custom)
{
    char folder[] = "/tmp/cicada-options-XXXXXX";
    const char *texts[] = {c->home, c->conf, c->toml, c->config};
    char *argv[CASE_WORDS + 2] = {(char *)"cicada"}, *env[5] = {NULL};
    struct options options = {0};
    struct err err = {""};
    struct buf got;
    int argc = 1;

    CHECK_ROW(c->row);
    CHECK(mkdtemp(folder) != NULL);
    char *home = mem_printf("%s/home", folder), *config = mem_printf("%s/c.conf", folder);
    char *glued = mem_printf("--config=%s", config);

    CHECK(access(home, F_OK) == 0 || mkdir(home, 0700) == 0);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        case_write(folder, case_files[i], texts[i]);
    }
    for (; c->argv[argc - 1]; argc++) {
        const char *word = c->argv[argc - 1];

        argv[argc] = strcmp(word, "$C") == 0            ? config
                     : strcmp(word, "--config=$C") == 0 ? glued
                                                        : (char *)word;
    }
    for (size_t i = 0; c->env[i]; i++) {
        env[i] = (char *)c->env[i];
    }
    struct option_inputs inputs = {argc, argv, env, home, folder};

    buf_init(&got, 4096);
    bool ok =
        options_scan(&options, &inputs, &err) && options_parse(&options, &inputs, custom, &err);

    if (ok) {
        case_summary(&options, &got);
    }
    options_fini(&options);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        char *path = mem_printf("%s/%s", folder, case_files[i]);

        unlink(path);
        free(path);
    }
    rmdir(home);
    rmdir(folder);
    if (strncmp(c->want, "error: ", 7) == 0) {
        const char *part = c->want + 7;

        if (ok || !strstr(err.text, part)) {
            fail_msg("%s: got \"%s\", want an error with \"%s\"",
                     c->row,
                     ok ? buf_text(&got) : err.text,
                     part);
        }
    } else {
        CHECK_STR(ok ? buf_text(&got) + (got.length > 0) : err.text, c->want);
    }
    buf_fini(&got);
    free(home);
    free(config);
    free(glued);
}

#endif
