/* SPDX-License-Identifier: MIT */
/*
 * hasher.c - two queues under one lock, a condition the thread waits for, and an eventfd that wakes
 * the loop. The thread touches nothing but its queue and the job at hand.
 */
#include "web/hasher.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/ensure.h"
#include "base/list.h"
#include "base/memory.h"

struct job {
    struct list link; /* hasher.waiting, then hasher.done */
    struct password_check check;
    struct hasher_events events;
    bool good;
};

struct hasher {
    struct loop_io io;
    int wake_fd;
    bool started;
    pthread_t thread;
    size_t count; /* of both queues, and the one being done; the loop's */

    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t more;
    struct list waiting, done;
    bool closing;
};

static struct job *first(struct list *list)
{
    struct job *job = list_item(list->next, struct job, link);

    list_remove(&job->link);
    return job;
}

static void free_job(struct job *job)
{
    password_check_fini(&job->check);
    free(job);
}

/* ---- On the thread ---- */

static void *run(void *data)
{
    struct hasher *hasher = data;
    const uint64_t one = 1;

    pthread_mutex_lock(&hasher->lock);
    while (!hasher->closing) {
        if (list_empty(&hasher->waiting)) {
            pthread_cond_wait(&hasher->more, &hasher->lock);
            continue;
        }
        struct job *job = first(&hasher->waiting);

        pthread_mutex_unlock(&hasher->lock);
        job->good = password_check_run(&job->check);
        pthread_mutex_lock(&hasher->lock);
        list_append(&hasher->done, &job->link);
        ENSURE(write(hasher->wake_fd, &one, sizeof(one)) == sizeof(one));
    }
    pthread_mutex_unlock(&hasher->lock);
    return NULL;
}

/* ---- On the loop ---- */

static void on_wake(struct loop_io *io, int events)
{
    struct hasher *hasher = io->data;
    uint64_t times;

    (void)events;
    if (read(io->fd, &times, sizeof(times)) != sizeof(times)) {
        return;
    }
    for (;;) {
        pthread_mutex_lock(&hasher->lock);
        struct job *job = list_empty(&hasher->done) ? NULL : first(&hasher->done);

        pthread_mutex_unlock(&hasher->lock);
        if (!job) {
            return;
        }
        hasher->count--;
        job->events.on_done(job->events.data, job->good);
        free_job(job);
    }
}

/* Signals are the loop's: the thread is born with all of them blocked. */
static bool start(struct hasher *hasher)
{
    sigset_t all, before;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    hasher->started = pthread_create(&hasher->thread, NULL, run, hasher) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return hasher->started;
}

bool hasher_add(struct hasher *hasher, const struct password_check *check,
                const struct hasher_events *events)
{
    if (hasher->count == HASHER_JOBS_MAX || (!hasher->started && !start(hasher))) {
        return false;
    }
    struct job *job = mem_new(sizeof(*job));

    job->check = *check;
    job->events = *events;
    hasher->count++;
    pthread_mutex_lock(&hasher->lock);
    list_append(&hasher->waiting, &job->link);
    pthread_cond_signal(&hasher->more);
    pthread_mutex_unlock(&hasher->lock);
    return true;
}

struct hasher *hasher_new(struct loop *loop)
{
    struct hasher *hasher = mem_new(sizeof(*hasher));

    hasher->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    ENSURE(hasher->wake_fd >= 0);
    pthread_mutex_init(&hasher->lock, NULL);
    pthread_cond_init(&hasher->more, NULL);
    list_init(&hasher->waiting);
    list_init(&hasher->done);
    loop_io_init(&hasher->io, loop, hasher->wake_fd, on_wake, hasher);
    loop_io_watch(&hasher->io, LOOP_READ);
    return hasher;
}

static void drop_all(struct list *jobs)
{
    while (!list_empty(jobs)) {
        struct job *job = first(jobs);

        job->events.on_dropped(job->events.data);
        free_job(job);
    }
}

void hasher_free(struct hasher *hasher)
{
    if (!hasher) {
        return;
    }
    pthread_mutex_lock(&hasher->lock);
    hasher->closing = true;
    pthread_cond_signal(&hasher->more);
    pthread_mutex_unlock(&hasher->lock);
    if (hasher->started) {
        pthread_join(hasher->thread, NULL);
    }
    loop_io_watch(&hasher->io, 0);
    drop_all(&hasher->waiting);
    drop_all(&hasher->done);
    close(hasher->wake_fd);
    pthread_mutex_destroy(&hasher->lock);
    pthread_cond_destroy(&hasher->more);
    free(hasher);
}
