/* SPDX-License-Identifier: MIT */
/*
 * message.h - the messages between master and worker, as structs <-> bytes. Their meaning and the
 * evidence for every field stand in PROTOCOL.md.
 *
 * A decoder believes no length before it has checked it against the bytes that are left, and caps
 * depth and sizes; what it accepts may still make no sense, which is the runner's to judge. Texts
 * of a decoded message are borrowed from the bytes, the rest is in the arena, so both must outlive
 * the message.
 */
#ifndef PROTO_MESSAGE_H
#define PROTO_MESSAGE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "proto/message_stats.h"
#include "proto/value.h"

enum message_type {
    MESSAGE_CUSTOM, /* registered by a test script; or a type that nobody knows */
    /* either way */
    MESSAGE_QUIT,
    MESSAGE_LOCUSTFILE, /* W>M a request, M>W the answer */
    MESSAGE_HEARTBEAT,  /* W>M with data, M>W the empty answer */
    MESSAGE_SPAWNING_COMPLETE,
    /* W>M */
    MESSAGE_CLIENT_READY,
    MESSAGE_STATS,
    MESSAGE_SPAWNING,
    MESSAGE_CLIENT_STOPPED,
    MESSAGE_EXCEPTION,
    MESSAGE_LOGS,
    /* M>W */
    MESSAGE_ACK,
    MESSAGE_SPAWN,
    MESSAGE_STOP,
    MESSAGE_RECONNECT,
    MESSAGE_UPDATE_USER_CLASS,
    MESSAGE_PAUSE,
};

/* A longer body is refused unread; a shorter one that would take more memory than this, decoded,
 * is refused before it takes any. */
enum { MESSAGE_MAX_BYTES = 16 << 20, MESSAGE_MAX_MEMORY = 64 << 20 };

enum message_direction { MESSAGE_TO_MASTER, MESSAGE_TO_WORKER };

/* A worker's version. Locust's master refuses nil, "" and 0; ours takes the empty text. */
struct message_client_ready {
    enum { VERSION_TEXT, VERSION_ANY /* -1 */, VERSION_NONE /* nil, false, 0 */ } kind;
    struct slice version; /* VERSION_TEXT */
};

struct message_ack {
    int64_t index; /* -1: a master older than 2.11 */
    /* What "caps" holds: the master reads exact histograms, details, samples of failures. */
    bool hdr, detail, samples;
};

struct message_heartbeat {
    struct slice state;
    double cpu_percent;
    int64_t memory_bytes; /* -1: the worker does not say */
    /* Ours, for a master that reads details; nil: not sent. The lag over the last ten seconds. */
    struct number lag_p99_ms, connections, ports_used, ports_limit;
    struct number waiting, oldest_wait; /* users with a request under way; seconds */
    enum flag paused;                   /* ours: said by a worker that can pause */
};

struct message_spawn {
    double timestamp; /* Unix seconds; always written as float64 */
    struct message_classes classes;
    struct slice host;                  /* no text: each class has its own */
    double stop_timeout;                /* seconds; nil is 0 */
    bool stop_timeout_whole;            /* written as an integer, as Locust 2.12 does */
    const struct value *parsed_options; /* a map; NULL is written as an empty one */
    enum flag paused;                   /* ours: the test is */
};

struct message_stop {
    struct number timeout; /* ours: seconds for tasks under way, in place of spawn's; nil: unsaid */
};

struct message_pause {
    enum flag paused; /* FLAG_NO: go on; unsaid: it makes no sense */
};

struct message_spawning_complete {
    struct message_classes classes; /* W>M only: a master must never send them */
    int64_t user_count;             /* boomer's "count" is read too; -1: neither */
};

struct message_exception {
    struct slice message, traceback;
};

struct message_logs {
    struct slice worker_id;
    struct slice *lines;
    size_t count;
};

/* A file as text, or where to get it. */
struct message_file {
    struct slice filename, contents;
    struct slice url; /* then the other two are no texts */
};

struct message_locustfile {
    struct slice version; /* W>M; no text: the request had none */
    /* M>W: an error, or files. */
    struct slice error;
    struct message_file *files;
    size_t file_count;
    /* M>W: one file as a "filename"/"contents" pair at top level, which 2.23-2.30 read. To be set
     * for them; it stands beside the list, and only if there is exactly one file with a text. */
    bool pair;
};

struct message_update_user_class {
    struct slice name;
    const struct value *attributes; /* the map as it came, user_class_name included */
};

struct message {
    enum message_type type;
    struct slice type_text; /* MESSAGE_CUSTOM: its name */
    struct slice node_id;   /* the worker's, whichever way the message goes */
    union {
        struct message_client_ready client_ready;
        struct message_ack ack;
        struct message_heartbeat heartbeat; /* W>M */
        struct message_stats stats;
        struct message_spawn spawn;
        struct message_stop stop;
        struct message_pause pause;
        struct message_spawning_complete spawning_complete;
        struct message_exception exception;
        struct message_logs logs;
        struct message_locustfile locustfile;
        struct message_update_user_class update_user_class;
        const struct value *custom; /* NULL is written as nil */
    };
};

/*
 * False with a sentence that says what is wrong where ("stats: entry 3: num_requests is no
 * number"). *message is then as far as it was read; type_text, when not NULL bytes, is the type.
 */
bool message_decode(struct message *message, enum message_direction direction, const void *bytes,
                    size_t length, struct arena *arena, struct err *err);

/* Appends the bytes; a body beyond out's maximum shows as out->failed. Keys stand in Locust's
 * order, numbers in its forms, so that the golden messages come out byte by byte. */
void message_encode(struct buf *out, enum message_direction direction,
                    const struct message *message);

/* The data of a message as it came, whatever its type; NULL if the message makes no sense. */
const struct value *message_data(const void *bytes, size_t length, struct arena *arena);

const char *message_type_name(enum message_type type); /* of MESSAGE_CUSTOM: "custom" */

#endif
