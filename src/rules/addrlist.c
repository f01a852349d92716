/* addrlist.c - the addr-specs in a header field, read where they lie.
 *
 * Findings look at every returned message, so that the few addresses they need are found by one
 * pass over the raw field (RFC 5322 section 3.4) instead of building objects.  Nothing is
 * decoded: names, which may be encoded, are passed over.  Broken lists give what a person would
 * take for the address.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/addrlist.h"

static gboolean
is_blank (char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The length of the quoted string at the start of TEXT, quotes included. */
static gsize
quoted_length (ModoriSpan text)
{
    gsize i = 1;

    while (i < text.len && text.at[i] != '"')
        i += text.at[i] == '\\' ? 2 : 1;
    return MIN (i + 1, text.len);
}

/* The length of the comment at the start of TEXT, with those inside it. */
static gsize
comment_length (ModoriSpan text)
{
    gsize depth = 0;
    gsize i = 0;

    do {
        if (text.at[i] == '(')
            depth++;
        else if (text.at[i] == ')')
            depth--;
        else if (text.at[i] == '\\')
            i++;
        i++;
    } while (i < text.len && depth > 0);
    return MIN (i, text.len);
}

/* The length of what begins TEXT and must not be looked into, or 1. */
static gsize
piece_length (ModoriSpan text)
{
    if (text.at[0] == '"')
        return quoted_length (text);
    return text.at[0] == '(' ? comment_length (text) : 1;
}

/* Where the address of brackets ends: at ">", else at the comma of a broken list, else at the
 * end. */
static ModoriSpan
bracketed (ModoriSpan text)
{
    gsize i = 1;

    while (i < text.len && text.at[i] != '>' && text.at[i] != ',')
        i += text.at[i] == '"' ? quoted_length (modori_span_skip (text, i)) : 1;
    i = MIN (i, text.len);
    return modori_span_trim (modori_span_between (text.at + 1, text.at + i));
}

/* The last word of MEMBER, comments left out: the address of a member without brackets. */
static ModoriSpan
bare (ModoriSpan member)
{
    ModoriSpan word = MODORI_SPAN_EMPTY;
    gboolean inside = FALSE;

    for (gsize i = 0; i < member.len;) {
        gboolean plain = (guchar) member.at[i] > '<';
        gsize step = plain ? 1 : piece_length (modori_span_skip (member, i));
        gboolean gap = is_blank (member.at[i]) || member.at[i] == '(';

        if (! gap && ! inside)
            word = modori_span (member.at + i, 0);
        if (! gap)
            word.len = (gsize) (member.at + i + step - word.at);
        inside = ! gap;
        i += step;
    }
    return word;
}

/* Take one member of the list off REST: up to a comma or the marks of a group. */
static ModoriSpan
take_member (ModoriSpan *rest, ModoriSpan *bracket)
{
    const char *start = rest->at;
    gsize i = 0;

    while (i < rest->len && rest->at[i] != ',' && rest->at[i] != ';') {
        ModoriSpan here;

        if ((guchar) rest->at[i] > '<') {               /* as nearly all are: none of the marks */
            i++;
            continue;
        }
        here = modori_span_skip (*rest, i);
        if (here.at[0] == ':' && bracket->at == NULL) {
            start = here.at + 1;                        /* the name of a group ends */
            i++;
        } else if (here.at[0] == '<') {
            *bracket = bracketed (here);
            i = (gsize) (modori_span_end (*bracket) - rest->at);
            while (i < rest->len && rest->at[i] != '>' && rest->at[i] != ',')
                i++;
            i += i < rest->len && rest->at[i] == '>';
        } else {
            i += piece_length (here);
        }
    }
    i = MIN (i, rest->len);
    *rest = modori_span_skip (*rest, i);
    return modori_span_between (MIN (start, rest->at), rest->at);
}

gboolean
modori_addrlist_next (ModoriSpan *rest, ModoriSpan *address)
{
    while (rest->len > 0) {
        ModoriSpan bracket = { NULL, 0 };
        ModoriSpan member;

        if (is_blank (rest->at[0]) || rest->at[0] == ',' || rest->at[0] == ';') {
            *rest = modori_span_skip (*rest, 1);
            continue;
        }
        member = take_member (rest, &bracket);
        *address = bracket.at ? bracket : bare (member);
        if (bracket.at || address->len > 0)
            return TRUE;
    }
    return FALSE;
}

ModoriSpan
modori_addrlist_first (ModoriSpan list)
{
    ModoriSpan address;

    return modori_addrlist_next (&list, &address) ? address : MODORI_SPAN_EMPTY;
}

gboolean
modori_addrlist_is_utf8 (ModoriSpan list)
{
    ModoriSpan address;

    while (modori_addrlist_next (&list, &address))
        for (gsize i = 0; i < address.len; i++)
            if ((guchar) address.at[i] > 127)
                return TRUE;
    return FALSE;
}

gboolean
modori_addrlist_is_odd (ModoriSpan local)
{
    if (local.len == 0 || local.at[0] == '"')
        return FALSE;
    for (gsize i = 0; i < local.len; i++)
        if (local.at[i] == '.' && (i == 0 || local.at[i - 1] == '.'))
            return TRUE;
    return local.at[local.len - 1] == '.';
}

static gsize
last_at (ModoriSpan address)
{
    gsize i = address.len;

    while (i > 0 && address.at[i - 1] != '@')
        i--;
    return i;
}

ModoriSpan
modori_addrlist_domain (ModoriSpan address)
{
    gsize at = last_at (address);

    return at ? modori_span_skip (address, at) : MODORI_SPAN_EMPTY;
}

ModoriSpan
modori_addrlist_local (ModoriSpan address)
{
    gsize at = last_at (address);

    return at ? modori_span (address.at, at - 1) : address;
}
