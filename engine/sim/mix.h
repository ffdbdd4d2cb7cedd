/* SPDX-License-Identifier: MIT */
/*
 * mix.h - counts the starts of tasks in the statistics, with one look-up by the task's address for
 * each. Private to sim/.
 */
#ifndef SIM_MIX_H
#define SIM_MIX_H

#include "sim/user.h"

struct mix; /* of a sim; NULL is an empty one */

void mix_free(struct mix *mix);

/* The user is about to start the task, a member of its innermost set. */
void mix_note(struct mix **mix, const struct user *user, const struct plan_task *task);

#endif
