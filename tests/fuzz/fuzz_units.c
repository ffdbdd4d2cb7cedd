/* SPDX-License-Identifier: MIT */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/ensure.h"
#include "base/memory.h"
#include "base/units.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = mem_strndup(size > 0 ? (const char *)data : "", size);
    char shown[32];
    int64_t number;
    uint64_t bytes;
    double real;
    bool flag;

    if (units_parse_span(text, &number)) {
        ENSURE(number >= 0);
    }
    if (units_parse_size(text, &bytes)) {
        ENSURE(units_format_size(shown, sizeof(shown), bytes) == shown && shown[0]);
    }
    if (units_parse_int(text, -100, 100, &number)) {
        ENSURE(number >= -100 && number <= 100);
    }
    if (units_parse_double(text, &real)) {
        ENSURE(real - real == 0); /* finite */
    }
    units_parse_bool(text, &flag);
    free(text);
    return 0;
}
