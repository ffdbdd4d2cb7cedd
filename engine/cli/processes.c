/* SPDX-License-Identifier: MIT */
#define LOGGER "locust.main"
#include "cli/processes.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"

/* A child that dies so soon does it again: it is started later and later. */
static const int64_t soon_ns = 5 * NS_PER_S;
static const int64_t longest_delay_ns = 30 * NS_PER_S;

struct child {
    pid_t pid;          /* 0: not running */
    int64_t started_ns; /* monotonic */
    int64_t due_ns;     /* when it is to be started again; 0: not at all */
    int64_t delay_ns;
};

struct nursery {
    struct child *children;
    int count, running, signals, code;
    sigset_t before; /* the mask that children get back */
};

int processes_count(long long asked)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);

    return asked > 0 ? (int)asked : processors > 0 ? (int)processors : 1;
}

static void watched_signals(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGCHLD);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGTERM);
}

/* True in the child. */
static bool start_child(struct nursery *nursery, int nth)
{
    struct child *child = &nursery->children[nth];
    pid_t parent = getpid();

    child->pid = fork();
    child->started_ns = clock_mono_ns();
    child->due_ns = 0;
    if (child->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (getppid() != parent) { /* it died before we could ask for the signal */
            _exit(EXIT_FAILURE);
        }
        /* The terminal's Ctrl-C goes to every process; the master, or our parent, tells us. */
        signal(SIGINT, SIG_IGN);
        sigprocmask(SIG_SETMASK, &nursery->before, NULL);
        return true;
    }
    if (child->pid < 0) {
        log_error("can't start worker process %d: %s", nth, strerror(errno));
        child->pid = 0;
        nursery->code = EXIT_FAILURE;
        return false;
    }
    nursery->running++;
    return false;
}

static void bury(struct nursery *nursery, int nth, int status)
{
    struct child *child = &nursery->children[nth];
    int64_t now_ns = clock_mono_ns();

    nursery->running--;
    if (WIFEXITED(status)) {
        int code = WEXITSTATUS(status);

        nursery->code = code > nursery->code ? code : nursery->code;
        child->pid = 0;
        return;
    }
    child->delay_ns = now_ns - child->started_ns > soon_ns ? 0 : 2 * child->delay_ns + NS_PER_S;
    child->delay_ns = child->delay_ns < longest_delay_ns ? child->delay_ns : longest_delay_ns;
    if (nursery->signals > 0) {
        nursery->code = 128 + WTERMSIG(status);
    } else {
        log_error("worker process %d (pid %d) was ended by signal %d (%s); if a task crashed, it "
                  "is named above. Starting another%s",
                  nth,
                  (int)child->pid,
                  WTERMSIG(status),
                  strsignal(WTERMSIG(status)),
                  child->delay_ns > 0 ? " in a moment" : "");
        nursery->code = nursery->code ? nursery->code : EXIT_FAILURE;
        child->due_ns = now_ns + child->delay_ns + 1;
    }
    child->pid = 0;
}

static void bury_all(struct nursery *nursery)
{
    int status;
    pid_t pid;

    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        for (int i = 0; i < nursery->count; i++) {
            if (nursery->children[i].pid == pid) {
                bury(nursery, i, status);
            }
        }
    }
}

static void pass_on(struct nursery *nursery)
{
    enum { LAST = 3 };

    nursery->signals++;
    for (int i = 0; i < nursery->count; i++) {
        nursery->children[i].due_ns = 0;
        if (nursery->children[i].pid > 0) {
            kill(nursery->children[i].pid, nursery->signals < LAST ? SIGTERM : SIGKILL);
        }
    }
}

/* How long until the next child is due; at most a minute. */
static struct timespec next_due(const struct nursery *nursery)
{
    int64_t now_ns = clock_mono_ns(), wait_ns = 60 * NS_PER_S;

    for (int i = 0; i < nursery->count; i++) {
        int64_t due_ns = nursery->children[i].due_ns;

        if (due_ns > 0 && due_ns - now_ns < wait_ns) {
            wait_ns = due_ns > now_ns ? due_ns - now_ns : 0;
        }
    }
    return (struct timespec){.tv_sec = wait_ns / NS_PER_S, .tv_nsec = wait_ns % NS_PER_S};
}

static bool any_due(const struct nursery *nursery)
{
    for (int i = 0; i < nursery->count; i++) {
        if (nursery->children[i].due_ns > 0) {
            return true;
        }
    }
    return false;
}

bool processes_supervise(int count, int *nth, int *code)
{
    struct nursery nursery = {.children = mem_array((size_t)count, sizeof(struct child)),
                              .count = count};
    sigset_t watched;
    bool in_child = false;

    watched_signals(&watched);
    sigprocmask(SIG_BLOCK, &watched, &nursery.before);
    for (*nth = 0; *nth < count && !in_child; *nth += !in_child) {
        in_child = start_child(&nursery, *nth);
    }
    while (!in_child && (nursery.running > 0 || any_due(&nursery))) {
        struct timespec wait = next_due(&nursery);
        int signal = sigtimedwait(&watched, NULL, &wait);

        if (signal == SIGINT || signal == SIGTERM) {
            pass_on(&nursery);
        }
        bury_all(&nursery);
        for (int i = 0; i < count && !in_child; i++) {
            if (nursery.children[i].due_ns > 0 && nursery.children[i].due_ns <= clock_mono_ns()) {
                *nth = i;
                in_child = start_child(&nursery, i);
            }
        }
    }
    if (!in_child) {
        sigprocmask(SIG_SETMASK, &nursery.before, NULL);
        *code = nursery.code;
    }
    free(nursery.children);
    return in_child;
}

bool processes_start(int count, int *nth, pid_t *supervisor)
{
    int code;
    pid_t parent = getpid();

    *supervisor = fork();
    if (*supervisor != 0) {
        return false;
    }
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) {
        _exit(EXIT_FAILURE);
    }
    signal(SIGINT, SIG_IGN); /* the master tells the workers to quit */
    if (processes_supervise(count, nth, &code)) {
        return true;
    }
    _exit(code);
}

int processes_end(pid_t supervisor)
{
    int status = 0;

    kill(supervisor, SIGTERM);
    while (waitpid(supervisor, &status, 0) < 0) {
        if (errno != EINTR) {
            return EXIT_FAILURE;
        }
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE;
}
