/* SPDX-License-Identifier: MIT */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool err_set(struct err *err, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(err->text, sizeof(err->text), format, args);
    va_end(args);
    return false;
}

bool err_prefix(struct err *err, const char *format, ...)
{
    char rest[sizeof(err->text)];
    va_list args;
    int length;

    memcpy(rest, err->text, sizeof(rest));
    va_start(args, format);
    length = vsnprintf(err->text, sizeof(err->text), format, args);
    va_end(args);
    if (length >= 0 && (size_t)length < sizeof(err->text)) {
        snprintf(err->text + length, sizeof(err->text) - (size_t)length, ": %s", rest);
    }
    return false;
}
