/* SPDX-License-Identifier: MIT */
/*
 * classes.h - the user classes a spread can work with, out of those it was given.
 */
#ifndef DISPATCH_CLASSES_H
#define DISPATCH_CLASSES_H

#include <stddef.h>

#include "base/err.h"
#include "dispatch/spread.h"

/*
 * Those with a weight or a fixed count, by name in the order of code points; *count becomes their
 * number. The array is owned by the caller, free(); names are borrowed from the argument. NULL with
 * a sentence if there is none, or one has no name, another's name, or a weight that is negative or
 * not finite.
 */
struct spread_class *classes_usable(const struct spread_class *classes, size_t *count,
                                    struct err *err);

#endif
