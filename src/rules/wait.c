/* wait.c - how long a reply asks to wait before the next attempt.
 *
 * The words around the time are data: "try again in 5 minutes" in any language.  The first pattern
 * that matches tells it.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/wait.h"

#include <string.h>

enum { SECONDS, MATCH, NOTE, SEE, YES };

static const char *const field_names[] = { "Seconds", "Match", "Note", "See", "Yes", NULL };

const ModoriKind modori_wait_kind = { "Wait", field_names };

/* What the named groups of a Match count. */
static const struct { const char *name; guint64 seconds; } units[] = {
    { "seconds", 1 }, { "minutes", 60 }, { "hours", 60 * 60 }, { "days", 24 * 60 * 60 },
};

typedef struct {
    ModoriPattern *pattern;
    guint seconds;              /* for a Match without groups */
} Wait;

struct ModoriWaits {
    GArray *waits;              /* of Wait */
    ModoriSubject *subject;
};

static void
wait_clear (gpointer data)
{
    modori_pattern_free (((Wait *) data)->pattern);
}

static gboolean
read_seconds (const ModoriBlock *block, guint *seconds, GError **error)
{
    const ModoriEntry *entry = modori_block_entry (block, SECONDS, "");
    g_autofree char *text = entry ? modori_entry_text (entry) : NULL;
    guint64 number = 0;

    if (text && ! g_ascii_string_to_unsigned (text, 10, 1, MODORI_WAIT_MAX, &number, NULL))
        return modori_entry_fail (block, entry, error, "expected a number of seconds from 1 to %d",
                                  MODORI_WAIT_MAX);
    *seconds = (guint) number;
    return TRUE;
}

static gboolean
add_block (ModoriWaits *waits, const ModoriBlock *block, GError **error)
{
    Wait wait = { NULL, 0 };

    if (! read_seconds (block, &wait.seconds, error))
        return FALSE;
    for (guint i = 0; i < block->n_entries; i++) {
        if (block->entries[i].key != MATCH)
            continue;
        wait.pattern = modori_entry_pattern (block, &block->entries[i], error);
        if (! wait.pattern)
            return FALSE;
        g_array_append_val (waits->waits, wait);
    }
    return TRUE;
}

ModoriWaits *
modori_waits_new (const ModoriKnowledge *knowledge, GError **error)
{
    const GPtrArray *blocks = modori_knowledge_blocks (knowledge, &modori_wait_kind);
    g_autoptr (ModoriWaits) waits = g_new0 (ModoriWaits, 1);

    waits->waits = g_array_new (FALSE, FALSE, sizeof (Wait));
    g_array_set_clear_func (waits->waits, wait_clear);
    waits->subject = modori_subject_new ();
    for (guint i = 0; i < blocks->len; i++)
        if (! add_block (waits, g_ptr_array_index (blocks, i), error))
            return NULL;
    return g_steal_pointer (&waits);
}

void
modori_waits_free (ModoriWaits *waits)
{
    if (! waits)
        return;
    g_array_unref (waits->waits);
    modori_subject_free (waits->subject);
    g_free (waits);
}

static guint
sum (const ModoriCaptures *captures, guint otherwise)
{
    guint64 seconds = 0;

    for (guint i = 0; i < G_N_ELEMENTS (units); i++) {
        ModoriSpan digits = modori_captures_get (captures, units[i].name);
        guint64 number = 0;

        for (gsize n = 0; n < digits.len && number < MODORI_WAIT_MAX
             && g_ascii_isdigit (digits.at[n]); n++)
            number = number * 10 + (guint64) g_ascii_digit_value (digits.at[n]);
        seconds += number * units[i].seconds;
    }
    return captures->n ? (guint) MIN (seconds, MODORI_WAIT_MAX) : otherwise;
}

guint
modori_waits_find_in (const ModoriWaits *waits, const ModoriSubject *words)
{
    ModoriCaptures captures;

    for (guint i = 0; i < waits->waits->len; i++) {
        const Wait *wait = &g_array_index (waits->waits, Wait, i);

        if (modori_pattern_matches (wait->pattern, words, &captures))
            return sum (&captures, wait->seconds);
    }
    return 0;
}

guint
modori_waits_find (ModoriWaits *waits, const char *words)
{
    modori_subject_set (waits->subject, modori_span_of (words));
    return modori_waits_find_in (waits, waits->subject);
}

/* --- tests --- */

gboolean
modori_waits_check (const ModoriBlock *block, GError **error)
{
    return (modori_block_entry (block, MATCH, "") && modori_block_entry (block, YES, ""))
        || modori_entry_fail (block, NULL, error, "Wait %s needs a Match and a Yes", block->name);
}

gboolean
modori_waits_test_example (ModoriWaits *waits, const ModoriBlock *block, const ModoriEntry *entry,
                           GError **error)
{
    g_autofree char *text = modori_entry_text (entry);
    char *words = NULL;
    guint64 wanted = text[0] == '[' ? g_ascii_strtoull (text + 1, &words, 10) : 0;
    guint found;

    if (! words || ! g_str_has_prefix (words, "] "))
        return modori_entry_fail (block, entry, error, "Wait %s: \"[seconds] words\" was expected",
                                  block->name);
    found = modori_waits_find (waits, words + strlen ("] "));
    return found == wanted
        || modori_entry_fail (block, entry, error, "Wait %s: \"%s\" is %u seconds", block->name,
                              text, found);
}
