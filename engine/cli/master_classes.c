/* SPDX-License-Identifier: MIT */
#include "cli/master_classes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/filename.h"
#include "base/memory.h"

static struct master_class *find(const struct master_classes *classes, const char *name)
{
    for (size_t i = 0; i < classes->count; i++) {
        if (strcmp(classes->items[i].name, name) == 0) {
            return &classes->items[i];
        }
    }
    return NULL;
}

static struct master_class *add(struct master_classes *classes, const char *name)
{
    classes->items = mem_resize(classes->items, classes->count + 1, sizeof(*classes->items));
    classes->items[classes->count] = (struct master_class){.name = name, .weight = 1};
    return &classes->items[classes->count++];
}

/* NAME or NAME:WEIGHT. */
static bool add_foreign(struct master_classes *classes, size_t nth, const char *text,
                        struct err *err)
{
    char *name = classes->names[nth] = mem_strdup(text);
    char *colon = strchr(name, ':'), *end;
    double weight = 1;

    if (colon) {
        *colon = '\0';
        weight = strtod(colon + 1, &end);
        if (end == colon + 1 || *end || !isfinite(weight) || weight < 0) {
            return err_set(err, "argument --class: the weight in '%s' is no number from 0", text);
        }
    }
    if (!*name) {
        return err_set(err, "argument --class: '%s' has no name", text);
    }
    if (find(classes, name)) {
        return err_set(err, "argument --class: class %s is given twice", name);
    }
    add(classes, name)->weight = weight;
    return true;
}

static bool add_all_foreign(struct master_classes *classes, char *const *texts, struct err *err)
{
    size_t count = 0;

    while (texts[count]) {
        count++;
    }
    classes->names = mem_array(count + 1, sizeof(*classes->names));
    for (size_t i = 0; i < count; i++) {
        if (!add_foreign(classes, i, texts[i], err)) {
            return false;
        }
    }
    return true;
}

static void add_planned(struct master_classes *classes, const struct plan *plan)
{
    for (size_t i = 0; i < plan->class_count; i++) {
        struct master_class *class = add(classes, plan->classes[i].name);

        class->weight = plan->classes[i].weight;
        class->fixed_count = plan->classes[i].fixed_count;
    }
}

/* For classes that no plan has applied it to. */
static bool apply_config(struct master_classes *classes, const struct users_config *config,
                         struct err *err)
{
    for (size_t i = 0; i < config->count; i++) {
        const struct user_override *user = &config->overrides[i];
        struct master_class *class = find(classes, user->user_class_name);

        if (!class && !classes->learn) {
            return err_set(
                err, "--config-users names the unknown user class %s", user->user_class_name);
        }
        if (!class) {
            class = add(classes, user->user_class_name);
        }
        if (user->weight >= 0) {
            class->weight = user->weight;
        }
        if (user->fixed_count >= 0) {
            class->fixed_count = (unsigned)user->fixed_count;
        }
    }
    return true;
}

/* Whether a file among those of -f holds scenarios of ours. */
static bool any_c_scenario(const struct options *options)
{
    const char *rest = options->locustfile;

    if (options_origin(options, "locustfile") == ORIGIN_DEFAULT) {
        return false;
    }
    while (*rest) {
        size_t length = strcspn(rest, ",");

        if (length > 0 && !filename_ends(rest, length, ".py")) {
            return true;
        }
        rest += length + (rest[length] == ',');
    }
    return false;
}

bool master_classes_init(struct master_classes *classes, const struct options *options,
                         const struct users_config *config, const struct plan *plan,
                         struct err *err)
{
    bool foreign = options->foreign_classes && options->foreign_classes[0];
    bool named = options->user_classes && options->user_classes[0];

    *classes = (struct master_classes){.learn = !foreign && !named && !any_c_scenario(options)};
    if (foreign) {
        if (!add_all_foreign(classes, options->foreign_classes, err)) {
            return false;
        }
    } else {
        add_planned(classes, plan);
    }
    return apply_config(classes, config, err);
}

void master_classes_fini(struct master_classes *classes)
{
    for (size_t i = 0; classes->names && classes->names[i]; i++) {
        free(classes->names[i]);
    }
    free(classes->names);
    free(classes->items);
    *classes = (struct master_classes){0};
}
