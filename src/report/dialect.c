/* dialect.c - how mail systems write their reports, as data.
 *
 * Every dialect is asked about every message that passed the sift, so a bid costs next to nothing
 * where it does not apply: header fields are looked up once for all dialects, prepared once for
 * all patterns, and tried before the text is looked at.  Reading is the business of prose.c,
 * putting the findings into the report that of merge.c.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/dialect.h"

#include "report/decode.h"
#include "report/grammar.h"
#include "report/merge.h"
#include "report/prose.h"
#include "report/view.h"

/* Fields of one name that are looked at (Received). */
#define REPEATS_MAX 20

/* A header field that some dialect looks at. */
typedef struct {
    const char *name;
    gboolean looked;            /* below is what the present message has */
    gboolean found;
    GString *value;             /* decoded; repeated fields a line each */
    ModoriSubject *subject;
} Slot;

struct ModoriDialects {
    const ModoriKnowledge *knowledge;   /* the caller's */
    ModoriSigns *signs;
    GPtrArray *grammars;        /* of ModoriGrammar */
    GPtrArray *names;           /* of the slots */
    Slot *slots;
    ModoriViews *views;
    ModoriProse *prose;
    ModoriDrafts *drafts;
    ModoriSubject *subject;
    ModoriMessage *message;     /* the one that is looked at, at ... */
    guint head;                 /* ... the part that has its header */
};

static gboolean
read_blocks (ModoriDialects *dialects, GError **error)
{
    const GPtrArray *blocks = modori_knowledge_raw (dialects->knowledge, &modori_dialect_kind);

    for (guint i = 0; i < blocks->len; i++) {
        ModoriGrammar *grammar = modori_grammar_new (g_ptr_array_index (blocks, i),
                                                     dialects->names, error);

        if (! grammar)
            return FALSE;
        g_ptr_array_add (dialects->grammars, grammar);
    }
    return modori_knowledge_is_tested (dialects->knowledge)
        || modori_dialects_check (dialects, error);
}

ModoriDialects *
modori_dialects_new (const ModoriKnowledge *knowledge, GError **error)
{
    g_autoptr (ModoriDialects) dialects = g_new0 (ModoriDialects, 1);

    dialects->knowledge = knowledge;
    dialects->grammars = g_ptr_array_new_with_free_func ((GDestroyNotify) modori_grammar_free);
    dialects->names = g_ptr_array_new_with_free_func (g_free);
    dialects->views = modori_views_new ();
    dialects->prose = modori_prose_new ();
    dialects->drafts = modori_drafts_new ();
    dialects->subject = modori_subject_new ();
    dialects->signs = modori_signs_new (knowledge, error);
    if (! dialects->signs || ! read_blocks (dialects, error))
        return NULL;
    dialects->slots = g_new0 (Slot, dialects->names->len);
    for (guint i = 0; i < dialects->names->len; i++)
        dialects->slots[i].name = g_ptr_array_index (dialects->names, i);
    return g_steal_pointer (&dialects);
}

void
modori_dialects_free (ModoriDialects *dialects)
{
    if (! dialects)
        return;
    for (guint i = 0; dialects->slots && i < dialects->names->len; i++) {
        if (dialects->slots[i].value)
            g_string_free (dialects->slots[i].value, TRUE);
        modori_subject_free (dialects->slots[i].subject);
    }
    g_free (dialects->slots);
    modori_signs_free (dialects->signs);
    g_ptr_array_unref (dialects->grammars);
    g_ptr_array_unref (dialects->names);
    modori_views_free (dialects->views);
    modori_prose_free (dialects->prose);
    modori_drafts_free (dialects->drafts);
    modori_subject_free (dialects->subject);
    g_free (dialects);
}

const ModoriSigns *
modori_dialects_signs (const ModoriDialects *dialects)
{
    return dialects ? dialects->signs : NULL;
}

guint
modori_dialects_count (const ModoriDialects *dialects)
{
    return dialects->grammars->len;
}

static ModoriGrammar *
grammar_at (const ModoriDialects *dialects, guint i)
{
    return g_ptr_array_index (dialects->grammars, i);
}

gboolean
modori_dialects_check (ModoriDialects *dialects, GError **error)
{
    for (guint i = 0; i < dialects->grammars->len; i++)
        if (! modori_grammar_read (grammar_at (dialects, i), dialects->knowledge, error))
            return FALSE;
    return TRUE;
}

const char *
modori_dialect_name (const ModoriDialects *dialects, guint i)
{
    return grammar_at (dialects, i)->block->name;
}

const ModoriBlock *
modori_dialect_block (const ModoriDialects *dialects, guint i)
{
    return grammar_at (dialects, i)->block;
}

/* --- the message that is looked at --- */

void
modori_dialects_turn_to (ModoriDialects *dialects, ModoriMessage *message, guint root)
{
    dialects->message = message;
    dialects->head = modori_views_head (message, root);
    modori_views_begin (dialects->views, message, root);
    for (guint i = 0; i < dialects->names->len; i++)
        dialects->slots[i].looked = FALSE;
}

/* Only plain ASCII on one line without encoded words can be tried as it is. */
static gboolean
needs_decoding (ModoriSpan value)
{
    for (gsize i = 0; i < value.len; i++)
        if ((guchar) value.at[i] >= 0x7f || (guchar) value.at[i] < ' '
            || (value.at[i] == '=' && i + 1 < value.len && value.at[i + 1] == '?'))
            return TRUE;
    return FALSE;
}

static void
fill_slot (ModoriDialects *dialects, Slot *slot)
{
    slot->looked = TRUE;
    g_string_truncate (slot->value, 0);
    for (guint n = 0; n < REPEATS_MAX; n++) {
        gboolean found;
        ModoriSpan value = modori_message_raw (dialects->message, dialects->head, slot->name, n,
                                               &found);

        slot->found = n > 0 || found;
        if (! found)
            break;
        if (needs_decoding (value))
            value = modori_span_of (modori_message_decode (dialects->message, value));
        if (n)
            g_string_append_c (slot->value, '\n');
        value.len = MIN (value.len, MODORI_PATTERN_SUBJECT_MAX);
        g_string_append_len (slot->value, value.at, (gssize) value.len);
    }
    if (slot->found && ! slot->subject)
        slot->subject = modori_subject_new ();
    if (slot->found)
        modori_subject_set (slot->subject, modori_span (slot->value->str, slot->value->len));
}

static const Slot *
slot_at (ModoriDialects *dialects, guint i)
{
    Slot *slot = &dialects->slots[i];

    if (slot->looked)
        return slot;
    if (! slot->value)
        slot->value = g_string_new (NULL);
    fill_slot (dialects, slot);
    return slot;
}

/* --- bids --- */

static gboolean
condition_holds (ModoriDialects *dialects, const ModoriGrammar *grammar,
                 const ModoriCondition *condition)
{
    const ModoriSubject *subject;

    if (condition->kind == MODORI_IF_BODY) {
        subject = modori_views_subject (dialects->views, grammar->view);
    } else {
        const Slot *slot = slot_at (dialects, condition->slot);

        if (! slot->found || ! condition->pattern)
            return slot->found;
        subject = slot->subject;
    }
    return modori_pattern_matches (condition->pattern, subject, NULL);
}

/* Does one of the conditions of the kind that begins at *I hold?  *I is moved behind them. */
static gboolean
kind_holds (ModoriDialects *dialects, const ModoriGrammar *grammar, guint *i)
{
    const GPtrArray *conditions = grammar->conditions;
    const ModoriCondition *first = g_ptr_array_index (conditions, *i);
    gboolean holds = FALSE;

    for (; *i < conditions->len; (*i)++) {
        const ModoriCondition *condition = g_ptr_array_index (conditions, *i);

        if (condition->kind != first->kind)
            break;
        holds = holds || condition_holds (dialects, grammar, condition);
    }
    return holds;
}

gboolean
modori_dialect_is_last (const ModoriDialects *dialects, guint i)
{
    return grammar_at (dialects, i)->last;
}

static gboolean
is_vetoed (ModoriDialects *dialects, const ModoriGrammar *grammar)
{
    for (guint i = 0; i < grammar->vetoes->len; i++)
        if (condition_holds (dialects, grammar, g_ptr_array_index (grammar->vetoes, i)))
            return TRUE;
    return FALSE;
}

guint
modori_dialect_bid (ModoriDialects *dialects, guint i)
{
    const ModoriGrammar *grammar = grammar_at (dialects, i);
    guint held = 0, left = grammar->n_kinds, at = 0;

    while (left && held < grammar->need && held + left >= grammar->need) {
        held += kind_holds (dialects, grammar, &at);
        left--;
    }
    return held >= grammar->need && ! is_vetoed (dialects, grammar) ? grammar->bid : 0;
}

/* --- reading --- */

/* Is REPORT one that dialects have nothing to say about (a complaint, an automatic reply)? */
static gboolean
is_other_report (ModoriReport *report)
{
    const char *kind;

    if (! modori_report_n_outcomes (report))
        return FALSE;
    kind = modori_outcome_text (modori_report_outcome (report, 0), MODORI_KEY_REPORT);
    return kind[0] && strcmp (kind, "delivery") != 0;
}

/* Does TEXT begin with a header field? */
static gboolean
looks_like_header (ModoriSpan text)
{
    gsize n = 0;

    while (n < text.len && (g_ascii_isalnum (text.at[n]) || text.at[n] == '-'))
        n++;
    return n > 1 && n < text.len && text.at[n] == ':';
}

/* TEXT without the empty lines and rulers at its beginning. */
static ModoriSpan
skip_marks (ModoriSpan text)
{
    ModoriSpan rest = text, line;

    while (modori_span_line (&rest, &line)
           && (modori_span_begins (line, "--") || ! modori_span_trim (line).len))
        text = rest;
    return text;
}

/* The returned message as it stands behind its mark in the text. */
static void
return_text (ModoriDialects *dialects, ModoriSpan text, ModoriReport *report)
{
    ModoriSpan bytes = modori_message_bytes (dialects->message);

    text = skip_marks (text);
    if (! looks_like_header (text))
        return;
    if (text.at < bytes.at || modori_span_end (text) > modori_span_end (bytes))
        text.at = modori_message_keep (dialects->message, text);
    modori_report_set_returned (report, text, FALSE);
}

/* A MIME part goes before a copy in the text. */
static void
find_returned (ModoriDialects *dialects, ModoriSpan text, ModoriReport *report)
{
    const ModoriInput input = { dialects->message, dialects->head, 0 };

    if (! modori_report_returned (report) && ! modori_input_take_returned (&input, report))
        return_text (dialects, text, report);
}

/* What the drafts of GRAMMAR need to know of the report's header. */
static void
prepare_drafts (ModoriDialects *dialects, const ModoriGrammar *grammar, ModoriReport *report)
{
    ModoriMessage *message = dialects->message;

    modori_drafts_begin (dialects->drafts, report);
    for (guint i = 0; i < grammar->except_headers->len; i++)
        modori_drafts_exclude (dialects->drafts, modori_span_of (modori_message_field (
            message, dialects->head, g_ptr_array_index (grammar->except_headers, i))));
    if (grammar->domain)
        modori_drafts_set_domain (dialects->drafts, modori_span_of (modori_message_address (
            message, dialects->head, grammar->domain)));
}

void
modori_dialect_read (ModoriDialects *dialects, guint i, ModoriReport *report)
{
    ModoriGrammar *grammar = grammar_at (dialects, i);
    ModoriSpan text;
    gsize end;
    guint line;

    if (is_other_report (report) || ! modori_grammar_read (grammar, dialects->knowledge, NULL))
        return;
    text = modori_views_text (dialects->views, grammar->view, &line);
    prepare_drafts (dialects, grammar, report);
    end = modori_prose_read (dialects->prose, grammar, text, line, dialects->drafts);
    find_returned (dialects, modori_span_skip (text, end), report);
    modori_merge_take (dialects->drafts, grammar, dialects->message, dialects->head, report);
    modori_merge (dialects->drafts, grammar, modori_span (text.at, end), dialects->subject, report);
}
