/* SPDX-License-Identifier: MIT */
#include "golden.h"

#include <sys/stat.h>

#include "report/csv.h"

static const char *const suffixes[] = {
    "_stats.csv", "_stats_history.csv", "_failures.csv", "_exceptions.csv"};
enum { SUFFIXES = sizeof(suffixes) / sizeof(suffixes[0]) };

struct place {
    char *directory, *prefix;
};

static struct place place_new(void)
{
    struct place place = {.directory = temporary_directory()};

    place.prefix = mem_printf("%s/run", place.directory);
    return place;
}

static void place_free(struct place *place)
{
    for (size_t i = 0; i < SUFFIXES; i++) {
        char *path = mem_printf("%s%s", place->prefix, suffixes[i]);

        unlink(path);
        free(path);
    }
    CHECK_EQ(rmdir(place->directory), 0);
    free(place->directory);
    free(place->prefix);
}

static char *file_text(const struct place *place, const char *suffix)
{
    char *path = mem_printf("%s%s", place->prefix, suffix);
    char *text = read_all(path);

    free(path);
    return text;
}

static struct csv *opened(const struct place *place, struct csv_options options)
{
    struct err err;
    struct csv *csv = csv_open(place->prefix, &options, &err);

    CHECK(csv != NULL);
    return csv;
}

/* The fields of a row, split in place; quoted ones are not understood. */
static size_t split(char *row, char *fields[40])
{
    size_t count = 0;

    for (char *field; count < 40 && (field = strsep(&row, ",")) != NULL;) {
        fields[count++] = field;
    }
    return count;
}

static char *last_row(char *text)
{
    size_t length = strlen(text);

    CHECK(length > 2 && strcmp(text + length - 2, "\r\n") == 0);
    text[length - 2] = '\0';
    char *newline = strrchr(text, '\n');

    return newline ? newline + 1 : text;
}

static size_t rows_of(const char *text)
{
    size_t rows = 0;

    for (; *text; text++) {
        rows += *text == '\n';
    }
    return rows;
}

/* ---- As Locust ------------------------------------------------------------------------------- */

static void check_golden(const struct place *place, const char *suffix, const char *test_case,
                         const char *golden)
{
    char *got = file_text(place, suffix), *want = golden_text(test_case, golden);

    check_same_text(golden, got, want);
    free(got);
    free(want);
}

static void as_locust_writes(void **state)
{
    (void)state;
    for (size_t i = 0; i < GOLDEN_CASES * 2; i++) {
        const char *test_case = golden_cases[i / 2];
        bool full = i % 2 == 1;
        struct snapshot snapshot = golden_snapshot(test_case);
        struct place place = place_new();
        struct csv *csv =
            opened(&place, (struct csv_options){.full_history = full, .compat = true});

        CHECK_ROW(test_case);
        csv_write(csv, &snapshot);
        for (int again = 0; again < 2; again++) {
            check_golden(&place, "_stats.csv", test_case, "stats.csv");
            check_golden(&place, "_failures.csv", test_case, "failures.csv");
            check_golden(&place, "_exceptions.csv", test_case, "exceptions.csv");
            check_golden(
                &place, "_stats_history.csv", test_case, full ? "history_full.csv" : "history.csv");
            if (again == 0) {
                /* Nothing came since: the last write changes nothing. */
                CHECK(csv_close(csv, &snapshot));
            }
        }
        place_free(&place);
        golden_free(&snapshot);
    }
}

/* ---- Our own --------------------------------------------------------------------------------- */

static void final_rows(void **state)
{
    struct snapshot snapshot = empty_snapshot();
    struct place place = place_new();
    struct csv *csv = opened(&place, (struct csv_options){0});
    char *fields[40];

    (void)state;
    csv_write(csv, &snapshot);
    snapshot.now_ns += NS_PER_S;
    record(&snapshot, "/", NULL, 1500 * NS_PER_US);
    record(&snapshot, "/", "no", 2 * NS_PER_MS);
    CHECK(csv_close(csv, &snapshot));

    CHECK_ROW("what came after the last interval is there");
    char *stats = file_text(&place, "_stats.csv"), *row = last_row(stats);

    CHECK_EQ(split(row, fields), 22);
    CHECK_STR(fields[0], "");
    CHECK_STR(fields[1], "Aggregated");
    CHECK_STR(fields[2], "2");
    CHECK_STR(fields[3], "1");
    CHECK_ROW("median and 50% are one number; 100% is the maximum");
    CHECK_STR(fields[4], fields[11]);
    CHECK_STR(fields[7], "2.0");
    CHECK_STR(fields[21], "2");
    CHECK_ROW("in the history too");
    char *history = file_text(&place, "_stats_history.csv");

    CHECK_EQ(rows_of(history), 3);
    row = last_row(history);
    CHECK_EQ(split(row, fields), 24);
    CHECK_STR(fields[0], "1001");
    CHECK_STR(fields[4], "2.000000");
    CHECK_STR(fields[5], "1.000000");
    CHECK_STR(fields[17], "2");
    free(stats);
    free(history);
    place_free(&place);
    golden_free(&snapshot);
}

/* Locust's percentiles in the history are since the start; a slow phase would never be over. */
static void windows(void **state)
{
    static const struct {
        const char *says;
        int64_t window_ns;
        const char *rates[6], *medians[6]; /* a row each second; 2 requests of so many s in it */
    } tables[] = {
        {"one interval",
         0,
         {"2.000000", "2.000000", "2.000000", "0.000000", "2.000000", "2.000000"},
         {"1000", "2000", "3000", "N/A", "5000", "6000"}},
        {"one second, said so",
         NS_PER_S,
         {"2.000000", "2.000000", "2.000000", "0.000000", "2.000000", "2.000000"},
         {"1000", "2000", "3000", "N/A", "5000", "6000"}},
        {"three seconds",
         3 * NS_PER_S,
         {"2.000000", "2.000000", "2.000000", "1.333333", "1.333333", "1.333333"},
         {"1000", "1000", "2000", "2000", "3000", "5000"}},
    };

    (void)state;
    for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]); t++) {
        struct snapshot snapshot = empty_snapshot();
        struct place place = place_new();
        struct csv *csv = opened(
            &place, (struct csv_options){.window_ns = tables[t].window_ns, .full_history = true});

        for (int second = 1; second <= 6; second++) {
            /* Timers are not exact. */
            snapshot.now_ns += NS_PER_S;
            for (int i = 0; i < 2 && second != 4; i++) {
                record(&snapshot, "/", NULL, second * NS_PER_S);
            }
            csv_write(csv, &snapshot);
            for (int from_end = 0; from_end < 2; from_end++) {
                char *text = file_text(&place, "_stats_history.csv"), *fields[40];
                char *row = last_row(text);

                if (from_end == 1) { /* the only name's row is the one before */
                    row[-2] = '\0';
                    row = strrchr(text, '\n') + 1;
                }
                CHECK_ROW(tables[t].says);
                CHECK_EQ(split(row, fields), 24);
                CHECK_STR(fields[3], from_end ? "/" : "Aggregated");
                CHECK_STR(fields[4], tables[t].rates[second - 1]);
                /* Slots are 0.8 % wide. */
                if (strcmp(tables[t].medians[second - 1], "N/A") == 0) {
                    CHECK_STR(fields[6], "N/A");
                } else {
                    double want = strtod(tables[t].medians[second - 1], NULL);

                    CHECK_NEAR(strtod(fields[6], NULL), want, want * 0.008);
                }
                free(text);
            }
        }
        csv_close(csv, &snapshot);
        place_free(&place);
        golden_free(&snapshot);
    }
}

static void after_a_reset(void **state)
{
    struct snapshot snapshot = empty_snapshot();
    struct place place = place_new();
    struct csv *csv = opened(&place, (struct csv_options){0});
    char *fields[40];

    (void)state;
    CHECK_ROW("--reset-stats between two rows");
    record(&snapshot, "/", NULL, NS_PER_S);
    record(&snapshot, "/", NULL, NS_PER_S);
    snapshot.now_ns += NS_PER_S;
    csv_write(csv, &snapshot);
    stats_reset(snapshot.stats, snapshot.now_ns);
    snapshot.now_ns += NS_PER_S;
    record(&snapshot, "/", NULL, 2 * NS_PER_MS);
    CHECK(csv_close(csv, &snapshot));
    char *text = file_text(&place, "_stats_history.csv"), *row = last_row(text);

    CHECK_EQ(split(row, fields), 24);
    CHECK_STR(fields[4], "1.000000");
    CHECK_STR(fields[6], "2");
    CHECK_STR(fields[16], "2");
    CHECK_STR(fields[17], "1");
    free(text);
    place_free(&place);
    golden_free(&snapshot);
}

static void shrinking(void **state)
{
    struct snapshot snapshot = golden_snapshot("mixed");
    struct place place = place_new();
    struct csv *csv = opened(&place, (struct csv_options){0});

    (void)state;
    CHECK_ROW("fewer rows than before leave nothing of the old ones");
    csv_write(csv, &snapshot);
    stats_clear(snapshot.stats, snapshot.now_ns);
    csv_write(csv, &snapshot);
    char *stats = file_text(&place, "_stats.csv"), *failures = file_text(&place, "_failures.csv");

    CHECK_EQ(rows_of(stats), 2);
    CHECK_EQ(rows_of(failures), 1);
    free(stats);
    free(failures);
    csv_close(csv, &snapshot);
    place_free(&place);
    golden_free(&snapshot);
}

/* ---- Sad rows -------------------------------------------------------------------------------- */

static void where_it_can_not_write(void **state)
{
    struct place place = place_new();
    char *file = mem_printf("%s_stats.csv", place.prefix);
    char *under_file = mem_printf("%s/x/y", file);
    struct csv_options options = {0};
    struct err err;

    (void)state;
    CHECK_ROW("a directory that can't be made");
    CHECK(!csv_open("/proc/nothing/run", &options, &err));
    CHECK_STR(err.text, "can't create directory /proc/nothing: No such file or directory");
    CHECK_ROW("a file in the way of a directory");
    fclose(fopen(file, "w"));
    CHECK(!csv_open(under_file, &options, &err));
    CHECK(strncmp(err.text, "can't create directory ", 23) == 0);
    CHECK_ROW("a directory in the way of a file");
    unlink(file);
    mkdir(file, 0777);
    CHECK(!csv_open(place.prefix, &options, &err));
    CHECK(strstr(err.text, "_stats.csv: Is a directory"));
    rmdir(file);
    CHECK_ROW("nothing to free");
    csv_free(NULL);
    free(file);
    free(under_file);
    place_free(&place);
}

static void directories_are_made(void **state)
{
    char *directory = temporary_directory();
    char *outer = mem_printf("%s/a", directory), *inner = mem_printf("%s/b", outer);
    struct place place = {.directory = inner, .prefix = mem_printf("%s/run", inner)};
    struct snapshot snapshot = empty_snapshot();

    (void)state;
    CHECK(csv_close(opened(&place, (struct csv_options){0}), &snapshot));
    place_free(&place);
    CHECK_EQ(rmdir(outer), 0);
    CHECK_EQ(rmdir(directory), 0);
    free(outer);
    free(directory);
    golden_free(&snapshot);
}

static void full_from_the_start(void **state)
{
    struct place place = place_new();
    char *path = mem_printf("%s_failures.csv", place.prefix);
    struct csv_options options = {0};
    struct err err;

    (void)state;
    CHECK_ROW("not even the columns fit");
    CHECK(symlink("/dev/full", path) == 0);
    CHECK(!csv_open(place.prefix, &options, &err));
    CHECK(strstr(err.text, "_failures.csv: No space left on device"));
    free(path);
    place_free(&place);
}

static void many_names(void **state)
{
    struct snapshot snapshot = empty_snapshot();
    struct place place = place_new();
    struct csv *csv = opened(&place, (struct csv_options){.full_history = true});
    char name[32];

    (void)state;
    CHECK_ROW("10,000 names, in the history too");
    for (int i = 0; i < 10000; i++) {
        snprintf(name, sizeof(name), "/%d", i);
        record(&snapshot, name, NULL, NS_PER_MS);
    }
    csv_write(csv, &snapshot);
    snapshot.now_ns += NS_PER_S;
    csv_write(csv, &snapshot);
    CHECK(csv_close(csv, &snapshot));
    char *stats = file_text(&place, "_stats.csv");
    char *history = file_text(&place, "_stats_history.csv");

    CHECK_EQ(rows_of(stats), 10002);
    CHECK_EQ(rows_of(history), 1 + 2 * 10001);
    free(stats);
    free(history);
    place_free(&place);
    golden_free(&snapshot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_locust_writes),
        cmocka_unit_test(final_rows),
        cmocka_unit_test(windows),
        cmocka_unit_test(after_a_reset),
        cmocka_unit_test(shrinking),
        cmocka_unit_test(where_it_can_not_write),
        cmocka_unit_test(directories_are_made),
        cmocka_unit_test(full_from_the_start),
        cmocka_unit_test(many_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
