/* SPDX-License-Identifier: MIT */
/*
 * html_private.h - what the files of the HTML report share: the run as all sections see it.
 */
#ifndef REPORT_HTML_PRIVATE_H
#define REPORT_HTML_PRIVATE_H

#include "report/html.h"
#include "report/html_text.h"

struct html {
    struct buf *out;
    const struct snapshot *snapshot;
    const struct html_options *options;
    const struct entry *total;
    int64_t start_ns, end_ns; /* wall; the end is now while the test runs */
    bool runs;
    char *host; /* without a login; NULL: several, or none known */

    struct history_row *rows; /* thinned to what a line can show; NULL: none */
    size_t row_count;
    size_t paused_s;              /* of the seconds */
    size_t seconds, overloaded_s; /* known ones, and those the generator was the bottleneck in */
    size_t users;                 /* at most */
};

/* The moment in the zone of this process, as strftime() writes it. */
enum { HTML_TIME_SIZE = 64 };
char *html_time(char text[HTML_TIME_SIZE], int64_t wall_ns, const char *format);

/* The verdict over the whole run: the word is its head, the detail the sentence under it. */
struct html_verdict {
    enum verdict_level level;
    struct buf head, detail; /* plain text */
};
void html_judge(const struct html *html, struct html_verdict *verdict);

void html_timeline(const struct html *html);
void html_requests(const struct html *html);
void html_distribution(const struct html *html);
void html_failures(const struct html *html);
void html_exceptions(const struct html *html);
void html_heat_maps(const struct html *html);
void html_health(const struct html *html); /* the generator's curves */
void html_generator(const struct html *html);
void html_workers(const struct html *html);
void html_task_mix(const struct html *html);
void html_how(const struct html *html);

/* One fact of a list of them. */
void html_fact(struct buf *out, const char *what, const char *value);

/* Made of the page's tokens, html.css and html.js by embed.py. */
extern const char html_style[], html_script[], html_script_hash[];

#endif
