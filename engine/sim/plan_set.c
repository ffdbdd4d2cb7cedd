/* SPDX-License-Identifier: MIT */
#define LOGGER "locust.main"
#include "sim/plan_set.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"

enum { DEPTH_MAX = 32 }; /* sets nested deeper are a set that holds itself */

struct builder {
    const struct plan_filter *filter;
    const char *class_name;
    struct err *err;
    size_t depth;
};

bool plan_has_name(const char *const *names, const char *name)
{
    for (; names && *names; names++) {
        if (strcmp(*names, name) == 0) {
            return true;
        }
    }
    return false;
}

/* Whether one of the blank-separated tags is among the wanted ones. */
static bool any_tag(const char *tags, const char *const *wanted)
{
    for (const char *tag = tags; tag && *tag;) {
        size_t length = strcspn(tag, " \t,");

        for (const char *const *w = wanted; w && *w && length > 0; w++) {
            if (strlen(*w) == length && strncmp(*w, tag, length) == 0) {
                return true;
            }
        }
        tag += length;
        tag += strspn(tag, " \t,");
    }
    return false;
}

static bool tags_given(const char *const *tags)
{
    return tags && tags[0];
}

void plan_set_fini(struct plan_set *set)
{
    for (size_t i = 0; i < set->task_count; i++) {
        struct plan_task *task = &set->tasks[i];

        free(task->name);
        free(task->next);
        if (task->set) {
            plan_set_fini(task->set);
            free(task->set);
        }
    }
    free(set->tasks);
    free(set->name);
    *set = (struct plan_set){0};
}

static char *task_name(const struct builder *builder, const struct task *task, size_t index)
{
    if (task->name) {
        return mem_strdup(task->name);
    }
    if (task->set) {
        return task->set->name ? mem_strdup(task->set->name) : mem_printf("set_%zu", index + 1);
    }
    char *symbol =
        scenario_symbol_name(builder->filter->loaded, (const void *)(uintptr_t)task->run);

    return symbol ? symbol : mem_printf("task_%zu", index + 1);
}

static bool resolve_transitions(struct builder *builder, struct plan_set *set,
                                const struct task *tasks)
{
    for (size_t i = 0; i < set->task_count; i++) {
        struct plan_task *task = &set->tasks[i];

        if (!tasks[i].next || !tasks[i].next->to) {
            return err_set(builder->err,
                           "class %s, Markov set %s: task %s has no transitions; give it "
                           ".next = NEXT({\"task\", weight})",
                           builder->class_name,
                           set->name,
                           task->name);
        }
        for (const struct transition *t = tasks[i].next; t->to; t++) {
            size_t target = 0;

            while (target < set->task_count && strcmp(set->tasks[target].name, t->to) != 0) {
                target++;
            }
            if (target == set->task_count) {
                return err_set(builder->err,
                               "class %s, Markov set %s: task %s goes on to %s, which is not in "
                               "the set",
                               builder->class_name,
                               set->name,
                               task->name,
                               t->to);
            }
            task->next = mem_resize(task->next, task->next_count + 1, sizeof(*task->next));
            task->next[task->next_count++] =
                (struct plan_next){.target = target, .weight = t->weight ? t->weight : 1};
            task->next_total += t->weight ? t->weight : 1;
        }
    }
    return true;
}

static void warn_unreachable(const struct builder *builder, const struct plan_set *set)
{
    bool *seen = mem_array(set->task_count, sizeof(*seen));
    bool grew = true;

    seen[0] = true;
    while (grew) {
        grew = false;
        for (size_t i = 0; i < set->task_count; i++) {
            for (size_t n = 0; seen[i] && n < set->tasks[i].next_count; n++) {
                size_t target = set->tasks[i].next[n].target;

                grew = grew || !seen[target];
                seen[target] = true;
            }
        }
    }
    for (size_t i = 0; i < set->task_count; i++) {
        if (!seen[i]) {
            log_warning("class %s, Markov set %s: task %s can't be reached from %s",
                        builder->class_name,
                        set->name,
                        set->tasks[i].name,
                        set->tasks[0].name);
        }
    }
    free(seen);
}

static bool build_set(struct builder *builder, struct plan_set *set, const struct task *tasks,
                      bool tagged);

static struct plan_task *append(struct plan_set *set, char *name, unsigned weight, const char *tags)
{
    set->tasks = mem_resize(set->tasks, set->task_count + 1, sizeof(*set->tasks));
    struct plan_task *task = &set->tasks[set->task_count++];

    *task = (struct plan_task){.name = name, .weight = weight, .tags = tags};
    set->total_weight += weight;
    return task;
}

/* A set's own entry: filtered by its tasks; left out when none is left. */
static bool append_set(struct builder *builder, struct plan_set *set, const struct task *task,
                       char *name, bool tagged)
{
    struct plan_set *inner = mem_new(sizeof(*inner));
    const struct task_set *source = task->set;

    *inner = (struct plan_set){
        .name = mem_strdup(name),
        .order = source->order,
        .wait = source->wait,
        .on_start = source->on_start,
        .on_stop = source->on_stop,
    };
    if (!build_set(builder, inner, source->tasks, tagged)) {
        plan_set_fini(inner);
        free(inner);
        free(name);
        return false;
    }
    if (inner->task_count == 0) {
        plan_set_fini(inner);
        free(inner);
        free(name);
        return true;
    }
    append(set, name, task->weight ? task->weight : 1, task->tags)->set = inner;
    return true;
}

static bool append_task(struct builder *builder, struct plan_set *set, const struct task *task,
                        size_t index, bool tagged)
{
    char *name = task_name(builder, task, index);

    if (!task->run == !task->set) {
        err_set(builder->err,
                "class %s: task %s must have either .run or .set",
                builder->class_name,
                name);
        free(name);
        return false;
    }
    if (any_tag(task->tags, builder->filter->exclude_tags)) {
        free(name);
        return true;
    }
    tagged = tagged || any_tag(task->tags, builder->filter->tags);
    if (task->set) {
        return append_set(builder, set, task, name, tagged);
    }
    bool wanted = !tags_given(builder->filter->tags) || tagged;

    if (!wanted || (builder->filter->keep && !plan_has_name(builder->filter->keep, name))) {
        free(name);
        return true;
    }
    append(set, name, task->weight ? task->weight : 1, task->tags)->run = task->run;
    return true;
}

/* tagged: an outer set already matched --tags. */
static bool build_set(struct builder *builder, struct plan_set *set, const struct task *tasks,
                      bool tagged)
{
    bool chosen = tags_given(builder->filter->tags) || tags_given(builder->filter->exclude_tags);
    size_t given = 0;

    if (++builder->depth > DEPTH_MAX) {
        return err_set(builder->err,
                       "class %s: task sets are nested deeper than %d; does %s hold itself?",
                       builder->class_name,
                       DEPTH_MAX,
                       set->name);
    }
    for (; tasks && (tasks[given].run || tasks[given].set); given++) {
        if (set->order == ORDER_MARKOV && tasks[given].tags) {
            return err_set(builder->err,
                           "class %s, Markov set %s: tags are not possible here, they would cut "
                           "the chain",
                           builder->class_name,
                           set->name);
        }
        /* Within a chain nothing is filtered: the set as a whole stays or goes. */
        if (!append_task(builder, set, &tasks[given], given, tagged)) {
            return false;
        }
    }
    builder->depth--;
    if (given == 0) {
        return err_set(builder->err,
                       "class %s: %s has no tasks",
                       builder->class_name,
                       builder->depth == 0 ? "it" : set->name);
    }
    if (set->order == ORDER_MARKOV && set->task_count > 0) {
        if (set->task_count < given) {
            if (!chosen && !builder->filter->keep) {
                return err_set(builder->err, "class %s: %s is cut", builder->class_name, set->name);
            }
            plan_set_fini(set); /* by its tags or task names: gone as a whole */
            return true;
        }
        if (!resolve_transitions(builder, set, tasks)) {
            return false;
        }
        warn_unreachable(builder, set);
    }
    return true;
}

bool plan_set_build(struct plan_set *set, const struct task *tasks, const char *class_name,
                    const struct plan_filter *filter, struct err *err)
{
    struct builder builder = {.filter = filter, .class_name = class_name, .err = err};

    return build_set(&builder, set, tasks, false);
}

static void flatten(struct plan_set *flat, const struct plan_set *set)
{
    for (size_t i = 0; i < set->task_count; i++) {
        const struct plan_task *task = &set->tasks[i];
        bool known = false;

        if (task->set) {
            flatten(flat, task->set);
            continue;
        }
        for (size_t k = 0; k < flat->task_count; k++) {
            known = known || flat->tasks[k].run == task->run;
        }
        if (!known) {
            append(flat, mem_strdup(task->name), 1, task->tags)->run = task->run;
        }
    }
}

void plan_set_flatten(struct plan_set *set)
{
    struct plan_set flat = {.name = mem_strdup(set->name), .wait = set->wait};

    flatten(&flat, set);
    plan_set_fini(set);
    *set = flat;
}

size_t plan_set_depth(const struct plan_set *set)
{
    size_t deepest = 0;

    for (size_t i = 0; i < set->task_count; i++) {
        size_t depth = set->tasks[i].set ? plan_set_depth(set->tasks[i].set) : 0;

        deepest = depth > deepest ? depth : deepest;
    }
    return deepest + 1;
}
