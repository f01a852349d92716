/* finding.c - one Finding block: its conditions as read, and what it says.
 *
 * Of each kind of condition that a block has one must hold (Also-Header and Not-Header: all), or
 * of `Need` kinds.  Conditions of one kind lie side by side, so that a block is read from left to
 * right; who looks at messages is findings.c.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/finding.h"

#include "text/block.h"
#include "text/error.h"

/* Fields of the block that are no conditions, behind them in field_names. */
enum {
    NEED = MODORI_FINDING_N_CONDITIONS, TITLE, WHY, SEVERITY, ADVICE, REFUSED_BY, EXPLAINS,
    REFUSED_AT, ENVELOPE, RECIPIENT, NOTE, SEE, YES, NO
};

/* First letters of the conditions and of Need. */
#define CONDITION_INITIALS "mheraltpnvb"

static const char *const field_names[] = {
    "Larger-Than", "Missing", "Header", "Empty", "Repeated", "Also-Header", "Address",
    "Recipients-Over", "Header-Larger-Than", "Line-Longer-Than", "Reverse-Name", "Verdict",
    "Test", "Not-Header", "Part", "Body",
    "Need", "Title", "Why", "Severity", "Advice", "Refused-By", "Explains", "Refused-At",
    "Envelope", "Recipient", "Note", "See", "Yes", "No", NULL
};

G_STATIC_ASSERT (G_N_ELEMENTS (field_names) == NO + 2);

const ModoriKind modori_finding_kind = { "Finding", field_names };

/* What is needed while a block is read. */
typedef struct {
    ModoriFinding *finding;
    ModoriHeader *header;
    GArray *conditions;             /* ModoriFindingCondition */
    GArray *entries;                /* ModoriEntry, of the conditions and Need */
} Reading;

/* --- reading the block --- */

void
modori_finding_clear_condition (gpointer condition)
{
    modori_condition_clear (&((ModoriFindingCondition *) condition)->field);
}

/* "12K", "2M", "998". */
static gboolean
read_number (ModoriSpan value, gsize *number, GError **error)
{
    gsize i = 0;

    *number = 0;
    while (i < value.len && i < 12 && g_ascii_isdigit (value.at[i]))
        *number = 10 * *number + (gsize) (value.at[i++] - '0');
    if (i > 0 && i + 1 == value.len && value.at[i] == 'K')
        *number *= 1024;
    else if (i > 0 && i + 1 == value.len && value.at[i] == 'M')
        *number *= 1024 * 1024;
    else if (i == 0 || i != value.len) {
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_SYNTAX,
                     "\"%.*s\" is no number (such as 998, 12K or 2M)",
                     (int) value.len, value.at);
        return FALSE;
    }
    return TRUE;
}

/* "12K", or "12K 32K": over the first, and not over the second. */
static gboolean
read_range (ModoriFindingCondition *condition, ModoriSpan value, GError **error)
{
    ModoriSpan word = MODORI_SPAN_EMPTY;

    modori_entry_word (&value, &word);
    condition->most = G_MAXSIZE;
    if (! read_number (word, &condition->number, error))
        return FALSE;
    return ! modori_entry_word (&value, &word) || read_number (word, &condition->most, error);
}

static gboolean
read_test (ModoriFindingCondition *condition, ModoriSpan value, GError **error)
{
    condition->test = modori_tests_find (value);
    if (! condition->test)
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_SYNTAX, "there is no built-in test \"%.*s\"",
                     (int) value.len, value.at);
    return condition->test != NULL;
}

static gboolean
read_pattern (ModoriFindingCondition *condition, ModoriSpan value, GError **error)
{
    condition->field.pattern = modori_pattern_new (value, error);
    return condition->field.pattern != NULL;
}

static gboolean
read_condition (Reading *reading, const ModoriEntry *entry, ModoriFindingCondition *condition,
                GError **error)
{
    switch (condition->key) {
    case MODORI_FINDING_LARGER_THAN:
    case MODORI_FINDING_RECIPIENTS_OVER:
    case MODORI_FINDING_HEADER_LARGER_THAN:
    case MODORI_FINDING_LINE_LONGER_THAN:
        return read_range (condition, entry->value, error);
    case MODORI_FINDING_TEST:
        return read_test (condition, entry->value, error);
    case MODORI_FINDING_REVERSE_NAME:
    case MODORI_FINDING_BODY:
        return read_pattern (condition, entry->value, error);
    case MODORI_FINDING_VERDICT:
        condition->words = entry->value;
        return TRUE;
    default:
        return modori_condition_read (&condition->field, reading->header, entry->value, error);
    }
}

static gboolean
add_condition (Reading *reading, const ModoriEntry *entry, GError **error)
{
    g_autoptr (GError) why = NULL;
    ModoriFindingCondition condition = { .key = (ModoriFindingKey) entry->key };

    if (! read_condition (reading, entry, &condition, &why))
        return modori_entry_fail (reading->finding->block, entry, error, "%s", why->message);
    g_array_append_val (reading->conditions, condition);
    return TRUE;
}

/* Add the conditions of KEY that the block has. */
static gboolean
add_conditions (Reading *reading, guint key, GError **error)
{
    guint before = reading->conditions->len;

    for (guint i = 0; i < reading->entries->len; i++) {
        const ModoriEntry *entry = &g_array_index (reading->entries, ModoriEntry, i);

        if (entry->key == key && ! add_condition (reading, entry, error))
            return FALSE;
    }
    for (guint i = before; i < reading->conditions->len; i++)
        g_array_index (reading->conditions, ModoriFindingCondition, i).behind =
            reading->conditions->len;
    reading->finding->need += reading->conditions->len > before;
    return TRUE;
}

static gboolean
read_need (Reading *reading, GError **error)
{
    ModoriFinding *finding = reading->finding;
    const ModoriEntry *entry = NULL;
    g_autoptr (GError) why = NULL;
    gsize need;

    for (guint i = 0; ! entry && i < reading->entries->len; i++)
        if (g_array_index (reading->entries, ModoriEntry, i).key == NEED)
            entry = &g_array_index (reading->entries, ModoriEntry, i);
    if (! entry)
        return TRUE;
    if (! read_number (entry->value, &need, &why))
        return modori_entry_fail (finding->block, entry, error, "%s", why->message);
    if (need == 0 || need > finding->need)
        return modori_entry_fail (finding->block, entry, error,
                                  "Need is more than there are kinds of conditions (%u)",
                                  finding->need);
    finding->some = need < finding->need;
    finding->need = (guint) need;
    return TRUE;
}

/* --- what the fields of a message tell at once --- */

/* Without which fields does CONDITION, of a kind of which one must hold, not hold?  FALSE: nothing
 * is known.  (A field that is there but empty is its own affair.) */
static gboolean
needed_fields (const ModoriFindingCondition *condition, ModoriHeader *header, ModoriHeaderSet *set)
{
    static const ModoriLookName results[] = { MODORI_LOOK_RESULTS, MODORI_LOOK_SPF };
    ModoriLookName name = MODORI_LOOK_RECEIVED;

    switch (condition->key) {
    case MODORI_FINDING_HEADER:
    case MODORI_FINDING_ALSO_HEADER:
    case MODORI_FINDING_EMPTY:
    case MODORI_FINDING_REPEATED:
    case MODORI_FINDING_ADDRESS:
        modori_header_set_add (set, condition->field.name);
        return condition->field.name < MODORI_HEADER_SET_MAX;
    case MODORI_FINDING_VERDICT:
        for (guint i = 0; i < G_N_ELEMENTS (results); i++)
            modori_header_set_add (set, modori_look_learn_name (header, results[i]));
        return TRUE;
    case MODORI_FINDING_TEST:
        name = condition->test->needs;
        break;
    case MODORI_FINDING_REVERSE_NAME:
        break;
    default:
        return FALSE;
    }
    if (name == MODORI_TEST_NEEDS_NOTHING)
        return FALSE;
    modori_header_set_add (set, modori_look_learn_name (header, name));
    return TRUE;
}

/* Note what the N conditions at ALL, of one kind, need and forbid. */
static void
note_needs (ModoriFinding *finding, const ModoriFindingCondition *all, guint n,
            ModoriHeader *header)
{
    ModoriFindingNeed need = { .twice = all->key == MODORI_FINDING_REPEATED };
    gboolean known = finding->n_needs < MODORI_FINDING_NEEDS;

    for (guint i = 0; i < n; i++)
        known = known && needed_fields (&all[i], header, &need.names);
    if (known)
        finding->needs[finding->n_needs++] = need;
    if (all->key == MODORI_FINDING_MISSING)
        finding->whole = TRUE;
    if (all->key == MODORI_FINDING_MISSING && n == 1)
        modori_header_set_add (&finding->never, all->field.name);
    for (guint i = 0; all->key == MODORI_FINDING_NOT_HEADER && i < n; i++)
        if (! all[i].field.pattern)
            modori_header_set_add (&finding->never, all[i].field.name);
}

/* Nearly all findings need a field that nearly no message has, or forbid one that nearly all have:
 * that must cost next to nothing.  Where some of the kinds are enough, nothing follows from one. */
static void
note_all_needs (ModoriFinding *finding, ModoriHeader *header, const GArray *conditions)
{
    const ModoriFindingCondition *all = (gconstpointer) conditions->data;

    for (guint i = finding->first; i < finding->end && ! finding->some; i = all[i].behind)
        note_needs (finding, &all[i], all[i].behind - i, header);
}

gboolean
modori_finding_read (ModoriFinding *finding, const ModoriBlock *block, ModoriHeader *header,
                     GArray *conditions, GError **error)
{
    g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (ModoriEntry));
    Reading reading = { finding, header, conditions, entries };
    ModoriEntry entry = { .key = 0 };
    ModoriSkim skim;

    *finding = (ModoriFinding) { .block = block, .first = conditions->len };
    modori_skim_init (&skim, block, CONDITION_INITIALS);
    while (modori_skim_next (&skim, &entry))
        g_array_append_val (entries, entry);
    for (guint key = 0; key < MODORI_FINDING_N_CONDITIONS; key++)
        if (! add_conditions (&reading, key, error))
            return FALSE;
    finding->end = conditions->len;
    if (finding->need == 0)
        return modori_entry_fail (block, NULL, error, "a Finding needs a condition");
    if (! read_need (&reading, error))
        return FALSE;
    note_all_needs (finding, header, conditions);
    return TRUE;
}

/* --- what it says --- */

static char *
text_of (const ModoriBlock *block, guint key, const char *lang)
{
    const ModoriEntry *entry = modori_block_entry (block, key, lang);

    return entry ? modori_entry_text (entry) : g_strdup ("");
}

ModoriSeverity
modori_finding_severity (const ModoriBlock *block)
{
    const ModoriEntry *entry = modori_block_entry (block, SEVERITY, "");
    ModoriSpan severity = entry ? entry->value : MODORI_SPAN_EMPTY;

    if (modori_span_is (severity, "error"))
        return MODORI_SEVERITY_ERROR;
    return modori_span_is (severity, "warning") ? MODORI_SEVERITY_WARNING : MODORI_SEVERITY_NOTE;
}

char *
modori_finding_title (const ModoriBlock *block, const char *lang)
{
    return text_of (block, TITLE, lang);
}

char *
modori_finding_why (const ModoriBlock *block, const char *lang)
{
    return text_of (block, WHY, lang);
}

char *
modori_finding_refused_by (const ModoriBlock *block, const char *lang)
{
    return text_of (block, REFUSED_BY, lang);
}

char *
modori_finding_advice (const ModoriBlock *block)
{
    return text_of (block, ADVICE, "");
}

/* The NTH word of all entries KEY of BLOCK, or an empty span. */
static ModoriSpan
word_of (const ModoriBlock *block, guint key, guint nth, const ModoriEntry **entry)
{
    for (guint i = 0; i < block->n_entries; i++) {
        ModoriSpan rest = block->entries[i].value, word;

        if (block->entries[i].key != key)
            continue;
        if (entry)
            *entry = &block->entries[i];
        while (modori_entry_word (&rest, &word))
            if (nth-- == 0)
                return word;
    }
    return MODORI_SPAN_EMPTY;
}

ModoriSpan
modori_finding_reason (const ModoriBlock *block, guint nth, const ModoriEntry **entry)
{
    return word_of (block, EXPLAINS, nth, entry);
}

ModoriSpan
modori_finding_provider (const ModoriBlock *block, guint nth, const ModoriEntry **entry)
{
    return word_of (block, REFUSED_AT, nth, entry);
}

/* Is NAME among the words of KEY? */
static gboolean
names (const ModoriBlock *block, guint key, const char *name)
{
    ModoriSpan word;

    for (guint i = 0; (word = word_of (block, key, i, NULL)).len > 0; i++)
        if (modori_span_is (word, name))
            return TRUE;
    return FALSE;
}

/* What is wrong with one recipient's address explains what was said of that one only. */
static gboolean
is_about (const char *evidence, const ModoriOutcome *outcome)
{
    static const ModoriKey keys[] = { MODORI_KEY_RECIPIENT, MODORI_KEY_ORIGINAL_RECIPIENT };

    for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
        const char *address = modori_outcome_text (outcome, keys[i]);

        if (*address && modori_span_find (modori_span_of (evidence), address) >= 0)
            return TRUE;
    }
    return FALSE;
}

/* Did the server refuse before it saw the header? */
static gboolean
is_before_data (const ModoriOutcome *outcome)
{
    static const char *const commands[] = {
        "CONN", "HELO", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", NULL
    };

    return g_strv_contains (commands, modori_outcome_text (outcome, MODORI_KEY_COMMAND));
}

gboolean
modori_finding_explains (const ModoriBlock *block, const char *evidence,
                         const ModoriOutcome *outcome)
{
    if (! names (block, EXPLAINS, modori_outcome_text (outcome, MODORI_KEY_REASON)))
        return FALSE;
    if (modori_block_entry (block, REFUSED_AT, "")
        && ! names (block, REFUSED_AT, modori_outcome_text (outcome, MODORI_KEY_PROVIDER)))
        return FALSE;
    if (modori_block_entry (block, RECIPIENT, ""))
        return is_about (evidence, outcome);
    return modori_block_entry (block, ENVELOPE, "") || ! is_before_data (outcome);
}

/* --- for `rules test` --- */

static gboolean
has_both_languages (const ModoriBlock *block, guint key, GError **error)
{
    const ModoriEntry *ja = modori_block_entry (block, key, "ja");

    if (ja && ja->lang[0] && modori_block_entry (block, key, "")
        && ! modori_block_entry (block, key, "")->lang[0])
        return TRUE;
    return modori_entry_fail (block, ja, error, "%s is wanted in English and Japanese",
                              field_names[key]);
}

gboolean
modori_finding_check (const ModoriBlock *block, GError **error)
{
    const ModoriEntry *severity = modori_block_entry (block, SEVERITY, "");
    const ModoriEntry *explains = modori_block_entry (block, EXPLAINS, "");

    if (! severity || (modori_finding_severity (block) == MODORI_SEVERITY_NOTE
                       && ! modori_span_is (severity->value, "note")))
        return modori_entry_fail (block, severity, error, "Severity is error, warning or note");
    if (! modori_block_entry (block, YES, "") || ! modori_block_entry (block, NO, ""))
        return modori_entry_fail (block, NULL, error, "a Finding needs a Yes and a No");
    if (modori_block_entry (block, REFUSED_BY, "")
        && ! has_both_languages (block, REFUSED_BY, error))
        return FALSE;
    if (explains && ! modori_block_entry (block, ADVICE, ""))
        return modori_entry_fail (block, explains, error, "what Explains a reply needs an Advice");
    return has_both_languages (block, TITLE, error) && has_both_languages (block, WHY, error);
}
