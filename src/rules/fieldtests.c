/* fieldtests.c - built-in tests of header fields.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE             /* memrchr */
#endif
#include "rules/tests.h"

#include "rules/addrlist.h"
#include "rules/dkim.h"
#include "rules/domain.h"

/* A date further off than this is looked at with suspicion. */
#define DATE_AHEAD (G_TIME_SPAN_HOUR)
#define DATE_BEHIND (7 * G_TIME_SPAN_DAY)

/* ID without the comment that some relays put behind it: "<1@a> (added by postmaster@b)". */
static ModoriSpan
without_comment (ModoriSpan id)
{
    const char *end = memchr (id.at, '>', id.len);
    ModoriSpan rest = end ? modori_span_trim (modori_span_between (end + 1, modori_span_end (id)))
        : MODORI_SPAN_EMPTY;

    return rest.len > 0 && rest.at[0] == '(' && rest.at[rest.len - 1] == ')'
        ? modori_span_between (id.at, end + 1) : id;
}

/* RFC 5322 3.6.4, as far as receivers insist: "<left@right>", once, without blanks. */
static gboolean
message_id_form (ModoriLook *look, GString *evidence)
{
    ModoriSpan id = without_comment (modori_look_value (look, MODORI_LOOK_MESSAGE_ID, 0));
    guint ats = 0, brackets = 0, odd = 0;

    if (id.len == 0)
        return FALSE;
    for (gsize i = 0; i < id.len; i++) {
        if (g_ascii_isalnum (id.at[i]))
            continue;
        ats += id.at[i] == '@';
        brackets += id.at[i] == '<' || id.at[i] == '>';
        odd += (guchar) id.at[i] <= ' ' || (guchar) id.at[i] >= 0x7f;
    }
    if (id.at[0] == '<' && id.at[id.len - 1] == '>' && brackets == 2 && odd == 0 && ats > 0
        && id.len >= 5 && id.at[1] != '@' && id.at[id.len - 2] != '@')
        return FALSE;
    return modori_look_show (look, evidence, MODORI_LOOK_MESSAGE_ID, id);
}

/* The right side of Message-ID is no name that the world could know; localhost is a finding of
 * its own. */
static gboolean
message_id_domain (ModoriLook *look, GString *evidence)
{
    ModoriSpan id = modori_look_value (look, MODORI_LOOK_MESSAGE_ID, 0);
    ModoriSpan host = modori_addrlist_domain (id);

    if (host.len < 2 || host.at[host.len - 1] != '>')
        return FALSE;
    host.len--;
    if (modori_domain_is_public (host) || modori_domain_ip_is_public (host)
        || modori_span_begins (host, "localhost") || modori_span_find (host, ".localdomain") >= 0)
        return FALSE;
    return modori_look_show (look, evidence, MODORI_LOOK_MESSAGE_ID, id);
}

static gboolean
from_form (ModoriLook *look, GString *evidence)
{
    ModoriSpan from = modori_look_value (look, MODORI_LOOK_FROM, 0);
    ModoriSpan address = modori_look_address (look, MODORI_LOOK_FROM);
    ModoriSpan domain = modori_addrlist_domain (address);

    if (from.len == 0)
        return FALSE;
    if (modori_addrlist_local (address).len > 0 && memchr (domain.at, '.', domain.len)
        && domain.at[0] != '[')
        return FALSE;
    return modori_look_show (look, evidence, MODORI_LOOK_FROM, from);
}

static gboolean
from_several (ModoriLook *look, GString *evidence)
{
    ModoriSpan from = modori_look_value (look, MODORI_LOOK_FROM, 0);
    ModoriSpan rest = from, address;
    guint addresses = 0;

    /* nearly always there is one "@" */
    if (memchr (from.at, '@', from.len) == memrchr (from.at, '@', from.len))
        return FALSE;
    while (addresses < 2 && modori_addrlist_next (&rest, &address))
        addresses += memchr (address.at, '@', address.len) != NULL;
    return addresses > 1 && modori_look_show (look, evidence, MODORI_LOOK_FROM, from);
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
    ModoriSpan from = modori_look_value (look, MODORI_LOOK_FROM, 0);
    ModoriSpan address = modori_look_address (look, MODORI_LOOK_FROM);
    ModoriSpan name = modori_span_between (from.at, address.len ? address.at : from.at);
    ModoriSpan shown = domain_in_text (name);

    return shown.len > 0 && modori_domain_is_public (shown)
        && ! modori_domain_agrees (shown, modori_addrlist_domain (address))
        && modori_look_show (look, evidence, MODORI_LOOK_FROM, from);
}

static gboolean
date_form (ModoriLook *look, GString *evidence)
{
    ModoriSpan date = modori_look_value (look, MODORI_LOOK_DATE, 0);

    return date.len > 0 && modori_look_date (look)[0] == '\0'
        && modori_look_show (look, evidence, MODORI_LOOK_DATE, date);
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

/* When the first server took the mail and when it was written, if both tell their zones and not
 * the same time. */
static gboolean
read_dates (ModoriLook *look, ModoriSpan received, gint64 *written, gint64 *taken)
{
    char text[MODORI_DATE_MAX];

    if (! has_zone (modori_look_value (look, MODORI_LOOK_DATE, 0)) || ! has_zone (received))
        return FALSE;
    modori_date_rfc3339 (received, text);
    return text[0] && modori_look_date (look)[0] && strcmp (text, modori_look_date (look)) != 0
        && modori_date_seconds (modori_look_date (look), written)
        && modori_date_seconds (text, taken);
}

/* Date beside the time at which the first server took the mail. */
static gboolean
date_skew (ModoriLook *look, GString *evidence)
{
    guint hops = modori_look_hops (look);
    gint64 written, taken, ahead = 0;

    if (hops && read_dates (look, look->hops[hops - 1].date, &written, &taken))
        ahead = (written - taken) * G_TIME_SPAN_SECOND;

    if (ahead <= DATE_AHEAD && ahead >= -DATE_BEHIND)
        return FALSE;
    modori_look_show (look, evidence, MODORI_LOOK_DATE,
                      modori_look_value (look, MODORI_LOOK_DATE, 0));
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
    for (guint i = 0; i < modori_look_hops (look); i++)
        if (modori_span_begins (look->hops[i].with, "UTF8"))
            return FALSE;
    for (ModoriLookName name = MODORI_LOOK_TO; name <= MODORI_LOOK_BCC; name++)
        if (modori_addrlist_is_utf8 (modori_look_value (look, name, 0)))
            return FALSE;
    g_string_truncate (evidence, 0);
    g_string_append_len (evidence, line.at, (gssize) MIN (line.len, MODORI_EVIDENCE_MAX));
    return TRUE;
}

static gboolean
no_recipient_field (ModoriLook *look, GString *evidence)
{
    g_string_truncate (evidence, 0);
    return look->whole && modori_look_count (look, MODORI_LOOK_TO) == 0
        && modori_look_count (look, MODORI_LOOK_CC) == 0;
}

/* Is there a dot in LIST that may be an odd one: without a letter or digit before it, or with a dot
 * or "@" behind it? */
static gboolean
has_odd_dot (ModoriSpan list)
{
    const char *end = modori_span_end (list), *dot = list.at;

    while ((dot = memchr (dot, '.', (gsize) (end - dot))) != NULL) {
        if (dot == list.at || ! g_ascii_isalnum (dot[-1]))
            return TRUE;
        dot++;
        if (dot == end || *dot == '.' || *dot == '@')
            return TRUE;
    }
    return FALSE;
}

static gboolean
recipient_form (ModoriLook *look, GString *evidence)
{
    for (ModoriLookName name = MODORI_LOOK_TO; name <= MODORI_LOOK_BCC; name++) {
        ModoriSpan rest = modori_look_value (look, name, 0), address;

        if (! has_odd_dot (rest))
            continue;
        while (modori_addrlist_next (&rest, &address))
            if (modori_addrlist_domain (address).len > 0
                && modori_addrlist_is_odd (modori_addrlist_local (address)))
                return modori_look_show (look, evidence, name, address);
    }
    return FALSE;
}

/* Is the zone of DATE one of the names that RFC 5322 4.3 knows? */
static gboolean
has_known_zone (ModoriSpan date)
{
    static const char *const names[] = {
        "GMT", "UT", "UTC", "Z", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT",
    };

    for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        if (modori_span_ends (date, names[i]))
            return TRUE;
    return FALSE;
}

/* Other names mean different things to different programs, and no zone means nothing. */
static gboolean
date_zone (ModoriLook *look, GString *evidence)
{
    ModoriSpan date = modori_look_value (look, MODORI_LOOK_DATE, 0);

    return date.len > 0 && ! has_zone (date) && ! has_known_zone (date)
        && modori_look_date (look)[0] && modori_look_show (look, evidence, MODORI_LOOK_DATE, date);
}

/* Does DOMAIN belong to one of the servers on the way, or to a signature? */
static gboolean
is_on_the_way (ModoriLook *look, ModoriSpan domain)
{
    for (guint i = 0; i < MIN (modori_look_count (look, MODORI_LOOK_DKIM), MODORI_HOPS_MAX); i++)
        if (modori_domain_agrees (modori_dkim_tag (modori_look_value (look, MODORI_LOOK_DKIM, i),
                                                   'd'), domain))
            return TRUE;
    for (guint i = 0; i < modori_look_hops (look); i++)
        if (modori_domain_agrees (look->hops[i].by, domain)
            || modori_domain_agrees (look->hops[i].helo, domain)
            || modori_domain_agrees (look->hops[i].reverse, domain))
            return TRUE;
    return modori_look_hops (look) == 0;
}

/* The Message-ID is by somebody who has nothing to do with this mail: it was copied or made up.
 * In a returned copy the servers that would tell may be missing. */
static gboolean
message_id_stranger (ModoriLook *look, GString *evidence)
{
    ModoriSpan id = without_comment (modori_look_value (look, MODORI_LOOK_MESSAGE_ID, 0));
    ModoriSpan host = modori_addrlist_domain (id);

    if (look->copy != MODORI_COPY_WHOLE || host.len < 2 || host.at[host.len - 1] != '>')
        return FALSE;
    host.len--;
    if (! modori_domain_is_public (host) || is_on_the_way (look, host)
        || modori_domain_agrees (host, modori_look_domain (look, MODORI_LOOK_FROM))
        || modori_domain_agrees (host, modori_look_domain (look, MODORI_LOOK_RETURN_PATH)))
        return FALSE;
    return modori_look_show (look, evidence, MODORI_LOOK_MESSAGE_ID, id);
}

const ModoriTest modori_fieldtests[] = {
    { "date-form", date_form, MODORI_LOOK_DATE },
    { "date-skew", date_skew, MODORI_LOOK_DATE },
    { "date-zone", date_zone, MODORI_LOOK_DATE },
    { "eight-bit-header", eight_bit_header, MODORI_TEST_NEEDS_NOTHING },
    { "from-form", from_form, MODORI_LOOK_FROM },
    { "from-name", from_name, MODORI_LOOK_FROM },
    { "from-several", from_several, MODORI_LOOK_FROM },
    { "message-id-domain", message_id_domain, MODORI_LOOK_MESSAGE_ID },
    { "message-id-form", message_id_form, MODORI_LOOK_MESSAGE_ID },
    { "message-id-stranger", message_id_stranger, MODORI_LOOK_MESSAGE_ID },
    { "no-recipient-field", no_recipient_field, MODORI_TEST_NEEDS_NOTHING },
    { "recipient-form", recipient_form, MODORI_TEST_NEEDS_NOTHING },
    { NULL, NULL, MODORI_TEST_NEEDS_NOTHING },
};
