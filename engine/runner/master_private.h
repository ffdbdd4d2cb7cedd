/* SPDX-License-Identifier: MIT */
/*
 * master_private.h - what master.c (the test), master_end.c (its end), master_ramp.c (who runs how
 * many users), master_peers.c (what workers say), master_reports.c (what they measured),
 * master_send.c (what they are told) and master_snapshot.c (what is shown of them) share.
 */
#ifndef RUNNER_MASTER_PRIVATE_H
#define RUNNER_MASTER_PRIVATE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/list.h"
#include "dispatch/spread.h"
#include "proto/message.h"
#include "runner/class_changes.h"
#include "runner/master.h"
#include "runner/monitor.h"
#include "runner/roster.h"
#include "runner/wire_merge.h"

enum { MASTER_UPDATES_MAX = 1000 };

/* A change of a user class. */
struct master_update {
    struct list link; /* master.updates, oldest first */
    char *json;
};

struct master {
    struct runner base;
    struct loop *loop;
    struct stats *stats;
    const struct scenarios *scenarios;
    const struct master_options *options; /* &own_options */
    struct master_options own_options;
    struct runner_events events;
    struct arena order_texts;         /* of the order at hand */
    const char *const *order_classes; /* deal out only these; NULL: all */
    struct class_changes *changes;
    struct list updates; /* master_update.link: what workers that come later are told, too */
    size_t update_count;

    struct link *link;
    struct roster *roster;
    struct wire_merge *merge;
    struct monitor monitor;
    struct loop_timer liveness_timer;

    enum run_state state;
    bool waiting; /* for workers, before the test */
    int64_t wait_start_ns;
    struct loop_timer wait_timer;
    struct course course;
    int64_t start_ns, end_ns;  /* wall */
    bool halting;              /* the workers are to stay */
    int64_t halt_ns, grace_ns; /* when it was said, and how long they may take; both monotonic */
    size_t halt_users;         /* there were then */
    int64_t paused_ns;         /* wall; 0: it is not */
    const char *why_ended;     /* what will be said of the test when it is over */
    bool testing;              /* test_start hooks ran, and test_stop hooks did not */
    struct loop_timer quit_timer;
    bool exit_code_set;
    int exit_code;

    /* The ramp. */
    struct spread *spread; /* NULL: no test */
    double spawn_rate;
    int64_t step_due_ns;
    bool last_step; /* was sent; the reports are awaited */
    bool step_held; /* until the test goes on */
    struct loop_timer step_timer, rebalance_timer, reports_timer;
    const struct value *parsed_options; /* in test_texts */
    struct arena test_texts;

    struct snapshot_memory snapshots;
    struct arena scratch; /* for one message */
    struct buf out;
};

static inline struct master *master_of(struct runner *runner)
{
    return (struct master *)((char *)runner - offsetof(struct master, base));
}

/* ---- master_end.c ---- */

void master_end_init(struct master *master);

/* Sends all workers home; on_ended() is called when they have gone, or had time enough. */
void master_end_test(struct master *master);
void master_check_gone(struct master *master); /* a worker stopped or left, while all are to */

/* The test is over, but the program goes on if the workers are to stay. */
void master_test_over(struct master *master);

/* For struct runner_ops. Grace below 0: the stop timeout. */
void master_stop(struct runner *runner); /* the second time, waits for nobody */
void master_halt_within(struct runner *runner, int64_t grace_ns);

/* ---- master_snapshot.c ---- */

struct snapshot master_snapshot(struct runner *runner);

/* ---- master_order.c ---- */

bool master_order(struct runner *runner, const struct runner_order *order, struct err *err);
bool master_change_class(struct runner *runner, const struct plan_override *change,
                         const char *json, struct err *err);
void master_tell_updates(struct master *master, const struct peer *peer); /* to one that came */
void master_order_free(struct master *master);

bool master_begin(struct master *master, struct err *err); /* with the workers that are there */

/* ---- master_pause.c ---- */

bool master_can_pause(const struct master *master, const struct peer **who_can_not);
bool master_pause(struct runner *runner, bool paused, struct err *err);
/* The worker has said whether it is paused: tells it if that is not what it shall be. */
void master_pause_heard(struct master *master, struct peer *peer, enum flag paused);
/* A test that is paused has nothing for a worker that can't. */
bool master_pause_keeps_out(const struct master *master, const struct peer *peer);

/* ---- master_ramp.c ---- */

/* False with a sentence if no class can be dealt out. */
bool master_ramp_open(struct master *master, struct err *err);
void master_ramp_close(struct master *master);
void master_ramp_to(struct master *master, uint32_t users, double rate, const char *const *classes);

/* A worker comes or goes while a test runs; nothing otherwise. */
void master_ramp_join(struct master *master, struct peer *peer);
void master_ramp_leave(struct master *master, struct peer *peer);
void master_ramp_remind(struct master *master, struct peer *peer); /* sends its part again */
void master_ramp_reported(struct master *master); /* some worker said how many users it runs */
void master_ramp_resume(struct master *master);   /* after a pause, during which it rested */
void master_ramp_init(struct master *master);
void master_ramp_stop_timers(struct master *master);

/* ---- master_peers.c ---- */

void master_take(struct master *master, struct link_peer from, const void *bytes, size_t length);
void master_beat(struct master *master); /* once a second: who is missing */

/* ---- master_reports.c ---- */

void master_take_stats(struct master *master, struct peer *peer,
                       const struct message_stats *report);
void master_take_exception(struct master *master, const struct peer *peer,
                           const struct message_exception *exception);

/* ---- master_send.c ---- */

/* False if it could not be queued. id is the addressee's. */
bool master_send(struct master *master, struct slice id, struct message *message);
/* Grace below 0: as they were told. */
bool master_send_stop(struct master *master, const struct peer *peer, int64_t grace_ns);
bool master_send_pause(struct master *master, const struct peer *peer, bool paused);
bool master_send_plain(struct master *master, const struct peer *peer, enum message_type type);
void master_send_ack(struct master *master, const struct peer *peer);
void master_send_spawn(struct master *master, struct peer *peer, const uint32_t *counts);
void master_send_spawning_complete(struct master *master);
/* To all of them: NULL. */
void master_send_update(struct master *master, const struct peer *peer,
                        const struct value *attributes);
void master_send_files(struct master *master, struct slice id,
                       const struct message_locustfile *request);

/* A scenario's own message, for current_sender_set(), and one for its handlers. */
bool master_send_custom(void *master, const char *type, const char *json, const char *to);
void master_take_custom(struct master *master, const struct peer *peer,
                        const struct message *message);

/* The options that go out with every spawn, in the arena of the test. */
const struct value *master_parsed_options(struct master *master);

#endif
