/* dkim.c - reading a DKIM-Signature.
 *
 * It is a list of "tag=value" with semicolons between them (RFC 6376 section 3.2).
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/dkim.h"

#include "rules/domain.h"
#include "rules/placeholder.h"

/* Signatures that are looked at; honest mail has fewer. */
#define SIGNATURES_MAX 32

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

ModoriSpan
modori_dkim_signature (ModoriMessage *message, ModoriSpan from)
{
    ModoriSpan first = MODORI_SPAN_EMPTY;
    gboolean found = message != NULL;

    for (guint i = 0; found && i < SIGNATURES_MAX; i++) {
        ModoriSpan signature = modori_message_raw (message, 0, "DKIM-Signature", i, &found);

        if (! found || ! modori_placeholder_is_harmless (modori_dkim_tag (signature, 's')))
            continue;
        if (modori_domain_agrees (modori_dkim_tag (signature, 'd'), from))
            return signature;
        if (i == 0)
            first = signature;
    }
    return first;
}
