/* SPDX-License-Identifier: MIT */
#include "web/chart_request.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/units.h"

void chart_read_request(struct chart_request *wanted, const struct call *call)
{
    const char *request = call_query(call, "request");
    const char *name = call_query(call, "name"), *method = call_query(call, "method");
    char *blank;

    *wanted = (struct chart_request){0};
    if (request && *request) {
        wanted->method = mem_strdup(request);
        blank = strchr(wanted->method, ' ');
        if (blank) {
            *blank = '\0';
            wanted->name = blank + 1;
        } else {
            wanted->name = wanted->method + strlen(wanted->method);
        }
    } else if (name) {
        size_t length = strlen(method ? method : "");

        wanted->method = mem_new(length + strlen(name) + 2);
        memcpy(wanted->method, method ? method : "", length + 1);
        wanted->name = wanted->method + length + 1;
        memcpy(wanted->name, name, strlen(name) + 1);
    }
    if (wanted->name && ((!*wanted->method && strcmp(wanted->name, STATS_TOTAL_NAME) == 0) ||
                         (!*wanted->name && strcmp(wanted->method, STATS_TOTAL_NAME) == 0))) {
        free(wanted->method);
        *wanted = (struct chart_request){0};
    }
}

/* False, answered, if it is there and no number. */
bool chart_read_number(struct call *call, const char *name, double least, double most,
                       double *number)
{
    const char *text = call_query(call, name);

    if (!text || !*text) {
        return true;
    }
    if (!units_parse_double(text, number) || *number < least || *number > most) {
        call_refuse(call, MHD_HTTP_BAD_REQUEST, name, "this is no number within its limits");
        return false;
    }
    return true;
}

void chart_answer_unknown(struct call *call)
{
    call_refuse(call, MHD_HTTP_NOT_FOUND, "request", "there is no such request");
}

bool chart_is_counted(struct web *web, const struct chart_request *wanted)
{
    return wanted->name && stats_find(web_snapshot(web).stats, wanted->method, wanted->name);
}
