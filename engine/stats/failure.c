/* SPDX-License-Identifier: MIT */
/* failure.c - failures by method, name and text, and the three ways their text is written. */
#include "stats/failure.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/sha.h>

#define LOGGER "locust.stats"
#include "base/ensure.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/pytext.h"
#include "stats/rations.h"
#include "stats/text.h"
#include "stats/table.h"

#define ADDRESS "object at 0x"
#define CAUGHT "CatchResponseError("

enum { KEY_MAX = STATS_METHOD_MAX + STATS_NAME_MAX + STATS_TEXT_MAX + 3 };

/* Of a worker: as many kinds of failures name it as it likes. */
struct node {
    UT_hash_handle hh; /* failures.nodes */
    char id[];
};

struct row {
    struct failure failure; /* first; its texts point into the key */
    size_t node_capacity;
    UT_hash_handle hh; /* failures.rows */
    char key[];        /* method, name and text, each with its NUL */
};

struct failures {
    size_t max;
    struct row *rows;
    struct row *other; /* also in rows; NULL until something was folded */
    struct node *nodes;
    const struct failure **sorted;
    size_t sorted_capacity;
    struct buf stored;
    enum capture_mode captures;
    size_t captured_kinds, captured_bytes;
    struct rations rations;
    /* scratch: too large for a task's stack */
    char key[KEY_MAX];
    char cut[STATS_TEXT_MAX + 1];
};

struct failures *failures_new(size_t max)
{
    struct failures *failures = mem_new(sizeof(*failures));

    failures->max = max ? max : FAILURES_MAX;
    /* A masked address is at most three times as long as it was. */
    buf_init(&failures->stored, 3 * STATS_TEXT_MAX + 1);
    return failures;
}

static void free_captures(struct failure *failure)
{
    for (size_t i = 0; i < failure->capture_count; i++) {
        free((char *)(uintptr_t)failure->captures[i].url); /* the others follow it */
    }
    free(failure->captures);
}

void failures_clear(struct failures *failures)
{
    struct row *row, *after;
    struct node *node, *later;

    HASH_ITER(hh, failures->rows, row, after)
    {
        HASH_DEL(failures->rows, row);
        free_captures(&row->failure);
        free((void *)(uintptr_t)row->failure.nodes);
        free(row);
    }
    HASH_ITER(hh, failures->nodes, node, later)
    {
        HASH_DEL(failures->nodes, node);
        free(node);
    }
    failures->other = NULL;
    failures->captured_kinds = failures->captured_bytes = 0;
}

void failures_free(struct failures *failures)
{
    if (failures) {
        failures_clear(failures);
        buf_fini(&failures->stored);
        free(failures->sorted);
        free(failures);
    }
}

/* The text as stored: in the caller's memory if nothing needs masking. */
static const char *stored(struct failures *failures, const char *text)
{
    if (!text) {
        return "";
    }
    if (!strstr(text, ADDRESS)) {
        return text;
    }
    text_put(failures->cut, text, STATS_TEXT_MAX);
    buf_clear(&failures->stored);
    failure_stored_text(&failures->stored, failures->cut);
    return buf_text(&failures->stored);
}

static size_t key_put(char *key, const char *method, const char *name, const char *text)
{
    size_t length = text_put(key, method, STATS_METHOD_MAX) + 1;

    length += text_put(key + length, name, STATS_NAME_MAX) + 1;
    return length + text_put(key + length, text, STATS_TEXT_MAX) + 1;
}

static struct row *row_new(struct failures *failures, size_t length)
{
    struct row *row = mem_new(sizeof(*row) + length);

    memcpy(row->key, failures->key, length);
    row->failure.method = row->key;
    row->failure.name = row->key + strlen(row->key) + 1;
    row->failure.text = row->failure.name + strlen(row->failure.name) + 1;
    HASH_ADD_KEYPTR(hh, failures->rows, row->key, length, row);
    return row;
}

static struct row *row_of(struct failures *failures, const char *method, const char *name,
                          const char *text)
{
    size_t length = key_put(failures->key, method, name, stored(failures, text));
    struct row *row;

    HASH_FIND(hh, failures->rows, failures->key, length, row);
    if (row) {
        return row;
    }
    if (HASH_COUNT(failures->rows) < failures->max) {
        return row_new(failures, length);
    }
    if (!failures->other) {
        log_warning("failures: more than %zu different ones, the others are counted as %s",
                    failures->max,
                    FAILURES_OTHER);
        length = key_put(failures->key, "", FAILURES_OTHER, FAILURES_OTHER);
        HASH_FIND(hh, failures->rows, failures->key, length, row);
        failures->other = row ? row : row_new(failures, length);
    }
    return failures->other;
}

static void add(struct failure *failure, uint64_t count, int64_t first_ns, int64_t last_ns)
{
    failure->occurrences += count;
    if (first_ns && (!failure->first_seen_ns || first_ns < failure->first_seen_ns)) {
        failure->first_seen_ns = first_ns;
    }
    if (last_ns > failure->last_seen_ns) {
        failure->last_seen_ns = last_ns;
    }
}

const struct failure *failures_record(struct failures *failures, const char *method,
                                      const char *name, const char *text, int64_t wall_ns)
{
    struct failure *failure = &row_of(failures, method, name, text)->failure;

    add(failure, 1, wall_ns, wall_ns);
    return failure;
}

void failures_keep_captures(struct failures *failures, enum capture_mode mode)
{
    failures->captures = mode;
}

bool failures_keeps_captures(const struct failures *failures)
{
    return failures->captures != CAPTURE_NONE;
}

void failures_renew_rations(struct failures *failures)
{
    failures->rations = (struct rations){.count = 0};
}

/* Of the row that holds it. */
static unsigned hash_of(const struct failure *failure)
{
    return ((const struct row *)failure)->hh.hashv;
}

bool failures_want_capture(const struct failures *failures, const struct failure *failure,
                           int64_t wall_ns)
{
    if (failure->capture_count == CAPTURES_EACH ||
        (!failure->captures && failures->captured_kinds == CAPTURE_KINDS)) {
        return false;
    }
    switch (failures->captures) {
    case CAPTURE_NONE:
        return false;
    case CAPTURE_FIRST:
        return true;
    case CAPTURE_RATIONED:
        break;
    }
    return failures->captured_bytes < CAPTURE_REPORT_BYTES &&
           rations_allow(&failures->rations, hash_of(failure), wall_ns);
}

void failures_capture(struct failures *failures, const struct failure *failure,
                      const struct failure_capture *capture)
{
    const char *const texts[] = {capture->url,
                                 capture->error,
                                 capture->request_headers,
                                 capture->request_body,
                                 capture->response_headers,
                                 capture->body,
                                 capture->worker};
    const char *kept[ARRAY_LEN(texts)];
    size_t bytes = 0;

    if (!failures_want_capture(failures, failure, capture->wall_ns)) {
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        bytes += text_cut(texts[i], CAPTURE_BYTES) + 1;
    }
    char *at = mem_new(bytes);

    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        kept[i] = at;
        at += text_put(at, texts[i], CAPTURE_BYTES) + 1;
    }
    struct failure *row = (struct failure *)(uintptr_t)failure;

    if (!row->captures) {
        row->captures = mem_array(CAPTURES_EACH, sizeof(*row->captures));
        failures->captured_kinds++;
    }
    failures->captured_bytes += bytes;
    if (failures->captures == CAPTURE_RATIONED) {
        rations_take(&failures->rations, hash_of(failure), capture->wall_ns);
    }
    row->captures[row->capture_count++] = (struct failure_capture){
        .wall_ns = capture->wall_ns,
        .status = capture->status,
        .url = kept[0],
        .error = kept[1],
        .request_headers = kept[2],
        .request_body = kept[3],
        .response_headers = kept[4],
        .body = kept[5],
        .worker = kept[6],
    };
}

static const char *node_of(struct failures *failures, const char *id)
{
    struct node *node;

    HASH_FIND_STR(failures->nodes, id, node);
    if (!node) {
        size_t size = strlen(id) + 1;

        node = mem_new(sizeof(*node) + size);
        memcpy(node->id, id, size);
        HASH_ADD_STR(failures->nodes, id, node);
    }
    return node->id;
}

static void add_node(struct failures *failures, struct row *row, const char *id)
{
    const char **nodes = (const char **)(uintptr_t)row->failure.nodes;
    size_t low = 0, high = row->failure.node_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(nodes[middle], id);

        if (order == 0) {
            return;
        }
        low = order < 0 ? middle + 1 : low;
        high = order < 0 ? high : middle;
    }
    if (row->failure.node_count == FAILURE_NODES_MAX) {
        return;
    }
    if (row->failure.node_count == row->node_capacity) {
        row->node_capacity = row->node_capacity ? 2 * row->node_capacity : 4;
        nodes = mem_resize(nodes, row->node_capacity, sizeof(*nodes));
        row->failure.nodes = nodes;
    }
    memmove(nodes + low + 1, nodes + low, (row->failure.node_count - low) * sizeof(*nodes));
    nodes[low] = node_of(failures, id);
    row->failure.node_count++;
}

const struct failure *failures_add(struct failures *failures, const struct failure *report)
{
    struct row *row = row_of(failures, report->method, report->name, report->text);

    add(&row->failure, report->occurrences, report->first_seen_ns, report->last_seen_ns);
    for (size_t i = 0; i < report->node_count; i++) {
        add_node(failures, row, report->nodes[i]);
    }
    return &row->failure;
}

void failures_merge(struct failures *failures, const struct failures *other)
{
    for (const struct row *row = other->rows; row; row = row->hh.next) {
        failures_add(failures, &row->failure);
    }
}

size_t failures_count(const struct failures *failures)
{
    return HASH_COUNT(failures->rows);
}

uint64_t failures_folded(const struct failures *failures)
{
    return failures->other ? failures->other->failure.occurrences : 0;
}

static int compare(const void *left, const void *right)
{
    const struct failure *a = *(const struct failure *const *)left;
    const struct failure *b = *(const struct failure *const *)right;
    int order = strcmp(a->name, b->name);

    order = order ? order : strcmp(a->method, b->method);
    return order ? order : strcmp(a->text, b->text);
}

const struct failure *const *failures_sorted(struct failures *failures)
{
    size_t count = 0;

    if (failures_count(failures) > failures->sorted_capacity || !failures->sorted) {
        failures->sorted_capacity = failures_count(failures) + 16;
        failures->sorted =
            mem_resize(failures->sorted, failures->sorted_capacity, sizeof(*failures->sorted));
    }
    for (const struct row *row = failures->rows; row; row = row->hh.next) {
        failures->sorted[count++] = &row->failure;
    }
    qsort(failures->sorted, count, sizeof(*failures->sorted), compare);
    return failures->sorted;
}

void failure_stored_text(struct buf *out, const char *text)
{
    const char *found = strstr(text, ADDRESS);
    const char *address = found ? found + strlen(ADDRESS) - 2 : NULL;
    const char *end = address ? strchr(address, '>') : NULL;

    if (!end) {
        buf_puts(out, text);
        return;
    }
    /* Python replaces this one address wherever it occurs, and leaves any other. */
    size_t length = (size_t)(end - address);

    while (*text) {
        if (strncmp(text, address, length) == 0) {
            buf_puts(out, "0x....");
            text += length;
        } else {
            buf_putc(out, *text++);
        }
    }
}

void failure_key(const char *method, const char *name, const char *text, char key[FAILURE_KEY_SIZE])
{
    unsigned char digest[SHA256_DIGEST_LENGTH];
    struct buf mask, hashed;

    /* repr() writes at most ten bytes for one. */
    buf_init(&mask, 8 * strlen(text) + 64);
    buf_init(&hashed, strlen(method) + strlen(name) + 80 * strlen(text) + 1024);
    failure_stored_text(&mask, text);
    buf_puts(&hashed, method);
    buf_putc(&hashed, '.');
    buf_puts(&hashed, name);
    buf_putc(&hashed, '.');
    pytext_repr(&hashed, buf_text(&mask));
    SHA256((const unsigned char *)buf_text(&hashed), hashed.length, digest);
    for (size_t i = 0; i < sizeof(digest); i++) {
        key[2 * i] = "0123456789abcdef"[digest[i] >> 4];
        key[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
    }
    key[FAILURE_KEY_SIZE - 1] = '\0';
    buf_fini(&mask);
    buf_fini(&hashed);
}

void failure_display(struct buf *out, const struct failure *failure)
{
    const char *text = failure->text;
    size_t length = strlen(text);

    if (strncmp(text, CAUGHT, strlen(CAUGHT)) == 0 && text[length - 1] == ')') {
        text += strlen(CAUGHT);
        length -= strlen(CAUGHT) + 1;
    }
    buf_printf(out, "%s %s: ", failure->method, failure->name);
    buf_add(out, text, length);
}
