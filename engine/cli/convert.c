/* SPDX-License-Identifier: MIT */
/*
 * From the text of a setting to the member of struct options, with the limits of the table.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/units.h"
#include "cli/settings.h"

struct conversion {
    const struct option_spec *spec;
    const char *place; /* NULL: the default */
    void *member;
    struct err *err;
};

static bool refuse(const struct conversion *c, const char *text, const char *why)
{
    char label[80];

    option_label(c->spec, label, sizeof(label));
    if (c->spec->secret) {
        return err_set(c->err, "argument %s: %s (from %s)", label, why, c->place);
    }
    return err_set(c->err, "argument %s: %s: '%s' (from %s)", label, why, text, c->place);
}

/* Defaults may lie outside: -1 users stand for "not given". */
static bool within(const struct conversion *c, const char *text, double value)
{
    const struct option_spec *spec = c->spec;
    char why[96];

    if (!c->place || (spec->min == 0 && spec->max == 0)) {
        return true;
    }
    if (spec->min_open ? value <= spec->min : value < spec->min) {
        snprintf(why, sizeof(why), "must be %s %.10g", spec->min_open ? ">" : ">=", spec->min);
        return refuse(c, text, why);
    }
    if (value > spec->max) {
        snprintf(why, sizeof(why), "must be <= %.10g", spec->max);
        return refuse(c, text, why);
    }
    return true;
}

static bool convert_flag(const struct conversion *c, const char *text)
{
    bool value;

    if (!units_parse_bool(text, &value)) {
        return refuse(c,
                      text,
                      "unexpected value, expecting 'true', 'false', 'yes', 'no', 'on', 'off', "
                      "'1' or '0'");
    }
    if (c->member) {
        *(bool *)c->member = value;
    }
    return true;
}

static bool convert_int(const struct conversion *c, const char *text)
{
    int64_t value;

    if (!units_parse_int(text, INT64_MIN, INT64_MAX, &value)) {
        return refuse(c, text, "invalid int value");
    }
    if (!within(c, text, (double)value)) {
        return false;
    }
    ENSURE(c->member);
    *(int64_t *)c->member = value;
    return true;
}

static bool convert_double(const struct conversion *c, const char *text)
{
    double value;

    if (!units_parse_double(text, &value)) {
        return refuse(c, text, "invalid float value");
    }
    if (!within(c, text, value)) {
        return false;
    }
    ENSURE(c->member);
    *(double *)c->member = value;
    return true;
}

static bool convert_span(const struct conversion *c, const char *text)
{
    int64_t value;

    if (!units_parse_span(text, &value)) {
        return refuse(c,
                      text,
                      "Invalid time span format. Valid formats: 20, 20s, 3m, 2h, 1h20m, "
                      "3h30m10s, 1.5s, 250ms, 1d, etc.");
    }
    if (!within(c, text, (double)value / NS_PER_S)) {
        return false;
    }
    ENSURE(c->member);
    *(int64_t *)c->member = value;
    return true;
}

static bool convert_size(const struct conversion *c, const char *text)
{
    uint64_t value;

    if (!units_parse_size(text, &value)) {
        return refuse(c, text, "invalid size. Valid formats: 4096, 64k, 1.5M, 2G");
    }
    if (!within(c, text, (double)value)) {
        return false;
    }
    ENSURE(c->member);
    *(uint64_t *)c->member = value;
    return true;
}

static bool convert(const struct conversion *c, const char *text)
{
    switch (c->spec->type) {
    case OPTION_FLAG:
        return convert_flag(c, text);
    case OPTION_STRING:
        if (c->member) {
            *(const char **)c->member = text;
        }
        return true;
    case OPTION_INT:
        return convert_int(c, text);
    case OPTION_DOUBLE:
        return convert_double(c, text);
    case OPTION_SPAN:
        return convert_span(c, text);
    case OPTION_SIZE:
        return convert_size(c, text);
    case OPTION_LIST:
    case OPTION_TYPES:
        break;
    }
    return true;
}

bool settings_convert(struct options *options, bool tolerant, struct err *err)
{
    static char *nothing[] = {NULL};
    struct err ignored;

    for (size_t i = 0; i < options->spec_count; i++) {
        const struct option_spec *spec = &options->specs[i];
        const struct option_setting *setting = &options->settings[i];
        struct conversion c = {
            .spec = spec,
            .err = tolerant ? &ignored : err,
            .member = spec->offset == OPTION_NO_MEMBER ? NULL : (char *)options + spec->offset,
        };

        if (spec->state != OPTION_PRESENT) {
            continue;
        }
        if (spec->type == OPTION_LIST) {
            ENSURE(c.member);
            *(char ***)c.member = setting->values ? setting->values : nothing;
            continue;
        }
        if (spec->initial && c.member) {
            ENSURE(convert(&c, spec->initial));
        }
        if (setting->origin == ORIGIN_DEFAULT) {
            continue;
        }
        c.place = setting->place;
        bool ok = setting->listed ? refuse(&c, "[...]", "can't be set to a list")
                                  : convert(&c, setting->values[0]);

        if (!ok && !tolerant) {
            return false;
        }
    }
    options->user_classes = settings_classes(options)->values;
    if (!options->user_classes) {
        options->user_classes = nothing;
    }
    return true;
}
