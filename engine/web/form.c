/* SPDX-License-Identifier: MIT */
#include "web/form.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct reading {
    struct form *form;
    size_t pieces; /* of the last field's value so far, in bytes */
    bool failed;
};

static struct form_field *last(struct form *form)
{
    return &form->fields[form->count - 1];
}

/* Values come in pieces. */
static enum MHD_Result on_piece(void *data, enum MHD_ValueKind kind, const char *name,
                                const char *filename, const char *type, const char *encoding,
                                const char *piece, uint64_t offset, size_t length)
{
    struct reading *reading = data;
    struct form *form = reading->form;

    (void)kind;
    (void)filename;
    (void)type;
    (void)encoding;
    if (offset == 0) {
        if (form->count == FORM_FIELDS_MAX || !name) {
            reading->failed = true;
            return MHD_NO;
        }
        form->fields = mem_resize(form->fields, form->count + 1, sizeof(*form->fields));
        form->fields[form->count++] =
            (struct form_field){.name = mem_strdup(name), .value = mem_strdup("")};
        reading->pieces = 0;
    }
    if (form->count == 0) {
        return MHD_NO;
    }
    struct form_field *field = last(form);

    /* An embedded zero byte ends the value, as it does everywhere in C. */
    field->value = mem_resize(field->value, reading->pieces + length + 1, 1);
    if (length > 0) {
        memcpy(field->value + reading->pieces, piece, length);
    }
    reading->pieces += length;
    field->value[reading->pieces] = '\0';
    return MHD_YES;
}

bool form_read(struct form *form, struct call *call)
{
    enum { PIECE = 4096 };
    struct reading reading = {.form = form};

    *form = (struct form){0};
    if (call->body_length == 0) {
        return true;
    }
    struct MHD_PostProcessor *processor =
        MHD_create_post_processor(call->connection, PIECE, on_piece, &reading);

    if (!processor) {
        return false;
    }
    bool read = MHD_post_process(processor, call->body, call->body_length) == MHD_YES;

    read = MHD_destroy_post_processor(processor) == MHD_YES && read;
    return read && !reading.failed;
}

void form_fini(struct form *form)
{
    for (size_t i = 0; i < form->count; i++) {
        free(form->fields[i].name);
        free(form->fields[i].value);
    }
    free(form->fields);
    *form = (struct form){0};
}

const char *form_get(const struct form *form, const char *name)
{
    for (size_t i = 0; i < form->count; i++) {
        if (strcmp(form->fields[i].name, name) == 0) {
            return form->fields[i].value;
        }
    }
    return NULL;
}
