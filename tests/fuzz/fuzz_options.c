/* SPDX-License-Identifier: MIT */
/*
 * Words separated by NULs: the command line up to an empty word, then the environment. Files are
 * left out, as they have targets of their own; --config is dropped so that none is opened.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/ensure.h"
#include "base/memory.h"
#include "cli/help.h"
#include "cli/options.h"

enum { MOST_WORDS = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct scenario_option shop[] = {
    {.name = "flavour", .default_value = "plain"},
    {.name = "fast", .flag = true},
    {.name = "api-key", .secret = true},
    {0},
};

static void read_all(const struct options *options)
{
    struct buf text;

    for (size_t i = 0; options->user_classes[i]; i++) {
        ENSURE(strlen(options->user_classes[i]) < SIZE_MAX);
    }
    options_custom(options, "flavour");
    options_custom(options, "fast");
    options_log(options);
    buf_init(&text, HELP_MAX_BYTES);
    help_text(options, 80, &text);
    buf_fini(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct scenario_option *const custom[] = {shop, NULL};
    char *argv[MOST_WORDS + 2] = {(char *)"cicada"}, *environment[MOST_WORDS + 1] = {NULL};
    struct option_inputs inputs = {.argc = 1, .argv = argv, .environment = environment};
    struct options options = {0};
    struct err err = {""};
    char *text = mem_new(size + 1);
    size_t variables = 0;
    bool words = true;

    if (size > 0) {
        memcpy(text, data, size);
    }
    log_set_level(LOG_CRITICAL);
    for (char *p = text; p < text + size; p += strlen(p) + 1) {
        if (words && !*p) {
            words = false;
        } else if (words && inputs.argc <= MOST_WORDS && strncmp(p, "--c", 3) != 0) {
            argv[inputs.argc++] = p;
        } else if (!words && variables < MOST_WORDS) {
            environment[variables++] = p;
        }
    }
    if (options_scan(&options, &inputs, &err)) {
        ENSURE(err.text[0] == '\0' && options.locustfile);
        if (options_parse(&options, &inputs, custom, &err)) {
            ENSURE(err.text[0] == '\0');
            read_all(&options);
        } else {
            ENSURE(err.text[0] != '\0');
        }
    }
    options_fini(&options);
    free(text);
    return 0;
}
