/* SPDX-License-Identifier: MIT */
/* crew.c - slots, the ids in order for look-ups, and the serving order made when it is asked for.
 */
#include "dispatch/crew.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum slot_state { SLOT_FREE, SLOT_TAKEN, SLOT_GONE };

struct slot {
    char *id;
    enum slot_state state;
};

struct crew {
    struct slot *slots;
    uint32_t slot_count, slot_capacity;
    uint32_t free_count;
    uint32_t *by_id; /* taken slots, ascending by id */
    size_t count, capacity;
    uint32_t *order; /* the same slots in serving order, unless stale */
    bool stale;
};

struct crew *crew_new(void)
{
    return mem_new(sizeof(struct crew));
}

void crew_free(struct crew *crew)
{
    if (!crew) {
        return;
    }
    for (uint32_t i = 0; i < crew->slot_count; i++) {
        free(crew->slots[i].id);
    }
    free(crew->slots);
    free(crew->by_id);
    free(crew->order);
    free(crew);
}

/* Position of the id among by_id, or where it would be. */
static size_t position_of(const struct crew *crew, const char *id, bool *found)
{
    size_t low = 0, high = crew->count;

    *found = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(crew->slots[crew->by_id[middle]].id, id);

        if (order == 0) {
            *found = true;
            return middle;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static uint32_t take_slot(struct crew *crew)
{
    if (crew->free_count > 0) {
        for (uint32_t i = 0; i < crew->slot_count; i++) {
            if (crew->slots[i].state == SLOT_FREE) {
                crew->free_count--;
                return i;
            }
        }
    }
    if (crew->slot_count == crew->slot_capacity) {
        crew->slot_capacity = crew->slot_capacity ? 2 * crew->slot_capacity : 16;
        crew->slots = mem_resize(crew->slots, crew->slot_capacity, sizeof(*crew->slots));
    }
    return crew->slot_count++;
}

bool crew_add(struct crew *crew, const char *id, uint32_t *slot)
{
    bool found;
    size_t at = position_of(crew, id, &found);

    if (found) {
        return false;
    }
    if (crew->count == crew->capacity) {
        crew->capacity = crew->capacity ? 2 * crew->capacity : 16;
        crew->by_id = mem_resize(crew->by_id, crew->capacity, sizeof(*crew->by_id));
        crew->order = mem_resize(crew->order, crew->capacity, sizeof(*crew->order));
    }
    *slot = take_slot(crew);
    crew->slots[*slot] = (struct slot){mem_strdup(id), SLOT_TAKEN};
    memmove(crew->by_id + at + 1, crew->by_id + at, (crew->count - at) * sizeof(*crew->by_id));
    crew->by_id[at] = *slot;
    crew->count++;
    crew->stale = true;
    return true;
}

bool crew_remove(struct crew *crew, const char *id)
{
    bool found;
    size_t at = position_of(crew, id, &found);

    if (!found) {
        return false;
    }
    struct slot *slot = &crew->slots[crew->by_id[at]];

    free(slot->id);
    *slot = (struct slot){NULL, SLOT_GONE};
    crew->count--;
    memmove(crew->by_id + at, crew->by_id + at + 1, (crew->count - at) * sizeof(*crew->by_id));
    crew->stale = true;
    return true;
}

bool crew_find(const struct crew *crew, const char *id, uint32_t *slot)
{
    bool found;
    size_t at = position_of(crew, id, &found);

    if (found) {
        *slot = crew->by_id[at];
    }
    return found;
}

void crew_sweep(struct crew *crew)
{
    for (uint32_t i = 0; i < crew->slot_count; i++) {
        if (crew->slots[i].state == SLOT_GONE) {
            crew->slots[i].state = SLOT_FREE;
            crew->free_count++;
        }
    }
}

const char *crew_id(const struct crew *crew, uint32_t slot)
{
    bool taken = slot < crew->slot_count && crew->slots[slot].state == SLOT_TAKEN;

    return taken ? crew->slots[slot].id : "";
}

bool crew_gone(const struct crew *crew, uint32_t slot)
{
    return slot >= crew->slot_count || crew->slots[slot].state != SLOT_TAKEN;
}

uint32_t crew_slots(const struct crew *crew)
{
    return crew->slot_count;
}

size_t crew_count(const struct crew *crew)
{
    return crew->count;
}

struct rank {
    const char *id;
    size_t host_length;
    size_t index; /* among the workers of the host */
    uint32_t slot;
};

static int by_host(const void *left, const void *right)
{
    const struct rank *a = left, *b = right;
    size_t shorter = a->host_length < b->host_length ? a->host_length : b->host_length;
    int order = memcmp(a->id, b->id, shorter);

    if (order == 0 && a->host_length != b->host_length) {
        order = a->host_length < b->host_length ? -1 : 1;
    }
    return order ? order : strcmp(a->id, b->id);
}

static int by_index(const void *left, const void *right)
{
    const struct rank *a = left, *b = right;

    if (a->index != b->index) {
        return a->index < b->index ? -1 : 1;
    }
    return strcmp(a->id, b->id);
}

static bool same_host(const struct rank *a, const struct rank *b)
{
    return a->host_length == b->host_length && memcmp(a->id, b->id, a->host_length) == 0;
}

const uint32_t *crew_order(struct crew *crew)
{
    if (!crew->stale) {
        return crew->order;
    }
    struct rank *ranks = mem_array(crew->count + 1, sizeof(*ranks));

    for (size_t i = 0; i < crew->count; i++) {
        const char *id = crew->slots[crew->by_id[i]].id;

        ranks[i] = (struct rank){.id = id, .host_length = strcspn(id, "_"), .slot = crew->by_id[i]};
    }
    qsort(ranks, crew->count, sizeof(*ranks), by_host);
    for (size_t i = 1; i < crew->count; i++) {
        ranks[i].index = same_host(&ranks[i - 1], &ranks[i]) ? ranks[i - 1].index + 1 : 0;
    }
    qsort(ranks, crew->count, sizeof(*ranks), by_index);
    for (size_t i = 0; i < crew->count; i++) {
        crew->order[i] = ranks[i].slot;
    }
    free(ranks);
    crew->stale = false;
    return crew->order;
}
