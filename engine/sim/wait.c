/* SPDX-License-Identifier: MIT */
/*
 * The waits that cicada.h names. They run on the user's stack, as own ones do.
 */
#include <cicada.h>

#include "base/clock.h"
#include "sim/user.h"

double cicada_wait_between(struct user *user, const struct wait *self)
{
    return self->a + (self->b - self->a) * rng_unit(&user->rng);
}

double cicada_wait_constant(struct user *user, const struct wait *self)
{
    (void)user;
    return self->a;
}

/*
 * As Locust's: the first wait lasts the whole interval, and each later one ends an interval after
 * the one before it ended. Counting from the due time, not from when the timer fired, keeps the
 * timer's lateness from adding up.
 */
double cicada_wait_pacing(struct user *user, const struct wait *self)
{
    int64_t now_ns = clock_mono_ns(), interval_ns = ns_from_seconds(self->a);
    int64_t due_ns = (user->pace_due_ns ? user->pace_due_ns : now_ns) + interval_ns;

    if (due_ns < now_ns) {
        due_ns = now_ns;
    }
    user->pace_due_ns = due_ns;
    return seconds_from_ns(due_ns - now_ns);
}
