/* SPDX-License-Identifier: MIT */
#include "base/units.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/ensure.h"

static const char *skip_blanks(const char *text)
{
    while (isspace((unsigned char)*text)) {
        text++;
    }
    return text;
}

static bool only_blanks(const char *text)
{
    return *skip_blanks(text) == '\0';
}

/* Digits with at most one point; strtod alone would take "inf", "0x1p3" and a sign. */
static bool plain_number(const char **text, double *value)
{
    const char *p = *text;
    int digits = 0, points = 0;

    for (; isdigit((unsigned char)*p) || *p == '.'; p++) {
        *p == '.' ? points++ : digits++;
    }
    if (digits == 0 || points > 1 || p - *text > 30) {
        return false;
    }
    *value = strtod(*text, NULL);
    *text = p;
    return true;
}

bool units_parse_span(const char *text, int64_t *ns)
{
    static const struct {
        const char *suffix;
        double seconds;
    } parts[] = {{"d", 86400}, {"h", 3600}, {"m", 60}, {"s", 1}, {"ms", 0.001}};
    const double most = 100 * 366 * 86400.0;
    const char *p = skip_blanks(text);
    double total = 0, value;
    size_t next_part = 0;
    bool any = false;

    while (*p && !isspace((unsigned char)*p)) {
        if (!plain_number(&p, &value)) {
            return false;
        }
        if (!any && only_blanks(p)) {
            total = value;
            any = true;
            break;
        }
        size_t length = strcspn(p, "0123456789. \t\r\n");
        size_t part = next_part;

        while (part < ARRAY_LEN(parts) && !(strlen(parts[part].suffix) == length &&
                                            strncmp(parts[part].suffix, p, length) == 0)) {
            part++;
        }
        if (part == ARRAY_LEN(parts)) {
            return false;
        }
        total += value * parts[part].seconds;
        next_part = part + 1;
        p += length;
        any = true;
    }
    if (!any || !only_blanks(p) || total > most) {
        return false;
    }
    *ns = (int64_t)llround(total * 1e9);
    return true;
}

bool units_parse_size(const char *text, uint64_t *bytes)
{
    static const char letters[] = "kmgt";
    const char *p = skip_blanks(text);
    double value;

    if (!plain_number(&p, &value)) {
        return false;
    }
    const char *letter = *p ? strchr(letters, tolower((unsigned char)*p)) : NULL;

    if (letter) {
        value *= pow(1024, (double)(letter - letters + 1));
        p++;
        if (*p == 'i') {
            p++;
        }
    }
    if (*p == 'b' || *p == 'B') {
        p++;
    }
    if (!only_blanks(p) || value > 0x1p62) {
        return false;
    }
    *bytes = (uint64_t)value;
    return true;
}

bool units_parse_int(const char *text, int64_t min, int64_t max, int64_t *value)
{
    char *end;

    errno = 0;
    long long parsed = strtoll(text, &end, 10);

    if (end == text || errno != 0 || !only_blanks(end) || parsed < min || parsed > max) {
        return false;
    }
    *value = parsed;
    return true;
}

bool units_parse_double(const char *text, double *value)
{
    char *end;
    double parsed = strtod(text, &end);

    if (end == text || !only_blanks(end) || !isfinite(parsed)) {
        return false;
    }
    *value = parsed;
    return true;
}

bool units_parse_bool(const char *text, bool *value)
{
    static const struct {
        const char *word;
        bool value;
    } words[] = {{"true", true},
                 {"yes", true},
                 {"1", true},
                 {"on", true},
                 {"false", false},
                 {"no", false},
                 {"0", false},
                 {"off", false}};

    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (strcasecmp(text, words[i].word) == 0) {
            *value = words[i].value;
            return true;
        }
    }
    return false;
}

char *units_format_size(char *text, size_t size, uint64_t bytes)
{
    static const char *const names[] = {"bytes", "KB", "MB", "GB", "TB"};
    double value = (double)bytes;
    size_t unit = 0;

    while (value >= 1024 && unit + 1 < ARRAY_LEN(names)) {
        value /= 1024;
        unit++;
    }
    snprintf(text, size, "%.*f %s", unit > 0 && value < 10 ? 1 : 0, value, names[unit]);
    return text;
}
