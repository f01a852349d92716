/* merge.c - from drafts to outcomes: a dialect's findings and what others found before it.
 *
 * Prose must not invent recipients where a machine-readable part has listed them, so new outcomes
 * are made only when no outcome has a recipient.  Of what is known already only empty and useless
 * values are filled - and a diagnostic that is the beginning of a longer one gives way to it:
 * some mail systems put but the first line of a reply into the fields and the rest into the text.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/merge.h"

#include "report/address.h"
#include "report/diagnostic.h"

/* What a merge works with. */
typedef struct {
    ModoriDrafts *drafts;
    const ModoriGrammar *grammar;
    ModoriReport *report;
    const char *origin;
    ModoriSpan text;
    ModoriSubject *subject;     /* the text, ready for patterns once one is tried */
    gboolean ready;
    guint final;                /* line of the rules file: "delayed" is its last word; or 0 */
    gboolean final_known;
    guint n_known;              /* outcomes that were there before */
    guint next;                 /* the first draft that only the text may have named */
    GString *scratch;
} Merge;

static gboolean
has_recipient (const ModoriDraft *draft)
{
    return ! draft->dead && draft->values[MODORI_KEY_RECIPIENT].len;
}

static guint
count_recipients (ModoriDrafts *drafts)
{
    guint n = 0;

    for (guint i = MODORI_DRAFT_FIRST; i < modori_drafts_count (drafts); i++)
        n += has_recipient (modori_drafts_at (drafts, i));
    return n;
}

/* --- values from header fields --- */

static guint
count_addresses (ModoriSpan list)
{
    guint n = 0;

    while (list.len)
        n += modori_draft_element (&list).len > 0;
    return n;
}

static void
take_recipients (ModoriDrafts *drafts, ModoriSpan list, ModoriPlace place)
{
    while (list.len) {
        ModoriSpan address = modori_draft_element (&list);
        gboolean may_be = address.len && ! modori_drafts_is_excluded (drafts, address);
        guint i = may_be ? modori_drafts_open (drafts, NULL) : 0;

        if (i)
            modori_drafts_name (drafts, i, address, place);
    }
}

/* Of several recipients of the returned message it is not known which one failed. */
static void
take_one (ModoriDrafts *drafts, const ModoriTake *take, ModoriSpan value)
{
    const ModoriPlace place = { 0, take->rule };

    if (take->key != MODORI_KEY_RECIPIENT && take->key != MODORI_GROUP_RECIPIENTS)
        modori_drafts_fill (drafts, MODORI_DRAFT_COMMON, (ModoriKey) take->key, value, place);
    else if (count_recipients (drafts) == 0 && (! take->original || count_addresses (value) == 1))
        take_recipients (drafts, value, place);
}

void
modori_merge_take (ModoriDrafts *drafts, const ModoriGrammar *grammar, ModoriMessage *message,
                   guint head, ModoriReport *report)
{
    ModoriMessage *returned = modori_report_returned (report);

    for (guint i = 0; i < grammar->takes->len; i++) {
        const ModoriTake *take = g_ptr_array_index (grammar->takes, i);

        if (! take->original)
            take_one (drafts, take,
                      modori_span_of (modori_message_field (message, head, take->name)));
        else if (returned)
            take_one (drafts, take,
                      modori_span_of (modori_message_field (returned, 0, take->name)));
    }
}

/* --- one value --- */

/* As records write it: the domain in small letters, no type. */
static ModoriSpan
clean_address (Merge *merge, ModoriSpan value)
{
    if (! modori_address_read (merge->scratch, value) && ! merge->grammar->local)
        return MODORI_SPAN_EMPTY;
    return modori_span (merge->scratch->str, merge->scratch->len);
}

static ModoriSpan
clean_host (ModoriSpan value)
{
    ModoriSpan name, ip;

    modori_host_read (value, &name, &ip);
    return name;
}

static ModoriSpan
clean_action (ModoriSpan value)
{
    static const char *const names[] = { "failed", "delayed", "delivered", "relayed", "expanded" };

    for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        if (modori_span_is (value, names[i]))
            return modori_span_of (names[i]);
    return modori_span_is (value, "failure") ? modori_span_of (names[0]) : MODORI_SPAN_EMPTY;
}

static ModoriSpan
clean_reply_code (ModoriSpan value)
{
    return value.len >= 3 && value.at[0] >= '2' && value.at[0] <= '5'
        && g_ascii_isdigit (value.at[1])
        && g_ascii_isdigit (value.at[2]) ? modori_span (value.at, 3) : MODORI_SPAN_EMPTY;
}

/* VALUE as the record has KEY; empty when it cannot be that. */
static ModoriSpan
clean (Merge *merge, ModoriKey key, ModoriSpan value)
{
    ModoriMessage *message = modori_report_message (merge->report);

    switch (key) {
    case MODORI_KEY_RECIPIENT: case MODORI_KEY_ORIGINAL_RECIPIENT: case MODORI_KEY_SENDER:
        return clean_address (merge, value);
    case MODORI_KEY_REMOTE_MTA: case MODORI_KEY_REPORTING_MTA:
        return clean_host (value);
    case MODORI_KEY_DATE: case MODORI_KEY_ARRIVAL_DATE:
        return modori_span_of (modori_message_date (message, value));
    case MODORI_KEY_SUBJECT:
        return modori_span_of (modori_message_decode (message, value));
    case MODORI_KEY_FROM:
        return clean_address (merge, modori_draft_element (&value));
    case MODORI_KEY_STATUS:
        return modori_span (value.at, modori_status_length (value.at, value.len));
    case MODORI_KEY_ACTION:
        return clean_action (value);
    case MODORI_KEY_REPLY_CODE:
        return clean_reply_code (value);
    default:
        return value;
    }
}

/* Does the header of the returned message have KEY?  It is better than what a text tells of it, the
 * time in its own way and without a zone. */
static gboolean
is_returned (Merge *merge, ModoriKey key)
{
    ModoriMessage *returned = modori_report_returned (merge->report);

    switch (returned ? key : MODORI_N_KEYS) {
    case MODORI_KEY_DATE:
        return *modori_message_date (returned, modori_message_raw (returned, 0, "Date", 0, NULL))
            != '\0';
    case MODORI_KEY_SUBJECT:
        return *modori_message_field (returned, 0, "Subject") != '\0';
    case MODORI_KEY_FROM:
        return *modori_message_address (returned, 0, "From") != '\0';
    case MODORI_KEY_MESSAGE_ID:
        return modori_message_raw (returned, 0, "Message-ID", 0, NULL).len > 0;
    default:
        return FALSE;
    }
}

/* TEXT was found at PLACE: it is KEY, unless that is known. */
static void
put (Merge *merge, ModoriOutcome *outcome, ModoriKey key, ModoriSpan text, ModoriPlace place)
{
    if (modori_outcome_offer (merge->report, outcome, key, text, merge->origin, place.line))
        outcome->values[key].place.rule = place.rule;
}

/* The same whatever is known. */
static void
replace (Merge *merge, ModoriOutcome *outcome, ModoriKey key, ModoriSpan text, ModoriPlace place)
{
    modori_outcome_set (merge->report, outcome, key, text, merge->origin, place.line);
    outcome->values[key].place.rule = place.rule;
}

static void
offer (Merge *merge, ModoriOutcome *outcome, ModoriKey key, ModoriSpan value, ModoriPlace place)
{
    if (! value.len || ! modori_value_is_useless (key, modori_outcome_text (outcome, key))
        || is_returned (merge, key))
        return;
    value = clean (merge, key, value);
    if (key == MODORI_KEY_ORIGINAL_RECIPIENT
        && modori_span_is (value, modori_outcome_text (outcome, MODORI_KEY_RECIPIENT)))
        return;
    put (merge, outcome, key, value, place);
}

/* --- one recipient --- */

/* WORDS, said in the text, beside the diagnostic that the outcome has.  Only that of a
 * machine-readable part may be the beginning of more. */
static void
offer_words (Merge *merge, ModoriOutcome *outcome, ModoriSpan words, ModoriPlace place)
{
    const char *known = modori_outcome_text (outcome, MODORI_KEY_DIAGNOSTIC);
    ModoriDiagnostic found;
    gboolean more = FALSE;

    if (! words.len)
        return;
    if (modori_value_is_useless (MODORI_KEY_DIAGNOSTIC, known)) {
        put (merge, outcome, MODORI_KEY_DIAGNOSTIC, modori_type_skip (words), place);
        return;
    }
    if (outcome->fields[0] && modori_draft_continues (words, modori_span_of (known), &more)
        && more) {
        replace (merge, outcome, MODORI_KEY_DIAGNOSTIC, modori_type_skip (words), place);
        return;
    }
    if (modori_outcome_text (outcome, MODORI_KEY_COMMAND)[0]
        && modori_outcome_text (outcome, MODORI_KEY_REMOTE_MTA)[0]
        && modori_outcome_text (outcome, MODORI_KEY_REMOTE_IP)[0])
        return;
    modori_diagnostic_read_most (words, &found);
    offer (merge, outcome, MODORI_KEY_COMMAND, found.command, place);
    offer (merge, outcome, MODORI_KEY_REMOTE_MTA, found.host, place);
    offer (merge, outcome, MODORI_KEY_REMOTE_IP, found.ip, place);
}

static void
offer_draft (Merge *merge, ModoriOutcome *outcome, const ModoriDraft *draft)
{
    ModoriPlace place;
    ModoriSpan words = modori_draft_said (draft, &place);

    for (guint key = 0; draft->keys >> key; key++)
        if (draft->values[key].len)
            offer (merge, outcome, (ModoriKey) key, draft->values[key], draft->places[key]);
    offer_words (merge, outcome, words, place);
}

static gboolean
text_matches (Merge *merge, ModoriPattern *pattern)
{
    if (! merge->ready)
        modori_subject_set (merge->subject, merge->text);
    merge->ready = TRUE;
    return modori_pattern_matches (pattern, merge->subject, NULL);
}

/* The same for all recipients, so asked once. */
static gboolean
set_holds (Merge *merge, ModoriSet *set)
{
    if (set->state == MODORI_SET_UNKNOWN)
        set->state = ! set->when || text_matches (merge, set->when) ? MODORI_SET_HOLDS
            : MODORI_SET_FAILS;
    return set->state == MODORI_SET_HOLDS;
}

static void
offer_sets (Merge *merge, ModoriOutcome *outcome, const ModoriSection *section)
{
    for (guint i = 0; i < section->sets->len; i++) {
        ModoriSet *set = g_ptr_array_index (section->sets, i);

        if (modori_value_is_useless (set->key, modori_outcome_text (outcome, set->key))
            && set_holds (merge, set))
            offer (merge, outcome, set->key, modori_span_of (set->value),
                   (ModoriPlace) { 0, set->rule });
    }
}

static const ModoriLine *
line_at (const GPtrArray *lines, guint i)
{
    return g_ptr_array_index (lines, i);
}

static guint
find_final (Merge *merge)
{
    const GPtrArray *finals = merge->grammar->finals;

    for (guint i = 0; i < finals->len; i++)
        if (text_matches (merge, line_at (finals, i)->pattern))
            return line_at (finals, i)->rule;
    return finals->len ? 0 : merge->grammar->final;
}

static gboolean
is_final (Merge *merge)
{
    if (! merge->final_known)
        merge->final = find_final (merge);
    merge->final_known = TRUE;
    return merge->final > 0;
}

/* What calls itself delayed has failed: the mail system says so no other way. */
static void
end_delay (Merge *merge, ModoriOutcome *outcome)
{
    if (strcmp (modori_outcome_text (outcome, MODORI_KEY_ACTION), "delayed") != 0
        || ! is_final (merge))
        return;
    outcome->final = TRUE;
    replace (merge, outcome, MODORI_KEY_ACTION, modori_span_of ("failed"),
             (ModoriPlace) { 0, merge->final });
}

/* DRAFT tells the address that stands behind an alias; the fields name the alias alone. */
static void
resolve_alias (Merge *merge, ModoriOutcome *outcome, const ModoriDraft *draft)
{
    const char *known = modori_outcome_text (outcome, MODORI_KEY_RECIPIENT);
    ModoriSpan alias = draft->values[MODORI_KEY_ORIGINAL_RECIPIENT];
    ModoriSpan address = draft->values[MODORI_KEY_RECIPIENT];

    if (! known[0] || ! alias.len || ! address.len
        || ! modori_span_is (clean_address (merge, alias), known))
        return;
    replace (merge, outcome, MODORI_KEY_ORIGINAL_RECIPIENT, modori_span_of (known),
             draft->places[MODORI_KEY_ORIGINAL_RECIPIENT]);
    replace (merge, outcome, MODORI_KEY_RECIPIENT, clean_address (merge, address),
             draft->places[MODORI_KEY_RECIPIENT]);
}

/* All that is known of one recipient: its own (OTHER is what the text calls it, or NULL), then
 * what is common, then constants. */
static void
fill_outcome (Merge *merge, ModoriOutcome *outcome, const ModoriDraft *draft,
              const ModoriDraft *other)
{
    const ModoriSection *section = other && other->section ? other->section : draft->section;

    offer_draft (merge, outcome, draft);
    if (other) {
        resolve_alias (merge, outcome, other);
        offer_draft (merge, outcome, other);
    }
    offer_draft (merge, outcome, modori_drafts_at (merge->drafts, MODORI_DRAFT_COMMON));
    if (section && section->name[0])
        offer_sets (merge, outcome, section);
    offer_sets (merge, outcome, g_ptr_array_index (merge->grammar->sections, 0));
    end_delay (merge, outcome);
}

/* DRAFT is somebody new, of whom ACTION is true unless the text says another one. */
static void
add_outcome (Merge *merge, const ModoriDraft *draft, const char *action)
{
    const ModoriPlace dialect = { 0, merge->grammar->block->line };
    ModoriOutcome *outcome = modori_report_add (merge->report);

    if (! outcome)
        return;
    fill_outcome (merge, outcome, draft, NULL);
    offer (merge, outcome, MODORI_KEY_REPORT, modori_span_of ("delivery"), dialect);
    if (strcmp (modori_outcome_text (outcome, MODORI_KEY_REPORT), "delivery") == 0)
        offer (merge, outcome, MODORI_KEY_ACTION, modori_span_of (action), dialect);
    offer (merge, outcome, MODORI_KEY_DIALECT, modori_span_of (merge->origin), dialect);
}

/* --- all of them --- */

static gboolean
is_new (const ModoriDraft *draft)
{
    return has_recipient (draft) && ! draft->outcome;
}

/* The outcome that the fields made of the alias that DRAFT, whom only the text names, is behind;
 * 0 when there is none, or the text speaks of the alias itself. */
static guint
alias_of (Merge *merge, const ModoriDraft *draft)
{
    ModoriSpan alias = modori_draft_address (draft->values[MODORI_KEY_ORIGINAL_RECIPIENT], FALSE);
    const ModoriDraft *known;
    guint i;

    if (! is_new (draft) || ! alias.len)
        return 0;
    i = modori_drafts_find (merge->drafts, alias);
    if (i < MODORI_DRAFT_FIRST || i >= MODORI_DRAFT_FIRST + merge->n_known)
        return 0;
    known = modori_drafts_at (merge->drafts, i);
    if (known->once || known->values[MODORI_KEY_RECIPIENT].len != alias.len
        || g_ascii_strncasecmp (known->values[MODORI_KEY_RECIPIENT].at, alias.at, alias.len) != 0)
        return 0;
    return i - MODORI_DRAFT_FIRST + 1;
}

static gboolean
is_left (Merge *merge, const ModoriDraft *draft)
{
    return is_new (draft) && ! alias_of (merge, draft);
}

/* The first recipient that only the text names, or NULL.  ALONE: there is no second one. */
static ModoriDraft *
first_new (Merge *merge, gboolean *alone)
{
    guint n = modori_drafts_count (merge->drafts), second;

    while (merge->next < n && ! is_left (merge, modori_drafts_at (merge->drafts, merge->next)))
        merge->next++;
    second = merge->next + 1;
    while (second < n && ! is_left (merge, modori_drafts_at (merge->drafts, second)))
        second++;
    *alone = second >= n;
    return merge->next < n ? modori_drafts_at (merge->drafts, merge->next) : NULL;
}

/* Do the words of DRAFT quote the reply that is GIVEN? */
static gboolean
quotes (const ModoriDraft *draft, ModoriSpan given)
{
    ModoriDiagnostic read;

    if (! given.len || ! draft->words)
        return FALSE;
    modori_diagnostic_read_most (modori_draft_words (draft), &read);
    return modori_draft_continues (read.said, given, NULL);
}

/* Draft NUMBER is who outcome I is about, unless one that quotes its reply was found before. */
static void
claim (Merge *merge, guint *others, guint i, guint number)
{
    ModoriSpan given = modori_drafts_at (merge->drafts, MODORI_DRAFT_FIRST + i)->given;
    ModoriDraft *draft = modori_drafts_at (merge->drafts, number);

    if (others[i]) {
        if (! quotes (draft, given))
            return;
        modori_drafts_at (merge->drafts, others[i])->outcome = 0;
    }
    draft->outcome = i + 1;
    others[i] = number;
}

/* Give those behind an alias to the outcomes of their aliases. */
static void
claim_aliases (Merge *merge, guint *others)
{
    guint n = modori_drafts_count (merge->drafts);

    for (guint i = MODORI_DRAFT_FIRST + merge->n_known; i < n; i++) {
        guint outcome = alias_of (merge, modori_drafts_at (merge->drafts, i));

        if (outcome)
            claim (merge, others, outcome - 1, i);
    }
}

/* What the text calls the recipient of outcome I, which it does not name: an outcome without
 * recipient is that of the next one in the text; a single one and a single recipient of the
 * text are the same, whatever they are called. */
static void
claim_unnamed (Merge *merge, guint i, guint *others)
{
    const ModoriDraft *known = modori_drafts_at (merge->drafts, MODORI_DRAFT_FIRST + i);
    gboolean named = known->values[MODORI_KEY_RECIPIENT].len > 0, alone;

    if (others[i] || known->once || (named && merge->n_known > 1))
        return;
    if (first_new (merge, &alone) && (alone || ! named))
        claim (merge, others, i, merge->next);
}

/* One is left in the fields and one in the text, and both were told the same. */
static void
claim_last (Merge *merge, guint *others)
{
    guint left = merge->n_known;
    gboolean alone;
    const ModoriDraft *draft = first_new (merge, &alone);

    for (guint i = 0; draft && alone && i < merge->n_known; i++) {
        if (others[i] || modori_drafts_at (merge->drafts, MODORI_DRAFT_FIRST + i)->once)
            continue;
        if (left < merge->n_known)
            return;
        left = i;
    }
    if (left < merge->n_known
        && quotes (draft, modori_drafts_at (merge->drafts, MODORI_DRAFT_FIRST + left)->given))
        claim (merge, others, left, merge->next);
}

/* The outcomes that were there before. */
static void
fill_known (Merge *merge)
{
    g_autofree guint *others = g_new0 (guint, merge->n_known);

    claim_aliases (merge, others);
    for (guint i = 0; i < merge->n_known; i++)
        claim_unnamed (merge, i, others);
    claim_last (merge, others);
    for (guint i = 0; i < merge->n_known; i++)
        fill_outcome (merge, modori_report_outcome (merge->report, i),
                      modori_drafts_at (merge->drafts, MODORI_DRAFT_FIRST + i),
                      others[i] ? modori_drafts_at (merge->drafts, others[i]) : NULL);
}

/* Whom only the text names.  When the fields have LISTED all, only those behind an alias that they
 * list are new. */
static void
add_new (Merge *merge, gboolean listed)
{
    ModoriReport *report = merge->report;

    for (guint i = MODORI_DRAFT_FIRST; i < modori_drafts_count (merge->drafts); i++) {
        const ModoriDraft *draft = modori_drafts_at (merge->drafts, i);
        guint outcome = listed ? alias_of (merge, draft) : 0;

        if (outcome)
            add_outcome (merge, draft, modori_outcome_text (
                modori_report_outcome (report, outcome - 1), MODORI_KEY_ACTION));
        else if (! listed && is_new (draft))
            add_outcome (merge, draft, "failed");
    }
}

/* Somebody was opened but never named: what was said of him is all that there is. */
static void
keep_nameless (ModoriDrafts *drafts)
{
    for (guint i = MODORI_DRAFT_FIRST; i < modori_drafts_count (drafts); i++) {
        const ModoriDraft *draft = modori_drafts_at (drafts, i);
        ModoriPlace place;
        ModoriSpan words;

        if (draft->dead || draft->outcome || has_recipient (draft) || ! draft->words
            || modori_drafts_at (drafts, MODORI_DRAFT_COMMON)->words)
            continue;
        words = modori_draft_said (draft, &place);
        modori_drafts_say (drafts, MODORI_DRAFT_COMMON, words, place);
    }
}

static void
forget_sets (const ModoriGrammar *grammar)
{
    for (guint i = 0; i < grammar->sections->len; i++) {
        const ModoriSection *section = g_ptr_array_index (grammar->sections, i);

        for (guint j = 0; j < section->sets->len; j++)
            ((ModoriSet *) g_ptr_array_index (section->sets, j))->state = MODORI_SET_UNKNOWN;
    }
}

void
modori_merge (ModoriDrafts *drafts, const ModoriGrammar *grammar, ModoriSpan text,
              ModoriSubject *subject, ModoriReport *report)
{
    Merge merge = {
        .drafts = drafts, .grammar = grammar, .report = report, .origin = grammar->block->name,
        .text = text, .subject = subject, .next = MODORI_DRAFT_FIRST,
        .scratch = modori_drafts_scratch (drafts),
        .n_known = modori_report_n_outcomes (report),
    };
    const ModoriDraft *common;
    gboolean listed = FALSE;

    keep_nameless (drafts);
    forget_sets (grammar);
    for (guint i = 0; i < merge.n_known; i++)
        listed |= modori_outcome_text (modori_report_outcome (report, i),
                                       MODORI_KEY_RECIPIENT)[0] != '\0';
    if (merge.n_known)
        fill_known (&merge);
    add_new (&merge, listed);
    common = modori_drafts_at (drafts, MODORI_DRAFT_COMMON);
    if (! modori_report_n_outcomes (report) && common->words)
        add_outcome (&merge, common, "failed");
}
