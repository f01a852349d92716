/* check-message.c - look at a mail of one's own as a receiver would, before it is refused.
 *
 * `check message` shows the findings of any mail: a sent copy, a test mail, one that a customer
 * forwarded.  Of a bounce it shows those of the mail that was returned.  Each repair is told
 * once, however many findings ask for it.  No network.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "commands/checks.h"
#include "commands/reading.h"
#include "commands/setup.h"
#include "output/explanation.h"
#include "output/json.h"
#include "output/writer.h"

#include <glib/gi18n.h>
#include <sysexits.h>
#include <unistd.h>

/* Larger than what any receiver takes: the size itself is looked at. */
#define CHECK_MESSAGE_MAX (64 * 1024 * 1024)

/* Columns of the labels in front of evidence. */
#define LABEL_WIDTH 12

/* Exit status. */
enum { NOTHING_FOUND = 0, WARNINGS_FOUND = 1, ERRORS_FOUND = 2 };

typedef struct {
    ModoriEngine *engine;
    ModoriReading reading;
    ModoriWriter *writer;
    ModoriTerminal terminal;
    const ModoriCase *facts;        /* of the present mail */
    gboolean json;
    int found;                      /* the worst so far, as exit status */
} Check;

/* The mail that is looked at. */
typedef struct {
    ModoriMessage *message;
    GArray *found;                  /* ModoriFound, the gravest first */
    gboolean returned;              /* it came back in a bounce */
} Subject;

/* --- looking --- */

static int
compare_severity (gconstpointer a, gconstpointer b)
{
    const ModoriFound *one = a, *other = b;
    ModoriSeverity x = modori_finding_severity (one->block);
    ModoriSeverity y = modori_finding_severity (other->block);

    if (x != y)
        return x > y ? -1 : 1;
    return (one->block > other->block) - (one->block < other->block);
}

static void
look (Check *check, const ModoriMail *mail, Subject *subject)
{
    ModoriEngine *engine = check->engine;
    ModoriCopy copy = MODORI_COPY_WHOLE;

    subject->returned = modori_engine_read (engine, mail, modori_setup_lang ())
        && modori_report_returned (engine->report);
    subject->message = subject->returned ? modori_report_returned (engine->report)
        : engine->message;
    if (! subject->returned)
        modori_message_read (engine->message, mail->bytes);
    g_array_set_size (subject->found, 0);
    if (subject->returned)
        copy = modori_report_returned_header_only (engine->report) ? MODORI_COPY_HEADER
            : MODORI_COPY_RETURNED;
    modori_findings_look (engine->findings, subject->message, copy, subject->found);
    g_array_sort (subject->found, compare_severity);
}

static const ModoriFound *
found_at (const Subject *subject, guint i)
{
    return &g_array_index (subject->found, ModoriFound, i);
}

static guint
count_severity (const Subject *subject, ModoriSeverity severity)
{
    guint n = 0;

    for (guint i = 0; i < subject->found->len; i++)
        n += modori_finding_severity (found_at (subject, i)->block) == severity;
    return n;
}

static void
note_status (Check *check, const Subject *subject)
{
    if (count_severity (subject, MODORI_SEVERITY_ERROR) > 0)
        check->found = ERRORS_FOUND;
    else if (count_severity (subject, MODORI_SEVERITY_WARNING) > 0)
        check->found = MAX (check->found, WARNINGS_FOUND);
}

/* --- text --- */

static const char *
severity_label (ModoriSeverity severity)
{
    if (severity == MODORI_SEVERITY_ERROR)
        return _("error");
    return severity == MODORI_SEVERITY_WARNING ? _("warning") : _("note");
}

static ModoriStyle
severity_style (ModoriSeverity severity)
{
    if (severity == MODORI_SEVERITY_ERROR)
        return MODORI_STYLE_BAD;
    return severity == MODORI_SEVERITY_WARNING ? MODORI_STYLE_MILD : MODORI_STYLE_PLAIN;
}

static void
put_evidence (ModoriTerminal *terminal, const char *label, const char *text)
{
    if (*text)
        modori_terminal_label (terminal, 2, LABEL_WIDTH, label, MODORI_STYLE_PLAIN, 2, text);
}

/* What a note asks for fits into a line; errors and warnings get all steps, below. */
static void
put_hint (Check *check, const ModoriFound *found)
{
    g_autofree char *advice = modori_finding_advice (found->block);
    g_autofree char *hint = modori_adviser_hint (check->engine->adviser, advice,
                                                 modori_setup_lang (), check->facts);

    put_evidence (&check->terminal, _("repair"), hint);
}

static void
put_finding (Check *check, const ModoriFound *found)
{
    ModoriTerminal *terminal = &check->terminal;
    const char *lang = modori_setup_lang ();
    ModoriSeverity severity = modori_finding_severity (found->block);
    g_autofree char *title = modori_finding_title (found->block, lang);
    g_autofree char *why = modori_finding_why (found->block, lang);
    g_autofree char *refused = modori_finding_refused_by (found->block, lang);

    g_string_append_c (terminal->out, '\n');
    modori_terminal_label (terminal, 2, LABEL_WIDTH, severity_label (severity),
                           severity_style (severity), 0, title);
    put_evidence (terminal, _("seen"), found->evidence);
    put_evidence (terminal, _("refused by"), refused);
    modori_terminal_pad (terminal, 2 + LABEL_WIDTH);
    modori_terminal_wrap (terminal, MODORI_STYLE_FAINT, 2 + LABEL_WIDTH, 2 + LABEL_WIDTH, 0, why);
    put_hint (check, found);
}

static void
put_verdict (Check *check, const ModoriMail *mail, const Subject *subject)
{
    ModoriTerminal *terminal = &check->terminal;

    modori_terminal_put (terminal, MODORI_STYLE_BOLD, mail->path);
    g_string_append (terminal->out, ": ");
    if (subject->found->len == 0)
        modori_terminal_put (terminal, MODORI_STYLE_GOOD,
                             _("nothing that receivers would object to"));
    else
        g_string_append_printf (terminal->out, _("errors: %u, warnings: %u, notes: %u"),
                                count_severity (subject, MODORI_SEVERITY_ERROR),
                                count_severity (subject, MODORI_SEVERITY_WARNING),
                                count_severity (subject, MODORI_SEVERITY_NOTE));
    g_string_append_c (terminal->out, '\n');
    if (subject->returned)
        put_evidence (terminal, _("bounce"), _("looked at the mail that was returned in it"));
    put_evidence (terminal, _("subject"), modori_message_field (subject->message, 0, "Subject"));
    put_evidence (terminal, _("from"), modori_message_field (subject->message, 0, "From"));
}

static void
put_text (Check *check, const ModoriMail *mail, const Subject *subject)
{
    static const char *const nothing_told[] = { NULL };
    const ModoriOutcome *outcome = subject->returned
        ? modori_report_outcome (check->engine->report, 0) : NULL;
    g_autoptr (ModoriCase) facts = modori_case_new (outcome, NULL, subject->message);
    const char *kind = modori_adviser_kind_of (check->engine->adviser, outcome, subject->message);

    check->facts = facts;
    if (check->reading.messages > 1)
        g_string_append_c (check->terminal.out, '\n');
    put_verdict (check, mail, subject);
    for (guint i = 0; i < subject->found->len; i++)
        put_finding (check, found_at (subject, i));
    modori_explanation_put_repairs (&check->terminal, check->engine, subject->found,
                                    MODORI_SEVERITY_WARNING, modori_setup_lang (), kind,
                                    check->facts, nothing_told);
    check->facts = NULL;
}

/* --- JSON --- */

static void
json_member (GString *out, const char *name, const char *value)
{
    g_string_append_printf (out, ", \"%s\": ", name);
    modori_json_string (out, value);
}

static void
json_finding (GString *out, const ModoriFound *found, const char *lang)
{
    static const char *const severities[] = { "note", "warning", "error" };
    g_autofree char *title = modori_finding_title (found->block, lang);
    g_autofree char *refused = modori_finding_refused_by (found->block, lang);
    g_autofree char *advice = modori_finding_advice (found->block);

    g_string_append (out, "{\"finding\": ");
    modori_json_string (out, found->block->name);
    json_member (out, "severity", severities[modori_finding_severity (found->block)]);
    json_member (out, "title", title);
    json_member (out, "evidence", found->evidence);
    json_member (out, "refused_by", refused);
    json_member (out, "advice", advice);
    g_string_append_c (out, '}');
}

static void
put_json (Check *check, const ModoriMail *mail, const Subject *subject)
{
    GString *out = check->writer->buffer;
    g_autofree char *path = g_utf8_make_valid (mail->path, -1);

    g_string_append (out, "{\"v\": 1");
    json_member (out, "path", path);
    g_string_append_printf (out, ", \"offset\": %" G_GUINT64_FORMAT, mail->offset);
    g_string_append_printf (out, ", \"returned\": %s", subject->returned ? "true" : "false");
    json_member (out, "message_id", modori_message_field (subject->message, 0, "Message-ID"));
    json_member (out, "from", modori_message_field (subject->message, 0, "From"));
    json_member (out, "subject", modori_message_field (subject->message, 0, "Subject"));
    g_string_append (out, ", \"findings\": [");
    for (guint i = 0; i < subject->found->len; i++) {
        g_string_append (out, i ? ", " : "");
        json_finding (out, found_at (subject, i), modori_setup_lang ());
    }
    g_string_append (out, "]}\n");
}

/* --- the command --- */

static void
visit (const ModoriMail *mail, gpointer data)
{
    Check *check = data;
    g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (ModoriFound));
    Subject subject = { NULL, found, FALSE };

    look (check, mail, &subject);
    note_status (check, &subject);
    modori_reading_clear (&check->reading);
    if (check->json)
        put_json (check, mail, &subject);
    else
        put_text (check, mail, &subject);
    if (! modori_writer_mark (check->writer))
        check->reading.stop = TRUE;
}

static int
check_messages (Check *check, char **paths)
{
    g_autoptr (GError) error = NULL;
    ModoriEngine *engine = modori_setup_engine (&error);
    g_autoptr (ModoriWriter) writer = modori_writer_new (STDOUT_FILENO);
    g_autoptr (ModoriSandbox) sandbox = modori_sandbox_new ();

    modori_sandbox_read_all (sandbox, paths);
    sandbox->links = TRUE;
    if (! engine || ! modori_setup_confine (sandbox, &error)) {
        modori_complain ("%s", error->message);
        return modori_setup_status (error);
    }
    check->engine = engine;
    check->writer = writer;
    check->terminal = modori_terminal_for (STDOUT_FILENO, writer->buffer);
    check->reading.only_one = TRUE;
    check->reading.source.limit = CHECK_MESSAGE_MAX;
    modori_reading_run (&check->reading, paths, visit, check);
    if (! modori_writer_flush (writer)) {
        modori_complain (_("standard output: %s"), g_strerror (writer->failed));
        return EX_IOERR;
    }
    return check->reading.status ? check->reading.status : check->found;
}

int
modori_check_message_cmd (int argc, char **argv)
{
    Check check = { 0 };
    g_autofree char *format = NULL;
    const GOptionEntry entries[] = {
        { "format", 'f', 0, G_OPTION_ARG_STRING, &format, N_("text or json"), N_("FORMAT") },
        { "quiet", 'q', 0, G_OPTION_ARG_NONE, &check.reading.quiet,
         N_("no progress bar, no warnings"), NULL },
        G_OPTION_ENTRY_NULL
    };
    int status;

    if (! modori_setup_options (&argc, &argv, entries, _("[FILE]..."),
            _("Looks at mail of yours as a receiver would: what in it would make servers\n"
              "refuse it, who refuses it for that, and how to repair it. FILE is a sent copy,\n"
              "a test mail, or a bounce (then the returned mail is looked at). No network."),
            _("Exit status: 0 nothing found, 1 warnings, 2 errors, 64 wrong usage, 66 no such\n"
              "file, 74 read or write error, 78 broken rules.\n\n"
              "Example:\n"
              "  modori check message order-mail.eml"), &status))
        return status;
    if (format && ! g_str_equal (format, "text") && ! g_str_equal (format, "json")) {
        modori_complain (_("unknown format \"%s\": text or json"), format);
        return EX_USAGE;
    }
    check.json = g_strcmp0 (format, "json") == 0;
    return check_messages (&check, argv + 1);
}
