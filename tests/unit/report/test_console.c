/* SPDX-License-Identifier: MIT */
#include "golden.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "report/console.h"

static const struct console_options exact = {0}, compat = {.compat = true};

typedef void print_fn(FILE *stream, const struct snapshot *snapshot);

/* What it prints where there is no terminal. Owned by the caller. Inlined, gcc takes it for a
 * pointer to a local variable. */
__attribute__((noinline)) static char *printed(print_fn *print, const struct snapshot *snapshot)
{
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);

    print(stream, snapshot);
    fclose(stream);
    return text;
}

static void current_compat(FILE *stream, const struct snapshot *snapshot)
{
    console_print_stats(stream, snapshot, true, &compat);
}

static void current_exact(FILE *stream, const struct snapshot *snapshot)
{
    console_print_stats(stream, snapshot, true, &exact);
}

static void final_compat(FILE *stream, const struct snapshot *snapshot)
{
    console_print_summary(stream, snapshot, &compat);
}

static void final_exact(FILE *stream, const struct snapshot *snapshot)
{
    console_print_summary(stream, snapshot, &exact);
}

static void as_locust_prints(void **state)
{
    (void)state;
    for (size_t i = 0; i < GOLDEN_CASES; i++) {
        struct snapshot snapshot = golden_snapshot(golden_cases[i]);
        char *current = printed(current_compat, &snapshot);
        char *final = printed(final_compat, &snapshot);
        char *want_current = golden_text(golden_cases[i], "current.txt");
        char *want_final = golden_text(golden_cases[i], "final.txt");

        CHECK_ROW(golden_cases[i]);
        check_same_text("current", current, want_current);
        check_same_text("final", final, want_final);
        free(current);
        free(final);
        free(want_current);
        free(want_final);
        golden_free(&snapshot);
    }
}

/* ---- Terminals ------------------------------------------------------------------------------- */

/* The slave's end of a terminal of so many columns. */
static FILE *open_terminal(int *master, int columns)
{
    struct winsize size = {.ws_row = 24, .ws_col = (unsigned short)columns};
    struct termios mode;

    *master = posix_openpt(O_RDWR | O_NOCTTY);
    CHECK(*master >= 0 && grantpt(*master) == 0 && unlockpt(*master) == 0);
    int slave = open(ptsname(*master), O_RDWR | O_NOCTTY);

    CHECK(slave >= 0 && tcgetattr(slave, &mode) == 0);
    cfmakeraw(&mode);
    CHECK(tcsetattr(slave, TCSANOW, &mode) == 0 && ioctl(slave, TIOCSWINSZ, &size) == 0);
    CHECK(fcntl(*master, F_SETFL, O_NONBLOCK) == 0);
    return fdopen(slave, "w");
}

/* Each table is less than the terminal's buffer holds. */
static void drain(int master, char *text)
{
    ssize_t got;

    text += strlen(text);
    while ((got = read(master, text, 4096)) > 0) {
        text += got;
    }
    *text = '\0';
}

static void follows_the_terminal(void **state)
{
    static const int columns[] = {60, 82, 84, 120, 159, 400};
    struct snapshot snapshot = golden_snapshot("mixed");
    int master;
    FILE *stream = open_terminal(&master, 80);

    (void)state;
    for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
        struct winsize size = {.ws_row = 24, .ws_col = (unsigned short)columns[i]};
        char *suffix = mem_printf("w%d.txt", columns[i]);
        char *want = golden_text("mixed", suffix);
        char *got = mem_new(64 * 1024);

        CHECK_ROW(suffix);
        /* The same terminal, resized between two prints. */
        CHECK(ioctl(fileno(stream), TIOCSWINSZ, &size) == 0);
        console_print_stats(stream, &snapshot, false, &compat);
        drain(master, got);
        console_print_percentiles(stream, &snapshot, &compat);
        drain(master, got);
        console_print_errors(stream, &snapshot);
        drain(master, got);
        check_same_text(suffix, got, want);
        free(got);
        free(want);
        free(suffix);
    }
    fclose(stream);
    close(master);
    golden_free(&snapshot);
}

/* ---- Numbers of our own ---------------------------------------------------------------------- */

static void consistent_numbers(void **state)
{
    struct snapshot snapshot = empty_snapshot();

    (void)state;
    CHECK_ROW("one decimal below 10 ms, never 10.0, and 100% is the maximum");
    snapshot.now_ns += NS_PER_S;
    record(&snapshot, "/fast", NULL, 1840 * NS_PER_US);
    record(&snapshot, "/fast", NULL, 9960 * NS_PER_US);
    record(&snapshot, "/slow", NULL, 10449 * NS_PER_US);
    char *text = printed(final_exact, &snapshot);

    CHECK(strstr(text, "|    5.9     1.8      10    1.8 |    2.00        0.00\n"));
    CHECK(strstr(text, "|     10      10      10     10 |    1.00        0.00\n"));
    CHECK(strstr(text,
                 "     1.8     10     10     10     10     10     10     10     10     10 "
                 "    10      2\n"));
    free(text);
    golden_free(&snapshot);
}

/* Locust's table says Max 23000 beside 22969 and Avg 1 beside Med 2; ours may not. */
static void within_minimum_and_maximum(void **state)
{
    struct snapshot snapshot = golden_snapshot("mixed");
    char *text = printed(final_exact, &snapshot);

    (void)state;
    CHECK_ROW("100% equals Max");
    CHECK(strstr(text, "|  11560     150   22969  10977 |"));
    CHECK(strstr(text, "22969     20\n"));
    CHECK(!strstr(text, "23000"));
    free(text);
    golden_free(&snapshot);
}

static void rounded_times_only(void **state)
{
    struct snapshot snapshot = empty_snapshot();
    struct entry *report = entry_new("GET", "/py", snapshot.start_ns, false, NULL);

    (void)state;
    CHECK_ROW("a Python worker's row has no exact times: Locust's, clamped");
    report->num_requests = 2;
    report->total_response_ns = (hist_sum)2 * 10400 * NS_PER_MS;
    report->min_response_ns = report->max_response_ns = 10400 * NS_PER_MS;
    report->last_request_ns = snapshot.start_ns + NS_PER_S;
    buckets_add(&report->buckets, 10000, 2);
    stats_merge_entry(snapshot.stats, report);
    stats_merge_total(snapshot.stats, report);
    char *text = printed(final_exact, &snapshot);

    CHECK(strstr(text, "|  10400   10400   10400  10400 |"));
    CHECK(strstr(text, "   10400  10400  10400"));
    free(text);
    entry_free(report);
    golden_free(&snapshot);
}

static void intended_start(void **state)
{
    struct snapshot snapshot = empty_snapshot();

    (void)state;
    CHECK_ROW("no second table unless something was planned");
    record(&snapshot, "/", NULL, NS_PER_MS);
    char *text = printed(final_exact, &snapshot);

    CHECK(!strstr(text, "intended"));
    free(text);
    stats_record(snapshot.stats,
                 &(struct stats_sample){.name = "/late",
                                        .elapsed_ns = NS_PER_MS,
                                        .elapsed_intended_ns = 70 * NS_PER_MS,
                                        .wall_ns = snapshot.now_ns});
    text = printed(final_exact, &snapshot);
    CHECK_ROW("rows with a plan only");
    const char *second = strstr(text, "from the intended start");

    CHECK(second && strstr(second, "/late ") && !strstr(second, "GET "));
    CHECK(second && strstr(second, "      70     70     70"));
    free(text);
    text = printed(final_compat, &snapshot);
    CHECK(!strstr(text, "intended"));
    free(text);
    golden_free(&snapshot);
}

/* ---- Sad rows -------------------------------------------------------------------------------- */

static void hostile_names(void **state)
{
    static const struct {
        const char *says, *name, *shown;
    } rows[] = {
        {"clear the screen", "/\x1b[2J", "GET      /\\x1b[2J "},
        {"a row of its own", "/a\nGET  fake", "GET      /a\\nGET  fake "},
        {"overwrites the line", "/b\rX\t\b", "GET      /b\\rX\\t\\x08 "},
        {"C1 control",
         "/c\xc2\x9b"
         "31m",
         "GET      /c\\x9b31m "},
        {"right to left", "/d\xe2\x80\xae", "GET      /d\\u202e "},
        {"not UTF-8", "/e\xff\xc3", "GET      /e\\xff\\xc3 "},
        {"surrogate", "/f\xed\xa0\x80", "GET      /f\\xed\\xa0\\x80 "},
        {"UTF-8 stays", "/é日", "GET      /é日 "},
    };
    struct snapshot snapshot = empty_snapshot();

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        record(&snapshot, rows[i].name, rows[i].name, NS_PER_MS);
    }
    exceptions_record(stats_exceptions(snapshot.stats), "local", "bad\x1b]0;title\a", "", 5);
    char *text = printed(final_exact, &snapshot);

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        CHECK_ROW(rows[i].says);
        CHECK(strstr(text, rows[i].shown));
    }
    CHECK_ROW("none is left in any table");
    for (const char *c = text; *c; c++) {
        CHECK(*c == '\n' || ((unsigned char)*c >= ' ' && *c != 0x7f));
    }
    CHECK(strstr(text, "Exceptions\n# occurrences      Message\n"));
    CHECK(strstr(text, "1                  bad\\x1b]0;title\\x07\n"));
    free(text);
    golden_free(&snapshot);
}

static void nothing_and_failures(void **state)
{
    struct snapshot snapshot = empty_snapshot();
    char *text = printed(final_exact, &snapshot);

    (void)state;
    CHECK_ROW("zero requests");
    CHECK(strstr(text, " 0     0(0.00%) |      0       0       0      0 |    0.00        0.00\n"));
    CHECK(!strstr(text, "Error report") && !strstr(text, "Exceptions"));
    free(text);
    CHECK_ROW("only failures, untimed");
    record(&snapshot, "/", "refused", -1);
    text = printed(current_exact, &snapshot);
    CHECK(strstr(text, "1   1(100.00%) |      0       0       0      0 |"));
    free(text);
    golden_free(&snapshot);
}

static void many_names(void **state)
{
    struct snapshot snapshot = empty_snapshot();
    size_t lines = 0;
    char name[32];

    (void)state;
    CHECK_ROW("10,000 names");
    for (int i = 0; i < 10000; i++) {
        snprintf(name, sizeof(name), "/%d", i);
        record(&snapshot, name, NULL, NS_PER_MS);
    }
    char *text = printed(current_exact, &snapshot);

    for (const char *c = text; *c; c++) {
        lines += *c == '\n';
    }
    CHECK_EQ(lines, 2 + 10000 + 1 + 2);
    free(text);
    golden_free(&snapshot);
}

static void broken_stream(void **state)
{
    struct snapshot snapshot = golden_snapshot("mixed");
    FILE *full = fopen("/dev/full", "w");

    (void)state;
    CHECK_ROW("a full disk behind stderr stops nothing");
    console_print_summary(full, &snapshot, &exact);
    fclose(full);
    golden_free(&snapshot);
}

/* ---- Health ---------------------------------------------------------------------------------- */

static void generator(void **state)
{
    static const struct {
        const char *says;
        struct health health;
        struct sim_counts sim;
        const char *shows, *lacks;
    } rows[] = {
        {"quiet",
         {.cpu_max_percent = 12.4,
          .rss_bytes = 27 << 20,
          .lag = {.samples = 10, .sum_ns = 2 * NS_PER_MS, .max_ns = 3 * NS_PER_MS}},
         {.started_users = 1, .stacks = {.peak = 1}, .deepest_stack = 3072},
         "Load generator: CPU at most 12% of a core, event loop late by 0.2 ms on average and "
         "3.0 ms at most, memory 27 MB.\n1 user started, 1 stack in use at most, deepest stack 3.0 "
         "KB.\n\n",
         "itself"},
        {"nothing known",
         {.rss_bytes = 0},
         {0},
         "Load generator: CPU at most 0% of a core.\n\n",
         "itself"},
        {"CPU",
         {.cpu_max_percent = 97},
         {0},
         "The load generator itself was a bottleneck: its CPU was at 97% of a core.",
         "late"},
        {"late",
         {.cpu_max_percent = 20, .lag = {.samples = 9, .max_ns = 240 * NS_PER_MS, .over_100ms = 1}},
         {.slow_resumes = 2},
         "held up for over 100 ms 1 time, 240 ms at most.",
         "bottleneck"},
        {"scenario", {.rss_bytes = 0}, {.slow_resumes = 2}, "over 100 ms 2 times.\n", "itself"},
        {"interrupted",
         {.rss_bytes = 0},
         {.interrupted = 2, .broken_users = 1},
         "2 requests interrupted by the stop and not counted, 1 user broke down.\n",
         "itself"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct snapshot snapshot = {.health = rows[i].health, .sim = rows[i].sim};
        char *text = printed(console_print_health, &snapshot);

        CHECK_ROW(rows[i].says);
        if (!strstr(text, rows[i].shows) || strstr(text, rows[i].lacks)) {
            fail_msg("%s: printed %s", rows[i].says, text);
        }
        free(text);
    }
}

static void connections(void **state)
{
    static const struct {
        const char *says;
        struct transport_counts http;
        const char *shows;
    } rows[] = {
        {"none: no line", {0}, "of a core.\n\n"},
        {"one", {.connections_opened = 1}, "of a core.\n1 connection opened.\n\n"},
        {"some broke",
         {.connections_opened = 12, .idle_closed = 3, .reconnects = 1},
         "\n12 connections opened, 3 closed by the server while idle, 1 request sent again, as its "
         "kept-alive connection was dead.\n"},
        {"several sent again",
         {.connections_opened = 12, .reconnects = 2},
         "opened, 2 requests sent again, as their kept-alive connections were dead.\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct snapshot snapshot = {.http = rows[i].http};
        char *text = printed(console_print_health, &snapshot);

        CHECK_ROW(rows[i].says);
        if (!strstr(text, rows[i].shows)) {
            fail_msg("%s: printed %s", rows[i].says, text);
        }
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_locust_prints),
        cmocka_unit_test(follows_the_terminal),
        cmocka_unit_test(consistent_numbers),
        cmocka_unit_test(within_minimum_and_maximum),
        cmocka_unit_test(rounded_times_only),
        cmocka_unit_test(intended_start),
        cmocka_unit_test(hostile_names),
        cmocka_unit_test(nothing_and_failures),
        cmocka_unit_test(many_names),
        cmocka_unit_test(broken_stream),
        cmocka_unit_test(generator),
        cmocka_unit_test(connections),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
