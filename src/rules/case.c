/* case.c - what is known of one case: the placeholders of advice.
 *
 * Advice is worth most with the reader's own names in it, and does harm with wrong ones.  So a
 * derived fact is given only when it is well-formed and could be in the public DNS; private
 * addresses and names like localhost.localdomain are never proposed.  Most texts have no
 * placeholder, so that facts are derived, all together, when the first is asked for.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/case-private.h"

#include "rules/placeholder.h"

ModoriCase *
modori_case_new (const ModoriOutcome *outcome, const ModoriDecision *decision,
                 ModoriMessage *returned)
{
    ModoriCase *self = g_new0 (ModoriCase, 1);

    self->outcome = outcome;
    self->decision = decision;
    self->returned = returned;
    self->facts = g_new0 (Facts, 1);
    return self;
}

void
modori_case_decide (ModoriCase *self, const ModoriDecision *decision)
{
    self->decision = decision;
}

void
modori_case_free (ModoriCase *self)
{
    if (! self)
        return;
    for (guint i = 0; i < N_FACTS; i++)
        g_free (self->facts->values[i]);
    g_free (self->facts->asked);
    g_free (self->facts->journey);
    g_clear_pointer (&self->facts->others, g_hash_table_unref);
    g_free (self->facts);
    g_free (self);
}

void
modori_case_consult (const ModoriCase *self, const ModoriSources *sources, const char *lang)
{
    self->facts->sources = sources;
    self->facts->lang = lang;
}

/* --- placeholders --- */

/* Which fact is called NAME; N_FACTS: none. */
static Fact
fact_of (ModoriSpan name)
{
    Fact i = 0;

    while (i < N_FACTS && ! modori_span_is (name, modori_case_names[i]))
        i++;
    return i;
}

static const char *
derived_value (const ModoriCase *self, Fact name)
{
    if (name == N_FACTS)
        return NULL;
    modori_case_derive (self, name);
    return self->facts->values[name];
}

/* What was added to the case, or what the report says, as it says it: the caller frees; NULL when
 * nobody does. */
static char *
plain_value (const ModoriCase *self, ModoriSpan name)
{
    ModoriKey key = modori_key_of (name);
    g_autofree char *group = modori_span_dup (name);
    const char *added = self->facts->others ? g_hash_table_lookup (self->facts->others, group)
        : NULL;
    ModoriSpan capture;

    if (added)
        return g_strdup (added);
    if (self->outcome && key < MODORI_N_KEYS && modori_outcome_text (self->outcome, key)[0])
        return g_strdup (modori_outcome_text (self->outcome, key));
    if (! self->decision)
        return NULL;
    capture = modori_captures_get (&self->decision->captures, group);
    return capture.len ? modori_span_dup (capture) : NULL;
}

void
modori_case_add (const ModoriCase *self, const char *name, const char *value)
{
    Facts *facts = self->facts;
    Fact known = fact_of (modori_span_of (name));

    if (! *value)
        return;
    if (known < N_FACTS) {
        g_free (facts->values[known]);
        facts->values[known] = g_strdup (value);
        facts->given |= 1u << known;
        return;
    }
    if (! facts->others)
        facts->others = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    g_hash_table_replace (facts->others, g_strdup (name), g_strdup (value));
}

const char *
modori_case_get (const ModoriCase *self, const char *name)
{
    const char *derived = derived_value (self, fact_of (modori_span_of (name)));

    if (derived)
        return derived;
    g_free (self->facts->asked);
    self->facts->asked = plain_value (self, modori_span_of (name));
    return self->facts->asked;
}

/* May VALUE of NAME be typed into a shell or a form?  In a term of SPF there are blanks
 * ("a:www1.example.com mx"). */
static gboolean
is_harmless (Fact name, const char *value)
{
    g_auto (GStrv) words = g_strsplit (value, name == SPF_TERM ? " " : "\n", -1);

    for (char **word = words; *word; word++)
        if (! modori_placeholder_is_harmless (modori_span_of (*word)))
            return FALSE;
    return TRUE;
}

/* ModoriPlaceholderValue.  What was derived is harmless; all else is a stranger's word. */
static gboolean
append_value (gconstpointer data, GString *out, ModoriSpan name, gboolean command)
{
    const ModoriCase *self = data;
    Fact known = fact_of (name);
    const char *derived = self ? derived_value (self, known) : NULL;
    g_autofree char *plain = self && ! derived ? plain_value (self, name) : NULL;
    const char *value = derived ? derived : plain;
    gboolean own = derived && ! modori_case_is_given (self, known);

    if (! value || (command && ! own && ! is_harmless (known, value)))
        return FALSE;
    g_string_append (out, value);
    return TRUE;
}

char *
modori_case_fill (const ModoriCase *self, ModoriSpan text, gboolean *example)
{
    return modori_placeholder_fill (text, FALSE, append_value, self, example);
}

char *
modori_case_fill_command (const ModoriCase *self, ModoriSpan text, gboolean *example)
{
    return modori_placeholder_fill (text, TRUE, append_value, self, example);
}
