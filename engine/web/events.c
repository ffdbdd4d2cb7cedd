/* SPDX-License-Identifier: MIT */
/*
 * events.c - GET /events: the statistics once a second, as server-sent events.
 *
 * The text is made once for all streams. A stream whose client does not keep up skips seconds: what
 * it gets next is the newest.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "base/ensure.h"
#include "base/memory.h"
#include "web/server_private.h"
#include "web/web_private.h"

enum { STREAMS_MAX = 200, QUIET_S = 15 };

/* Shared by the streams that are sending it. */
struct event {
    size_t users;
    char *text;
    size_t length;
};

struct stream {
    struct list link; /* events.streams */
    struct web *web;
    struct MHD_Connection *connection;
    struct event *event; /* being sent; NULL: none */
    size_t sent;
    bool suspended;
    bool due; /* there is news since the last one it was given */
};

struct events {
    struct list streams;
    size_t count;
    struct event *newest;
};

static void event_drop(struct event *event)
{
    if (event && --event->users == 0) {
        free(event->text);
        free(event);
    }
}

static struct event *event_new(struct buf *text)
{
    struct event *event = mem_new(sizeof(*event));

    event->users = 1;
    event->length = text->length;
    event->text = buf_take(text);
    return event;
}

void events_init(struct web *web)
{
    web->events = mem_new(sizeof(*web->events));
    list_init(&web->events->streams);
}

/* ---- One stream ---- */

static void on_closed(void *data)
{
    struct stream *stream = data;

    list_remove(&stream->link);
    stream->web->events->count--;
    event_drop(stream->event);
    free(stream);
}

static ssize_t on_room(void *data, uint64_t position, char *out, size_t room)
{
    struct stream *stream = data;
    struct events *events = stream->web->events;

    (void)position;
    if (!stream->event && stream->due) {
        stream->event = events->newest;
        stream->event->users++;
        stream->sent = 0;
        stream->due = false;
    }
    if (!stream->event) {
        if (events->newest == NULL && stream->web->closing) {
            return MHD_CONTENT_READER_END_OF_STREAM;
        }
        stream->suspended = true;
        MHD_suspend_connection(stream->connection);
        return 0;
    }
    size_t left = stream->event->length - stream->sent, some = left < room ? left : room;

    memcpy(out, stream->event->text + stream->sent, some);
    stream->sent += some;
    if (stream->sent == stream->event->length) {
        event_drop(stream->event);
        stream->event = NULL;
    }
    return (ssize_t)some;
}

static void wake(struct stream *stream)
{
    stream->due = true;
    if (stream->suspended) {
        stream->suspended = false;
        MHD_resume_connection(stream->connection);
    }
}

/* ---- All of them ---- */

static struct event *make_event(struct web *web, bool first)
{
    struct buf text;

    buf_init(&text, WEB_ANSWER_MAX);
    if (first) {
        buf_puts(&text, "retry: 2000\n");
    }
    buf_puts(&text, "data: ");
    stats_json_write(web, &text); /* has no line breaks */
    buf_puts(&text, "\n\n");
    if (web->ticks % QUIET_S == 0) {
        buf_puts(&text, ": still here\n\n");
    }
    return event_new(&text);
}

void events_send(struct web *web)
{
    struct events *events = web->events;
    struct stream *stream, *after;

    if (events->count == 0) {
        return;
    }
    event_drop(events->newest);
    events->newest = make_event(web, false);
    list_for_each_safe (stream, after, &events->streams, link) {
        wake(stream);
    }
    server_hurry(web->server);
}

void events_fini(struct web *web)
{
    struct events *events = web->events;
    struct stream *stream, *after;

    if (!events) {
        return;
    }
    web->closing = true;
    event_drop(events->newest);
    events->newest = NULL;
    list_for_each_safe (stream, after, &events->streams, link) {
        if (stream->suspended) {
            stream->suspended = false;
            MHD_resume_connection(stream->connection);
        }
        stream->due = false;
    }
}

void events_free(struct web *web)
{
    free(web->events);
}

void events_stream(struct web *web, struct call *call)
{
    struct events *events = web->events;

    if (events->count == STREAMS_MAX) {
        call_refuse(call,
                    MHD_HTTP_SERVICE_UNAVAILABLE,
                    NULL,
                    "there are too many event streams: poll /stats/requests instead");
        return;
    }
    struct stream *stream = mem_new(sizeof(*stream));

    stream->web = web;
    stream->connection = call->connection;
    stream->event = make_event(web, true);
    list_append(&events->streams, &stream->link);
    events->count++;
    struct MHD_Response *response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 64 * 1024, on_room, stream, on_closed);

    ENSURE(response);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "text/event-stream");
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    MHD_add_response_header(response, "X-Accel-Buffering", "no"); /* nginx would hold it back */
    call_own(call, MHD_HTTP_OK, response);
    call_stream(call);
}
