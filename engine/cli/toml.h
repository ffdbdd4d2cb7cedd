/* SPDX-License-Identifier: MIT */
/*
 * toml.h - TOML 1.0 into a jansson document, enough of it to read any pyproject.toml.
 *
 * Debian packages no TOML library for C, hence our own. Dates and times become strings as written,
 * inf and nan the strings "inf" and "nan". More lenient than the standard in that a later header
 * may extend a table written inline or by dotted keys.
 */
#ifndef CLI_TOML_H
#define CLI_TOML_H

#include <stddef.h>

#include <jansson.h>

#include "base/err.h"

/* Owned by the caller; NULL, with the line and the reason, if the text is not TOML. */
json_t *toml_parse(const char *text, size_t length, struct err *err);

#endif
