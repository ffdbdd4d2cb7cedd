/* SPDX-License-Identifier: MIT */
/*
 * The command line, read as Python's argparse reads it: prefixes of long options, --option=value,
 * letters in a row (-lV) or followed by their value (-u10), and words that begin with a dash yet
 * are values: "-", negative numbers, and text with a blank in it.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ensure.h"
#include "base/memory.h"
#include "cli/nearest.h"
#include "cli/settings.h"

#define PLACE "command line"

struct reader {
    struct options *options;
    struct err *err;
    char **words; /* what is not read yet */
    size_t word_count;
    const char **classes;
    size_t class_count;
    bool tolerant;
    const struct option_spec *joined; /* given before in this pass */
};

static bool negative_number(const char *word)
{
    size_t before = strspn(word + 1, "0123456789");
    const char *p = word + 1 + before;

    if (*p == '.') {
        size_t after = strspn(p + 1, "0123456789");

        return after > 0 && p[1 + after] == '\0';
    }
    return before > 0 && *p == '\0';
}

/* Whether argparse would look the word up as an option. */
static bool is_option(const struct options *options, const char *word)
{
    bool ambiguous;

    if (word[0] != '-' || word[1] == '\0') {
        return false;
    }
    if (word[1] == '-') {
        if (word[2] == '\0' ||
            settings_find(options, word + 2, strcspn(word + 2, "="), &ambiguous) || ambiguous) {
            return true;
        }
    } else if (settings_find_letter(options, word[1])) {
        return true;
    } else if (negative_number(word)) {
        return false;
    }
    return !strchr(word, ' ');
}

static void put(struct reader *reader, const struct option_spec *spec, const char *const *values,
                size_t count)
{
    setting_put(settings_of(reader->options, spec),
                &(struct setting_text){
                    .origin = ORIGIN_COMMAND_LINE,
                    .place = PLACE,
                    .values = values,
                    .count = count,
                    .listed = spec->type == OPTION_LIST,
                });
}

/* Adds the value to the comma list that the command line has begun. */
static void put_joined(struct reader *reader, const struct option_spec *spec, const char *value)
{
    const struct option_setting *before = settings_of(reader->options, spec);
    char *list = NULL;

    if (reader->joined == spec) {
        list = mem_printf("%s,%s", before->values[0], value);
        value = list;
    }
    put(reader, spec, &value, 1);
    reader->joined = spec;
    free(list);
}

static const char *next_value(struct reader *reader)
{
    if (reader->word_count == 0 || is_option(reader->options, reader->words[0])) {
        return NULL;
    }
    reader->word_count--;
    return *reader->words++;
}

static bool unknown(struct reader *reader, const char *word)
{
    const struct options *options = reader->options;
    const char **names = mem_array(options->spec_count + 1, sizeof(*names));
    size_t count = 0, length = strcspn(word, "=");
    char *typed = mem_strndup(word, length);
    const char *dashes = typed + strspn(typed, "-");

    for (size_t i = 0; i < options->spec_count; i++) {
        if (options->specs[i].state == OPTION_PRESENT && !options->specs[i].hidden) {
            names[count++] = options->specs[i].name;
        }
    }
    const char *name = word[1] == '-' || length > 2 ? nearest_name(dashes, names, count) : NULL;

    if (name) {
        err_set(reader->err, "unrecognized arguments: %s\nDid you mean '--%s'?", typed, name);
    } else {
        err_set(reader->err, "unrecognized arguments: %s", typed);
    }
    free(typed);
    free(names);
    return false;
}

/* The option is known; attached is its value in the same word, or NULL. */
static bool take(struct reader *reader, const struct option_spec *spec, const char *attached)
{
    char label[80];
    size_t count = 0;

    option_label(spec, label, sizeof(label));
    if (spec->type == OPTION_FLAG) {
        if (attached) {
            return reader->tolerant ||
                   err_set(
                       reader->err, "argument %s: ignored explicit argument '%s'", label, attached);
        }
        put(reader, spec, (const char *const[]){"true"}, 1);
        return true;
    }
    if (spec->type == OPTION_LIST && !attached) {
        const char *const *first = (const char *const *)reader->words;

        while (next_value(reader)) {
            count++;
        }
        put(reader, spec, first, count);
        return true;
    }
    const char *value = attached ? attached : next_value(reader);

    if (!value) {
        return reader->tolerant ||
               err_set(reader->err, "argument %s: expected one argument", label);
    }
    if (spec->joined) {
        put_joined(reader, spec, value);
    } else {
        put(reader, spec, &value, 1);
    }
    return true;
}

static bool read_long(struct reader *reader, const char *word)
{
    const char *name = word + 2;
    size_t length = strcspn(name, "=");
    bool ambiguous;
    const struct option_spec *spec = settings_find(reader->options, name, length, &ambiguous);

    if (spec) {
        return take(reader, spec, name[length] == '=' ? name + length + 1 : NULL);
    }
    if (reader->tolerant) {
        return true;
    }
    if (!ambiguous) {
        return unknown(reader, word);
    }
    err_set(reader->err, "ambiguous option: --%.*s could match", (int)length, name);
    for (size_t i = 0; i < reader->options->spec_count; i++) {
        const struct option_spec *other = &reader->options->specs[i];

        if (!other->hidden && strncmp(other->name, name, length) == 0) {
            size_t used = strlen(reader->err->text);

            snprintf(
                reader->err->text + used, sizeof(reader->err->text) - used, " --%s", other->name);
        }
    }
    return false;
}

/* -lV is -l -V; -u10 and -u=10 give the value along. */
static bool read_letters(struct reader *reader, const char *word)
{
    for (const char *p = word + 1; *p; p++) {
        const struct option_spec *spec = settings_find_letter(reader->options, *p);

        if (!spec) {
            return reader->tolerant || unknown(reader, word);
        }
        if (spec->type != OPTION_FLAG || p[1] == '=') {
            const char *value = p[1] == '=' ? p + 2 : p + 1;

            return take(reader, spec, p[1] ? value : NULL);
        }
        if (!take(reader, spec, NULL)) {
            return false;
        }
    }
    return true;
}

bool command_line_apply(struct options *options, int argc, char **argv, bool tolerant,
                        struct err *err)
{
    struct reader reader = {
        .options = options,
        .err = err,
        .words = argc > 0 ? argv + 1 : argv,
        .word_count = argc > 0 ? (size_t)argc - 1 : 0,
        .classes = mem_array((size_t)argc + 1, sizeof(*reader.classes)),
        .tolerant = tolerant,
    };
    bool ok = true, only_classes = false;

    while (ok && reader.word_count > 0) {
        const char *word = *reader.words++;

        reader.word_count--;
        if (only_classes || !is_option(options, word)) {
            reader.classes[reader.class_count++] = word;
        } else if (strcmp(word, "--") == 0) {
            only_classes = true;
        } else {
            ok = word[1] == '-' ? read_long(&reader, word) : read_letters(&reader, word);
        }
    }
    if (reader.class_count > 0) {
        setting_put(settings_classes(options),
                    &(struct setting_text){
                        .origin = ORIGIN_COMMAND_LINE,
                        .place = PLACE,
                        .values = reader.classes,
                        .count = reader.class_count,
                        .listed = true,
                    });
    }
    free(reader.classes);
    return ok;
}
