/* SPDX-License-Identifier: MIT */
/*
 * form.h - the fields of a posted form, url-encoded or multipart.
 */
#ifndef WEB_FORM_H
#define WEB_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "web/call.h"

enum { FORM_FIELDS_MAX = 1000 };

struct form_field {
    char *name, *value;
};

struct form {
    struct form_field *fields; /* in their order; a name may come more than once */
    size_t count;
};

/* False if it is no form, or has too many fields. Free with form_fini() either way. */
bool form_read(struct form *form, struct call *call);
void form_fini(struct form *form);

const char *form_get(const struct form *form, const char *name); /* the first; NULL if absent */

#endif
