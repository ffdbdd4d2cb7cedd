/* SPDX-License-Identifier: MIT */
/*
 * settings.h - the text given for each option and the place it came from, before it is turned into
 * typed members. Sources are applied from the weakest to the strongest; a later put replaces an
 * earlier one whole, lists included, as in Locust. For use within cli/ only.
 */
#ifndef CLI_SETTINGS_H
#define CLI_SETTINGS_H

#include "base/buf.h"
#include "cli/options.h"

struct option_setting {
    enum option_origin origin; /* ORIGIN_DEFAULT: nothing was given */
    bool listed;               /* written as a list: [a, b] */
    char *place;               /* "locust.conf:3", "environment variable LOCUST_USERS" */
    char **values;             /* ends with NULL */
    size_t count;
};

/* What a source says about one option. Everything is copied. */
struct setting_text {
    enum option_origin origin;
    bool listed;
    const char *place;
    const char *const *values;
    size_t count;
};

/* Lays out the table and the scenario's options; forgets all settings. */
bool settings_init(struct options *options, const struct scenario_option *const *custom,
                   struct err *err);
void settings_fini(struct options *options);

/* The setting of the positional user classes. */
struct option_setting *settings_classes(const struct options *options);

void setting_put(struct option_setting *setting, const struct setting_text *text);

/* The setting of an option of this structure's specs. */
struct option_setting *settings_of(const struct options *options, const struct option_spec *spec);

/*
 * Finds an option by its long name, which may be cut to an unambiguous prefix. Locust's own names
 * and the scenario's win over the additional ones, so that a prefix means what it means there.
 * NULL: none, or several and *ambiguous is set.
 */
const struct option_spec *settings_find(const struct options *options, const char *name,
                                        size_t length, bool *ambiguous);
const struct option_spec *settings_find_letter(const struct options *options, char letter);

/* Appends the value; passwords within a URL show as ***. */
void setting_add_masked(struct buf *line, const char *value);

/* "-u/--users", as messages name an option. */
const char *option_label(const struct option_spec *spec, char *text, size_t size);

/*
 * False, with the sentence to print, if an option was given that this version lacks. A flag
 * switched off and an empty value ask for nothing, and a worker needs none of them. sure: but not
 * for names that a scenario, once loaded, may declare itself.
 */
bool settings_available(const struct options *options, bool sure, struct err *err);

/* The sources. tolerant: what is unknown is skipped, for the first pass. */
bool command_line_apply(struct options *options, int argc, char **argv, bool tolerant,
                        struct err *err);
void environment_apply(struct options *options, char **environment);
bool config_files_apply(struct options *options, const struct option_inputs *inputs, bool tolerant,
                        struct err *err);

/* The members, from the settings. tolerant: bad values leave the default. */
bool settings_convert(struct options *options, bool tolerant, struct err *err);

#endif
