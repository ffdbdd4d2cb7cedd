/* SPDX-License-Identifier: MIT */
#include "cli/options.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/memory.h"
#include "base/units.h"
#include "cli/settings.h"

struct option_inputs options_inputs(int argc, char **argv)
{
    return (struct option_inputs){
        .argc = argc,
        .argv = argv,
        .environment = environ,
        .home = getenv("HOME"),
        .directory = ".",
    };
}

static const struct option_spec *find(const struct options *options, const char *name)
{
    for (size_t i = 0; i < options->spec_count; i++) {
        if (strcmp(options->specs[i].name, name) == 0) {
            return &options->specs[i];
        }
    }
    return NULL;
}

enum option_origin options_origin(const struct options *options, const char *name)
{
    const struct option_spec *spec = find(options, name);

    return spec ? settings_of(options, spec)->origin : ORIGIN_DEFAULT;
}

static const char *place_of(const struct options *options, const char *name)
{
    const struct option_spec *spec = find(options, name);
    const char *place = spec ? settings_of(options, spec)->place : NULL;

    return place ? place : "default";
}

static bool only_shows_text(const struct options *options)
{
    return options->help || options->version || options->print_man || options->print_completion ||
           options->print_curve_key || options->print_web_user || options->print_web_token;
}

/*
 * Weakest first. The command line is read beforehand too: for --config, which names a weaker
 * source, and for --help, which works whatever else is said.
 */
static bool apply_all(struct options *options, const struct option_inputs *inputs, bool tolerant,
                      struct err *err)
{
    if (!command_line_apply(options, inputs->argc, inputs->argv, true, err) ||
        !settings_convert(options, true, err)) {
        return false;
    }
    if (only_shows_text(options)) {
        return true;
    }
    if (!config_files_apply(options, inputs, tolerant, err)) {
        return false;
    }
    environment_apply(options, inputs->environment);
    return command_line_apply(options, inputs->argc, inputs->argv, tolerant, err) &&
           settings_convert(options, tolerant, err) && settings_available(options, tolerant, err);
}

bool options_scan(struct options *options, const struct option_inputs *inputs, struct err *err)
{
    settings_fini(options);
    return settings_init(options, NULL, err) && apply_all(options, inputs, true, err);
}

/* What no single option can tell. */
static bool validate(struct options *options, struct err *err)
{
    if (options->csv_full_history && !options->csv) {
        return err_set(err,
                       "'--csv-full-history' requires '--csv'. (from %s)",
                       place_of(options, "csv-full-history"));
    }
    if (!log_level_parse(options->loglevel_name, &options->loglevel)) {
        return err_set(err,
                       "argument -L/--loglevel: invalid choice: '%s' (choose from 'DEBUG', "
                       "'INFO', 'WARNING', 'ERROR', 'CRITICAL') (from %s)",
                       options->loglevel_name,
                       place_of(options, "loglevel"));
    }
    if (strcmp(options->locustfile, "-") == 0 && !options->worker) {
        return err_set(err,
                       "argument -f/--locustfile: '-' asks a master for the scenario, which needs "
                       "--worker (from %s)",
                       place_of(options, "locustfile"));
    }
    if (options->host && !*options->host) { /* an empty LOCUST_HOST is how containers say "none" */
        options->host = NULL;
    }
    if (options->csv_window_ns == 0) {
        options->csv_window_ns = options->csv_interval_ns;
    }
    if (options->headful) {
        options->headless = false;
    }
    if (options->processes != 0 && !options->worker) {
        options->master = true; /* of the workers it forks */
    }
    if (!*options->tls_cert != !*options->tls_key) {
        return err_set(err, "--tls-cert and --tls-key go together: one of them is missing");
    }
    return true;
}

bool options_parse(struct options *options, const struct option_inputs *inputs,
                   const struct scenario_option *const *custom, struct err *err)
{
    settings_fini(options);
    if (!settings_init(options, custom, err) || !apply_all(options, inputs, false, err)) {
        return false;
    }
    return only_shows_text(options) || validate(options, err);
}

void options_fini(struct options *options)
{
    settings_fini(options);
}

const char *options_custom(const struct options *options, const char *name)
{
    const struct option_spec *spec = find(options, name);

    if (!spec || spec->group != GROUP_SCENARIO) {
        return NULL;
    }
    const struct option_setting *setting = settings_of(options, spec);
    const char *value = setting->origin == ORIGIN_DEFAULT ? spec->initial : setting->values[0];
    bool on = false;

    if (spec->type == OPTION_FLAG && value) {
        return units_parse_bool(value, &on) && on ? "true" : NULL;
    }
    return value;
}

static void retire(struct options *options, struct option_setting *setting)
{
    if (setting->values && setting->values[0]) {
        options->retired =
            mem_resize(options->retired, options->retired_count + 1, sizeof(*options->retired));
        options->retired[options->retired_count++] = setting->values[0];
        setting->values[0] = NULL;
    }
}

void options_custom_set(struct options *options, const char *name, const char *text)
{
    const struct option_spec *spec = find(options, name);
    const char *before = options_custom(options, name);

    if (!spec || spec->group != GROUP_SCENARIO ||
        (before == text || (before && text && strcmp(before, text) == 0))) {
        return;
    }
    retire(options, settings_of(options, spec));
    setting_put(settings_of(options, spec),
                &(struct setting_text){.origin = ORIGIN_COMMAND_LINE,
                                       .place = "the master",
                                       .values = &text,
                                       .count = text ? 1 : 0});
}

void setting_add_masked(struct buf *line, const char *value)
{
    const char *slashes = strstr(value, "://");
    const char *name = slashes ? slashes + 3 : value;
    const char *at = memrchr(name, '@', strcspn(name, "/?#"));

    if (slashes && at) {
        buf_add(line, value, (size_t)(name - value));
        buf_puts(line, "***");
        value = at;
    }
    buf_puts(line, value);
}

void options_log(const struct options *options)
{
    struct buf line;

    buf_init(&line, 4096);
    for (size_t i = 0; i <= options->spec_count; i++) {
        const struct option_setting *setting = &options->settings[i];
        bool classes = i == options->spec_count;

        if (setting->origin == ORIGIN_DEFAULT) {
            continue;
        }
        buf_clear(&line);
        for (size_t k = 0; k < setting->count; k++) {
            buf_puts(&line, k > 0 ? " " : "");
            if (!classes && options->specs[i].secret) {
                buf_puts(&line, "***");
            } else {
                setting_add_masked(&line, setting->values[k]);
            }
        }
        log_debug("option %s = %s (from %s)",
                  classes ? "user classes" : options->specs[i].name,
                  buf_text(&line),
                  setting->place);
    }
    buf_fini(&line);
}
