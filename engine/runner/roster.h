/* SPDX-License-Identifier: MIT */
/*
 * roster.h - the workers a master knows, and what it knows of them.
 *
 * An id that registered once keeps its record, and with it its index, for the life of the master;
 * whether it takes part is record->present. There are at most ROSTER_MAX ids, so that a peer that
 * makes them up can't fill the memory.
 */
#ifndef RUNNER_ROSTER_H
#define RUNNER_ROSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"
#include "proto/message.h"
#include "stats/table.h"

enum {
    ROSTER_MAX = 100000,
    ROSTER_CLASSES_MAX = 1000,
    ROSTER_USERS_MAX = 10000000, /* of a class of a worker; a report of more is nonsense */
    ROSTER_LOG_LINES = 500,
};

enum peer_state { PEER_READY, PEER_SPAWNING, PEER_RUNNING, PEER_MISSING, PEER_OTHER };

struct peer_class {
    char *name;
    size_t users;
};

/* What a heartbeat of ours tells beyond Locust's. */
struct peer_condition {
    double lag_p99_ms;               /* negative: not told, as by workers of other makes */
    int64_t connections;             /* -1: not told */
    int64_t ports_used, ports_limit; /* 0, 0: not told */
    bool waiting_told;
    size_t waiting_users;
    int64_t oldest_wait_ns;
};

struct peer {
    /* read only for users of the type */
    char *id;
    int64_t index;
    size_t users; /* sum of those of its classes */

    /* the master's to change */
    bool present; /* registered, and neither gone nor given up */
    bool resting; /* sent client_stopped and will register again */
    enum peer_state state;
    char state_text[24]; /* as it was reported */
    int liveness;        /* heartbeats it may still miss */
    double cpu_percent;
    int64_t memory_bytes;
    struct peer_condition condition;
    bool cpu_warned;
    double last_timestamp; /* of a spawn */
    struct peer_class *classes;
    size_t class_count;
    bool classes_known;           /* it has named them */
    bool answers_heartbeats;      /* its version knows the answer */
    bool knows_spawning_complete; /* and that message */
    bool can_pause;               /* it says whether it is paused: it is one of ours */
    bool quitting;                /* was told to quit and has not yet said good-bye */
    int64_t report_ns;            /* wall: arrival of its last report; 0: none yet */
    int64_t report_due_ns;        /* of the last one before it that was not held up; 0: none */
    int64_t since_ns, heard_ns;   /* monotonic: registered, last message */
    double rps;                   /* of its last report; negative: none yet */
    int64_t clock_ahead_ns;       /* of ours */
    bool clock_warned, class_warned, oddity_warned;
    struct message_logs logs; /* owned copies */

    /* private */
    struct roster *roster;
    struct list link; /* roster.present */
    UT_hash_handle hh;
};

struct roster; /* opaque */

struct roster *roster_new(void);
void roster_free(struct roster *roster);

/* NULL if the id never registered. */
struct peer *roster_find(const struct roster *roster, struct slice id);

/* The record for an id that registers: present, ready, without users. NULL if there are too many,
 * or the id is empty. */
struct peer *roster_add(struct roster *roster, struct slice id);
void roster_remove(struct roster *roster, struct peer *peer); /* no longer present */

/* Present workers, in the order in which they came. Start with NULL; NULL at the end. The one at
 * hand may be removed. */
struct peer *roster_next(const struct roster *roster, struct peer *peer);
/* The same for all that ever registered. */
struct peer *roster_next_seen(const struct roster *roster, struct peer *peer);

size_t roster_count(const struct roster *roster);
size_t roster_ready(const struct roster *roster);
size_t roster_active(const struct roster *roster); /* ready, spawning or running */
size_t roster_users(const struct roster *roster);  /* reported */

bool peer_active(const struct peer *peer);
void peer_set_state(struct peer *peer, struct slice reported);
void peer_set_condition(struct peer *peer, const struct message_heartbeat *heartbeat);
const char *peer_state_text(const struct peer *peer);
void peer_set_classes(struct peer *peer, const struct message_classes *classes);
void peer_forget_users(struct peer *peer);
size_t peer_class_users(const struct peer *peer, const char *name);
void peer_set_version(struct peer *peer, const struct message_client_ready *ready);
void peer_set_logs(struct peer *peer, const struct message_logs *logs);

#endif
