/* look.c - the message that findings are looked for in, and what their tests ask of it.
 *
 * A finding must be true of what is seen.  The message is often a returned copy: the hop to the
 * server that refused it is not in it, its header may be a selection, its body may be cut.  So
 * each test speaks of what is there, and of a hop only when two servers took part in it: the
 * first hop is mostly a person's program, whose name and address are nobody's business, and hops
 * between private addresses are the inside of one machine.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/look.h"

#include "rules/addrlist.h"
#include "rules/dkim.h"
#include "rules/domain.h"
#include "rules/verdict.h"
#include "text/fields.h"

guint
modori_look_learn_name (ModoriHeader *header, ModoriLookName name)
{
    static const char *const names[MODORI_LOOK_NAMES] = {
        "From", "To", "Cc", "Bcc", "Subject", "Date", "Message-ID", "Received", "DKIM-Signature",
        "Return-Path", "Authentication-Results", "Received-SPF", "Content-Type",
        "Content-Transfer-Encoding",
    };

    return modori_header_learn (header, modori_span_of (names[name]));
}

void
modori_look_init (ModoriLook *look)
{
    look->header = modori_header_new ();
    look->verdicts = g_array_new (FALSE, FALSE, sizeof (ModoriVerdict));
    for (ModoriLookName name = 0; name < MODORI_LOOK_NAMES; name++)
        look->names[name] = modori_look_learn_name (look->header, name);
}

void
modori_look_clear (ModoriLook *look)
{
    modori_header_free (look->header);
    if (look->verdicts)
        g_array_unref (look->verdicts);
}

guint
modori_look_count (const ModoriLook *look, ModoriLookName name)
{
    return modori_header_count (look->header, look->names[name]);
}

ModoriSpan
modori_look_value (const ModoriLook *look, ModoriLookName name, guint nth)
{
    return modori_header_value (look->header, look->names[name], nth);
}

ModoriSpan
modori_look_address (ModoriLook *look, ModoriLookName name)
{
    if (! (look->addressed >> name & 1)) {
        look->addressed |= 1u << name;
        look->addresses[name] = modori_addrlist_first (modori_look_value (look, name, 0));
    }
    return look->addresses[name];
}

ModoriSpan
modori_look_domain (ModoriLook *look, ModoriLookName name)
{
    return modori_addrlist_domain (modori_look_address (look, name));
}

/* Some systems return a few fields only, or the first lines of a header.  Where most of the
 * usual ones are there, and the trace of a server, the others would be there too. */
static gboolean
is_whole (const ModoriLook *look)
{
    static const ModoriLookName names[] = {
        MODORI_LOOK_FROM, MODORI_LOOK_SUBJECT, MODORI_LOOK_DATE, MODORI_LOOK_MESSAGE_ID,
    };
    guint usual =
        modori_look_count (look, MODORI_LOOK_TO) + modori_look_count (look, MODORI_LOOK_CC) > 0;

    for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        usual += modori_look_count (look, names[i]) > 0;
    if (look->copy == MODORI_COPY_HEADER)
        return usual >= 4 && modori_look_count (look, MODORI_LOOK_RECEIVED) > 0;
    return usual >= 2;
}

void
modori_look_begin (ModoriLook *look, ModoriMessage *message, ModoriCopy copy)
{
    look->message = message;
    modori_header_read (look->header, modori_message_bytes (message));
    look->copy = modori_header_body (look->header).len == 0 ? MODORI_COPY_HEADER : copy;
    look->addressed = 0;
    look->hops_read = look->asked_signed = look->date_read = look->verdicts_read = FALSE;
    look->whole = is_whole (look);
}

void
modori_look_evidence (GString *evidence, const char *name, ModoriSpan what)
{
    gsize start;

    g_string_truncate (evidence, 0);
    g_string_append (evidence, name);
    g_string_append (evidence, what.len ? ": " : ":");
    start = evidence->len;
    what.len = MIN (what.len, 4 * MODORI_EVIDENCE_MAX);     /* folds are taken out */
    modori_fields_unfold (evidence, what, FALSE);
    if (evidence->len - start > MODORI_EVIDENCE_MAX) {
        gsize cut = start + MODORI_EVIDENCE_MAX;

        while (cut > start && ((guchar) evidence->str[cut] & 0xc0) == 0x80)
            cut--;
        g_string_truncate (evidence, cut);
        g_string_append (evidence, "...");
    }
}

gboolean
modori_look_show (const ModoriLook *look, GString *evidence, ModoriLookName name, ModoriSpan what)
{
    modori_look_evidence (evidence, modori_header_name (look->header, look->names[name]), what);
    return TRUE;
}

const char *
modori_look_date (ModoriLook *look)
{
    if (! look->date_read)
        modori_date_rfc3339 (modori_look_value (look, MODORI_LOOK_DATE, 0), look->date);
    look->date_read = TRUE;
    return look->date;
}

/* An address has its "@", and something that parts it from the next. */
gsize
modori_look_recipients_limit (const ModoriLook *look)
{
    gsize limit = 0;

    for (ModoriLookName name = MODORI_LOOK_TO; name <= MODORI_LOOK_BCC; name++)
        for (guint i = 0; i < modori_look_count (look, name); i++)
            limit += (modori_look_value (look, name, i).len + 1) / 2;
    return limit;
}

guint
modori_look_recipients (const ModoriLook *look)
{
    guint recipients = 0;

    for (ModoriLookName name = MODORI_LOOK_TO; name <= MODORI_LOOK_BCC; name++)
        for (guint i = 0; i < modori_look_count (look, name); i++) {
            ModoriSpan rest = modori_look_value (look, name, i), address;

            while (modori_addrlist_next (&rest, &address))
                recipients += memchr (address.at, '@', address.len) != NULL;
        }
    return recipients;
}

static gboolean
is_signed (ModoriLook *look)
{
    ModoriSpan from = modori_look_domain (look, MODORI_LOOK_FROM);

    for (guint i = 0; i < MIN (modori_look_count (look, MODORI_LOOK_DKIM), MODORI_HOPS_MAX); i++) {
        ModoriSpan signature = modori_look_value (look, MODORI_LOOK_DKIM, i);

        if (modori_domain_agrees (modori_dkim_tag (signature, 'd'), from))
            return TRUE;
    }
    return FALSE;
}

gboolean
modori_look_is_signed (ModoriLook *look)
{
    if (! look->asked_signed)
        look->is_signed = is_signed (look);
    look->asked_signed = TRUE;
    return look->is_signed;
}

/* --- hops --- */

static gboolean
is_between_servers (ModoriLook *look, guint i)
{
    const ModoriReceived *hop = &look->hops[i];

    if (hop->authenticated || ! modori_domain_ip_is_public (hop->ip))
        return FALSE;
    return i + 1 < look->n_hops
        || modori_domain_agrees (hop->by, modori_look_domain (look, MODORI_LOOK_TO));
}

guint
modori_look_hops (ModoriLook *look)
{
    guint fields = modori_look_count (look, MODORI_LOOK_RECEIVED);

    if (look->hops_read)
        return look->n_hops;
    look->n_hops = 0;
    for (guint i = 0; i < fields && look->n_hops < MODORI_HOPS_MAX; i++)
        if (modori_received_read (modori_look_value (look, MODORI_LOOK_RECEIVED, i),
                                  &look->hops[look->n_hops]))
            look->n_hops++;
    look->hops_read = TRUE;
    look->servers = 0;
    for (guint i = 0; i < look->n_hops; i++)
        if (is_between_servers (look, i))
            look->servers |= G_GUINT64_CONSTANT (1) << i;
    return look->n_hops;
}

gboolean
modori_look_is_server (ModoriLook *look, guint i)
{
    return i < modori_look_hops (look) && (look->servers >> i & 1);
}

gboolean
modori_look_has_servers (ModoriLook *look)
{
    return modori_look_hops (look) > 0 && look->servers != 0;
}

gboolean
modori_look_show_hop (const ModoriLook *look, GString *evidence, guint i)
{
    return modori_look_show (look, evidence, MODORI_LOOK_RECEIVED, look->hops[i].value);
}

gboolean
modori_look_reverse_name (ModoriLook *look, ModoriPattern *pattern, GString *evidence)
{
    for (guint i = 0; modori_look_has_servers (look) && i < look->n_hops; i++)
        if (look->hops[i].reverse.len > 0 && modori_look_is_server (look, i)
            && modori_pattern_finds (pattern, look->hops[i].reverse, NULL))
            return modori_look_show_hop (look, evidence, i);
    return FALSE;
}
