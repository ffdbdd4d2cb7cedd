/* SPDX-License-Identifier: MIT */
#include "report/measured.h"

#include "base/buf.h"

/* whole: the starts that a share is of; total: the same for all below, too. */
static void add_to(json_t *nodes, const struct tasks *tasks, const char *above, uint64_t whole,
                   bool total)
{
    const char *name;
    json_t *node;

    json_object_foreach(nodes, name, node)
    {
        struct buf path;

        buf_init(&path, (size_t)2 * TASKS_PATH_MAX);
        buf_printf(&path, "%s%s%s", above, *above ? TASKS_JOINT : "", name);
        uint64_t own = path.failed ? 0 : tasks_count(tasks, buf_text(&path));

        json_object_set_new(
            node, "measured", whole > 0 ? json_real((double)own / (double)whole) : json_null());
        add_to(json_object_get(node, "tasks"),
               tasks,
               path.failed ? "" : buf_text(&path),
               total ? whole : own,
               total);
        buf_fini(&path);
    }
}

void measured_add(json_t *shares, const struct tasks *tasks)
{
    size_t position = 0;
    uint64_t whole = 0, count;

    while (tasks_next(tasks, &position, &count)) {
        whole += count;
    }
    add_to(json_object_get(shares, "per_class"), tasks, "", whole, false);
    add_to(json_object_get(shares, "total"), tasks, "", whole, true);
}
