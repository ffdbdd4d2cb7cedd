/* SPDX-License-Identifier: MIT */
#include "sim/evidence.h"

#include <string.h>

#include "sim/current.h"
#include "sim/mask.h"
#include "sim/sim_private.h"

enum {
    RAW_MAX = 16384, /* bytes of a text that are looked at */
    MASKED_MAX = 4 * RAW_MAX,
};

/* Values that are secret wherever they stand: of options declared so, and the user's password. */
static void mask_values(struct buf *text, const struct outcome *outcome)
{
    const struct scenarios *scenarios = outcome->user->sim->scenarios;

    for (size_t i = 0; i <= scenarios->count; i++) {
        const struct scenario_option *option =
            i < scenarios->count ? scenarios->items[i].scenario->options : NULL;

        do {
            struct buf masked;
            const char *value = i == scenarios->count ? outcome->exchange.auth_password
                                : option && option->name && option->secret
                                    ? current_option(option->name)
                                    : NULL;

            if (value) {
                buf_init(&masked, MASKED_MAX);
                mask_value(&masked, buf_text(text), text->length, value);
                buf_fini(text);
                *text = masked;
            }
        } while (option && option->name && (++option)->name);
    }
}

typedef void mask_fn(struct buf *out, const char *text, size_t length);

static void put(struct buf *out, const struct outcome *outcome, const char *bytes, size_t length,
                mask_fn *mask)
{
    struct buf raw;

    buf_init(&raw, MASKED_MAX);
    buf_add(&raw, bytes, length < RAW_MAX ? length : RAW_MAX);
    mask_values(&raw, outcome);
    buf_init(out, MASKED_MAX);
    mask(out, buf_text(&raw), raw.length);
    buf_fini(&raw);
}

static void put_text(struct buf *out, const struct outcome *outcome, const char *text)
{
    put(out, outcome, text, strlen(text), mask_text);
}

static void put_sent_headers(struct buf *out, const struct outcome *outcome)
{
    struct buf lines;

    buf_init(&lines, MASKED_MAX);
    for (const char *const *line = outcome->exchange.headers; line && *line; line++) {
        buf_puts(&lines, *line);
        buf_putc(&lines, '\n');
    }
    if (outcome->exchange.auth_name) {
        buf_puts(&lines, "Authorization: " MASK "\n");
    }
    put(out, outcome, buf_text(&lines), lines.length, mask_headers);
    buf_fini(&lines);
}

void evidence_keep(const struct outcome *outcome, const struct failure *kind, const char *error,
                   int64_t wall_ns)
{
    struct failures *failures = stats_failures(outcome->user->sim->stats);
    const struct exchange *exchange = &outcome->exchange;
    struct buf url, text, sent, asked, received, body;

    if (!failures_want_capture(failures, kind, wall_ns)) {
        return;
    }
    put_text(&url, outcome, outcome->response.url ? outcome->response.url : "");
    put_text(&text, outcome, error);
    put_sent_headers(&sent, outcome);
    put(&asked,
        outcome,
        exchange->body ? exchange->body : "",
        exchange->body ? exchange->body_bytes : 0,
        mask_text);
    put(&received,
        outcome,
        buf_text(&exchange->answer_headers),
        exchange->answer_headers.length,
        mask_headers);
    put(&body, outcome, buf_text(&exchange->answer_body), exchange->answer_body.length, mask_text);
    failures_capture(failures,
                     kind,
                     &(struct failure_capture){
                         .wall_ns = wall_ns,
                         .status = outcome->response.status,
                         .url = buf_text(&url),
                         .error = buf_text(&text),
                         .request_headers = buf_text(&sent),
                         .request_body = buf_text(&asked),
                         .response_headers = buf_text(&received),
                         .body = buf_text(&body),
                     });
    buf_fini(&url);
    buf_fini(&text);
    buf_fini(&sent);
    buf_fini(&asked);
    buf_fini(&received);
    buf_fini(&body);
}
