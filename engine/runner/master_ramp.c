/* SPDX-License-Identifier: MIT */
/* master_ramp.c - which worker runs how many users, as it changes over time. */
#define LOGGER "locust.runners"
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "runner/master_private.h"

static const int64_t reports_wait_ns = NS_PER_S; /* for workers to say that they are done */
static const int64_t rebalance_after_ns = 20 * NS_PER_MS; /* many may come at once */

/* ---- The classes ---- */

static const struct master_class *given_class(const struct master *master, const char *name)
{
    for (size_t i = 0; i < master->options->class_count; i++) {
        if (strcmp(master->options->classes[i].name, name) == 0) {
            return &master->options->classes[i];
        }
    }
    return NULL;
}

struct class_list {
    struct spread_class *items;
    size_t count;
};

/* The order at hand may leave some out. */
static bool ordered(const struct master *master, const char *name)
{
    const char *const *classes = master->order_classes;

    while (classes && *classes && strcmp(*classes, name) != 0) {
        classes++;
    }
    return !classes || *classes;
}

static void add_class(const struct master *master, struct class_list *list, const char *name)
{
    const struct master_class *given = given_class(master, name);
    const struct plan_override *change = class_changes_find(master->changes, name);
    struct spread_class class = {.name = name,
                                 .weight = given ? given->weight : 1,
                                 .fixed_count = given ? given->fixed_count : 0};

    if (!ordered(master, name)) {
        return;
    }
    if (change && change->has_weight) {
        class.weight = change->weight;
    }
    if (change && change->has_fixed_count) {
        class.fixed_count = change->fixed_count;
    }
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->items[i].name, name) == 0) {
            return;
        }
    }
    list->items = mem_resize(list->items, list->count + 1, sizeof(*list->items));
    list->items[list->count++] = class;
}

static bool knows(const struct peer *peer, const char *name)
{
    for (size_t i = 0; i < peer->class_count; i++) {
        if (strcmp(peer->classes[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* A class that workers have named. */
struct named {
    const char *name;
    size_t workers;
    const struct peer *last; /* of them: one may name it twice */
};

struct named_list {
    struct named *items;
    size_t count;
};

/* Workers mostly name the same classes in the same order, so the search starts where it ended for
 * the others: with thousands of them it holds up the loop otherwise. */
static struct named *named_of(struct named_list *list, const char *name, size_t start)
{
    for (size_t i = 0; i < list->count; i++) {
        struct named *item = &list->items[(start + i) % list->count];

        if (strcmp(item->name, name) == 0) {
            return item;
        }
    }
    list->items = mem_resize(list->items, list->count + 1, sizeof(*list->items));
    list->items[list->count] = (struct named){.name = name};
    return &list->items[list->count++];
}

static void warn_left_out(const struct master *master, const char *name)
{
    for (struct peer *peer = NULL; (peer = roster_next(master->roster, peer));) {
        if (peer->class_count > 0 && !knows(peer, name)) {
            log_warning("user class %s is left out: worker %s does not know it", name, peer->id);
            return;
        }
    }
}

/* What workers have named; those of Go and Java know no classes and run whatever they are told. A
 * Python worker given a name it lacks runs nothing at all, so all that name any must know it. */
static struct class_list learned_classes(const struct master *master)
{
    struct class_list list = {0};
    struct named_list named = {0};
    size_t naming = 0;

    for (struct peer *peer = NULL; (peer = roster_next(master->roster, peer));) {
        naming += peer->class_count > 0;
        for (size_t i = 0; i < peer->class_count; i++) {
            struct named *item = named_of(&named, peer->classes[i].name, i);

            item->workers += item->last != peer;
            item->last = peer;
        }
    }
    for (size_t i = 0; i < named.count; i++) {
        if (named.items[i].workers == naming) {
            add_class(master, &list, named.items[i].name);
        } else {
            warn_left_out(master, named.items[i].name);
        }
    }
    free(named.items);
    if (naming == 0) {
        log_info("no worker has named its user classes: dealing out users of class \"User\"");
        add_class(master, &list, "User");
    }
    return list;
}

static struct class_list given_classes(const struct master *master)
{
    struct class_list list = {0};

    for (size_t i = 0; i < master->options->class_count; i++) {
        add_class(master, &list, master->options->classes[i].name);
    }
    return list;
}

bool master_ramp_open(struct master *master, struct err *err)
{
    struct class_list list =
        master->options->learn_classes ? learned_classes(master) : given_classes(master);
    uint32_t worker;

    master->spread = spread_new(list.items, list.count, SPREAD_FEWEST_MOVES, err);
    free(list.items);
    if (!master->spread) {
        return false;
    }
    for (struct peer *peer = NULL; (peer = roster_next(master->roster, peer));) {
        if (peer_active(peer)) {
            spread_add_worker(master->spread, peer->id, &worker);
        }
    }
    arena_reset(&master->test_texts);
    master->parsed_options = master_parsed_options(master);
    master->last_step = false;
    return true;
}

void master_ramp_stop_timers(struct master *master)
{
    loop_timer_stop(&master->step_timer);
    loop_timer_stop(&master->rebalance_timer);
    loop_timer_stop(&master->reports_timer);
    master->step_held = false;
}

void master_ramp_close(struct master *master)
{
    master_ramp_stop_timers(master);
    spread_free(master->spread);
    master->spread = NULL;
}

/* ---- Telling the workers ---- */

static void send_part(struct master *master, uint32_t worker)
{
    const char *id = spread_worker_id(master->spread, worker);
    struct peer *peer = roster_find(master->roster, slice_of(id));

    if (peer) {
        master_send_spawn(master, peer, spread_counts(master->spread, worker));
    }
}

static void send_all(struct master *master)
{
    for (size_t i = 0; i < spread_worker_count(master->spread); i++) {
        send_part(master, spread_worker_at(master->spread, i));
    }
}

static bool changed(const struct spread_step *step, uint32_t worker)
{
    for (size_t i = 0; i < step->change_count; i++) {
        if (step->changes[i].worker == worker) {
            return true;
        }
    }
    return false;
}

/* After a redistribution those hear of it whose part changed, and those who are new. */
static void send_changed(struct master *master, const struct spread_step *step)
{
    for (size_t i = 0; i < spread_worker_count(master->spread); i++) {
        uint32_t worker = spread_worker_at(master->spread, i);
        const struct peer *peer =
            roster_find(master->roster, slice_of(spread_worker_id(master->spread, worker)));

        if (changed(step, worker) || (peer && peer->state == PEER_READY)) {
            send_part(master, worker);
        }
    }
}

void master_ramp_remind(struct master *master, struct peer *peer)
{
    uint32_t worker;

    if (master->spread && spread_find_worker(master->spread, peer->id, &worker) &&
        !spread_pending(master->spread)) {
        send_part(master, worker);
    }
}

/* ---- Steps ---- */

static void log_spawned(const struct master *master)
{
    struct buf text;

    buf_init(&text, 64 * 1024);
    for (size_t i = 0; i < spread_class_count(master->spread); i++) {
        const char *name = spread_class_name(master->spread, i);
        size_t users = 0;

        for (struct peer *peer = NULL; (peer = roster_next(master->roster, peer));) {
            users += peer_class_users(peer, name);
        }
        buf_printf(&text, "%s\"%s\": %zu", i > 0 ? ", " : "", name, users);
    }
    log_info(
        "All users spawned: {%s} (%zu total users)", buf_text(&text), roster_users(master->roster));
    buf_fini(&text);
}

static void complete(struct master *master)
{
    bool reported = roster_users(master->roster) == spread_users(master->spread);

    master->last_step = false;
    loop_timer_stop(&master->reports_timer);
    run_state_enter(&master->state, RUN_RUNNING);
    if (reported) {
        log_spawned(master);
    } else {
        log_info("All users are dealt out; some workers have not yet said that they run (%zu of %u "
                 "users reported)",
                 roster_users(master->roster),
                 spread_users(master->spread));
    }
    if (master->options->reset_stats) {
        log_info("Resetting stats");
        stats_reset(master->stats, clock_wall_ns());
    }
    master_send_spawning_complete(master);
    if (master->events.on_spawned) {
        master->events.on_spawned(master->events.data);
    }
}

void master_ramp_reported(struct master *master)
{
    if (master->spread && master->last_step && !loop_timer_active(&master->step_timer) &&
        roster_users(master->roster) == spread_users(master->spread)) {
        complete(master);
    }
}

static void on_reports_timer(struct loop_timer *timer)
{
    complete(timer->data);
}

static void on_step_timer(struct loop_timer *timer)
{
    struct master *master = timer->data;
    struct spread_step step;
    int64_t now_ns = clock_mono_ns();

    if (master->last_step) { /* its pause is over */
        loop_timer_start(&master->reports_timer, reports_wait_ns);
        master_ramp_reported(master);
        return;
    }
    if (master->paused_ns > 0) {
        master->step_held = true;
        return;
    }
    if (!spread_step(master->spread, &step)) {
        return;
    }
    if (step.redistributed) {
        send_changed(master, &step);
    } else {
        send_all(master);
        master->step_due_ns += ns_from_seconds(step.pause_s);
        master->last_step = step.last;
    }
    loop_timer_start(timer, master->step_due_ns - now_ns);
}

void master_ramp_to(struct master *master, uint32_t users, double rate, const char *const *classes)
{
    enum { HARD_RATE = 100 }; /* starts per second that a Python worker can still do */
    size_t workers = spread_worker_count(master->spread);

    if (!course_set_target(master->spread, users, rate, classes)) {
        return;
    }
    log_info("Sending spawn jobs of %u users at %.2f spawn rate to %zu ready workers",
             users,
             rate,
             workers);
    if (workers > 0 && rate / (double)workers > HARD_RATE) {
        log_warning("Your selected spawn rate is very high (>%d per worker), and this is known to "
                    "sometimes cause issues with Python workers.",
                    HARD_RATE);
    }
    run_state_enter(&master->state, RUN_SPAWNING);
    master->spawn_rate = rate;
    master->last_step = false;
    master->step_due_ns = clock_mono_ns();
    loop_timer_stop(&master->reports_timer);
    loop_timer_start(&master->step_timer, 0);
}

/* ---- Workers that come and go ---- */

static void on_rebalance_timer(struct loop_timer *timer)
{
    struct master *master = timer->data;
    struct spread_step step;

    if (spread_pending(master->spread) && spread_step(master->spread, &step)) {
        send_changed(master, &step);
    }
}

static void rebalance_soon(struct master *master)
{
    if (!loop_timer_active(&master->rebalance_timer)) {
        loop_timer_start(&master->rebalance_timer, rebalance_after_ns);
    }
}

void master_ramp_join(struct master *master, struct peer *peer)
{
    uint32_t worker;

    if (!master->spread || !spread_add_worker(master->spread, peer->id, &worker)) {
        return;
    }
    rebalance_soon(master);
    /* A ramp that has nobody to go to rests until somebody comes. */
    if (spread_ramping(master->spread) && !loop_timer_active(&master->step_timer)) {
        master->step_due_ns = clock_mono_ns();
        loop_timer_start(&master->step_timer, 0);
    }
}

void master_ramp_leave(struct master *master, struct peer *peer)
{
    if (!master->spread || !spread_remove_worker(master->spread, peer->id)) {
        return;
    }
    if (spread_worker_count(master->spread) > 0) {
        rebalance_soon(master);
    }
}

void master_ramp_resume(struct master *master)
{
    if (master->step_held) {
        master->step_held = false;
        master->step_due_ns = clock_mono_ns();
        loop_timer_start(&master->step_timer, 0);
    }
}

void master_ramp_init(struct master *master)
{
    loop_timer_init(&master->step_timer, master->loop, on_step_timer, master);
    loop_timer_init(&master->rebalance_timer, master->loop, on_rebalance_timer, master);
    loop_timer_init(&master->reports_timer, master->loop, on_reports_timer, master);
}
