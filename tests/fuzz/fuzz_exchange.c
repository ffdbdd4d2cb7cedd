/* SPDX-License-Identifier: MIT */
/* Header lines as a server sent them. The input is a name, a NUL, and the lines. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/ensure.h"
#include "base/memory.h"
#include "http/exchange.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct exchange exchange = {0};
    char *name = mem_strndup(size > 0 ? (const char *)data : "", size);
    size_t used = strlen(name) + 1, length;

    buf_init(&exchange.answer_headers, 1 << 20);
    if (used < size) {
        buf_add(&exchange.answer_headers, data + used, size - used);
    }
    const char *value = exchange_header(&exchange, name, &length);

    if (value) {
        const char *start = exchange.answer_headers.data;

        ENSURE(value >= start && value + length <= start + exchange.answer_headers.length);
    }
    exchange_fini(&exchange);
    free(name);
    return 0;
}
