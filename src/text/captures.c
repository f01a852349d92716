/* captures.c - the named groups of a match.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "text/machine.h"

/* Each entry of the table is the number of a group in two bytes and its name. */
void
modori_captures_take (ModoriCaptures *captures, const pcre2_code *code, ModoriSpan text,
                      pcre2_match_data *data)
{
    const gsize *places = pcre2_get_ovector_pointer (data);
    guint n_places = pcre2_get_ovector_count (data);
    guint32 n_names = 0, size = 0;
    PCRE2_SPTR table = NULL;

    pcre2_pattern_info (code, PCRE2_INFO_NAMECOUNT, &n_names);
    pcre2_pattern_info (code, PCRE2_INFO_NAMEENTRYSIZE, &size);
    pcre2_pattern_info (code, PCRE2_INFO_NAMETABLE, &table);
    for (guint i = 0; i < n_names && captures->n < MODORI_CAPTURES_MAX; i++, table += size) {
        guint group = (guint) table[0] << 8 | table[1];

        if (group >= n_places || places[2 * group] == PCRE2_UNSET
            || places[2 * group] > places[2 * group + 1])
            continue;
        captures->items[captures->n].name = (const char *) table + 2;
        captures->items[captures->n].value =
            modori_span (text.at + places[2 * group], places[2 * group + 1] - places[2 * group]);
        captures->n++;
    }
}

ModoriSpan
modori_captures_get (const ModoriCaptures *captures, const char *name)
{
    for (guint i = 0; i < captures->n; i++)
        if (strcmp (captures->items[i].name, name) == 0)
            return captures->items[i].value;
    return MODORI_SPAN_EMPTY;
}

void
modori_captures_add (ModoriCaptures *captures, const ModoriCaptures *more)
{
    for (guint i = 0; i < more->n && captures->n < MODORI_CAPTURES_MAX; i++)
        if (modori_captures_get (captures, more->items[i].name).len == 0)
            captures->items[captures->n++] = more->items[i];
}
