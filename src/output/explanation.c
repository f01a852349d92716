/* explanation.c - one bounce for a person: what happened, what to do, and how modori knows.
 *
 * The answer comes first; the evidence follows, so that it can be trusted.  Recipients whom the
 * same rule decided in the same words are told together.  Commands and DNS records stand on lines
 * of their own and are never wrapped: they are there to be copied.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "output/explanation.h"
#include "output/origins.h"
#include "output/panel.h"
#include "output/text.h"
#include "report/sift.h"

#include <glib/gi18n.h>

/* Recipients of one group that are named; the rest is counted. */
#define RECIPIENTS_NAMED 5

/* Columns of the labels in front of evidence. */
#define LABEL_WIDTH 12

static const ModoriDecision *
decision_of (ModoriEngine *engine, guint i)
{
    return &g_array_index (engine->decisions, ModoriDecision, i);
}

/* --- small pieces --- */

static void
put_paragraph (ModoriTerminal *terminal, ModoriStyle style, const char *text)
{
    if (! *text)
        return;
    modori_terminal_pad (terminal, 2);
    modori_terminal_wrap (terminal, style, 2, 2, 0, text);
}

/* A line of evidence, left out when there is nothing to say. */
static void
put_evidence (ModoriTerminal *terminal, const char *label, const char *text)
{
    if (*text)
        modori_terminal_label (terminal, 2, LABEL_WIDTH, label, MODORI_STYLE_PLAIN, 0, text);
}

static void
put_copyable (ModoriTerminal *terminal, const char *prefix, const char *text)
{
    modori_terminal_pad (terminal, 7);
    modori_terminal_put (terminal, MODORI_STYLE_FAINT, prefix);
    modori_terminal_put (terminal, MODORI_STYLE_BOLD, text);
    g_string_append_c (terminal->out, '\n');
}

/* --- advice --- */

static void
put_advice_line (ModoriTerminal *terminal, const ModoriAdviceLine *line, guint *number)
{
    g_autofree char *label = NULL;

    switch (line->kind) {
    case MODORI_ADVICE_STEP:
        label = g_strdup_printf ("%2u.", ++*number);
        modori_terminal_label (terminal, 2, 4, label, MODORI_STYLE_PLAIN, 0, line->text);
        break;
    case MODORI_ADVICE_COMMAND:
        put_copyable (terminal, "$ ", line->text);
        break;
    case MODORI_ADVICE_TEXT:
        put_copyable (terminal, "", line->text);
        break;
    case MODORI_ADVICE_RECORD:
        modori_panel_put_text (terminal, 7, line->text);
        break;
    case MODORI_ADVICE_CHECK:
        put_copyable (terminal, _("check: $ "), line->text);
        break;
    case MODORI_ADVICE_SEE:
        modori_terminal_label (terminal, 2, 4, _("See"), MODORI_STYLE_FAINT, 0, line->text);
        break;
    }
}

/* Said once for each step, behind its last line. */
static void
put_example_note (ModoriTerminal *terminal)
{
    modori_terminal_pad (terminal, 7);
    modori_terminal_put (terminal, MODORI_STYLE_FAINT,
                         _("(example values: put your own there)"));
    g_string_append_c (terminal->out, '\n');
}

void
modori_explanation_put_steps (ModoriTerminal *terminal, const GArray *steps)
{
    gboolean example = FALSE;
    guint number = 0;

    for (guint i = 0; i < steps->len; i++) {
        const ModoriAdviceLine *line = &g_array_index (steps, ModoriAdviceLine, i);
        gboolean opens = line->kind == MODORI_ADVICE_STEP || line->kind == MODORI_ADVICE_SEE;

        if (opens && example)
            put_example_note (terminal);
        example = line->example || (example && ! opens);
        put_advice_line (terminal, line, &number);
    }
    if (example)
        put_example_note (terminal);
}

static void
put_steps (ModoriTerminal *terminal, ModoriEngine *engine, const char *heading, const char *name,
           const char *lang, const char *sender_kind, const ModoriCase *facts)
{
    g_autoptr (GArray) steps =
        modori_adviser_steps (engine->adviser, name, lang, sender_kind, facts);

    if (! steps->len)
        return;
    modori_terminal_heading (terminal, heading);
    modori_explanation_put_steps (terminal, steps);
}

void
modori_explanation_put_advice (ModoriTerminal *terminal, ModoriEngine *engine, const char *name,
                               const char *lang, const char *sender_kind, const ModoriCase *facts)
{
    g_autofree char *title = modori_adviser_title (engine->adviser, name, lang, facts);
    g_autofree char *why = modori_adviser_why (engine->adviser, name, lang, facts);

    modori_terminal_heading (terminal, title);
    put_paragraph (terminal, MODORI_STYLE_PLAIN, why);
    put_steps (terminal, engine, _("What to do"), name, lang, sender_kind, facts);
}

/* --- who --- */

/* What outcomes that are told together have in common, as one string; the caller frees. */
static char *
decision_key (const ModoriOutcome *outcome)
{
    return g_strjoin ("\n", modori_outcome_text (outcome, MODORI_KEY_RULE),
                      modori_outcome_text (outcome, MODORI_KEY_ADVICE),
                      modori_outcome_text (outcome, MODORI_KEY_ACTION),
                      modori_outcome_text (outcome, MODORI_KEY_REASON), NULL);
}

static gboolean
has_key (const ModoriOutcome *outcome, const char *key)
{
    g_autofree char *own = decision_key (outcome);

    return g_str_equal (own, key);
}

/* Whoever wrote to an alias does not know who is behind it. */
static void
append_name (GString *names, const ModoriOutcome *outcome)
{
    const char *original = modori_outcome_text (outcome, MODORI_KEY_ORIGINAL_RECIPIENT);

    if (names->len)
        g_string_append (names, ", ");
    g_string_append (names, modori_outcome_text (outcome, MODORI_KEY_RECIPIENT));
    if (*original)
        g_string_append_printf (names, _(" (written to as %s)"), original);
}

/* "a@x, b@y and 3 more": the recipients decided like outcome FIRST. */
static char *
recipients_like (ModoriEngine *engine, guint first)
{
    GString *names = g_string_new (NULL);
    g_autofree char *key = decision_key (modori_report_outcome (engine->report, first));
    guint more = 0, named = 0;

    for (guint i = first; i < modori_report_n_outcomes (engine->report); i++) {
        const ModoriOutcome *outcome = modori_report_outcome (engine->report, i);

        if (! has_key (outcome, key))
            continue;
        if (named++ >= RECIPIENTS_NAMED) {
            more++;
            continue;
        }
        append_name (names, outcome);
    }
    if (more)
        g_string_append_printf (names, _(" and %u more"), more);
    return g_string_free (names, FALSE);
}

static const char *
headline_format (const ModoriOutcome *outcome)
{
    const char *report = modori_outcome_text (outcome, MODORI_KEY_REPORT);
    const char *action = modori_outcome_text (outcome, MODORI_KEY_ACTION);

    if (g_str_equal (report, "feedback"))
        return _("Somebody complained about a mail to %s");
    if (g_str_equal (report, "disposition"))
        return _("%s tells what became of your mail");
    if (g_str_equal (report, "auto-reply"))
        return _("%s answered automatically");
    if (g_str_equal (action, "delayed"))
        return _("Your mail has not reached %s yet");
    if (*action && ! g_str_equal (action, "failed"))
        return _("Your mail reached %s");
    return _("Your mail did not reach %s");
}

/* What became of a mail of whose recipient nothing is said: mostly somebody asks about a bare
 * reply, of which the first digit tells (RFC 5321 section 4.2.1, RFC 3463 section 2). */
static const char *
nameless_headline (const ModoriOutcome *outcome)
{
    const char *code = modori_outcome_text (outcome, MODORI_KEY_REPLY_CODE);
    const char *digit = *code ? code : modori_outcome_text (outcome, MODORI_KEY_STATUS);

    if (*digit == '4')
        return _("The mail has not been delivered yet");
    return *digit == '2' ? _("The mail was delivered") : _("The mail was refused");
}

/* Append FORMAT, which holds one %s for NAMES. */
static char *
headline (const ModoriOutcome *outcome, const char *names)
{
    g_auto (GStrv) parts = g_strsplit (headline_format (outcome), "%s", 2);
    const char *report = modori_outcome_text (outcome, MODORI_KEY_REPORT);

    if (! *names && g_str_equal (report, "delivery"))
        return g_strdup (nameless_headline (outcome));
    return g_strconcat (parts[0], *names ? names : _("(no recipient is named)"), parts[1], NULL);
}

/* --- evidence --- */

static void
put_said (ModoriTerminal *terminal, ModoriEngine *engine, const ModoriOutcome *outcome,
          const char *lang)
{
    const char *host = modori_outcome_text (outcome, MODORI_KEY_REMOTE_MTA);
    const char *ip = modori_outcome_text (outcome, MODORI_KEY_REMOTE_IP);
    const char *status = modori_text_status (outcome);
    g_autofree char *who = *ip ? g_strdup_printf ("%s [%s]", host, ip) : g_strdup (host);
    g_autofree char *meaning = modori_rules_status_meaning (engine->rules, status, lang);
    const char *command = modori_outcome_text (outcome, MODORI_KEY_COMMAND);
    const char *reply = modori_outcome_text (outcome, MODORI_KEY_DIAGNOSTIC);
    const char *reporter = modori_outcome_text (outcome, MODORI_KEY_REPORTING_MTA);
    g_autofree char *code =
        *meaning ? g_strdup_printf (_("%s, registered as: %s"), status, meaning)
                 : g_strdup (status);

    if (! who[0] && ! command[0] && ! reply[0] && ! code[0] && ! reporter[0])
        return;
    modori_terminal_heading (terminal, _("What was said"));
    put_evidence (terminal, _("by"), who);
    put_evidence (terminal, _("answering"), command);
    put_evidence (terminal, _("reply"), reply);
    put_evidence (terminal, _("status"), code);
    put_evidence (terminal, _("reported by"), reporter);
}

static void
put_finding (ModoriTerminal *terminal, const ModoriFound *found, const char *lang)
{
    g_autofree char *title = modori_finding_title (found->block, lang);
    g_autofree char *refused = modori_finding_refused_by (found->block, lang);
    gboolean error = modori_finding_severity (found->block) == MODORI_SEVERITY_ERROR;

    modori_terminal_label (terminal, 2, 3, "-", error ? MODORI_STYLE_BAD : MODORI_STYLE_MILD, 0,
                           title);
    if (*found->evidence) {
        modori_terminal_pad (terminal, 5);
        modori_terminal_wrap (terminal, MODORI_STYLE_FAINT, 5, 5, 2, found->evidence);
    }
    if (*refused)
        modori_terminal_label (terminal, 5, 11, _("refused by"), MODORI_STYLE_PLAIN, 0, refused);
}

/* What receivers may object to in the mail.  Notes are no news to who only wrote to a wrong
 * address. */
static void
put_findings (ModoriTerminal *terminal, ModoriEngine *engine, const char *lang)
{
    const ModoriOutcome *outcome = modori_report_outcome (engine->report, 0);
    gboolean hard = g_str_equal (modori_outcome_text (outcome, MODORI_KEY_BOUNCE), "hard");
    gboolean begun = FALSE;

    for (guint i = 0; i < engine->found->len; i++) {
        const ModoriFound *found = &g_array_index (engine->found, ModoriFound, i);

        if (hard && modori_finding_severity (found->block) < MODORI_SEVERITY_WARNING)
            continue;
        if (! begun)
            put_paragraph (terminal, MODORI_STYLE_BOLD, _("What receivers may object to in it:"));
        put_finding (terminal, found, lang);
        begun = TRUE;
    }
}

/* The advice of finding I of FOUND, "" when an earlier one asks for the same or it is not grave
 * enough; the caller frees. */
static char *
new_advice (const GArray *found, guint i, ModoriSeverity least)
{
    const ModoriBlock *block = g_array_index (found, ModoriFound, i).block;

    if (modori_finding_severity (block) < least)
        return g_strdup ("");
    for (guint j = 0; j < i; j++) {
        const ModoriBlock *before = g_array_index (found, ModoriFound, j).block;
        g_autofree char *name = modori_finding_advice (block);
        g_autofree char *earlier = modori_finding_advice (before);

        if (modori_finding_severity (before) >= least && g_str_equal (name, earlier))
            return g_strdup ("");
    }
    return modori_finding_advice (block);
}

void
modori_explanation_put_repairs (ModoriTerminal *terminal, ModoriEngine *engine,
                                const GArray *found, ModoriSeverity least, const char *lang,
                                const char *sender_kind, const ModoriCase *facts,
                                const char *const *told)
{
    for (guint i = 0; i < found->len; i++) {
        g_autofree char *advice = new_advice (found, i, least);

        if (*advice && ! g_strv_contains (told, advice))
            modori_explanation_put_advice (terminal, engine, advice, lang, sender_kind, facts);
    }
}

/* What is wrong with the mail itself is told with its repair, whatever this receiver said. */
static void
put_repairs (ModoriTerminal *terminal, ModoriEngine *engine, const char *lang)
{
    ModoriMessage *returned = modori_report_returned (engine->report);
    const ModoriOutcome *outcome = modori_report_outcome (engine->report, 0);
    g_autoptr (ModoriCase) facts = modori_case_new (outcome, decision_of (engine, 0), returned);
    const char *const told[] = {
        modori_outcome_text (outcome, MODORI_KEY_ADVICE), decision_of (engine, 0)->advice, NULL
    };

    modori_explanation_put_repairs (terminal, engine, engine->found, MODORI_SEVERITY_ERROR, lang,
                                    modori_outcome_text (outcome, MODORI_KEY_SENDER_KIND), facts,
                                    told);
}

static void
put_returned (ModoriTerminal *terminal, ModoriEngine *engine, const char *lang)
{
    const ModoriOutcome *outcome = modori_report_outcome (engine->report, 0);

    if (! modori_report_returned (engine->report))
        return;
    modori_terminal_heading (terminal, _("The mail that came back"));
    put_evidence (terminal, _("subject"), modori_outcome_text (outcome, MODORI_KEY_SUBJECT));
    put_evidence (terminal, _("from"), modori_outcome_text (outcome, MODORI_KEY_FROM));
    put_evidence (terminal, _("date"), modori_outcome_text (outcome, MODORI_KEY_DATE));
    put_evidence (terminal, _("Message-ID"), modori_outcome_text (outcome, MODORI_KEY_MESSAGE_ID));
    put_findings (terminal, engine, lang);
    put_repairs (terminal, engine, lang);
}

/* Which rule decided, and by what in it. */
static void
put_decided (ModoriTerminal *terminal, const ModoriOutcome *outcome, const ModoriDecision *decision)
{
    const ModoriBlock *block = decision->block;
    g_autofree char *rule = block ? g_strdup_printf ("%s \"%s\" (%s:%u)", block->kind->name,
                                                     block->name, block->path, block->line)
                                  : g_strdup (_("nothing was said that tells a reason"));

    modori_terminal_heading (terminal, _("How modori knows"));
    put_evidence (terminal, _("decided by"), rule);
    put_evidence (terminal, _("matched"), decision->matched);
    put_evidence (terminal, _("read as"), modori_outcome_text (outcome, MODORI_KEY_DIALECT));
    put_evidence (terminal, "id", modori_outcome_text (outcome, MODORI_KEY_ID));
}

/* A table for each recipient that was decided like outcome FIRST. */
static void
put_origins (ModoriTerminal *terminal, ModoriEngine *engine, guint first)
{
    g_autofree char *key = decision_key (modori_report_outcome (engine->report, first));

    modori_origins_put_heading (terminal, first == 0);
    for (guint i = first; i < modori_report_n_outcomes (engine->report); i++) {
        const ModoriOutcome *outcome = modori_report_outcome (engine->report, i);

        if (! has_key (outcome, key))
            continue;
        if (i > first)
            g_string_append_c (terminal->out, '\n');
        modori_origins_put (terminal, engine, outcome);
    }
}

/* --- the whole --- */

/* What any receiver would refuse in the mail belongs to the answer, too. */
static void
put_objections (ModoriTerminal *terminal, ModoriEngine *engine, const ModoriBlock *cause,
                const char *lang)
{
    for (guint i = 0; i < engine->found->len; i++) {
        const ModoriBlock *block = g_array_index (engine->found, ModoriFound, i).block;
        g_autofree char *title = modori_finding_title (block, lang);
        g_autofree char *line = g_strdup_printf (_("Besides: %s (see below)"), title);

        if (block != cause && modori_finding_severity (block) == MODORI_SEVERITY_ERROR)
            put_paragraph (terminal, MODORI_STYLE_BAD, line);
    }
}

/* The reply does not say much, but this in the mail is known to be refused so. */
static void
put_cause (ModoriTerminal *terminal, ModoriEngine *engine, const ModoriBlock *cause,
           const char *lang)
{
    g_autofree char *title = modori_finding_title (cause, lang);
    g_autofree char *why = modori_finding_why (cause, lang);
    g_autofree char *line = g_strdup_printf (_("Probable cause: %s"), title);

    put_paragraph (terminal, MODORI_STYLE_BAD, line);
    for (guint i = 0; i < engine->found->len; i++)
        if (g_array_index (engine->found, ModoriFound, i).block == cause)
            put_paragraph (terminal, MODORI_STYLE_FAINT,
                           g_array_index (engine->found, ModoriFound, i).evidence);
    put_paragraph (terminal, MODORI_STYLE_PLAIN, why);
}

/* The steps for the probable cause come first, then what the reply alone asks for. */
static void
put_all_steps (ModoriTerminal *terminal, ModoriEngine *engine, guint i, const char *lang,
               const ModoriCase *facts)
{
    const ModoriOutcome *outcome = modori_report_outcome (engine->report, i);
    const char *advice = modori_outcome_text (outcome, MODORI_KEY_ADVICE);
    const char *kind = modori_outcome_text (outcome, MODORI_KEY_SENDER_KIND);
    const char *usual = decision_of (engine, i)->advice;

    put_steps (terminal, engine, _("What to do"), advice, lang, kind, facts);
    if (! g_str_equal (advice, usual))
        put_steps (terminal, engine, _("If that does not help"), usual, lang, kind, facts);
}

/* Append the See lines of BLOCK, but none that is there since START.  FALSE when it has none. */
static gboolean
put_links (ModoriTerminal *terminal, const ModoriBlock *block, gsize start)
{
    gboolean any = FALSE;

    for (guint i = 0; i < block->n_entries; i++) {
        g_autofree char *link = NULL;

        if (! g_str_equal (block->kind->fields[block->entries[i].key], "See"))
            continue;
        any = TRUE;
        link = modori_entry_text (&block->entries[i]);
        if (! strstr (terminal->out->str + start, link))
            modori_terminal_label (terminal, 2, 4, _("See"), MODORI_STYLE_FAINT, 0, link);
    }
    return any;
}

/* The receiver's own page about such refusals, or what it tells all senders; START is where the
 * answer begins. */
static void
put_pages (ModoriTerminal *terminal, ModoriEngine *engine, const ModoriDecision *decision,
           gsize start)
{
    const ModoriBlock *rule = decision->block;

    if (rule && rule->kind == &modori_rule_kind && put_links (terminal, rule, start))
        return;
    if (! decision->provider || ! g_str_equal (decision->bounce, "soft"))
        return;
    modori_knowledge_read (engine->knowledge, decision->provider);
    put_links (terminal, decision->provider, start);
}

/* The first screen: who, why, what to do. */
static void
put_answer (ModoriTerminal *terminal, ModoriEngine *engine, guint i, const char *lang)
{
    const ModoriOutcome *outcome = modori_report_outcome (engine->report, i);
    const ModoriDecision *decision = decision_of (engine, i);
    g_autoptr (ModoriCase) facts =
        modori_case_new (outcome, decision, modori_report_returned (engine->report));
    const char *advice = modori_outcome_text (outcome, MODORI_KEY_ADVICE);
    g_autofree char *names = recipients_like (engine, i);
    g_autofree char *line = headline (outcome, names);
    g_autofree char *reason = modori_rules_title (engine->rules, outcome, decision, lang);
    g_autofree char *brief = modori_text_brief (engine, i, lang);
    g_autofree char *answer = g_strdup_printf ("%s  [%s]", reason, brief);
    g_autofree char *why = modori_adviser_why (engine->adviser, advice, lang, facts);
    gsize start = terminal->out->len;

    modori_terminal_wrap (terminal, MODORI_STYLE_BOLD, 0, 0, 0, line);
    put_paragraph (terminal, modori_text_style (outcome), answer);
    if (decision->cause)
        put_cause (terminal, engine, decision->cause, lang);
    else
        put_paragraph (terminal, MODORI_STYLE_PLAIN, why);
    put_objections (terminal, engine, decision->cause, lang);
    put_all_steps (terminal, engine, i, lang, facts);
    put_pages (terminal, engine, decision, start);
}

void
modori_explanation_put (ModoriTerminal *terminal, ModoriEngine *engine, const char *lang,
                        const GArray *bids)
{
    g_autoptr (GHashTable) told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < modori_report_n_outcomes (engine->report); i++) {
        const ModoriOutcome *outcome = modori_report_outcome (engine->report, i);

        if (! g_hash_table_add (told, decision_key (outcome)))
            continue;
        if (i)
            g_string_append_c (terminal->out, '\n');
        put_answer (terminal, engine, i, lang);
        put_said (terminal, engine, outcome, lang);
        put_decided (terminal, outcome, decision_of (engine, i));
        if (bids)
            put_origins (terminal, engine, i);
    }
    put_returned (terminal, engine, lang);
    if (bids)
        modori_origins_put_bids (terminal, engine, bids);
}

void
modori_explanation_put_none (ModoriTerminal *terminal, ModoriEngine *engine, const GArray *bids)
{
    ModoriMessage *message = engine->message;
    guint sift = modori_sift (modori_dialects_signs (engine->dialects),
                              modori_message_bytes (message));

    modori_terminal_put (terminal, MODORI_STYLE_BOLD, _("This is not a bounce."));
    g_string_append_c (terminal->out, '\n');
    put_paragraph (terminal, MODORI_STYLE_PLAIN,
                   sift ? _("Its header looks like one, but no decoder and no dialect found a "
                             "recipient that failed in it.")
                        : _("Nothing in its header says so: no empty envelope sender, no sender "
                             "like MAILER-DAEMON, no "
                             "report type, no mark of an automatic message."));
    put_evidence (terminal, _("subject"), modori_message_field (message, 0, "Subject"));
    put_evidence (terminal, _("from"), modori_message_field (message, 0, "From"));
    put_evidence (terminal, _("type"), modori_message_field (message, 0, "Content-Type"));
    put_paragraph (terminal, MODORI_STYLE_PLAIN,
                   _("To see what receivers would object to in it: modori check message FILE"));
    if (bids)
        modori_origins_put_bids (terminal, engine, bids);
}
