/* outcomes.c - messages in, what they say out.
 *
 * The result of a message is a parcel for each of its outcomes.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "history/outcomes.h"
#include "report/parcel.h"

struct ModoriOutcomes {
    ModoriJobs *jobs;
    ModoriOutcomesReader reader;
    ModoriOutcomesTable table;
};

/* Maybe in a worker. */
static void
read_mail (const ModoriMail *mail, guint sift, GString *result, gpointer data)
{
    const ModoriOutcomesReader *reader = &((ModoriOutcomes *) data)->reader;
    ModoriReport *report = reader->engine->report;
    ModoriMail placed = *mail;

    if (reader->nowhere) {
        placed.path = "";
        placed.offset = 0;
    }
    if (! modori_engine_read_sifted (reader->engine, &placed, sift, reader->lang))
        return;
    if (reader->redactor)
        modori_redact_report (reader->redactor, report);
    for (guint i = 0; i < modori_report_n_outcomes (report); i++)
        modori_parcel_make (result, modori_report_outcome (report, i));
}

static gboolean
take (const ModoriMail *mail, ModoriSpan parcels, gpointer data)
{
    const ModoriOutcomesTable *table = &((ModoriOutcomes *) data)->table;
    gboolean report = FALSE;
    ModoriOutcome outcome;

    while (parcels.len && modori_parcel_open (&parcels, &outcome)) {
        report = TRUE;
        if (! table->outcome (&outcome, table->data))
            return FALSE;
    }
    table->done (mail, report, table->data);
    return TRUE;
}

static void
failed (const ModoriMail *mail, const char *reason, gpointer data)
{
    const ModoriOutcomesTable *table = &((ModoriOutcomes *) data)->table;

    table->failed (mail, reason, table->data);
}

static void
lost (const char *reason, gpointer data)
{
    const ModoriOutcomesTable *table = &((ModoriOutcomes *) data)->table;

    table->lost (reason, table->data);
}

ModoriOutcomes *
modori_outcomes_new (const ModoriJobsOptions *options, const ModoriOutcomesReader *reader,
                     const ModoriOutcomesTable *table)
{
    ModoriOutcomes *outcomes = g_new0 (ModoriOutcomes, 1);
    const ModoriJobsTable jobs = { read_mail, take, failed, lost, outcomes };

    outcomes->reader = *reader;
    outcomes->table = *table;
    outcomes->jobs = modori_jobs_new (options, &jobs);
    return outcomes;
}

void
modori_outcomes_free (ModoriOutcomes *outcomes)
{
    if (! outcomes)
        return;
    modori_jobs_free (outcomes->jobs);
    g_free (outcomes);
}

gboolean
modori_outcomes_add (ModoriOutcomes *outcomes, const ModoriMail *mail)
{
    guint sift = modori_engine_sift (outcomes->reader.engine, mail);

    if (sift)
        modori_jobs_add (outcomes->jobs, mail, sift);
    return sift != 0;
}

void
modori_outcomes_finish (ModoriOutcomes *outcomes)
{
    modori_jobs_finish (outcomes->jobs);
}
