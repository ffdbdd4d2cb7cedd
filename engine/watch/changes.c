/* SPDX-License-Identifier: MIT */
#include "watch/changes.h"

struct change *changes_add(struct changes *changes, int64_t wall_ns, const char *kind)
{
    struct change *change = &changes->items[changes->stored++ % CHANGES_MAX];

    *change = (struct change){.wall_ns = wall_ns, .kind = kind};
    return change;
}

void changes_clear(struct changes *changes)
{
    changes->stored = 0;
}

size_t changes_count(const struct changes *changes)
{
    return changes->stored < CHANGES_MAX ? changes->stored : CHANGES_MAX;
}

const struct change *changes_nth(const struct changes *changes, size_t n)
{
    return &changes->items[(changes->stored - 1 - n) % CHANGES_MAX];
}
