/* SPDX-License-Identifier: MIT */
/* html_file.c - the report as a file: its name, and writing it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "report/html_private.h"
#include "report/place.h"

enum { NAME_MAX_BYTES = 4096 };

/* Nothing of a profile leads to another folder. */
static void add_profile(struct buf *out, const char *profile)
{
    for (const char *p = profile ? profile : ""; *p; p++) {
        buf_putc(out, *p == '/' || (unsigned char)*p < ' ' ? '-' : *p);
    }
}

/* What stands for a placeholder, appended; its length within the name, or 0. */
static size_t replace(struct buf *out, const char *name, const struct html_options *options,
                      int64_t now_ns)
{
    char moment[HTML_TIME_SIZE];

    if (strncmp(name, "{u}", 3) == 0 && !options->shaped) {
        buf_printf(out, "%u", options->users);
        return 3;
    }
    if (strncmp(name, "{r}", 3) == 0 && !options->shaped) {
        buf_printf(out, "%lld", (long long)options->spawn_rate);
        return 3;
    }
    if (strncmp(name, "{t}", 3) == 0 && options->run_time_ns > 0) {
        buf_printf(out, "%lld", (long long)(options->run_time_ns / NS_PER_S));
        return 3;
    }
    if (strncmp(name, "{ts}", 4) == 0) {
        buf_puts(out, html_time(moment, now_ns, "%Y-%m-%d_%H-%M-%S"));
        return 4;
    }
    if (strncmp(name, "{profile}", 9) == 0) {
        add_profile(out, options->profile);
        return 9;
    }
    return 0;
}

char *html_file_name(const char *name, const struct html_options *options, int64_t now_ns)
{
    struct buf out;

    buf_init(&out, NAME_MAX_BYTES);
    while (*name) {
        size_t length = replace(&out, name, options, now_ns);

        if (length == 0) {
            buf_putc(&out, *name);
            length = 1;
        }
        name += length;
    }
    char *path = mem_strdup(buf_text(&out));

    buf_fini(&out);
    return path;
}

static bool write_all(const char *path, const struct buf *out)
{
    FILE *stream = fopen(path, "we");
    bool written = stream && fwrite(out->data, 1, out->length, stream) == out->length;

    /* Full disks show when the buffer is written. */
    if (stream && fclose(stream) != 0) {
        written = false;
    }
    return written;
}

bool html_write_file(const char *name, const struct snapshot *snapshot,
                     const struct html_options *options, struct err *err)
{
    int64_t moment = snapshot->start_ns > 0 ? snapshot->start_ns : snapshot->now_ns;
    char *path = html_file_name(name, options, moment);
    struct buf out;
    bool written = false;

    buf_init(&out, HTML_MAX);
    html_write(&out, snapshot, options);
    if (!place_make_folders(path, err)) {
        /* said */
    } else if (out.failed) {
        err_set(err,
                "can't write the report %s: it would be larger than %d MB",
                path,
                HTML_MAX / 1024 / 1024);
    } else if (!write_all(path, &out)) {
        err_set(err, "can't write the report %s: %s", path, strerror(errno));
    } else {
        written = true;
    }
    buf_fini(&out);
    free(path);
    return written;
}
