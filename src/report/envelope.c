/* envelope.c - what servers on the way made of an envelope sender: SRS and BATV undone.
 *
 * Who forwards mail cannot send it under a foreign name (SPF), so the name goes into the local part
 * of an address of his own, which knows the way back:
 *
 *     SRS0=HHHH=TT=example.com=jane@forwarder.example            the first to forward
 *     SRS1=HHHH=forwarder.example==HHHH=TT=example.com=jane@second.example
 *     list+SRS=HHHHH=TT=example.com=jane@forwarder.example
 *
 * And who wants to know his own mail when it comes back signs the address that it is sent from:
 *
 *     prvs=0123abcdef=jane@example.com      prvs=jane=0123abcdef@example.com
 *     btv1==0123456789abcdef==jane@example.com      msprvs1=token=jane@example.com
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/envelope.h"

#include "text/span.h"

/* No honest address is forwarded more often: SRS1 stands for any number of forwarders. */
#define LAYERS_MAX 6

/* A BATV tag: key number, day, and a part of a hash, ten digits in the draft. */
#define TAG_MIN 8
#define TAG_MAX 12

/* Take what stands before the next '=' off REST.  FALSE when there is none. */
static gboolean
take_part (ModoriSpan *rest, ModoriSpan *part)
{
    const char *equals = memchr (rest->at, '=', rest->len);

    if (! equals)
        return FALSE;
    *part = modori_span_between (rest->at, equals);
    *rest = modori_span_skip (*rest, part->len + 1);
    return TRUE;
}

static gboolean
is_domain (ModoriSpan text)
{
    const char *dot = memchr (text.at, '.', text.len);

    return dot && dot > text.at && modori_span_end (text)[-1] != '.'
        && ! memchr (text.at, '@', text.len);
}

static void
set (GString *out, ModoriSpan local, ModoriSpan domain)
{
    g_string_append_len (out, local.at, (gssize) local.len);
    g_string_append_c (out, '@');
    g_string_append_len (out, domain.at, (gssize) domain.len);
}

/* "HHHH=TT=example.com=jane" */
static gboolean
undo_first (GString *out, ModoriSpan rest)
{
    ModoriSpan hash, time, domain;

    if (! take_part (&rest, &hash) || ! take_part (&rest, &time) || ! take_part (&rest, &domain)
        || ! is_domain (domain) || rest.len == 0)
        return FALSE;
    set (out, rest, domain);
    return TRUE;
}

/* "HHHH=forwarder.example==HHHH=TT=example.com=jane": the address at the first forwarder. */
static gboolean
undo_second (GString *out, ModoriSpan rest)
{
    ModoriSpan hash, domain;

    if (! take_part (&rest, &hash) || ! take_part (&rest, &domain) || ! is_domain (domain)
        || rest.len == 0)
        return FALSE;
    g_string_append (out, "SRS0");
    set (out, rest, domain);
    return TRUE;
}

/* Behind the word SRS0 or SRS1 stands one of three signs. */
static gboolean
begins_srs (ModoriSpan local, const char *word)
{
    return modori_span_begins (local, word) && local.len > strlen (word)
        && strchr ("=+-", local.at[strlen (word)]);
}

static gboolean
undo_forwarding (GString *out, ModoriSpan local)
{
    static const char inner[] = "+SRS=";
    gssize at;

    if (begins_srs (local, "SRS0"))
        return undo_first (out, modori_span_skip (local, strlen ("SRS0=")));
    if (begins_srs (local, "SRS1"))
        return undo_second (out, modori_span_skip (local, strlen ("SRS1=")));
    at = modori_span_find (local, inner);
    return at >= 0 && undo_first (out, modori_span_skip (local, (gsize) at + strlen (inner)));
}

static gboolean
is_tag (ModoriSpan text)
{
    if (text.len < TAG_MIN || text.len > TAG_MAX || ! g_ascii_isdigit (text.at[0]))
        return FALSE;
    for (gsize i = 0; i < text.len; i++)
        if (! g_ascii_isxdigit (text.at[i]))
            return FALSE;
    return TRUE;
}

/* "0123abcdef=jane" or "jane=0123abcdef": *LOCAL is jane. */
static gboolean
undo_tag (ModoriSpan rest, ModoriSpan *local)
{
    const char *last = NULL;
    ModoriSpan tag;

    *local = rest;
    if (take_part (local, &tag) && is_tag (tag))
        return local->len > 0;
    for (gsize i = 1; i < rest.len; i++)
        if (rest.at[i] == '=')
            last = rest.at + i;
    if (! last)
        return FALSE;
    *local = modori_span_between (rest.at, last);
    return is_tag (modori_span_between (last + 1, modori_span_end (rest)));
}

static gboolean
undo_signature (ModoriSpan local, ModoriSpan *inner)
{
    ModoriSpan tag;

    if (modori_span_begins (local, "prvs="))
        return undo_tag (modori_span_skip (local, strlen ("prvs=")), inner);
    if (modori_span_begins (local, "msprvs1=")) {
        *inner = modori_span_skip (local, strlen ("msprvs1="));
        return take_part (inner, &tag) && inner->len > 0;
    }
    if (! modori_span_begins (local, "btv1=="))
        return FALSE;
    *inner = modori_span_skip (local, strlen ("btv1=="));
    if (! take_part (inner, &tag) || ! modori_span_begins (*inner, "="))
        return FALSE;
    *inner = modori_span_skip (*inner, 1);
    return inner->len > 0;
}

/* Take one layer off ADDRESS into OUT, which is empty. */
static gboolean
undo_layer (GString *out, ModoriSpan address)
{
    const char *at = g_strrstr_len (address.at, (gssize) address.len, "@");
    ModoriSpan local, domain, inner;

    if (! at)
        return FALSE;
    local = modori_span_between (address.at, at);
    domain = modori_span_between (at + 1, modori_span_end (address));
    if (undo_signature (local, &inner)) {
        set (out, inner, domain);
        return TRUE;
    }
    return undo_forwarding (out, local);
}

gboolean
modori_envelope_undo (GString *out, const char *address)
{
    g_autofree char *inner = NULL;
    guint layers = 0;

    g_string_assign (out, address);
    while (layers < LAYERS_MAX && memchr (out->str, '=', out->len)) {
        g_free (inner);
        inner = g_strndup (out->str, out->len);
        g_string_truncate (out, 0);
        if (! undo_layer (out, modori_span_of (inner))) {
            g_string_assign (out, inner);
            break;
        }
        layers++;
    }
    return layers > 0;
}
