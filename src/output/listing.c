/* listing.c - a list of blocks of the knowledge.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "output/listing.h"

#include "output/json.h"

#include <glib/gi18n.h>

/* Columns of names; longer ones push the title. */
#define NAME_COLUMNS 32

const ModoriEntry *
modori_listing_entry (const ModoriBlock *block, const char *name, const char *lang)
{
    for (guint key = 0; block->kind->fields[key]; key++)
        if (g_str_equal (block->kind->fields[key], name))
            return modori_block_entry (block, key, lang);
    return NULL;
}

/* The text of the field NAME of BLOCK, "" when it has none; the caller frees. */
static char *
field_text (const ModoriBlock *block, const char *name, const char *lang)
{
    const ModoriEntry *entry = modori_listing_entry (block, name, lang);

    return entry ? modori_entry_text (entry) : g_strdup ("");
}

char *
modori_listing_title (const ModoriBlock *block, const char *lang)
{
    static const char *const names[] = { "Title", "Meaning", "Reason", "Text", "Note" };

    for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
        const ModoriEntry *entry = modori_listing_entry (block, names[i], lang);

        if (entry)
            return modori_entry_text (entry);
    }
    return g_strdup ("");
}

gboolean
modori_listing_names (const ModoriBlock *block, const char *field, const char *name)
{
    for (guint i = 0; i < block->n_entries; i++) {
        ModoriSpan rest = block->entries[i].value, word;

        if (! g_str_equal (block->kind->fields[block->entries[i].key], field))
            continue;
        while (modori_entry_word (&rest, &word))
            if (word.len == strlen (name) && memcmp (word.at, name, word.len) == 0)
                return TRUE;
    }
    return FALSE;
}

static gboolean
is_or_names (const ModoriBlock *block, const char *kind, const char *name)
{
    return (g_str_equal (block->kind->name, kind) && g_str_equal (block->name, name))
        || modori_listing_names (block, kind, name);
}

static guint
use_of (const ModoriListing *listing, const ModoriBlock *block)
{
    return GPOINTER_TO_UINT (g_hash_table_lookup (listing->use, block));
}

/* With use, what never decided is of interest where it is the site's own. */
gboolean
modori_listing_wants (const ModoriListing *listing, const ModoriBlock *block)
{
    if (listing->provider && ! is_or_names (block, "Provider", listing->provider))
        return FALSE;
    if (listing->reason && ! is_or_names (block, "Reason", listing->reason))
        return FALSE;
    return ! listing->use || use_of (listing, block) > 0
        || (block->site && ! block->off && g_str_equal (block->kind->name, "Rule"));
}

/* --- text --- */

/* Under which heading BLOCK stands, "" for none; the caller frees. */
static char *
group_of (const ModoriListing *listing, const ModoriBlock *block)
{
    if (listing->use || ! listing->provider == ! listing->reason)
        return g_strdup ("");
    return field_text (block, listing->provider ? "Reason" : "Provider", "");
}

static int
compare_blocks (gconstpointer a, gconstpointer b, gpointer data)
{
    const ModoriListing *listing = data;
    const ModoriBlock *one = *(const ModoriBlock *const *) a;
    const ModoriBlock *other = *(const ModoriBlock *const *) b;
    g_autofree char *group = group_of (listing, one), *other_group = group_of (listing, other);

    if (listing->use && use_of (listing, one) != use_of (listing, other))
        return use_of (listing, one) > use_of (listing, other) ? -1 : 1;
    return strcmp (group, other_group);
}

static void
put_line (const ModoriListing *listing, ModoriTerminal *terminal, const ModoriBlock *block,
          guint name_width)
{
    g_autofree char *title = modori_listing_title (block, listing->lang);
    g_autofree char *use =
        listing->use ? g_strdup_printf ("%7u  ", use_of (listing, block)) : g_strdup ("");
    guint width = modori_terminal_width (block->name), indent = (guint) strlen (use) + 11;

    modori_terminal_put (terminal, MODORI_STYLE_PLAIN, use);
    modori_terminal_put (terminal, MODORI_STYLE_FAINT, block->kind->name);
    modori_terminal_pad (terminal, 10 - MIN (9, modori_terminal_width (block->kind->name)));
    modori_terminal_put (terminal, MODORI_STYLE_BOLD, block->name);
    modori_terminal_pad (terminal, name_width + 1 - MIN (name_width, width));
    if (block->off)
        modori_terminal_put (terminal, MODORI_STYLE_MILD, _("off "));
    modori_terminal_wrap (terminal, MODORI_STYLE_PLAIN,
                          indent + MAX (name_width, width) + (block->off ? 4 : 0),
                          indent + name_width, 1, title);
}

static void
put_heading (const ModoriListing *listing, ModoriTerminal *terminal, const char *group)
{
    const char *none = listing->reason ? _("any receiver") : "";

    if (group[0] || none[0])
        modori_terminal_heading (terminal, group[0] ? group : none);
}

void
modori_listing_text (const ModoriListing *listing, ModoriTerminal *terminal, GPtrArray *blocks)
{
    g_autofree char *last = g_strdup ("");
    gboolean grouped = ! listing->use && ! listing->provider != ! listing->reason;
    guint width = 0;

    if (grouped || listing->use)
        g_ptr_array_sort_with_data (blocks, compare_blocks, (gpointer) listing);
    for (guint i = 0; i < blocks->len; i++)
        width = MAX (width, modori_terminal_width (((const ModoriBlock *) blocks->pdata[i])->name));
    for (guint i = 0; i < blocks->len; i++) {
        g_autofree char *group = group_of (listing, blocks->pdata[i]);

        if (grouped && (i == 0 || ! g_str_equal (group, last)))
            put_heading (listing, terminal, group);
        put_line (listing, terminal, blocks->pdata[i], MIN (width, NAME_COLUMNS));
        g_free (last);
        last = g_steal_pointer (&group);
    }
}

/* --- JSON --- */

static void
put_object (const ModoriListing *listing, GString *out, const ModoriBlock *block)
{
    g_autofree char *title = modori_listing_title (block, listing->lang);
    g_autofree char *reason = field_text (block, "Reason", "");
    g_autofree char *provider = field_text (block, "Provider", "");
    const struct {
        const char *name, *value;
    } members[] = {
        { "kind", block->kind->name }, { "name", block->name },  { "title", title },
        { "reason", reason },          { "provider", provider }, { "path", block->path },
    };

    for (guint i = 0; i < G_N_ELEMENTS (members); i++) {
        g_string_append (out, i ? "," : "{");
        modori_json_string (out, members[i].name);
        g_string_append_c (out, ':');
        modori_json_string (out, members[i].value);
    }
    g_string_append_printf (out, ",\"line\":%u,\"site\":%s,\"off\":%s", block->line,
                            block->site ? "true" : "false", block->off ? "true" : "false");
    if (listing->use)
        g_string_append_printf (out, ",\"use\":%u", use_of (listing, block));
    g_string_append (out, "}\n");
}

void
modori_listing_json (const ModoriListing *listing, GString *out, const GPtrArray *blocks)
{
    for (guint i = 0; i < blocks->len; i++)
        put_object (listing, out, g_ptr_array_index (blocks, i));
}
