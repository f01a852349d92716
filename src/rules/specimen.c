/* specimen.c - is a message that a dialect names as its sample read by it?
 *
 * Two things can go wrong: another dialect bids more for it, or this one finds nothing that the
 * report did not have already.  The latter is wrong only when it is so in all its samples.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/specimen.h"

/* Which dialect bids most for MESSAGE (the first of equals), or NULL. */
static const ModoriBlock *
highest_bidder (ModoriDialects *dialects, ModoriMessage *message)
{
    const ModoriBlock *winner = NULL;
    guint best = 0;

    modori_dialects_turn_to (dialects, message, 0);
    for (guint i = 0; i < modori_dialects_count (dialects); i++) {
        guint bid = modori_dialect_bid (dialects, i);

        if (bid > best) {
            best = bid;
            winner = modori_dialect_block (dialects, i);
        }
    }
    return winner;
}

/* Is there anything in REPORT that the dialect called NAME has found? */
static gboolean
has_found (ModoriReport *report, const char *name)
{
    for (guint i = 0; i < modori_report_n_outcomes (report); i++) {
        const ModoriOutcome *outcome = modori_report_outcome (report, i);

        for (guint key = 0; key < MODORI_N_KEYS; key++)
            if (strcmp (outcome->values[key].origin, name) == 0)
                return TRUE;
    }
    return FALSE;
}

gboolean
modori_specimen_test (ModoriEngine *engine, const ModoriBlock *block, const ModoriEntry *entry,
                      const char *path, gboolean *found, GError **error)
{
    const ModoriSourceOptions options = { .one = TRUE };
    g_autoptr (ModoriSource) source = modori_source_open (path, &options, error);
    const ModoriBlock *winner;
    ModoriMail mail;

    if (! source || ! modori_source_next (source, &mail, error)) {
        if (error && ! *error)
            return modori_entry_fail (block, entry, error, "%s is empty", path);
        return FALSE;
    }
    modori_message_read (engine->message, mail.bytes);
    winner = highest_bidder (engine->dialects, engine->message);
    if (modori_engine_read (engine, &mail, ""))
        *found |= has_found (engine->report, block->name);
    modori_report_clear (engine->report);
    modori_message_read (engine->message, MODORI_SPAN_EMPTY);
    return winner == block
        || modori_entry_fail (block, entry, error, "Dialect %s: %s is read by %s", block->name,
                              path, winner ? winner->name : "no dialect");
}
