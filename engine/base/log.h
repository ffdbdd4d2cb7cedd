/* SPDX-License-Identifier: MIT */
/*
 * log.h - levelled lines in Locust's format:
 *   [2026-11-23 16:36:12,718] host/INFO/locust.main: text
 * Subject first, values second. The hot path logs the first occurrence and a count.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

#include "base/err.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR, LOG_CRITICAL, LOG_LEVELS };

const char *log_level_name(enum log_level level);
bool log_level_parse(const char *text, enum log_level *level); /* any case */

/* Lines below the level are dropped. Default: INFO, to stderr. */
void log_set_level(enum log_level level);
enum log_level log_get_level(void);

/* Appends to the file from now on; false if it can't be opened. */
bool log_to_file(const char *path, struct err *err);
void log_close(void);

/* Every line that passes the level also goes to the observer, without its newline; NULL: nobody. */
typedef void log_observer_fn(void *data, enum log_level level, const char *line);
void log_set_observer(log_observer_fn *observer, void *data);

void log_write(enum log_level level, const char *logger, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A source names its logger before the include: #define LOGGER "locust.runners". */
#ifndef LOGGER
#define LOGGER "locust.main"
#endif

#define log_debug(...) log_write(LOG_DEBUG, LOGGER, __VA_ARGS__)
#define log_info(...) log_write(LOG_INFO, LOGGER, __VA_ARGS__)
#define log_warning(...) log_write(LOG_WARNING, LOGGER, __VA_ARGS__)
#define log_error(...) log_write(LOG_ERROR, LOGGER, __VA_ARGS__)
#define log_critical(...) log_write(LOG_CRITICAL, LOGGER, __VA_ARGS__)

#endif
