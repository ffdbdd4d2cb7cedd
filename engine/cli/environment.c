/* SPDX-License-Identifier: MIT */
/*
 * Options from environment variables. A flag reads true/yes/on/1 and false/no/off/0; a list needs
 * the
 * "[a, b]" form, as LOCUST_TAGS="a b" is the one tag "a b".
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/settings.h"
#include "cli/text_list.h"

static const char *variable(char **environment, const char *name)
{
    size_t length = strlen(name);

    for (size_t i = 0; environment && environment[i]; i++) {
        if (strncmp(environment[i], name, length) == 0 && environment[i][length] == '=') {
            return environment[i] + length + 1;
        }
    }
    return NULL;
}

static void put(struct option_setting *setting, const char *place, const char *value, bool list)
{
    struct text_list parsed = {0};
    struct setting_text text = {.origin = ORIGIN_ENVIRONMENT, .place = place};

    if (list && text_list_parse(&parsed, value)) {
        text.values = (const char *const *)parsed.items;
        text.count = parsed.count;
    } else {
        text.values = &value;
        text.count = 1;
    }
    setting_put(setting, &text);
    text_list_fini(&parsed);
}

static void apply_classes(struct options *options, char **environment)
{
    const char *value = variable(environment, "LOCUST_USER_CLASSES");
    struct text_list classes = {0};

    for (const char *p = value; p && *(p += strspn(p, " \t\r\n\f\v"));) {
        size_t length = strcspn(p, " \t\r\n\f\v");

        text_list_add(&classes, p, length);
        p += length;
    }
    if (classes.count > 0) {
        setting_put(settings_classes(options),
                    &(struct setting_text){
                        .origin = ORIGIN_ENVIRONMENT,
                        .place = "environment variable LOCUST_USER_CLASSES",
                        .values = (const char *const *)classes.items,
                        .count = classes.count,
                        .listed = true,
                    });
    }
    text_list_fini(&classes);
}

/* LOCUST_SCENARIO names a built-in scenario and yields to LOCUST_LOCUSTFILE. */
static void apply_scenario(struct options *options, char **environment)
{
    const char *value = variable(environment, "LOCUST_SCENARIO");
    bool ambiguous;
    const struct option_spec *spec =
        settings_find(options, "locustfile", strlen("locustfile"), &ambiguous);

    if (value && *value) {
        put(settings_of(options, spec), "environment variable LOCUST_SCENARIO", value, false);
    }
}

void environment_apply(struct options *options, char **environment)
{
    apply_scenario(options, environment);
    for (size_t i = 0; i < options->spec_count; i++) {
        const struct option_spec *spec = &options->specs[i];
        const char *value = spec->env ? variable(environment, spec->env) : NULL;

        if (value && (spec->type != OPTION_LIST || *value)) {
            char *place = mem_printf("environment variable %s", spec->env);

            put(&options->settings[i], place, value, spec->type == OPTION_LIST);
            free(place);
        }
    }
    apply_classes(options, environment);
}
