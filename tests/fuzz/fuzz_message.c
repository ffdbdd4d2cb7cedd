/* SPDX-License-Identifier: MIT */
/*
 * A message of a peer, in both directions. What was decoded encodes to a message that decodes, and
 * from then on to the same bytes.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/ensure.h"
#include "proto/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_direction(enum message_direction direction, const uint8_t *data, size_t size)
{
    struct message message, again;
    struct arena arena = {0};
    struct err err = {""};
    struct buf first, second;

    /* An entry of a report may come with its name alone, and leaves with all its keys. */
    buf_init(&first, 64 * size + 4096);
    buf_init(&second, 64 * size + 4096);
    bool good = message_decode(&message, direction, data, size, &arena, &err);

    ENSURE(good == (err.text[0] == '\0'));
    if (good) {
        message_encode(&first, direction, &message);
        ENSURE(!first.failed);
        ENSURE(message_decode(&again, direction, first.data, first.length, &arena, &err));
        message_encode(&second, direction, &again);
        ENSURE(second.length == first.length);
        ENSURE(memcmp(second.data, first.data, first.length) == 0);
    }
    buf_fini(&first);
    buf_fini(&second);
    arena_fini(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    try_direction(MESSAGE_TO_MASTER, data, size);
    try_direction(MESSAGE_TO_WORKER, data, size);
    return 0;
}
