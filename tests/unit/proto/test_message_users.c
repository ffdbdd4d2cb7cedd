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

static const char full[] =
    "{\"timestamp\": 100.5, \"user_classes_count\": {\"A\": 1, \"B\": 0},"
    " \"host\": \"http://h\", \"stop_timeout\": 1.5, \"parsed_options\": {\"tags\": [\"t\"]}}";

static void spawns(void **state)
{
    struct arena arena = {0};
    struct message message = decoded(MESSAGE_TO_WORKER, "spawn", full, &arena);
    const struct message_spawn *spawn = &message.spawn;

    (void)state;
    CHECK_ROW("each field");
    CHECK_NEAR(spawn->timestamp, 100.5, 0);
    CHECK_EQ(spawn->classes.count, 2);
    CHECK(slice_is(spawn->classes.items[0].name, "A"));
    CHECK_EQ(spawn->classes.items[0].users, 1);
    CHECK_EQ(spawn->classes.items[1].users, 0);
    CHECK(slice_is(spawn->host, "http://h"));
    CHECK_NEAR(spawn->stop_timeout, 1.5, 0);
    CHECK_EQ(value_get(spawn->parsed_options, "tags")->kind, VALUE_ARRAY);
    wire_check_encoded(&message, MESSAGE_TO_WORKER, "spawn", full);

    CHECK_ROW("nil where it may be");
    message = decoded(MESSAGE_TO_WORKER,
                      "spawn",
                      "{\"timestamp\": 1, \"user_classes_count\": {}, \"host\": null,"
                      " \"stop_timeout\": null, \"parsed_options\": null}",
                      &arena);
    CHECK_NEAR(spawn->timestamp, 1, 0);
    CHECK(spawn->classes.present);
    CHECK(!spawn->host.bytes);
    CHECK_NEAR(spawn->stop_timeout, 0, 0);
    CHECK_EQ(spawn->parsed_options->kind, VALUE_MAP);
    CHECK_EQ(spawn->parsed_options->count, 0);
    wire_check_encoded(&message,
                       MESSAGE_TO_WORKER,
                       "spawn",
                       "{\"timestamp\": 1.0, \"user_classes_count\": {}, \"host\": null,"
                       " \"stop_timeout\": 0.0, \"parsed_options\": {}}");

    CHECK_ROW("without options a map is written");
    message.spawn.parsed_options = NULL;
    wire_check_encoded(&message,
                       MESSAGE_TO_WORKER,
                       "spawn",
                       "{\"timestamp\": 1.0, \"user_classes_count\": {}, \"host\": null,"
                       " \"stop_timeout\": 0.0, \"parsed_options\": {}}");

    CHECK_ROW("2.12's whole seconds stay whole");
    message = decoded(MESSAGE_TO_WORKER,
                      "spawn",
                      "{\"timestamp\": 1.0, \"user_classes_count\": {}, \"stop_timeout\": 3}",
                      &arena);
    CHECK_NEAR(spawn->stop_timeout, 3, 0);
    CHECK(spawn->stop_timeout_whole);
    arena_fini(&arena);
}

static void spawn_refusals(void **state)
{
    static const struct wire_refusal rows[] = {
        {"nil", "spawn", "null", "spawn: the data is no map"},
        {"no time", "spawn", "{\"user_classes_count\": {}}", "spawn: timestamp is missing"},
        {"no users", "spawn", "{\"timestamp\": 1.0}", "spawn: user_classes_count is missing"},
        {"users in an array",
         "spawn",
         "{\"timestamp\": 1.0, \"user_classes_count\": []}",
         "spawn: user_classes_count is no map"},
        {"fewer than no users",
         "spawn",
         "{\"user_classes_count\": {\"A\": -1}}",
         "spawn: the number of users of a class is negative (-1)"},
        {"a class named 5",
         "spawn",
         "{\"user_classes_count\": {\"__map__\": [[5, 1]]}}",
         "spawn: the name of a class is no text"},
        {"a host of 5", "spawn", "{\"host\": 5}", "spawn: host is no text"},
        {"a timeout in words",
         "spawn",
         "{\"stop_timeout\": \"5s\"}",
         "spawn: stop_timeout is no number"},
        {"options in an array",
         "spawn",
         "{\"parsed_options\": []}",
         "spawn: parsed_options is no map"},
    };

    (void)state;
    wire_refuse(MESSAGE_TO_WORKER, rows, ARRAY_LEN(rows));
}

static void completions(void **state)
{
    static const struct {
        const char *row, *data;
        bool present;
        int64_t user_count;
        const char *encoded;
    } rows[] = {
        {"Locust's",
         "{\"user_classes_count\": {\"A\": 2}, \"user_count\": 2}",
         true,
         2,
         "{\"user_classes_count\": {\"A\": 2}, \"user_count\": 2}"},
        {"boomer's",
         "{\"count\": 2, \"user_classes_count\": {\"A\": 2}}",
         true,
         2,
         "{\"user_classes_count\": {\"A\": 2}, \"user_count\": 2}"},
        {"boomer's before its first spawn",
         "{\"count\": 0, \"user_classes_count\": null}",
         false,
         0,
         "{\"user_classes_count\": null, \"user_count\": 0}"},
        {"nothing at all", "{}", false, -1, "{\"user_classes_count\": null}"},
    };
    static const struct wire_refusal refusals[] = {
        {"nil", "spawning_complete", "null", "spawning_complete: the data is no map"},
        {"fewer than none",
         "spawning_complete",
         "{\"user_count\": -1}",
         "spawning_complete: user_count is negative (-1)"},
        {"counts in words",
         "spawning_complete",
         "{\"user_classes_count\": {\"A\": \"1\"}}",
         "spawning_complete: the number of users of a class is no number"},
    };
    struct arena arena = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CHECK_ROW(rows[i].row);
        struct message message =
            decoded(MESSAGE_TO_MASTER, "spawning_complete", rows[i].data, &arena);

        CHECK_EQ(message.spawning_complete.classes.present, rows[i].present);
        CHECK_EQ(message.spawning_complete.user_count, rows[i].user_count);
        wire_check_encoded(&message, MESSAGE_TO_MASTER, "spawning_complete", rows[i].encoded);
    }
    wire_refuse(MESSAGE_TO_MASTER, refusals, ARRAY_LEN(refusals));

    CHECK_ROW("the master's never has classes: locust4j would run them");
    struct message message = decoded(MESSAGE_TO_WORKER,
                                     "spawning_complete",
                                     "{\"user_classes_count\": {\"A\": 1}, \"user_count\": 6}",
                                     &arena);

    CHECK(!message.spawning_complete.classes.present);
    message.spawning_complete.classes.present = true;
    wire_check_encoded(&message, MESSAGE_TO_WORKER, "spawning_complete", "{\"user_count\": 6}");
    arena_fini(&arena);
}

static void edits(void **state)
{
    static const struct wire_refusal refusals[] = {
        {"an array", "update_user_class", "[]", "update_user_class: the data is no map"},
        {"no name",
         "update_user_class",
         "{\"weight\": 3}",
         "update_user_class: user_class_name is missing"},
        {"a name of 3",
         "update_user_class",
         "{\"user_class_name\": 3}",
         "update_user_class: user_class_name is no text"},
    };
    static const char data[] = "{\"weight\": 3, \"user_class_name\": \"B\", \"tasks\": [\"t\"]}";
    struct arena arena = {0};
    struct message message = decoded(MESSAGE_TO_WORKER, "update_user_class", data, &arena);

    (void)state;
    CHECK_ROW("all attributes stay as they came");
    CHECK(slice_is(message.update_user_class.name, "B"));
    CHECK_EQ(value_get(message.update_user_class.attributes, "weight")->integer, 3);
    wire_check_encoded(&message, MESSAGE_TO_WORKER, "update_user_class", data);

    CHECK_ROW("a name alone");
    message.update_user_class.attributes = NULL;
    wire_check_encoded(
        &message, MESSAGE_TO_WORKER, "update_user_class", "{\"user_class_name\": \"B\"}");
    wire_refuse(MESSAGE_TO_WORKER, refusals, ARRAY_LEN(refusals));
    arena_fini(&arena);
}

static void stops_and_pauses(void **state)
{
    static const struct {
        const char *row, *data;
        double timeout;
    } stops[] = {
        {"as Locust says it", "null", -1},
        {"with a time", "{\"timeout\": 24.5}", 24.5},
        {"whole seconds", "{\"timeout\": 3}", 3},
        {"at once", "{\"timeout\": 0.0}", 0},
        {"a time that is none is no reason to go on", "{\"timeout\": \"soon\"}", -1},
        {"nor is anything else", "[1, 2]", -1},
    };
    struct arena arena = {0};
    struct message message;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(stops); i++) {
        CHECK_ROW(stops[i].row);
        message = decoded(MESSAGE_TO_WORKER, "stop", stops[i].data, &arena);
        CHECK_NEAR(number_double(message.stop.timeout, -1), stops[i].timeout, 0);
    }
    CHECK_ROW("written");
    message = (struct message){.type = MESSAGE_STOP, .node_id = slice_of("host_1")};
    wire_check_encoded(&message, MESSAGE_TO_WORKER, "stop", "null");
    message.stop.timeout = number_float(24.5);
    wire_check_encoded(&message, MESSAGE_TO_WORKER, "stop", "{\"timeout\": 24.5}");

    CHECK_ROW("pause");
    message = decoded(MESSAGE_TO_WORKER, "pause", "{\"paused\": true}", &arena);
    CHECK_EQ(message.type, MESSAGE_PAUSE);
    CHECK_EQ(message.pause.paused, FLAG_YES);
    wire_check_encoded(&message, MESSAGE_TO_WORKER, "pause", "{\"paused\": true}");
    CHECK_EQ(decoded(MESSAGE_TO_WORKER, "pause", "{\"paused\": 1}", &arena).pause.paused,
             FLAG_UNSAID);

    CHECK_ROW("in a spawn");
    message = decoded(MESSAGE_TO_WORKER, "spawn", full, &arena);
    CHECK_EQ(message.spawn.paused, FLAG_UNSAID);
    message.spawn.paused = FLAG_YES;
    wire_check_encoded(&message,
                       MESSAGE_TO_WORKER,
                       "spawn",
                       "{\"timestamp\": 100.5, \"user_classes_count\": {\"A\": 1, \"B\": 0},"
                       " \"host\": \"http://h\", \"stop_timeout\": 1.5,"
                       " \"parsed_options\": {\"tags\": [\"t\"]}, \"paused\": true}");

    CHECK_ROW("in a heartbeat");
    message = decoded(MESSAGE_TO_MASTER,
                      "heartbeat",
                      "{\"state\": \"running\", \"current_cpu_usage\": 1, \"paused\": false}",
                      &arena);
    CHECK_EQ(message.heartbeat.paused, FLAG_NO);
    message = decoded(MESSAGE_TO_MASTER,
                      "heartbeat",
                      "{\"state\": \"running\", \"current_cpu_usage\": 1, \"paused\": \"?\"}",
                      &arena);
    CHECK_EQ(message.heartbeat.paused, FLAG_UNSAID);
    arena_fini(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(spawns),
        cmocka_unit_test(spawn_refusals),
        cmocka_unit_test(completions),
        cmocka_unit_test(edits),
        cmocka_unit_test(stops_and_pauses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
