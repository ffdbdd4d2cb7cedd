/* SPDX-License-Identifier: MIT */
/*
 * field.h - maps with text keys as tables: which key goes where in a struct. One table serves both
 * ways; its order is the order of writing.
 *
 * Reading, keys come in any order, unknown ones are skipped, and nil is as good as missing: the
 * struct keeps what its maker put there.
 */
#ifndef PROTO_FIELD_H
#define PROTO_FIELD_H

#include <stddef.h>

#include "base/buf.h"
#include "proto/reader.h"

enum field_kind {
    FIELD_TEXT,   /* struct slice */
    FIELD_BYTES,  /* struct slice; anything but msgpack's bin is ignored */
    FIELD_NUMBER, /* struct number */
    FIELD_SENSOR, /* struct number; what is no finite number is ignored */
    FIELD_DOUBLE, /* double */
    FIELD_TREE,   /* const struct value *: anything; not written when NULL */
    FIELD_COUNT,  /* int64_t, not negative */
    FIELD_FLAG,   /* enum flag; what is no boolean is ignored */
    FIELD_PART,   /* has functions of its own */
};

enum {
    FIELD_REQUIRED = 1,  /* reading fails without it */
    FIELD_OPTIONAL = 2,  /* not written when it is no text, nil, unsaid or negative */
    FIELD_READ_ONLY = 4, /* another spelling, never written */
};

typedef void field_read_fn(struct reader *reader, void *part, const char *what);
typedef void field_write_fn(struct buf *out, const void *part);

struct field {
    const char *key;
    enum field_kind kind;
    unsigned flags;
    size_t offset;         /* of the part in its struct */
    field_read_fn *read;   /* FIELD_PART's; beside another kind it takes the place of its reading */
    field_write_fn *write; /* FIELD_PART's */
};

/* FIELD(TEXT, "state", FIELD_REQUIRED, message_heartbeat, state) */
#define FIELD(kind_, key_, flags_, type, member)                                                   \
    {                                                                                              \
        .key = (key_), .kind = FIELD_##kind_, .flags = (flags_),                                   \
        .offset = offsetof(struct type, member)                                                    \
    }
#define FIELD_WITH(kind_, key_, flags_, type, member, read_, write_)                               \
    {                                                                                              \
        .key = (key_), .kind = FIELD_##kind_, .flags = (flags_),                                   \
        .offset = offsetof(struct type, member), .read = (read_), .write = (write_)                \
    }

/* At most 32 fields. "what" names the map. */
void fields_read(struct reader *reader, const char *what, const struct field *fields, size_t count,
                 void *object);
void fields_write(struct buf *out, const struct field *fields, size_t count, const void *object);
/* And then the pairs of another map; NULL: none. */
void fields_write_more(struct buf *out, const struct field *fields, size_t count,
                       const void *object, const struct value *more);

#endif
