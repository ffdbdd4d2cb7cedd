/* SPDX-License-Identifier: MIT */
#include "puppet.h"

#include "check.h"
#include "wire.h"

static void on_message(void *data, struct link_peer from, const void *bytes, size_t length)
{
    struct puppet *puppet = data;
    enum message_direction hears =
        puppet->says == MESSAGE_TO_MASTER ? MESSAGE_TO_WORKER : MESSAGE_TO_MASTER;
    char *copy = arena_strndup(&puppet->arena, bytes, length);
    struct err err = {""};

    CHECK(puppet->count < PUPPET_HEARD_MAX);
    struct message *message = &puppet->heard[puppet->count];

    /* No code under test may send what its peer can't read. */
    message_decode(message, hears, copy, length, &puppet->arena, &err);
    CHECK_STR(err.text, "");
    if (puppet->says == MESSAGE_TO_WORKER) {
        CHECK(from.length < sizeof(puppet->id));
        memcpy(puppet->id, from.id, from.length);
        puppet->id[from.length] = '\0';
    }
    CHECK(slice_is(message->node_id, puppet->id)); /* whichever way it goes */
    snprintf(puppet->from[puppet->count], sizeof(puppet->from[0]), "%s", puppet->id);
    puppet->count++;
}

static void on_session(void *data, bool up)
{
    ((struct puppet *)data)->ups += up;
}

void puppet_listen(struct puppet *puppet, struct loop *loop, int port)
{
    struct link_events events = {.data = puppet, .on_message = on_message};
    struct err err = {""};

    puppet->loop = loop;
    puppet->says = MESSAGE_TO_WORKER;
    puppet->link = link_listen(loop, "127.0.0.1", port, NULL, &events, &err);
    CHECK_STR(err.text, "");
}

void puppet_connect(struct puppet *puppet, struct loop *loop, int port, const char *id)
{
    struct link_events events = {
        .data = puppet, .on_message = on_message, .on_session = on_session};
    struct err err = {""};

    puppet->loop = loop;
    puppet->says = MESSAGE_TO_MASTER;
    snprintf(puppet->id, sizeof(puppet->id), "%s", id);
    puppet->link = link_connect(loop, "127.0.0.1", port, id, NULL, &events, &err);
    CHECK_STR(err.text, "");
}

void puppet_close(struct puppet *puppet)
{
    link_free(puppet->link);
    puppet->link = NULL;
    arena_fini(&puppet->arena);
    puppet->count = 0;
}

void puppet_forget(struct puppet *puppet)
{
    puppet->count = 0;
    arena_reset(&puppet->arena);
}

void puppet_say_bytes(struct puppet *puppet, const void *bytes, size_t length)
{
    struct link_peer to = {.id = puppet->id, .length = strlen(puppet->id)};

    CHECK(link_send(puppet->link, to, bytes, length));
}

void puppet_say(struct puppet *puppet, struct message *message)
{
    struct buf out;

    message->node_id = slice_of(puppet->id);
    buf_init(&out, MESSAGE_MAX_BYTES);
    message_encode(&out, puppet->says, message);
    CHECK(!out.failed);
    puppet_say_bytes(puppet, out.data, out.length);
    buf_fini(&out);
}

void puppet_say_plain(struct puppet *puppet, enum message_type type)
{
    struct message message = {.type = type};

    puppet_say(puppet, &message);
}

void puppet_say_json(struct puppet *puppet, const char *type, const char *data)
{
    struct buf out;

    buf_init(&out, MESSAGE_MAX_BYTES);
    wire_message(&out, type, data);
    puppet_say_bytes(puppet, out.data, out.length);
    buf_fini(&out);
}

size_t puppet_heard(const struct puppet *puppet, enum message_type type)
{
    size_t count = 0;

    for (size_t i = 0; i < puppet->count; i++) {
        count += puppet->heard[i].type == type;
    }
    return count;
}

const struct message *puppet_nth(const struct puppet *puppet, enum message_type type, size_t n)
{
    for (size_t i = 0; i < puppet->count; i++) {
        if (puppet->heard[i].type == type && n-- == 0) {
            return &puppet->heard[i];
        }
    }
    fail_msg("%s: no such %s message", check_row, message_type_name(type));
    return NULL;
}

const struct message *puppet_last(const struct puppet *puppet, enum message_type type)
{
    size_t count = puppet_heard(puppet, type);

    return puppet_nth(puppet, type, count ? count - 1 : 0);
}

static bool is_mark(const struct message *message)
{
    return message->type == MESSAGE_CUSTOM && slice_is(message->type_text, PUPPET_MARK);
}

size_t puppet_marks(const struct puppet *puppet)
{
    size_t count = 0;

    for (size_t i = 0; i < puppet->count; i++) {
        count += is_mark(&puppet->heard[i]);
    }
    return count;
}

const char *puppet_words(const struct puppet *puppet)
{
    static char words[4096];
    size_t used = 0;

    words[0] = '\0';
    for (size_t i = 0; i < puppet->count; i++) {
        enum message_type type = puppet->heard[i].type;

        if (type != MESSAGE_HEARTBEAT && type != MESSAGE_STATS && type != MESSAGE_LOGS &&
            !is_mark(&puppet->heard[i])) {
            used += (size_t)snprintf(words + used,
                                     sizeof(words) - used,
                                     "%s%s",
                                     used > 0 ? " " : "",
                                     message_type_name(type));
            CHECK(used < sizeof(words));
        }
    }
    return words;
}
