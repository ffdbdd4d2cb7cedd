/* SPDX-License-Identifier: MIT */
/*
 * host_check.h - by which names the web interface may be asked.
 *
 * A page anywhere can let its own name's address become ours (DNS rebinding) and then read and
 * drive the test as if it were our page; the Host header tells, as it still has that name. Safe are
 * those that nobody else's name can be: addresses, names without a dot, names reserved for local
 * use, and those that were given.
 */
#ifndef WEB_HOST_CHECK_H
#define WEB_HOST_CHECK_H

#include <stdbool.h>

/*
 * The header as it came, with or without a port; NULL is fine: no browser leaves it out. given:
 * names, "*" for all, ".example.com" for all below one; ends with NULL, may be NULL itself.
 */
bool host_check(const char *header, const char *const *given);

#endif
