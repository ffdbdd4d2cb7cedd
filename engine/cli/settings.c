/* SPDX-License-Identifier: MIT */
#include "cli/settings.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ensure.h"
#include "base/memory.h"
#include "base/units.h"

enum { MAX_CUSTOM = 1000 };

static bool name_valid(const char *name)
{
    const char *p = name;

    if (!isalnum((unsigned char)*p)) {
        return false;
    }
    while (isalnum((unsigned char)*p) || *p == '-' || *p == '_') {
        p++;
    }
    return *p == '\0';
}

static char *variable_of(const char *name)
{
    char *variable = mem_printf("LOCUST_%s", name);

    for (char *p = variable; *p; p++) {
        *p = *p == '-' ? '_' : (char)toupper((unsigned char)*p);
    }
    return variable;
}

static struct option_spec *find_exact(const struct options *options, const char *name)
{
    for (size_t i = 0; i < options->spec_count; i++) {
        if (strcmp(options->specs[i].name, name) == 0) {
            return &options->specs[i];
        }
    }
    return NULL;
}

/* Several scenarios may declare the same option; the first one's help and default count. */
static bool add_custom(struct options *options, const struct scenario_option *custom, size_t nth,
                       struct err *err)
{
    enum option_type type = custom->flag ? OPTION_FLAG : OPTION_STRING;

    if (!name_valid(custom->name)) {
        return err_set(err, "the scenario's option '%s' has no usable name", custom->name);
    }
    struct option_spec *spec = find_exact(options, custom->name);

    if (spec && spec->group == GROUP_SCENARIO) {
        return spec->type == type ||
               err_set(err, "two scenarios declare --%s, with and without a value", custom->name);
    }
    if (spec && !(spec->state == OPTION_ABSENT && spec->own)) {
        return err_set(err, "the scenario's option --%s is one of cicada's own", custom->name);
    }
    if (!custom->env) {
        options->owned_names[nth] = variable_of(custom->name);
    }
    if (!spec) {
        spec = &options->specs[options->spec_count++];
    }
    *spec = (struct option_spec){
        .name = custom->name,
        .env = custom->env ? custom->env : options->owned_names[nth],
        .initial = custom->default_value,
        .metavar = custom->flag ? NULL : "<value>",
        .help = custom->help,
        .offset = OPTION_NO_MEMBER,
        .type = type,
        .group = GROUP_SCENARIO,
        .secret = custom->secret,
    };
    return true;
}

bool settings_init(struct options *options, const struct scenario_option *const *custom,
                   struct err *err)
{
    size_t extra = 0, nth = 0;

    for (size_t i = 0; custom && custom[i]; i++) {
        for (const struct scenario_option *option = custom[i]; option->name; option++) {
            extra++;
        }
    }
    *options = (struct options){
        .specs = mem_array(option_table_count + extra, sizeof(*options->specs)),
        .owned_names = mem_array(extra + 1, sizeof(*options->owned_names)),
        .spec_count = option_table_count,
    };
    memcpy(options->specs, option_table, option_table_count * sizeof(*options->specs));
    options->settings = mem_array(option_table_count + extra + 1, sizeof(*options->settings));
    if (extra > MAX_CUSTOM) {
        return err_set(err, "the scenarios declare %zu options, more than %d", extra, MAX_CUSTOM);
    }
    for (size_t i = 0; custom && custom[i]; i++) {
        for (const struct scenario_option *option = custom[i]; option->name; option++) {
            if (!add_custom(options, option, nth, err)) {
                return false;
            }
            if (options->owned_names[nth]) {
                nth++;
            }
        }
    }
    return true;
}

static void setting_fini(struct option_setting *setting)
{
    for (size_t i = 0; i < setting->count; i++) {
        free(setting->values[i]);
    }
    free(setting->values);
    free(setting->place);
    *setting = (struct option_setting){0};
}

void settings_fini(struct options *options)
{
    for (size_t i = 0; options->settings && i <= options->spec_count; i++) {
        setting_fini(&options->settings[i]);
    }
    for (size_t i = 0; options->owned_names && options->owned_names[i]; i++) {
        free(options->owned_names[i]);
    }
    free(options->settings);
    free(options->owned_names);
    free(options->specs);
    *options = (struct options){0};
}

struct option_setting *settings_classes(const struct options *options)
{
    return &options->settings[options->spec_count];
}

struct option_setting *settings_of(const struct options *options, const struct option_spec *spec)
{
    ENSURE(spec >= options->specs && spec < options->specs + options->spec_count);
    return &options->settings[spec - options->specs];
}

void setting_put(struct option_setting *setting, const struct setting_text *text)
{
    setting_fini(setting);
    setting->origin = text->origin;
    setting->listed = text->listed;
    setting->place = mem_strdup(text->place);
    setting->values = mem_array(text->count + 1, sizeof(*setting->values));
    setting->count = text->count;
    for (size_t i = 0; i < text->count; i++) {
        setting->values[i] = mem_strdup(text->values[i]);
    }
}

static const struct option_spec *find_prefix(const struct options *options, const char *name,
                                             size_t length, bool own, bool *ambiguous)
{
    const struct option_spec *found = NULL;

    for (size_t i = 0; i < options->spec_count; i++) {
        const struct option_spec *spec = &options->specs[i];

        if (spec->own == own && strncmp(spec->name, name, length) == 0) {
            *ambiguous = *ambiguous || found;
            found = spec;
        }
    }
    return *ambiguous ? NULL : found;
}

const struct option_spec *settings_find(const struct options *options, const char *name,
                                        size_t length, bool *ambiguous)
{
    *ambiguous = false;
    for (size_t i = 0; i < options->spec_count; i++) {
        if (strlen(options->specs[i].name) == length &&
            strncmp(options->specs[i].name, name, length) == 0) {
            return &options->specs[i];
        }
    }
    if (length == 0) {
        return NULL;
    }
    const struct option_spec *spec = find_prefix(options, name, length, false, ambiguous);

    return spec || *ambiguous ? spec : find_prefix(options, name, length, true, ambiguous);
}

const struct option_spec *settings_find_letter(const struct options *options, char letter)
{
    for (size_t i = 0; i < options->spec_count; i++) {
        if (letter && options->specs[i].letter == letter) {
            return &options->specs[i];
        }
    }
    return NULL;
}

const char *option_label(const struct option_spec *spec, char *text, size_t size)
{
    if (spec->letter) {
        snprintf(text, size, "-%c/--%s", spec->letter, spec->name);
    } else {
        snprintf(text, size, "--%s", spec->name);
    }
    return text;
}

static bool asks_for_something(const struct option_spec *spec, const struct option_setting *setting)
{
    bool on;

    if (setting->origin == ORIGIN_DEFAULT || setting->count == 0) {
        return false;
    }
    const char *value = setting->values[0];

    return *value && !(spec->type == OPTION_FLAG && units_parse_bool(value, &on) && !on);
}

bool settings_available(const struct options *options, bool sure, struct err *err)
{
    for (size_t i = 0; i < options->spec_count; i++) {
        const struct option_spec *spec = &options->specs[i];
        const struct option_setting *setting = &options->settings[i];

        if (spec->state == OPTION_PRESENT || !asks_for_something(spec, setting)) {
            continue;
        }
        if (spec->state == OPTION_ABSENT && options->worker) {
            continue; /* people give master and workers the same arguments */
        }
        if (spec->state == OPTION_REMOVED) {
            return err_set(err, "%s (from %s)", spec->help, setting->place);
        }
        if (!(sure && spec->own)) {
            return err_set(
                err, "--%s is not available in this version (from %s)", spec->name, setting->place);
        }
    }
    return true;
}
