/* SPDX-License-Identifier: MIT */
/* prom.h - Prometheus' text format, version 0.0.4. */
#ifndef WEB_PROM_H
#define WEB_PROM_H

#include "base/buf.h"

#define TYPE_PROMETHEUS "text/plain; version=0.0.4; charset=utf-8"

/* The two lines before a metric's samples. */
void prom_help(struct buf *out, const char *name, const char *type, const char *text);

void prom_number(struct buf *out, double value);    /* a blank, the number and the line's end */
void prom_label(struct buf *out, const char *text); /* quoted; any bytes */

/* A metric of one sample without labels. */
void prom_plain(struct buf *out, const char *name, const char *type, const char *text,
                double value);

/* Which program this is. */
void prom_build_info(struct buf *out);

#endif
