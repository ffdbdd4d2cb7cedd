/* SPDX-License-Identifier: MIT */
/*
 * pick.c - the greedy order of classes. Each candidate has a price, the change in divergence if it
 * is picked next, and the cheapest is on top of a heap (locust/dispatch.py, _kl_generator).
 */
#include "dispatch/pick.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

struct candidate {
    double price; /* weight * log2(mass / (mass + 1)) before mass went up */
    double mass;  /* weight + times picked + 1 */
    double weight;
    size_t class;
};

struct heap {
    struct candidate *items;
    size_t length;
};

struct pick {
    struct pick_class *classes;
    size_t count;
    bool *allowed;
    struct heap weighted, fixed;
    uint64_t fixed_left; /* picks left in the round of fixed classes */
    bool fixed_due;
};

/* Locust compares tuples: price, mass, weight, name. Classes are in the order of names. */
static bool before(const struct candidate *a, const struct candidate *b)
{
    if (a->price != b->price) {
        return a->price < b->price;
    }
    if (a->mass != b->mass) {
        return a->mass < b->mass;
    }
    if (a->weight != b->weight) {
        return a->weight < b->weight;
    }
    return a->class < b->class;
}

static void sink(struct heap *heap, size_t at)
{
    struct candidate moved = heap->items[at];

    for (;;) {
        size_t child = 2 * at + 1;

        if (child >= heap->length) {
            break;
        }
        if (child + 1 < heap->length && before(&heap->items[child + 1], &heap->items[child])) {
            child++;
        }
        if (!before(&heap->items[child], &moved)) {
            break;
        }
        heap->items[at] = heap->items[child];
        at = child;
    }
    heap->items[at] = moved;
}

static void heap_add(struct heap *heap, size_t class, double weight)
{
    heap->items[heap->length++] = (struct candidate){
        .price = weight * log2(weight / (weight + 1)),
        .mass = weight + 1,
        .weight = weight,
        .class = class,
    };
}

static void heap_order(struct heap *heap)
{
    for (size_t i = heap->length / 2; i-- > 0;) {
        sink(heap, i);
    }
}

static size_t heap_take(struct heap *heap)
{
    struct candidate *top = &heap->items[0];
    size_t class = top->class;

    top->price = top->weight * log2(top->mass / (top->mass + 1));
    top->mass += 1;
    sink(heap, 0);
    return class;
}

struct pick *pick_new(const struct pick_class *classes, size_t count)
{
    struct pick *pick = mem_new(sizeof(*pick));

    pick->count = count;
    pick->classes = mem_array(count + 1, sizeof(*pick->classes));
    pick->allowed = mem_array(count + 1, sizeof(*pick->allowed));
    pick->weighted.items = mem_array(count + 1, sizeof(struct candidate));
    pick->fixed.items = mem_array(count + 1, sizeof(struct candidate));
    for (size_t i = 0; i < count; i++) {
        pick->classes[i] = classes[i];
    }
    pick->fixed_due = true;
    pick_restart(pick, NULL);
    return pick;
}

void pick_free(struct pick *pick)
{
    if (!pick) {
        return;
    }
    free(pick->classes);
    free(pick->allowed);
    free(pick->weighted.items);
    free(pick->fixed.items);
    free(pick);
}

void pick_restart(struct pick *pick, const bool *allowed)
{
    pick->weighted.length = 0;
    pick->fixed_left = 0;
    for (size_t i = 0; i < pick->count; i++) {
        pick->allowed[i] = !allowed || allowed[i];
        if (pick->allowed[i] && pick->classes[i].fixed_count == 0) {
            heap_add(&pick->weighted, i, pick->classes[i].weight);
        }
    }
    heap_order(&pick->weighted);
}

void pick_recheck_fixed(struct pick *pick)
{
    pick->fixed_due = true;
}

/* A round hands out exactly what is missing: with the missing number as weight, the greedy order
 * picks no class more often than that before all are complete. */
static void start_fixed_round(struct pick *pick, const uint32_t *placed)
{
    pick->fixed.length = 0;
    pick->fixed_left = 0;
    for (size_t i = 0; i < pick->count; i++) {
        uint32_t wanted = pick->allowed[i] ? pick->classes[i].fixed_count : 0;

        if (wanted > placed[i]) {
            heap_add(&pick->fixed, i, wanted - placed[i]);
            pick->fixed_left += wanted - placed[i];
        }
    }
    heap_order(&pick->fixed);
}

size_t pick_next(struct pick *pick, const uint32_t *placed)
{
    if (pick->fixed_left == 0 && pick->fixed_due) {
        pick->fixed_due = false;
        start_fixed_round(pick, placed);
    }
    if (pick->fixed_left > 0) {
        pick->fixed_left--;
        return heap_take(&pick->fixed);
    }
    return pick->weighted.length ? heap_take(&pick->weighted) : PICK_NONE;
}
