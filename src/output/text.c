/* text.c - outcomes for people: a few lines each, the answer first, then the evidence.
 *
 *     hanako@example.net
 *       why   The sender is not authenticated  [authfailure, soft, 550 5.7.26, Google]
 *       said  550-5.7.26 This mail has been blocked because ...
 *       do    Publish an SPF record for example.jp
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "output/text.h"

#include <glib/gi18n.h>

/* In a list a reply gets this many lines; `explain` gives all of it. */
#define SAID_LINES 3

gboolean
modori_text_is_failure (const ModoriOutcome *outcome)
{
    const char *action = modori_outcome_text (outcome, MODORI_KEY_ACTION);

    return g_str_equal (modori_outcome_text (outcome, MODORI_KEY_REPORT), "delivery")
           && (! *action || g_str_equal (action, "failed") || g_str_equal (action, "delayed"));
}

ModoriStyle
modori_text_style (const ModoriOutcome *outcome)
{
    const char *bounce = modori_outcome_text (outcome, MODORI_KEY_BOUNCE);

    if (g_str_equal (bounce, "hard"))
        return MODORI_STYLE_BAD;
    return g_str_equal (bounce, "soft") ? MODORI_STYLE_MILD : MODORI_STYLE_GOOD;
}

char *
modori_text_speaker (const ModoriOutcome *outcome, const ModoriDecision *decision, const char *lang)
{
    if (decision->provider)
        return modori_provider_title (decision->provider, lang);
    return g_strdup (modori_outcome_text (outcome, MODORI_KEY_REMOTE_MTA));
}

static void
add_word (GString *list, const char *separator, const char *word)
{
    if (! *word)
        return;
    if (list->len)
        g_string_append (list, separator);
    g_string_append (list, word);
}

static const char *
bounce_word (const char *bounce)
{
    if (g_str_equal (bounce, "hard"))
        return _("hard");
    return g_str_equal (bounce, "soft") ? _("soft") : "";
}

const char *
modori_text_status (const ModoriOutcome *outcome)
{
    const char *status = modori_outcome_text (outcome, MODORI_KEY_STATUS);

    return modori_value_is_useless (MODORI_KEY_STATUS, status) ? "" : status;
}

char *
modori_text_brief (ModoriEngine *engine, guint i, const char *lang)
{
    const ModoriOutcome *outcome = modori_report_outcome (engine->report, i);
    const ModoriDecision *decision = &g_array_index (engine->decisions, ModoriDecision, i);
    GString *list = g_string_new (modori_outcome_text (outcome, MODORI_KEY_REASON));
    const char *action = modori_outcome_text (outcome, MODORI_KEY_ACTION);
    const char *status = modori_text_status (outcome);
    g_autofree char *codes = g_strstrip (
        g_strjoin (" ", modori_outcome_text (outcome, MODORI_KEY_REPLY_CODE), status, NULL));
    g_autofree char *speaker = modori_text_speaker (outcome, decision, lang);

    add_word (list, ", ", bounce_word (modori_outcome_text (outcome, MODORI_KEY_BOUNCE)));
    if (g_str_equal (action, "delayed"))
        add_word (list, ", ", _("still being tried"));
    add_word (list, ", ", codes);
    add_word (list, ", ", speaker);
    return g_string_free (list, FALSE);
}

static void
put_recipient (ModoriTerminal *terminal, const ModoriOutcome *outcome)
{
    const char *recipient = modori_outcome_text (outcome, MODORI_KEY_RECIPIENT);
    const char *original = modori_outcome_text (outcome, MODORI_KEY_ORIGINAL_RECIPIENT);

    modori_terminal_put (terminal, MODORI_STYLE_BOLD,
                         *recipient ? recipient : _("(no recipient is named)"));
    if (*original) {
        g_autofree char *written = g_strdup_printf (_(" (written to as %s)"), original);

        modori_terminal_put (terminal, MODORI_STYLE_FAINT, written);
    }
    g_string_append_c (terminal->out, '\n');
}

void
modori_text_outcome (ModoriTerminal *terminal, ModoriEngine *engine, guint i, const char *lang)
{
    const ModoriOutcome *outcome = modori_report_outcome (engine->report, i);
    const char *said = modori_outcome_text (outcome, MODORI_KEY_DIAGNOSTIC);
    const char *hint = modori_outcome_text (outcome, MODORI_KEY_HINT);
    g_autofree char *title = modori_rules_title (
        engine->rules, outcome, &g_array_index (engine->decisions, ModoriDecision, i), lang);
    g_autofree char *brief = modori_text_brief (engine, i, lang);
    g_autofree char *why = g_strdup_printf ("%s  [%s]", title, brief);
    const guint width = 6;

    put_recipient (terminal, outcome);
    modori_terminal_label (terminal, 2, width, _("why"), modori_text_style (outcome), 0, why);
    if (*said)
        modori_terminal_label (terminal, 2, width, _("said"), MODORI_STYLE_FAINT, SAID_LINES, said);
    if (*hint)
        modori_terminal_label (terminal, 2, width, _("do"), MODORI_STYLE_PLAIN, 0, hint);
    g_string_append_c (terminal->out, '\n');
}
