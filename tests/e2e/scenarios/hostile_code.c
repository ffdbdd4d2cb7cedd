/* SPDX-License-Identifier: MIT */
/* hostile_code.c - scenarios that crash, never return, or flood the statistics. */
#include <cicada.h>
#include <stdio.h>
#include <stdlib.h>

enum { MANY = 100000 };

static volatile int zero;
static int *volatile nowhere;

static void write_nowhere(struct user *user)
{
    http_get(user, "/get");
    *nowhere = 1;
}

static void abort_all(struct user *user)
{
    http_get(user, "/get");
    abort();
}

static void divide(struct user *user)
{
    http_get(user, "/get");
    zero = 100 / zero;
}

static void loop_for_ever(struct user *user)
{
    http_get(user, "/get");
    while (zero == 0) {
    }
}

/* Yields all the time, and never asks whether it should go on. */
static void never_return(struct user *user)
{
    while (zero == 0) {
        http_get(user, "/get");
        think(user, 0.1);
    }
}

/* What a path with an id in it does to the names, and a text with one to the failures. */
static void flood(struct user *user)
{
    char name[64], error[64];

    for (int i = 0; i < MANY; i++) {
        snprintf(name, sizeof(name), "/items/%d", i);
        record(user, "FLOOD", .name = name, .time = 0.001, .size = 1);
    }
    for (int i = 0; i < MANY; i++) {
        snprintf(error, sizeof(error), "no item %d", i);
        record(user, "FAIL", .name = "/item", .time = 0.001, .error = error);
    }
}

static const struct task write_tasks[] = {TASK(write_nowhere), {0}};
static const struct task abort_tasks[] = {TASK(abort_all), {0}};
static const struct task divide_tasks[] = {TASK(divide), {0}};
static const struct task loop_tasks[] = {TASK(loop_for_ever), {0}};
static const struct task deaf_tasks[] = {TASK(never_return), {0}};
static const struct task flood_tasks[] = {TASK(flood), {0}};

static const struct user_class writer = {.name = "Writer", .tasks = write_tasks};
static const struct user_class aborter = {.name = "Aborter", .tasks = abort_tasks};
static const struct user_class divider = {.name = "Divider", .tasks = divide_tasks};
static const struct user_class looper = {.name = "Looper", .tasks = loop_tasks};
static const struct user_class deaf = {.name = "Deaf", .tasks = deaf_tasks};
static const struct user_class flooder = {.name = "Flooder", .tasks = flood_tasks};

SCENARIO(&writer, &aborter, &divider, &looper, &deaf, &flooder);
