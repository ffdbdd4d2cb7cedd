/* SPDX-License-Identifier: MIT */
#define LOGGER "locust.main"
#include "sim/plan.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "base/memory.h"
#include "sim/plan_set.h"

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
    class->base_path = strstr(class->host, "://") + 3;
    class->base_path += strcspn(class->base_path, "/?#");
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
    struct plan_filter filter = {
        .loaded = loaded,
        .tags = options->tags,
        .exclude_tags = options->exclude_tags,
        .keep = override ? override->tasks : NULL,
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
        return err_set(
            err, "host \"%s\" of class %s must begin with http:// or https://", host, source->name);
    }
    if (host) {
        set_host(class, host);
    }
    class->root = (struct plan_set){
        .name = mem_strdup(source->name), .order = source->order, .wait = source->wait};
    if (!plan_set_build(&class->root, source->tasks, source->name, &filter, err)) {
        return false;
    }
    if (class->root.task_count == 0) {
        log_warning("class %s has no task left after filtering by tags or names", source->name);
    }
    if (options->equal_weights) {
        plan_set_flatten(&class->root);
        class->weight = 1;
    }
    class->depth = plan_set_depth(&class->root);
    return true;
}

static void class_fini(struct plan_class *class)
{
    plan_set_fini(&class->root);
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
        !plan_has_name(options->class_names, source->name)) {
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
    plan->classes[plan->class_count].position = plan->class_count;
    plan->class_count++;
    return true;
}

enum plan_result plan_build(struct plan *plan, const struct scenarios *scenarios,
                            const struct plan_options *options, struct err *err)
{
    *plan = (struct plan){0};
    for (const char *const *name = options->class_names; name && *name; name++) {
        if (!scenarios_find_class(scenarios, *name)) {
            err_set(err, "unknown user class %s; --list shows those there are", *name);
            return PLAN_BAD_CLASS;
        }
    }
    for (size_t i = 0; i < options->override_count; i++) {
        if (!scenarios_find_class(scenarios, options->overrides[i].class_name)) {
            err_set(err,
                    "--config-users names the unknown user class %s",
                    options->overrides[i].class_name);
            return PLAN_BAD_OVERRIDE;
        }
    }
    for (size_t i = 0; i < scenarios->count; i++) {
        const struct user_class *const *class = scenarios->items[i].scenario->classes;

        for (; *class; class ++) {
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
