/* tests.h - what a finding can ask of a message and its data cannot say: the built-in tests.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_TESTS_H
#define MODORI_RULES_TESTS_H

#include "rules/look.h"

/* For a test that may hold whatever fields there are. */
#define MODORI_TEST_NEEDS_NOTHING MODORI_LOOK_NAMES

typedef struct {
    const char *name;                           /* as in `Test:`; NULL ends a table */
    gboolean (*holds) (ModoriLook *look, GString *evidence);
    ModoriLookName needs;                       /* a field without which it does not hold */
} ModoriTest;

/* The test called NAME, or NULL. */
const ModoriTest *modori_tests_find (ModoriSpan name);

/* The tables, one for each file of tests. */
extern const ModoriTest modori_fieldtests[], modori_authtests[], modori_hoptests[],
    modori_bodytests[];

#endif
