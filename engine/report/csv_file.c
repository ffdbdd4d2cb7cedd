/* SPDX-License-Identifier: MIT */
#define LOGGER "locust.stats"
#include "report/csv_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/pytext.h"
#include "report/utf8.h"

enum { ROWS_MAX = 1024 * 1024 * 1024 };

/* ---- Fields ---------------------------------------------------------------------------------- */

/* Every field is followed by a comma; csv_end() turns the last one into the end of the row. */
void csv_text(struct buf *rows, const char *text)
{
    bool quoted = strpbrk(text, ",\"\r\n") != NULL;

    if (!quoted) {
        utf8_add(rows, text);
        buf_putc(rows, ',');
        return;
    }
    struct buf clean;

    buf_init(&clean, ROWS_MAX);
    utf8_add(&clean, text);
    buf_putc(rows, '"');
    for (const char *c = buf_text(&clean); *c; c++) {
        if (*c == '"') {
            buf_putc(rows, '"');
        }
        buf_putc(rows, *c);
    }
    buf_puts(rows, "\",");
    buf_fini(&clean);
}

void csv_count(struct buf *rows, uint64_t count)
{
    buf_printf(rows, "%llu,", (unsigned long long)count);
}

void csv_float(struct buf *rows, double value)
{
    pytext_float(rows, value);
    buf_putc(rows, ',');
}

void csv_number(struct buf *rows, double value)
{
    if (value >= 0 && value < 1e15 && value == (double)(uint64_t)value) {
        csv_count(rows, (uint64_t)value);
    } else {
        csv_float(rows, value);
    }
}

void csv_end(struct buf *rows)
{
    if (rows->length > 0 && !rows->failed) {
        rows->data[rows->length - 1] = '\r';
        buf_putc(rows, '\n');
    }
}

/* ---- Files ----------------------------------------------------------------------------------- */

static bool write_all(struct csv_file *file, uint64_t at)
{
    const char *bytes = buf_text(&file->rows);
    size_t left = file->rows.length;

    if (file->rows.failed) {
        errno = ENOMEM;
        return false;
    }
    while (left > 0) {
        ssize_t written = pwrite(file->fd, bytes, left, (off_t)at);

        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return false;
        }
        bytes += written;
        left -= (size_t)written;
        at += (uint64_t)written;
    }
    return true;
}

static void complain(struct csv_file *file)
{
    if (!file->logged) {
        log_error("can't write %s: %s", file->path, strerror(errno));
        file->logged = true;
    }
}

/* Devices can't be cut and need not be. */
static bool cut(const struct csv_file *file, uint64_t length)
{
    return ftruncate(file->fd, (off_t)length) == 0 || errno == EINVAL;
}

/* Puts the rows at a place; what lies behind is cut off. */
static bool put(struct csv_file *file, uint64_t at)
{
    uint64_t end = at + file->rows.length;
    bool written = write_all(file, at) && cut(file, end);

    if (!written) {
        complain(file);
    }
    buf_clear(&file->rows);
    file->end = written ? end : file->end;
    return written;
}

static bool fail(struct csv_file *file, struct err *err)
{
    err_set(err, "can't write %s: %s", file->path, strerror(errno));
    file->logged = true;
    csv_file_close(file);
    return false;
}

bool csv_file_open(struct csv_file *file, const char *prefix, const char *name,
                   const char *const *columns, struct err *err)
{
    *file = (struct csv_file){.path = mem_printf("%s_%s.csv", prefix, name)};
    buf_init(&file->rows, ROWS_MAX);
    file->fd = open(file->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file->fd < 0) {
        return fail(file, err);
    }
    for (size_t i = 0; columns[i]; i++) {
        csv_text(&file->rows, columns[i]);
    }
    csv_end(&file->rows);
    if (!write_all(file, 0)) {
        return fail(file, err);
    }
    file->header = file->end = file->rows.length;
    buf_clear(&file->rows);
    return true;
}

void csv_file_rewrite(struct csv_file *file)
{
    file->incomplete = !put(file, file->header);
}

void csv_file_append(struct csv_file *file)
{
    uint64_t before = file->end;

    if (!put(file, before)) {
        file->incomplete = true;
        cut(file, before); /* no half rows */
    }
}

bool csv_file_close(struct csv_file *file)
{
    if (!file->path) {
        return true;
    }
    /* Where fsync() makes no sense it says EINVAL. */
    if (file->fd >= 0 && fsync(file->fd) != 0 && errno != EINVAL && errno != EROFS) {
        complain(file);
        file->incomplete = true;
    }
    if (file->fd >= 0 && close(file->fd) != 0) {
        complain(file);
        file->incomplete = true;
    }
    bool complete = !file->incomplete;

    buf_fini(&file->rows);
    free(file->path);
    *file = (struct csv_file){0};
    return complete;
}
