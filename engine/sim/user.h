/* SPDX-License-Identifier: MIT */
/*
 * user.h - one user's life: start, tasks, waits, stop. Private to sim/.
 *
 * A user is a small struct in a timer. To run a piece of the scenario's code (a job) it takes a
 * fiber; when the job returns the fiber goes back, and the next step is decided on the loop's
 * stack.
 */
#ifndef SIM_USER_H
#define SIM_USER_H

#include <cicada.h>

#include "base/list.h"
#include "base/rng.h"
#include "core/loop.h"
#include "sim/fiber.h"
#include "sim/plan.h"
#include "sim/sim.h"

enum user_phase {
    USER_STARTING, /* until on_start returned */
    USER_RUNNING,
    USER_STOPPING, /* task sets and the class run their on_stop */
    USER_PHASES,
};

enum user_block {
    BLOCK_NONE,
    BLOCK_THINK,
    BLOCK_REQUESTS,
    BLOCK_CALL, /* something to be done on the loop's stack; the user goes on at once */
};

enum user_job {
    JOB_NONE,
    JOB_ON_START,
    JOB_TASK,
    JOB_WAIT, /* after a task that crashed: only asks for the wait */
    JOB_SET_START,
    JOB_SET_STOP,
    JOB_ON_STOP,
};

/* The task set a user is in, and where. */
struct frame {
    const struct plan_set *set;
    size_t position; /* sequential: the coming run; Markov: the coming task */
    bool entered;    /* its on_start ran */
};

enum { USER_MAGIC = 0x75736572 };

struct user {
    unsigned magic;
    unsigned id;
    struct sim *sim;
    const struct plan_class *class;
    size_t class_index;
    struct list link; /* sim_class.users, oldest first */

    enum user_phase phase;
    enum user_job job;
    bool stop_asked; /* by the runner */
    int64_t asked_ns;
    bool stop_self; /* by user_stop() */
    bool killed;    /* blocking calls return at once */
    bool crashed;   /* the running job was ended by a raise */
    bool interrupt, interrupt_reschedule;
    bool skip_wait;
    bool no_host_reported;
    unsigned refused_blocks; /* blocking calls since killed */

    struct frame *frames; /* class->depth of them; [0] is the class's own table */
    size_t depth;         /* in use, at least 1 */
    struct rng rng;
    int64_t pace_due_ns;     /* when the last pacing wait ended; 0: none yet */
    int64_t wait_ns;         /* after the running task */
    int64_t leave_wait_ns;   /* after the on_stop of the set that a task interrupted */
    struct loop_timer timer; /* start, wait, think */
    bool parked;             /* the sim is paused: the timer rests */
    int64_t parked_ns;       /* what was left of it */

    struct fiber *fiber; /* NULL while waiting */
    const char *task_name;
    task_fn *run;
    bool wait_asked; /* the running job came to its wait */

    enum user_block block;
    bool blocked; /* the running job did, once at least */
    int64_t think_ns;
    void (*call)(struct user *user, void *data); /* for BLOCK_CALL */
    void *call_data;
    struct outcome *outcomes; /* of the running job, newest first */
    struct outcome *pending;  /* handed over by the blocking call */
    size_t in_flight;
    unsigned unanswered; /* requests without a response since the last pause or response */

    void *data;
    struct transport_client *client; /* made for the first request */
    struct user_headers *headers;    /* set by user_header(); NULL: none */
    char *auth_name, *auth_password; /* set by user_auth() */
};

/* For sim.c. */
struct user *user_new(struct sim *sim, size_t class_index, unsigned id);
void user_free(struct user *user);
void user_ask_to_stop(struct user *user, bool graceful);
void user_kill(struct user *user);

/* pause.c: the user's next step comes so long from now, or from when the sim goes on. */
void user_step_after(struct user *user, int64_t pause_ns);

/* For the doors in api_*.c, on the user's own stack. */
void user_block(struct user *user, enum user_block block); /* yields */
/* Has the loop's stack do it and goes on; nothing else happens in between, and no outcome closes.
 */
void user_on_loop(struct user *user, void (*call)(struct user *user, void *data), void *data);
/* False when blocking calls must return at once; a task that goes on calling them is cut off. */
bool user_may_block(struct user *user);
/* Ends the running job as a crash; the traceback names file, line and function. */
_Noreturn void user_crash(struct user *user, const char *message, const char *traceback);

/* For outcome.c, on the loop's stack: a request ended. */
void user_request_done(struct user *user, bool answered);

/* The user whose code is running; NULL on the loop's stack. Safe in a signal handler. */
struct user *user_running_now(void);

#endif
