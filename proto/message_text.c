/* SPDX-License-Identifier: MIT */
/* message_text.c - what is text for people and compilers: exceptions, log lines, test files. */
#include "base/ensure.h"
#include "proto/field.h"
#include "proto/message_parts.h"
#include "proto/writer.h"

/* ---- exception ------------------------------------------------------------------------------- */

static const struct field exception_fields[] = {
    FIELD(TEXT, "msg", FIELD_REQUIRED, message_exception, message),
    FIELD(TEXT, "traceback", FIELD_REQUIRED, message_exception, traceback),
};

void data_read_exception(struct reader *reader, struct message *message)
{
    fields_read(
        reader, "the data", exception_fields, ARRAY_LEN(exception_fields), &message->exception);
}

void data_write_exception(struct buf *out, const struct message *message)
{
    fields_write(out, exception_fields, ARRAY_LEN(exception_fields), &message->exception);
}

/* ---- logs ------------------------------------------------------------------------------------ */

static void read_lines(struct reader *reader, void *part, const char *what)
{
    struct message_logs *logs = part;

    logs->count = reader_array(reader, what);
    logs->lines = reader_room(reader, &logs->count, sizeof(*logs->lines));
    for (size_t i = 0; i < logs->count && !reader->failed; i++) {
        logs->lines[i] = reader_text(reader, "a line");
    }
}

static void write_lines(struct buf *out, const void *part)
{
    const struct message_logs *logs = part;

    writer_array(out, logs->count);
    for (size_t i = 0; i < logs->count; i++) {
        writer_text(out, logs->lines[i]);
    }
}

static const struct field logs_fields[] = {
    FIELD(TEXT, "worker_id", FIELD_REQUIRED, message_logs, worker_id),
    /* An array is two members: its functions get the whole. */
    {
        .key = "logs",
        .kind = FIELD_PART,
        .flags = FIELD_REQUIRED,
        .read = read_lines,
        .write = write_lines,
    },
};

void data_read_logs(struct reader *reader, struct message *message)
{
    fields_read(reader, "the data", logs_fields, ARRAY_LEN(logs_fields), &message->logs);
}

void data_write_logs(struct buf *out, const struct message *message)
{
    fields_write(out, logs_fields, ARRAY_LEN(logs_fields), &message->logs);
}

/* ---- locustfile ------------------------------------------------------------------------------ */

static const struct field request_fields[] = {
    FIELD(TEXT, "version", FIELD_OPTIONAL, message_locustfile, version),
};

void data_read_file_request(struct reader *reader, struct message *message)
{
    fields_read(
        reader, "the data", request_fields, ARRAY_LEN(request_fields), &message->locustfile);
}

void data_write_file_request(struct buf *out, const struct message *message)
{
    fields_write(out, request_fields, ARRAY_LEN(request_fields), &message->locustfile);
}

static const struct field file_fields[] = {
    FIELD(TEXT, "filename", FIELD_REQUIRED, message_file, filename),
    FIELD(TEXT, "contents", FIELD_REQUIRED, message_file, contents),
};

static void read_list(struct reader *reader, void *part, const char *what)
{
    struct message_locustfile *answer = part;

    answer->file_count = reader_array(reader, what);
    answer->files = reader_room(reader, &answer->file_count, sizeof(*answer->files));
    for (size_t i = 0; i < answer->file_count && !reader->failed; i++) {
        struct message_file *file = &answer->files[i];

        if (reader_kind(reader) == VALUE_MAP) {
            fields_read(reader, "it", file_fields, ARRAY_LEN(file_fields), file);
        } else {
            file->url = reader_text(reader, "it");
        }
        if (reader->failed) {
            err_prefix(reader->err, "file %zu", i);
        }
    }
}

/* The answer as it lies on the wire, where the pair is beside the list or in its place. */
struct answer {
    struct message_locustfile locustfile;
    struct message_file pair;
    bool has_list;
};

static void read_answer_list(struct reader *reader, void *part, const char *what)
{
    struct answer *answer = part;

    answer->has_list = true;
    read_list(reader, &answer->locustfile, what);
}

static const struct field answer_fields[] = {
    {.key = "locustfiles", .kind = FIELD_PART, .read = read_answer_list},
    FIELD(TEXT, "error", 0, answer, locustfile.error),
    FIELD(TEXT, "filename", 0, answer, pair.filename),
    FIELD(TEXT, "contents", 0, answer, pair.contents),
};

static bool has_text(const struct message_file *file)
{
    return !file->url.bytes && file->filename.bytes && file->contents.bytes;
}

void data_read_files(struct reader *reader, struct message *message)
{
    struct answer answer = {.has_list = false};
    struct message_locustfile *files = &answer.locustfile;

    fields_read(reader, "the data", answer_fields, ARRAY_LEN(answer_fields), &answer);
    if (has_text(&answer.pair) && !answer.has_list) {
        files->file_count = 1;
        files->files = reader_room(reader, &files->file_count, sizeof(*files->files));
        if (files->files) {
            files->files[0] = answer.pair;
        }
    } else if (!answer.has_list && !files->error.bytes) {
        reader_fail(reader, "there is neither a file nor an error");
    }
    files->pair =
        has_text(&answer.pair) && files->files && files->file_count == 1 && has_text(files->files);
    message->locustfile = *files;
}

static void write_file(struct buf *out, const struct message_file *file)
{
    if (file->url.bytes) {
        writer_text(out, file->url);
    } else {
        fields_write(out, file_fields, ARRAY_LEN(file_fields), file);
    }
}

static void write_list(struct buf *out, const struct message_locustfile *answer)
{
    writer_key(out, "locustfiles");
    writer_array(out, answer->file_count);
    for (size_t i = 0; i < answer->file_count; i++) {
        write_file(out, &answer->files[i]);
    }
}

void data_write_files(struct buf *out, const struct message *message)
{
    const struct message_locustfile *answer = &message->locustfile;

    if (answer->error.bytes) {
        writer_map(out, 1);
        writer_key(out, "error");
        writer_text(out, answer->error);
        return;
    }
    bool pair = answer->pair && answer->file_count == 1 && has_text(answer->files);

    writer_map(out, pair ? 3 : 1);
    write_list(out, answer);
    if (pair) {
        writer_key(out, "filename");
        writer_text(out, answer->files[0].filename);
        writer_key(out, "contents");
        writer_text(out, answer->files[0].contents);
    }
}
