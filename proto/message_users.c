/* SPDX-License-Identifier: MIT */
/* message_users.c - who runs which users: spawn, its completion both ways, edits of a class. */
#include "base/ensure.h"
#include "proto/field.h"
#include "proto/message_parts.h"
#include "proto/writer.h"

/* ---- user_classes_count, which three messages carry ------------------------------------------ */

void classes_read(struct reader *reader, void *part, const char *what)
{
    struct message_classes *classes = part;
    size_t count = reader_map(reader, what);

    *classes = (struct message_classes){.present = true, .count = count};
    classes->items = reader_room(reader, &classes->count, sizeof(*classes->items));
    for (size_t i = 0; i < classes->count && !reader->failed; i++) {
        classes->items[i].name = reader_text(reader, "the name of a class");
        classes->items[i].users = reader_count(reader, "the number of users of a class");
    }
}

void classes_write(struct buf *out, const void *part)
{
    const struct message_classes *classes = part;

    if (!classes->present) {
        writer_nil(out);
        return;
    }
    writer_map(out, classes->count);
    for (size_t i = 0; i < classes->count; i++) {
        writer_text(out, classes->items[i].name);
        writer_int(out, classes->items[i].users);
    }
}

/* ---- spawn ----------------------------------------------------------------------------------- */

static const struct value no_options = {.kind = VALUE_MAP};

static void read_stop_timeout(struct reader *reader, void *part, const char *what)
{
    struct message_spawn *spawn = part;

    spawn->stop_timeout_whole = reader_kind(reader) == VALUE_INT;
    spawn->stop_timeout = reader_double(reader, what);
}

static void write_stop_timeout(struct buf *out, const void *part)
{
    const struct message_spawn *spawn = part;

    if (spawn->stop_timeout_whole) {
        writer_int(out, number_int64(number_float(spawn->stop_timeout), 0));
    } else {
        writer_double(out, spawn->stop_timeout);
    }
}

static void read_options(struct reader *reader, void *part, const char *what)
{
    const struct value **options = part;

    *options = reader_value(reader);
    if ((*options)->kind != VALUE_MAP) {
        reader_fail(reader, "%s is no map", what);
    }
}

static void write_options(struct buf *out, const void *part)
{
    const struct value *options = *(const struct value *const *)part;

    writer_value(out, options ? options : &no_options);
}

static const struct field spawn_fields[] = {
    FIELD(DOUBLE, "timestamp", FIELD_REQUIRED, message_spawn, timestamp),
    FIELD_WITH(PART, "user_classes_count", FIELD_REQUIRED, message_spawn, classes, classes_read,
               classes_write),
    FIELD(TEXT, "host", 0, message_spawn, host),
    /* Two members: the functions get the whole. */
    {
        .key = "stop_timeout",
        .kind = FIELD_PART,
        .read = read_stop_timeout,
        .write = write_stop_timeout,
    },
    FIELD_WITH(PART, "parsed_options", 0, message_spawn, parsed_options, read_options,
               write_options),
    FIELD(FLAG, "paused", FIELD_OPTIONAL, message_spawn, paused),
};

void data_read_spawn(struct reader *reader, struct message *message)
{
    message->spawn.parsed_options = &no_options;
    fields_read(reader, "the data", spawn_fields, ARRAY_LEN(spawn_fields), &message->spawn);
}

void data_write_spawn(struct buf *out, const struct message *message)
{
    fields_write(out, spawn_fields, ARRAY_LEN(spawn_fields), &message->spawn);
}

/* ---- stop, pause ----------------------------------------------------------------------------- */

/* What can't be read is no reason to go on. */
static void read_timeout(struct reader *reader, void *part, const char *what)
{
    enum value_kind kind = reader_kind(reader);

    if (kind == VALUE_INT || kind == VALUE_FLOAT) {
        *(struct number *)part = reader_number(reader, what);
    } else {
        reader_skip(reader);
    }
}

static const struct field stop_fields[] = {
    FIELD_WITH(NUMBER, "timeout", FIELD_OPTIONAL, message_stop, timeout, read_timeout, NULL),
};

void data_read_stop(struct reader *reader, struct message *message)
{
    if (reader_kind(reader) == VALUE_MAP) {
        fields_read(reader, "the data", stop_fields, ARRAY_LEN(stop_fields), &message->stop);
    } else {
        reader_skip(reader);
    }
}

void data_write_stop(struct buf *out, const struct message *message)
{
    if (message->stop.timeout.kind == NUMBER_NIL) {
        writer_nil(out);
    } else {
        fields_write(out, stop_fields, ARRAY_LEN(stop_fields), &message->stop);
    }
}

static const struct field pause_fields[] = {
    FIELD(FLAG, "paused", 0, message_pause, paused),
};

void data_read_pause(struct reader *reader, struct message *message)
{
    fields_read(reader, "the data", pause_fields, ARRAY_LEN(pause_fields), &message->pause);
}

void data_write_pause(struct buf *out, const struct message *message)
{
    fields_write(out, pause_fields, ARRAY_LEN(pause_fields), &message->pause);
}

/* ---- spawning_complete ----------------------------------------------------------------------- */

static const struct field complete_fields[] = {
    FIELD_WITH(PART, "user_classes_count", 0, message_spawning_complete, classes, classes_read,
               classes_write),
    FIELD(COUNT, "user_count", FIELD_OPTIONAL, message_spawning_complete, user_count),
    FIELD(COUNT, "count", FIELD_READ_ONLY, message_spawning_complete, user_count),
};

static const struct field complete_all_fields[] = {
    FIELD(COUNT, "user_count", FIELD_OPTIONAL, message_spawning_complete, user_count),
};

void data_read_spawning_complete(struct reader *reader, struct message *message)
{
    message->spawning_complete.user_count = -1;
    fields_read(reader,
                "the data",
                complete_fields,
                ARRAY_LEN(complete_fields),
                &message->spawning_complete);
}

void data_write_spawning_complete(struct buf *out, const struct message *message)
{
    fields_write(out, complete_fields, ARRAY_LEN(complete_fields), &message->spawning_complete);
}

void data_read_spawning_complete_all(struct reader *reader, struct message *message)
{
    message->spawning_complete.user_count = -1;
    fields_read(reader,
                "the data",
                complete_all_fields,
                ARRAY_LEN(complete_all_fields),
                &message->spawning_complete);
}

void data_write_spawning_complete_all(struct buf *out, const struct message *message)
{
    fields_write(
        out, complete_all_fields, ARRAY_LEN(complete_all_fields), &message->spawning_complete);
}

/* ---- update_user_class ----------------------------------------------------------------------- */

void data_read_update_user_class(struct reader *reader, struct message *message)
{
    struct message_update_user_class *update = &message->update_user_class;

    update->attributes = reader_value(reader);
    if (update->attributes->kind != VALUE_MAP) {
        reader_fail(reader, "the data is no map");
        return;
    }
    const struct value *name = value_get(update->attributes, "user_class_name");

    if (!name || name->kind != VALUE_TEXT) {
        reader_fail(reader, "user_class_name is %s", name ? "no text" : "missing");
        return;
    }
    update->name = name->text;
}

void data_write_update_user_class(struct buf *out, const struct message *message)
{
    const struct message_update_user_class *update = &message->update_user_class;

    if (update->attributes) {
        writer_value(out, update->attributes);
        return;
    }
    writer_map(out, 1);
    writer_key(out, "user_class_name");
    writer_text(out, update->name);
}
