/* spf-draft.c - the SPF record as it should be, ready to paste.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/spf.h"

/* Longer drafts would be no help: nobody can publish them. */
#define DRAFT_MAX 8192
#define TERMS_MAX 500

typedef struct {
    GPtrArray *terms;           /* char * */
    GPtrArray *modifiers;       /* char *: written behind `all` */
    char *redirect;
    gboolean all, soft;
} Draft;

/* Is TEXT among TEXTS, but for case? */
static gboolean
has_text (const GPtrArray *texts, const char *text)
{
    for (guint i = 0; texts && i < texts->len; i++)
        if (g_ascii_strcasecmp (texts->pdata[i], text) == 0)
            return TRUE;
    return FALSE;
}

static gboolean
is_dropped (const ModoriSpfTerm *term, const char *text, const ModoriSpfWishes *wishes)
{
    const char *bare = *text == '+' ? text + 1 : text;

    return wishes && ((term->name == MODORI_SPF_PTR && wishes->drop_ptr)
                      || has_text (wishes->drop, text) || has_text (wishes->drop, bare));
}

static void
add_term (Draft *draft, const ModoriSpfTerm *term, const ModoriSpfWishes *wishes)
{
    g_autofree char *text = modori_span_dup (term->text);
    const char *bare = *text == '+' ? text + 1 : text;

    if (term->name == MODORI_SPF_ALL) {
        draft->soft |= term->qualifier != '-';
        draft->all = TRUE;
    } else if (is_dropped (term, text, wishes))
        return;
    else if (term->name == MODORI_SPF_REDIRECT) {
        g_free (draft->redirect);
        draft->redirect = g_steal_pointer (&text);
    } else if (term->name < MODORI_SPF_REDIRECT && ! has_text (draft->terms, bare))
        g_ptr_array_add (draft->terms, g_strdup (bare));
    else if (term->name == MODORI_SPF_EXP && draft->modifiers->len == 0)
        g_ptr_array_add (draft->modifiers, g_steal_pointer (&text));
}

/* The text of SPF with its slips mended; NULL when one is beyond that. */
static char *
mended (const ModoriSpf *spf)
{
    GString *out = g_string_new ("v=spf1");
    ModoriSpan rest = modori_span_of (spf->text);

    rest = modori_span_skip (rest, modori_span_begins (rest, "v=spf1") ? 6 : 0);
    while (rest.len > 0) {
        gsize len = 0;

        for (guint i = 0; i < spf->faults->len; i++) {
            const ModoriSpfFault *fault = &g_array_index (spf->faults, ModoriSpfFault, i);

            if (fault->text.at != rest.at)
                continue;
            if (fault->fatal && ! fault->fix)
                return g_string_free (out, TRUE), NULL;
            if (fault->fix) {
                g_string_append_printf (out, " %s", fault->fix);
                len = fault->text.len;
                break;
            }
        }
        if (len == 0 && rest.at[0] != ' ') {
            while (len < rest.len && rest.at[len] != ' ')
                len++;
            g_string_append_c (out, ' ');
            g_string_append_len (out, rest.at, (gssize) len);
        }
        rest = modori_span_skip (rest, MAX (len, 1));
    }
    return g_string_free (out, FALSE);
}

static char *
write_draft (const Draft *draft, const ModoriSpfWishes *wishes)
{
    GString *out = g_string_new ("v=spf1");

    for (guint i = 0; i < draft->terms->len && out->len < DRAFT_MAX; i++)
        g_string_append_printf (out, " %s", (char *) draft->terms->pdata[i]);
    if (wishes && wishes->add && ! has_text (draft->terms, wishes->add))
        g_string_append_printf (out, " %s", wishes->add);
    if (draft->redirect && ! draft->all)
        g_string_append_printf (out, " %s", draft->redirect);
    else
        g_string_append (out, draft->all && ! draft->soft ? " -all" : " ~all");
    for (guint i = 0; i < draft->modifiers->len; i++)
        g_string_append_printf (out, " %s", (char *) draft->modifiers->pdata[i]);
    return g_string_free (out, out->len >= DRAFT_MAX);
}

char *
modori_spf_merge (const GPtrArray *records, const ModoriSpfWishes *wishes)
{
    Draft draft = { g_ptr_array_new_with_free_func (g_free),
                    g_ptr_array_new_with_free_func (g_free), NULL, FALSE, FALSE };
    char *out = NULL;
    gboolean good = TRUE;

    for (guint i = 0; i < records->len && good; i++) {
        g_autoptr (ModoriSpf) spf = modori_spf_parse (records->pdata[i]);
        g_autofree char *text = mended (spf);
        g_autoptr (ModoriSpf) again = modori_spf_parse (text ? text : "");

        good = text && ! again->bad && again->terms->len <= TERMS_MAX;
        for (guint k = 0; good && k < again->terms->len; k++)
            add_term (&draft, &g_array_index (again->terms, ModoriSpfTerm, k), wishes);
    }
    if (good)
        out = write_draft (&draft, wishes);
    g_ptr_array_unref (draft.terms);
    g_ptr_array_unref (draft.modifiers);
    g_free (draft.redirect);
    return out;
}

char *
modori_spf_propose (const ModoriSpf *spf, const ModoriSpfWishes *wishes)
{
    g_autoptr (GPtrArray) records = g_ptr_array_new ();

    g_ptr_array_add (records, spf->text);
    return modori_spf_merge (records, wishes);
}
