/* SPDX-License-Identifier: MIT */
#define LOGGER "locust.test"
#include "base/log.h"

#include <regex.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/ensure.h"
#include "check.h"

static struct {
    int lines;
    enum log_level level;
    char last[16384];
} seen;

static void observe(void *data, enum log_level level, const char *line)
{
    CHECK(data == &seen);
    seen.lines++;
    seen.level = level;
    snprintf(seen.last, sizeof(seen.last), "%s", line);
}

static bool matches(const char *text, const char *pattern)
{
    regex_t regex;

    CHECK_EQ(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
    bool matched = regexec(&regex, text, 0, NULL, 0) == 0;

    regfree(&regex);
    return matched;
}

static void levels_have_names(void **state)
{
    static const struct {
        const char *row, *text;
        int level; /* -1: no level */
    } rows[] = {
        {"upper case", "DEBUG", LOG_DEBUG},
        {"lower case", "info", LOG_INFO},
        {"mixed case", "Warning", LOG_WARNING},
        {"error", "ERROR", LOG_ERROR},
        {"the highest", "critical", LOG_CRITICAL},
        {"an abbreviation", "WARN", -1},
        {"a number", "10", -1},
        {"empty", "", -1},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        enum log_level level = LOG_LEVELS;

        CHECK_ROW(rows[i].row);
        CHECK_EQ(log_level_parse(rows[i].text, &level), rows[i].level >= 0);
        CHECK_EQ(level, rows[i].level >= 0 ? rows[i].level : (int)LOG_LEVELS);
    }
    CHECK_STR(log_level_name(LOG_WARNING), "WARNING");
}

static void lines_below_the_level_are_dropped(void **state)
{
    char path[] = "/tmp/cicada-test-log-XXXXXX", text[4096] = "";
    int fd = mkstemp(path);
    struct err err;

    (void)state;
    CHECK(fd >= 0);
    CHECK_EQ(log_get_level(), LOG_INFO);
    CHECK(log_to_file(path, &err));
    log_set_observer(observe, &seen);
    seen.lines = 0;
    log_debug("not shown");
    log_info("users: %d", 5);
    CHECK_EQ(seen.lines, 1);
    CHECK_EQ(seen.level, LOG_INFO);
    CHECK(matches(seen.last,
                  "^\\[[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2},[0-9]{3}\\] "
                  "[^./]+/INFO/locust\\.test: users: 5$")); /* the host ends at its first dot */
    log_set_level(LOG_ERROR);
    log_warning("not shown");
    log_critical("shown");
    CHECK_EQ(seen.lines, 2);
    CHECK_EQ(seen.level, LOG_CRITICAL);
    log_set_level(LOG_DEBUG);
    log_debug("shown too");
    CHECK_EQ(seen.lines, 3);
    log_set_level(LOG_INFO);
    log_set_observer(NULL, NULL);
    log_info("unobserved");
    CHECK_EQ(seen.lines, 3);
    log_close();
    ssize_t size = read(fd, text, sizeof(text) - 1);

    CHECK(size > 0);
    CHECK(strstr(text, "users: 5\n") && strstr(text, "/CRITICAL/locust.test: shown\n"));
    CHECK(strstr(text, "unobserved\n") && !strstr(text, "not shown"));
    close(fd);
    unlink(path);
}

static void a_file_is_appended_to(void **state)
{
    char path[] = "/tmp/cicada-test-log-XXXXXX", text[4096] = "";
    int fd = mkstemp(path);
    struct err err;

    (void)state;
    CHECK_EQ(write(fd, "before\n", 7), 7);
    CHECK(log_to_file(path, &err));
    log_info("after");
    log_close();
    CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
    CHECK(read(fd, text, sizeof(text) - 1) > 7);
    CHECK(strncmp(text, "before\n[", 8) == 0);
    close(fd);
    unlink(path);
    CHECK(!log_to_file("/nonexistent/x.log", &err));
    CHECK_STR(err.text, "can't open log file /nonexistent/x.log: No such file or directory");
}

static void a_long_line_is_cut(void **state)
{
    static char longer[20000];
    struct err err;

    (void)state;
    memset(longer, 'x', sizeof(longer) - 1);
    CHECK(log_to_file("/dev/null", &err));
    log_set_observer(observe, &seen);
    log_info("%s", longer);
    log_set_observer(NULL, NULL);
    log_close();
    CHECK_EQ(strlen(seen.last), 8191);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_have_names),
        cmocka_unit_test(lines_below_the_level_are_dropped),
        cmocka_unit_test(a_file_is_appended_to),
        cmocka_unit_test(a_long_line_is_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
