/* SPDX-License-Identifier: MIT */
/*
 * loop.h - the one event loop of a process: timers, descriptors, signals, and its own lag.
 * Nobody else names an ev_ symbol.
 *
 * Watchers are embedded by their owners and belong to them. A watcher may be started, stopped or
 * re-armed in any callback, its own too; it must be stopped before its memory goes away. Callbacks
 * run one after another on the loop's thread; none may block.
 */
#ifndef CORE_LOOP_H
#define CORE_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include <ev.h>

struct loop;

struct loop *loop_new(void); /* ends the process with a sentence if there is no epoll to be had */
void loop_free(struct loop *loop);

void loop_run(struct loop *loop); /* returns after loop_break() */
void loop_break(struct loop *loop);

/* Monotonic time, read once per round: good for timers, too coarse for measuring. */
int64_t loop_now_ns(const struct loop *loop);

/* ---- Timers ---------------------------------------------------------------------------------- */

struct loop_timer;
typedef void loop_timer_fn(struct loop_timer *timer);

struct loop_timer {
    void *data; /* the owner's */
    /* private */
    loop_timer_fn *callback;
    struct loop *loop;
    ev_timer watcher;
};

void loop_timer_init(struct loop_timer *timer, struct loop *loop, loop_timer_fn *callback,
                     void *data);
/* Once, so long after now; a running timer is moved. Below zero counts as zero. */
void loop_timer_start(struct loop_timer *timer, int64_t delay_ns);
/* Again and again; the first time after one interval. */
void loop_timer_repeat(struct loop_timer *timer, int64_t interval_ns);
void loop_timer_stop(struct loop_timer *timer); /* a stopped timer is fine */
bool loop_timer_active(const struct loop_timer *timer);
int64_t loop_timer_left_ns(struct loop_timer *timer); /* until it fires, at least 0 */

/* ---- Descriptors ----------------------------------------------------------------------------- */

enum { LOOP_READ = EV_READ, LOOP_WRITE = EV_WRITE };

struct loop_io;
typedef void loop_io_fn(struct loop_io *io, int events);

struct loop_io {
    void *data; /* the owner's */
    int fd;     /* read only */
    /* private */
    loop_io_fn *callback;
    struct loop *loop;
    ev_io watcher;
};

void loop_io_init(struct loop_io *io, struct loop *loop, int fd, loop_io_fn *callback, void *data);
/* A set of LOOP_READ and LOOP_WRITE; 0 stops. Cheap when nothing changes. */
void loop_io_watch(struct loop_io *io, int events);

/* ---- Signals --------------------------------------------------------------------------------- */

struct loop_signal;
typedef void loop_signal_fn(struct loop_signal *signal);

struct loop_signal {
    void *data; /* the owner's */
    int number; /* read only */
    /* private */
    loop_signal_fn *callback;
    struct loop *loop;
    ev_signal watcher;
};

void loop_signal_start(struct loop_signal *signal, struct loop *loop, int number,
                       loop_signal_fn *callback, void *data);
void loop_signal_stop(struct loop_signal *signal);

/* ---- Once per round -------------------------------------------------------------------------- */

/*
 * Called each time the loop is about to wait for events, after all callbacks of the round: the
 * place to hand over in one go what the round collected. If it made new work that must not wait,
 * it calls loop_hurry().
 */
struct loop_prepare;
typedef void loop_prepare_fn(struct loop_prepare *prepare);

struct loop_prepare {
    void *data; /* the owner's */
    /* private */
    loop_prepare_fn *callback;
    struct loop *loop;
    ev_prepare watcher;
};

void loop_prepare_start(struct loop_prepare *prepare, struct loop *loop, loop_prepare_fn *callback,
                        void *data);
void loop_prepare_stop(struct loop_prepare *prepare);

void loop_hurry(struct loop *loop); /* the coming wait returns at once */

/* ---- Lag ------------------------------------------------------------------------------------- */

/*
 * How late a timer that asks for 10 ms fires: what the loop's own callbacks, or the machine, add to
 * every latency measured here.
 */
enum { LOOP_LAG_BINS = 24 };

struct loop_lag {
    uint64_t bins[LOOP_LAG_BINS]; /* bin n: below 2^n us; the last: all above too */
    uint64_t samples;
    int64_t max_ns, sum_ns;
    uint64_t over_10ms, over_100ms;
};

void loop_lag_start(struct loop *loop);                /* measuring is off until then */
struct loop_lag loop_lag_get(const struct loop *loop); /* since the last reset */
void loop_lag_reset(struct loop *loop);

/* In ms, of what came between two looks, or since a reset in between: within a bin, its counts
 * spread evenly. 0 for nothing. */
double loop_lag_percentile_ms(const struct loop_lag *before, const struct loop_lag *now,
                              double fraction);

#endif
