/* SPDX-License-Identifier: MIT */
#define LOGGER "locust.main"
#include "runner/download.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/filename.h"
#include "base/log.h"
#include "base/memory.h"
#include "core/loop.h"
#include "proto/message.h"
#include "runner/identity.h"

enum { TRIES = 300 };
static const int64_t interval_ns = NS_PER_S;

struct request {
    struct loop *loop;
    struct link *link;
    struct loop_timer timer;
    char *identity;
    int tries;
    bool session, answered, good;
    struct download *download;
    struct err *err;
};

/* ---- The answer ---- */

static bool write_file(const char *path, struct slice contents, struct err *err)
{
    FILE *file = fopen(path, "we");
    bool written = file && fwrite(contents.bytes, 1, contents.length, file) == contents.length;

    if (file && fclose(file) != 0) {
        written = false;
    }
    return written || err_set(err, "can't write %s: %s", path, strerror(errno));
}

static bool write_module(const char *path, struct slice text, struct err *err)
{
    struct buf bytes;
    bool written;

    buf_init(&bytes, LINK_MESSAGE_MAX);
    if (base64_decode(&bytes, text.bytes, text.length) && !bytes.failed) {
        struct slice contents = {.bytes = buf_text(&bytes), .length = bytes.length};

        written = write_file(path, contents, err);
    } else {
        written = err_set(err, "the master's module %s came in an unknown form", path);
    }
    buf_fini(&bytes);
    return written;
}

static bool keep_file(struct download *download, size_t nth, const struct message_file *file,
                      struct err *err)
{
    struct slice name = file->filename;

    if (!file->contents.bytes || !name.bytes) {
        return err_set(err,
                       "the master names a scenario at a URL, which is not fetched: give this "
                       "worker -f itself");
    }
    if (filename_ends(name.bytes, name.length, ".py")) {
        return err_set(err,
                       "the master's test is the Python file %.*s, which cicada can't run: start "
                       "this worker with -f and the scenario in C, or without -f for the built-in "
                       "classes JSONPlaceholderUser, HTTPBinUser and CustomUser",
                       (int)name.length,
                       name.bytes);
    }
    bool module = filename_ends(name.bytes, name.length, ".so" DOWNLOAD_ENCODED);

    if (!(module || filename_ends(name.bytes, name.length, ".c")) ||
        memchr(name.bytes, '/', name.length) || memchr(name.bytes, '\0', name.length)) {
        return err_set(err,
                       "the master's file \"%.*s\" is neither a C scenario nor a module",
                       (int)name.length,
                       name.bytes);
    }
    if (module) {
        name.length -= strlen(DOWNLOAD_ENCODED);
    }
    download->paths[nth] = mem_printf("%s/%.*s", download->folder, (int)name.length, name.bytes);
    return module ? write_module(download->paths[nth], file->contents, err)
                  : write_file(download->paths[nth], file->contents, err);
}

static bool keep_files(struct download *download, const struct message_locustfile *answer,
                       struct err *err)
{
    const char *tmp = getenv("TMPDIR");

    if (answer->error.bytes) {
        return err_set(err,
                       "the master gives no scenario: %.*s",
                       (int)answer->error.length,
                       answer->error.bytes);
    }
    if (answer->file_count == 0) {
        return err_set(err, "the master gives no scenario");
    }
    download->folder = mem_printf("%s/cicada-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    if (!mkdtemp(download->folder)) {
        err_set(err, "can't make a folder (%s): %s", download->folder, strerror(errno));
        free(download->folder);
        download->folder = NULL;
        return false;
    }
    download->paths = mem_array(answer->file_count + 1, sizeof(*download->paths));
    for (size_t i = 0; i < answer->file_count; i++) {
        if (!keep_file(download, i, &answer->files[i], err)) {
            return false;
        }
    }
    return true;
}

static void on_message(void *data, struct link_peer from, const void *bytes, size_t length)
{
    struct request *request = data;
    struct message message;
    struct arena arena = {0};

    (void)from;
    if (request->answered) {
        return;
    }
    request->answered = true;
    request->good =
        message_decode(&message, MESSAGE_TO_WORKER, bytes, length, &arena, request->err) &&
        (message.type == MESSAGE_LOCUSTFILE ||
         err_set(request->err,
                 "the master answered the request for its scenario with something "
                 "else")) &&
        keep_files(request->download, &message.locustfile, request->err);
    arena_fini(&arena);
    loop_break(request->loop);
}

/* ---- Asking ---- */

static void ask(struct request *request)
{
    static const struct link_peer master = {0};
    struct message message = {
        .type = MESSAGE_LOCUSTFILE,
        .node_id = slice_of(request->identity),
        .locustfile.version = slice_of(LOCUST_COMPAT_VERSION),
    };
    struct buf out;

    buf_init(&out, LINK_MESSAGE_MAX);
    message_encode(&out, MESSAGE_TO_MASTER, &message);
    link_send(request->link, master, out.data, out.length);
    buf_fini(&out);
}

static void on_session(void *data, bool up)
{
    struct request *request = data;

    request->session = up;
    if (up) {
        ask(request);
    }
}

static void on_timer(struct loop_timer *timer)
{
    struct request *request = timer->data;

    if (++request->tries >= TRIES) {
        err_set(request->err, "no answer from the master to the request for its scenario");
        loop_break(request->loop);
    } else if (request->session) {
        ask(request);
    }
}

bool download_scenario(struct download *download, const char *host, int port,
                       const struct link_curve *curve, struct err *err)
{
    struct request request = {.loop = loop_new(), .download = download, .err = err};
    struct link_events events = {
        .data = &request, .on_message = on_message, .on_session = on_session};

    *download = (struct download){0};
    request.identity = identity_new("download_locustfile_");
    request.link = link_connect(request.loop, host, port, request.identity, curve, &events, err);
    if (request.link) {
        log_info("asking the master at %s:%d for its scenario", host, port);
        loop_timer_init(&request.timer, request.loop, on_timer, &request);
        loop_timer_repeat(&request.timer, interval_ns);
        loop_run(request.loop);
        loop_timer_stop(&request.timer);
    }
    link_free(request.link);
    loop_free(request.loop);
    free(request.identity);
    return request.good;
}

void download_fini(struct download *download)
{
    for (char **path = download->paths; path && *path; path++) {
        unlink(*path);
        free(*path);
    }
    free(download->paths);
    if (download->folder) {
        rmdir(download->folder);
        free(download->folder);
    }
    *download = (struct download){0};
}
