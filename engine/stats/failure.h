/* SPDX-License-Identifier: MIT */
/*
 * failure.h - failed requests grouped by (method, name, text).
 *
 * Times are wall-clock nanoseconds since the Unix epoch. The text is stored as Locust stores it:
 * the hex address of "object at 0x7f..." is masked, so that equal failures of different objects
 * group. Texts are cut at 4,096 bytes, names at 1,024. At most max distinct failures are kept;
 * the others count in one row named FAILURES_OTHER.
 *
 * Rows are owned by the table and live until failures_clear().
 */
#ifndef STATS_FAILURE_H
#define STATS_FAILURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define FAILURES_OTHER "(other failures)"

enum {
    FAILURES_MAX = 1000,
    FAILURE_KEY_SIZE = 65,
    FAILURE_NODES_MAX = 1000,
    CAPTURES_EACH = 5, /* of a kind, the first ones */
    CAPTURE_KINDS = 200,
    CAPTURE_BYTES = 4096,             /* of each text */
    CAPTURE_REPORT_BYTES = 32 * 1024, /* and then no more of one report */
};

/* One failed request, whose secrets are masked. Texts are never NULL. */
struct failure_capture {
    int64_t wall_ns;
    int status; /* 0: no response */
    const char *url, *error, *request_headers, *request_body, *response_headers, *body;
    const char *worker; /* that reported it; "": this process */
};

struct failure {
    const char *method, *name, *text;
    uint64_t occurrences;
    int64_t first_seen_ns, last_seen_ns; /* 0: not known */
    const char *const *nodes; /* workers' ids, sorted, the first FAILURE_NODES_MAX; NULL: none */
    size_t node_count;
    struct failure_capture *captures; /* the table's; NULL: none */
    size_t capture_count;
};

struct failures; /* opaque */

struct failures *failures_new(size_t max); /* owned by the caller; 0: FAILURES_MAX */
void failures_free(struct failures *failures);
void failures_clear(struct failures *failures);

/* Nothing is allocated for a failure that is in the table. Returns its row. */
const struct failure *failures_record(struct failures *failures, const char *method,
                                      const char *name, const char *text, int64_t wall_ns);

/* CAPTURE_RATIONED: what is kept goes out with the next report and is cleared then; see rations.h.
 */
enum capture_mode { CAPTURE_NONE, CAPTURE_FIRST, CAPTURE_RATIONED };

/* Which captures are kept from now on; at first none are. */
void failures_keep_captures(struct failures *failures, enum capture_mode mode);
bool failures_keeps_captures(const struct failures *failures);
/* Another test begins. */
void failures_renew_rations(struct failures *failures);
/* Whether one more of this row is kept. */
bool failures_want_capture(const struct failures *failures, const struct failure *failure,
                           int64_t wall_ns);
/* Keeps a copy with the row, cut to size, if it is wanted. */
void failures_capture(struct failures *failures, const struct failure *failure,
                      const struct failure_capture *capture);

/* Adds a row of a report, and where it came from; times of 0 are unknown and leave ours alone.
 * Returns our row. */
const struct failure *failures_add(struct failures *failures, const struct failure *report);
void failures_merge(struct failures *failures, const struct failures *other);

size_t failures_count(const struct failures *failures);    /* rows, the overflow row included */
uint64_t failures_folded(const struct failures *failures); /* occurrences in the overflow row */

/* Rows sorted by (name, method, text), failures_count() of them; borrowed until the next call that
 * changes the table. */
const struct failure *const *failures_sorted(struct failures *failures);

/* Lower-case hex SHA-256 of method.name.repr(stored text), the wire's key. */
void failure_key(const char *method, const char *name, const char *text,
                 char key[FAILURE_KEY_SIZE]);

/* Appends the text as it is stored: with the address masked. */
void failure_stored_text(struct buf *out, const char *text);

/* Appends the console's form: "METHOD name: text", CatchResponseError( ... ) stripped. */
void failure_display(struct buf *out, const struct failure *failure);

#endif
