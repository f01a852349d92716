/* parcel.c - an outcome's texts as bytes, from one process to another.
 *
 * A parcel is the text of each key, in the order of the keys, each with its NUL.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "report/parcel.h"

#include <string.h>

/* Of an id (modori-json(5)). */
#define ID_DIGITS 32

void
modori_parcel_make (GString *out, const ModoriOutcome *outcome)
{
    for (ModoriKey key = 0; key < MODORI_N_KEYS; key++) {
        const char *text = modori_outcome_text (outcome, key);

        g_string_append_len (out, text, (gssize) strlen (text) + 1);
    }
}

const char *
modori_parcel_text (ModoriSpan *texts)
{
    const char *text = texts->at, *end = texts->len ? memchr (text, '\0', texts->len) : NULL;

    if (! end || ! g_utf8_validate (text, end - text, NULL))
        return NULL;
    *texts = modori_span_skip (*texts, (gsize) (end - text) + 1);
    return text;
}

static gboolean
is_id (const char *text)
{
    return strspn (text, "0123456789abcdef") == ID_DIGITS && ! text[ID_DIGITS];
}

gboolean
modori_parcel_open (ModoriSpan *parcels, ModoriOutcome *outcome)
{
    memset (outcome, 0, sizeof *outcome);
    outcome->words = outcome->fields = "";
    for (ModoriKey key = 0; key < MODORI_N_KEYS; key++) {
        outcome->values[key].text = modori_parcel_text (parcels);
        outcome->values[key].origin = "";
        if (! outcome->values[key].text)
            return FALSE;
    }
    return is_id (modori_outcome_text (outcome, MODORI_KEY_ID));
}
