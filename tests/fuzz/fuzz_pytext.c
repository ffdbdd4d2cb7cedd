/* SPDX-License-Identifier: MIT */
/* Anything a server says may end up in a failure text. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <unistr.h>

#include "base/ensure.h"
#include "base/memory.h"
#include "base/pytext.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = mem_strndup(size > 0 ? (const char *)data : "", size);
    struct buf repr;

    buf_init(&repr, 10 * size + 16);
    pytext_repr(&repr, text);
    ENSURE(!repr.failed && repr.length >= 2);
    ENSURE(repr.data[0] == repr.data[repr.length - 1]);
    ENSURE(repr.data[0] == '\'' || repr.data[0] == '"');
    ENSURE(!u8_check((const uint8_t *)repr.data, repr.length));
    for (size_t i = 0; i < repr.length; i++) { /* one line, whatever came */
        ENSURE((unsigned char)repr.data[i] >= 0x20 && repr.data[i] != 0x7f);
    }
    buf_fini(&repr);
    free(text);
    return 0;
}
