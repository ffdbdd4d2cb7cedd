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

#define REPORT(stats, total, errors)                                                               \
    "{\"stats\": " stats ", \"stats_total\": " total ", \"errors\": " errors "}"
#define ENTRY(more) "{\"name\": \"/\", \"method\": \"GET\"" more "}"
#define ZERO "{\"name\": \"Aggregated\", \"method\": \"\"}"

static void entries(void **state)
{
    static const char data[] = REPORT(
        "[" ENTRY(", \"last_request_timestamp\": 10, \"start_time\": 9.5, \"num_requests\": 7,"
                  " \"num_none_requests\": 1, \"num_failures\": 2.0, \"total_response_time\": 145,"
                  " \"max_response_time\": 100.5, \"min_response_time\": null,"
                  " \"total_content_length\": 12,"
                  " \"response_times\": {\"__map__\": [[160, 3], [160.0, 2]]},"
                  " \"num_reqs_per_sec\": {\"__map__\": [[10, 5]]}") "]",
        "{\"name\": \"Total\", \"method\": null}",
        "{}");
    struct arena arena = {0};
    struct message message = decoded(MESSAGE_TO_MASTER, "stats", data, &arena);
    const struct message_stats *stats = &message.stats;
    const struct message_entry *entry = &stats->entries[0];

    (void)state;
    CHECK_ROW("each field, in any kind of number");
    CHECK_EQ(stats->entry_count, 1);
    CHECK(slice_is(entry->name, "/"));
    CHECK(slice_is(entry->method, "GET"));
    CHECK_EQ(entry->last_request_timestamp.kind, NUMBER_INT);
    CHECK_EQ(entry->last_request_timestamp.integer, 10);
    CHECK_NEAR(entry->start_time.real, 9.5, 0);
    CHECK_EQ(entry->num_requests, 7);
    CHECK_EQ(entry->num_none_requests, 1);
    CHECK_EQ(entry->num_failures, 2);
    CHECK_EQ(entry->total_response_time.integer, 145);
    CHECK_NEAR(entry->max_response_time.real, 100.5, 0);
    CHECK_EQ(entry->min_response_time.kind, NUMBER_NIL);
    CHECK_EQ(entry->total_content_length, 12);

    CHECK_ROW("C3: keys are numbers of either kind");
    CHECK_EQ(entry->response_times.count, 2);
    CHECK_EQ(number_int64(entry->response_times.items[0].key, 0), 160);
    CHECK_EQ(number_int64(entry->response_times.items[1].key, 0), 160);
    CHECK_EQ(entry->response_times.items[1].key.kind, NUMBER_FLOAT);
    CHECK_EQ(entry->response_times.items[1].count, 2);
    CHECK_EQ(entry->num_reqs_per_sec.count, 1);

    CHECK_ROW("what is left out");
    CHECK_EQ(entry->num_fail_per_sec.count, 0);
    CHECK(!entry->hdr.bytes);
    CHECK(slice_is(stats->total.name, "Total"));
    CHECK(!stats->total.method.bytes);
    CHECK_EQ(stats->total.start_time.kind, NUMBER_NIL);
    CHECK_EQ(stats->error_count, 0);
    CHECK(!stats->classes.present);
    CHECK_EQ(stats->user_count, -1);
    arena_fini(&arena);
}

static void errors(void **state)
{
    static const char data[] =
        REPORT("[]",
               ZERO,
               "{\"k1\": {\"name\": \"/\", \"method\": \"GET\", \"error\": \"E\","
               " \"occurrences\": 3, \"first_seen\": 1.5, \"last_seen\": 2},"
               " \"k2\": {\"error\": \"F\", \"occurrences\": 1, \"name\": \"/\","
               " \"method\": \"GET\"}}");
    struct arena arena = {0};
    struct message message = decoded(MESSAGE_TO_MASTER, "stats", data, &arena);
    const struct message_error *first = &message.stats.errors[0], *second = first + 1;

    (void)state;
    CHECK_ROW("each field");
    CHECK_EQ(message.stats.error_count, 2);
    CHECK(slice_is(first->key, "k1"));
    CHECK(slice_is(first->name, "/"));
    CHECK(slice_is(first->method, "GET"));
    CHECK(slice_is(first->error, "E"));
    CHECK_EQ(first->occurrences, 3);
    CHECK_NEAR(first->first_seen.real, 1.5, 0);
    CHECK_EQ(first->last_seen.integer, 2);
    CHECK_ROW("no times before 2.44");
    CHECK_EQ(second->first_seen.kind, NUMBER_NIL);
    CHECK_EQ(second->last_seen.kind, NUMBER_NIL);
    arena_fini(&arena);
}

static void refusals(void **state)
{
    static const struct wire_refusal rows[] = {
        {"nil", "stats", "null", "stats: the data is no map"},
        {"no stats",
         "stats",
         "{\"stats_total\": " ZERO ", \"errors\": {}}",
         "stats: stats is missing"},
        {"no total", "stats", "{\"stats\": [], \"errors\": {}}", "stats: stats_total is missing"},
        {"no errors",
         "stats",
         "{\"stats\": [], \"stats_total\": " ZERO "}",
         "stats: errors is missing"},
        {"stats in a map", "stats", REPORT("{}", ZERO, "{}"), "stats: stats is no array"},
        {"a total of 5", "stats", REPORT("[]", "5", "{}"), "stats: stats_total: it is no map"},
        {"errors in an array", "stats", REPORT("[]", ZERO, "[]"), "stats: errors is no map"},
        {"an entry of nil", "stats", REPORT("[null]", ZERO, "{}"), "stats: entry 0: it is no map"},
        {"no name",
         "stats",
         REPORT("[" ENTRY("") ", {\"method\": \"GET\"}]", ZERO, "{}"),
         "stats: entry 1: name is missing"},
        {"a method of 5",
         "stats",
         REPORT("[{\"name\": \"/\", \"method\": 5}]", ZERO, "{}"),
         "stats: entry 0: method is no text"},
        {"a count in words",
         "stats",
         REPORT("[" ENTRY(", \"num_requests\": \"3\"") "]", ZERO, "{}"),
         "stats: entry 0: num_requests is no number"},
        {"a negative count",
         "stats",
         REPORT("[" ENTRY(", \"num_failures\": -1") "]", ZERO, "{}"),
         "stats: entry 0: num_failures is negative (-1)"},
        {"a time in words",
         "stats",
         REPORT("[" ENTRY(", \"start_time\": \"now\"") "]", ZERO, "{}"),
         "stats: entry 0: start_time is no number"},
        {"a histogram in an array",
         "stats",
         REPORT("[" ENTRY(", \"response_times\": []") "]", ZERO, "{}"),
         "stats: entry 0: response_times is no map"},
        {"a bucket that is no number",
         "stats",
         REPORT("[" ENTRY(", \"response_times\": {\"5\": 1}") "]", ZERO, "{}"),
         "stats: entry 0: response_times is no number"},
        {"a bucket of nil",
         "stats",
         REPORT("[" ENTRY(", \"response_times\": {\"__map__\": [[null, 1]]}") "]", ZERO, "{}"),
         "stats: entry 0: a key of response_times is no number"},
        {"a negative bucket count",
         "stats",
         REPORT("[" ENTRY(", \"num_reqs_per_sec\": {\"__map__\": [[5, -2]]}") "]", ZERO, "{}"),
         "stats: entry 0: num_reqs_per_sec is negative (-2)"},
        {"an error without text",
         "stats",
         REPORT("[]", ZERO, "{\"k\": {\"occurrences\": 1}}"),
         "stats: error 0: error is missing"},
        {"an error without a count",
         "stats",
         REPORT("[]", ZERO, "{\"k\": {\"error\": \"E\"}}"),
         "stats: error 0: occurrences is missing"},
        {"an error under a number",
         "stats",
         REPORT("[]", ZERO, "{\"__map__\": [[5, {}]]}"),
         "stats: error 0: its key is no text"},
        {"an error of nil",
         "stats",
         REPORT("[]", ZERO, "{\"k\": null}"),
         "stats: error 0: it is no map"},
    };

    (void)state;
    wire_refuse(MESSAGE_TO_MASTER, rows, ARRAY_LEN(rows));
}

static void histograms(void **state)
{
    struct arena arena = {0};
    struct message message =
        decoded(MESSAGE_TO_MASTER, "stats", REPORT("[" ENTRY("") "]", ZERO, "{}"), &arena);
    struct message again;
    struct err err = {""};
    struct buf out;

    (void)state;
    CHECK_ROW("exact histograms travel as bytes");
    message.stats.entries[0].hdr = (struct slice){"\x01\xff\x00", 3};
    buf_init(&out, WIRE_MAX);
    message_encode(&out, MESSAGE_TO_MASTER, &message);
    message_decode(&again, MESSAGE_TO_MASTER, out.data, out.length, &arena, &err);
    CHECK_STR(err.text, "");
    CHECK_EQ(again.stats.entries[0].hdr.length, 3);
    CHECK(memcmp(again.stats.entries[0].hdr.bytes, "\x01\xff\x00", 3) == 0);
    CHECK(!again.stats.total.hdr.bytes);
    buf_fini(&out);

    CHECK_ROW("a text of that name is some script's");
    message = decoded(MESSAGE_TO_MASTER,
                      "stats",
                      REPORT("[" ENTRY(", \"hdr\": \"mine\"") "]", ZERO, "{}"),
                      &arena);
    CHECK(!message.stats.entries[0].hdr.bytes);
    arena_fini(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries),
        cmocka_unit_test(errors),
        cmocka_unit_test(refusals),
        cmocka_unit_test(histograms),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
