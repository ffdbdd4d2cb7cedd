/* SPDX-License-Identifier: MIT */
/*
 * chart_request.h - the parameters that charts have in common. Private to web/.
 */
#ifndef WEB_CHART_REQUEST_H
#define WEB_CHART_REQUEST_H

#include <stdbool.h>

#include "web/web_private.h"

enum { CHART_POINTS_MAX = 10000 };

/* request=METHOD NAME, or method= and name=; neither: the total. method is cut off in place. */
struct chart_request {
    char *method; /* owned; NULL: the total */
    char *name;   /* within method, or owned by the query */
};

void chart_read_request(struct chart_request *wanted, const struct call *call);

/* Unchanged if it is not given. False, and the call refused, if it is none within the limits. */
bool chart_read_number(struct call *call, const char *name, double least, double most,
                       double *number);

void chart_answer_unknown(struct call *call);

/* Counted already, though its first second is not yet over. */
bool chart_is_counted(struct web *web, const struct chart_request *wanted);

#endif
