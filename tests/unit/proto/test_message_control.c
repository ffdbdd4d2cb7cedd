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

static void versions(void **state)
{
    static const struct {
        const char *row, *data;
        int kind;
        const char *version;
    } rows[] = {
        {"Locust's", "\"2.46.3\"", VERSION_TEXT, "2.46.3"},
        {"Debian's package", "\"\"", VERSION_TEXT, ""},
        {"boomer's", "-1", VERSION_ANY, NULL},
        {"-1 as a float", "-1.0", VERSION_ANY, NULL},
        {"before 2.0", "null", VERSION_NONE, NULL},
        {"zero", "0", VERSION_NONE, NULL},
        {"false", "false", VERSION_NONE, NULL},
    };
    static const struct wire_refusal refusals[] = {
        {"a number", "client_ready", "2", "client_ready: the version is neither a text nor -1"},
        {"true", "client_ready", "true", "client_ready: the version is neither a text nor -1"},
        {"a map", "client_ready", "{}", "client_ready: the version is neither a text nor -1"},
        {"an array", "client_ready", "[1]", "client_ready: the version is neither a text nor -1"},
    };
    struct arena arena = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CHECK_ROW(rows[i].row);
        struct message message = decoded(MESSAGE_TO_MASTER, "client_ready", rows[i].data, &arena);

        CHECK_EQ(message.client_ready.kind, rows[i].kind);
        CHECK_STR(wire_text(&arena, message.client_ready.version), rows[i].version);
    }
    wire_refuse(MESSAGE_TO_MASTER, refusals, ARRAY_LEN(refusals));

    struct message none = {
        .type = MESSAGE_CLIENT_READY,
        .node_id = slice_of("host_1"),
        .client_ready = {.kind = VERSION_NONE},
    };

    CHECK_ROW("no version is written as nil");
    wire_check_encoded(&none, MESSAGE_TO_MASTER, "client_ready", "null");
    arena_fini(&arena);
}

static void acks(void **state)
{
    static const struct {
        const char *row, *data;
        int64_t index;
        bool hdr;
        const char *encoded;
    } rows[] = {
        {"2.10", "null", -1, false, "null"},
        {"2.11", "{\"index\": 7}", 7, false, "{\"index\": 7}"},
        {"no index", "{}", -1, false, "null"},
        {"an index of nil", "{\"index\": null}", -1, false, "null"},
        {"ours",
         "{\"index\": 7, \"caps\": [\"hdr\"]}",
         7,
         true,
         "{\"index\": 7, \"caps\": [\"hdr\"]}"},
        {"a later one of ours",
         "{\"caps\": [\"more\", {\"a\": 1}, \"hdr\"], \"index\": 0}",
         0,
         true,
         "{\"index\": 0, \"caps\": [\"hdr\"]}"},
        {"all of them",
         "{\"caps\": [\"samples\", \"detail\", \"hdr\"]}",
         -1,
         true,
         "{\"caps\": [\"hdr\", \"detail\", \"samples\"]}"},
        {"no such capability", "{\"index\": 1, \"caps\": [\"hdr2\"]}", 1, false, "{\"index\": 1}"},
    };
    static const struct wire_refusal refusals[] = {
        {"a negative index", "ack", "{\"index\": -2}", "ack: index is negative (-2)"},
        {"a text as index", "ack", "{\"index\": \"1\"}", "ack: index is no number"},
        {"an array", "ack", "[]", "ack: the data is no map"},
        {"capabilities that are no list", "ack", "{\"caps\": 1}", "ack: caps is no array"},
    };
    struct arena arena = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CHECK_ROW(rows[i].row);
        struct message message = decoded(MESSAGE_TO_WORKER, "ack", rows[i].data, &arena);

        CHECK_EQ(message.ack.index, rows[i].index);
        CHECK_EQ(message.ack.hdr, rows[i].hdr);
        wire_check_encoded(&message, MESSAGE_TO_WORKER, "ack", rows[i].encoded);
    }
    wire_refuse(MESSAGE_TO_WORKER, refusals, ARRAY_LEN(refusals));
    arena_fini(&arena);
}

static void heartbeats(void **state)
{
    static const struct {
        const char *row, *data;
        double cpu_percent;
        int64_t memory_bytes;
        const char *encoded;
    } rows[] = {
        {"Locust's",
         "{\"state\": \"ready\", \"current_cpu_usage\": 1.5, \"current_memory_usage\": 9}",
         1.5,
         9,
         "{\"state\": \"ready\", \"current_cpu_usage\": 1.5, \"current_memory_usage\": 9}"},
        {"locust4j's, without memory",
         "{\"current_cpu_usage\": 3, \"state\": \"ready\"}",
         3,
         -1,
         "{\"state\": \"ready\", \"current_cpu_usage\": 3.0}"},
        {"memory below zero is not known",
         "{\"state\": \"ready\", \"current_cpu_usage\": 0, \"current_memory_usage\": -9}",
         0,
         -1,
         "{\"state\": \"ready\", \"current_cpu_usage\": 0.0}"},
        {"ours, with its condition",
         "{\"state\": \"ready\", \"current_cpu_usage\": 0.0, \"lag_p99_ms\": 1.5,"
         " \"connections\": 2, \"ports_used\": 3, \"ports_limit\": 4, \"waiting\": 5,"
         " \"oldest_wait\": 6.5}",
         0,
         -1,
         "{\"state\": \"ready\", \"current_cpu_usage\": 0.0, \"lag_p99_ms\": 1.5,"
         " \"connections\": 2, \"ports_used\": 3, \"ports_limit\": 4, \"waiting\": 5,"
         " \"oldest_wait\": 6.5}"},
        {"a condition that is none",
         "{\"state\": \"ready\", \"current_cpu_usage\": 0.0, \"lag_p99_ms\": \"x\","
         " \"connections\": [2], \"ports_used\": {\"a\": 3}, \"waiting\": null}",
         0,
         -1,
         "{\"state\": \"ready\", \"current_cpu_usage\": 0.0}"},
        {"a key nobody knows",
         "{\"x\": [1, {\"y\": null}], \"state\": \"ready\", \"current_cpu_usage\": 0.0}",
         0,
         -1,
         "{\"state\": \"ready\", \"current_cpu_usage\": 0.0}"},
        {"keys that are no text",
         "{\"__map__\": [[1, 2], [[3], 4], [\"state\", \"ready\"], [null, 5],"
         " [\"current_cpu_usage\", 0.0]]}",
         0,
         -1,
         "{\"state\": \"ready\", \"current_cpu_usage\": 0.0}"},
    };
    static const struct wire_refusal refusals[] = {
        {"no state", "heartbeat", "{\"current_cpu_usage\": 1.0}", "heartbeat: state is missing"},
        {"no CPU",
         "heartbeat",
         "{\"state\": \"ready\"}",
         "heartbeat: current_cpu_usage is missing"},
        {"a CPU of nil",
         "heartbeat",
         "{\"state\": \"ready\", \"current_cpu_usage\": null}",
         "heartbeat: current_cpu_usage is missing"},
        {"a CPU in words",
         "heartbeat",
         "{\"state\": \"ready\", \"current_cpu_usage\": \"1\"}",
         "heartbeat: current_cpu_usage is no number"},
        {"a state of 1", "heartbeat", "{\"state\": 1}", "heartbeat: state is no text"},
        {"nil", "heartbeat", "null", "heartbeat: the data is no map"},
        {"an array", "heartbeat", "[1]", "heartbeat: the data is no map"},
    };
    struct arena arena = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CHECK_ROW(rows[i].row);
        struct message message = decoded(MESSAGE_TO_MASTER, "heartbeat", rows[i].data, &arena);

        CHECK(slice_is(message.heartbeat.state, "ready"));
        CHECK_NEAR(message.heartbeat.cpu_percent, rows[i].cpu_percent, 0);
        CHECK_EQ(message.heartbeat.memory_bytes, rows[i].memory_bytes);
        wire_check_encoded(&message, MESSAGE_TO_MASTER, "heartbeat", rows[i].encoded);
    }
    wire_refuse(MESSAGE_TO_MASTER, refusals, ARRAY_LEN(refusals));

    CHECK_ROW("the master's answer holds nothing, whatever it holds");
    struct message answer = decoded(MESSAGE_TO_WORKER, "heartbeat", "{\"a\": 1}", &arena);

    wire_check_encoded(&answer, MESSAGE_TO_WORKER, "heartbeat", "null");
    arena_fini(&arena);
}

static void customs(void **state)
{
    static const char *const rows[] = {
        "null",
        "true",
        "-5",
        "1.0",
        "\"text\"",
        "[1, [2, {\"a\": [null]}]]",
        "{\"__datetime__\": true, \"as_str\": \"20260822T10:00:00.000000\"}",
        "{\"__map__\": [[1, \"a\"], [2.5, \"b\"]]}",
    };
    struct arena arena = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        for (int way = 0; way < 2; way++) {
            enum message_direction direction = way ? MESSAGE_TO_WORKER : MESSAGE_TO_MASTER;

            CHECK_ROW(rows[i]);
            struct message message = decoded(direction, "mine", rows[i], &arena);

            CHECK_EQ(message.type, MESSAGE_CUSTOM);
            CHECK(slice_is(message.type_text, "mine"));
            wire_check_encoded(&message, direction, "mine", rows[i]);
        }
    }
    struct message nothing = {
        .type = MESSAGE_CUSTOM,
        .type_text = slice_of("mine"),
        .node_id = slice_of("host_1"),
    };

    CHECK_ROW("no data is nil");
    wire_check_encoded(&nothing, MESSAGE_TO_WORKER, "mine", "null");
    arena_fini(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(versions),
        cmocka_unit_test(acks),
        cmocka_unit_test(heartbeats),
        cmocka_unit_test(customs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
