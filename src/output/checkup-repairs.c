/* checkup-repairs.c - a checkup for people: what to publish, and what to do.
 *
 * A record that is ready to paste says all; where there is none, the advice does.  Nothing is told
 * twice: not a record, not a step that two advices have in common.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "output/checkup-private.h"
#include "check/resolver.h"
#include "output/explanation.h"
#include "output/panel.h"
#include "rules/domain.h"

#include <glib/gi18n.h>

/* Advice that is told with all its steps; of more, a line each. */
#define ADVICE_MAX 3

/* Columns that steps and records stand in. */
#define RECORD_INDENT 4

typedef ModoriCheckupItem Item;
typedef ModoriCheckupText Text;

/* --- records --- */

static gboolean
is_same_record (const ModoriObservationRecord *record, const char *host, const char *type)
{
    return g_ascii_strcasecmp (record->host, host) == 0
        && g_ascii_strcasecmp (record->type, type) == 0;
}

/* Whoever proposes a record first is right: two for one name and type would be wrong for most. */
static void
add_records (Text *text, const Item *item)
{
    g_autoptr (GPtrArray) records = modori_observation_records (item->block, item->seen->values);

    while (records->len > 0) {
        ModoriObservationRecord *record = g_ptr_array_steal_index (records, 0);
        gboolean there = FALSE;

        for (guint i = 0; i < text->records->len; i++) {
            const ModoriObservationRecord *other = g_ptr_array_index (text->records, i);

            there = there || (is_same_record (other, record->host, record->type)
                              && (g_str_equal (record->type, "TXT")
                                  || g_str_equal (record->value, other->value)));
        }
        if (there)
            modori_observation_record_free (record);
        else
            g_ptr_array_add (text->records, record);
    }
}

/* Whose DNS RECORD belongs into: "" for the domain's own, "arpa", or the domain of somebody else;
 * the caller frees. */
static char *
owner_of (const Text *text, const ModoriObservationRecord *record)
{
    g_autofree char *domain = modori_dns_name (text->checkup->subject);
    ModoriSpan host = modori_span_of (record->host);

    if (g_str_has_suffix (record->host, ".arpa"))
        return g_strdup ("arpa");
    return ! domain || modori_domain_agrees (host, modori_span_of (domain)) ? g_strdup ("")
        : modori_span_dup (modori_domain_organisation (host));
}

static void
put_heading (Text *text, const char *owner)
{
    g_autofree char *heading = g_str_equal (owner, "")
        ? g_strdup (_("Records to publish or change, where the DNS of the domain is managed"))
        : g_str_equal (owner, "arpa")
        ? g_strdup (_("To be set at the company that the IP address is from"))
        : g_strdup_printf (_("To be published by whoever manages the DNS of %s"), owner);

    modori_terminal_heading (text->terminal, heading);
}

/* All records for OWNER, under a heading. */
static void
put_group (Text *text, const char *owner)
{
    gboolean first = TRUE;

    for (guint i = 0; i < text->records->len; i++) {
        const ModoriObservationRecord *record = g_ptr_array_index (text->records, i);
        g_autofree char *whose = owner_of (text, record);

        if (! g_str_equal (whose, owner))
            continue;
        if (first)
            put_heading (text, owner);
        else
            g_string_append_c (text->terminal->out, '\n');
        first = FALSE;
        modori_panel_put (text->terminal, RECORD_INDENT, record->host, record->type, record->ttl,
                          record->value);
    }
}

void
modori_checkup_put_records (ModoriCheckupText *text)
{
    g_autoptr (GPtrArray) owners = g_ptr_array_new_with_free_func (g_free);

    for (guint i = 0; i < text->items->len; i++) {
        const Item *item = g_ptr_array_index (text->items, i);

        if (item->block && item->gravity >= MODORI_GRAVITY_WARNING)
            add_records (text, item);
    }
    g_ptr_array_add (owners, g_strdup (""));
    for (guint i = 0; i < text->records->len; i++) {
        g_autofree char *owner = owner_of (text, g_ptr_array_index (text->records, i));

        if (! g_ptr_array_find_with_equal_func (owners, owner, g_str_equal, NULL))
            g_ptr_array_add (owners, g_steal_pointer (&owner));
    }
    for (guint i = 0; i < owners->len; i++)
        put_group (text, g_ptr_array_index (owners, i));
}

/* --- steps --- */

static void
add_values (const ModoriCase *facts, const ModoriSeen *seen)
{
    for (guint i = 0; i + 1 < seen->values->len; i += 2)
        modori_case_add (facts, g_ptr_array_index (seen->values, i),
                         g_ptr_array_index (seen->values, i + 1));
}

/* What is known when ITEM is repaired: its own values count most, then those seen first. */
static ModoriCase *
case_of (const Text *text, const Item *item)
{
    ModoriCase *facts = modori_case_new (NULL, NULL, NULL);

    for (guint i = text->items->len; i-- > 0; )
        add_values (facts, ((const Item *) g_ptr_array_index (text->items, i))->seen);
    add_values (facts, item->seen);
    modori_case_add (facts, "checked", text->checkup->kind);
    return facts;
}

/* Has HOST an SPF record?  The general one of an advice would drop what stands in it. */
static gboolean
has_spf (const Text *text, const char *host)
{
    for (guint i = 0; i < text->items->len; i++) {
        const ModoriSeen *seen = ((const Item *) g_ptr_array_index (text->items, i))->seen;

        if ((g_str_equal (seen->observation, "spf-record")
             || g_str_equal (seen->observation, "spf-several"))
            && g_strcmp0 (modori_seen_value (seen, "spf_domain"), host) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Is there a record like that of LINE above, or in the DNS? */
static gboolean
is_proposed (const Text *text, const ModoriAdviceLine *line)
{
    g_auto (GStrv) fields = g_strsplit (line->text, "|", 4);

    if (g_strv_length (fields) != 4)
        return FALSE;
    g_strstrip (fields[0]);
    g_strstrip (fields[1]);
    for (guint i = 0; i < text->records->len; i++)
        if (is_same_record (g_ptr_array_index (text->records, i), fields[0], fields[1]))
            return TRUE;
    return g_str_has_prefix (g_strstrip (fields[3]), "v=spf1 ") && has_spf (text, fields[0]);
}

/* Is LINE told already: a record that stands above, a check that is this one, the step of another
 * advice? */
static gboolean
is_told (Text *text, const ModoriAdviceLine *line)
{
    g_autofree char *check = g_strdup_printf ("modori check %s ", text->checkup->kind);

    switch (line->kind) {
    case MODORI_ADVICE_RECORD:
        return is_proposed (text, line);
    case MODORI_ADVICE_CHECK:
    case MODORI_ADVICE_COMMAND:
        return g_str_has_prefix (line->text, check);
    case MODORI_ADVICE_TEXT:
        return FALSE;
    default:
        return ! g_hash_table_add (text->told, g_strdup (line->text));
    }
}

/* Take out of STEPS what is told already; with a step goes all that belongs to it.  FALSE: no step
 * is left. */
static gboolean
drop_told (Text *text, GArray *steps)
{
    gboolean dropping = FALSE, left = FALSE;

    for (guint i = 0; i < steps->len; ) {
        const ModoriAdviceLine *line = &g_array_index (steps, ModoriAdviceLine, i);
        gboolean opens = line->kind == MODORI_ADVICE_STEP || line->kind == MODORI_ADVICE_SEE;
        gboolean told = (dropping && ! opens) || is_told (text, line);

        dropping = opens ? told : dropping;
        left = left || (! told && line->kind == MODORI_ADVICE_STEP);
        if (told)
            g_array_remove_index (steps, i);
        else
            i++;
    }
    return left;
}

static void
put_steps (Text *text, const char *advice, const ModoriCase *facts)
{
    ModoriAdviser *adviser = text->engine->adviser;
    g_autoptr (GArray) steps = modori_adviser_steps (adviser, advice, text->lang, "", facts);
    g_autofree char *title = modori_adviser_title (adviser, advice, text->lang, facts);

    if (! drop_told (text, steps))
        return;
    text->given++;
    modori_terminal_heading (text->terminal, title);
    modori_explanation_put_steps (text->terminal, steps);
}

static gboolean
has_records (const Item *item)
{
    g_autoptr (GPtrArray) records = modori_observation_records (item->block, item->seen->values);

    return records->len > 0;
}

/* The advice for ITEM, unless it was given.  Who has a record to publish needs no more; and when
 * there were enough steps, a line is left for each. */
static void
put_advice (Text *text, const Item *item)
{
    g_autofree char *advice = item->block ? modori_observation_advice (item->block) : g_strdup ("");
    g_autoptr (ModoriCase) facts = NULL;
    g_autofree char *hint = NULL;

    if (! *advice || has_records (item) || ! g_hash_table_add (text->told, g_strdup (advice)))
        return;
    facts = case_of (text, item);
    if (text->given < ADVICE_MAX) {
        put_steps (text, advice, facts);
        return;
    }
    hint = modori_adviser_hint (text->engine->adviser, advice, text->lang, facts);
    modori_terminal_label (text->terminal, 2, 2, "-", MODORI_STYLE_PLAIN, 0, hint);
}

void
modori_checkup_put_advice (ModoriCheckupText *text)
{
    for (guint gravity = MODORI_GRAVITY_ERROR; gravity >= MODORI_GRAVITY_WARNING; gravity--)
        for (guint i = 0; i < text->items->len; i++) {
            const Item *item = g_ptr_array_index (text->items, i);

            if (item->gravity == gravity)
                put_advice (text, item);
        }
}
