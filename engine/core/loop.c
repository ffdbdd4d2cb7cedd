/* SPDX-License-Identifier: MIT */
#include "core/loop.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"

static const int64_t lag_interval_ns = 10 * NS_PER_MS;

struct loop {
    struct ev_loop *ev;
    int64_t now_ns; /* of this round, on clock_mono_ns()'s scale */
    ev_check check;
    ev_idle hurry;
    struct loop_timer lag_timer;
    int64_t lag_due_ns;
    struct loop_lag lag;
};

/* Runs first after each wait: one clock reading serves the whole round. */
static void on_check(struct ev_loop *ev, ev_check *watcher, int events)
{
    struct loop *loop = watcher->data;

    (void)ev;
    (void)events;
    loop->now_ns = clock_mono_ns();
}

static void on_hurry(struct ev_loop *ev, ev_idle *watcher, int events)
{
    (void)events;
    ev_idle_stop(ev, watcher);
}

struct loop *loop_new(void)
{
    struct loop *loop = mem_new(sizeof(*loop));

    loop->ev = ev_loop_new(EVBACKEND_EPOLL | EVFLAG_NOENV);
    if (!loop->ev) {
        loop->ev = ev_loop_new(EVFLAG_AUTO);
    }
    if (!loop->ev) {
        fprintf(stderr, "cicada: can't create an event loop; is the descriptor limit used up?\n");
        exit(2);
    }
    loop->now_ns = clock_mono_ns();
    ev_check_init(&loop->check, on_check);
    ev_set_priority(&loop->check, EV_MAXPRI);
    loop->check.data = loop;
    ev_check_start(loop->ev, &loop->check);
    ev_unref(loop->ev);
    ev_idle_init(&loop->hurry, on_hurry);
    return loop;
}

void loop_free(struct loop *loop)
{
    if (!loop) {
        return;
    }
    loop_timer_stop(&loop->lag_timer);
    ev_idle_stop(loop->ev, &loop->hurry);
    ev_ref(loop->ev);
    ev_check_stop(loop->ev, &loop->check);
    ev_loop_destroy(loop->ev);
    free(loop);
}

void loop_run(struct loop *loop)
{
    /* Start-up may have taken long; timers armed from here on count from now. */
    ev_now_update(loop->ev);
    loop->now_ns = clock_mono_ns();
    ev_run(loop->ev, 0);
}

void loop_break(struct loop *loop)
{
    ev_break(loop->ev, EVBREAK_ALL);
}

int64_t loop_now_ns(const struct loop *loop)
{
    return loop->now_ns;
}

void loop_hurry(struct loop *loop)
{
    ev_idle_start(loop->ev, &loop->hurry);
}

/* ---- Timers ---- */

static void on_timer(struct ev_loop *ev, ev_timer *watcher, int events)
{
    struct loop_timer *timer = watcher->data;

    (void)ev;
    (void)events;
    timer->callback(timer);
}

void loop_timer_init(struct loop_timer *timer, struct loop *loop, loop_timer_fn *callback,
                     void *data)
{
    *timer = (struct loop_timer){.data = data, .callback = callback, .loop = loop};
    ev_timer_init(&timer->watcher, on_timer, 0, 0);
    timer->watcher.data = timer;
}

void loop_timer_start(struct loop_timer *timer, int64_t delay_ns)
{
    struct ev_loop *ev = timer->loop->ev;
    /*
     * libev counts from its own time of the round; what the callbacks before this one have used up
     * since then is added, or every pause of a busy loop would come out short.
     */
    double spent = (double)(clock_mono_ns() - timer->loop->now_ns) / 1e9;

    if (delay_ns < 0) {
        delay_ns = 0;
    }
    ev_timer_stop(ev, &timer->watcher);
    ev_timer_set(&timer->watcher, seconds_from_ns(delay_ns) + (delay_ns > 0 ? spent : 0), 0);
    ev_timer_start(ev, &timer->watcher);
}

void loop_timer_repeat(struct loop_timer *timer, int64_t interval_ns)
{
    struct ev_loop *ev = timer->loop->ev;
    double interval = seconds_from_ns(interval_ns);

    ev_timer_stop(ev, &timer->watcher);
    ev_timer_set(&timer->watcher, interval, interval);
    ev_timer_start(ev, &timer->watcher);
}

void loop_timer_stop(struct loop_timer *timer)
{
    if (timer->loop) {
        ev_timer_stop(timer->loop->ev, &timer->watcher);
    }
}

bool loop_timer_active(const struct loop_timer *timer)
{
    return ev_is_active(&timer->watcher);
}

int64_t loop_timer_left_ns(struct loop_timer *timer)
{
    double left = ev_timer_remaining(timer->loop->ev, &timer->watcher);

    return left > 0 ? ns_from_seconds(left) : 0;
}

/* ---- Descriptors ---- */

static void on_io(struct ev_loop *ev, ev_io *watcher, int events)
{
    struct loop_io *io = watcher->data;

    (void)ev;
    io->callback(io, events & (LOOP_READ | LOOP_WRITE));
}

void loop_io_init(struct loop_io *io, struct loop *loop, int fd, loop_io_fn *callback, void *data)
{
    *io = (struct loop_io){.data = data, .fd = fd, .callback = callback, .loop = loop};
    ev_io_init(&io->watcher, on_io, fd, 0);
    io->watcher.data = io;
}

void loop_io_watch(struct loop_io *io, int events)
{
    struct ev_loop *ev = io->loop->ev;
    bool active = ev_is_active(&io->watcher);

    if (active && (io->watcher.events & (LOOP_READ | LOOP_WRITE)) == events) {
        return;
    }
    ev_io_stop(ev, &io->watcher);
    if (events) {
        ev_io_set(&io->watcher, io->fd, events);
        ev_io_start(ev, &io->watcher);
    }
}

/* ---- Signals ---- */

static void on_signal(struct ev_loop *ev, ev_signal *watcher, int events)
{
    struct loop_signal *signal = watcher->data;

    (void)ev;
    (void)events;
    signal->callback(signal);
}

void loop_signal_start(struct loop_signal *signal, struct loop *loop, int number,
                       loop_signal_fn *callback, void *data)
{
    *signal =
        (struct loop_signal){.data = data, .number = number, .callback = callback, .loop = loop};
    ev_signal_init(&signal->watcher, on_signal, number);
    signal->watcher.data = signal;
    ev_signal_start(loop->ev, &signal->watcher);
}

void loop_signal_stop(struct loop_signal *signal)
{
    if (signal->loop) {
        ev_signal_stop(signal->loop->ev, &signal->watcher);
    }
}

/* ---- Once per round ---- */

static void on_prepare(struct ev_loop *ev, ev_prepare *watcher, int events)
{
    struct loop_prepare *prepare = watcher->data;

    (void)ev;
    (void)events;
    prepare->callback(prepare);
}

void loop_prepare_start(struct loop_prepare *prepare, struct loop *loop, loop_prepare_fn *callback,
                        void *data)
{
    *prepare = (struct loop_prepare){.data = data, .callback = callback, .loop = loop};
    ev_prepare_init(&prepare->watcher, on_prepare);
    prepare->watcher.data = prepare;
    ev_prepare_start(loop->ev, &prepare->watcher);
}

void loop_prepare_stop(struct loop_prepare *prepare)
{
    if (prepare->loop) {
        ev_prepare_stop(prepare->loop->ev, &prepare->watcher);
    }
}

/* ---- Lag ---- */

static int lag_bin(int64_t late_ns)
{
    int bin = 0;

    for (int64_t us = late_ns / NS_PER_US; us > 0 && bin < LOOP_LAG_BINS - 1; us /= 2) {
        bin++;
    }
    return bin;
}

static void on_lag_timer(struct loop_timer *timer)
{
    struct loop *loop = timer->data;
    int64_t now_ns = clock_mono_ns(), late_ns = now_ns - loop->lag_due_ns;

    if (late_ns < 0) {
        late_ns = 0;
    }
    loop->lag.bins[lag_bin(late_ns)]++;
    loop->lag.samples++;
    loop->lag.sum_ns += late_ns;
    loop->lag.over_10ms += late_ns > 10 * NS_PER_MS;
    loop->lag.over_100ms += late_ns > 100 * NS_PER_MS;
    if (late_ns > loop->lag.max_ns) {
        loop->lag.max_ns = late_ns;
    }
    loop->lag_due_ns = now_ns + lag_interval_ns;
    loop_timer_start(timer, lag_interval_ns);
}

void loop_lag_start(struct loop *loop)
{
    loop_timer_init(&loop->lag_timer, loop, on_lag_timer, loop);
    loop->lag_due_ns = clock_mono_ns() + lag_interval_ns;
    loop_timer_start(&loop->lag_timer, lag_interval_ns);
}

struct loop_lag loop_lag_get(const struct loop *loop)
{
    return loop->lag;
}

void loop_lag_reset(struct loop *loop)
{
    loop->lag = (struct loop_lag){0};
}

double loop_lag_percentile_ms(const struct loop_lag *before, const struct loop_lag *now,
                              double fraction)
{
    static const struct loop_lag none;

    for (int bin = 0; bin < LOOP_LAG_BINS; bin++) {
        if (now->bins[bin] < before->bins[bin]) { /* reset after all */
            before = &none;
        }
    }
    uint64_t samples = now->samples - before->samples, seen = 0;
    double allowed = (1 - fraction) * (double)samples;

    for (int bin = LOOP_LAG_BINS - 1; bin > 0 && samples > 0; bin--) {
        uint64_t count = now->bins[bin] - before->bins[bin];

        if ((double)(seen + count) > allowed) {
            double top = (double)(UINT64_C(1) << bin) / 1e3, bottom = bin > 1 ? top / 2 : 0;
            double share = (allowed - (double)seen) / (double)count;

            return top - (top - bottom) * share;
        }
        seen += count;
    }
    return 0;
}
