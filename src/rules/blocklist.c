/* blocklist.c - block lists: which one a reply speaks of, and where one asks to be taken off it.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/blocklist.h"

#include <arpa/inet.h>
#include <string.h>

enum { TITLE, MATCH, LISTS, LOOK_UP, REMOVAL, NOTE, SEE, YES, NO };

static const char *const field_names[] = {
    "Title", "Match", "Lists", "Look-Up", "Removal", "Note", "See", "Yes", "No", NULL
};

const ModoriKind modori_blocklist_kind = { "Blocklist", field_names };

typedef struct {
    const ModoriBlock *block;
    ModoriPattern *pattern;
} Mark;

struct ModoriBlocklists {
    const ModoriKnowledge *knowledge;       /* the caller's */
    GArray *marks;                  /* Mark: every Match of every list, in their order */
    ModoriIndex *index;             /* of the marks; NULL until it is needed, as ... */
    ModoriSubject *subject;
};

static void
mark_clear (gpointer data)
{
    modori_pattern_free (((Mark *) data)->pattern);
}

static gboolean
add_list (ModoriBlocklists *lists, const ModoriBlock *block, GError **error)
{
    guint before = lists->marks->len;
    ModoriEntry entry = { .key = 0 };
    ModoriSkim skim;

    modori_skim_init (&skim, block, "m");
    while (modori_skim_next (&skim, &entry)) {
        g_autoptr (GError) why = NULL;
        Mark mark = { block, modori_pattern_new (entry.value, &why) };

        if (! mark.pattern)
            return modori_entry_fail (block, &entry, error, "%s", why->message);
        g_array_append_val (lists->marks, mark);
    }
    if (lists->marks->len == before)
        return modori_entry_fail (block, NULL, error, "a Blocklist needs a Match");
    return TRUE;
}

ModoriBlocklists *
modori_blocklists_new (const ModoriKnowledge *knowledge, GError **error)
{
    g_autoptr (ModoriBlocklists) lists = g_new0 (ModoriBlocklists, 1);
    const GPtrArray *blocks = modori_knowledge_raw (knowledge, &modori_blocklist_kind);

    lists->knowledge = knowledge;
    lists->marks = g_array_new (FALSE, TRUE, sizeof (Mark));
    g_array_set_clear_func (lists->marks, mark_clear);
    for (guint i = 0; i < blocks->len; i++)
        if (! add_list (lists, blocks->pdata[i], error))
            return NULL;
    return g_steal_pointer (&lists);
}

void
modori_blocklists_free (ModoriBlocklists *lists)
{
    if (! lists)
        return;
    g_array_unref (lists->marks);
    modori_index_free (lists->index);
    modori_subject_free (lists->subject);
    g_free (lists);
}

guint
modori_blocklists_n_marks (const ModoriBlocklists *lists)
{
    return lists->marks->len;
}

void
modori_blocklists_enter (const ModoriBlocklists *lists, ModoriIndex *index, guint first)
{
    for (guint i = 0; i < lists->marks->len; i++)
        modori_index_add (index, first + i, g_array_index (lists->marks, Mark, i).pattern);
}

const ModoriBlock *
modori_blocklists_find_in (const ModoriBlocklists *lists, const ModoriSubject *words,
                           const ModoriIndex *index, guint first, ModoriCaptures *captures)
{
    const guint end = first + lists->marks->len;

    for (guint i = modori_index_next (index, first); i < end;
         i = modori_index_next (index, i + 1)) {
        const Mark *mark = &g_array_index (lists->marks, Mark, i - first);

        if (modori_pattern_matches (mark->pattern, words, captures)) {
            modori_knowledge_read (lists->knowledge, mark->block);
            return mark->block;
        }
    }
    return NULL;
}

const ModoriBlock *
modori_blocklists_find (ModoriBlocklists *lists, ModoriSpan words, ModoriCaptures *captures)
{
    if (words.len == 0)
        return NULL;
    if (! lists->index) {
        lists->subject = modori_subject_new ();
        lists->index = modori_index_new (lists->marks->len);
        modori_blocklists_enter (lists, lists->index, 0);
    }
    modori_subject_set (lists->subject, words);
    modori_index_look (lists->index, lists->subject);
    return modori_blocklists_find_in (lists, lists->subject, lists->index, 0, captures);
}

/* Look-Up is a page, or the zone that is asked by DNS. */
static const ModoriEntry *
look_up (const ModoriBlock *block, gboolean page)
{
    for (guint i = 0; i < block->n_entries; i++) {
        const ModoriEntry *entry = &block->entries[i];

        if (entry->key == LOOK_UP && (modori_span_find (entry->value, "://") >= 0) == page)
            return entry;
    }
    return NULL;
}

char *
modori_blocklist_text (const ModoriBlock *block, ModoriBlocklistText what, const char *lang)
{
    static const guint keys[MODORI_N_BLOCKLIST_TEXTS] = { TITLE, LISTS, LOOK_UP, REMOVAL, NOTE };
    const ModoriEntry *entry = what == MODORI_BLOCKLIST_LOOK_UP ? look_up (block, TRUE)
        : modori_block_entry (block, keys[what], lang);

    if (! entry)
        return g_strdup (what == MODORI_BLOCKLIST_TITLE ? block->name : "");
    return modori_entry_text (entry);
}

/* "192.0.2.10" as "10.2.0.192.", an IPv6 address as its 32 digits backwards; NULL: no address. */
static char *
reversed (ModoriSpan ip)
{
    g_autofree char *text = modori_span_dup (ip);
    gboolean v4 = ! strchr (text, ':');
    guint8 bytes[16];
    guint n = v4 ? 4 : 16;
    GString *out;

    if (inet_pton (v4 ? AF_INET : AF_INET6, text, bytes) != 1)
        return NULL;
    out = g_string_new (NULL);
    while (n-- > 0)
        if (v4)
            g_string_append_printf (out, "%u.", bytes[n]);
        else
            g_string_append_printf (out, "%x.%x.", bytes[n] & 15, bytes[n] >> 4);
    return g_string_free (out, FALSE);
}

char *
modori_blocklist_query (const ModoriBlock *block, ModoriSpan listed)
{
    const ModoriEntry *zone = look_up (block, FALSE);
    g_autofree char *lists = modori_blocklist_text (block, MODORI_BLOCKLIST_LISTS, "");
    g_autofree char *name = g_str_equal (lists, "ip") ? reversed (listed)
        : g_strdup_printf ("%.*s.", (int) listed.len, listed.at);

    if (! zone || ! name || listed.len == 0)
        return NULL;
    return g_strdup_printf ("%s%.*s", name, (int) zone->value.len, zone->value.at);
}

gboolean
modori_blocklists_check (ModoriBlocklists *lists, const ModoriBlock *block, GError **error)
{
    const ModoriEntry *note = modori_block_entry (block, NOTE, "ja");

    for (guint i = 0; i < lists->marks->len; i++) {
        const Mark *mark = &g_array_index (lists->marks, Mark, i);
        g_autoptr (GError) why = NULL;

        if (mark->block == block && ! modori_pattern_check (mark->pattern, &why))
            return modori_entry_fail (block, NULL, error, "%s", why->message);
    }
    if (note && ! note->lang[0])
        return modori_entry_fail (block, note, error, "Note is wanted in Japanese too");
    if (! modori_block_entry (block, YES, ""))
        return modori_entry_fail (block, NULL, error, "a Blocklist needs a Yes");
    return TRUE;
}

gboolean
modori_blocklists_test_example (ModoriBlocklists *lists, const ModoriBlock *block,
                                const ModoriEntry *example,
                                gboolean want, GError **error)
{
    g_autofree char *text = modori_entry_text (example);

    if ((modori_blocklists_find (lists, modori_span_of (text), NULL) == block) == want)
        return TRUE;
    return modori_entry_fail (block, example, error, "%s is %s in: %s", block->name,
                              want ? "not found" : "found", text);
}
