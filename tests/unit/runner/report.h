/* SPDX-License-Identifier: MIT */
/*
 * report.h - statistics sent and received without a socket, for the tests of wire_stats and
 * wire_merge.
 */
#ifndef UNIT_RUNNER_REPORT_H
#define UNIT_RUNNER_REPORT_H

#include "check.h"
#include "proto/message.h"
#include "runner/wire_merge.h"
#include "runner/wire_stats.h"

/* The statistics as a worker would send them and a master would read them. */
static inline struct message report_sent(struct stats *stats, bool hdr, struct arena *arena)
{
    struct message message = {.type = MESSAGE_STATS, .node_id = slice_of("host_1")}, read;
    struct err err = {""};
    struct buf out;

    wire_stats_fill(&message.stats, stats, (struct wire_wants){.hdr = hdr, .detail = hdr}, arena);
    message.stats.classes.present = true;
    buf_init(&out, MESSAGE_MAX_BYTES);
    message_encode(&out, MESSAGE_TO_MASTER, &message);
    CHECK(!out.failed);
    char *bytes = arena_strndup(arena, buf_text(&out), out.length);
    size_t length = out.length;

    buf_fini(&out);
    message_decode(&read, MESSAGE_TO_MASTER, bytes, length, arena, &err);
    CHECK_STR(err.text, "");
    CHECK_EQ(read.type, MESSAGE_STATS);
    return read;
}

static inline void report_merge(struct stats *into, const struct message *message, int64_t ahead_ns,
                                struct arena *arena)
{
    struct wire_merge *merge = wire_merge_new();
    struct err err;

    wire_merge_stats(merge, into, &message->stats, "host_1", ahead_ns, arena, &err);
    wire_merge_free(merge);
}

#endif
