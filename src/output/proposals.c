/* proposals.c - proposed rules as a rules file.
 *
 * What a person has to look at stands in comments above each block; the file loads as it is.
 * Comments end at the line's end, so a path is written without line ends.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "output/proposals.h"
#include "text/harmful.h"

#include <glib/gi18n.h>

/* Append "# TEXT"; what could end the line, or move a cursor, is left out. */
static void
put_comment (GString *out, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
put_comment (GString *out, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list arguments;

    va_start (arguments, format);
    text = g_strdup_vprintf (format, arguments);
    va_end (arguments);
    g_string_append (out, "# ");
    for (const char *p = text; *p; p = g_utf8_next_char (p)) {
        gunichar c = g_utf8_get_char (p);

        if (! modori_is_harmful (c))
            g_string_append_unichar (out, c);
    }
    g_string_append_c (out, '\n');
}

static void
put_field (GString *out, const char *name, const char *value)
{
    g_autofree char *harmless = modori_harmless (modori_span_of (value ? value : ""));

    if (*harmless)
        g_string_append_printf (out, "%s: %s\n", name, harmless);
}

static void
put_fields (GString *out, const char *name, const GPtrArray *values)
{
    for (guint i = 0; i < values->len; i++)
        put_field (out, name, g_ptr_array_index (values, i));
}

static void
put_place (GString *out, const ModoriWording *wording, gboolean redact)
{
    if (redact)
        put_comment (out, _("Messages: %u"), wording->count);
    else
        put_comment (out, _("Messages: %u; the first is at %s:%llu"), wording->count,
                     wording->path, (unsigned long long) wording->offset);
}

static char *
place_of (const ModoriBlock *rule)
{
    g_autofree char *file = g_path_get_basename (rule->path);

    return g_strdup_printf ("%s (%s:%u)", rule->name, file, rule->line);
}

/* How the reason was come by, and what is to be done about it.  The names of the site's own rules
 * are not for others' eyes. */
static void
put_why (GString *out, const ModoriProposal *proposal, gboolean redact)
{
    const ModoriBlock *rule = proposal->off ? proposal->wording->decided : NULL;
    g_autofree char *decided = rule && ! (redact && rule->site) ? place_of (rule) : NULL;
    g_autofree char *like =
        proposal->why == MODORI_WHY_LIKE ? place_of (proposal->rule) : NULL;

    if (decided)
        put_comment (out, _("now decided by Rule %s; take the line Off away to decide otherwise"),
                     decided);
    if (proposal->why == MODORI_WHY_CODE)
        put_comment (out, _("TODO: the reason is what the code says; do the words say the same?"));
    if (like)
        put_comment (out, _("TODO: check the reason; the words are most like those of Rule %s"),
                     like);
    if (proposal->why == MODORI_WHY_NOTHING)
        put_comment (out, _("TODO: choose a reason (modori rules list reason); nothing like it is "
                            "known"));
    if (proposal->careful)
        put_comment (out, _("TODO: take the line Bounce away if such addresses are dead for good"));
}

/* Where nothing tells the words from others there is no block. */
static void
put_unable (GString *out, const ModoriWording *wording)
{
    g_autoptr (GString) text = g_string_new (NULL);

    modori_mask_fill (text, modori_span_of (wording->masked));
    put_comment (out, _("no rule: these words are part of others': %s"), text->str);
}

static void
put_proposal (GString *out, const ModoriProposal *proposal, gboolean redact)
{
    const ModoriWording *wording = proposal->wording;

    g_string_append_c (out, '\n');
    put_place (out, wording, redact);
    if (! proposal->match) {
        put_unable (out, wording);
        return;
    }
    put_why (out, proposal, redact);
    put_field (out, "Rule", proposal->name);
    put_field (out, "Off", proposal->off ? "yes" : "");
    put_field (out, "Reason", proposal->reason);
    if (proposal->provider)
        put_field (out, "Provider", proposal->provider->name);
    else if (! redact)
        put_field (out, "Host", wording->host);
    put_field (out, "Match", proposal->match);
    put_fields (out, "Not", proposal->nots);
    put_field (out, "Bounce", proposal->careful ? "soft" : proposal->bounce);
    put_field (out, "Advice", proposal->advice);
    put_fields (out, "Yes", proposal->yes);
    put_field (out, "No", proposal->no);
}

/* Messages that no block tells of. */
static void
put_rest (GString *out, const ModoriLearner *learner, const ModoriProposals *proposals,
          guint n_wordings)
{
    if (modori_learner_wordless (learner))
        put_comment (out, _("without any words: %llu (modori scan --undecided DIR keeps them)"),
                     (unsigned long long) modori_learner_wordless (learner));
    if (n_wordings > modori_proposals_n (proposals))
        put_comment (out, _("rarer wordings that are not shown: %u"),
                     n_wordings - modori_proposals_n (proposals));
    if (modori_learner_lost (learner))
        put_comment (out, _("more wordings than could be kept: %llu messages were left out"),
                     (unsigned long long) modori_learner_lost (learner));
}

void
modori_proposals_put (GString *out, const ModoriLearner *learner, const ModoriProposals *proposals,
                      guint n_wordings, guint64 messages, gboolean redact)
{
    if (modori_learner_taken (learner) == 0) {
        put_comment (out, _("Nothing to learn. Messages read: %llu."),
                     (unsigned long long) messages);
        return;
    }
    put_comment (out, _("Proposed by \"modori rules new\". Messages read: %llu, taken: %llu, "
                        "wordings: %u."),
                 (unsigned long long) messages,
                 (unsigned long long) modori_learner_taken (learner), n_wordings);
    put_comment (out, _("Look at each Reason and Match, save as DIR/NAME.rules, and run: modori "
                        "rules test --rules=DIR"));
    if (redact)
        put_comment (out, _("Addresses, hosts and likely names were replaced; read it all the "
                            "same before you send it."));
    put_rest (out, learner, proposals, n_wordings);
    for (guint i = 0; i < modori_proposals_n (proposals); i++)
        put_proposal (out, modori_proposals_nth (proposals, i), redact);
}
