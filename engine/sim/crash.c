/* SPDX-License-Identifier: MIT */
#include "sim/crash.h"

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/ensure.h"

enum { HANDLER_STACK = 64 * 1024 };

/* Written on the loop's thread, read by handlers on the same thread. */
static struct {
    const struct user *volatile user; /* whose code is running */
    volatile unsigned resumes;        /* counts crash_watch() calls with a user */
    volatile unsigned seen_resumes;   /* by the watchdog's last look */
    volatile unsigned seconds;        /* of looks without a change */
    volatile unsigned ends_asked;     /* signals that came since it was seen to hang */
} watch;

/* ---- Text in a signal handler: no stdio, no malloc ---- */

struct line {
    char text[512];
    size_t length;
};

static void put(struct line *line, const char *text)
{
    while (*text && line->length < sizeof(line->text) - 1) {
        line->text[line->length++] = *text++;
    }
}

static void put_number(struct line *line, uint64_t number)
{
    char digits[24];
    size_t at = sizeof(digits) - 1;

    digits[at] = '\0';
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    put(line, digits + at);
}

static void put_user(struct line *line, const struct user *user)
{
    put(line, "class ");
    put(line, user->class->name);
    put(line, ", task ");
    put(line, user->task_name ? user->task_name : "?");
    put(line, ", user ");
    put_number(line, user->id);
}

static void flush(struct line *line)
{
    line->text[line->length++] = '\n';
    ssize_t ignored = write(STDERR_FILENO, line->text, line->length);

    (void)ignored;
}

static void put_overflow(struct line *line, const struct user *user)
{
    put(line, "cicada: stack overflow in ");
    put_user(line, user);
    put(line, ": it used up its ");
    put_number(line, user->fiber->stack->bytes / 1024);
    put(line, " KB; use --stack-size, or keep large arrays static or in user_data()");
}

/* ---- Crashes ---- */

static const struct {
    int number;
    const char *name;
} crash_signals[] = {
    {SIGSEGV, "SIGSEGV (bad memory access)"},
    {SIGBUS, "SIGBUS (bad memory access)"},
    {SIGFPE, "SIGFPE (arithmetic error)"},
    {SIGILL, "SIGILL (illegal instruction)"},
    {SIGABRT, "SIGABRT (abort)"},
};

static void on_crash(int number, siginfo_t *info, void *context)
{
    const struct user *user = watch.user;
    struct line line = {.length = 0};

    (void)context;
    if (user && number == SIGSEGV && user->fiber &&
        stack_guard_hit(user->fiber->stack, info->si_addr)) {
        put_overflow(&line, user);
        flush(&line);
    } else if (user) {
        put(&line, "cicada: ");
        for (size_t i = 0; i < ARRAY_LEN(crash_signals); i++) {
            if (crash_signals[i].number == number) {
                put(&line, crash_signals[i].name);
            }
        }
        put(&line, " in the scenario's code: ");
        put_user(&line, user);
        flush(&line);
    }
    /* SA_RESETHAND: back in the code, the fault or raise() now ends the process. */
    raise(number);
}

void crash_report_overflow(const struct user *user)
{
    struct line line = {.length = 0};

    put(&line, "cicada: ");
    put_overflow(&line, user);
    flush(&line);
    signal(SIGABRT, SIG_DFL);
    abort();
}

/* ---- The end of a process that hangs ---- */

/*
 * The loop deals with these signals, and a loop that doesn't turn deals with none. So this stands
 * before its handlers, passes everything on to them, and acts itself when a task is known to hang.
 */
static struct end_signal {
    int number;
    const char *name;
    struct sigaction loops; /* what the loop had installed */
} end_signals[] = {
    {.number = SIGINT, .name = "SIGINT"},
    {.number = SIGTERM, .name = "SIGTERM"},
};

static void end_hanging(const struct user *user, const struct end_signal *end)
{
    struct line line = {.length = 0};

    put(&line, "cicada: ");
    put(&line, end->name);
    if (watch.ends_asked++ == 0) {
        put(&line, ": waiting for ");
        put_user(&line, user);
        put(&line, "; the next signal ends the process at once, without a summary");
    } else {
        put(&line, ": ended while ");
        put_user(&line, user);
        put(&line, " held up all users");
        signal(end->number, SIG_DFL);
        raise(end->number); /* blocked until this handler returns */
    }
    flush(&line);
}

static void on_end_signal(int number)
{
    const struct user *user = watch.user;

    for (size_t i = 0; i < ARRAY_LEN(end_signals); i++) {
        const struct end_signal *end = &end_signals[i];

        if (end->number != number) {
            continue;
        }
        end->loops.sa_handler(number);
        if (user && watch.seconds > 0 && watch.seen_resumes == watch.resumes) {
            end_hanging(user, end);
        }
    }
}

/* Only where the loop listens, and again when it has begun to anew. */
static void stand_before_the_loop(void)
{
    for (size_t i = 0; i < ARRAY_LEN(end_signals); i++) {
        struct end_signal *end = &end_signals[i];
        struct sigaction now;

        if (sigaction(end->number, NULL, &now) == 0 && !(now.sa_flags & SA_SIGINFO) &&
            now.sa_handler != SIG_DFL && now.sa_handler != SIG_IGN &&
            now.sa_handler != on_end_signal) {
            end->loops = now;
            now.sa_handler = on_end_signal;
            now.sa_flags |= SA_ONSTACK; /* a task's stack may be short */
            sigaction(end->number, &now, NULL);
        }
    }
}

/* ---- The watchdog ---- */

static void on_tick(int number)
{
    const struct user *user = watch.user;

    (void)number;
    stand_before_the_loop();
    if (!user || watch.seen_resumes != watch.resumes) {
        watch.seen_resumes = watch.resumes;
        watch.seconds = watch.ends_asked = 0;
        return;
    }
    watch.seconds++;
    if (watch.seconds == 1 || watch.seconds % 10 == 0) {
        struct line line = {.length = 0};

        put(&line, "cicada: warning: ");
        put_user(&line, user);
        put(&line, " has not yielded for over ");
        put_number(&line, watch.seconds);
        put(&line, " s and holds up all users: is there an endless loop?");
        flush(&line);
    }
}

void crash_watch(const struct user *user)
{
    watch.user = user;
    if (user) {
        watch.resumes++;
    }
}

void crash_install(void)
{
    static char handler_stack[HANDLER_STACK];
    stack_t stack = {.ss_sp = handler_stack, .ss_size = sizeof(handler_stack)};
    struct sigaction action = {.sa_flags = SA_ONSTACK | SA_RESTART};
    struct itimerval every_second = {{1, 0}, {1, 0}};

    sigaltstack(&stack, NULL);
    sigemptyset(&action.sa_mask);
    action.sa_handler = on_tick;
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &every_second, NULL);

    action.sa_flags = SA_SIGINFO | SA_ONSTACK | (int)SA_RESETHAND;
    action.sa_sigaction = on_crash;
    for (size_t i = 0; i < ARRAY_LEN(crash_signals); i++) {
        sigaction(crash_signals[i].number, &action, NULL);
    }
}
