/* SPDX-License-Identifier: MIT */
/*
 * place.h - where files of results go: what can be known before the run should not be learned
 * after it.
 */
#ifndef REPORT_PLACE_H
#define REPORT_PLACE_H

#include <stdbool.h>

#include "base/err.h"

/* The folders that the path leads through. */
bool place_make_folders(const char *path, struct err *err);

/*
 * Makes the folders and tries to write. A file that is there is left as it is, and none is left
 * where there was none. What comes after a "{" is not known yet and left out.
 */
bool place_check(const char *path, struct err *err);

#endif
