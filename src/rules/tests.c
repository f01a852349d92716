/* tests.c - the built-in tests that findings may name, from all their files.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/tests.h"

const ModoriTest *
modori_tests_find (ModoriSpan name)
{
    static const ModoriTest *const tables[] = {
        modori_fieldtests, modori_authtests, modori_hoptests, modori_bodytests,
    };

    for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
        for (const ModoriTest *test = tables[i]; test->name; test++)
            if (modori_span_is (name, test->name))
                return test;
    return NULL;
}
