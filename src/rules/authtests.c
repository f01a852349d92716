/* authtests.c - built-in tests of signatures and of whose domains are named.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/tests.h"

#include "rules/addrlist.h"
#include "rules/dkim.h"
#include "rules/domain.h"

/* Nobody reads more of them in one line. */
#define SIGNATURES_SHOWN 4

/* Clocks differ. */
#define CLOCK_SKEW (60 * 60)

/* Servers may sign at the very last moment, after the copy that is returned was made: only the
 * receiver's own copy is sure to show that nobody did. */
static gboolean
no_signature (ModoriLook *look, GString *evidence)
{
    g_string_truncate (evidence, 0);
    if (modori_look_count (look, MODORI_LOOK_DKIM) > 0 || ! look->whole
        || modori_look_hops (look) == 0)
        return FALSE;
    return modori_look_count (look, MODORI_LOOK_RESULTS) > 0
        || modori_domain_agrees (look->hops[0].by, modori_look_domain (look, MODORI_LOOK_TO));
}

/* Signatures there are, but none is by the organisation of From. */
static gboolean
dkim_alignment (ModoriLook *look, GString *evidence)
{
    guint n = MIN (modori_look_count (look, MODORI_LOOK_DKIM), SIGNATURES_SHOWN);
    ModoriSpan from = modori_look_address (look, MODORI_LOOK_FROM);

    if (n == 0 || modori_addrlist_domain (from).len == 0 || modori_look_is_signed (look))
        return FALSE;
    modori_look_show (look, evidence, MODORI_LOOK_FROM, from);
    for (guint i = 0; i < n; i++) {
        ModoriSpan signer = modori_dkim_tag (modori_look_value (look, MODORI_LOOK_DKIM, i), 'd');

        g_string_append_printf (evidence, "%s%.*s", i ? ", d=" : " (d=",
                                (int) MIN (signer.len, MODORI_EVIDENCE_MAX), signer.at);
    }
    g_string_append_c (evidence, ')');
    return TRUE;
}

/* RFC 6376 5.4 and 8.2, RFC 8301: signatures that receivers trust less or not at all. */
static gboolean
dkim_weak (ModoriLook *look, GString *evidence)
{
    for (guint i = 0; i < MIN (modori_look_count (look, MODORI_LOOK_DKIM), MODORI_HOPS_MAX); i++) {
        ModoriSpan signature = modori_look_value (look, MODORI_LOOK_DKIM, i);
        ModoriSpan fields = modori_dkim_tag (signature, 'h');

        if (modori_span_is (modori_dkim_tag (signature, 'a'), "rsa-sha1")
            || modori_dkim_tag (signature, 'l').len > 0
            || (fields.len > 0 && modori_span_find (fields, "from") < 0))
            return modori_look_show (look, evidence, MODORI_LOOK_DKIM, signature);
    }
    return FALSE;
}

/* SPF cannot align, and no DKIM makes up for it: DMARC fails. */
static gboolean
return_path_alignment (ModoriLook *look, GString *evidence)
{
    ModoriSpan envelope = modori_look_address (look, MODORI_LOOK_RETURN_PATH);
    ModoriSpan domain = modori_addrlist_domain (envelope);
    ModoriSpan from = modori_look_domain (look, MODORI_LOOK_FROM);

    if (domain.len == 0 || from.len == 0 || modori_domain_agrees (domain, from)
        || ! modori_domain_is_public (domain) || ! modori_domain_is_public (from)
        || modori_look_is_signed (look))
        return FALSE;
    modori_look_show (look, evidence, MODORI_LOOK_RETURN_PATH, envelope);
    g_string_append (evidence, ", From: ");
    g_string_append_len (evidence, from.at, (gssize) MIN (from.len, MODORI_EVIDENCE_MAX));
    return TRUE;
}

/* --- signatures and time --- */

/* The number of seconds since 1970 that TAG of SIGNATURE holds, or 0. */
static gint64
seconds_in (ModoriSpan signature, char tag)
{
    ModoriSpan text = modori_dkim_tag (signature, tag);
    gint64 seconds = 0;

    if (text.len > 11)
        return 0;
    for (gsize i = 0; i < text.len; i++) {
        if (! g_ascii_isdigit (text.at[i]))
            return 0;
        seconds = 10 * seconds + (text.at[i] - '0');
    }
    return seconds;
}

/* When the newest server that wrote a date took the mail; 0 when none did. */
static gint64
last_seen (ModoriLook *look)
{
    for (guint i = 0; i < modori_look_hops (look); i++) {
        const char *text = modori_message_date (look->message, look->hops[i].date);
        g_autoptr (GDateTime) when = *text ? g_date_time_new_from_iso8601 (text, NULL) : NULL;

        if (when)
            return g_date_time_to_unix (when);
    }
    return 0;
}

/* RFC 6376 3.5: signed in the future (t=), or run out (x=) when the last server had it. */
static gboolean
dkim_time (ModoriLook *look, GString *evidence)
{
    gint64 now = 0;

    for (guint i = 0; i < MIN (modori_look_count (look, MODORI_LOOK_DKIM), MODORI_HOPS_MAX); i++) {
        ModoriSpan signature = modori_look_value (look, MODORI_LOOK_DKIM, i);
        gint64 made = seconds_in (signature, 't'), end = seconds_in (signature, 'x');

        if (made == 0 && end == 0)
            continue;
        now = now ? now : last_seen (look);
        if (now == 0)
            return FALSE;
        if (made > now + CLOCK_SKEW || (end > 0 && (end < now - CLOCK_SKEW || end < made))) {
            g_string_printf (evidence, "DKIM-Signature: d=%.*s t=%" G_GINT64_FORMAT " x=%"
                             G_GINT64_FORMAT, (int) MIN (modori_dkim_tag (signature, 'd').len, 100),
                             modori_dkim_tag (signature, 'd').at, made, end);
            return TRUE;
        }
    }
    return FALSE;
}

/* Two signatures with the same domain and key. */
static gboolean
dkim_twice (ModoriLook *look, GString *evidence)
{
    guint n = MIN (modori_look_count (look, MODORI_LOOK_DKIM), 16);

    for (guint i = 0; i < n; i++)
        for (guint j = 0; j < i; j++) {
            ModoriSpan a = modori_look_value (look, MODORI_LOOK_DKIM, i);
            ModoriSpan b = modori_look_value (look, MODORI_LOOK_DKIM, j);

            if (! modori_domain_is_same (modori_dkim_tag (a, 'd'), modori_dkim_tag (b, 'd'))
                || ! modori_domain_is_same (modori_dkim_tag (a, 's'), modori_dkim_tag (b, 's')))
                continue;
            g_string_printf (evidence, "DKIM-Signature: d=%.*s (2)",
                             (int) MIN (modori_dkim_tag (a, 'd').len, MODORI_EVIDENCE_MAX),
                             modori_dkim_tag (a, 'd').at);
            return TRUE;
        }
    return FALSE;
}

/* --- whose mail it is --- */

/* From is of the recipient's own organisation, but a server of another handed it to a public one,
 * and neither login nor signature shows that it may: what a forger's mail looks like. */
static gboolean
from_of_recipient (ModoriLook *look, GString *evidence)
{
    ModoriSpan from = modori_look_domain (look, MODORI_LOOK_FROM);
    gboolean foreign = FALSE;

    if (! modori_domain_agrees (from, modori_look_domain (look, MODORI_LOOK_TO))
        || modori_look_is_signed (look))
        return FALSE;
    for (guint i = 0; i < modori_look_hops (look); i++) {
        const ModoriReceived *hop = &look->hops[i];

        if (hop->authenticated || modori_domain_agrees (hop->helo, from)
            || modori_domain_agrees (hop->reverse, from))
            return FALSE;
        foreign = foreign || (modori_look_is_server (look, i)
                              && modori_domain_agrees (hop->by, from));
    }
    return foreign && modori_look_show (look, evidence, MODORI_LOOK_FROM,
                                        modori_look_value (look, MODORI_LOOK_FROM, 0));
}

const ModoriTest modori_authtests[] = {
    { "dkim-alignment", dkim_alignment, MODORI_LOOK_DKIM },
    { "dkim-time", dkim_time, MODORI_LOOK_DKIM },
    { "dkim-twice", dkim_twice, MODORI_LOOK_DKIM },
    { "dkim-weak", dkim_weak, MODORI_LOOK_DKIM },
    { "from-of-recipient", from_of_recipient, MODORI_LOOK_RECEIVED },
    { "no-signature", no_signature, MODORI_LOOK_RECEIVED },
    { "return-path-alignment", return_path_alignment, MODORI_LOOK_RETURN_PATH },
    { NULL, NULL, MODORI_TEST_NEEDS_NOTHING },
};
