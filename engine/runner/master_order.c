/* SPDX-License-Identifier: MIT */
/* master_order.c - what is asked of a master while it runs: tests, changes, user classes. */
#define LOGGER "locust.runners"
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "runner/master_private.h"
#include "runner/wire_json.h"

static void take(struct master *master, const struct runner_order *order)
{
    struct master_options *options = &master->own_options;

    options->course.users = order->users;
    options->course.spawn_rate = order->spawn_rate;
    if (order->run_time_ns >= 0) {
        options->course.run_time_ns = order->run_time_ns;
    }
    if (order->stop_timeout_ns >= 0) {
        options->stop_timeout_ns = order->stop_timeout_ns;
    }
}

static bool start_by(struct master *master, const struct runner_order *order, struct err *err)
{
    struct arena texts = {0}, before_texts = master->order_texts;
    const char *const *before_classes = master->order_classes;
    struct master_options before = master->own_options;

    if (roster_ready(master->roster) == 0) {
        return err_set(err,
                       "no workers are connected: start some with --worker --master-host, then "
                       "the test can start");
    }
    take(master, order);
    master->own_options.host = order->host ? arena_strdup(&texts, order->host) : NULL;
    master->order_classes = arena_strlist(&texts, order->classes);
    master->order_texts = texts;
    if (!master_begin(master, err)) {
        arena_fini(&master->order_texts);
        master->own_options = before;
        master->order_texts = before_texts;
        master->order_classes = before_classes;
        return false;
    }
    arena_fini(&before_texts);
    return true;
}

/* The new host goes out with the numbers, as with Locust: for users that start from now on. */
static void change_test(struct master *master, const struct runner_order *order)
{
    const char *host = master->options->host;

    if (order->host && (!host || strcmp(order->host, host) != 0)) {
        master->own_options.host = arena_strdup(&master->order_texts, order->host);
    } else if (!order->host) {
        master->own_options.host = NULL;
    }
    take(master, order);
    master->parsed_options = master_parsed_options(master);
    if (order->run_time_ns >= 0) {
        course_limit(&master->course);
    }
    if (!course_shaped(&master->course)) {
        master_ramp_to(master, order->users, order->spawn_rate, NULL);
    }
}

bool master_order(struct runner *runner, const struct runner_order *order, struct err *err)
{
    struct master *master = master_of(runner);

    switch (master->state) {
    case RUN_READY:
    case RUN_STOPPED:
        return start_by(master, order, err);
    case RUN_SPAWNING:
    case RUN_RUNNING:
        change_test(master, order);
        return true;
    case RUN_STOPPING:
    case RUN_STATES:
        break;
    }
    return err_set(err, "the test before is still stopping");
}

/* ---- User classes ---- */

static void forget_oldest(struct master *master)
{
    struct master_update *update = list_item(master->updates.next, struct master_update, link);

    list_remove(&update->link);
    master->update_count--;
    free(update->json);
    free(update);
}

void master_order_free(struct master *master)
{
    while (master->update_count > 0) {
        forget_oldest(master);
    }
    class_changes_free(master->changes);
    arena_fini(&master->order_texts);
}

static void tell(struct master *master, const struct peer *peer, const char *json)
{
    struct arena arena = {0};
    struct err err;
    const struct value *attributes = wire_json_value(json, &arena, &err);

    if (attributes && value_get(attributes, "user_class_name")) {
        master_send_update(master, peer, attributes);
    }
    arena_fini(&arena);
}

void master_tell_updates(struct master *master, const struct peer *peer)
{
    struct master_update *update;

    list_for_each (update, &master->updates, link) {
        tell(master, peer, update->json);
    }
}

static bool known_class(const struct master *master, const char *name)
{
    for (size_t i = 0; i < master->options->class_count; i++) {
        if (strcmp(master->options->classes[i].name, name) == 0) {
            return true;
        }
    }
    for (struct peer *peer = NULL; (peer = roster_next(master->roster, peer));) {
        for (size_t i = 0; i < peer->class_count; i++) {
            if (strcmp(peer->classes[i].name, name) == 0) {
                return true;
            }
        }
    }
    return false;
}

bool master_change_class(struct runner *runner, const struct plan_override *change,
                         const char *json, struct err *err)
{
    struct master *master = master_of(runner);

    if (!known_class(master, change->class_name)) {
        return err_set(err, "there is no user class %s", change->class_name);
    }
    struct master_update *update = mem_new(sizeof(*update));

    class_changes_add(master->changes, change);
    update->json = mem_strdup(json);
    list_append(&master->updates, &update->link);
    if (++master->update_count > MASTER_UPDATES_MAX) {
        forget_oldest(master);
    }
    tell(master, NULL, json);
    return true;
}
