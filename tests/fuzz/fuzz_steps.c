/* SPDX-License-Identifier: MIT */
/* Phases of a peer: what decodes encodes to the very same bytes. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/ensure.h"
#include "proto/steps.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice bytes = {(const char *)data, size};
    struct arena arena = {0};
    struct err err = {""};
    struct steps steps;

    if (steps_decode(&steps, bytes, &arena, &err)) {
        struct buf again;

        buf_init(&again, STEPS_MAX_BYTES);
        steps_encode(&again, &steps);
        ENSURE(again.length == size && memcmp(again.data, data, size) == 0);
        buf_fini(&again);
    } else {
        ENSURE(err.text[0] != '\0');
    }
    arena_fini(&arena);
    return 0;
}
