/* provider.c - who is speaking: the receivers, gateways and services of the world.
 *
 * A host belongs to the provider with the longest domain that it is in or below: each suffix of
 * its name is looked up, with a hash that is carried on from label to label, from the right.  A
 * company's own domain at a big provider is recognised by the MX's name or by what only that
 * provider writes, so the recipient's domain is asked last, and does not make certain.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/provider.h"

#include "text/error.h"
#include "text/index.h"

static const char *const fields[] = { "Title", "Hosts", "Domains", "Marks",
                                      "Fill",  "See",   "Note",    NULL };

enum { FIELD_TITLE, FIELD_HOSTS, FIELD_DOMAINS, FIELD_MARKS, FIELD_FILL };

const ModoriKind modori_provider_kind = { "Provider", fields };

/* A domain, and whose it is. */
typedef struct {
    guint hash;
    ModoriSpan name;
    const ModoriBlock *provider;
} Suffix;

/* What only one provider writes (Marks), or what its replies tell besides the reason (Fill). */
typedef struct {
    ModoriEntry entry;
    ModoriPattern *pattern;     /* NULL until it is tried */
    const ModoriBlock *provider;
} Mark;

struct ModoriProviders {
    const ModoriKnowledge *knowledge;   /* the caller's */
    GHashTable *hosts;          /* set of Suffix */
    GHashTable *domains;
    GArray *marks;              /* Mark */
    GArray *fills;              /* Mark, those of one provider side by side */
    ModoriIndex *index;         /* of the marks */
};

/* --- domains --- */

static guint
suffix_hash (gconstpointer data)
{
    return ((const Suffix *) data)->hash;
}

static gboolean
spans_equal (ModoriSpan a, ModoriSpan b)
{
    return a.len == b.len && g_ascii_strncasecmp (a.at, b.at, a.len) == 0;
}

static gboolean
suffix_equal (gconstpointer a, gconstpointer b)
{
    return spans_equal (((const Suffix *) a)->name, ((const Suffix *) b)->name);
}

static guint
hash_on (guint hash, char c)
{
    return hash * 33 + (guchar) g_ascii_tolower (c);
}

static guint
hash_domain (ModoriSpan name)
{
    guint hash = 0;

    for (gsize i = name.len; i > 0; i--)
        hash = hash_on (hash, name.at[i - 1]);
    return hash;
}

/* "*.example.com", ".example.com" and "example.com." are "example.com". */
static ModoriSpan
bare_domain (ModoriSpan name)
{
    if (modori_span_begins (name, "*."))
        name = modori_span_skip (name, 2);
    else if (modori_span_begins (name, "."))
        name = modori_span_skip (name, 1);
    if (modori_span_ends (name, "."))
        name.len--;
    return name;
}

gboolean
modori_host_is_below (ModoriSpan host, ModoriSpan pattern)
{
    gsize more;

    host = bare_domain (host);
    pattern = bare_domain (pattern);
    if (pattern.len == 0 || host.len < pattern.len)
        return FALSE;
    more = host.len - pattern.len;
    return spans_equal (modori_span_skip (host, more), pattern)
        && (more == 0 || host.at[more - 1] == '.');
}

/* The longest domain in TABLE that HOST is in or below. */
static const ModoriBlock *
find_domain (GHashTable *table, ModoriSpan host)
{
    const ModoriBlock *provider = NULL;
    Suffix wanted = { .hash = 0 };

    host = bare_domain (host);
    for (gsize i = host.len; i > 0; i--) {
        const Suffix *found;

        wanted.hash = hash_on (wanted.hash, host.at[i - 1]);
        if (i > 1 && host.at[i - 2] != '.')
            continue;
        wanted.name = modori_span_skip (host, i - 1);
        found = g_hash_table_lookup (table, &wanted);
        if (found)
            provider = found->provider;
    }
    return provider;
}

/* --- reading --- */

static gboolean
add_domains (GHashTable *table, const ModoriBlock *block, const ModoriEntry *entry, GError **error)
{
    ModoriSpan rest = entry->value, word;

    while (modori_entry_word (&rest, &word)) {
        Suffix *suffix = g_new (Suffix, 1);
        const Suffix *other;

        suffix->name = bare_domain (word);
        suffix->hash = hash_domain (suffix->name);
        suffix->provider = block;
        other = g_hash_table_lookup (table, suffix);
        if (other && other->provider != block) {
            g_free (suffix);
            return modori_entry_fail (block, entry, error,
                                      "%.*s belongs to Provider %s already (%s, line %u)",
                                      (int) word.len, word.at, other->provider->name,
                                      other->provider->path, other->provider->line);
        }
        g_hash_table_add (table, suffix);
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
    ModoriSkim skim;

    modori_skim_init (&skim, block, "hdmf");
    while (modori_skim_next (&skim, &entry)) {
        gboolean good = TRUE;

        if (entry.key == FIELD_HOSTS)
            good = add_domains (providers->hosts, block, &entry, error);
        else if (entry.key == FIELD_DOMAINS)
            good = add_domains (providers->domains, block, &entry, error);
        else if (entry.key == FIELD_MARKS)
            good = add_mark (providers, providers->marks, block, &entry, error);
        else if (entry.key == FIELD_FILL)
            good = add_mark (providers, providers->fills, block, &entry, error);
        if (! good)
            return FALSE;
    }
    return TRUE;
}

static void
clear_mark (gpointer data)
{
    modori_pattern_free (((Mark *) data)->pattern);
}

static void
index_marks (ModoriProviders *providers)
{
    providers->index = modori_index_new (providers->marks->len);
    for (guint i = 0; i < providers->marks->len; i++)
        modori_index_add_source (providers->index, i,
                                 g_array_index (providers->marks, Mark, i).entry.value);
}

ModoriProviders *
modori_providers_new (const ModoriKnowledge *knowledge, GError **error)
{
    g_autoptr (ModoriProviders) providers = g_new0 (ModoriProviders, 1);
    const GPtrArray *blocks = modori_knowledge_raw (knowledge, &modori_provider_kind);

    providers->knowledge = knowledge;
    providers->hosts = g_hash_table_new_full (suffix_hash, suffix_equal, g_free, NULL);
    providers->domains = g_hash_table_new_full (suffix_hash, suffix_equal, g_free, NULL);
    providers->marks = g_array_new (FALSE, FALSE, sizeof (Mark));
    g_array_set_clear_func (providers->marks, clear_mark);
    providers->fills = g_array_new (FALSE, FALSE, sizeof (Mark));
    g_array_set_clear_func (providers->fills, clear_mark);
    for (guint i = 0; i < blocks->len; i++)
        if (! add_provider (providers, g_ptr_array_index (blocks, i), error))
            return NULL;
    index_marks (providers);
    return g_steal_pointer (&providers);
}

void
modori_providers_free (ModoriProviders *providers)
{
    if (! providers)
        return;
    g_hash_table_unref (providers->hosts);
    g_hash_table_unref (providers->domains);
    g_array_unref (providers->marks);
    g_array_unref (providers->fills);
    modori_index_free (providers->index);
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

/* Whose mark is in the words. */
static const ModoriBlock *
find_mark (ModoriProviders *providers, const ModoriSubject *subject)
{
    ModoriIndex *index = providers->index;

    modori_index_look (index, subject);
    for (guint i = modori_index_next (index, 0); i < providers->marks->len;
         i = modori_index_next (index, i + 1)) {
        Mark *mark = &g_array_index (providers->marks, Mark, i);

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
    const ModoriBlock *provider = find_domain (providers->hosts, modori_span_of (host));

    if (provider)
        modori_knowledge_read (providers->knowledge, provider);
    return provider && modori_block_entry (provider, FIELD_DOMAINS, "") ? provider : NULL;
}

const ModoriBlock *
modori_providers_speaker (ModoriProviders *providers, const ModoriOutcome *outcome,
                          const ModoriSubject *subject, gboolean *certain)
{
    const char *host = modori_outcome_text (outcome, MODORI_KEY_REMOTE_MTA);
    const char *ip = modori_outcome_text (outcome, MODORI_KEY_REMOTE_IP);
    const ModoriBlock *provider = find_domain (providers->hosts, modori_span_of (host));

    if (! provider)
        provider = find_mark (providers, subject);
    *certain = provider != NULL;
    if (! provider)
        provider = find_domain (providers->domains, recipient_domain (outcome));
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
    for (guint i = 0; i < providers->fills->len; i++) {
        Mark *fill = &g_array_index (providers->fills, Mark, i);
        ModoriCaptures more;

        if (fill->provider == speaker && mark_matches (fill, subject, &more))
            modori_captures_add (captures, &more);
    }
}

char *
modori_provider_title (const ModoriBlock *provider, const char *lang)
{
    const ModoriEntry *entry = modori_block_entry (provider, FIELD_TITLE, lang);

    return entry ? modori_entry_text (entry) : g_strdup (provider->name);
}
