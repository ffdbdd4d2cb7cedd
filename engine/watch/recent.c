/* SPDX-License-Identifier: MIT */
#include "watch/recent.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"

void recent_fini(struct recent *recent)
{
    for (size_t i = 0; i < RECENT_SECONDS; i++) {
        free(recent->seconds[i].slots);
    }
    hist_fini(&recent->before);
    *recent = (struct recent){0};
}

/* Workers that send rounded times only leave the exact histogram short. */
static void copy_times(struct hist *hist, const struct entry *entry)
{
    struct bucket bucket;

    if (entry->hist.count == entry_timed(entry)) {
        hist_copy(hist, &entry->hist);
        return;
    }
    hist_reset(hist);
    for (size_t position = 0; buckets_next(&entry->buckets, &position, &bucket);) {
        hist_record_many(hist, bucket.key_ms * NS_PER_MS, bucket.count);
    }
}

static void add_slot(struct recent_second *second, size_t index, uint64_t count)
{
    if (second->slot_count == second->capacity) {
        second->capacity = second->capacity ? 2 * second->capacity : 16;
        second->slots = mem_resize(second->slots, second->capacity, sizeof(*second->slots));
    }
    second->slots[second->slot_count++] = (struct recent_slot){
        .index = (uint32_t)index, .count = count > UINT32_MAX ? UINT32_MAX : (uint32_t)count};
}

/* Both ascend, and the older has no slot that the newer lacks. */
static void store_difference(struct recent_second *second, const struct hist *now,
                             const struct hist *before)
{
    struct hist_slot slot, old;
    size_t now_at = 0, old_at = 0;
    bool any_old = hist_next(before, &old_at, &old);

    second->slot_count = 0;
    while (hist_next(now, &now_at, &slot)) {
        uint64_t count = slot.count;

        while (any_old && old.from_ns < slot.from_ns) {
            any_old = hist_next(before, &old_at, &old);
        }
        if (any_old && old.from_ns == slot.from_ns) {
            count = count > old.count ? count - old.count : 0;
        }
        if (count > 0) {
            add_slot(second, hist_index(slot.from_ns), count);
        }
    }
}

static void start_anew(struct recent *recent)
{
    recent->stored = 0;
    recent->requests = recent->failures = 0;
    hist_reset(&recent->before);
}

void recent_step(struct recent *recent, const struct entry *entry, int64_t now_ns)
{
    struct hist now;

    if (entry->num_requests < recent->requests || entry->num_failures < recent->failures) {
        start_anew(recent);
    }
    struct recent_second *second = &recent->seconds[recent->stored % RECENT_SECONDS];

    second->requests = entry->num_requests - recent->requests;
    second->failures = entry->num_failures - recent->failures;
    second->from_ns = recent->last_ns ? recent->last_ns : now_ns - NS_PER_S;
    second->to_ns = now_ns;
    second->slot_count = 0;
    if (second->requests > 0) {
        hist_init(&now);
        copy_times(&now, entry);
        store_difference(second, &now, &recent->before);
        hist_fini(&recent->before);
        recent->before = now;
    }
    recent->requests = entry->num_requests;
    recent->failures = entry->num_failures;
    recent->last_ns = now_ns;
    recent->stored++;
}

void recent_look(const struct recent *recent, size_t skip, size_t seconds, struct recent_view *view)
{
    size_t kept = recent->stored < RECENT_SECONDS ? recent->stored : RECENT_SECONDS;

    hist_reset(&view->hist);
    view->requests = view->failures = 0;
    view->seconds = 0;
    for (size_t i = skip; i < skip + seconds && i < kept; i++) {
        const struct recent_second *second =
            &recent->seconds[(recent->stored - 1 - i) % RECENT_SECONDS];

        view->requests += second->requests;
        view->failures += second->failures;
        view->seconds += seconds_from_ns(second->to_ns - second->from_ns);
        for (size_t k = 0; k < second->slot_count; k++) {
            hist_record_many(
                &view->hist, hist_slot_from_ns(second->slots[k].index), second->slots[k].count);
        }
    }
}
