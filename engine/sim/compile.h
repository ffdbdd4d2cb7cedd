/* SPDX-License-Identifier: MIT */
/*
 * compile.h - builds a scenario's C file into a module with the system's compiler.
 */
#ifndef SIM_COMPILE_H
#define SIM_COMPILE_H

#include "base/err.h"

/*
 * Runs $CC, or cc, with $CFLAGS. Its messages go to stderr as they are. Returns the module's path
 * in a temporary folder of its own, to be given to compile_forget(); NULL with a sentence on
 * failure.
 */
char *compile_module(const char *source, struct err *err);

/* Removes the file and its folder and frees the path. A module that is loaded stays so. */
void compile_forget(char *module);

#endif
