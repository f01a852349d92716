/* provider.c - who is speaking: the receivers, gateways and services of the world.
 *
 * A host belongs to the provider with the longest domain that it is in or below (labels.c).  A
 * company's own domain at a big provider is recognised by the MX's name or by what only that
 * provider writes, so the recipient's domain is asked last, and does not make certain.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/provider.h"

#include "rules/labels.h"
#include "text/error.h"

static const char *const fields[] = { "Title", "Hosts", "Domains", "Marks",
                                      "Fill",  "See",   "Note",    NULL };

enum { FIELD_TITLE, FIELD_HOSTS, FIELD_DOMAINS, FIELD_MARKS, FIELD_FILL };

const ModoriKind modori_provider_kind = { "Provider", fields };

/* Domains, and whose each is. */
typedef struct {
    ModoriLabels *labels;
    GPtrArray *owners;          /* Provider blocks, by number of the domain */
} Domains;

/* What only one provider writes (Marks), or what its replies tell besides the reason (Fill). */
typedef struct {
    ModoriEntry entry;
    ModoriPattern *pattern;     /* NULL until it is tried */
    const ModoriBlock *provider;
} Mark;

struct ModoriProviders {
    const ModoriKnowledge *knowledge;   /* the caller's */
    Domains hosts, domains;
    GArray *marks;              /* Mark */
    GArray *fills;              /* Mark, those of one provider side by side */
    GHashTable *first_fills;    /* Provider -> the place of its first one, and 1 */
    guint first_mark;           /* the item of the first one in the index that was lent */
};

/* --- domains --- */

static gboolean
spans_equal (ModoriSpan a, ModoriSpan b)
{
    return a.len == b.len && g_ascii_strncasecmp (a.at, b.at, a.len) == 0;
}

gboolean
modori_host_is_below (ModoriSpan host, ModoriSpan pattern)
{
    gsize more;

    host = modori_labels_bare (host);
    pattern = modori_labels_bare (pattern);
    if (pattern.len == 0 || host.len < pattern.len)
        return FALSE;
    more = host.len - pattern.len;
    return spans_equal (modori_span_skip (host, more), pattern)
        && (more == 0 || host.at[more - 1] == '.');
}

/* Whose the longest one of DOMAINS is that HOST is in or below. */
static const ModoriBlock *
find_domain (const Domains *domains, ModoriSpan host)
{
    guint found[MODORI_LABELS_MAX], n = modori_labels_find (domains->labels, host, found);

    return n ? g_ptr_array_index (domains->owners, found[n - 1]) : NULL;
}

/* --- reading --- */

static gboolean
add_domains (Domains *domains, const ModoriBlock *block, const ModoriEntry *entry, GError **error)
{
    ModoriSpan rest = entry->value, word;

    while (modori_entry_word (&rest, &word)) {
        guint number = modori_labels_add (domains->labels, modori_labels_bare (word));
        const ModoriBlock *other = number < domains->owners->len
            ? g_ptr_array_index (domains->owners, number) : block;

        if (other != block)
            return modori_entry_fail (block, entry, error,
                                      "%.*s belongs to Provider %s already (%s, line %u)",
                                      (int) word.len, word.at, other->name, other->path,
                                      other->line);
        if (number == domains->owners->len)
            g_ptr_array_add (domains->owners, (ModoriBlock *) block);
    }
    return TRUE;
}

/* Patterns of shipped blocks are tested: they are made when they are tried. */
static gboolean
add_mark (ModoriProviders *providers, GArray *marks, const ModoriBlock *block,
          const ModoriEntry *entry, GError **error)
{
    Mark mark = { *entry, NULL, block };

    if (! modori_knowledge_is_tested (providers->knowledge)) {
        mark.pattern = modori_entry_pattern (block, entry, error);
        if (! mark.pattern)
            return FALSE;
    }
    g_array_append_val (marks, mark);
    return TRUE;
}

static gboolean
add_provider (ModoriProviders *providers, const ModoriBlock *block, GError **error)
{
    ModoriEntry entry = { .key = 0 };
    guint first = providers->fills->len;
    ModoriSkim skim;

    modori_skim_init (&skim, block, "hdmf");
    while (modori_skim_next (&skim, &entry)) {
        gboolean good = TRUE;

        if (entry.key == FIELD_HOSTS)
            good = add_domains (&providers->hosts, block, &entry, error);
        else if (entry.key == FIELD_DOMAINS)
            good = add_domains (&providers->domains, block, &entry, error);
        else if (entry.key == FIELD_MARKS)
            good = add_mark (providers, providers->marks, block, &entry, error);
        else if (entry.key == FIELD_FILL)
            good = add_mark (providers, providers->fills, block, &entry, error);
        if (! good)
            return FALSE;
    }
    if (providers->fills->len > first)
        g_hash_table_insert (providers->first_fills, (ModoriBlock *) block,
                             GUINT_TO_POINTER (first + 1));
    return TRUE;
}

static void
domains_init (Domains *domains)
{
    domains->labels = modori_labels_new ();
    domains->owners = g_ptr_array_new ();
}

static void
domains_clear (Domains *domains)
{
    modori_labels_free (domains->labels);
    g_ptr_array_unref (domains->owners);
}

static void
clear_mark (gpointer data)
{
    modori_pattern_free (((Mark *) data)->pattern);
}

guint
modori_providers_n_marks (const ModoriProviders *providers)
{
    return providers->marks->len;
}

void
modori_providers_enter (ModoriProviders *providers, ModoriIndex *index, guint first)
{
    providers->first_mark = first;
    for (guint i = 0; i < providers->marks->len; i++)
        modori_index_add_source (index, first + i,
                                 g_array_index (providers->marks, Mark, i).entry.value);
}

ModoriProviders *
modori_providers_new (const ModoriKnowledge *knowledge, GError **error)
{
    g_autoptr (ModoriProviders) providers = g_new0 (ModoriProviders, 1);
    const GPtrArray *blocks = modori_knowledge_raw (knowledge, &modori_provider_kind);

    providers->knowledge = knowledge;
    domains_init (&providers->hosts);
    domains_init (&providers->domains);
    providers->marks = g_array_new (FALSE, FALSE, sizeof (Mark));
    g_array_set_clear_func (providers->marks, clear_mark);
    providers->first_fills = g_hash_table_new (NULL, NULL);
    providers->fills = g_array_new (FALSE, FALSE, sizeof (Mark));
    g_array_set_clear_func (providers->fills, clear_mark);
    for (guint i = 0; i < blocks->len; i++)
        if (! add_provider (providers, g_ptr_array_index (blocks, i), error))
            return NULL;
    return g_steal_pointer (&providers);
}

void
modori_providers_free (ModoriProviders *providers)
{
    if (! providers)
        return;
    domains_clear (&providers->hosts);
    domains_clear (&providers->domains);
    g_array_unref (providers->marks);
    g_array_unref (providers->fills);
    g_hash_table_unref (providers->first_fills);
    g_free (providers);
}

/* --- asking --- */

static gboolean
mark_matches (Mark *mark, const ModoriSubject *subject, ModoriCaptures *captures)
{
    if (! mark->pattern)
        mark->pattern = modori_entry_pattern (mark->provider, &mark->entry, NULL);
    return mark->pattern && modori_pattern_matches (mark->pattern, subject, captures);
}

/* Whose mark is in the words, at which INDEX has looked. */
static const ModoriBlock *
find_mark (ModoriProviders *providers, const ModoriSubject *subject, const ModoriIndex *index)
{
    const guint first = providers->first_mark, end = first + providers->marks->len;

    for (guint i = modori_index_next (index, first); i < end;
         i = modori_index_next (index, i + 1)) {
        Mark *mark = &g_array_index (providers->marks, Mark, i - first);

        if (mark_matches (mark, subject, NULL))
            return mark->provider;
    }
    return NULL;
}

static ModoriSpan
recipient_domain (const ModoriOutcome *outcome)
{
    const char *at = strrchr (modori_outcome_text (outcome, MODORI_KEY_RECIPIENT), '@');

    return modori_span_of (at ? at + 1 : "");
}

/* Whose host reports.  A service that has no mailboxes only quotes others. */
static const ModoriBlock *
reporter (const ModoriProviders *providers, const ModoriOutcome *outcome)
{
    const char *host = modori_outcome_text (outcome, MODORI_KEY_REPORTING_MTA);
    const ModoriBlock *provider = find_domain (&providers->hosts, modori_span_of (host));

    if (provider)
        modori_knowledge_read (providers->knowledge, provider);
    return provider && modori_block_entry (provider, FIELD_DOMAINS, "") ? provider : NULL;
}

const ModoriBlock *
modori_providers_speaker (ModoriProviders *providers, const ModoriOutcome *outcome,
                          const ModoriSubject *subject, const ModoriIndex *index,
                          gboolean *certain)
{
    const char *host = modori_outcome_text (outcome, MODORI_KEY_REMOTE_MTA);
    const char *ip = modori_outcome_text (outcome, MODORI_KEY_REMOTE_IP);
    const ModoriBlock *provider = find_domain (&providers->hosts, modori_span_of (host));

    if (! provider)
        provider = find_mark (providers, subject, index);
    *certain = provider != NULL;
    if (! provider)
        provider = find_domain (&providers->domains, recipient_domain (outcome));
    if (! provider && ! host[0] && ! ip[0])
        provider = reporter (providers, outcome);
    if (provider)
        modori_knowledge_read (providers->knowledge, provider);
    return provider;
}

void
modori_providers_fill (ModoriProviders *providers, const ModoriBlock *speaker,
                       const ModoriSubject *subject, ModoriCaptures *captures)
{
    guint first = GPOINTER_TO_UINT (g_hash_table_lookup (providers->first_fills, speaker));

    for (guint i = first; i && i <= providers->fills->len; i++) {
        Mark *fill = &g_array_index (providers->fills, Mark, i - 1);
        ModoriCaptures more;

        if (fill->provider != speaker)
            return;
        if (mark_matches (fill, subject, &more))
            modori_captures_add (captures, &more);
    }
}

char *
modori_provider_title (const ModoriBlock *provider, const char *lang)
{
    const ModoriEntry *entry = modori_block_entry (provider, FIELD_TITLE, lang);

    return entry ? modori_entry_text (entry) : g_strdup (provider->name);
}
