/* SPDX-License-Identifier: MIT */
/*
 * csv_file.h - one CSV file, as Python's csv module writes it: comma, CRLF, quotes where needed.
 *
 * Rows are collected and then written in one go, so that a reader sees whole rows. A write that
 * fails is logged once and leaves what was there; later ones are tried all the same, as somebody
 * may make room on the disk.
 */
#ifndef REPORT_CSV_FILE_H
#define REPORT_CSV_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct csv_file {
    struct buf rows; /* add fields here; emptied by each write */
    /* private */
    char *path;
    int fd;
    uint64_t header, end; /* bytes */
    bool logged, incomplete;
};

void csv_text(struct buf *rows, const char *text);
void csv_count(struct buf *rows, uint64_t count);
void csv_float(struct buf *rows, double value);  /* as Python's repr: "12.0" */
void csv_number(struct buf *rows, double value); /* the same without ".0" */
void csv_end(struct buf *rows);                  /* of a row */

/* Creates or empties PREFIX_NAME.csv, with the columns as its first row; NULL ends them. */
bool csv_file_open(struct csv_file *file, const char *prefix, const char *name,
                   const char *const *columns, struct err *err);

void csv_file_rewrite(struct csv_file *file); /* the rows replace all but the columns */
void csv_file_append(struct csv_file *file);

/* False if rows are missing; that was logged. Files that were never opened (zeroed) are fine. */
bool csv_file_close(struct csv_file *file);

#endif
