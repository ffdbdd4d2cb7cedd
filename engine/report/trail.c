/* SPDX-License-Identifier: MIT */
#include "report/trail.h"

#include <stdbool.h>
#include <string.h>

#include "base/clock.h"

/* Marks of a window lie at least a sixth of it apart, which leaves two of eight to spare. */
enum { MARKS_PER_WINDOW = 6 };

/* The last row of a run may follow the one before at once; a rate over less says nothing. */
static const int64_t shortest_ns = 50 * NS_PER_MS;

void trail_fini(struct trail *trail)
{
    for (size_t i = 0; i < TRAIL_MARKS; i++) {
        hist_fini(&trail->marks[i].hist);
    }
    memset(trail, 0, sizeof(*trail));
}

/* The i-th newest. */
static struct trail_mark *mark_at(struct trail *trail, size_t i)
{
    return &trail->marks[(trail->stored - 1 - i) % trail->capacity];
}

/* The newest that is old enough; NULL: the whole row is newer than the window. */
static const struct trail_mark *base_of(struct trail *trail, int64_t now_ns, int64_t window_ns)
{
    int64_t age_ns = window_ns - window_ns / MARKS_PER_WINDOW / 2;

    if (age_ns < shortest_ns) {
        age_ns = shortest_ns;
    }
    for (size_t i = 0; i < trail->stored && i < trail->capacity; i++) {
        if (now_ns - mark_at(trail, i)->now_ns >= age_ns) {
            return mark_at(trail, i);
        }
    }
    return NULL;
}

static bool began_anew(struct trail *trail, const struct entry *entry)
{
    return trail->stored > 0 &&
           (entry->start_ns > trail->start_ns || entry->num_requests < mark_at(trail, 0)->requests);
}

static void put_mark(struct trail *trail, const struct entry *entry, int64_t now_ns,
                     int64_t window_ns)
{
    if (trail->stored > 0 && now_ns - mark_at(trail, 0)->now_ns < window_ns / MARKS_PER_WINDOW) {
        return;
    }
    trail->stored++;

    struct trail_mark *mark = mark_at(trail, 0);

    mark->now_ns = now_ns;
    mark->requests = entry->num_requests;
    mark->failures = entry->num_failures;
    hist_copy(&mark->hist, &entry->hist);
}

void trail_step(struct trail *trail, const struct entry *entry, int64_t now_ns, int64_t window_ns,
                struct trail_view *view)
{
    if (began_anew(trail, entry)) {
        trail->stored = 0;
    }
    trail->start_ns = entry->start_ns;
    trail->capacity = window_ns > 0 ? TRAIL_MARKS : 2;

    const struct trail_mark *base = base_of(trail, now_ns, window_ns);

    view->since_ns = base ? base->now_ns : 0;
    view->requests = entry->num_requests - (base ? base->requests : 0);
    view->failures = entry->num_failures - (base ? base->failures : 0);
    hist_copy(&view->hist, &entry->hist);
    if (base) {
        hist_subtract(&view->hist, &base->hist);
    }
    put_mark(trail, entry, now_ns, window_ns);
}
