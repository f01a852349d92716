/* past.c - makes a history of many outcomes, for bench.py.
 *
 * usage: past FILE COUNT ADDRESSES DAYS
 *
 * They come from ADDRESSES different addresses at 500 receivers, in 200 campaigns, and are spread
 * evenly over the DAYS before NOW.  The same arguments give the same outcomes.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "history/store.h"

#include <stdio.h>
#include <stdlib.h>

/* bench.py gives it to --now: 2026-11-22. */
#define NOW G_GINT64_CONSTANT (1795305600)

/* Outcomes of one transaction. */
#define BATCH 50000

/* What comes back: of 100 outcomes as many as `share` says. */
typedef struct {
    guint share;
    const char *reason, *bounce, *action, *status, *code, *advice, *words;
} Kind;

static const Kind kinds[] = {
    { 24, "userunknown", "hard", "failed", "5.1.1", "550", "clean-list",
      "550 5.1.1 <%s>: Recipient address rejected: User unknown in virtual mailbox table" },
    { 18, "mailboxfull", "soft", "failed", "5.2.2", "552", "mailbox-full",
      "552 5.2.2 <%s>: The mailbox is full and cannot take more mail now" },
    { 14, "blocked", "soft", "failed", "5.7.1", "554", "block-list",
      "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using a list; <%s>" },
    { 12, "expired", "soft", "delayed", "4.4.1", "", "retry",
      "connect to mx.example.net[192.0.2.25]:25: Connection timed out (delivery of %s)" },
    { 12, "spamdetected", "soft", "failed", "5.7.1", "550", "spam-content",
      "550 5.7.1 <%s>: Message rejected as spam by content filtering" },
    { 8, "authfailure", "soft", "failed", "5.7.26", "550", "authenticate",
      "550 5.7.26 Unauthenticated email from example.com is not accepted due to policy: %s" },
    { 7, "suspend", "hard", "failed", "5.2.1", "550", "clean-list",
      "550 5.2.1 The email account that you tried to reach is disabled: %s" },
    { 3, "undefined", "soft", "failed", "5.0.0", "554", "",
      "554 5.0.0 transaction failed for reasons of our own, %s" },
    { 1, "feedback", "none", "", "", "", "", "complaint of %s" },
    { 1, "delivered", "none", "delivered", "2.0.0", "250", "", "250 2.0.0 %s: delivered" },
};

static const Kind *
kind_of (guint32 hundred)
{
    guint i = 0;

    for (; hundred >= kinds[i].share; i++)
        hundred -= kinds[i].share;
    return &kinds[i];
}

static void
set (ModoriRecord *record, ModoriKey key, GStringChunk *strings, char *text)
{
    record->text[key] = g_string_chunk_insert (strings, text);
    g_free (text);
}

static void
fill_texts (ModoriRecord *record, GStringChunk *strings, GRand *rand, guint32 number,
            guint32 addresses)
{
    const Kind *kind = kind_of ((guint32) g_rand_int_range (rand, 0, 100));
    guint32 who = g_rand_int (rand) % addresses, host = who % 500, campaign = number % 200;
    g_autofree char *address = g_strdup_printf ("user%u@host%u.example.org", who, host);

    record->text[MODORI_KEY_V] = "1";
    record->text[MODORI_KEY_REPORT] = g_str_equal (kind->reason, "feedback") ? "feedback"
                                                                             : "delivery";
    record->text[MODORI_KEY_REASON] = kind->reason;
    record->text[MODORI_KEY_BOUNCE] = kind->bounce;
    record->text[MODORI_KEY_ACTION] = kind->action;
    record->text[MODORI_KEY_STATUS] = kind->status;
    record->text[MODORI_KEY_REPLY_CODE] = kind->code;
    record->text[MODORI_KEY_ADVICE] = kind->advice;
    record->text[MODORI_KEY_COMMAND] = "RCPT";
    record->text[MODORI_KEY_DIALECT] = "rfc3464";
    record->text[MODORI_KEY_REPORTING_MTA] = "mail.example.com";
    record->text[MODORI_KEY_CLIENT_IP] = "192.0.2.1";
    record->text[MODORI_KEY_FROM] = "news@example.com";
    set (record, MODORI_KEY_RECIPIENT, strings, g_strdup (address));
    set (record, MODORI_KEY_DIAGNOSTIC, strings, g_strdup_printf (kind->words, address));
    set (record, MODORI_KEY_REMOTE_MTA, strings, g_strdup_printf ("mx.host%u.example.org", host));
    set (record, MODORI_KEY_SUBJECT, strings, g_strdup_printf ("News of week %u", campaign));
    set (record, MODORI_KEY_MESSAGE_ID, strings,
         g_strdup_printf ("<%u.%u@example.com>", number, campaign));
    set (record, MODORI_KEY_PATH, strings,
         g_strdup_printf ("/var/mail/bounces/cur/%u.example", number));
    set (record, MODORI_KEY_ID, strings,
         g_strdup_printf ("%08x%08x%08x%08x", g_rand_int (rand), g_rand_int (rand),
                          g_rand_int (rand), number));
}

static gboolean
add_all (ModoriStore *store, guint32 count, guint32 addresses, gint64 seconds, GError **error)
{
    const ModoriProvenance provenance = { 0, NOW, "1" };
    g_autoptr (GStringChunk) strings = g_string_chunk_new (4096);
    g_autoptr (GRand) rand = g_rand_new_with_seed (1);
    ModoriRecord record;
    gboolean ok = TRUE;

    for (guint32 i = 0; ok && i < count; i++) {
        if (i % BATCH == 0)
            ok = modori_store_table.begin (store, error);
        for (guint key = 0; key < MODORI_N_KEYS; key++)
            record.text[key] = "";
        g_string_chunk_clear (strings);
        fill_texts (&record, strings, rand, i, addresses);
        modori_record_derive (&record, strings, NOW);
        record.time = NOW - seconds + seconds * i / count;
        ok = ok && modori_store_table.add (store, &record, &provenance, NULL, error);
        if (i % BATCH == BATCH - 1 || i + 1 == count)
            ok = ok && modori_store_table.commit (store, error);
    }
    return ok;
}

int
main (int argc, char **argv)
{
    g_autoptr (GError) error = NULL;
    ModoriStore *store;
    gboolean ok;

    if (argc != 5)
        return EXIT_FAILURE;
    store = modori_store_table.open (argv[1], &error);
    ok = store && add_all (store, (guint32) atoi (argv[2]), (guint32) atoi (argv[3]),
                           (gint64) atoi (argv[4]) * 24 * 60 * 60, &error);
    modori_store_table.close (store);
    if (! ok)
        fprintf (stderr, "past: %s\n", error->message);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
