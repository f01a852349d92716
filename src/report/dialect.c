/* dialect.c - how mail systems write their reports, as data.
 *
 * Every dialect is asked about every message that passed the sift, so a bid costs next to nothing
 * where it does not apply: the cues (cue.c) of most are not in the message, and of the others
 * header fields are tried before the text (marks.c).
 * Reading is the business of prose.c, putting the findings into the report that of merge.c.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/dialect.h"

#include "report/decode.h"
#include "report/hints.h"
#include "report/marks.h"
#include "report/merge.h"
#include "report/prose.h"
#include "report/view.h"

/* Messages after which it pays to know the conditions of all dialects. */
#define TURNS_BEFORE_HINTS 16

struct ModoriDialects {
    const ModoriKnowledge *knowledge;   /* the caller's */
    ModoriSigns *signs;
    const GPtrArray *blocks;    /* the knowledge's */
    ModoriGrammar **grammars;   /* for each block: own, or NULL as long as it is not needed */
    ModoriViews *views;
    ModoriMarks *marks;
    ModoriHints *hints;         /* NULL for the first messages */
    guint turns;                /* how many these are */
    ModoriProse *prose;
    ModoriDrafts *drafts;
    ModoriSubject *subject;
    ModoriMessage *message;     /* the one that is looked at, at ... */
    guint head;                 /* ... the part that has its header */
};

/* What dialect I says of its bid; the rest is read when it reads.  NULL with ERROR set. */
static ModoriGrammar *
grammar_at (ModoriDialects *dialects, guint i, GError **error)
{
    ModoriGrammar *grammar = dialects->grammars[i];

    if (grammar)
        return grammar;
    grammar = modori_grammar_new (modori_dialect_block (dialects, i),
                                  modori_marks_names (dialects->marks), error);
    if (grammar)
        modori_marks_add (dialects->marks, i, grammar);
    dialects->grammars[i] = grammar;
    return grammar;
}

/* A dialect whose cues were noted is not even skimmed before a message has them.  Those that are
 * asked last are few, and their view of the text is made for nobody else. */
static gboolean
begin_dialect (ModoriDialects *dialects, guint i, GError **error)
{
    const ModoriBlock *block = modori_dialect_block (dialects, i);
    guint n;
    const ModoriCue *cues = modori_cues_noted (block, &n);

    if (cues && ! cues[0].last) {
        modori_marks_cue (dialects->marks, i, block, cues, n);
        return TRUE;
    }
    return grammar_at (dialects, i, error) != NULL;
}

static gboolean
read_blocks (ModoriDialects *dialects, GError **error)
{
    dialects->blocks = modori_knowledge_raw (dialects->knowledge, &modori_dialect_kind);
    dialects->grammars = g_new0 (ModoriGrammar *, dialects->blocks->len);
    for (guint i = 0; i < dialects->blocks->len; i++)
        if (! begin_dialect (dialects, i, error))
            return FALSE;
    return modori_knowledge_is_tested (dialects->knowledge)
        || modori_dialects_check (dialects, error);
}

ModoriDialects *
modori_dialects_new (const ModoriKnowledge *knowledge, GError **error)
{
    g_autoptr (ModoriDialects) dialects = g_new0 (ModoriDialects, 1);

    dialects->knowledge = knowledge;
    dialects->views = modori_views_new ();
    dialects->marks = modori_marks_new (dialects->views);
    dialects->prose = modori_prose_new ();
    dialects->drafts = modori_drafts_new ();
    dialects->subject = modori_subject_new ();
    dialects->signs = modori_signs_new (knowledge, error);
    if (! dialects->signs || ! read_blocks (dialects, error))
        return NULL;
    return g_steal_pointer (&dialects);
}

void
modori_dialects_free (ModoriDialects *dialects)
{
    if (! dialects)
        return;
    modori_signs_free (dialects->signs);
    modori_hints_free (dialects->hints);
    modori_marks_free (dialects->marks);
    for (guint i = 0; dialects->grammars && i < dialects->blocks->len; i++)
        modori_grammar_free (dialects->grammars[i]);
    g_free (dialects->grammars);
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
    return dialects->blocks->len;
}

gboolean
modori_dialects_check (ModoriDialects *dialects, GError **error)
{
    for (guint i = 0; i < dialects->blocks->len; i++) {
        ModoriGrammar *grammar = grammar_at (dialects, i, error);

        if (! grammar || ! modori_grammar_read (grammar, dialects->knowledge, error))
            return FALSE;
    }
    return TRUE;
}

const char *
modori_dialect_name (const ModoriDialects *dialects, guint i)
{
    return modori_dialect_block (dialects, i)->name;
}

const ModoriBlock *
modori_dialect_block (const ModoriDialects *dialects, guint i)
{
    return g_ptr_array_index (dialects->blocks, i);
}

/* --- the message that is looked at --- */

static void
begin_hints (ModoriDialects *dialects)
{
    guint n = dialects->blocks->len;

    for (guint i = 0; i < n; i++)
        grammar_at (dialects, i, NULL);
    dialects->hints = modori_hints_new (dialects->marks, dialects->grammars, n);
}

void
modori_dialects_turn_to (ModoriDialects *dialects, ModoriMessage *message, guint root)
{
    dialects->message = message;
    dialects->head = modori_views_head (message, root);
    modori_views_begin (dialects->views, message, root);
    modori_marks_turn_to (dialects->marks, message, dialects->head);
    if (! dialects->hints && ++dialects->turns > TURNS_BEFORE_HINTS)
        begin_hints (dialects);
    if (dialects->hints)
        modori_hints_turn_to (dialects->hints);
}

/* --- bids --- */

/* Of condition I of dialect NUMBER. */
typedef gboolean (*Test) (ModoriDialects *dialects, guint number, guint i);

static const ModoriCondition *
condition_at (const ModoriDialects *dialects, guint number, guint i)
{
    return g_ptr_array_index (dialects->grammars[number]->conditions, i);
}

static gboolean
may_hold (ModoriDialects *dialects, guint number, guint i)
{
    return modori_marks_may_hold (dialects->marks, condition_at (dialects, number, i));
}

static gboolean
holds (ModoriDialects *dialects, guint number, guint i)
{
    return modori_marks_hold (dialects->marks, condition_at (dialects, number, i));
}

/* The same, of a dialect that the hints named. */
static gboolean
is_seen_to_hold (ModoriDialects *dialects, guint number, guint i)
{
    return modori_hints_saw (dialects->hints, number, i)
        && modori_marks_confirm (dialects->marks, condition_at (dialects, number, i));
}

/* Does one of the conditions of the kind that begins at *I pass TEST?  *I is moved behind them. */
static gboolean
kind_passes (ModoriDialects *dialects, guint number, guint *i, Test test)
{
    const ModoriIf kind = condition_at (dialects, number, *i)->kind;
    guint end = dialects->grammars[number]->conditions->len;
    gboolean passes = FALSE;

    for (; *i < end && condition_at (dialects, number, *i)->kind == kind; (*i)++)
        passes = passes || test (dialects, number, *i);
    return passes;
}

/* Do as many kinds of conditions of dialect NUMBER as it needs pass TEST? */
static gboolean
enough_pass (ModoriDialects *dialects, guint number, Test test)
{
    const ModoriGrammar *grammar = dialects->grammars[number];
    guint passed = 0, left = grammar->n_kinds, at = 0;

    while (left && passed < grammar->need && passed + left >= grammar->need) {
        passed += kind_passes (dialects, number, &at, test);
        left--;
    }
    return passed >= grammar->need;
}

gboolean
modori_dialect_is_last (const ModoriDialects *dialects, guint i)
{
    return dialects->grammars[i] && dialects->grammars[i]->last;
}

guint
modori_dialects_next (ModoriDialects *dialects, guint i)
{
    if (dialects->hints)
        i = modori_hints_next (dialects->hints, i);
    while (i < dialects->blocks->len && modori_dialect_is_last (dialects, i))
        i = dialects->hints ? modori_hints_next (dialects->hints, i + 1) : i + 1;
    return i;
}

static gboolean
is_vetoed (ModoriDialects *dialects, const ModoriGrammar *grammar)
{
    for (guint i = 0; i < grammar->vetoes->len; i++)
        if (modori_marks_hold (dialects->marks, g_ptr_array_index (grammar->vetoes, i)))
            return TRUE;
    return FALSE;
}

/* Do enough conditions of dialect NUMBER hold?  Few hold of many, so they are all looked at before
 * one is read closely; the hints have done that. */
static gboolean
is_marked (ModoriDialects *dialects, guint number)
{
    const ModoriGrammar *grammar = dialects->grammars[number];

    if (dialects->hints && grammar && ! grammar->last)
        return modori_hints_next (dialects->hints, number) == number
            && enough_pass (dialects, number, is_seen_to_hold);
    return modori_marks_fit (dialects->marks, number) && grammar_at (dialects, number, NULL)
           && enough_pass (dialects, number, may_hold) && enough_pass (dialects, number, holds);
}

/* A shipped dialect that cannot be understood never bids: `rules test` tells of it. */
guint
modori_dialect_bid (ModoriDialects *dialects, guint i)
{
    return is_marked (dialects, i) && ! is_vetoed (dialects, dialects->grammars[i])
        ? dialects->grammars[i]->bid : 0;
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
    if (! modori_input_is_header (text))
        return;
    if (text.at < bytes.at || modori_span_end (text) > modori_span_end (bytes))
        text.at = modori_message_keep (dialects->message, text);
    modori_report_set_returned (report, text, FALSE);
}

/* A MIME part goes before a copy in TEXT, which begins at END there or, when no mark was seen,
 * where a header stands. */
static void
find_returned (ModoriDialects *dialects, ModoriSpan text, gsize end, ModoriReport *report)
{
    const ModoriInput input = { dialects->message, dialects->head, 0 };

    if (! modori_report_returned (report) && ! modori_input_take_returned (&input, report))
        return_text (dialects, end < text.len ? modori_span_skip (text, end)
                                              : modori_input_find_header (text), report);
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
    ModoriGrammar *grammar = grammar_at (dialects, i, NULL);
    ModoriSpan text;
    gsize end;
    guint line;

    if (is_other_report (report) || ! grammar
        || ! modori_grammar_read (grammar, dialects->knowledge, NULL))
        return;
    text = modori_views_text (dialects->views, grammar->view, &line);
    prepare_drafts (dialects, grammar, report);
    end = modori_prose_read (dialects->prose, grammar, text, line, dialects->drafts);
    find_returned (dialects, text, end, report);
    modori_merge_take (dialects->drafts, grammar, dialects->message, dialects->head, report);
    modori_merge (dialects->drafts, grammar, modori_span (text.at, end), dialects->subject, report);
}
