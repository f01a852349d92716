/* policy.c - how often mail must fail before an address is given up.
 *
 * What was the sender's own fault can never count, so a policy that asks for it is wrong.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "history/policy.h"

#include <glib/gi18n.h>

#include "text/error.h"

#define DAY (24 * 60 * 60)

/* Nobody looks further back than a hundred years. */
#define WINDOW_MAX ((gint64) 36500 * DAY)

ModoriPolicy *
modori_policy_new (void)
{
    ModoriPolicy *policy = g_new0 (ModoriPolicy, 1);

    policy->hard = (ModoriThreshold) { 1, 0 };
    policy->soft = (ModoriThreshold) { 3, 14 * DAY };
    policy->reasons = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    policy->complaints = TRUE;
    return policy;
}

void
modori_policy_free (ModoriPolicy *policy)
{
    if (! policy)
        return;
    g_hash_table_unref (policy->reasons);
    g_free (policy->domain);
    g_free (policy);
}

static gboolean
check_reason (const char *name, const ModoriEngine *engine, GError **error)
{
    const char *fault = modori_knowledge_block (engine->knowledge, &modori_reason_kind, name)
        ? modori_rules_fault (engine->rules, name) : NULL;

    if (! fault)
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_SYNTAX, _("there is no reason \"%s\""),
                     name);
    else if (g_str_equal (fault, "sender"))
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_SYNTAX,
                     _("%s is the sender's own fault: no address is ever listed for it"), name);
    else if (g_str_equal (fault, "none"))
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_SYNTAX,
                     _("%s is no failure: no address is ever listed for it"), name);
    else
        return TRUE;
    return FALSE;
}

gboolean
modori_policy_check (const ModoriPolicy *policy, const ModoriEngine *engine, GError **error)
{
    g_autoptr (GList) names = g_list_sort (g_hash_table_get_keys (policy->reasons),
                                           (GCompareFunc) strcmp);

    for (GList *name = names; name; name = name->next)
        if (! check_reason (name->data, engine, error))
            return FALSE;
    return TRUE;
}

/* Take a number from 1 to MAX off *TEXT. */
static gboolean
take_number (const char **text, guint64 max, guint64 *number)
{
    char *end;

    if (! g_ascii_isdigit (**text))
        return FALSE;
    *number = g_ascii_strtoull (*text, &end, 10);
    *text = end;
    return *number > 0 && *number <= max;
}

static gboolean
read_window (const char *text, gint64 *window)
{
    static const struct { char letter; gint64 seconds; } units[] = {
        { 'h', 60 * 60 }, { 'd', DAY }, { 'w', 7 * DAY }, { 'm', 30 * DAY }, { 'y', 365 * DAY },
    };
    guint64 number;

    if (! take_number (&text, WINDOW_MAX, &number))
        return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS (units); i++)
        if (text[0] == units[i].letter && text[1] == '\0') {
            *window = (gint64) MIN (number * (guint64) units[i].seconds, (guint64) WINDOW_MAX);
            return TRUE;
        }
    return FALSE;
}

static gboolean
read_threshold (const char *text, ModoriThreshold *threshold)
{
    guint64 count;

    *threshold = (ModoriThreshold) { 0, 0 };
    if (g_str_equal (text, "never") || g_str_equal (text, "0"))
        return TRUE;
    if (! take_number (&text, MODORI_THRESHOLD_MAX, &count))
        return FALSE;
    threshold->count = (guint) count;
    if (*text == '\0')
        return TRUE;
    return g_str_has_prefix (text, " in ") && read_window (text + strlen (" in "),
                                                           &threshold->window);
}

gboolean
modori_threshold_parse (ModoriThreshold *threshold, const char *text, GError **error)
{
    if (read_threshold (text, threshold))
        return TRUE;
    g_set_error (error, MODORI_ERROR, MODORI_ERROR_SYNTAX,
                 _("\"%s\" does not say how often; something like \"1\", \"3 in 14d\" (h, d, w, m, "
                   "y) or \"never\" was expected"), text);
    return FALSE;
}
