/* SPDX-License-Identifier: MIT */
/*
 * worker_orders.h - what a worker does on its master's orders to the test. Private to the worker.
 */
#ifndef RUNNER_WORKER_ORDERS_H
#define RUNNER_WORKER_ORDERS_H

#include "runner/worker_private.h"

/* Starts a test, or changes the running one. */
void worker_spawn(struct worker *worker, const struct message_spawn *spawn);

void worker_take_stop(struct worker *worker, const struct message_stop *stop);
void worker_stop_test(struct worker *worker);          /* there is a squad */
void worker_pause(struct worker *worker, bool paused); /* nothing without a test that goes on */
void worker_update_class(struct worker *worker, const struct message_update_user_class *update);

/* Defined by worker.c: what follows when the last user is gone. */
void worker_test_ended(struct worker *worker);

#endif
