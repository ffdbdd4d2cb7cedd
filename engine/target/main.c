/* SPDX-License-Identifier: MIT */
/* cicada-target: puts the parts together and runs the one loop they share. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/memory.h"
#include "target/app.h"
#include "target/fault.h"
#include "target/httpbin.h"
#include "target/listener.h"
#include "target/meta.h"
#include "target/options.h"
#include "target/placeholder.h"

#define OTHER_FDS 64U          /* beside connections */
#define FDS_WANTED (1UL << 20) /* where there is no limit */
#define PEM_MAX_BYTES (1U << 20)

struct program {
    struct options options;
    struct timers timers;
    struct placeholder *placeholder;
    struct httpbin *httpbin;
    struct app *app;
    struct server *server;
    struct fault *fault; /* NULL without --fault-port */
    char *tls_cert, *tls_key;
    char *url, *fault_url;
};

static volatile sig_atomic_t stopping;

static void on_signal(int number)
{
    (void)number;
    stopping = 1;
}

/* Signals come through only while ppoll() waits, so that none is missed between two waits. */
static void catch_signals(sigset_t *while_waiting)
{
    const struct sigaction stop = {.sa_handler = on_signal};
    sigset_t blocked;

    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTERM);
    sigaddset(&blocked, SIGINT);
    sigprocmask(SIG_BLOCK, &blocked, while_waiting);
    sigdelset(while_waiting, SIGTERM);
    sigdelset(while_waiting, SIGINT);
    sigaction(SIGTERM, &stop, NULL);
    sigaction(SIGINT, &stop, NULL);
    signal(SIGPIPE, SIG_IGN);
}

/* How many descriptors there may be, after asking for as many as are allowed. */
static unsigned raise_fd_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return 1024;
    }
    rlim_t wanted = limit.rlim_max < FDS_WANTED ? limit.rlim_max : FDS_WANTED;

    if (limit.rlim_cur < wanted) {
        limit.rlim_cur = wanted;
        if (setrlimit(RLIMIT_NOFILE, &limit) != 0) {
            getrlimit(RLIMIT_NOFILE, &limit);
        }
    }
    return (unsigned)(limit.rlim_cur < FDS_WANTED ? limit.rlim_cur : FDS_WANTED);
}

static char *read_pem(const char *path, struct err *err)
{
    struct buf text;
    char piece[4096];
    size_t length;
    FILE *file = fopen(path, "re");

    if (!file) {
        err_set(err, "cannot read %s: %s", path, strerror(errno));
        return NULL;
    }
    buf_init(&text, PEM_MAX_BYTES);
    while ((length = fread(piece, 1, sizeof(piece), file)) > 0) {
        buf_add(&text, piece, length);
    }
    fclose(file);
    return buf_take(&text);
}

static bool start_server(struct program *program, unsigned connections, struct err *err)
{
    const struct options *options = &program->options;
    struct server_options server = {.max_connections = connections, .timers = &program->timers};
    uint16_t port;

    if (options->tls_cert) {
        program->tls_cert = read_pem(options->tls_cert, err);
        program->tls_key = program->tls_cert ? read_pem(options->tls_key, err) : NULL;
        if (!program->tls_key) {
            return false;
        }
        server.tls_cert = program->tls_cert;
        server.tls_key = program->tls_key;
    }
    if (!listener_open(options->host, options->port, &server.listen_fd, &port, err)) {
        return false;
    }
    program->server = server_new(&server, err);
    if (!program->server) {
        return false;
    }
    program->url = listener_url(options->tls_cert ? "https" : "http", options->host, port);
    meta_mount(program->server);
    program->placeholder = placeholder_new();
    placeholder_mount(program->placeholder, program->server);
    program->httpbin = httpbin_new();
    httpbin_mount(program->httpbin, program->server);
    program->app = app_new();
    app_mount(program->app, program->server);
    return true;
}

static bool start_faults(struct program *program, unsigned connections, struct err *err)
{
    const struct options *options = &program->options;
    uint16_t port;
    int fd;

    if (!listener_open(options->host, options->fault_port, &fd, &port, err)) {
        return false;
    }
    program->fault = fault_new(fd, connections, &program->timers);
    program->fault_url = listener_url("http", options->host, port);
    return true;
}

static bool start(struct program *program, struct err *err)
{
    unsigned fds = raise_fd_limit();
    unsigned connections = fds > 2 * OTHER_FDS ? fds - OTHER_FDS : OTHER_FDS;

    /* Delays are to be exact, not 50 us late. */
    prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
    timers_init(&program->timers);
    if (program->options.faults) {
        connections /= 2;
        if (!start_faults(program, connections, err)) {
            return false;
        }
    }
    return start_server(program, connections, err);
}

static void announce(const struct program *program)
{
    if (program->options.quiet) {
        return;
    }
    printf("cicada-target: listening on %s\n", program->url);
    if (program->fault) {
        printf("cicada-target: faults on %s\n", program->fault_url);
    }
    fflush(stdout);
}

static void run(struct program *program, const sigset_t *while_waiting)
{
    struct pollfd fds[] = {
        {.fd = server_fd(program->server), .events = POLLIN},
        {.fd = program->fault ? fault_fd(program->fault) : -1, .events = POLLIN},
    };

    while (!stopping) {
        int64_t now = clock_mono_ns();

        timers_run(&program->timers, now);
        int64_t next = timers_next_ns(&program->timers);
        int64_t server_next = server_next_ns(program->server, now);
        int64_t wait = (next < server_next ? next : server_next) - now;
        struct timespec timeout = {.tv_sec = wait / NS_PER_S, .tv_nsec = wait % NS_PER_S};

        if (wait < 0) {
            timeout = (struct timespec){0};
        }
        fds[0].revents = fds[1].revents = 0;
        if (ppoll(fds, ARRAY_LEN(fds), &timeout, while_waiting) < 0 && errno != EINTR) {
            ENSURE(errno == ENOMEM);
        }
        if (fds[0].revents || server_next != INT64_MAX) {
            server_run(program->server);
        }
        if (fds[1].revents) {
            fault_run(program->fault);
        }
    }
}

static void stop(struct program *program)
{
    server_free(program->server);
    fault_free(program->fault);
    app_free(program->app);
    httpbin_free(program->httpbin);
    placeholder_free(program->placeholder);
    timers_fini(&program->timers);
    free(program->tls_cert);
    free(program->tls_key);
    free(program->url);
    free(program->fault_url);
}

int main(int argc, char **argv)
{
    struct program program = {0};
    struct err err;
    sigset_t while_waiting;

    if (!options_parse(&program.options, argc, argv, &err)) {
        fprintf(stderr, "cicada-target: %s; --help lists the options\n", err.text);
        return 2;
    }
    if (program.options.help) {
        fputs(options_help, stdout);
        return 0;
    }
    if (program.options.version) {
        puts("cicada-target " CICADA_VERSION);
        return 0;
    }
    catch_signals(&while_waiting);
    bool started = start(&program, &err);

    if (started) {
        announce(&program);
        run(&program, &while_waiting);
    } else {
        fprintf(stderr, "cicada-target: %s\n", err.text);
    }
    stop(&program);
    return started ? 0 : 1;
}
