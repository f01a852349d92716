/* verp.c - the recipient that a sender wrote into the address that bounces come back to.
 *
 * Who sends to many gives each mail a sender of its own ("news-bounces+jane=example.org@...":
 * variable envelope return path), because reports often name another address than the one that
 * mail was sent to.  How it is written is data (rules/envelope.rules).  Nearly no address is
 * written like that, and one letter tells.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/verp.h"

#include <string.h>

#include "report/address.h"
#include "report/envelope.h"
#include "text/error.h"

enum { MATCH, NOTE, SEE, YES, NO };

static const char *const field_names[] = { "Match", "Note", "See", "Yes", "No", NULL };

const ModoriKind modori_verp_kind = { "Verp", field_names };

/* Delivered more often than this within one house, mail is in a loop. */
#define DELIVERIES_MAX 16

/* Between the two addresses of a Yes. */
#define ARROW " -> "

typedef struct {
    ModoriPattern *pattern;
    const ModoriBlock *block;   /* NULL: from elsewhere (modori_verps_add) */
} Verp;

struct ModoriVerps {
    GArray *verps;              /* of Verp, in the order in which they are tried */
    guint added;                /* so many of them at the start have no block */
    gboolean any;               /* some are not ours, and may do without the usual signs */
    ModoriSubject *subject;
    GString *undone, *found;    /* buffers */
};

static void
verp_clear (gpointer data)
{
    modori_pattern_free (((Verp *) data)->pattern);
}

/* --- reading --- */

static gboolean
add_block (ModoriVerps *verps, const ModoriBlock *block, GError **error)
{
    Verp verp = { NULL, block };

    verps->any = verps->any || block->site;
    for (guint i = 0; i < block->n_entries; i++) {
        if (block->entries[i].key != MATCH)
            continue;
        verp.pattern = modori_entry_pattern (block, &block->entries[i], error);
        if (! verp.pattern)
            return FALSE;
        g_array_append_val (verps->verps, verp);
    }
    return TRUE;
}

ModoriVerps *
modori_verps_new (const ModoriKnowledge *knowledge, GError **error)
{
    const GPtrArray *blocks = modori_knowledge_blocks (knowledge, &modori_verp_kind);
    g_autoptr (ModoriVerps) verps = g_new0 (ModoriVerps, 1);

    verps->verps = g_array_new (FALSE, FALSE, sizeof (Verp));
    g_array_set_clear_func (verps->verps, verp_clear);
    verps->subject = modori_subject_new ();
    verps->undone = g_string_new (NULL);
    verps->found = g_string_new (NULL);
    for (guint i = 0; i < blocks->len; i++)
        if (! add_block (verps, g_ptr_array_index (blocks, i), error))
            return NULL;
    return g_steal_pointer (&verps);
}

void
modori_verps_free (ModoriVerps *verps)
{
    if (! verps)
        return;
    g_array_unref (verps->verps);
    modori_subject_free (verps->subject);
    g_string_free (verps->undone, TRUE);
    g_string_free (verps->found, TRUE);
    g_free (verps);
}

/* --- patterns of the command line --- */

/* The length of the group at the start of TEXT; 0 when it does not end. */
static gsize
group_length (const char *text)
{
    guint depth = 0;

    for (const char *p = text; *p; p++) {
        if (*p == '\\' && p[1])
            p++;
        else if (*p == '(')
            depth++;
        else if (*p == ')' && --depth == 0)
            return (gsize) (p - text) + 1;
    }
    return 0;
}

/* Outside the groups of PATTERN everything is as it stands in the address: as an expression, or
 * NULL with ERROR set.  (The plus sign is in most such addresses, and would mean something
 * else.) */
static char *
quote (const char *pattern, GError **error)
{
    g_autoptr (GString) regex = g_string_new ("/");

    for (const char *p = pattern; *p; p++) {
        gsize len = *p == '(' ? group_length (p) : 0;

        if (strchr ("\\[]*?|^$()", *p) && ! len) {
            g_set_error (error, MODORI_ERROR, MODORI_ERROR_PATTERN,
                         "outside its groups there is \"%c\"; an expression stands between "
                         "slashes", *p);
            return NULL;
        }
        if (! len && strchr (".+{}/", *p))
            g_string_append_c (regex, '\\');
        g_string_append_len (regex, p, len ? (gssize) len : 1);
        if (len)
            p += len - 1;
    }
    g_string_append_c (regex, '/');
    return g_string_free (g_steal_pointer (&regex), FALSE);
}

static gboolean
has_groups (const char *pattern, GError **error)
{
    if (strstr (pattern, "(?<local>") && strstr (pattern, "(?<domain>"))
        return TRUE;
    g_set_error (error, MODORI_ERROR, MODORI_ERROR_PATTERN,
                 "the groups (?<local>...) and (?<domain>...) were expected");
    return FALSE;
}

gboolean
modori_verps_add (ModoriVerps *verps, const char *pattern, GError **error)
{
    g_autofree char *regex = NULL;
    g_autoptr (ModoriPattern) made = NULL;
    Verp verp = { NULL, NULL };

    if (! has_groups (pattern, error))
        return FALSE;
    regex = pattern[0] == '/' ? g_strdup (pattern) : quote (pattern, error);
    made = regex ? modori_pattern_new (modori_span_of (regex), error) : NULL;
    if (! made || ! modori_pattern_check (made, error))
        return FALSE;
    verp.pattern = g_steal_pointer (&made);
    verps->any = TRUE;
    g_array_insert_val (verps->verps, verps->added, verp);
    verps->added++;
    return TRUE;
}

/* --- one address --- */

/* Letters beyond ASCII may be in a name (RFC 6532). */
static gboolean
is_domain (ModoriSpan text)
{
    gboolean dot = FALSE;

    for (gsize i = 0; i < text.len; i++) {
        char c = text.at[i];

        if (c == '.' && (i == 0 || i + 1 == text.len || text.at[i - 1] == '.'))
            return FALSE;
        if (! g_ascii_isalnum (c) && ! (c & 0x80) && c != '.' && c != '-' && c != '_')
            return FALSE;
        dot = dot || c == '.';
    }
    return dot;
}

static gboolean
take (const ModoriCaptures *captures, GString *out)
{
    ModoriSpan local = modori_captures_get (captures, "local");
    ModoriSpan domain = modori_captures_get (captures, "domain");
    g_autofree char *lower = g_ascii_strdown (domain.at, (gssize) domain.len);

    if (local.len == 0 || memchr (local.at, '@', local.len) || ! is_domain (domain))
        return FALSE;
    g_string_append_len (out, local.at, (gssize) local.len);
    g_string_append_c (out, '@');
    g_string_append (out, lower);
    return TRUE;
}

/* May TEXT be such an address, or hold one? */
static gboolean
looks_like_one (const ModoriVerps *verps, ModoriSpan text)
{
    return verps->any || memchr (text.at, '=', text.len) || modori_span_find (text, "**") >= 0;
}

/* The same as modori_verps_find; the one that found it, or NULL. */
static const Verp *
find (ModoriVerps *verps, const char *address, GString *out)
{
    ModoriCaptures captures;

    g_string_truncate (out, 0);
    if (! looks_like_one (verps, modori_span_of (address)))
        return NULL;
    modori_envelope_undo (verps->undone, address);
    modori_subject_set (verps->subject, modori_span (verps->undone->str, verps->undone->len));
    for (guint i = 0; i < verps->verps->len; i++) {
        const Verp *verp = &g_array_index (verps->verps, Verp, i);

        if (modori_pattern_matches (verp->pattern, verps->subject, &captures)
            && take (&captures, out))
            return verp;
    }
    return NULL;
}

gboolean
modori_verps_find (ModoriVerps *verps, const char *address, GString *out)
{
    return find (verps, address, out) != NULL;
}

/* --- a report --- */

/* The recipient that field NAME of MESSAGE, its NTH one, tells. */
static gboolean
find_in_field (ModoriVerps *verps, ModoriMessage *message, const char *name, guint nth)
{
    ModoriSpan raw = modori_message_raw (message, 0, name, nth, NULL);
    g_autoptr (GString) address = NULL;

    if (raw.len == 0 || ! looks_like_one (verps, raw))
        return FALSE;
    address = g_string_new (NULL);
    return modori_address_read (address, raw) && find (verps, address->str, verps->found);
}

/* The report went through several hands: the first one, which is the last in the header, was the
 * address that it was sent to. */
static gboolean
find_in_deliveries (ModoriVerps *verps, ModoriMessage *message)
{
    static const char name[] = "Delivered-To";
    guint n = 0;
    gboolean there = TRUE;

    while (n < DELIVERIES_MAX && there)
        modori_message_raw (message, 0, name, n++, &there);
    while (n--)
        if (find_in_field (verps, message, name, n))
            return TRUE;
    return FALSE;
}

/* Where the report was delivered, where the returned message came from, where the report was
 * addressed to. */
static gboolean
find_in_report (ModoriVerps *verps, ModoriReport *report)
{
    static const char *const fields[] = { "X-Original-To", "Envelope-To", "X-Envelope-To" };
    ModoriMessage *message = modori_report_message (report);
    const ModoriOutcome *first = modori_report_outcome (report, 0);

    for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
        if (find_in_field (verps, message, fields[i], 0))
            return TRUE;
    return find_in_deliveries (verps, message)
        || find (verps, modori_outcome_text (first, MODORI_KEY_SENDER), verps->found)
        || find_in_field (verps, message, "To", 0);
}

static gboolean
is_in_domain (const char *address, const char *domain)
{
    const char *at = strrchr (address, '@');

    return at && g_ascii_strcasecmp (at + 1, domain) == 0;
}

void
modori_verps_apply (ModoriVerps *verps, ModoriReport *report)
{
    guint n = modori_report_n_outcomes (report);
    const char *domain;

    if (n == 0 || ! find_in_report (verps, report))
        return;
    domain = strrchr (verps->found->str, '@') + 1;
    /* such mail had one recipient; what else a report speaks of went another way */
    for (guint i = 0; i < n; i++) {
        ModoriOutcome *outcome = modori_report_outcome (report, i);

        if (n == 1
            || is_in_domain (modori_outcome_text (outcome, MODORI_KEY_RECIPIENT), domain)
            || is_in_domain (modori_outcome_text (outcome, MODORI_KEY_ORIGINAL_RECIPIENT), domain))
            modori_outcome_set (report, outcome, MODORI_KEY_VERP_RECIPIENT,
                                modori_span (verps->found->str, verps->found->len), "verp", 0);
    }
}

/* --- tests --- */

gboolean
modori_verps_check (ModoriVerps *verps, const ModoriBlock *block, GError **error)
{
    if (! modori_block_entry (block, MATCH, "") || ! modori_block_entry (block, YES, "")
        || ! modori_block_entry (block, NO, ""))
        return modori_entry_fail (block, NULL, error, "Verp %s needs a Match, a Yes and a No",
                                  block->name);
    for (guint i = 0; i < verps->verps->len; i++) {
        const Verp *verp = &g_array_index (verps->verps, Verp, i);
        g_autoptr (GError) why = NULL;

        if (verp->block == block && ! has_groups (modori_pattern_source (verp->pattern), &why))
            return modori_entry_fail (block, NULL, error, "Verp %s: %s", block->name,
                                      why->message);
    }
    return TRUE;
}

gboolean
modori_verps_test_example (ModoriVerps *verps, const ModoriBlock *block, const ModoriEntry *entry,
                           gboolean want, GError **error)
{
    g_autofree char *text = modori_entry_text (entry);
    char *arrow = strstr (text, ARROW);
    const Verp *verp;

    if ((arrow != NULL) != want)
        return modori_entry_fail (block, entry, error, "Verp %s: %s was expected, not \"%s\"",
                                  block->name, want ? "\"address" ARROW "recipient\""
                                  : "an address", text);
    if (arrow)
        *arrow = '\0';
    verp = find (verps, text, verps->found);
    if (! want)
        return ! verp || modori_entry_fail (block, entry, error, "Verp %s: No: \"%s\" is %s (%s)",
                                            block->name, text, verps->found->str,
                                            verp->block ? verp->block->name : "added");
    return (verp && verp->block == block
            && strcmp (verps->found->str, arrow + strlen (ARROW)) == 0)
        || modori_entry_fail (block, entry, error, "Verp %s: Yes: \"%s\" is \"%s\" (%s)",
                              block->name, text, verps->found->str,
                              verp && verp->block ? verp->block->name : "nothing");
}
