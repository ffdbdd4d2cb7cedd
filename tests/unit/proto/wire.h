/* SPDX-License-Identifier: MIT */
/*
 * wire.h - messages for tests, written as JSON. A map with keys that are not text is written as
 * {"__map__": [[key, value], ...]}.
 */
#ifndef UNIT_PROTO_WIRE_H
#define UNIT_PROTO_WIRE_H

#include <jansson.h>

#include "base/arena.h"
#include "base/buf.h"
#include "proto/message.h"

enum { WIRE_MAX = 1 << 20 };

/* The texts are borrowed from the JSON. */
const struct value *wire_value(struct arena *arena, const json_t *json);
bool wire_equal(const struct value *left, const struct value *right);

/* Appends [type, data, "host_1"]. */
void wire_message(struct buf *out, const char *type, const char *data);

/* Appends the bytes that the digits stand for; blanks between them are skipped. */
void wire_hex(struct buf *out, const char *digits);

/* Decodes [type, data, "host_1"]; the bytes and the rest are in the arena. */
bool wire_decode(struct message *message, enum message_direction direction, const char *type,
                 const char *data, struct arena *arena, struct err *err);

/* A row that must fail, and the sentence. */
struct wire_refusal {
    const char *row, *type, *data, *want;
};

void wire_refuse(enum message_direction direction, const struct wire_refusal *rows, size_t count);

/* Encodes the message and compares with [type, data, "host_1"] byte by byte. */
void wire_check_encoded(const struct message *message, enum message_direction direction,
                        const char *type, const char *data);

/* A copy in the arena with its NUL; NULL for no text. */
const char *wire_text(struct arena *arena, struct slice text);

#endif
