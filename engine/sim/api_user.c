/* SPDX-License-Identifier: MIT */
/*
 * The doors of cicada.h that concern the user itself and the test; each a thin one.
 */
#define LOGGER "locust.user.users"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cicada.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/log.h"
#include "base/memory.h"
#include "sim/current.h"
#include "sim/format.h"
#include "sim/headers.h"
#include "sim/outcome.h"
#include "sim/sim_private.h"
#include "sim/address.h"

void *cicada_user_data(struct user *user)
{
    return user->data;
}

unsigned cicada_user_id(const struct user *user)
{
    return user->id;
}

const struct user_class *cicada_user_class(const struct user *user)
{
    return user->class->source;
}

const char *cicada_user_host(const struct user *user)
{
    return user->class->host ? user->class->host : "";
}

bool cicada_user_running(const struct user *user)
{
    return !user->stop_asked && !user->stop_self;
}

void cicada_user_stop(struct user *user)
{
    user->stop_self = true;
}

void cicada_user_interrupt(struct user *user, bool reschedule)
{
    user->interrupt = true;
    user->interrupt_reschedule = reschedule;
}

void cicada_user_skip_wait(struct user *user)
{
    user->skip_wait = true;
}

void cicada_user_raise(struct user *user, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    const char *message = arena_vprintf(&user->fiber->arena, format, args);

    va_end(args);
    user_crash(user, message, arena_printf(&user->fiber->arena, "  in task %s\n", user->task_name));
}

/*
 * glibc's assert() ends here: in a task it ends the task, as an exception would in Python.
 * Exported, so that it also serves modules.
 */
CICADA_EXPORT _Noreturn void __assert_fail(const char *assertion, const char *file, unsigned line,
                                           const char *function);

void __assert_fail(const char *assertion, const char *file, unsigned line, const char *function)
{
    struct user *user = user_running_now();

    if (!user) {
        ensure_failed(assertion, file, (int)line, function);
    }
    struct arena *arena = &user->fiber->arena;

    user_crash(user,
               arena_printf(arena, "AssertionError: %s", assertion),
               arena_printf(arena, "  File \"%s\", line %u, in %s\n", file, line, function));
}

uint32_t cicada_user_random(struct user *user, uint32_t below)
{
    return rng_below(&user->rng, below);
}

double cicada_user_random_unit(struct user *user)
{
    return rng_unit(&user->rng);
}

const char *cicada_user_fmt(struct user *user, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    const char *text = format_text(&user->fiber->arena, format, args);

    va_end(args);
    return text;
}

void *cicada_user_alloc(struct user *user, size_t size)
{
    return memset(arena_alloc(&user->fiber->arena, size), 0, size);
}

const char *cicada_user_json_escape(struct user *user, const char *text)
{
    return json_escape_text(&user->fiber->arena, text);
}

const char *cicada_user_url_encode(struct user *user, const char *text)
{
    return address_escape(&user->fiber->arena, text);
}

void cicada_user_log(struct user *user, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    const char *text = arena_vprintf(&user->fiber->arena, format, args);

    va_end(args);
    log_info("%s %u: %s", user->class->name, user->id, text);
}

void cicada_think(struct user *user, double seconds)
{
    if (!user_may_block(user)) {
        return;
    }
    user->think_ns = isnan(seconds) || seconds < 0 ? 0 : ns_from_seconds(seconds);
    user_block(user, BLOCK_THINK);
}

void cicada_user_header(struct user *user, const char *name, const char *value)
{
    if (!headers_set(&user->headers, name, value)) {
        cicada_user_raise(user, "header %s holds what a header may not", name);
    }
}

void cicada_user_auth(struct user *user, const char *name, const char *password)
{
    free(user->auth_name);
    free(user->auth_password);
    user->auth_name = mem_strdup(name);
    user->auth_password = name ? mem_strdup(password ? password : "") : NULL;
}

void cicada_record(struct user *user, const struct sample *sample)
{
    struct stats_sample counted = {
        .method = sample->type,
        .name = sample->name,
        .elapsed_ns = sample->time < 0 ? -1 : ns_from_seconds(sample->time),
        .wall_ns = clock_wall_ns(),
        .content_length = sample->size,
        .failure = sample->error,
    };
    struct sample hook = *sample;

    hook.user = user;
    sim_record(user->sim, &counted, &hook);
}

double cicada_now(void)
{
    return seconds_from_ns(clock_mono_ns());
}

const char *cicada_option(const char *name)
{
    return current_option(name);
}

struct stats_view cicada_stats(const char *method, const char *name)
{
    struct sim *sim = current_sim();
    const struct entry *total, *entry;

    if (!sim) {
        return (struct stats_view){0};
    }
    total = stats_total(sim->stats);
    entry = method || name ? stats_find(sim->stats, method, name) : total;
    if (!entry) {
        return (struct stats_view){0};
    }
    return (struct stats_view){
        .requests = entry->num_requests,
        .failures = entry->num_failures,
        .exceptions = exceptions_total(stats_exceptions(sim->stats)),
        .average = entry_average_ms(entry) / 1e3,
        .median = entry_median_ms(entry) / 1e3,
        .p95 = seconds_from_ns(hist_percentile_ns(&entry->hist, 0.95)),
        .p99 = seconds_from_ns(hist_percentile_ns(&entry->hist, 0.99)),
        .max = entry_max_ms(entry) / 1e3,
        .rate = entry_total_rps(entry, total),
    };
}

struct outgoing {
    const char *type, *data, *to;
    bool sent;
};

static void send_outgoing(struct user *user, void *data)
{
    struct outgoing *message = data;

    (void)user;
    message->sent = current_send(message->type, message->data, message->to);
}

bool cicada_send_message(const char *type, const char *data, const char *to)
{
    struct outgoing message = {.type = type, .data = data, .to = to};
    struct user *user = user_running_now();

    if (user) { /* sockets are no business of a user's stack */
        user_on_loop(user, send_outgoing, &message);
    } else {
        send_outgoing(NULL, &message);
    }
    return message.sent;
}

void cicada_stop_test(void)
{
    struct sim *sim = current_sim();

    /* In a later round: a user's stack is no place to cancel the requests of others. */
    if (sim) {
        loop_timer_start(&sim->stop_test_timer, 0);
    }
}

void cicada_exit_code(int code)
{
    struct sim *sim = current_sim();

    if (sim && sim->events.on_exit_code) {
        sim->events.on_exit_code(sim->events.data, code);
    }
}

void cicada_log(const char *format, ...)
{
    char text[2048];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    log_info("%s", text);
}
