/* SPDX-License-Identifier: MIT */
#include "web/changes.h"

#include "base/clock.h"

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

void changes_write(const struct changes *changes, struct jsonw *w)
{
    size_t kept = changes->stored < CHANGES_MAX ? changes->stored : CHANGES_MAX;

    jsonw_open(w, "changes", '[');
    for (size_t i = 0; i < kept; i++) {
        const struct change *change = &changes->items[(changes->stored - 1 - i) % CHANGES_MAX];

        jsonw_open(w, NULL, '{');
        jsonw_float(w, "t", (double)change->wall_ns / NS_PER_S);
        jsonw_text(w, "kind", change->kind);
        jsonw_text(w, "text", change->text);
        jsonw_text(w, "short", change->short_text);
        jsonw_text(w, "link", change->link[0] ? change->link : NULL);
        jsonw_close(w, '}');
    }
    jsonw_close(w, ']');
}
