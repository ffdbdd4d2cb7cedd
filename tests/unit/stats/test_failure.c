/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <stdlib.h>

#include "base/ensure.h"
#include "base/log.h"
#include "stats/failure.h"
#include "vectors.h"

static void golden_keys(void **state)
{
    json_t *rows = vectors_load("error_keys");
    size_t i, skipped = 0;
    json_t *row;

    (void)state;
    json_array_foreach(rows, i, row)
    {
        const char *text = vectors_text(row, "error");
        char key[FAILURE_KEY_SIZE];
        struct buf out;

        CHECK_ROW(vectors_text(row, "hashed_text"));
        if (strlen(text) != json_string_length(json_object_get(row, "error"))) {
            skipped++; /* a NUL inside: such a text can't arise in C */
            continue;
        }
        failure_key(vectors_text(row, "method"), vectors_text(row, "name"), text, key);
        CHECK_STR(key, vectors_text(row, "key"));

        buf_init(&out, 4096);
        failure_stored_text(&out, text);
        CHECK_STR(buf_text(&out), vectors_text(row, "stored_error"));

        CHECK_ROW("the key of the stored text is the same");
        failure_key(vectors_text(row, "method"), vectors_text(row, "name"), buf_text(&out), key);
        CHECK_STR(key, vectors_text(row, "key"));

        struct failure failure = {
            .method = vectors_text(row, "method"),
            .name = vectors_text(row, "name"),
            .text = vectors_text(row, "stored_error"),
        };

        CHECK_ROW(vectors_text(row, "display_name"));
        buf_clear(&out);
        failure_display(&out, &failure);
        CHECK_STR(buf_text(&out), vectors_text(row, "display_name"));
        buf_fini(&out);
    }
    CHECK_ROW("one golden row has a NUL");
    CHECK_EQ(skipped, 1);
    json_decref(rows);
}

static void masking(void **state)
{
    static const struct {
        const char *row, *text, *want;
    } rows[] = {
        {"no address", "plain", "plain"},
        {"no end", "<Foo object at 0x7f12", "<Foo object at 0x7f12"},
        {"up to the bracket", "<Foo object at 0x7f12>", "<Foo object at 0x....>"},
        {"the same address anywhere",
         "0x7f and <F object at 0x7f>",
         "0x.... and <F object at 0x....>"},
        {"another address stays",
         "<F object at 0x1> <G object at 0x2>",
         "<F object at 0x....> <G object at 0x2>"},
        {"nothing after the mark", "object at 0x>", "object at 0x....>"},
        {"a mark at the very end", "object at 0x", "object at 0x"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf out;

        CHECK_ROW(rows[i].row);
        buf_init(&out, 256);
        failure_stored_text(&out, rows[i].text);
        CHECK_STR(buf_text(&out), rows[i].want);
        buf_fini(&out);
    }
}

static void display(void **state)
{
    static const struct {
        const char *row, *text, *want;
    } rows[] = {
        {"stripped", "CatchResponseError('no')", "GET /: 'no'"},
        {"nothing inside", "CatchResponseError()", "GET /: "},
        {"not closed", "CatchResponseError('no'", "GET /: CatchResponseError('no'"},
        {"only the mark", "CatchResponseError(", "GET /: CatchResponseError("},
        {"inside another text", "x CatchResponseError('no')", "GET /: x CatchResponseError('no')"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct failure failure = {.method = "GET", .name = "/", .text = rows[i].text};
        struct buf out;

        CHECK_ROW(rows[i].row);
        buf_init(&out, 256);
        failure_display(&out, &failure);
        CHECK_STR(buf_text(&out), rows[i].want);
        buf_fini(&out);
    }
}

static void grouping(void **state)
{
    struct failures *all = failures_new(0), *other = failures_new(0);
    const struct failure *const *rows;

    (void)state;
    failures_record(all, "GET", "/b", "no", 300);
    failures_record(all, "GET", "/b", "no", 100);
    failures_record(all, "GET", "/b", "no", 200);
    failures_record(all, "POST", "/a", "<X object at 0x1>", 5);
    failures_record(all, "POST", "/a", "<X object at 0x2>", 6);
    failures_record(all, "GET", "/a", "z", 7);
    failures_record(all, NULL, NULL, NULL, 8);
    CHECK_ROW("by method, name and text; sorted by name, then method");
    CHECK_EQ(failures_count(all), 4);
    rows = failures_sorted(all);
    CHECK_STR(rows[0]->text, "");
    CHECK_STR(rows[1]->text, "z");
    CHECK_ROW("different addresses are one failure");
    CHECK_STR(rows[2]->text, "<X object at 0x....>");
    CHECK_EQ(rows[2]->occurrences, 2);
    CHECK_ROW("first and last, in whatever order they came");
    CHECK_EQ(rows[3]->occurrences, 3);
    CHECK_EQ(rows[3]->first_seen_ns, 100);
    CHECK_EQ(rows[3]->last_seen_ns, 300);

    CHECK_ROW("merged; a report without times leaves ours");
    failures_add(other,
                 &(struct failure){.method = "GET", .name = "/b", .text = "no", .occurrences = 4});
    failures_add(other,
                 &(struct failure){.method = "GET",
                                   .name = "/c",
                                   .text = "new",
                                   .occurrences = 1,
                                   .first_seen_ns = 50,
                                   .last_seen_ns = 60});
    failures_merge(all, other);
    rows = failures_sorted(all);
    CHECK_EQ(failures_count(all), 5);
    CHECK_EQ(rows[3]->occurrences, 7);
    CHECK_EQ(rows[3]->first_seen_ns, 100);
    CHECK_EQ(rows[4]->first_seen_ns, 50);

    failures_clear(all);
    CHECK_EQ(failures_count(all), 0);
    failures_free(all);
    failures_free(other);
    failures_free(NULL);
}

/* A row of a worker's report. */
static void report_of(struct failures *failures, const char *text, const char *worker)
{
    failures_add(failures,
                 &(struct failure){.method = "GET",
                                   .name = "/a",
                                   .text = text,
                                   .occurrences = 1,
                                   .nodes = &worker,
                                   .node_count = 1});
}

static void nodes(void **state)
{
    struct failures *all = failures_new(0), *other = failures_new(0);
    char id[32];

    (void)state;
    failures_record(all, "GET", "/a", "own", 1);
    CHECK_ROW("none where nobody reported it");
    CHECK_EQ(failures_sorted(all)[0]->node_count, 0);
    failures_clear(all);
    report_of(all, "no", "w_2");
    report_of(all, "no", "w_1");
    report_of(all, "no", "w_2");
    report_of(other, "no", "w_3");
    failures_merge(all, other);
    failures_free(other);
    const struct failure *one = failures_sorted(all)[0];

    CHECK_ROW("each once, sorted, and merged ones too");
    CHECK_EQ(one->occurrences, 4);
    CHECK_EQ(one->node_count, 3);
    CHECK_STR(one->nodes[0], "w_1");
    CHECK_STR(one->nodes[1], "w_2");
    CHECK_STR(one->nodes[2], "w_3");
    CHECK_ROW("no more than a thousand of a kind");
    for (int i = 0; i < FAILURE_NODES_MAX + 10; i++) {
        snprintf(id, sizeof(id), "more_%d", i);
        report_of(all, "many", id);
    }
    one = failures_sorted(all)[0];
    CHECK_STR(one->text, "many");
    CHECK_EQ(one->node_count, FAILURE_NODES_MAX);
    CHECK_EQ(one->occurrences, FAILURE_NODES_MAX + 10);
    failures_free(all);
}

static void bounds(void **state)
{
    struct failures *all = failures_new(3);
    char text[64];
    char *huge = malloc(100001);

    (void)state;
    log_set_level(LOG_ERROR);
    for (int i = 0; i < 10; i++) {
        snprintf(text, sizeof(text), "failure %d", i);
        failures_record(all, "GET", "/", text, 1);
    }
    CHECK_ROW("one row for all beyond the bound");
    CHECK_EQ(failures_count(all), 4);
    CHECK_EQ(failures_folded(all), 7);
    CHECK_STR(failures_sorted(all)[0]->name, FAILURES_OTHER);
    CHECK_ROW("those that are there still count");
    failures_record(all, "GET", "/", "failure 2", 1);
    CHECK_EQ(failures_sorted(all)[3]->occurrences, 2);

    CHECK_ROW("a long text is cut, and groups as cut");
    failures_clear(all);
    memset(huge, 'x', 100000);
    huge[100000] = '\0';
    failures_record(all, huge, huge, huge, 1);
    huge[99999] = 'y';
    failures_record(all, huge, huge, huge, 1);
    CHECK_EQ(failures_count(all), 1);
    CHECK_EQ(strlen(failures_sorted(all)[0]->text), 4096);
    CHECK_EQ(strlen(failures_sorted(all)[0]->name), 1024);
    CHECK_EQ(strlen(failures_sorted(all)[0]->method), 64);
    memcpy(huge, "object at 0x1>", 14);
    failures_record(all, "GET", "/", huge, 1);
    CHECK_EQ(strlen(failures_sorted(all)[0]->text), 4096);
    CHECK_ROW("masking a text full of addresses makes it longer, then it is cut");
    for (size_t i = 0; i < 4096; i += 2) {
        memcpy(huge + i, "0x", 2);
    }
    memcpy(huge, "object at 0x>", 13);
    failures_record(all, "GET", "/long", huge, 1);
    failures_record(all, "GET", "/long", huge, 1);
    CHECK_EQ(strlen(failures_sorted(all)[1]->text), 4096);
    CHECK_EQ(failures_sorted(all)[1]->occurrences, 2);
    free(huge);
    failures_free(all);
}

static void captures_are_bounded(void **state)
{
    struct failures *failures = failures_new(0);
    char body[3 * CAPTURE_BYTES];
    struct failure_capture capture = {.wall_ns = 7,
                                      .status = 500,
                                      .url = "u",
                                      .error = "e",
                                      .request_headers = "q",
                                      .response_headers = "r",
                                      .body = body};
    size_t kinds = 0;

    (void)state;
    memset(body, 'x', sizeof(body) - 1);
    body[sizeof(body) - 1] = '\0';
    CHECK(!failures_want_capture(failures, failures_record(failures, "GET", "/0", "no", 1), 1));
    failures_keep_captures(failures, CAPTURE_FIRST);
    for (int i = 0; i < 10 * (CAPTURE_KINDS + 1); i++) {
        char name[20];

        snprintf(name, sizeof(name), "/%d", i % (CAPTURE_KINDS + 1));
        failures_capture(failures, failures_record(failures, "GET", name, "no", i), &capture);
    }
    const struct failure *const *rows = failures_sorted(failures);

    for (size_t i = 0; i < failures_count(failures); i++) {
        kinds += rows[i]->capture_count == CAPTURES_EACH;
        CHECK(rows[i]->capture_count == 0 || rows[i]->capture_count == CAPTURES_EACH);
    }
    CHECK_EQ(kinds, CAPTURE_KINDS);
    CHECK_EQ(strlen(rows[0]->captures[0].body), CAPTURE_BYTES);
    CHECK_STR(rows[0]->captures[4].response_headers, "r");
    CHECK_EQ(rows[0]->captures[4].status, 500);
    failures_clear(failures);
    CHECK(failures_want_capture(failures, failures_record(failures, "GET", "/0", "no", 1), 1));
    failures_free(failures);
}

static size_t captured(struct failures *failures, int64_t wall_ns, const char *body)
{
    const struct failure *kind = failures_record(failures, "GET", "/a", "no", wall_ns);

    failures_capture(failures, kind, &(struct failure_capture){.wall_ns = wall_ns, .body = body});
    return kind->capture_count;
}

/* As on a worker: every report clears them. */
static void captures_for_reports(void **state)
{
    struct failures *failures = failures_new(0);
    int64_t minute_ns = INT64_C(60000000000);
    char body[3 * CAPTURE_BYTES];
    size_t kept = 0;

    (void)state;
    failures_keep_captures(failures, CAPTURE_RATIONED);
    CHECK(failures_keeps_captures(failures));
    for (int report = 0; report < 5; report++) {
        for (int i = 0; i < 3; i++) {
            captured(failures, 1 + report, "b");
        }
        kept += failures_sorted(failures)[0]->capture_count;
        failures_clear(failures);
    }
    CHECK_ROW("the first five over all reports");
    CHECK_EQ(kept, CAPTURES_EACH);
    CHECK_ROW("then one a minute");
    CHECK_EQ(captured(failures, 3 + minute_ns, "b"), 1);
    CHECK_EQ(captured(failures, 4 + minute_ns, "b"), 1);
    CHECK_ROW("anew with the next test");
    failures_clear(failures);
    failures_renew_rations(failures);
    CHECK_EQ(captured(failures, 5 + minute_ns, "b"), 1);
    CHECK_ROW("no more bytes than fit a report");
    failures_clear(failures);
    failures_renew_rations(failures);
    memset(body, 'x', sizeof(body) - 1);
    body[sizeof(body) - 1] = '\0';
    kept = 0;
    for (int i = 0; i < 50; i++) {
        char name[20];

        snprintf(name, sizeof(name), "/%d", i);
        const struct failure *kind = failures_record(failures, "GET", name, "no", 1);

        failures_capture(failures, kind, &(struct failure_capture){.wall_ns = 1, .body = body});
        kept += kind->capture_count;
    }
    CHECK_EQ(kept, CAPTURE_REPORT_BYTES / CAPTURE_BYTES);
    failures_free(failures);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden_keys),
        cmocka_unit_test(masking),
        cmocka_unit_test(display),
        cmocka_unit_test(grouping),
        cmocka_unit_test(nodes),
        cmocka_unit_test(bounds),
        cmocka_unit_test(captures_are_bounded),
        cmocka_unit_test(captures_for_reports),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
