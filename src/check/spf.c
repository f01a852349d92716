/* spf.c - reading SPF records: from the text to its terms and what is wrong with them.
 *
 * A record that is wrong in one place is wrong for every receiver (RFC 7208 section 4.6), and most
 * are wrong in a few ways that people share: so a fault comes with what was meant, if that can be
 * told, and reading goes on.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/spf.h"

/* 64 KiB, which is all that TXT can hold, have room for that many ip4 terms. */
#define TERMS_MAX 5000
#define FAULTS_MAX 100
/* Of a term that was torn in two. */
#define TERM_MAX 500

#define VERSION "v=spf1"

static void
fault_clear (gpointer data)
{
    g_free (((ModoriSpfFault *) data)->fix);
}

static void
add_fault (ModoriSpf *spf, ModoriSpfFault fault)
{
    spf->bad |= fault.fatal;
    if (spf->faults->len < FAULTS_MAX)
        g_array_append_val (spf->faults, fault);
    else
        g_free (fault.fix);
}

static void
add_plain (ModoriSpf *spf, const char *what, ModoriSpan text, const char *fix, gboolean fatal)
{
    add_fault (spf, (ModoriSpfFault) { what, text, g_strdup (fix), fatal });
}

/* --- what is allowed, and does not do what is meant --- */

const ModoriSpfTerm *
modori_spf_term (const ModoriSpf *spf, ModoriSpfName name)
{
    for (guint i = 0; i < spf->terms->len; i++)
        if (g_array_index (spf->terms, ModoriSpfTerm, i).name == name)
            return &g_array_index (spf->terms, ModoriSpfTerm, i);
    return NULL;
}

static gboolean
is_mechanism (const ModoriSpfTerm *term)
{
    return term->name < MODORI_SPF_REDIRECT;
}

/* "include=example.com" is by its form an unknown modifier, and nobody minds it; "v=spf1" in the
 * middle likewise. */
static void
look_at_other (ModoriSpf *spf, const ModoriSpfTerm *term)
{
    static const char *const names[] = { "include=", "a=", "mx=", "ip4=", "ip6=", "exists=" };

    if (modori_span_is (term->text, VERSION))
        add_plain (spf, "spf-version-twice", term->text, "", FALSE);
    for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        if (modori_span_begins (term->text, names[i])) {
            g_autofree char *fix = modori_span_dup (term->text);

            fix[strlen (names[i]) - 1] = ':';
            add_plain (spf, "spf-equals", term->text, fix, FALSE);
        }
}

/* What the terms are together. */
static void
look_at_all (ModoriSpf *spf)
{
    const ModoriSpfTerm *all = modori_spf_term (spf, MODORI_SPF_ALL);
    const ModoriSpfTerm *redirect = modori_spf_term (spf, MODORI_SPF_REDIRECT);

    spf->has_all = all != NULL;
    spf->reach = all ? (guint) (all - &g_array_index (spf->terms, ModoriSpfTerm, 0)) + 1
        : spf->terms->len;
    for (guint i = 0; i < spf->terms->len; i++) {
        const ModoriSpfTerm *term = &g_array_index (spf->terms, ModoriSpfTerm, i);

        if (term->name == MODORI_SPF_OTHER)
            look_at_other (spf, term);
        else if (all && term > all && term->name == MODORI_SPF_ALL)
            add_plain (spf, "spf-all-twice", term->text, NULL, FALSE);
        else if (all && term > all && is_mechanism (term))
            add_plain (spf, "spf-behind-all", term->text, NULL, FALSE);
    }
    if (all && redirect)
        add_plain (spf, "spf-redirect-unused", redirect->text, NULL, FALSE);
}

/* --- terms --- */

/* Is TEXT the other half of the last fault: "ip4: 192.0.2.1", "include example.com", "~ all"?  Then
 * that one tells of both. */
static gboolean
joins (ModoriSpf *spf, ModoriSpan text)
{
    ModoriSpfFault *last = spf->faults->len
        ? &g_array_index (spf->faults, ModoriSpfFault, spf->faults->len - 1) : NULL;
    gboolean sign, open;
    g_autofree char *joined = NULL;
    ModoriSpfTerm term;
    ModoriSpfFault fault;

    if (! last || last->fix || text.len > TERM_MAX || last->text.len > TERM_MAX
        || ! last->text.len || modori_span_end (last->text) + 1 != text.at)
        return FALSE;
    sign = last->text.len == 1 && strchr ("+-~?", last->text.at[0]);
    open = g_str_equal (last->what, "spf-no-value") && ! memchr (text.at, ':', text.len)
        && ! memchr (text.at, '=', text.len);
    if (! sign && ! open)
        return FALSE;
    joined = g_strdup_printf ("%.*s%s%.*s", (int) last->text.len, last->text.at,
                              sign || strchr (":=", modori_span_end (last->text)[-1]) ? "" : ":",
                              (int) text.len, text.at);
    if (! modori_spf_read_term (modori_span_of (joined), &term, &fault))
        return FALSE;
    last->what = "spf-split";
    last->text = modori_span_between (last->text.at, modori_span_end (text));
    last->fix = g_steal_pointer (&joined);
    return TRUE;
}

static void
add_term (ModoriSpf *spf, ModoriSpan text)
{
    ModoriSpfTerm term = { .text = text };
    ModoriSpfFault fault = { NULL, text, NULL, TRUE };

    if (joins (spf, text))
        return;
    if (! modori_spf_read_term (text, &term, &fault)) {
        modori_spf_guess (text, &fault);
        add_fault (spf, fault);
        return;
    }
    if ((term.name == MODORI_SPF_REDIRECT || term.name == MODORI_SPF_EXP)
        && modori_spf_term (spf, term.name))
        add_plain (spf, "spf-modifier-twice", text, NULL, TRUE);
    else
        g_array_append_val (spf->terms, term);
}

static void
read_terms (ModoriSpf *spf, ModoriSpan rest)
{
    for (guint n = 0; rest.len > 0; n++) {
        gsize len = 0;

        while (len < rest.len && rest.at[len] != ' ')
            len++;
        if (n == TERMS_MAX) {
            add_plain (spf, "spf-endless", modori_span (rest.at, len), NULL, TRUE);
            return;
        }
        if (len > 0)
            add_term (spf, modori_span (rest.at, len));
        else
            n--;
        rest = modori_span_skip (rest, len + 1);
    }
}

ModoriSpf *
modori_spf_parse (const char *text)
{
    ModoriSpf *spf = g_new0 (ModoriSpf, 1);
    ModoriSpan rest;

    spf->text = g_strdup (text);
    spf->terms = g_array_new (FALSE, FALSE, sizeof (ModoriSpfTerm));
    spf->faults = g_array_new (FALSE, FALSE, sizeof (ModoriSpfFault));
    g_array_set_clear_func (spf->faults, fault_clear);
    rest = modori_span_of (spf->text);
    if (modori_span_begins (rest, VERSION))
        rest = modori_span_skip (rest, strlen (VERSION));
    read_terms (spf, rest);
    look_at_all (spf);
    return spf;
}

void
modori_spf_free (ModoriSpf *spf)
{
    if (! spf)
        return;
    g_array_unref (spf->terms);
    g_array_unref (spf->faults);
    g_free (spf->text);
    g_free (spf);
}

gboolean
modori_spf_is (const char *text)
{
    gsize len = strlen (VERSION);

    return modori_span_begins (modori_span_of (text), VERSION)
        && (text[len] == '\0' || text[len] == ' ');
}
