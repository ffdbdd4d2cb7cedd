/* SPDX-License-Identifier: MIT */
/*
 * outcome.h - requests of the running job, from the call to the line in the statistics. Private to
 * sim/.
 *
 * An outcome is open from the moment its exchange ended until the user blocks again or the job
 * ends: until then checks decide what is recorded. Its memory stays until the job ends.
 */
#ifndef SIM_OUTCOME_H
#define SIM_OUTCOME_H

#include <cicada.h>

#include "base/json.h"
#include "base/list.h"
#include "http/exchange.h"
#include "sim/user.h"

enum outcome_state { OUTCOME_PREPARED, OUTCOME_IN_FLIGHT, OUTCOME_OPEN, OUTCOME_CLOSED };
enum outcome_verdict { VERDICT_BY_STATUS, VERDICT_FAILED, VERDICT_PASSED };

struct outcome {
    struct response response; /* first: the scenario's pointer is ours */
    struct user *user;
    struct outcome *older; /* user.outcomes */
    struct outcome *next;  /* user.pending */
    struct exchange exchange;
    struct list link; /* sim.in_flight */
    int64_t start_ns; /* monotonic, coarse: when it was sent */
    const char *name;
    enum outcome_state state;
    enum outcome_verdict verdict;
    const char *failure; /* the first failed check's text; NULL: none */
    json_t *json;
    bool json_tried;
    const char *unsendable; /* why it fails without being sent; NULL: it is sent */
    bool interrupted;       /* given up at the stop: not recorded */
};

/* On the user's stack: builds the exchange in the task's memory. */
struct outcome *outcome_prepare(struct user *user, const struct request *request);

/* An answer for a request that is not sent, because the user must stop. */
void outcome_refuse(struct outcome *outcome);

/* On the loop's stack: the user's connections and cookies, made when first needed, as many users
 * send nothing. NULL with a sentence if the options can't be met. */
struct transport_client *outcome_client(struct user *user, struct err *err);

/* On the loop's stack: starts all that user.pending holds. */
void outcome_start_pending(struct user *user);

/* Gives up what is in flight; the outcomes read as interrupted. */
void outcome_cancel_all(struct user *user);

/* Records every open outcome. */
void outcome_commit(struct user *user);

/* The job ended: frees what its outcomes hold. */
void outcome_drop_all(struct user *user);

/* Parses the body once; NULL if it is not JSON. */
const json_t *outcome_json(struct outcome *outcome);

#endif
