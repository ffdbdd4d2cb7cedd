/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <signal.h>
#include <unistd.h>

#include "base/clock.h"
#include "core/loop.h"

struct fixture {
    struct loop *loop;
    struct loop_timer timer, end;
    struct loop_io io;
    struct loop_signal signal;
    struct loop_prepare prepare;
    int fired, prepared, bytes, signals;
    int pipe[2];
};

static void on_end(struct loop_timer *timer)
{
    struct fixture *f = timer->data;

    loop_break(f->loop);
}

static void on_timer(struct loop_timer *timer)
{
    struct fixture *f = timer->data;

    if (++f->fired == 3) {
        loop_timer_stop(timer);
        loop_break(f->loop);
    }
}

static void timers_repeat_and_stop(void **state)
{
    struct fixture f = {.loop = loop_new()};
    int64_t before_ns = clock_mono_ns();

    (void)state;
    loop_timer_init(&f.timer, f.loop, on_timer, &f);
    loop_timer_repeat(&f.timer, 5 * NS_PER_MS);
    CHECK(loop_timer_active(&f.timer));
    loop_run(f.loop);
    CHECK_EQ(f.fired, 3);
    CHECK(!loop_timer_active(&f.timer));
    CHECK(clock_mono_ns() - before_ns >= 14 * NS_PER_MS);
    loop_free(f.loop);
}

static void on_readable(struct loop_io *io, int events)
{
    struct fixture *f = io->data;
    char bytes[8];

    CHECK(events & LOOP_READ);
    f->bytes += (int)read(io->fd, bytes, sizeof(bytes));
    loop_io_watch(io, 0);
    loop_break(f->loop);
}

static void on_signal(struct loop_signal *signal)
{
    struct fixture *f = signal->data;

    f->signals++;
    CHECK_EQ(write(f->pipe[1], "abc", 3), 3);
}

static void on_prepare(struct loop_prepare *prepare)
{
    struct fixture *f = prepare->data;

    f->prepared++;
}

static void signals_and_descriptors(void **state)
{
    struct fixture f = {.loop = loop_new()};

    (void)state;
    CHECK_EQ(pipe(f.pipe), 0);
    loop_io_init(&f.io, f.loop, f.pipe[0], on_readable, &f);
    loop_io_watch(&f.io, LOOP_READ);
    loop_signal_start(&f.signal, f.loop, SIGUSR1, on_signal, &f);
    loop_prepare_start(&f.prepare, f.loop, on_prepare, &f);
    loop_timer_init(&f.end, f.loop, on_end, &f);
    loop_timer_start(&f.end, 5 * NS_PER_S);
    kill(getpid(), SIGUSR1);
    loop_run(f.loop);
    CHECK_EQ(f.signals, 1);
    CHECK_EQ(f.bytes, 3);
    CHECK(f.prepared >= 1);
    loop_timer_stop(&f.end);
    loop_signal_stop(&f.signal);
    loop_prepare_stop(&f.prepare);
    loop_free(f.loop);
    close(f.pipe[0]);
    close(f.pipe[1]);
}

static void on_busy(struct loop_timer *timer)
{
    int64_t until_ns = clock_mono_ns() + 40 * NS_PER_MS;

    (void)timer;
    while (clock_mono_ns() < until_ns) {
    }
}

/* Ends the loop once the lag was sampled; a slow machine may take its time. */
static void on_sampled(struct loop_timer *timer)
{
    struct fixture *f = timer->data;
    struct loop_lag lag = loop_lag_get(f->loop);

    if (++f->fired >= 500 || (lag.samples >= 2 && lag.over_10ms >= 1)) {
        loop_break(f->loop);
    }
}

static void lag_percentiles(void **state)
{
    struct loop_lag before = {.samples = 10, .bins = {[2] = 10}}, now = before;

    (void)state;
    CHECK_ROW("nothing new");
    CHECK_NEAR(loop_lag_percentile_ms(&before, &now, 0.99), 0, 0);
    now.samples += 100;
    now.bins[7] += 98; /* 64 to 128 us */
    now.bins[17] += 2; /* 65.536 to 131.072 ms */
    CHECK_ROW("one in a hundred is later than half of the last two");
    CHECK_NEAR(loop_lag_percentile_ms(&before, &now, 0.99), 98.304, 0.001);
    CHECK_NEAR(loop_lag_percentile_ms(&before, &now, 0.5), 0.0967, 0.0005);
    CHECK_ROW("reset in between: all that is there is new");
    now.bins[2] = 0;
    now.samples = 100;
    CHECK_NEAR(loop_lag_percentile_ms(&before, &now, 0.99), 98.304, 0.001);
}

static void a_busy_callback_shows_as_lag(void **state)
{
    struct fixture f = {.loop = loop_new()};

    (void)state;
    loop_lag_start(f.loop);
    loop_timer_init(&f.timer, f.loop, on_busy, &f);
    loop_timer_start(&f.timer, NS_PER_MS);
    loop_timer_init(&f.end, f.loop, on_sampled, &f);
    loop_timer_repeat(&f.end, 10 * NS_PER_MS);
    loop_run(f.loop);
    struct loop_lag lag = loop_lag_get(f.loop);

    CHECK(lag.samples >= 2);
    CHECK(lag.max_ns > 20 * NS_PER_MS);
    CHECK(lag.over_10ms >= 1);
    loop_lag_reset(f.loop);
    CHECK_EQ(loop_lag_get(f.loop).samples, 0);
    loop_free(f.loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timers_repeat_and_stop),
        cmocka_unit_test(signals_and_descriptors),
        cmocka_unit_test(lag_percentiles),
        cmocka_unit_test(a_busy_callback_shows_as_lag),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
