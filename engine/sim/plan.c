/* SPDX-License-Identifier: MIT */
#define LOGGER "locust.main"
#include "sim/plan.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "base/memory.h"

enum { DEPTH_MAX = 32 }; /* sets nested deeper are a set that holds itself */

struct builder {
    const struct plan_options *options;
    const struct loaded_scenario *loaded;
    const char *class_name;
    const char *const *keep; /* task names; NULL: all */
    struct err *err;
    size_t depth;
};

static bool has_name(const char *const *names, const char *name)
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

static void set_fini(struct plan_set *set)
{
    for (size_t i = 0; i < set->task_count; i++) {
        struct plan_task *task = &set->tasks[i];

        free(task->name);
        free(task->next);
        if (task->set) {
            set_fini(task->set);
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
    char *symbol = scenario_symbol_name(builder->loaded, (const void *)(uintptr_t)task->run);

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

static struct plan_task *append(struct plan_set *set, char *name, unsigned weight)
{
    set->tasks = mem_resize(set->tasks, set->task_count + 1, sizeof(*set->tasks));
    struct plan_task *task = &set->tasks[set->task_count++];

    *task = (struct plan_task){.name = name, .weight = weight};
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
        set_fini(inner);
        free(inner);
        free(name);
        return false;
    }
    if (inner->task_count == 0) {
        set_fini(inner);
        free(inner);
        free(name);
        return true;
    }
    append(set, name, task->weight ? task->weight : 1)->set = inner;
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
    if (any_tag(task->tags, builder->options->exclude_tags)) {
        free(name);
        return true;
    }
    tagged = tagged || any_tag(task->tags, builder->options->tags);
    if (task->set) {
        return append_set(builder, set, task, name, tagged);
    }
    bool wanted = !tags_given(builder->options->tags) || tagged;

    if (!wanted || (builder->keep && !has_name(builder->keep, name))) {
        free(name);
        return true;
    }
    append(set, name, task->weight ? task->weight : 1)->run = task->run;
    return true;
}

/* tagged: an outer set already matched --tags. */
static bool build_set(struct builder *builder, struct plan_set *set, const struct task *tasks,
                      bool tagged)
{
    bool chosen = tags_given(builder->options->tags) || tags_given(builder->options->exclude_tags);
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
            if (!chosen && !builder->keep) {
                return err_set(builder->err, "class %s: %s is cut", builder->class_name, set->name);
            }
            set_fini(set); /* by its tags or task names: gone as a whole */
            return true;
        }
        if (!resolve_transitions(builder, set, tasks)) {
            return false;
        }
        warn_unreachable(builder, set);
    }
    return true;
}

/* --equal-weights: the distinct functions of all sets, each once, in one random set. */
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
            append(flat, mem_strdup(task->name), 1)->run = task->run;
        }
    }
}

static size_t depth_of(const struct plan_set *set)
{
    size_t deepest = 0;

    for (size_t i = 0; i < set->task_count; i++) {
        size_t depth = set->tasks[i].set ? depth_of(set->tasks[i].set) : 0;

        deepest = depth > deepest ? depth : deepest;
    }
    return deepest + 1;
}

/* Takes "http://name:password@host/base/" apart. */
static void set_host(struct plan_class *class, const char *url)
{
    const char *scheme_end = strstr(url, "://");
    const char *start = scheme_end ? scheme_end + 3 : url;
    size_t authority = strcspn(start, "/?#");
    const char *at = memrchr(start, '@', authority);

    free(class->host);
    free(class->auth_name);
    free(class->auth_password);
    class->auth_name = class->auth_password = NULL;
    if (at) {
        const char *colon = memchr(start, ':', (size_t)(at - start));
        const char *name_end = colon ? colon : at;

        class->auth_name = mem_strndup(start, (size_t)(name_end - start));
        class->auth_password =
            colon ? mem_strndup(colon + 1, (size_t)(at - colon - 1)) : mem_strdup("");
        class->host = mem_printf("%.*s%s", (int)(start - url), url, at + 1);
    } else {
        class->host = mem_strdup(url);
    }
    for (size_t length = strlen(class->host); length > 0 && class->host[length - 1] == '/';) {
        class->host[--length] = '\0';
    }
}

static bool host_valid(const char *url)
{
    return strncasecmp(url, "http://", 7) == 0 || strncasecmp(url, "https://", 8) == 0;
}

static bool name_valid(const char *name)
{
    for (const char *p = name; p && *p; p++) {
        if (!isalnum((unsigned char)*p) && *p != '_' && !(*p & 0x80)) {
            return false;
        }
    }
    return name && *name;
}

static const struct plan_override *find_override(const struct plan_options *options,
                                                 const char *class_name)
{
    for (size_t i = options->override_count; i-- > 0;) { /* the last one counts */
        if (strcmp(options->overrides[i].class_name, class_name) == 0) {
            return &options->overrides[i];
        }
    }
    return NULL;
}

static bool build_class(struct plan_class *class, const struct loaded_scenario *loaded,
                        const struct user_class *source, const struct plan_options *options,
                        struct err *err)
{
    const struct plan_override *override = find_override(options, source->name);
    struct builder builder = {
        .options = options,
        .loaded = loaded,
        .class_name = source->name,
        .keep = override ? override->tasks : NULL,
        .err = err,
    };

    *class = (struct plan_class){
        .source = source,
        .name = source->name,
        .weight = source->weight > 0 ? source->weight : 1,
        .fixed_count = source->fixed_count,
    };
    if (source->weight < 0) {
        return err_set(err, "class %s: weight %g is negative", source->name, source->weight);
    }
    if (override && override->has_weight) {
        class->weight = override->weight;
    }
    if (override && override->has_fixed_count) {
        class->fixed_count = override->fixed_count;
    }
    const char *host = options->host ? options->host : source->host;

    if (!options->host && override && override->host) {
        host = override->host;
    }
    if (host && !host_valid(host)) {
        return err_set(err,
                       "host \"%s\" of class %s must begin with http:// or https://",
                       host,
                       source->name);
    }
    if (host) {
        set_host(class, host);
    }
    class->root = (struct plan_set){
        .name = mem_strdup(source->name), .order = source->order, .wait = source->wait};
    if (!build_set(&builder, &class->root, source->tasks, false)) {
        return false;
    }
    if (class->root.task_count == 0) {
        log_warning("class %s has no task left after filtering by tags or names", source->name);
    }
    if (options->equal_weights) {
        struct plan_set flat = {.name = mem_strdup(source->name), .wait = source->wait};

        flatten(&flat, &class->root);
        set_fini(&class->root);
        class->root = flat;
        class->weight = 1;
    }
    class->depth = depth_of(&class->root);
    return true;
}

static void class_fini(struct plan_class *class)
{
    set_fini(&class->root);
    free(class->host);
    free(class->auth_name);
    free(class->auth_password);
}

void plan_fini(struct plan *plan)
{
    for (size_t i = 0; i < plan->class_count; i++) {
        class_fini(&plan->classes[i]);
    }
    free(plan->classes);
    *plan = (struct plan){0};
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct plan_class *)a)->name, ((const struct plan_class *)b)->name);
}

/* Every class of every scenario: for checking names that people typed. */
static const struct user_class *find_class(const struct scenarios *scenarios, const char *name)
{
    for (size_t i = 0; i < scenarios->count; i++) {
        const struct user_class *const *class = scenarios->items[i].scenario->classes;

        for (; *class; class++) {
            if ((*class)->name && strcmp((*class)->name, name) == 0) {
                return *class;
            }
        }
    }
    return NULL;
}

static bool add_class(struct plan *plan, const struct loaded_scenario *loaded,
                      const struct user_class *source, const struct plan_options *options,
                      struct err *err)
{
    if (!name_valid(source->name)) {
        return err_set(err,
                       "%s: class name \"%s\" must be letters, digits and _",
                       loaded->name,
                       source->name ? source->name : "");
    }
    for (size_t i = 0; i < plan->class_count; i++) {
        if (strcmp(plan->classes[i].name, source->name) == 0) {
            return err_set(err,
                           "class name %s is used twice; the second is in %s",
                           source->name,
                           loaded->name);
        }
    }
    if (options->class_names && options->class_names[0] &&
        !has_name(options->class_names, source->name)) {
        return true;
    }
    plan->classes = mem_resize(plan->classes, plan->class_count + 1, sizeof(*plan->classes));
    if (!build_class(&plan->classes[plan->class_count], loaded, source, options, err)) {
        class_fini(&plan->classes[plan->class_count]);
        return false;
    }
    if (plan->classes[plan->class_count].weight == 0 &&
        plan->classes[plan->class_count].fixed_count == 0) {
        class_fini(&plan->classes[plan->class_count]); /* switched off, as in Locust */
        return true;
    }
    plan->class_count++;
    return true;
}

enum plan_result plan_build(struct plan *plan, const struct scenarios *scenarios,
                            const struct plan_options *options, struct err *err)
{
    *plan = (struct plan){0};
    for (const char *const *name = options->class_names; name && *name; name++) {
        if (!find_class(scenarios, *name)) {
            err_set(err, "unknown user class %s; --list shows those there are", *name);
            return PLAN_BAD_CLASS;
        }
    }
    for (size_t i = 0; i < options->override_count; i++) {
        if (!find_class(scenarios, options->overrides[i].class_name)) {
            err_set(err,
                    "--config-users names the unknown user class %s",
                    options->overrides[i].class_name);
            return PLAN_BAD_OVERRIDE;
        }
    }
    for (size_t i = 0; i < scenarios->count; i++) {
        const struct user_class *const *class = scenarios->items[i].scenario->classes;

        for (; *class; class++) {
            if (!add_class(plan, &scenarios->items[i], *class, options, err)) {
                plan_fini(plan);
                return PLAN_BAD_CLASS;
            }
        }
    }
    if (plan->class_count == 0) {
        err_set(err, "no user class left to run");
        plan_fini(plan);
        return PLAN_BAD_CLASS;
    }
    qsort(plan->classes, plan->class_count, sizeof(*plan->classes), by_name);
    return PLAN_OK;
}
