/* SPDX-License-Identifier: MIT */
/*
 * crew.h - the workers of a spread and the order in which they are served (wire specification,
 * 4.2): by index among the workers of their host, then by id, so that users reach every host
 * first. The host is the id's text before the first underscore.
 *
 * A worker has a slot, a small number. A removed one keeps its slot, as gone, until crew_sweep(),
 * so that what refers to it can be moved away first.
 */
#ifndef DISPATCH_CREW_H
#define DISPATCH_CREW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct crew; /* opaque */

struct crew *crew_new(void);
void crew_free(struct crew *crew); /* NULL is fine */

/* False if the id is there already. */
bool crew_add(struct crew *crew, const char *id, uint32_t *slot); /* copies the id */
bool crew_remove(struct crew *crew, const char *id);              /* false if it is not there */
bool crew_find(const struct crew *crew, const char *id, uint32_t *slot);
void crew_sweep(struct crew *crew); /* slots of gone workers may be given out again */

const char *crew_id(const struct crew *crew, uint32_t slot); /* "" if gone */
bool crew_gone(const struct crew *crew, uint32_t slot);
uint32_t crew_slots(const struct crew *crew); /* every slot is below */
size_t crew_count(const struct crew *crew);

/* crew_count() slots; borrowed until a worker comes or goes. Sorts if one did. */
const uint32_t *crew_order(struct crew *crew);

#endif
