/* SPDX-License-Identifier: MIT */
#include "check.h"

#include "base/ensure.h"
#include "wire.h"

/* The message, or the test ends. */
static struct message decoded(enum message_direction direction, const char *type, const char *data,
                              struct arena *arena)
{
    struct message message;
    struct err err = {""};

    wire_decode(&message, direction, type, data, arena, &err);
    CHECK_STR(err.text, "");
    return message;
}

static void texts(void **state)
{
    static const struct wire_refusal rows[] = {
        {"no message", "exception", "{\"traceback\": \"t\"}", "exception: msg is missing"},
        {"no traceback", "exception", "{\"msg\": \"m\"}", "exception: traceback is missing"},
        {"nil", "exception", "null", "exception: the data is no map"},
        {"a message of 5", "exception", "{\"msg\": 5}", "exception: msg is no text"},
        {"logs in an array", "logs", "[\"a\"]", "logs: the data is no map"},
        {"no id", "logs", "{\"logs\": []}", "logs: worker_id is missing"},
        {"no lines", "logs", "{\"worker_id\": \"w\"}", "logs: logs is missing"},
        {"one line", "logs", "{\"worker_id\": \"w\", \"logs\": \"a\"}", "logs: logs is no array"},
        {"a line of 5",
         "logs",
         "{\"worker_id\": \"w\", \"logs\": [\"a\", 5]}",
         "logs: a line is no text"},
    };
    static const char logs[] = "{\"worker_id\": \"w\", \"logs\": [\"a\", \"\"]}";
    struct arena arena = {0};

    (void)state;
    wire_refuse(MESSAGE_TO_MASTER, rows, ARRAY_LEN(rows));

    CHECK_ROW("an exception");
    struct message message =
        decoded(MESSAGE_TO_MASTER, "exception", "{\"traceback\": \"t\", \"msg\": \"m\"}", &arena);

    CHECK(slice_is(message.exception.message, "m"));
    CHECK(slice_is(message.exception.traceback, "t"));
    wire_check_encoded(
        &message, MESSAGE_TO_MASTER, "exception", "{\"msg\": \"m\", \"traceback\": \"t\"}");

    CHECK_ROW("log lines");
    message = decoded(MESSAGE_TO_MASTER, "logs", logs, &arena);
    CHECK(slice_is(message.logs.worker_id, "w"));
    CHECK_EQ(message.logs.count, 2);
    CHECK(slice_is(message.logs.lines[0], "a"));
    CHECK(slice_is(message.logs.lines[1], ""));
    wire_check_encoded(&message, MESSAGE_TO_MASTER, "logs", logs);
    arena_fini(&arena);
}

static void file_requests(void **state)
{
    static const struct wire_refusal rows[] = {
        {"nil", "locustfile", "null", "locustfile: the data is no map"},
        {"a version of 2", "locustfile", "{\"version\": 2}", "locustfile: version is no text"},
    };
    struct arena arena = {0};
    struct message message =
        decoded(MESSAGE_TO_MASTER, "locustfile", "{\"version\": \"2.30.0\"}", &arena);

    (void)state;
    CHECK(slice_is(message.locustfile.version, "2.30.0"));
    message = decoded(MESSAGE_TO_MASTER, "locustfile", "{}", &arena);
    CHECK(!message.locustfile.version.bytes);
    wire_check_encoded(&message, MESSAGE_TO_MASTER, "locustfile", "{}");
    wire_refuse(MESSAGE_TO_MASTER, rows, ARRAY_LEN(rows));
    arena_fini(&arena);
}

#define FILE_A "{\"filename\": \"a.py\", \"contents\": \"pass\"}"
#define PAIR "\"filename\": \"a.py\", \"contents\": \"pass\""

static void file_answers(void **state)
{
    static const struct {
        const char *row, *data;
        size_t count;
        bool pair;
        const char *encoded;
    } rows[] = {
        {"one file since 2.31",
         "{\"locustfiles\": [" FILE_A "]}",
         1,
         false,
         "{\"locustfiles\": [" FILE_A "]}"},
        {"one file before", "{" PAIR "}", 1, true, "{\"locustfiles\": [" FILE_A "], " PAIR "}"},
        {"one file both ways",
         "{" PAIR ", \"locustfiles\": [" FILE_A "]}",
         1,
         true,
         "{\"locustfiles\": [" FILE_A "], " PAIR "}"},
        {"a file and where to get another",
         "{\"locustfiles\": [" FILE_A ", \"http://h/b.py\"]}",
         2,
         false,
         "{\"locustfiles\": [" FILE_A ", \"http://h/b.py\"]}"},
        {"a pair beside two files is not told from the list",
         "{\"locustfiles\": [" FILE_A ", " FILE_A "], " PAIR "}",
         2,
         false,
         "{\"locustfiles\": [" FILE_A ", " FILE_A "]}"},
        {"an empty list", "{\"locustfiles\": []}", 0, false, "{\"locustfiles\": []}"},
    };
    static const struct wire_refusal refusals[] = {
        {"nil", "locustfile", "null", "locustfile: the data is no map"},
        {"nothing", "locustfile", "{}", "locustfile: there is neither a file nor an error"},
        {"half a pair",
         "locustfile",
         "{\"filename\": \"a.py\"}",
         "locustfile: there is neither a file nor an error"},
        {"a file without its text",
         "locustfile",
         "{\"locustfiles\": [\"http://h\", {\"filename\": \"a.py\"}]}",
         "locustfile: file 1: contents is missing"},
        {"a file of 5",
         "locustfile",
         "{\"locustfiles\": [5]}",
         "locustfile: file 0: it is no text"},
        {"a map of files",
         "locustfile",
         "{\"locustfiles\": {}}",
         "locustfile: locustfiles is no array"},
    };
    struct arena arena = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CHECK_ROW(rows[i].row);
        struct message message = decoded(MESSAGE_TO_WORKER, "locustfile", rows[i].data, &arena);
        const struct message_locustfile *answer = &message.locustfile;

        CHECK_EQ(answer->file_count, rows[i].count);
        CHECK_EQ(answer->pair, rows[i].pair);
        if (rows[i].count > 0) {
            CHECK(slice_is(answer->files[0].filename, "a.py"));
            CHECK(slice_is(answer->files[0].contents, "pass"));
        }
        if (rows[i].count > 1 && answer->files[1].url.bytes) {
            CHECK(slice_is(answer->files[1].url, "http://h/b.py"));
        }
        wire_check_encoded(&message, MESSAGE_TO_WORKER, "locustfile", rows[i].encoded);
    }
    wire_refuse(MESSAGE_TO_WORKER, refusals, ARRAY_LEN(refusals));

    CHECK_ROW("an error");
    struct message error =
        decoded(MESSAGE_TO_WORKER, "locustfile", "{\"error\": \"no file\"}", &arena);

    CHECK(slice_is(error.locustfile.error, "no file"));
    CHECK_EQ(error.locustfile.file_count, 0);
    wire_check_encoded(&error, MESSAGE_TO_WORKER, "locustfile", "{\"error\": \"no file\"}");
    arena_fini(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts),
        cmocka_unit_test(file_requests),
        cmocka_unit_test(file_answers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
