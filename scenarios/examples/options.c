/* SPDX-License-Identifier: MIT */
/*
 * options.c - options of your own, and an exit code for CI: the run fails when it was too slow or
 * failed too often.
 *
 *     cicada -f options.c --headless -u 10 -r 10 -t 30s -H http://127.0.0.1:8000 \
 *         --max-p95 0.2 --api-key secret
 */
#include <cicada.h>
#include <stdlib.h> /* strtod */

/* Set once by init; one thread runs everything, so that no lock is needed. */
static double max_p95, max_failures;

/* All of them appear in --help, and can be set by LOCUST_MAX_P95 and the configuration files. */
static const struct scenario_option options[] = {
    {.name = "max-p95", .default_value = "0.5", .help = "slowest 95th percentile allowed, seconds"},
    {.name = "max-failures", .default_value = "1", .help = "failed requests allowed, per cent"},
    {.name = "api-key", .help = "sent as X-Api-Key", .secret = true},
    {0},
};

static bool read_number(const char *name, double *number)
{
    const char *text = option(name);
    char *end;

    *number = strtod(text, &end);
    if (end == text || *end != '\0' || *number < 0) {
        cicada_log("--%s: \"%s\" is not a number of 0 or more", name, text);
        return false;
    }
    return true;
}

/* Before anything runs, when the options are known. False ends the program. */
static bool init(void)
{
    return read_number("max-p95", &max_p95) && read_number("max-failures", &max_failures);
}

static void test_start(void)
{
    cicada_log("limits: p95 %g s, failures %g %%", max_p95, max_failures);
}

/* At the very end: the exit code may depend on what the statistics say. */
static void quit(void)
{
    struct stats_view total = cicada_stats(NULL, NULL);

    if (total.requests == 0) {
        cicada_log("no request was made");
        cicada_exit_code(3);
        return;
    }
    double failed = 100.0 * (double)total.failures / (double)total.requests;

    if (total.p95 > max_p95) {
        cicada_log("too slow: p95 is %g s, allowed are %g s", total.p95, max_p95);
        cicada_exit_code(4);
    } else if (failed > max_failures) {
        cicada_log("too many failures: %.2f %%, allowed are %g %%", failed, max_failures);
        cicada_exit_code(5);
    } else {
        cicada_exit_code(0); /* failures within the limit are no reason to fail */
    }
}

static void set_key(struct user *user)
{
    const char *key = option("api-key");

    if (key) {
        user_header(user, "X-Api-Key", key);
    }
}

static void list_posts(struct user *user)
{
    http_get(user, "/posts");
}

static const struct task tasks[] = {
    TASK(list_posts, .weight = 1),
    {0},
};

static const struct user_class reader = {
    .name = "Reader",
    .wait = constant(1),
    .on_start = set_key,
    .tasks = tasks,
};

SCENARIO_WITH(CLASSES(&reader), .options = options, .init = init, .test_start = test_start,
              .quit = quit);
