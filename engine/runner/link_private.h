/* SPDX-License-Identifier: MIT */
/* link_private.h - the parts of a link see each other here; nobody else includes this. */
#ifndef RUNNER_LINK_PRIVATE_H
#define RUNNER_LINK_PRIVATE_H

#include "runner/link.h"

struct link {
    unsigned magic;
    struct loop *loop;
    struct link_events events;
    void *context, *socket;
    struct loop_io io;
    struct loop_prepare prepare;
    struct loop_timer reopen_timer;
    bool unread;    /* ZMQ_FD tells of changes only: look again before the loop waits */
    bool listening; /* a master's */
    bool freed;     /* in a callback of ours */
    bool busy;      /* delivering messages */
    char *host, *identity;
    int port;
    struct link_curve curve; /* owned texts */

    /* link_monitor.c's: */
    void *monitor; /* socket; NULL: not watching */
    struct loop_io monitor_io;
    bool events_unread;  /* as unread */
    unsigned refusals;   /* connections turned away since the last line about them */
    int64_t refusals_ns; /* monotonic: when that was; 0: never */
};

/* ---- link_options.c ---- */

void link_set_int(void *socket, int option, int value);
int link_descriptor(void *socket); /* readable when there may be news */

/* Everything but the keys. */
void link_set_options(struct link *link);

/* False with a sentence if a key of link->curve is none. */
bool link_set_curve(struct link *link, struct err *err);

/* ---- link_monitor.c ---- */

/* Before the socket connects: what happens to it earlier is told to nobody. */
void link_monitor_start(struct link *link);

/* Before the loop waits: what the descriptor does not tell of. */
void link_monitor_read(struct link *link);

void link_monitor_stop(struct link *link); /* before the socket is closed; not started is fine */

#endif
