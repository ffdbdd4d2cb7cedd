/* SPDX-License-Identifier: MIT */
#include "cli/shell_line.h"

#include <string.h>

#include "base/memory.h"
#include "cli/settings.h"

enum { COMMAND_MAX = 64 * 1024 };

/* In quotes unless every character is harmless to a shell. */
static void add_word(struct buf *out, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-+=./:,@%*";
    bool harmless = *word && strspn(word, plain) == strlen(word);

    if (harmless) {
        buf_puts(out, word);
        return;
    }
    buf_putc(out, '\'');
    for (; *word; word++) {
        if (*word == '\'') {
            buf_puts(out, "'\\''");
        } else {
            buf_putc(out, *word);
        }
    }
    buf_putc(out, '\'');
}

static void add_value(struct buf *out, const struct option_spec *spec, const char *value)
{
    struct buf masked;

    buf_init(&masked, COMMAND_MAX);
    if (spec && spec->secret) {
        buf_puts(&masked, "***");
    } else {
        setting_add_masked(&masked, value);
    }
    buf_putc(out, ' ');
    add_word(out, buf_text(&masked));
    buf_fini(&masked);
}

static void add_option(struct buf *out, const struct option_spec *spec,
                       const struct option_setting *setting)
{
    bool flag = spec->type == OPTION_FLAG;

    if (spec->letter) {
        buf_printf(out, " -%c", spec->letter);
    } else {
        buf_printf(out, " --%s", spec->name);
    }
    for (size_t i = 0; i < setting->count && !flag; i++) {
        add_value(out, spec, setting->values[i]);
    }
}

char *shell_line(const struct options *options)
{
    struct option_setting *classes = settings_classes(options);
    struct buf out;

    buf_init(&out, COMMAND_MAX);
    buf_puts(&out, "cicada");
    for (size_t i = 0; i < classes->count && classes->origin != ORIGIN_DEFAULT; i++) {
        add_value(&out, NULL, classes->values[i]);
    }
    for (size_t i = 0; i < options->spec_count; i++) {
        const struct option_spec *spec = &options->specs[i];
        const struct option_setting *setting = &options->settings[i];
        bool off = spec->type == OPTION_FLAG && spec->offset != OPTION_NO_MEMBER &&
                   !*(const bool *)((const char *)options + spec->offset);

        if (setting->origin != ORIGIN_DEFAULT && !off && strcmp(spec->name, "config") != 0) {
            add_option(&out, spec, setting);
        }
    }
    char *command = mem_strdup(buf_text(&out));

    buf_fini(&out);
    return command;
}
