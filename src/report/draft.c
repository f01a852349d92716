/* draft.c - what a text says of each recipient, before it is compared with what others found.
 *
 * The drafts begin with the outcomes that the report already has, so that a text which names a
 * recipient again finds its draft, and one that names only replies can be compared with the
 * diagnostics that are known.  Values are pieces of the text; only diagnostics, which are joined
 * from several lines, are copied.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/draft.h"

#include "report/diagnostic.h"
#include "report/reply.h"

/* Bytes of a diagnostic that is gathered: more than is kept of it, as white space still
 * collapses. */
#define WORDS_MAX (2 * MODORI_DIAGNOSTIC_MAX)

/* The longest address (RFC 5321 4.5.3.1: 64 + 1 + 255), with room for what hosts allow beyond
 * it. */
#define ADDRESS_MAX 512

/* The header of a report names its sender, its reader, and a list perhaps. */
#define EXCLUDED_MAX 64

/* Addresses that are compared one by one; with more of them a table is quicker. */
#define NAMES_FEW 8

/* Each has a bit; the highest stays free, so that shifting ends. */
G_STATIC_ASSERT (MODORI_N_KEYS < 64);

/* An address and its draft. */
typedef struct {
    ModoriSpan address;
    guint draft;
} Name;

struct ModoriDrafts {
    GArray *items;              /* of ModoriDraft */
    GArray *names;              /* of Name; when there are more than a few, also: */
    GHashTable *by_address;     /* lower-case address -> index */
    GHashTable *excluded;       /* set of lower-case addresses that are no recipients */
    GString *domain;            /* of recipients that have none */
    GString *scratch;
    GString *lent;
};

ModoriDrafts *
modori_drafts_new (void)
{
    ModoriDrafts *drafts = g_new0 (ModoriDrafts, 1);

    drafts->items = g_array_new (FALSE, FALSE, sizeof (ModoriDraft));
    drafts->names = g_array_new (FALSE, FALSE, sizeof (Name));
    drafts->by_address = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    drafts->excluded = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    drafts->domain = g_string_new (NULL);
    drafts->scratch = g_string_new (NULL);
    drafts->lent = g_string_new (NULL);
    return drafts;
}

static void
free_words (GString **words)
{
    if (*words)
        g_string_free (*words, TRUE);
    *words = NULL;
}

static void
clear (ModoriDrafts *drafts)
{
    for (guint i = 0; i < drafts->items->len; i++) {
        free_words (&modori_drafts_at (drafts, i)->words);
        free_words (&modori_drafts_at (drafts, i)->before);
    }
    g_array_set_size (drafts->items, 0);
    g_array_set_size (drafts->names, 0);
    if (g_hash_table_size (drafts->by_address))
        g_hash_table_remove_all (drafts->by_address);
    if (g_hash_table_size (drafts->excluded))
        g_hash_table_remove_all (drafts->excluded);
    g_string_truncate (drafts->domain, 0);
}

void
modori_drafts_free (ModoriDrafts *drafts)
{
    if (! drafts)
        return;
    clear (drafts);
    g_array_unref (drafts->items);
    g_array_unref (drafts->names);
    g_hash_table_unref (drafts->by_address);
    g_hash_table_unref (drafts->excluded);
    g_string_free (drafts->domain, TRUE);
    g_string_free (drafts->scratch, TRUE);
    g_string_free (drafts->lent, TRUE);
    g_free (drafts);
}

guint
modori_drafts_count (const ModoriDrafts *drafts)
{
    return drafts->items->len;
}

ModoriDraft *
modori_drafts_at (ModoriDrafts *drafts, guint i)
{
    return &g_array_index (drafts->items, ModoriDraft, i);
}

static guint
add (ModoriDrafts *drafts)
{
    static const ModoriDraft nothing = { .values = { [0 ... MODORI_N_KEYS - 1] = { "", 0 } } };

    g_array_append_val (drafts->items, nothing);
    return drafts->items->len - 1;
}

/* ADDRESS as a key of the table; good until the next call. */
static const char *
table_key (ModoriDrafts *drafts, ModoriSpan address)
{
    g_string_truncate (drafts->scratch, 0);
    g_string_append_len (drafts->scratch, address.at, (gssize) address.len);
    g_string_ascii_down (drafts->scratch);
    return drafts->scratch->str;
}

/* ADDRESS as it is compared: up to a NUL. */
static ModoriSpan
comparable (ModoriSpan address)
{
    return modori_span (address.at, strnlen (address.at, address.len));
}

static void
enter_name (ModoriDrafts *drafts, const Name *name)
{
    g_hash_table_insert (drafts->by_address, g_strdup (table_key (drafts, name->address)),
                         GUINT_TO_POINTER (name->draft));
}

/* ADDRESS, which the drafts point at as well, is that of draft I unless it is another's. */
static void
remember (ModoriDrafts *drafts, ModoriSpan address, guint i)
{
    Name name = { comparable (address), i };
    guint n = drafts->names->len;

    if (! address.len || modori_drafts_find (drafts, address))
        return;
    g_array_append_val (drafts->names, name);
    if (n == NAMES_FEW)
        for (guint j = 0; j < n; j++)
            enter_name (drafts, &g_array_index (drafts->names, Name, j));
    if (n >= NAMES_FEW)
        enter_name (drafts, &name);
}

guint
modori_drafts_find (ModoriDrafts *drafts, ModoriSpan address)
{
    ModoriSpan wanted = comparable (address);

    if (drafts->names->len > NAMES_FEW)
        return GPOINTER_TO_UINT (g_hash_table_lookup (drafts->by_address,
                                                      table_key (drafts, wanted)));
    for (guint i = 0; i < drafts->names->len; i++) {
        const Name *name = &g_array_index (drafts->names, Name, i);

        if (name->address.len == wanted.len
            && g_ascii_strncasecmp (name->address.at, wanted.at, wanted.len) == 0)
            return name->draft;
    }
    return 0;
}

void
modori_drafts_exclude (ModoriDrafts *drafts, ModoriSpan list)
{
    while (list.len && g_hash_table_size (drafts->excluded) < EXCLUDED_MAX) {
        ModoriSpan address = modori_draft_element (&list);

        if (address.len)
            g_hash_table_add (drafts->excluded, g_strdup (table_key (drafts, address)));
    }
}

gboolean
modori_drafts_is_excluded (ModoriDrafts *drafts, ModoriSpan address)
{
    return g_hash_table_size (drafts->excluded)
        && g_hash_table_contains (drafts->excluded, table_key (drafts, address));
}

void
modori_drafts_set_domain (ModoriDrafts *drafts, ModoriSpan address)
{
    const char *at = g_strrstr_len (address.at, (gssize) address.len, "@");

    g_string_truncate (drafts->domain, 0);
    if (at)
        g_string_append_len (drafts->domain, at + 1, modori_span_end (address) - at - 1);
}

ModoriSpan
modori_drafts_domain (const ModoriDrafts *drafts)
{
    return modori_span (drafts->domain->str, drafts->domain->len);
}

GString *
modori_drafts_scratch (const ModoriDrafts *drafts)
{
    return drafts->lent;
}

static void
set_value (ModoriDraft *draft, ModoriKey key, ModoriSpan value)
{
    draft->values[key] = value;
    draft->keys |= G_GUINT64_CONSTANT (1) << key;
}

static ModoriSpan
text_of (const ModoriOutcome *outcome, ModoriKey key)
{
    return modori_span_of (modori_outcome_text (outcome, key));
}

/* Draft I is that of OUTCOME, which was there before. */
static void
begin_draft (ModoriDrafts *drafts, guint i, const ModoriOutcome *outcome)
{
    ModoriDraft *draft = modori_drafts_at (drafts, i);

    draft->given = text_of (outcome, MODORI_KEY_DIAGNOSTIC);
    set_value (draft, MODORI_KEY_RECIPIENT, text_of (outcome, MODORI_KEY_RECIPIENT));
    remember (drafts, text_of (outcome, MODORI_KEY_RECIPIENT), i);
    remember (drafts, text_of (outcome, MODORI_KEY_ORIGINAL_RECIPIENT), i);
}

void
modori_drafts_begin (ModoriDrafts *drafts, ModoriReport *report)
{
    clear (drafts);
    add (drafts);
    add (drafts);
    for (guint i = 0; i < modori_report_n_outcomes (report); i++) {
        const ModoriOutcome *outcome = modori_report_outcome (report, i);
        guint n = add (drafts);

        begin_draft (drafts, n, outcome);
        modori_drafts_at (drafts, n)->outcome = i + 1;
    }
}

/* --- addresses --- */

/* Letters and digits are in no set. */
static inline gboolean
is_one_of (char c, const char *set)
{
    return c && ! g_ascii_isalnum (c) && strchr (set, c);
}

/* "user@[192.0.2.1]" */
static gboolean
ends_with_literal (ModoriSpan text)
{
    return text.at[text.len - 1] == ']' && modori_span_find (text, "@[") > 0;
}

/* TEXT without the brackets, quotes and punctuation around it. */
static ModoriSpan
bare (ModoriSpan text)
{
    text = modori_span_trim (text);
    while (text.len && is_one_of (text.at[0], "<([{'` \t"))
        text = modori_span_skip (text, 1);
    if (modori_span_begins (text, "mailto:"))
        text = modori_span_skip (text, strlen ("mailto:"));
    else if (modori_span_begins (text, "SMTP:"))
        text = modori_span_skip (text, strlen ("SMTP:"));
    while (text.len && is_one_of (text.at[text.len - 1], ">)]}'`,;:. \t")
           && ! ends_with_literal (text))
        text.len--;
    return text;
}

/* Is there a character that no address has outside quotes?  (Bytes from 0x80 on are letters of
 * RFC 6531.) */
static gboolean
has_strange (ModoriSpan text)
{
    gboolean quoted = FALSE;

    for (gsize i = 0; i < text.len; i++) {
        char c = text.at[i];

        if (c == '\\' && quoted)
            i++;
        else if (c == '"')
            quoted = ! quoted;
        else if ((guchar) c < ' ' || c == 0x7f || (! quoted && is_one_of (c, " <>(),;")))
            return TRUE;
    }
    return quoted;
}

/* The last "@" of ADDRESS, before a NUL, or NULL. */
static const char *
last_at (ModoriSpan address)
{
    gsize n = strnlen (address.at, address.len);

    while (n > 0 && address.at[n - 1] != '@')
        n--;
    return n ? address.at + n - 1 : NULL;
}

ModoriSpan
modori_draft_address (ModoriSpan text, gboolean local)
{
    ModoriSpan address = bare (text);
    const char *at;

    if (address.len > 1 && address.at[0] == '"' && address.at[address.len - 1] == '"')
        address = modori_span (address.at + 1, address.len - 2);
    if (address.len == 0 || address.len > ADDRESS_MAX || has_strange (address))
        return MODORI_SPAN_EMPTY;
    at = last_at (address);
    if (! at)
        return local ? address : MODORI_SPAN_EMPTY;
    if (at == address.at || at + 1 == modori_span_end (address))
        return MODORI_SPAN_EMPTY;
    return address;
}

/* Take the next element off the list REST: up to a comma outside quotes. */
static ModoriSpan
next_element (ModoriSpan *rest)
{
    gboolean quoted = FALSE;
    ModoriSpan element;
    gsize n = 0;

    for (; n < rest->len && (quoted || rest->at[n] != ','); n++)
        if (rest->at[n] == '"')
            quoted = ! quoted;
    element = modori_span (rest->at, n);
    *rest = modori_span_skip (*rest, n + 1);
    return element;
}

ModoriSpan
modori_draft_element (ModoriSpan *list)
{
    ModoriSpan element = next_element (list);
    const char *open = g_strrstr_len (element.at, (gssize) element.len, "<");
    gssize comment = modori_span_find (element, " (");

    if (open)
        element = modori_span_between (open, modori_span_end (element));
    else if (comment > 0)       /* "a@b (Name)", as before RFC 2822 */
        element.len = (gsize) comment;
    return modori_draft_address (element, FALSE);
}

/* --- filling --- */

static void
join (GString **words, ModoriSpan more)
{
    if (! *words)
        *words = g_string_sized_new (more.len + 64);
    if ((*words)->len >= WORDS_MAX)
        return;
    if ((*words)->len)
        g_string_append_c (*words, ' ');
    g_string_append_len (*words, more.at, (gssize) MIN (more.len, WORDS_MAX - (*words)->len));
}

/* Everything that FROM has and TO lacks. */
static void
absorb (ModoriDraft *to, ModoriDraft *from)
{
    for (guint key = 0; from->keys >> key; key++) {
        if (from->values[key].len && ! to->values[key].len) {
            set_value (to, (ModoriKey) key, from->values[key]);
            to->places[key] = from->places[key];
        }
        from->values[key] = MODORI_SPAN_EMPTY;
    }
    from->keys = 0;
    if (from->words && ! to->words) {
        to->words = g_steal_pointer (&from->words);
        to->places[MODORI_KEY_DIAGNOSTIC] = from->places[MODORI_KEY_DIAGNOSTIC];
    } else {
        free_words (&from->words);
    }
    if (! to->section)
        to->section = from->section;
}

guint
modori_drafts_open (ModoriDrafts *drafts, const ModoriSection *section)
{
    guint i;

    if (drafts->items->len >= MODORI_OUTCOMES_MAX + MODORI_DRAFT_FIRST)
        return 0;
    i = add (drafts);
    modori_drafts_at (drafts, i)->section = section;
    modori_drafts_at (drafts, i)->once = TRUE;
    absorb (modori_drafts_at (drafts, i), modori_drafts_at (drafts, MODORI_DRAFT_PENDING));
    return i;
}

/* The text speaks of draft I a second time: what it said before is put aside. */
static void
open_again (ModoriDraft *draft)
{
    if (draft->words && ! draft->before) {
        draft->before = g_steal_pointer (&draft->words);
        draft->before_place = draft->places[MODORI_KEY_DIAGNOSTIC];
    } else {
        free_words (&draft->words);
    }
}

guint
modori_drafts_name (ModoriDrafts *drafts, guint i, ModoriSpan address, ModoriPlace place)
{
    guint known = modori_drafts_find (drafts, address);
    ModoriDraft *draft = modori_drafts_at (drafts, i);

    if (! known) {
        set_value (draft, MODORI_KEY_RECIPIENT, address);
        draft->places[MODORI_KEY_RECIPIENT] = place;
        remember (drafts, address, i);
        return i;
    }
    if (known == i)
        return i;
    open_again (modori_drafts_at (drafts, known));
    modori_drafts_at (drafts, known)->once = TRUE;
    absorb (modori_drafts_at (drafts, known), draft);
    draft->dead = TRUE;
    return known;
}

void
modori_drafts_fill (ModoriDrafts *drafts, guint i, ModoriKey key, ModoriSpan value,
                    ModoriPlace place)
{
    ModoriDraft *draft = modori_drafts_at (drafts, i);

    value = modori_span_trim (value);
    if (! value.len || draft->values[key].len)
        return;
    if (key != MODORI_KEY_DIAGNOSTIC || ! draft->words)
        draft->places[key] = place;
    if (key == MODORI_KEY_DIAGNOSTIC)
        join (&draft->words, value);
    else
        set_value (draft, key, value);
}

void
modori_drafts_say (ModoriDrafts *drafts, guint i, ModoriSpan words, ModoriPlace place)
{
    ModoriDraft *draft = modori_drafts_at (drafts, i);

    free_words (&draft->before);
    if (draft->words)
        g_string_truncate (draft->words, 0);
    join (&draft->words, words);
    draft->places[MODORI_KEY_DIAGNOSTIC] = place;
}

/* Who is no address himself (a pipe, a file, somebody undisclosed) goes by the address that
 * led to him. */
static void
name_by_origin (ModoriDrafts *drafts)
{
    for (guint i = MODORI_DRAFT_FIRST; i < drafts->items->len; i++) {
        ModoriDraft *draft = modori_drafts_at (drafts, i);
        ModoriSpan origin = draft->values[MODORI_KEY_ORIGINAL_RECIPIENT];

        if (draft->dead || draft->values[MODORI_KEY_RECIPIENT].len || ! origin.len)
            continue;
        draft->values[MODORI_KEY_ORIGINAL_RECIPIENT] = MODORI_SPAN_EMPTY;
        modori_drafts_name (drafts, i, origin, draft->places[MODORI_KEY_ORIGINAL_RECIPIENT]);
    }
}

void
modori_drafts_finish (ModoriDrafts *drafts)
{
    name_by_origin (drafts);
    absorb (modori_drafts_at (drafts, MODORI_DRAFT_COMMON),
            modori_drafts_at (drafts, MODORI_DRAFT_PENDING));
}

/* --- words --- */

guint
modori_draft_weight (ModoriSpan words)
{
    ModoriReply found;

    modori_reply_find (modori_diagnostic_bare (words), &found);
    return found.code.len ? 2 : found.status.len ? 1 : 0;
}

static ModoriSpan
words_of (const GString *words)
{
    return words ? modori_span (words->str, words->len) : MODORI_SPAN_EMPTY;
}

/* Of two places the one that quotes a reply tells more than the one that explains. */
static gboolean
is_before_better (const ModoriDraft *draft)
{
    ModoriSpan words = words_of (draft->words), before = words_of (draft->before);

    return before.len
           && (! words.len || modori_draft_weight (words) <= modori_draft_weight (before));
}

ModoriSpan
modori_draft_said (const ModoriDraft *draft, ModoriPlace *place)
{
    gboolean before = is_before_better (draft);

    *place = before ? draft->before_place : draft->places[MODORI_KEY_DIAGNOSTIC];
    return words_of (before ? draft->before : draft->words);
}

ModoriSpan
modori_draft_words (const ModoriDraft *draft)
{
    return words_of (is_before_better (draft) ? draft->before : draft->words);
}

static ModoriSpan
without_type (ModoriSpan words)
{
    gsize n = 0;

    words = modori_span_trim (words);
    while (n < words.len && (g_ascii_isalnum (words.at[n]) || is_one_of (words.at[n], "-_.")))
        n++;
    return n && n < words.len && words.at[n] == ';'
        ? modori_span_trim (modori_span_skip (words, n + 1)) : words;
}

static gsize
skip_blanks (ModoriSpan text, gsize i)
{
    while (i < text.len && g_ascii_isspace (text.at[i]))
        i++;
    return i;
}

gboolean
modori_draft_continues (ModoriSpan longer, ModoriSpan shorter, gboolean *more)
{
    gsize i = 0, j = 0;

    longer = without_type (longer);
    shorter = without_type (shorter);
    for (;;) {
        i = skip_blanks (longer, i);
        j = skip_blanks (shorter, j);
        if (i == longer.len || j == shorter.len)
            break;
        if (modori_ascii_lower (longer.at[i++]) != modori_ascii_lower (shorter.at[j++]))
            return FALSE;
    }
    if (more)
        *more = i < longer.len;
    return j == shorter.len && j > 0;
}
