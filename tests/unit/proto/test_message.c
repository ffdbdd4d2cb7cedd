/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <stdlib.h>

#include "base/ensure.h"
#include "base/memory.h"
#include "proto/reader.h"
#include "proto/writer.h"
#include "vectors.h"
#include "wire.h"

struct golden {
    const json_t *row;
    const char *source, *type;
    enum message_direction direction;
    char *bytes; /* exactly as long, so that a sanitizer sees a byte read beyond */
    size_t length;
};

typedef void golden_fn(const struct golden *golden, struct arena *arena);

static void each_golden(golden_fn *check)
{
    json_t *rows = vectors_load("messages");
    struct arena arena = {0};
    size_t i;
    json_t *row;

    json_array_foreach(rows, i, row)
    {
        struct buf bytes;

        buf_init(&bytes, WIRE_MAX);
        wire_hex(&bytes, vectors_text(row, "hex"));
        struct golden golden = {
            .row = row,
            .source = vectors_text(row, "source"),
            .type = vectors_text(row, "type"),
            .direction = strcmp(vectors_text(row, "direction"), "worker->master") == 0
                             ? MESSAGE_TO_MASTER
                             : MESSAGE_TO_WORKER,
            .bytes = mem_new(bytes.length),
            .length = bytes.length,
        };

        memcpy(golden.bytes, bytes.data, bytes.length);
        CHECK_ROW(arena_printf(&arena, "%zu %s %s", i, golden.source, golden.type));
        check(&golden, &arena);
        CHECK_ROW("");
        free(golden.bytes);
        buf_fini(&bytes);
        arena_reset(&arena);
    }
    CHECK_EQ(i, 46);
    arena_fini(&arena);
    json_decref(rows);
}

static void decode(const struct golden *golden, struct message *message, struct arena *arena)
{
    struct err err = {""};

    message_decode(message, golden->direction, golden->bytes, golden->length, arena, &err);
    CHECK_STR(err.text, "");
}

/* C2, for the values alone: what each message is made of. */
static void tree(const struct golden *golden, struct arena *arena)
{
    struct err err = {""};
    struct reader reader;

    reader_init(&reader, golden->bytes, golden->length, 1 << 20, arena, &err);
    const struct value *value = reader_value(&reader);

    reader_end(&reader);
    CHECK_STR(err.text, "");
    CHECK_EQ(value->count, 3);
    CHECK(slice_is(value->items[0].text, golden->type));
    CHECK(slice_is(value->items[2].text, vectors_text(golden->row, "node_id")));
    CHECK(wire_equal(&value->items[1], wire_value(arena, json_object_get(golden->row, "data"))));
}

static void golden_values(void **state)
{
    (void)state;
    each_golden(tree);
}

/* C1; what Go wrote comes back in Python's forms, and from then on the same. */
static void back_and_forth(const struct golden *golden, struct arena *arena)
{
    bool locust = strncmp(golden->source, "locust", 6) == 0;
    struct message message, again;
    struct err err = {""};
    struct buf first, second;

    decode(golden, &message, arena);
    CHECK(slice_is(message.type_text, golden->type));
    CHECK(slice_is(message.node_id, vectors_text(golden->row, "node_id")));
    if (message.type != MESSAGE_CUSTOM) {
        CHECK_STR(message_type_name(message.type), golden->type);
    }
    buf_init(&first, WIRE_MAX);
    message_encode(&first, golden->direction, &message);
    CHECK(!first.failed);
    if (locust) {
        CHECK_EQ(first.length, golden->length);
        CHECK(memcmp(first.data, golden->bytes, first.length) == 0);
    }
    message_decode(&again, golden->direction, first.data, first.length, arena, &err);
    CHECK_STR(err.text, "");
    buf_init(&second, WIRE_MAX);
    message_encode(&second, golden->direction, &again);
    CHECK_EQ(second.length, first.length);
    CHECK(memcmp(second.data, first.data, first.length) == 0);
    buf_fini(&first);
    buf_fini(&second);
}

static void golden_bytes(void **state)
{
    (void)state;
    each_golden(back_and_forth);
}

/* C4: every shorter body fails, and so does a longer one. */
static void cut(const struct golden *golden, struct arena *arena)
{
    struct message message;

    for (size_t length = 0; length < golden->length; length++) {
        char *bytes = mem_new(length + 1);
        struct err err = {""};

        memcpy(bytes, golden->bytes, length);
        char *exact = realloc(bytes, length > 0 ? length : 1);

        CHECK(exact != NULL);
        CHECK(!message_decode(&message, golden->direction, exact, length, arena, &err));
        CHECK(err.text[0] != '\0');
        free(exact);
        arena_reset(arena);
    }
    struct err err = {""};
    char *longer = mem_new(golden->length + 1);

    memcpy(longer, golden->bytes, golden->length);
    CHECK(!message_decode(&message, golden->direction, longer, golden->length + 1, arena, &err));
    CHECK(strstr(err.text, "1 bytes follow the end"));
    free(longer);
}

static void golden_cut(void **state)
{
    (void)state;
    each_golden(cut);
}

/* Any one byte changed: a message or a sentence, nothing worse. */
static void changed(const struct golden *golden, struct arena *arena)
{
    for (size_t i = 0; i < golden->length; i++) {
        static const unsigned char values[] = {
            0x00, 0x80, 0x90, 0xa0, 0xc0, 0xc1, 0xdd, 0xdf, 0xff};
        char kept = golden->bytes[i];

        for (size_t v = 0; v < ARRAY_LEN(values); v++) {
            struct message message;
            struct err err = {""};

            golden->bytes[i] = (char)values[v];
            bool good = message_decode(
                &message, golden->direction, golden->bytes, golden->length, arena, &err);

            CHECK_EQ(good, err.text[0] == '\0');
        }
        golden->bytes[i] = kept;
        arena_reset(arena);
    }
}

static void golden_changed(void **state)
{
    (void)state;
    each_golden(changed);
}

static void envelopes(void **state)
{
    static const struct {
        const char *row, *hex, *want;
    } rows[] = {
        {"nothing", "", "the bytes end too early"},
        {"no array", "a161", "the message is no array"},
        {"a map", "81a161c0", "the message is no array"},
        {"two elements", "92a173c0", "the message has 2 elements and not 3"},
        {"four elements", "94a173c0a161c0", "the message has 4 elements and not 3"},
        {"no elements", "90", "the message has 0 elements and not 3"},
        {"a number as type", "9301c0a161", "the type is no text"},
        {"nil as type", "93c0c0a161", "the type is no text"},
        {"a type that is not UTF-8", "93a1ffc0a161", "a text is not UTF-8"},
        {"no node id", "93a173c0c0", "custom: the node id is no text"},
        {"a node id that is not UTF-8", "93a471756974c0a1ff", "quit: a text is not UTF-8"},
        {"96 GB in the place of nothing",
         "93a471756974ddff000000",
         "quit: the bytes end too early for 4278190080 items"},
        {"bytes that follow", "93a471756974c0a16100", "quit: 1 bytes follow the end"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena arena = {0};
        struct message message;
        struct err err = {""};
        struct buf bytes;

        CHECK_ROW(rows[i].row);
        buf_init(&bytes, WIRE_MAX);
        wire_hex(&bytes, rows[i].hex);
        CHECK(!message_decode(
            &message, MESSAGE_TO_MASTER, buf_text(&bytes), bytes.length, &arena, &err));
        CHECK_STR(err.text, rows[i].want);
        buf_fini(&bytes);
        arena_fini(&arena);
    }
}

static void sizes(void **state)
{
    static char big[MESSAGE_MAX_BYTES + 1];
    static const unsigned char head[] = {0x93, 0xa1, 'x', 0xdd, 0x00, 0xf0, 0x00, 0x00};
    struct arena arena = {0};
    struct message message;
    struct buf bytes;
    struct err err;

    (void)state;
    buf_init(&bytes, WIRE_MAX);
    CHECK_ROW("a byte too many");
    CHECK(!message_decode(&message, MESSAGE_TO_MASTER, big, sizeof(big), &arena, &err));
    CHECK_STR(err.text, "a message of 16777217 bytes; 16777216 is the limit");
    CHECK(!message.type_text.bytes);

    CHECK_ROW("15 million numbers are there, and would take a gigabyte");
    memcpy(big, head, sizeof(head));
    CHECK(!message_decode(&message, MESSAGE_TO_MASTER, big, sizeof(big) - 1, &arena, &err));
    CHECK_STR(err.text, "custom: it would take too much memory");
    CHECK_STR(wire_text(&arena, message.type_text), "x");
    arena_fini(&arena);

    CHECK_ROW("a list of files that does not fit beside a file that does");
    wire_hex(&bytes, "93 aa 6c6f6375737466696c65 83 a8 66696c656e616d65 a0 a8 636f6e74656e7473 a0");
    wire_hex(&bytes, "ab 6c6f6375737466696c6573 dd 00f00000");
    memcpy(big, bytes.data, bytes.length);
    CHECK(!message_decode(&message, MESSAGE_TO_WORKER, big, sizeof(big) - 1, &arena, &err));
    CHECK_STR(err.text, "locustfile: it would take too much memory");
    CHECK_EQ(message.locustfile.file_count, 0);
    buf_fini(&bytes);
    arena_fini(&arena);
}

static void types(void **state)
{
    static const struct {
        const char *row, *hex;
        enum message_direction direction;
        enum message_type type;
    } rows[] = {
        {"a type as str", "93a471756974c0a161", MESSAGE_TO_MASTER, MESSAGE_QUIT},
        {"a type and an id as bin", "93c40471756974c0c40161", MESSAGE_TO_MASTER, MESSAGE_QUIT},
        {"a type as raw16", "93da000471756974c0a161", MESSAGE_TO_WORKER, MESSAGE_QUIT},
        {"data where none belongs", "93a47175697493010203a161", MESSAGE_TO_MASTER, MESSAGE_QUIT},
        {"a type that goes the other way", "93a361636bc0a161", MESSAGE_TO_MASTER, MESSAGE_CUSTOM},
        {"the same one the right way", "93a361636bc0a161", MESSAGE_TO_WORKER, MESSAGE_ACK},
        {"an unknown one", "93a3616263c0a161", MESSAGE_TO_WORKER, MESSAGE_CUSTOM},
        {"a script's \"custom\"", "93a6637573746f6dc0a161", MESSAGE_TO_WORKER, MESSAGE_CUSTOM},
        {"an empty type", "93a0c0a161", MESSAGE_TO_WORKER, MESSAGE_CUSTOM},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena arena = {0};
        struct message message;
        struct err err = {""};
        struct buf bytes;

        CHECK_ROW(rows[i].row);
        buf_init(&bytes, WIRE_MAX);
        wire_hex(&bytes, rows[i].hex);
        message_decode(&message, rows[i].direction, bytes.data, bytes.length, &arena, &err);
        CHECK_STR(err.text, "");
        CHECK_EQ(message.type, rows[i].type);
        CHECK(slice_is(message.node_id, "a"));
        buf_fini(&bytes);
        arena_fini(&arena);
    }
}

/* M33: what locust4j cannot read. */
static bool is_plain(const struct value *value)
{
    size_t items = value->kind == VALUE_MAP ? 2 * value->count : value->count;
    bool small = value->integer >= INT32_MIN && value->integer <= INT32_MAX;

    if (value->kind == VALUE_BYTES || !small) {
        return false;
    }
    for (size_t i = 0; i < items; i++) {
        if (!is_plain(&value->items[i]) ||
            (value->kind == VALUE_ARRAY && value->items[i].kind != VALUE_TEXT)) {
            return false;
        }
    }
    return true;
}

static void for_small_peers(void **state)
{
    static struct message_class classes[] = {{{"A", 1}, INT32_MAX}, {{"B", 1}, 0}};
    static const struct message rows[] = {
        {.type = MESSAGE_ACK, .ack = {.index = 3}},
        {.type = MESSAGE_ACK, .ack = {.index = 3, .hdr = true}},
        {.type = MESSAGE_HEARTBEAT},
        {
            .type = MESSAGE_SPAWN,
            .spawn =
                {
                    .timestamp = 1795452260,
                    .classes = {.present = true, .items = classes, .count = 2},
                    .stop_timeout = 5,
                },
        },
        {.type = MESSAGE_SPAWNING_COMPLETE, .spawning_complete = {.user_count = 100000}},
        {.type = MESSAGE_STOP},
        {.type = MESSAGE_RECONNECT},
        {.type = MESSAGE_QUIT},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct message message = rows[i];
        struct arena arena = {0};
        struct err err = {""};
        struct reader reader;
        struct buf bytes;

        CHECK_ROW(message_type_name(message.type));
        message.node_id = slice_of("host_1");
        buf_init(&bytes, WIRE_MAX);
        message_encode(&bytes, MESSAGE_TO_WORKER, &message);
        reader_init(&reader, bytes.data, bytes.length, 1 << 16, &arena, &err);
        CHECK(is_plain(&reader_value(&reader)->items[1]));
        buf_fini(&bytes);
        arena_fini(&arena);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden_values),
        cmocka_unit_test(golden_bytes),
        cmocka_unit_test(golden_cut),
        cmocka_unit_test(golden_changed),
        cmocka_unit_test(envelopes),
        cmocka_unit_test(sizes),
        cmocka_unit_test(types),
        cmocka_unit_test(for_small_peers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
