/* SPDX-License-Identifier: MIT */
/*
 * locustfile.h - the Python file a Locust master needs to drive our classes: their names, weights,
 * fixed counts, hosts and tasks, and the scenarios' own options. It runs nothing itself; a Python
 * worker that takes part by mistake says so.
 */
#ifndef REPORT_LOCUSTFILE_H
#define REPORT_LOCUSTFILE_H

#include <stdio.h>

#include "sim/plan.h"

void locustfile_print(FILE *stream, const struct plan *plan, const struct scenarios *scenarios);

#endif
