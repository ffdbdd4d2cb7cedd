/* SPDX-License-Identifier: MIT */
/*
 * message_stats.h - a worker's report: what happened since its last one.
 */
#ifndef PROTO_MESSAGE_STATS_H
#define PROTO_MESSAGE_STATS_H

#include "proto/value.h"

/* response_times: key is rounded ms; the per-second maps: key is a Unix second. Older Pythons send
 * float keys. */
struct message_count {
    struct number key;
    int64_t count;
};

struct message_counts {
    struct message_count *items;
    size_t count;
};

struct message_entry {
    struct slice name, method; /* the method may be no text: an idle 2.12.1 total */
    struct number last_request_timestamp, start_time;                            /* seconds */
    struct number total_response_time, max_response_time, min_response_time;     /* ms */
    int64_t num_requests, num_none_requests, num_failures, total_content_length; /* bytes */
    struct message_counts response_times, num_reqs_per_sec, num_fail_per_sec;
    struct slice hdr;     /* proto/hdr.h; no text: not sent */
    struct slice phases;  /* proto/steps.h; no text: not sent */
    struct number max_at; /* seconds: when the longest one ended; nil: not sent */
};

struct message_error {
    struct slice key; /* of the map: a hash of the other three */
    struct slice name, method, error;
    int64_t occurrences;
    struct number first_seen, last_seen; /* seconds; nil: not sent (before 2.44) */
    const struct value *samples;         /* ours: what failed, an array of maps; NULL: not sent */
};

/* One class and its number of users. */
struct message_class {
    struct slice name;
    int64_t users;
};

struct message_classes {
    bool present; /* false: the key is nil or missing */
    struct message_class *items;
    size_t count;
};

struct message_stats {
    struct message_entry *entries;
    size_t entry_count;
    struct message_entry total;
    struct message_error *errors;
    size_t error_count;
    struct message_classes classes;
    int64_t user_count;        /* -1: not sent */
    const struct value *tasks; /* ours: a map, path -> starts; NULL: not sent */
    /* Further keys, as a script's report_to_master hook adds them. Written only; a reader that
     * wants them takes message_data(). NULL: none. */
    const struct value *extra;
};

#endif
