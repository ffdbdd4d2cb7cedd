/* SPDX-License-Identifier: MIT */
/* message_control.c - the messages that register workers and watch them, and custom ones. */
#include "base/ensure.h"
#include "base/memory.h"
#include "proto/field.h"
#include "proto/message_parts.h"
#include "proto/writer.h"

/* ---- client_ready, ack ----------------------------------------------------------------------- */

void data_read_client_ready(struct reader *reader, struct message *message)
{
    struct message_client_ready *ready = &message->client_ready;
    enum value_kind kind = reader_kind(reader);

    ready->kind = VERSION_NONE;
    if (kind == VALUE_TEXT || kind == VALUE_BYTES) {
        ready->kind = VERSION_TEXT;
        ready->version = reader_text(reader, "the version");
        return;
    }
    if (kind == VALUE_BOOL || kind == VALUE_INT || kind == VALUE_FLOAT) {
        struct value value = reader_next(reader);
        double number = kind == VALUE_INT ? (double)value.integer : value.real;

        if (kind != VALUE_BOOL && number == -1) {
            ready->kind = VERSION_ANY;
            return;
        }
        if (!value.boolean && number == 0) {
            return;
        }
    } else if (kind == VALUE_NIL) {
        reader_skip(reader);
        return;
    }
    reader_fail(reader, "the version is neither a text nor -1");
}

void data_write_client_ready(struct buf *out, const struct message *message)
{
    switch (message->client_ready.kind) {
    case VERSION_TEXT:
        writer_text(out, message->client_ready.version);
        break;
    case VERSION_ANY:
        writer_int(out, -1);
        break;
    case VERSION_NONE:
        writer_nil(out);
        break;
    }
}

static const struct capability {
    const char *name;
    size_t offset;
} capabilities[] = {
    {"hdr", offsetof(struct message_ack, hdr)},
    {"detail", offsetof(struct message_ack, detail)},
    {"samples", offsetof(struct message_ack, samples)},
};

static void read_capabilities(struct reader *reader, void *part, const char *what)
{
    size_t count = reader_array(reader, what);

    for (size_t i = 0; i < count && !reader->failed; i++) {
        if (reader_kind(reader) != VALUE_TEXT) {
            reader_skip(reader);
            continue;
        }
        struct slice name = reader_text(reader, what);

        for (size_t k = 0; k < ARRAY_LEN(capabilities); k++) {
            if (slice_is(name, capabilities[k].name)) {
                *(bool *)((char *)part + capabilities[k].offset) = true;
            }
        }
    }
}

static bool has_capability(const struct message_ack *ack, const struct capability *capability)
{
    return *(const bool *)((const char *)ack + capability->offset);
}

static const struct field ack_fields[] = {
    FIELD(COUNT, "index", FIELD_OPTIONAL, message_ack, index),
    /* Several members: its function gets the whole. */
    {.key = "caps", .kind = FIELD_PART, .flags = FIELD_READ_ONLY, .read = read_capabilities},
};

void data_read_ack(struct reader *reader, struct message *message)
{
    message->ack.index = -1;
    if (reader_kind(reader) == VALUE_NIL) {
        reader_skip(reader);
    } else {
        fields_read(reader, "the data", ack_fields, ARRAY_LEN(ack_fields), &message->ack);
    }
}

void data_write_ack(struct buf *out, const struct message *message)
{
    const struct message_ack *ack = &message->ack;

    size_t count = 0;

    for (size_t i = 0; i < ARRAY_LEN(capabilities); i++) {
        count += has_capability(ack, &capabilities[i]);
    }
    if (ack->index < 0 && count == 0) {
        writer_nil(out);
        return;
    }
    writer_map(out, (size_t)(ack->index >= 0) + (count > 0));
    if (ack->index >= 0) {
        writer_key(out, "index");
        writer_int(out, ack->index);
    }
    if (count > 0) {
        writer_key(out, "caps");
        writer_array(out, count);
    }
    for (size_t i = 0; i < ARRAY_LEN(capabilities); i++) {
        if (has_capability(ack, &capabilities[i])) {
            writer_text(out, slice_of(capabilities[i].name));
        }
    }
}

/* ---- heartbeat ------------------------------------------------------------------------------- */

/* A sensor that fails is no reason to give up a worker that lives. */
static void read_memory(struct reader *reader, void *part, const char *what)
{
    int64_t bytes = number_int64(reader_number(reader, what), -1);

    *(int64_t *)part = bytes < 0 ? -1 : bytes;
}

static const struct field heartbeat_fields[] = {
    FIELD(TEXT, "state", FIELD_REQUIRED, message_heartbeat, state),
    FIELD(DOUBLE, "current_cpu_usage", FIELD_REQUIRED, message_heartbeat, cpu_percent),
    FIELD_WITH(COUNT, "current_memory_usage", FIELD_OPTIONAL, message_heartbeat, memory_bytes,
               read_memory, NULL),
    FIELD(SENSOR, "lag_p99_ms", FIELD_OPTIONAL, message_heartbeat, lag_p99_ms),
    FIELD(SENSOR, "connections", FIELD_OPTIONAL, message_heartbeat, connections),
    FIELD(SENSOR, "ports_used", FIELD_OPTIONAL, message_heartbeat, ports_used),
    FIELD(SENSOR, "ports_limit", FIELD_OPTIONAL, message_heartbeat, ports_limit),
    FIELD(SENSOR, "waiting", FIELD_OPTIONAL, message_heartbeat, waiting),
    FIELD(SENSOR, "oldest_wait", FIELD_OPTIONAL, message_heartbeat, oldest_wait),
    FIELD(FLAG, "paused", FIELD_OPTIONAL, message_heartbeat, paused),
};

void data_read_heartbeat(struct reader *reader, struct message *message)
{
    message->heartbeat.memory_bytes = -1;
    fields_read(
        reader, "the data", heartbeat_fields, ARRAY_LEN(heartbeat_fields), &message->heartbeat);
}

void data_write_heartbeat(struct buf *out, const struct message *message)
{
    fields_write(out, heartbeat_fields, ARRAY_LEN(heartbeat_fields), &message->heartbeat);
}

/* ---- custom ---------------------------------------------------------------------------------- */

void data_read_custom(struct reader *reader, struct message *message)
{
    message->custom = reader_value(reader);
}

void data_write_custom(struct buf *out, const struct message *message)
{
    writer_value(out, message->custom);
}
