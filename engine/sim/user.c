/* SPDX-License-Identifier: MIT */
#include "sim/user.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/memory.h"
#include "sim/headers.h"
#include "sim/outcome.h"
#include "sim/sim_private.h"
#include "sim/user_private.h"

static void on_timer(struct loop_timer *timer)
{
    struct user *user = timer->data;

    MAGIC_CHECK(user, (unsigned)USER_MAGIC);
    if (user->fiber) {
        user_resume(user);
    } else {
        user_step(user);
    }
}

struct user *user_new(struct sim *sim, size_t class_index, unsigned id)
{
    struct user *user = pool_take(&sim->users);
    const struct plan_class *class = &sim->plan->classes[class_index];

    user->magic = USER_MAGIC;
    user->id = id;
    user->sim = sim;
    user->class = class;
    user->class_index = class_index;
    list_init(&user->link);
    rng_seed(&user->rng, sim->options->seed + id);
    user->frames = mem_array(class->depth, sizeof(*user->frames));
    user->frames[0] = (struct frame){.set = &class->root, .entered = true};
    user->depth = 1;
    if (class->source->data_size > 0) {
        user->data = mem_new(class->source->data_size);
    }
    loop_timer_init(&user->timer, sim->loop, on_timer, user);
    user_step_after(user, 0);
    return user;
}

void user_free(struct user *user)
{
    loop_timer_stop(&user->timer);
    if (user->fiber) { /* dropped in the middle of a job */
        outcome_cancel_all(user);
        outcome_drop_all(user);
        fibers_give(user->sim->fibers, user->fiber);
    }
    if (user->client) {
        user->sim->transport->ops->client_free(user->client);
    }
    headers_free(user->headers);
    free(user->auth_name);
    free(user->auth_password);
    free(user->frames);
    free(user->data);
    user->magic = 0;
    pool_give(&user->sim->users, user);
}

void user_kill(struct user *user)
{
    if (user->killed || !user->fiber || user->phase == USER_STOPPING) {
        return;
    }
    user->killed = true;
    if (user->block == BLOCK_REQUESTS) {
        outcome_cancel_all(user);
    }
    if (user->block != BLOCK_NONE) {
        loop_timer_start(&user->timer, 0);
    }
}

void user_ask_to_stop(struct user *user, bool graceful)
{
    user->stop_asked = true;
    user->asked_ns = clock_mono_ns();
    if (!user->fiber) {
        loop_timer_start(&user->timer, 0);
    } else if (!graceful) {
        user_kill(user);
    }
}
