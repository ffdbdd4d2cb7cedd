/* SPDX-License-Identifier: MIT */
/*
 * identity.h - the id of a worker: hostname_32hexdigits, as Locust's, whose dispatcher takes the
 * text before the first underscore for the host.
 */
#ifndef RUNNER_IDENTITY_H
#define RUNNER_IDENTITY_H

/* purpose comes before the digits; "" for a worker. Owned by the caller, free(). */
char *identity_new(const char *purpose);

#endif
