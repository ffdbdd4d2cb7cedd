/* SPDX-License-Identifier: MIT */
/*
 * puppet.h - the other side of the wire, for the tests of worker and master: it says what it is
 * told to, and keeps what it hears.
 */
#ifndef UNIT_RUNNER_PUPPET_H
#define UNIT_RUNNER_PUPPET_H

#include "core/loop.h"
#include "proto/message.h"
#include "runner/link.h"

enum { PUPPET_HEARD_MAX = 4096 };

struct puppet {
    struct loop *loop;
    struct link *link;
    enum message_direction says; /* a master's puppet: MESSAGE_TO_WORKER */
    char id[64];                 /* the worker's: its own, or whom a master's puppet speaks to */
    int ups;                     /* sessions of a worker's puppet */
    /* what was heard, oldest first */
    struct message heard[PUPPET_HEARD_MAX];
    char from[PUPPET_HEARD_MAX][64];
    size_t count;
    struct arena arena;
};

/* A master's puppet; port 0 takes a free one. It speaks to whom it last heard. */
void puppet_listen(struct puppet *puppet, struct loop *loop, int port);
/* A worker's; says nothing by itself. */
void puppet_connect(struct puppet *puppet, struct loop *loop, int port, const char *id);
void puppet_close(struct puppet *puppet); /* a zeroed one is fine */
void puppet_forget(struct puppet *puppet);

void puppet_say(struct puppet *puppet, struct message *message);
void puppet_say_plain(struct puppet *puppet, enum message_type type); /* without data */
/* type and data as JSON, see proto's wire.h */
void puppet_say_json(struct puppet *puppet, const char *type, const char *data);
void puppet_say_bytes(struct puppet *puppet, const void *bytes, size_t length);

size_t puppet_heard(const struct puppet *puppet, enum message_type type); /* how many */
/* The nth of the type, from 0; it must be there. */
const struct message *puppet_nth(const struct puppet *puppet, enum message_type type, size_t n);
const struct message *puppet_last(const struct puppet *puppet, enum message_type type);

/* Messages of this type are the tests' own: sent to and fro, they tell that all before arrived. */
#define PUPPET_MARK "mark"
size_t puppet_marks(const struct puppet *puppet);

/* The types that were heard, a blank between them, but for heartbeats, stats, logs and marks. */
const char *puppet_words(const struct puppet *puppet);

#endif
