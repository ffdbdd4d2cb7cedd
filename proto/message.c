/* SPDX-License-Identifier: MIT */
/* message.c - the envelope [type, data, node id], and which data belongs to which type. */
#include "proto/message.h"

#include <string.h>

#include "base/ensure.h"
#include "proto/message_parts.h"
#include "proto/writer.h"

/* What stands where no data belongs; nobody reads it. */
static void read_nothing(struct reader *reader, struct message *message)
{
    (void)message;
    reader_skip(reader);
}

static void write_nothing(struct buf *out, const struct message *message)
{
    (void)message;
    writer_nil(out);
}

struct data_functions {
    data_read_fn *read; /* NULL: the type does not go that way */
    data_write_fn *write;
};

struct message_kind {
    const char *name;
    struct data_functions to_master, to_worker;
};

#define NOTHING                                                                                    \
    {                                                                                              \
        read_nothing, write_nothing                                                                \
    }

static const struct message_kind kinds[] = {
    [MESSAGE_CUSTOM] =
        {
            "custom",
            {data_read_custom, data_write_custom},
            {data_read_custom, data_write_custom},
        },
    [MESSAGE_QUIT] = {"quit", NOTHING, NOTHING},
    [MESSAGE_LOCUSTFILE] =
        {
            "locustfile",
            {data_read_file_request, data_write_file_request},
            {data_read_files, data_write_files},
        },
    [MESSAGE_HEARTBEAT] =
        {
            "heartbeat",
            {data_read_heartbeat, data_write_heartbeat},
            NOTHING,
        },
    [MESSAGE_SPAWNING_COMPLETE] =
        {
            "spawning_complete",
            {data_read_spawning_complete, data_write_spawning_complete},
            {data_read_spawning_complete_all, data_write_spawning_complete_all},
        },
    [MESSAGE_CLIENT_READY] =
        {
            .name = "client_ready",
            .to_master = {data_read_client_ready, data_write_client_ready},
        },
    [MESSAGE_STATS] = {.name = "stats", .to_master = {data_read_stats, data_write_stats}},
    [MESSAGE_SPAWNING] = {.name = "spawning", .to_master = NOTHING},
    [MESSAGE_CLIENT_STOPPED] = {.name = "client_stopped", .to_master = NOTHING},
    [MESSAGE_EXCEPTION] =
        {
            .name = "exception",
            .to_master = {data_read_exception, data_write_exception},
        },
    [MESSAGE_LOGS] = {.name = "logs", .to_master = {data_read_logs, data_write_logs}},
    [MESSAGE_ACK] = {.name = "ack", .to_worker = {data_read_ack, data_write_ack}},
    [MESSAGE_SPAWN] = {.name = "spawn", .to_worker = {data_read_spawn, data_write_spawn}},
    [MESSAGE_STOP] = {.name = "stop", .to_worker = {data_read_stop, data_write_stop}},
    [MESSAGE_RECONNECT] = {.name = "reconnect", .to_worker = NOTHING},
    [MESSAGE_UPDATE_USER_CLASS] =
        {
            .name = "update_user_class",
            .to_worker = {data_read_update_user_class, data_write_update_user_class},
        },
    [MESSAGE_PAUSE] = {.name = "pause", .to_worker = {data_read_pause, data_write_pause}},
};
_Static_assert(ARRAY_LEN(kinds) == MESSAGE_PAUSE + 1, "a row for each message_type");

static const struct data_functions *functions(enum message_type type,
                                              enum message_direction direction)
{
    return direction == MESSAGE_TO_MASTER ? &kinds[type].to_master : &kinds[type].to_worker;
}

const char *message_type_name(enum message_type type)
{
    return kinds[type].name;
}

static enum message_type type_of(struct slice text, enum message_direction direction)
{
    for (size_t i = MESSAGE_CUSTOM + 1; i < ARRAY_LEN(kinds); i++) {
        if (slice_is(text, kinds[i].name) && functions((enum message_type)i, direction)->read) {
            return (enum message_type)i;
        }
    }
    return MESSAGE_CUSTOM;
}

static void read_message(struct reader *reader, struct message *message,
                         enum message_direction direction)
{
    size_t count = reader_array(reader, "the message");

    if (count != 3) {
        reader_fail(reader, "the message has %zu elements and not 3", count);
        return;
    }
    message->type_text = reader_text(reader, "the type");
    if (reader->failed) {
        return;
    }
    message->type = type_of(message->type_text, direction);
    functions(message->type, direction)->read(reader, message);
    message->node_id = reader_text(reader, "the node id");
    reader_end(reader);
}

bool message_decode(struct message *message, enum message_direction direction, const void *bytes,
                    size_t length, struct arena *arena, struct err *err)
{
    struct reader reader;

    memset(message, 0, sizeof(*message));
    if (length > MESSAGE_MAX_BYTES) {
        return err_set(err, "a message of %zu bytes; %d is the limit", length, MESSAGE_MAX_BYTES);
    }
    reader_init(&reader, bytes, length, MESSAGE_MAX_MEMORY, arena, err);
    read_message(&reader, message, direction);
    if (reader.failed && message->type_text.bytes) {
        err_prefix(err, "%s", message_type_name(message->type));
    }
    return !reader.failed;
}

const struct value *message_data(const void *bytes, size_t length, struct arena *arena)
{
    struct reader reader;
    struct err err;

    reader_init(&reader, bytes, length, MESSAGE_MAX_MEMORY, arena, &err);
    if (reader_array(&reader, "the message") < 2) {
        return NULL;
    }
    reader_skip(&reader);
    const struct value *data = reader_value(&reader);

    return reader.failed ? NULL : data;
}

void message_encode(struct buf *out, enum message_direction direction,
                    const struct message *message)
{
    const struct data_functions *data = functions(message->type, direction);

    ENSURE(data->write);
    writer_array(out, 3);
    writer_text(out,
                message->type == MESSAGE_CUSTOM ? message->type_text
                                                : slice_of(message_type_name(message->type)));
    data->write(out, message);
    writer_text(out, message->node_id);
}
