/* SPDX-License-Identifier: MIT */
#include "watch/verdict.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/ensure.h"

static const double silence_s = 5, overload_s = 10;
static const double name_share = 0.05, total_share = 0.01, slower_factor = 1.5;
static const double cpu_limit = 90, cpu_busy = 80, lag_limit_ms = 50, lag_busy_ms = 10,
                    ports_busy = 80;

static const char *const levels[] = {"ok", "warn", "bad", "dim"};
_Static_assert(ARRAY_LEN(levels) == VERDICT_LEVELS, "a name per level");

const char *verdict_level_name(enum verdict_level level)
{
    return levels[level];
}

bool verdict_name_fails(uint64_t requests, uint64_t failures)
{
    return requests >= VERDICT_NAME_REQUESTS && (double)failures > name_share * (double)requests;
}

bool verdict_is_slower(double p95_ms, double before_ms)
{
    return before_ms > 0 && p95_ms > slower_factor * before_ms;
}

static struct verdict say(enum verdict_kind kind, enum verdict_level level, const char *word)
{
    struct verdict verdict = {.kind = kind, .level = level};

    snprintf(verdict.word, sizeof(verdict.word), "%s", word);
    return verdict;
}

static void __attribute__((format(printf, 2, 3)))
explain(struct verdict *verdict, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(verdict->detail, sizeof(verdict->detail), format, arguments);
    va_end(arguments);
}

/* Two decimals under 10; never 0 or 100 unless it is. */
static const char *percent_text(char text[16], double percent)
{
    if (percent > 0 && percent < 0.005) {
        snprintf(text, 16, "under 0.01");
    } else if (percent < 100 && percent >= 99.95) {
        snprintf(text, 16, "over 99.9");
    } else if (percent <= 0 || percent >= 100) {
        snprintf(text, 16, "%.0f", percent);
    } else {
        snprintf(text, 16, percent < 10 ? "%.2f" : "%.1f", percent);
    }
    return text;
}

static struct verdict name_failing(const struct target_facts *facts)
{
    struct verdict verdict = say(TARGET_NAME_FAILING, VERDICT_BAD, "");
    char text[16];

    if (facts->failing_names > 1) {
        snprintf(
            verdict.word, sizeof(verdict.word), "%zu requests are failing", facts->failing_names);
    } else {
        snprintf(verdict.word, sizeof(verdict.word), "%.120s is failing", facts->failing_name);
    }
    explain(&verdict,
            "%s %% of %.120s failed in the last 10 s",
            percent_text(text, facts->failing_percent),
            facts->failing_name);
    snprintf(verdict.link, sizeof(verdict.link), "?tab=failures");
    return verdict;
}

static struct verdict some_failing(const struct target_facts *facts)
{
    double share = (double)facts->failures / (double)(facts->requests ? facts->requests : 1);
    bool bad = share > total_share;
    struct verdict verdict = bad ? say(TARGET_FAILING, VERDICT_BAD, "Failing")
                                 : say(TARGET_SOME_FAILURES, VERDICT_WARN, "Some failures");
    char text[16];

    explain(&verdict,
            "%s %% of all requests failed in the last 10 s",
            percent_text(text, 100 * (share > 1 ? 1 : share)));
    snprintf(verdict.link, sizeof(verdict.link), "?tab=failures");
    return verdict;
}

struct verdict verdict_target(const struct target_facts *facts)
{
    struct verdict verdict;

    if (facts->paused) {
        verdict = say(TARGET_PAUSED, VERDICT_DIM, "Paused");
        explain(&verdict, "no new tasks start");
    } else if (facts->ever && facts->silent_s > silence_s) {
        verdict = say(TARGET_UNKNOWN, VERDICT_DIM, "Unknown");
        explain(&verdict, "no responses for %.0f s", facts->silent_s);
    } else if (!facts->ever) {
        verdict = say(TARGET_WAITING, VERDICT_DIM, "Waiting");
        explain(&verdict, "no response yet");
    } else if (facts->overloaded) {
        verdict = say(TARGET_CANT_TELL, VERDICT_DIM, "Can't tell");
        explain(&verdict, "the generator is the bottleneck");
        snprintf(verdict.link, sizeof(verdict.link), "?tab=workers");
    } else if (facts->failing_names > 0) {
        verdict = name_failing(facts);
    } else if (facts->failures > 0) {
        verdict = some_failing(facts);
    } else if (facts->slower) {
        verdict = say(TARGET_SLOWER, VERDICT_WARN, "Slower");
        explain(&verdict,
                "p95 is %.1f times that of the minute before, at the same load",
                facts->p95_ms / facts->before_ms);
    } else {
        verdict = say(TARGET_OK, VERDICT_OK, "OK");
        explain(&verdict, "no failures");
    }
    return verdict;
}

bool verdict_over_limit(const struct generator_facts *facts)
{
    return facts->cpu_percent >= cpu_limit || facts->lag_p99_ms >= lag_limit_ms ||
           facts->dropped > 0;
}

static void explain_generator(struct verdict *verdict, const struct generator_facts *facts)
{
    char who[100] = "this process";

    if (facts->hottest) {
        snprintf(who, sizeof(who), "%s", facts->hottest);
    }
    if (facts->workers < facts->wanted && verdict->kind == GENERATOR_BUSY) {
        explain(verdict, "%zu of %zu workers are there", facts->workers, facts->wanted);
    } else if (facts->dropped > 0 && verdict->kind == GENERATOR_OVERLOADED) {
        explain(verdict, "%llu arrivals were dropped", (unsigned long long)facts->dropped);
    } else if (facts->ports_percent >= ports_busy && verdict->kind == GENERATOR_BUSY &&
               facts->ports_limit > 0) {
        explain(verdict,
                "%lld of %lld ports are used",
                (long long)facts->ports_used,
                (long long)facts->ports_limit);
    } else if (facts->cpu_percent < cpu_busy && facts->lag_p99_ms >= lag_busy_ms) {
        explain(verdict, "loop lag p99 %.1f ms", facts->lag_p99_ms);
    } else if (facts->lag_p99_ms >= 0 && facts->lag_p99_ms < lag_busy_ms &&
               facts->cpu_percent >= cpu_busy) {
        explain(verdict, "CPU %.0f %% at most", facts->cpu_percent);
    } else if (facts->lag_p99_ms >= 0) {
        explain(verdict,
                "CPU %.0f %% at most, loop lag p99 %.1f ms",
                facts->cpu_percent,
                facts->lag_p99_ms);
    } else {
        explain(verdict, "CPU %.0f %% at most (%s)", facts->cpu_percent, who);
    }
    snprintf(verdict->link, sizeof(verdict->link), "%s", facts->wanted > 0 ? "?tab=workers" : "");
}

struct verdict verdict_generator(const struct generator_facts *facts)
{
    struct verdict verdict;

    if (verdict_over_limit(facts) && facts->overloaded_s >= overload_s) {
        verdict = say(GENERATOR_OVERLOADED, VERDICT_BAD, "Overloaded");
    } else if (facts->cpu_percent >= cpu_busy || facts->lag_p99_ms >= lag_busy_ms ||
               facts->ports_percent >= ports_busy || facts->workers < facts->wanted ||
               verdict_over_limit(facts)) {
        verdict = say(GENERATOR_BUSY, VERDICT_WARN, "Busy");
    } else {
        verdict = say(GENERATOR_HEALTHY, VERDICT_OK, "Healthy");
    }
    explain_generator(&verdict, facts);
    return verdict;
}
