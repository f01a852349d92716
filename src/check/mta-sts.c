/* mta-sts.c - the policy file of MTA-STS.
 *
 * RFC 8461 section 3.2: lines of "key: value", ended by LF or CRLF; the keys and their values are
 * case-sensitive; the first of two that are the same counts, but for "mx"; unknown keys are left
 * alone.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/mta-sts.h"

/* More servers than any domain has. */
#define MX_MAX 100

/* RFC 8461 section 3.2: max_age has at most ten digits. */
#define AGE_DIGITS_MAX 10

/* RFC 8461 section 3.2: sts-policy-ext-name has at most 32 bytes. */
#define KEY_MAX 32

/* RFC 1035: longer names are none; "*." before it. */
#define HOST_MAX (253 + 2)

static gboolean
is_key (ModoriSpan key)
{
    for (gsize i = 0; i < key.len; i++)
        if (! g_ascii_isalnum (key.at[i])
            && (i == 0 || ! memchr ("_-.", key.at[i], 3)))
            return FALSE;
    return key.len > 0 && key.len <= KEY_MAX;
}

/* A name, or "*." and a name: labels of letters, digits and hyphens. */
static gboolean
is_pattern (ModoriSpan name)
{
    gsize label = 0;
    guint labels = 1;

    if (name.len > HOST_MAX)
        return FALSE;
    if (name.len > 2 && name.at[0] == '*' && name.at[1] == '.')
        name = modori_span_skip (name, 2);
    for (gsize i = 0; i < name.len; i++) {
        char c = name.at[i];

        if ((c == '.' && label == 0) || (c != '.' && c != '-' && ! g_ascii_isalnum (c)))
            return FALSE;
        labels += c == '.';
        label = c == '.' ? 0 : label + 1;
    }
    return label > 0 && labels > 1;
}

static gboolean
read_age (ModoriMtaSts *policy, ModoriSpan value)
{
    guint64 age = 0;

    if (value.len == 0 || value.len > AGE_DIGITS_MAX)
        return FALSE;
    for (gsize i = 0; i < value.len; i++) {
        if (! g_ascii_isdigit (value.at[i]))
            return FALSE;
        age = age * 10 + (guint64) (value.at[i] - '0');
    }
    if (! policy->has_max_age)
        policy->max_age = age;
    policy->has_max_age = TRUE;
    return TRUE;
}

static gboolean
read_mx (ModoriMtaSts *policy, ModoriSpan value)
{
    if (! is_pattern (value))
        return FALSE;
    if (policy->mx->len < MX_MAX)
        g_array_append_val (policy->mx, value);
    return TRUE;
}

/* Take LINE in; FALSE: it is none of RFC 8461. */
static gboolean
read_line (ModoriMtaSts *policy, ModoriSpan line)
{
    const char *colon = memchr (line.at, ':', line.len);
    ModoriSpan key, value;

    if (! colon)
        return FALSE;
    key = modori_span_between (line.at, colon);
    value = modori_span_trim (modori_span_between (colon + 1, modori_span_end (line)));
    if (modori_span_is_exactly (key, "version"))
        policy->version = policy->version.len > 0 ? policy->version : value;
    else if (modori_span_is_exactly (key, "mode"))
        policy->mode = policy->mode.len > 0 ? policy->mode : value;
    else if (modori_span_is_exactly (key, "max_age"))
        return read_age (policy, value);
    else if (modori_span_is_exactly (key, "mx"))
        return read_mx (policy, value);
    return is_key (key) && value.len > 0;
}

ModoriMtaSts *
modori_mta_sts_parse (ModoriSpan file)
{
    ModoriMtaSts *policy = g_new0 (ModoriMtaSts, 1);
    ModoriSpan rest, line;

    policy->text = g_utf8_make_valid (file.at, (gssize) file.len);
    policy->version = policy->mode = policy->bad = MODORI_SPAN_EMPTY;
    policy->mx = g_array_new (FALSE, FALSE, sizeof (ModoriSpan));
    rest = modori_span_of (policy->text);
    while (modori_span_line (&rest, &line))
        if (modori_span_trim (line).len > 0 && ! read_line (policy, line)
            && policy->bad.len == 0)
            policy->bad = line;
    return policy;
}

void
modori_mta_sts_free (ModoriMtaSts *policy)
{
    if (! policy)
        return;
    g_free (policy->text);
    g_array_unref (policy->mx);
    g_free (policy);
}

gboolean
modori_mta_sts_admits (const ModoriMtaSts *policy, const char *host)
{
    const char *dot = strchr (host, '.');

    for (guint i = 0; i < policy->mx->len; i++) {
        ModoriSpan mx = g_array_index (policy->mx, ModoriSpan, i);

        if (modori_span_is (mx, host))
            return TRUE;
        /* a star is one label (RFC 8461 section 4.1) */
        if (mx.at[0] == '*' && dot && dot > host && modori_span_is (modori_span_skip (mx, 1), dot))
            return TRUE;
    }
    return FALSE;
}
