/* tags.c - lists of "tag=value".
 *
 * RFC 6376 section 3.2, which DMARC, MTA-STS, TLS-RPT and BIMI took over: semicolons between the
 * tags, blanks around names and values do not count, names are case-sensitive.  Receivers pass over
 * an empty piece (";;"), so it is no fault here.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/tags.h"

/* All strings of a TXT record (RFC 1035 section 3.3.14: RDLENGTH has 16 bits). */
#define TEXT_MAX 65535
/* No specification has more than a dozen tags. */
#define TAGS_MAX 100

/* tag-name = ALPHA *(ALPHA / DIGIT / "_"); "-" for names that somebody made up. */
static gboolean
is_name (ModoriSpan name)
{
    if (! name.len || ! g_ascii_isalpha (name.at[0]))
        return FALSE;
    for (gsize i = 1; i < name.len; i++)
        if (! g_ascii_isalnum (name.at[i]) && name.at[i] != '_' && name.at[i] != '-')
            return FALSE;
    return TRUE;
}

static const ModoriTag *
find (const ModoriTags *tags, ModoriSpan name)
{
    for (guint i = 0; i < tags->tags->len; i++) {
        const ModoriTag *tag = &g_array_index (tags->tags, ModoriTag, i);

        if (tag->name.len == name.len && memcmp (tag->name.at, name.at, name.len) == 0)
            return tag;
    }
    return NULL;
}

static void
add_piece (ModoriTags *tags, ModoriSpan piece)
{
    const char *equal = piece.len ? memchr (piece.at, '=', piece.len) : NULL;
    ModoriTag tag = { piece, MODORI_SPAN_EMPTY };

    if (equal) {
        tag.name = modori_span_trim (modori_span_between (piece.at, equal));
        tag.value = modori_span_trim (modori_span_between (equal + 1, modori_span_end (piece)));
    }
    if (! piece.len || tags->tags->len == TAGS_MAX)
        return;
    if (! equal || ! is_name (tag.name)) {
        if (! tags->bad.len)
            tags->bad = piece;
        return;
    }
    if (! tags->twice.len && find (tags, tag.name))
        tags->twice = tag.name;
    g_array_append_val (tags->tags, tag);
}

ModoriTags *
modori_tags_parse (const char *text)
{
    ModoriTags *tags = g_new0 (ModoriTags, 1);
    ModoriSpan rest;

    tags->text = g_utf8_make_valid (text, (gssize) strnlen (text, TEXT_MAX));
    tags->tags = g_array_new (FALSE, FALSE, sizeof (ModoriTag));
    tags->bad = tags->twice = MODORI_SPAN_EMPTY;
    rest = modori_span_of (tags->text);
    while (rest.len) {
        const char *end = memchr (rest.at, ';', rest.len);
        ModoriSpan piece = end ? modori_span_between (rest.at, end) : rest;

        add_piece (tags, modori_span_trim (piece));
        rest = modori_span_skip (rest, piece.len + 1);
    }
    return tags;
}

void
modori_tags_free (ModoriTags *tags)
{
    if (! tags)
        return;
    g_array_unref (tags->tags);
    g_free (tags->text);
    g_free (tags);
}

gboolean
modori_tags_find (const ModoriTags *tags, const char *name, ModoriSpan *value)
{
    const ModoriTag *tag = find (tags, modori_span_of (name));

    *value = tag ? tag->value : MODORI_SPAN_EMPTY;
    return tag != NULL;
}
