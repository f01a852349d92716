/* parcel.c - an outcome's texts as bytes, from one process to another.
 *
 * A parcel is the text of each key, in the order of the keys, each with its NUL.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "report/parcel.h"

#include <string.h>

void
modori_parcel_make (GString *out, const ModoriOutcome *outcome)
{
    for (ModoriKey key = 0; key < MODORI_N_KEYS; key++) {
        const char *text = modori_outcome_text (outcome, key);

        g_string_append_len (out, text, (gssize) strlen (text) + 1);
    }
}

gboolean
modori_parcel_open (ModoriSpan *parcels, ModoriOutcome *outcome)
{
    memset (outcome, 0, sizeof *outcome);
    outcome->words = outcome->fields = "";
    for (ModoriKey key = 0; key < MODORI_N_KEYS; key++) {
        const char *end = memchr (parcels->at, '\0', parcels->len);

        if (! end || ! g_utf8_validate (parcels->at, end - parcels->at, NULL))
            return FALSE;
        outcome->values[key].text = parcels->at;
        outcome->values[key].origin = "";
        *parcels = modori_span_skip (*parcels, (gsize) (end - parcels->at) + 1);
    }
    return TRUE;
}
