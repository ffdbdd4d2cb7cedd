/* SPDX-License-Identifier: MIT */
/*
 * master_driver.c - a master that obeys lines on its standard input, for tests of what no option of
 * the program reaches: many tests on one master, targets changed in the middle of a ramp.
 *
 *   master_driver PORT CLASS[:WEIGHT]... -- [OPTION=VALUE]...
 *
 * Options: users, rate, stop_timeout, host, expect, bind.
 *
 * It says "port N" first. Commands: start, target USERS RATE, halt, quit, update JSON,
 * send TYPE TO|* JSON, show (a JSON object of the snapshot on one line).
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "runner/master.h"
#include "sim/current.h"

struct driver {
    struct loop *loop;
    struct runner *runner;
    struct loop_io input;
    struct master_class classes[16];
    struct master_options options;
    struct scenarios scenarios;
    char pending[65536];
    size_t length;
};

static void show(struct driver *driver)
{
    struct snapshot snapshot = driver->runner->ops->snapshot(driver->runner);
    const struct entry *total = stats_total(snapshot.stats);
    json_t *workers = json_array(), *classes = json_object();

    for (size_t i = 0; i < snapshot.worker_count; i++) {
        const struct snapshot_worker *worker = &snapshot.workers[i];

        json_array_append_new(workers,
                              json_pack("{s:s, s:I, s:s, s:I}",
                                        "id",
                                        worker->id,
                                        "index",
                                        (json_int_t)worker->index,
                                        "state",
                                        worker->state,
                                        "users",
                                        (json_int_t)worker->users));
    }
    for (size_t i = 0; i < snapshot.class_count; i++) {
        json_object_set_new(
            classes, snapshot.class_names[i], json_integer((json_int_t)snapshot.class_users[i]));
    }
    json_t *object = json_pack("{s:s, s:I, s:I, s:I, s:I, s:o, s:o}",
                               "state",
                               run_state_name(snapshot.state),
                               "users",
                               (json_int_t)snapshot.users,
                               "target",
                               (json_int_t)snapshot.target_users,
                               "requests",
                               (json_int_t)total->num_requests,
                               "failures",
                               (json_int_t)total->num_failures,
                               "workers",
                               workers,
                               "classes",
                               classes);
    char *text = json_dumps(object, JSON_COMPACT);

    printf("%s\n", text);
    free(text);
    json_decref(object);
}

static void obey(struct driver *driver, char *line)
{
    char type[256], to[256];
    unsigned users;
    double rate;
    int at = 0;
    struct err err;

    if (strcmp(line, "start") == 0) {
        driver->runner->ops->start(driver->runner);
    } else if (sscanf(line, "target %u %lf", &users, &rate) == 2) {
        master_retarget(driver->runner, users, rate);
    } else if (strcmp(line, "halt") == 0) {
        master_halt(driver->runner);
    } else if (strcmp(line, "quit") == 0) {
        driver->runner->ops->stop(driver->runner);
    } else if (strncmp(line, "update ", 7) == 0) {
        puts(master_update_class(driver->runner, line + 7, &err) ? "ok" : err.text);
    } else if (sscanf(line, "send %255s %255s %n", type, to, &at) == 2 && at > 0) {
        puts(cicada_send_message(type, line + at, strcmp(to, "*") == 0 ? NULL : to) ? "ok"
                                                                                    : "not sent");
    } else if (strcmp(line, "show") == 0) {
        show(driver);
    } else {
        printf("unknown command: %s\n", line);
    }
    fflush(stdout);
}

static void on_input(struct loop_io *io, int events)
{
    struct driver *driver = io->data;
    ssize_t got = read(
        io->fd, driver->pending + driver->length, sizeof(driver->pending) - driver->length - 1);
    char *line, *end;

    (void)events;
    if (got <= 0) {
        loop_break(driver->loop);
        return;
    }
    driver->length += (size_t)got;
    driver->pending[driver->length] = '\0';
    line = driver->pending;
    while ((end = strchr(line, '\n'))) {
        *end = '\0';
        obey(driver, line);
        line = end + 1;
    }
    driver->length = strlen(line);
    memmove(driver->pending, line, driver->length + 1);
}

static void on_spawned(void *data)
{
    (void)data;
    puts("spawned");
    fflush(stdout);
}

static void on_ended(void *data)
{
    struct driver *driver = data;
    struct snapshot snapshot = driver->runner->ops->snapshot(driver->runner);

    printf("ended %llu\n", (unsigned long long)stats_total(snapshot.stats)->num_requests);
    fflush(stdout);
}

static void add_class(struct driver *driver, char *text)
{
    char *colon = strchr(text, ':');
    struct master_class *class = &driver->classes[driver->options.class_count++];

    if (colon) {
        *colon = '\0';
    }
    *class = (struct master_class){.name = text, .weight = colon ? strtod(colon + 1, NULL) : 1};
}

static void set_option(struct driver *driver, char *text)
{
    struct master_options *options = &driver->options;
    char *value = strchr(text, '=');

    if (!value) {
        return;
    }
    *value++ = '\0';
    if (strcmp(text, "users") == 0) {
        options->course.users = (uint32_t)strtoul(value, NULL, 10);
    } else if (strcmp(text, "rate") == 0) {
        options->course.spawn_rate = strtod(value, NULL);
    } else if (strcmp(text, "stop_timeout") == 0) {
        options->stop_timeout_ns = ns_from_seconds(strtod(value, NULL));
    } else if (strcmp(text, "host") == 0) {
        options->host = value;
    } else if (strcmp(text, "bind") == 0) {
        options->bind_host = value;
    } else if (strcmp(text, "expect") == 0) {
        options->expect_workers = strtoul(value, NULL, 10);
    }
}

int main(int argc, char **argv)
{
    struct driver driver = {
        .options = {.bind_host = "127.0.0.1",
                    .course = {.users = 1, .spawn_rate = 1},
                    .expect_workers = 1},
    };
    struct runner_events events = {.data = &driver, .on_spawned = on_spawned, .on_ended = on_ended};
    struct stats *stats = stats_new(NULL, clock_wall_ns());
    struct err err;
    int i = 2;

    if (argc < 3) {
        fprintf(stderr, "usage: master_driver PORT CLASS[:WEIGHT]... -- [OPTION=VALUE]...\n");
        return 2;
    }
    log_set_level(LOG_DEBUG);
    driver.options.bind_port = (int)strtol(argv[1], NULL, 10);
    driver.options.classes = driver.classes;
    for (; i < argc && strcmp(argv[i], "--") != 0 && i < 16; i++) {
        add_class(&driver, argv[i]);
    }
    for (; i < argc; i++) {
        set_option(&driver, argv[i]);
    }
    driver.loop = loop_new();
    driver.runner =
        master_new(driver.loop, stats, &driver.scenarios, &driver.options, &events, &err);
    if (!driver.runner) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    printf("port %d\n", master_port(driver.runner));
    fflush(stdout);
    loop_io_init(&driver.input, driver.loop, STDIN_FILENO, on_input, &driver);
    loop_io_watch(&driver.input, LOOP_READ);
    loop_run(driver.loop);
    driver.runner->ops->free(driver.runner);
    stats_free(stats);
    loop_io_watch(&driver.input, 0);
    loop_free(driver.loop);
    return 0;
}
