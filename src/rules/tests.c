/* tests.c - the built-in tests that findings may name.
 *
 * A finding must be true of what is seen.  The message is often a returned copy: the hop to the
 * server that refused it is not in it, its header may be a selection, its body may be cut.  So
 * each test speaks of what is there, and of a hop only when two servers took part in it: the
 * first hop is mostly a person's program, whose name and address are nobody's business, and hops
 * between private addresses are the inside of one machine.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/tests.h"

#include "mail/date.h"
#include "rules/addrlist.h"
#include "rules/dkim.h"
#include "rules/domain.h"
#include "text/fields.h"

/* Evidence is one line for a person. */
#define EVIDENCE_MAX 160

/* Receivers take a mail for a loop above this many hops (they stop at 20 to 50). */
#define HOPS_LIMIT 25

/* The same server may well pass a mail on twice (filters), not more often. */
#define SAME_HOP_LIMIT 4

/* A date further off than this is looked at with suspicion. */
#define DATE_AHEAD (G_TIME_SPAN_HOUR)
#define DATE_BEHIND (7 * G_TIME_SPAN_DAY)

/* --- what all tests use --- */

void
modori_tests_learn (ModoriLook *look)
{
    static const char *const names[MODORI_LOOK_NAMES] = {
        "From", "To", "Cc", "Bcc", "Subject", "Date", "Message-ID", "Received", "DKIM-Signature",
        "Return-Path",
        "Authentication-Results",
    };

    for (guint i = 0; i < MODORI_LOOK_NAMES; i++)
        look->names[i] = modori_header_learn (look->header, modori_span_of (names[i]));
}

static guint
count (const ModoriLook *look, ModoriLookName name)
{
    return modori_header_count (look->header, look->names[name]);
}

static ModoriSpan
value (const ModoriLook *look, ModoriLookName name, guint nth)
{
    return modori_header_value (look->header, look->names[name], nth);
}

/* Some systems return a few fields only, or the first lines of a header.  Where most of the
 * usual ones are there, and the trace of a server, the others would be there too. */
static gboolean
is_whole (const ModoriLook *look)
{
    guint usual = (count (look, MODORI_LOOK_FROM) > 0) + (count (look, MODORI_LOOK_SUBJECT) > 0)
        + (count (look, MODORI_LOOK_DATE) > 0) + (count (look, MODORI_LOOK_MESSAGE_ID) > 0)
        + (count (look, MODORI_LOOK_TO) + count (look, MODORI_LOOK_CC) > 0);

    if (look->header_only)
        return usual >= 4 && count (look, MODORI_LOOK_RECEIVED) > 0;
    return usual >= 2;
}

void
modori_tests_begin (ModoriLook *look, ModoriMessage *message, gboolean header_only)
{
    look->message = message;
    modori_header_read (look->header, modori_message_bytes (message));
    look->header_only = header_only || modori_header_body (look->header).len == 0;
    look->hops_read = FALSE;
    look->whole = is_whole (look);
}

/* Read the Received fields, once for all tests. */
static guint
n_hops (ModoriLook *look)
{
    guint fields = count (look, MODORI_LOOK_RECEIVED);

    if (look->hops_read)
        return look->n_hops;
    look->n_hops = 0;
    for (guint i = 0; i < fields && look->n_hops < MODORI_HOPS_MAX; i++)
        if (modori_received_read (value (look, MODORI_LOOK_RECEIVED, i), &look->hops[look->n_hops]))
            look->n_hops++;
    look->hops_read = TRUE;
    return look->n_hops;
}

void
modori_tests_evidence (GString *evidence, const char *name, ModoriSpan what)
{
    gsize start;

    g_string_truncate (evidence, 0);
    g_string_append (evidence, name);
    g_string_append (evidence, what.len ? ": " : ":");
    start = evidence->len;
    modori_fields_unfold (evidence, modori_span (what.at, MIN (what.len, 4 * EVIDENCE_MAX)), FALSE);
    if (evidence->len - start > EVIDENCE_MAX) {
        gsize cut = start + EVIDENCE_MAX;

        while (cut > start && ((guchar) evidence->str[cut] & 0xc0) == 0x80)
            cut--;
        g_string_truncate (evidence, cut);
        g_string_append (evidence, "...");
    }
}

/* Give WHAT of field NAME as the evidence; always TRUE, to be returned. */
static gboolean
show (const ModoriLook *look, GString *evidence, ModoriLookName name, ModoriSpan what)
{
    modori_tests_evidence (evidence, modori_header_name (look->header, look->names[name]), what);
    return TRUE;
}

static ModoriSpan
from_domain (const ModoriLook *look)
{
    return modori_addrlist_domain (modori_addrlist_first (value (look, MODORI_LOOK_FROM, 0)));
}

/* --- fields --- */

/* RFC 5322 3.6.4, as far as receivers insist: "<left@right>", once, without blanks. */
static gboolean
message_id_form (ModoriLook *look, GString *evidence)
{
    ModoriSpan id = value (look, MODORI_LOOK_MESSAGE_ID, 0);
    guint ats = 0, brackets = 0, odd = 0;

    if (id.len == 0)
        return FALSE;
    for (gsize i = 0; i < id.len; i++) {
        ats += id.at[i] == '@';
        brackets += id.at[i] == '<' || id.at[i] == '>';
        odd += (guchar) id.at[i] <= ' ' || (guchar) id.at[i] >= 0x7f;
    }
    if (id.at[0] == '<' && id.at[id.len - 1] == '>' && brackets == 2 && odd == 0 && ats > 0
        && id.len >= 5 && id.at[1] != '@' && id.at[id.len - 2] != '@')
        return FALSE;
    return show (look, evidence, MODORI_LOOK_MESSAGE_ID, id);
}

/* The right side of Message-ID is no name that the world could know; localhost is a finding of
 * its own. */
static gboolean
message_id_domain (ModoriLook *look, GString *evidence)
{
    ModoriSpan id = value (look, MODORI_LOOK_MESSAGE_ID, 0);
    ModoriSpan host = modori_addrlist_domain (id);

    if (host.len < 2 || host.at[host.len - 1] != '>')
        return FALSE;
    host.len--;
    if (modori_domain_is_public (host) || modori_domain_ip_is_public (host)
        || modori_span_begins (host, "localhost") || modori_span_find (host, ".localdomain") >= 0)
        return FALSE;
    return show (look, evidence, MODORI_LOOK_MESSAGE_ID, id);
}

static gboolean
from_form (ModoriLook *look, GString *evidence)
{
    ModoriSpan from = value (look, MODORI_LOOK_FROM, 0);
    ModoriSpan address = modori_addrlist_first (from);
    ModoriSpan domain = modori_addrlist_domain (address);

    if (from.len == 0)
        return FALSE;
    if (modori_addrlist_local (address).len > 0 && memchr (domain.at, '.', domain.len)
        && domain.at[0] != '[')
        return FALSE;
    return show (look, evidence, MODORI_LOOK_FROM, from);
}

static gboolean
from_several (ModoriLook *look, GString *evidence)
{
    ModoriSpan from = value (look, MODORI_LOOK_FROM, 0);
    ModoriSpan rest = from, address;
    guint addresses = 0;

    while (addresses < 2 && modori_addrlist_next (&rest, &address))
        addresses += memchr (address.at, '@', address.len) != NULL;
    return addresses > 1 && show (look, evidence, MODORI_LOOK_FROM, from);
}

/* The domain behind the first "@" of TEXT, or an empty span. */
static ModoriSpan
domain_in_text (ModoriSpan text)
{
    const char *at = memchr (text.at, '@', text.len);
    ModoriSpan rest = at ? modori_span_between (at + 1, modori_span_end (text)) : MODORI_SPAN_EMPTY;
    gsize n = 0;

    while (n < rest.len && (g_ascii_isalnum (rest.at[n]) || rest.at[n] == '.' || rest.at[n] == '-'))
        n++;
    return modori_span (rest.at, n);
}

/* A name that shows another organisation's address: what forgers do to be believed. */
static gboolean
from_name (ModoriLook *look, GString *evidence)
{
    ModoriSpan from = value (look, MODORI_LOOK_FROM, 0);
    ModoriSpan address = modori_addrlist_first (from);
    ModoriSpan name = modori_span_between (from.at, address.len ? address.at : from.at);
    ModoriSpan shown = domain_in_text (name);

    return modori_domain_is_public (shown)
        && ! modori_domain_agrees (shown, modori_addrlist_domain (address))
        && show (look, evidence, MODORI_LOOK_FROM, from);
}

static gboolean
date_form (ModoriLook *look, GString *evidence)
{
    ModoriSpan date = value (look, MODORI_LOOK_DATE, 0);

    return date.len > 0 && modori_message_date (look->message, date)[0] == '\0'
        && show (look, evidence, MODORI_LOOK_DATE, date);
}

/* "+0900", "-0500": zones by name ("JST") are read differently by everybody. */
static gboolean
has_zone (ModoriSpan date)
{
    for (gsize i = 0; i + 4 < date.len; i++)
        if ((date.at[i] == '+' || date.at[i] == '-') && g_ascii_isdigit (date.at[i + 1])
            && g_ascii_isdigit (date.at[i + 4]))
            return TRUE;
    return FALSE;
}

static gboolean
read_date (ModoriLook *look, ModoriSpan date, gint64 *seconds)
{
    const char *text = has_zone (date) ? modori_message_date (look->message, date) : "";

    return text[0] && modori_date_seconds (text, seconds);
}

/* Date beside the time at which the first server took the mail. */
static gboolean
date_skew (ModoriLook *look, GString *evidence)
{
    guint hops = n_hops (look);
    gint64 written, taken, ahead = 0;

    if (hops && read_date (look, value (look, MODORI_LOOK_DATE, 0), &written)
        && read_date (look, look->hops[hops - 1].date, &taken))
        ahead = (written - taken) * G_TIME_SPAN_SECOND;

    if (ahead <= DATE_AHEAD && ahead >= -DATE_BEHIND)
        return FALSE;
    show (look, evidence, MODORI_LOOK_DATE, value (look, MODORI_LOOK_DATE, 0));
    g_string_append (evidence, " (");
    g_string_append_len (evidence, look->hops[hops - 1].date.at,
                         (gssize) MIN (look->hops[hops - 1].date.len, 40));
    g_string_append_c (evidence, ')');
    return TRUE;
}

/* RFC 5322 allows ASCII only; RFC 6532 allows UTF-8 where the servers said SMTPUTF8, which their
 * "with" tells. */
static gboolean
eight_bit_header (ModoriLook *look, GString *evidence)
{
    ModoriSpan line = modori_header_eight_bit (look->header);

    if (line.len == 0)
        return FALSE;
    for (guint i = 0; i < n_hops (look); i++)
        if (modori_span_begins (look->hops[i].with, "UTF8"))
            return FALSE;
    for (ModoriLookName name = MODORI_LOOK_TO; name <= MODORI_LOOK_BCC; name++)
        if (modori_addrlist_is_utf8 (value (look, name, 0)))
            return FALSE;
    g_string_truncate (evidence, 0);
    g_string_append_len (evidence, line.at, (gssize) MIN (line.len, EVIDENCE_MAX));
    return TRUE;
}

static gboolean
no_recipient_field (ModoriLook *look, GString *evidence)
{
    g_string_truncate (evidence, 0);
    return look->whole && count (look, MODORI_LOOK_TO) + count (look, MODORI_LOOK_CC) == 0;
}

static gboolean
recipient_form (ModoriLook *look, GString *evidence)
{
    for (ModoriLookName name = MODORI_LOOK_TO; name <= MODORI_LOOK_BCC; name++) {
        ModoriSpan rest = value (look, name, 0), address;

        while (modori_addrlist_next (&rest, &address))
            if (modori_addrlist_domain (address).len > 0
                && modori_addrlist_is_odd (modori_addrlist_local (address)))
                return show (look, evidence, name, address);
    }
    return FALSE;
}

guint
modori_tests_recipients (const ModoriLook *look)
{
    guint recipients = 0;

    for (ModoriLookName name = MODORI_LOOK_TO; name <= MODORI_LOOK_BCC; name++)
        for (guint i = 0; i < count (look, name); i++) {
            ModoriSpan rest = value (look, name, i), address;

            while (modori_addrlist_next (&rest, &address))
                recipients += memchr (address.at, '@', address.len) != NULL;
        }
    return recipients;
}

/* --- authentication --- */

/* Is one of its signatures by the organisation of From? */
static gboolean
is_signed_by_from (const ModoriLook *look)
{
    for (guint i = 0; i < MIN (count (look, MODORI_LOOK_DKIM), MODORI_HOPS_MAX); i++)
        if (modori_domain_agrees (modori_dkim_tag (value (look, MODORI_LOOK_DKIM, i), 'd'),
                                  from_domain (look)))
            return TRUE;
    return FALSE;
}

/* Servers may sign at the very last moment, after the copy that is returned was made: only the
 * receiver's own copy is sure to show that nobody did. */
static gboolean
no_signature (ModoriLook *look, GString *evidence)
{
    ModoriSpan to = modori_addrlist_domain (modori_addrlist_first (value (look, MODORI_LOOK_TO,
                                                                          0)));

    g_string_truncate (evidence, 0);
    if (count (look, MODORI_LOOK_DKIM) > 0 || ! look->whole || n_hops (look) == 0)
        return FALSE;
    return count (look, MODORI_LOOK_RESULTS) > 0 || modori_domain_agrees (look->hops[0].by, to);
}

static gboolean
dkim_alignment (ModoriLook *look, GString *evidence)
{
    ModoriSpan signer;

    if (count (look, MODORI_LOOK_DKIM) == 0 || from_domain (look).len == 0
        || is_signed_by_from (look))
        return FALSE;
    signer = modori_dkim_tag (value (look, MODORI_LOOK_DKIM, 0), 'd');
    show (look, evidence, MODORI_LOOK_FROM, modori_addrlist_first (value (look, MODORI_LOOK_FROM,
                                                                          0)));
    g_string_append_printf (evidence, " (d=%.*s)", (int) MIN (signer.len, EVIDENCE_MAX), signer.at);
    return TRUE;
}

/* RFC 6376 5.4 and 8.2, RFC 8301: signatures that receivers trust less or not at all. */
static gboolean
dkim_weak (ModoriLook *look, GString *evidence)
{
    for (guint i = 0; i < MIN (count (look, MODORI_LOOK_DKIM), MODORI_HOPS_MAX); i++) {
        ModoriSpan signature = value (look, MODORI_LOOK_DKIM, i);
        ModoriSpan fields = modori_dkim_tag (signature, 'h');

        if (modori_span_is (modori_dkim_tag (signature, 'a'), "rsa-sha1")
            || modori_dkim_tag (signature, 'l').len > 0
            || (fields.len > 0 && modori_span_find (fields, "from") < 0))
            return show (look, evidence, MODORI_LOOK_DKIM, signature);
    }
    return FALSE;
}

/* SPF cannot align, and no DKIM makes up for it: DMARC fails. */
static gboolean
return_path_alignment (ModoriLook *look, GString *evidence)
{
    ModoriSpan envelope = modori_addrlist_first (value (look, MODORI_LOOK_RETURN_PATH, 0));
    ModoriSpan domain = modori_addrlist_domain (envelope), from = from_domain (look);

    if (! modori_domain_is_public (domain) || ! modori_domain_is_public (from)
        || modori_domain_agrees (domain, from)
        || is_signed_by_from (look))
        return FALSE;
    show (look, evidence, MODORI_LOOK_RETURN_PATH, envelope);
    g_string_append (evidence, ", From: ");
    g_string_append_len (evidence, from.at, (gssize) MIN (from.len, EVIDENCE_MAX));
    return TRUE;
}

/* --- hops --- */

/* Is hop I one between servers that the world can see?  The lowest is a program's, unless the
 * receiver wrote it. */
static gboolean
is_server_hop (ModoriLook *look, guint i)
{
    const ModoriReceived *hop = &look->hops[i];
    ModoriSpan to = modori_addrlist_domain (modori_addrlist_first (value (look, MODORI_LOOK_TO,
                                                                          0)));

    if (hop->authenticated || ! modori_domain_ip_is_public (hop->ip))
        return FALSE;
    return i + 1 < look->n_hops || modori_domain_agrees (hop->by, to);
}

static gboolean
show_hop (const ModoriLook *look, GString *evidence, guint i)
{
    return show (look, evidence, MODORI_LOOK_RECEIVED, value (look, MODORI_LOOK_RECEIVED, i));
}

/* "unknown [192.0.2.1]": the server looked for a name and found none, or one that does not lead
 * back. */
static gboolean
no_reverse_name (ModoriLook *look, GString *evidence)
{
    for (guint i = 0; i < n_hops (look); i++)
        if (look->hops[i].unnamed && is_server_hop (look, i))
            return show_hop (look, evidence, i);
    return FALSE;
}

/* Split IP, of IPv4, into its four numbers. */
static gboolean
split_ip (ModoriSpan ip, ModoriSpan numbers[4])
{
    for (guint i = 0; i < 4; i++) {
        const char *dot = memchr (ip.at, '.', ip.len);

        if ((dot == NULL) != (i == 3))
            return FALSE;
        numbers[i] = modori_span_between (ip.at, dot ? dot : modori_span_end (ip));
        ip = modori_span_skip (ip, numbers[i].len + 1);
    }
    return TRUE;
}

/* Does NAME hold A and B with one of the usual marks between them? */
static gboolean
has_neighbours (ModoriSpan name, ModoriSpan a, ModoriSpan b)
{
    ModoriSpan rest = name;
    const char *at;

    while (a.len && (at = memchr (rest.at, a.at[0], rest.len)) != NULL) {
        rest = modori_span_between (at, modori_span_end (name));
        if (rest.len > a.len + b.len && memcmp (at, a.at, a.len) == 0
            && memchr ("-._xX", at[a.len], 5) && memcmp (at + a.len + 1, b.at, b.len) == 0)
            return TRUE;
        rest = modori_span_skip (rest, 1);
    }
    return FALSE;
}

/* Two neighbouring numbers of an IPv4 address in a name: the name that the owner of the network
 * gave by machine. */
static gboolean
is_numbered (ModoriSpan name, ModoriSpan ip)
{
    ModoriSpan numbers[4];

    if (! split_ip (ip, numbers))
        return FALSE;
    for (guint i = 0; i + 1 < 4; i++)
        if (has_neighbours (name, numbers[i], numbers[i + 1])
            || has_neighbours (name, numbers[i + 1], numbers[i]))
            return TRUE;
    return FALSE;
}

static gboolean
numbered_reverse_name (ModoriLook *look, GString *evidence)
{
    for (guint i = 0; i < n_hops (look); i++)
        if (look->hops[i].reverse.len > 0 && is_server_hop (look, i)
            && is_numbered (look->hops[i].reverse, look->hops[i].ip))
            return show_hop (look, evidence, i);
    return FALSE;
}

/* Is NAME one that only a server without a name of its own gives?  A bare word is, where the
 * field is sure to give the name as the client said it: beside what the server found out about
 * the address. */
static gboolean
is_nameless (const ModoriReceived *hop)
{
    if (hop->helo.len == 0 || modori_domain_is_public (hop->helo)
        || modori_domain_ip_kind (hop->helo) != MODORI_IP_NONE
            || modori_span_is (hop->helo, "unknown"))
        return FALSE;
    return memchr (hop->helo.at, '.', hop->helo.len) || modori_span_is (hop->helo, "localhost")
        || hop->unnamed || hop->reverse.len > 0;
}

/* A server that calls itself localhost, or by a name without a dot. */
static gboolean
helo_name (ModoriLook *look, GString *evidence)
{
    for (guint i = 0; i < n_hops (look); i++)
        if (is_nameless (&look->hops[i]) && is_server_hop (look, i))
            return show_hop (look, evidence, i);
    return FALSE;
}

/* How often does hop I occur among those above it? */
static guint
same_hops (const ModoriLook *look, guint i)
{
    const ModoriReceived *a = &look->hops[i];
    guint same = 1;

    for (guint j = 0; j < i; j++) {
        const ModoriReceived *b = &look->hops[j];

        same += modori_domain_is_same (a->by, b->by) && modori_domain_is_same (a->helo, b->helo);
    }
    return same;
}

static gboolean
received_loop (ModoriLook *look, GString *evidence)
{
    guint hops = n_hops (look);

    if (count (look, MODORI_LOOK_RECEIVED) > HOPS_LIMIT) {
        g_string_printf (evidence, "Received: (%u)", count (look, MODORI_LOOK_RECEIVED));
        return TRUE;
    }
    for (guint i = SAME_HOP_LIMIT - 1; i < hops; i++)
        if (same_hops (look, i) >= SAME_HOP_LIMIT)
            return show_hop (look, evidence, i);
    return FALSE;
}

/* --- the table --- */

const ModoriTest *
modori_tests_find (ModoriSpan name)
{
    static const ModoriTest tests[] = {
        { "date-form", date_form },
        { "date-skew", date_skew },
        { "dkim-alignment", dkim_alignment },
        { "dkim-weak", dkim_weak },
        { "eight-bit-header", eight_bit_header },
        { "from-form", from_form },
        { "from-name", from_name },
        { "from-several", from_several },
        { "helo-name", helo_name },
        { "message-id-domain", message_id_domain },
        { "message-id-form", message_id_form },
        { "no-recipient-field", no_recipient_field },
        { "no-reverse-name", no_reverse_name },
        { "no-signature", no_signature },
        { "numbered-reverse-name", numbered_reverse_name },
        { "received-loop", received_loop },
        { "recipient-form", recipient_form },
        { "return-path-alignment", return_path_alignment },
    };

    for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
        if (modori_span_is (name, tests[i].name))
            return &tests[i];
    return NULL;
}
