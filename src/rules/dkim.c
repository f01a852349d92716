/* dkim.c - reading a DKIM-Signature.
 *
 * It is a list of "tag=value" with semicolons between them (RFC 6376 section 3.2).
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/dkim.h"

/* The value of "TAG = value", or an empty span when PAIR has another tag. */
static ModoriSpan
value_of (ModoriSpan pair, char tag)
{
    ModoriSpan rest;

    pair = modori_span_trim (pair);
    if (pair.len < 2 || pair.at[0] != tag)
        return MODORI_SPAN_EMPTY;
    rest = modori_span_trim (modori_span_skip (pair, 1));
    return rest.len > 0 && rest.at[0] == '=' ? modori_span_trim (modori_span_skip (rest, 1))
        : MODORI_SPAN_EMPTY;
}

ModoriSpan
modori_dkim_tag (ModoriSpan signature, char tag)
{
    const char *end = modori_span_end (signature);
    const char *at = signature.at;

    while (at < end) {
        const char *stop = memchr (at, ';', (gsize) (end - at));
        ModoriSpan value = value_of (modori_span_between (at, stop ? stop : end), tag);

        if (value.len > 0)
            return value;
        at = stop ? stop + 1 : end;
    }
    return MODORI_SPAN_EMPTY;
}
