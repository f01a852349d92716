/* case.c - what is known of one case: the placeholders of advice.
 *
 * Advice is worth most with the reader's own names in it, and does harm with wrong ones.  So a
 * derived fact is given only when it is well-formed and could be in the public DNS; private
 * addresses and names like localhost.localdomain are never proposed.  Most texts have no
 * placeholder, and few have many, so that a fact is derived when it is asked for.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/case-private.h"

#include "rules/placeholder.h"

/* A dozen names of hosts and addresses. */
#define TEXTS_SIZE 1024

ModoriCase *
modori_case_new (const ModoriOutcome *outcome, const ModoriDecision *decision,
                 ModoriMessage *returned)
{
    ModoriCase *self = g_new0 (ModoriCase, 1);

    self->facts = g_new0 (Facts, 1);
    modori_arena_init (&self->facts->texts, TEXTS_SIZE);
    modori_case_begin (self, outcome, decision, returned);
    return self;
}

/* What is found out lies before the arena, which stays. */
static void
forget (Facts *facts)
{
    g_free (facts->asked);
    g_free (facts->journey);
    g_clear_pointer (&facts->others, g_hash_table_unref);
    memset (facts, 0, G_STRUCT_OFFSET (Facts, texts));
    modori_arena_reset (&facts->texts);
}

void
modori_case_begin (ModoriCase *self, const ModoriOutcome *outcome, const ModoriDecision *decision,
                   ModoriMessage *returned)
{
    forget (self->facts);
    self->outcome = outcome;
    self->decision = decision;
    self->returned = returned;
}

void
modori_case_lend_hops (ModoriCase *self, ModoriReceivedHops known)
{
    self->facts->known = known;
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
    forget (self->facts);
    modori_arena_clear (&self->facts->texts);
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
    char first = name.len ? modori_ascii_lower (name.at[0]) : '\0';
    Fact i = 0;

    while (i < N_FACTS && (modori_case_names[i][0] != first
                           || ! modori_span_is (name, modori_case_names[i])))
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

static ModoriSpan
added_value (const ModoriCase *self, ModoriSpan name)
{
    g_autofree char *added = self->facts->others ? modori_span_dup (name) : NULL;

    return modori_span_of (added ? g_hash_table_lookup (self->facts->others, added) : NULL);
}

static ModoriSpan
captured_value (const ModoriCase *self, ModoriSpan name)
{
    g_autofree char *group = self->decision && self->decision->captures.n
        ? modori_span_dup (name) : NULL;

    return group ? modori_captures_get (&self->decision->captures, group) : MODORI_SPAN_EMPTY;
}

/* What was added to the case, or what the report says, as it says it; empty when nobody does. */
static ModoriSpan
plain_value (const ModoriCase *self, ModoriSpan name)
{
    ModoriSpan value = added_value (self, name);
    ModoriKey key = value.len == 0 && self->outcome ? modori_key_of (name) : MODORI_N_KEYS;

    if (key < MODORI_N_KEYS)
        value = modori_span_of (modori_outcome_text (self->outcome, key));
    return value.len ? value : captured_value (self, name);
}

void
modori_case_add (const ModoriCase *self, const char *name, const char *value)
{
    Facts *facts = self->facts;
    Fact known = fact_of (modori_span_of (name));

    if (! *value)
        return;
    if (known < N_FACTS) {
        modori_case_settle (self);
        facts->values[known] = modori_arena_keep (&facts->texts, modori_span_of (value));
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
    ModoriSpan plain;

    if (derived)
        return derived;
    plain = plain_value (self, modori_span_of (name));
    g_free (self->facts->asked);
    self->facts->asked = plain.len ? modori_span_dup (plain) : NULL;
    return self->facts->asked;
}

/* May VALUE of NAME be typed into a shell or a form?  In a term of SPF there are blanks
 * ("a:www1.example.com mx"). */
static gboolean
is_harmless (Fact name, ModoriSpan value)
{
    g_autofree char *text = modori_span_dup (value);
    g_auto (GStrv) words = g_strsplit (text, name == SPF_TERM ? " " : "\n", -1);

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
    ModoriSpan value = derived || ! self ? modori_span_of (derived) : plain_value (self, name);
    gboolean own = derived && ! modori_case_is_given (self, known);

    if (! derived && value.len == 0)
        return FALSE;
    if (command && ! own && ! is_harmless (known, value))
        return FALSE;
    g_string_append_len (out, value.at, (gssize) value.len);
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
