/* SPDX-License-Identifier: MIT */
/*
 * spread.c - a stack of placed users, newest on top. Going up deals (next worker, next class) onto
 * it, going down pops; everything else is counted from it.
 */
#include "dispatch/spread.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/ensure.h"
#include "base/memory.h"
#include "dispatch/classes.h"
#include "dispatch/crew.h"
#include "dispatch/pick.h"
#include "dispatch/share.h"

struct spread {
    enum spread_moves moves;
    /* classes, by name */
    char **names;
    size_t class_count;
    bool *allowed;
    struct pick *pick;
    uint32_t *placed; /* users of each class */
    /* workers */
    struct crew *crew;
    uint32_t *counts; /* [slot][class] */
    uint32_t counts_slots;
    size_t cursor; /* position in the crew's order of the next new user */
    /* users */
    struct place *stack;
    uint32_t users;
    size_t stack_capacity;
    /* the ramp */
    uint32_t target, step_users;
    double pause_s;
    bool ramping, pending;
    /* what the last step did */
    struct spread_change *changes;
    size_t change_count, change_capacity;
};

struct spread *spread_new(const struct spread_class *classes, size_t count, enum spread_moves moves,
                          struct err *err)
{
    struct spread_class *kept = classes_usable(classes, &count, err);

    if (!kept) {
        return NULL;
    }
    struct spread *spread = mem_new(sizeof(*spread));
    struct pick_class *weights = mem_array(count, sizeof(*weights));

    spread->moves = moves;
    spread->class_count = count;
    spread->names = mem_array(count, sizeof(*spread->names));
    spread->allowed = mem_array(count, sizeof(*spread->allowed));
    spread->placed = mem_array(count, sizeof(*spread->placed));
    for (size_t i = 0; i < count; i++) {
        spread->names[i] = mem_strdup(kept[i].name);
        spread->allowed[i] = true;
        weights[i] = (struct pick_class){kept[i].weight, kept[i].fixed_count};
    }
    spread->pick = pick_new(weights, count);
    spread->crew = crew_new();
    free(weights);
    free(kept);
    return spread;
}

void spread_free(struct spread *spread)
{
    if (!spread) {
        return;
    }
    for (size_t i = 0; i < spread->class_count; i++) {
        free(spread->names[i]);
    }
    free(spread->names);
    free(spread->allowed);
    free(spread->placed);
    pick_free(spread->pick);
    crew_free(spread->crew);
    free(spread->counts);
    free(spread->stack);
    free(spread->changes);
    free(spread);
}

static uint32_t *count_of(const struct spread *spread, uint32_t worker, uint32_t class)
{
    return &spread->counts[(size_t)worker * spread->class_count + class];
}

static void note_change(struct spread *spread, uint32_t worker, uint32_t class, int32_t delta)
{
    if (spread->change_count == spread->change_capacity) {
        spread->change_capacity = spread->change_capacity ? 2 * spread->change_capacity : 64;
        spread->changes =
            mem_resize(spread->changes, spread->change_capacity, sizeof(*spread->changes));
    }
    spread->changes[spread->change_count++] = (struct spread_change){worker, class, delta};
}

/* -- users -------------------------------------------------------------------------------------*/

/* One more user; false if there is no class for it. */
static bool deal(struct spread *spread, const uint32_t *order, size_t workers)
{
    size_t class = pick_next(spread->pick, spread->placed);

    if (class == PICK_NONE) {
        return false;
    }
    if (spread->users == spread->stack_capacity) {
        spread->stack_capacity = spread->stack_capacity ? 2 * spread->stack_capacity : 256;
        spread->stack = mem_resize(spread->stack, spread->stack_capacity, sizeof(*spread->stack));
    }
    struct place place = {order[spread->cursor % workers], (uint32_t) class};

    spread->cursor = (spread->cursor + 1) % workers;
    spread->stack[spread->users++] = place;
    spread->placed[class]++;
    ++*count_of(spread, place.worker, place.class);
    return true;
}

static void take_back(struct spread *spread)
{
    struct place place = spread->stack[--spread->users];

    spread->placed[place.class]--;
    --*count_of(spread, place.worker, place.class);
    note_change(spread, place.worker, place.class, -1);
}

/* -- redistribution ----------------------------------------------------------------------------*/

/* Locust's way: forget who sits where and deal the same number anew. */
static void deal_anew(struct spread *spread)
{
    size_t workers = crew_count(spread->crew);
    size_t cells = (size_t)spread->counts_slots * spread->class_count;
    const uint32_t *order = crew_order(spread->crew);
    uint32_t *before = mem_array(cells, sizeof(*before));
    uint32_t users = spread->users;

    memcpy(before, spread->counts, cells * sizeof(*before));
    memset(spread->counts, 0, cells * sizeof(*spread->counts));
    memset(spread->placed, 0, spread->class_count * sizeof(*spread->placed));
    spread->users = 0;
    spread->cursor = 0;
    pick_restart(spread->pick, spread->allowed);
    pick_recheck_fixed(spread->pick);
    while (spread->users < users && deal(spread, order, workers)) {
    }
    for (size_t i = 0; i < workers; i++) {
        for (uint32_t c = 0; c < spread->class_count; c++) {
            uint32_t was = before[(size_t)order[i] * spread->class_count + c];
            uint32_t is = *count_of(spread, order[i], c);

            if (was != is) {
                note_change(spread, order[i], c, (int32_t)(is - was));
            }
        }
    }
    free(before);
}

static void note_move(void *data, uint32_t class, uint32_t from, uint32_t to)
{
    struct spread *spread = data;

    if (!crew_gone(spread->crew, from)) {
        note_change(spread, from, class, -1);
    }
    note_change(spread, to, class, 1);
}

/* Our way: only what exceeds an even share moves. */
static void move_surplus(struct spread *spread)
{
    share_evenly(spread->stack,
                 spread->users,
                 spread->counts,
                 spread->class_count,
                 spread->crew,
                 note_move,
                 spread);
    spread->cursor = spread->users % crew_count(spread->crew);
}

static void redistribute(struct spread *spread)
{
    switch (spread->moves) {
    case SPREAD_AS_LOCUST:
        deal_anew(spread);
        break;
    case SPREAD_FEWEST_MOVES:
        move_surplus(spread);
        break;
    }
    crew_sweep(spread->crew);
    spread->pending = false;
}

/* -- workers -----------------------------------------------------------------------------------*/

static void workers_changed(struct spread *spread)
{
    if (spread->users > 0) {
        spread->pending = true;
        return;
    }
    /* Nobody to move, but Locust starts its orders anew. */
    spread->cursor = 0;
    pick_restart(spread->pick, spread->allowed);
    pick_recheck_fixed(spread->pick);
    crew_sweep(spread->crew);
}

bool spread_add_worker(struct spread *spread, const char *id, uint32_t *worker)
{
    uint32_t slot;

    if (!crew_add(spread->crew, id, &slot)) {
        return false;
    }
    if (slot >= spread->counts_slots) {
        size_t row = spread->class_count;
        uint32_t slots = 2 * slot + 8;

        spread->counts = mem_resize(spread->counts, slots * row, sizeof(*spread->counts));
        memset(spread->counts + spread->counts_slots * row,
               0,
               (slots - spread->counts_slots) * row * sizeof(*spread->counts));
        spread->counts_slots = slots;
    }
    workers_changed(spread);
    if (worker) {
        *worker = slot;
    }
    return true;
}

bool spread_remove_worker(struct spread *spread, const char *id)
{
    if (!crew_remove(spread->crew, id)) {
        return false;
    }
    workers_changed(spread);
    return true;
}

bool spread_pending(const struct spread *spread)
{
    return spread->pending && crew_count(spread->crew) > 0;
}

/* -- the ramp ----------------------------------------------------------------------------------*/

static bool any(const bool *flags, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (flags[i]) {
            return true;
        }
    }
    return false;
}

bool spread_set_target(struct spread *spread, uint32_t users, double rate, const bool *allowed)
{
    size_t flags = spread->class_count * sizeof(*allowed);

    if (!isfinite(rate) || rate <= 0 || (allowed && !any(allowed, spread->class_count))) {
        return false;
    }
    if (allowed && memcmp(spread->allowed, allowed, flags) != 0) {
        memcpy(spread->allowed, allowed, flags);
        pick_restart(spread->pick, allowed);
    }
    double step = rate < 1 ? 1 : floor(rate);

    spread->target = users;
    spread->step_users = step < UINT32_MAX ? (uint32_t)step : UINT32_MAX;
    spread->pause_s = step / rate;
    spread->ramping = true;
    return true;
}

static bool go_up(struct spread *spread)
{
    size_t workers = crew_count(spread->crew);
    const uint32_t *order = crew_order(spread->crew);
    uint32_t missing = spread->target - spread->users;

    for (uint32_t n = missing < spread->step_users ? missing : spread->step_users; n > 0; n--) {
        if (!deal(spread, order, workers)) {
            return false;
        }
        const struct place *place = &spread->stack[spread->users - 1];

        note_change(spread, place->worker, place->class, 1);
    }
    return true;
}

static void go_down(struct spread *spread)
{
    uint32_t surplus = spread->users - spread->target;

    for (uint32_t n = surplus < spread->step_users ? surplus : spread->step_users; n > 0; n--) {
        take_back(spread);
    }
    pick_recheck_fixed(spread->pick);
}

bool spread_step(struct spread *spread, struct spread_step *step)
{
    bool classes_left = true;

    *step = (struct spread_step){0};
    spread->change_count = 0;
    if (crew_count(spread->crew) == 0 || (!spread->ramping && !spread->pending)) {
        return false;
    }
    if (spread->pending) {
        redistribute(spread);
        step->redistributed = true;
    } else if (spread->users < spread->target) {
        classes_left = go_up(spread);
    } else if (spread->users > spread->target) {
        go_down(spread);
    }
    if (spread->ramping && (spread->users == spread->target || !classes_left)) {
        spread->ramping = false;
    }
    step->last = !spread->ramping;
    if (!step->redistributed && spread->users != spread->target) {
        step->pause_s = spread->pause_s;
    }
    step->changes = spread->changes;
    step->change_count = spread->change_count;
    return true;
}

/* -- reading -----------------------------------------------------------------------------------*/

uint32_t spread_users(const struct spread *spread)
{
    return spread->users;
}

uint32_t spread_target(const struct spread *spread)
{
    return spread->target;
}

bool spread_ramping(const struct spread *spread)
{
    return spread->ramping;
}

size_t spread_class_count(const struct spread *spread)
{
    return spread->class_count;
}

const char *spread_class_name(const struct spread *spread, size_t class)
{
    ENSURE(class < spread->class_count);
    return spread->names[class];
}

uint32_t spread_class_users(const struct spread *spread, size_t class)
{
    ENSURE(class < spread->class_count);
    return spread->placed[class];
}

size_t spread_worker_count(const struct spread *spread)
{
    return crew_count(spread->crew);
}

uint32_t spread_worker_at(const struct spread *spread, size_t position)
{
    ENSURE(position < crew_count(spread->crew));
    return crew_order(spread->crew)[position];
}

const char *spread_worker_id(const struct spread *spread, uint32_t worker)
{
    return crew_id(spread->crew, worker);
}

bool spread_find_worker(const struct spread *spread, const char *id, uint32_t *worker)
{
    return crew_find(spread->crew, id, worker);
}

const uint32_t *spread_counts(const struct spread *spread, uint32_t worker)
{
    ENSURE(worker < spread->counts_slots);
    return count_of(spread, worker, 0);
}
