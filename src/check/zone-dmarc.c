/* zone-dmarc.c - the policy: what it says, who gets its reports, and whether mail passes.
 *
 * RFC 7489 sections 6.3 (tags), 6.6.3 (which record counts), 7.1 (reports to others), 3.1
 * (alignment).  The record of the domain itself counts, else that of its organisation.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/zone-dmarc.h"

#include "rules/domain.h"

/* Addresses for reports that are looked at; receivers serve two (RFC 7489 section 6.2). */
#define REPORTS_MAX 10
/* A proposal that nobody can paste is none. */
#define PROPOSAL_MAX 1000

static ModoriSeen *
see (const ModoriDmarc *dmarc, const char *observation, const char *evidence)
{
    g_autofree char *name = g_strconcat ("_dmarc.", dmarc->at, NULL);

    return modori_see (dmarc->section, observation, evidence, "domain", dmarc->at, "from_domain",
                       dmarc->zone->domain, "name", name, NULL);
}

static void
see_tag (const ModoriDmarc *dmarc, const char *observation, const char *tag, ModoriSpan value)
{
    g_autofree char *text = modori_span_dup (value);
    ModoriSeen *seen = see (dmarc, observation, dmarc->text);
    g_autofree char *proposed = modori_dmarc_propose (dmarc->text, dmarc->at);

    modori_seen_set (seen, "tag", tag);
    modori_seen_set (seen, "value", text);
    modori_seen_set (seen, "proposed", proposed);
}

/* --- a correct record --- */

static gboolean
is_one_of (ModoriSpan value, const char *const *words)
{
    for (; *words; words++)
        if (modori_span_is (value, *words))
            return TRUE;
    return FALSE;
}

static gboolean
is_number (ModoriSpan value, guint64 most)
{
    guint64 number = 0;

    for (gsize i = 0; i < value.len && i < 10; i++) {
        if (! g_ascii_isdigit (value.at[i]))
            return FALSE;
        number = number * 10 + (guint64) g_ascii_digit_value (value.at[i]);
    }
    return value.len > 0 && value.len <= 10 && number <= most;
}

/* fo= and rf= are lists with colons. */
static gboolean
is_list_of (ModoriSpan value, const char *const *words)
{
    while (value.len) {
        const char *end = memchr (value.at, ':', value.len);
        ModoriSpan item = end ? modori_span_between (value.at, end) : value;

        if (! is_one_of (modori_span_trim (item), words))
            return FALSE;
        value = modori_span_skip (value, item.len + 1);
        if (end && ! value.len)
            return FALSE;
    }
    return TRUE;
}

static gboolean
is_good (const char *tag, ModoriSpan value)
{
    static const char *const policies[] = { "none", "quarantine", "reject", NULL };
    static const char *const modes[] = { "r", "s", NULL };
    static const char *const failures[] = { "0", "1", "d", "s", NULL };
    static const char *const formats[] = { "afrf", "iodef", NULL };

    if (! value.len)
        return FALSE;
    if (g_str_equal (tag, "p") || g_str_equal (tag, "sp"))
        return is_one_of (value, policies);
    if (g_str_equal (tag, "adkim") || g_str_equal (tag, "aspf"))
        return is_one_of (value, modes);
    if (g_str_equal (tag, "pct"))
        return is_number (value, 100);
    if (g_str_equal (tag, "ri"))
        return is_number (value, G_MAXUINT32);
    return is_list_of (value, g_str_equal (tag, "fo") ? failures : formats);
}

/* TEXT without quotes and backslashes, and with a semicolon wherever a blank stands before
 * "word="; the caller frees. */
static char *
tidy (const char *text)
{
    GString *out = g_string_new (NULL);
    const char *p = text;

    for (; *p && out->len < PROPOSAL_MAX; p++) {
        gsize word = strspn (p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

        if (out->len && g_ascii_isspace (out->str[out->len - 1]) && word > 0 && word <= 5
            && p[word + strspn (p + word, " ")] == '=')
            g_string_append_c (out, ';');
        if (! strchr ("\"\\", *p))
            g_string_append_c (out, *p);
    }
    return g_string_free (out, FALSE);
}

static gboolean
is_plain (ModoriSpan value)
{
    for (gsize i = 0; i < value.len; i++)
        if (! g_ascii_isgraph (value.at[i]) || strchr ("\"\\;|", value.at[i]))
            return FALSE;
    return value.len > 0;
}

/* The addresses in VALUE, each with its "mailto:", behind "; TAG=". */
static void
append_addresses (GString *out, const char *tag, ModoriSpan value)
{
    g_autofree char *text = modori_span_dup (value);
    g_auto (GStrv) items = g_strsplit (text, ",", REPORTS_MAX);
    const char *before = "; ";

    for (guint i = 0; items[i]; i++) {
        const char *item = g_strstrip (items[i]);
        gboolean has_scheme = g_ascii_strncasecmp (item, "mailto:", 7) == 0;

        if (! is_plain (modori_span_of (item)) || ! strchr (item, '@')
            || (! has_scheme && strchr (item, ':')))
            continue;
        if (*before == ';')
            g_string_append_printf (out, "%s%s=", before, tag);
        else
            g_string_append (out, before);
        g_string_append_printf (out, "mailto:%s", item + (has_scheme ? 7 : 0));
        before = ",";
    }
}

char *
modori_dmarc_propose (const char *text, const char *domain)
{
    static const char *const others[] = { "sp", "adkim", "aspf", "pct", "fo", "rf", "ri" };
    g_autofree char *tidied = tidy (text);
    g_autoptr (ModoriTags) tags = modori_tags_parse (tidied);
    GString *out = g_string_new ("v=DMARC1; p=");
    ModoriSpan value;
    gsize start;

    if (! modori_tags_find (tags, "p", &value) || ! is_good ("p", value))
        value = modori_span_of ("none");
    g_string_append_len (out, value.at, (gssize) value.len);
    for (guint i = 0; i < G_N_ELEMENTS (others); i++)
        if (modori_tags_find (tags, others[i], &value) && is_good (others[i], value)
            && is_plain (value))
            g_string_append_printf (out, "; %s=%.*s", others[i], (int) value.len, value.at);
    start = out->len;
    if (modori_tags_find (tags, "rua", &value))
        append_addresses (out, "rua", value);
    if (out->len == start)
        g_string_append_printf (out, "; rua=mailto:dmarc@%s", domain);
    if (modori_tags_find (tags, "ruf", &value))
        append_addresses (out, "ruf", value);
    return g_string_free (out, FALSE);
}

/* --- which record counts --- */

static gboolean
is_meant (const char *text)
{
    g_autofree char *lower = g_ascii_strdown (text, (gssize) strnlen (text, PROPOSAL_MAX));

    return strstr (lower, "dmarc") || g_str_has_prefix (lower, "p=");
}

/* Of the records at the name none counts: is one meant to? */
static const char *
find_meant (const ModoriDnsAnswer *answer)
{
    for (guint i = 0; i < answer->records->len; i++)
        if (is_meant (modori_dns_record (answer, i)->text))
            return modori_dns_record (answer, i)->text;
    return NULL;
}

/* The record of DOMAIN.  FALSE: there is none, and nothing was seen. */
static gboolean
look_at_name (ModoriDmarc *dmarc, const char *domain)
{
    g_autofree char *name = g_strconcat ("_dmarc.", domain, NULL);
    const ModoriDnsAnswer *answer = modori_resolver_ask (dmarc->zone->resolver, name,
                                                         MODORI_DNS_TXT);
    guint count = 0;
    const ModoriDnsRecord *record = modori_zone_txt (dmarc->zone, name, "v=DMARC1", &count);
    const char *meant = record ? record->text : find_meant (answer);
    g_autofree char *why = modori_zone_why (answer, "TXT");
    g_autofree char *number = g_strdup_printf ("%u", count);
    g_autofree char *proposed = meant ? modori_dmarc_propose (meant, domain) : NULL;

    dmarc->at = domain;
    if (modori_dns_unanswered (answer->status)) {
        see (dmarc, "dmarc-unanswered", why);
    } else if (count > 1) {
        ModoriSeen *seen = see (dmarc, "dmarc-several", meant);

        modori_seen_set (seen, "count", number);
        modori_seen_set (seen, "proposed", proposed);
    } else if (record) {
        dmarc->text = record->text;
    } else if (meant) {
        modori_seen_set (see (dmarc, "dmarc-version", meant), "proposed", proposed);
    } else {
        return FALSE;
    }
    return TRUE;
}

static void
find_record (ModoriDmarc *dmarc)
{
    const ModoriZone *zone = dmarc->zone;
    const ModoriDnsAnswer *answer;
    g_autofree char *name = g_strconcat ("_dmarc.", zone->domain, NULL);

    if (look_at_name (dmarc, zone->domain))
        return;
    answer = modori_resolver_ask (zone->resolver, name, MODORI_DNS_TXT);
    if (answer->records->len)
        see (dmarc, "dmarc-other-text", modori_dns_record (answer, 0)->text);
    dmarc->inherited = ! g_str_equal (zone->domain, zone->organisation);
    if (dmarc->inherited && look_at_name (dmarc, zone->organisation))
        return;
    dmarc->at = zone->organisation;
    see (dmarc, zone->parked ? "dmarc-none-parked" : "dmarc-none",
         modori_dns_status_name (answer->status));
}

/* --- what it says --- */

/* How strict VALUE is; 0: no policy. */
static guint
strictness (ModoriSpan value)
{
    static const char *const policies[] = { "none", "quarantine", "reject" };

    for (guint i = 0; i < G_N_ELEMENTS (policies); i++)
        if (modori_span_is (value, policies[i]))
            return i + 1;
    return 0;
}

/* A blank and "word=" inside a value: the semicolon before it is missing. */
static gboolean
lacks_semicolon (const ModoriTags *tags)
{
    for (guint i = 0; i < tags->tags->len; i++) {
        ModoriSpan value = g_array_index (tags->tags, ModoriTag, i).value;
        const char *equal = value.len ? memchr (value.at, '=', value.len) : NULL;

        if (equal && ! modori_span_begins (value, "mailto:")
            && memchr (value.at, ' ', (gsize) (equal - value.at)))
            return TRUE;
    }
    return FALSE;
}

/* Can the list of tags be read?  What is wrong is seen. */
static gboolean
is_readable (const ModoriDmarc *dmarc)
{
    const ModoriTags *tags = dmarc->tags;
    gboolean clean = FALSE;

    if (strchr (dmarc->text, '\\'))
        see_tag (dmarc, "dmarc-escaped", "", MODORI_SPAN_EMPTY);
    else if (lacks_semicolon (tags))
        see_tag (dmarc, "dmarc-semicolon", "", MODORI_SPAN_EMPTY);
    else if (tags->bad.len)
        see_tag (dmarc, "dmarc-syntax", "", tags->bad);
    else if (tags->twice.len)
        see_tag (dmarc, "dmarc-twice", "", tags->twice);
    else
        clean = TRUE;
    return clean;
}

static void
look_at_values (const ModoriDmarc *dmarc)
{
    static const char *const checked[] = { "sp", "adkim", "aspf", "pct", "fo", "rf", "ri" };
    ModoriSpan value;

    for (guint i = 0; i < G_N_ELEMENTS (checked); i++)
        if (modori_tags_find (dmarc->tags, checked[i], &value) && ! is_good (checked[i], value))
            see_tag (dmarc, "dmarc-bad-value", checked[i], value);
    if (modori_tags_find (dmarc->tags, "pct", &value) && is_good ("pct", value)
        && ! modori_span_is (value, "100"))
        see_tag (dmarc, "dmarc-pct", "pct", value);
}

/* p= and sp=.  FALSE when there is no policy to be followed. */
static gboolean
look_at_policy (ModoriDmarc *dmarc)
{
    ModoriSpan policy, below;
    gboolean has_below = modori_tags_find (dmarc->tags, "sp", &below) && strictness (below);

    if (! modori_tags_find (dmarc->tags, "p", &policy)) {
        see_tag (dmarc, "dmarc-no-policy", "p", policy);
        return FALSE;
    }
    if (! strictness (policy)) {
        see_tag (dmarc, "dmarc-bad-policy", "p", policy);
        return FALSE;
    }
    dmarc->policy = dmarc->inherited && has_below ? below : policy;
    if (dmarc->tags->tags->len > 1
        && ! modori_span_is (g_array_index (dmarc->tags->tags, ModoriTag, 1).name, "p"))
        see_tag (dmarc, "dmarc-order", "p", policy);
    if (has_below && strictness (below) < strictness (policy))
        see_tag (dmarc, "dmarc-weaker-below", "sp", below);
    return TRUE;
}

static void
see_policy (const ModoriDmarc *dmarc)
{
    g_autofree char *policy = modori_span_dup (dmarc->policy);
    ModoriSeen *seen;

    if (dmarc->inherited)
        seen = see (dmarc, "dmarc-inherited", dmarc->text);
    else
        seen = see (dmarc, "dmarc-found", dmarc->text);
    modori_seen_set (seen, "policy", policy);
    if (modori_span_is (dmarc->policy, "none"))
        see_tag (dmarc, "dmarc-only-watched", "p", dmarc->policy);
}

/* --- who gets its reports --- */

/* "!10m" (RFC 7489 section 6.2). */
static gboolean
is_size (const char *text)
{
    gsize digits = strspn (text, "0123456789");

    return digits > 0 && (! text[digits] || (strchr ("kmgtKMGT", text[digits])
                                             && ! text[digits + 1]));
}

/* The domain of the address in URI, which is changed; NULL with what is wrong seen; the caller
 * frees. */
static char *
report_domain (const ModoriDmarc *dmarc, const char *tag, char *uri)
{
    char *size = strchr (uri, '!'), *at, *domain;

    if (g_ascii_strncasecmp (uri, "mailto:", 7) != 0) {
        see_tag (dmarc, "dmarc-report-scheme", tag, modori_span_of (uri));
        return NULL;
    }
    if (size && ! is_size (size + 1))
        see_tag (dmarc, "dmarc-report-size", tag, modori_span_of (uri));
    uri[strcspn (uri, "!?")] = '\0';
    at = strrchr (uri, '@');
    domain = at && at > uri + 7 ? modori_dns_name (at + 1) : NULL;
    if (! domain || ! strchr (domain, '.')) {
        see_tag (dmarc, "dmarc-report-address", tag, modori_span_of (uri));
        g_clear_pointer (&domain, g_free);
    }
    return domain;
}

/* Where OTHER says that it wants them; the caller frees. */
static char *
report_name (const ModoriDmarc *dmarc, const char *other)
{
    return g_strdup_printf ("%s._report._dmarc.%s", dmarc->at, other);
}

/* Does OTHER say so? */
static void
look_at_other (const ModoriDmarc *dmarc, const char *other)
{
    g_autofree char *name = report_name (dmarc, other);
    const ModoriDnsAnswer *answer = modori_resolver_ask (dmarc->zone->resolver, name,
                                                         MODORI_DNS_TXT);
    g_autofree char *why = modori_zone_why (answer, "TXT");
    ModoriSeen *seen;

    if (modori_zone_txt (dmarc->zone, name, "v=DMARC1", NULL))
        seen = see (dmarc, "dmarc-report-allowed", name);
    else if (modori_dns_unanswered (answer->status))
        seen = see (dmarc, "dmarc-report-unanswered", why);
    else
        seen = see (dmarc, "dmarc-report-refused", why);
    modori_seen_set (seen, "report_domain", other);
    modori_seen_set (seen, "report_name", name);
}

/* Add the domains of other organisations in the addresses of TAG to OTHERS, each once. */
static void
collect_others (const ModoriDmarc *dmarc, const char *tag, GPtrArray *others)
{
    g_autofree char *text = NULL;
    g_auto (GStrv) uris = NULL;
    ModoriSpan value;

    modori_tags_find (dmarc->tags, tag, &value);
    text = modori_span_dup (value);
    uris = g_strsplit (text, ",", REPORTS_MAX + 1);
    for (guint i = 0; uris[i] && i < REPORTS_MAX; i++) {
        g_autofree char *domain = report_domain (dmarc, tag, g_strstrip (uris[i]));
        g_autofree char *name = domain ? report_name (dmarc, domain) : NULL;

        if (! domain || g_ptr_array_find_with_equal_func (others, domain, g_str_equal, NULL)
            || modori_domain_agrees (modori_span_of (domain), modori_span_of (dmarc->at)))
            continue;
        modori_resolver_want (dmarc->zone->resolver, name, MODORI_DNS_TXT);
        g_ptr_array_add (others, g_steal_pointer (&domain));
    }
}

static void
look_at_reports (const ModoriDmarc *dmarc)
{
    g_autoptr (GPtrArray) others = g_ptr_array_new_with_free_func (g_free);

    collect_others (dmarc, "rua", others);
    collect_others (dmarc, "ruf", others);
    for (guint i = 0; i < others->len; i++)
        look_at_other (dmarc, g_ptr_array_index (others, i));
}

/* --- */

static void
look_at_record (ModoriDmarc *dmarc)
{
    ModoriSpan value;

    if (! is_readable (dmarc) || ! look_at_policy (dmarc))
        return;
    see_policy (dmarc);
    look_at_values (dmarc);
    if (! modori_tags_find (dmarc->tags, "rua", &value) || ! value.len)
        see_tag (dmarc, "dmarc-no-reports", "rua", value);
    look_at_reports (dmarc);
}

void
modori_zone_dmarc (ModoriZone *zone)
{
    ModoriDmarc dmarc = { .zone = zone, .at = zone->domain, .policy = MODORI_SPAN_EMPTY };

    dmarc.section = modori_checkup_section (zone->checkup, "dmarc", zone->domain);
    find_record (&dmarc);
    if (dmarc.text) {
        dmarc.tags = modori_tags_parse (dmarc.text);
        look_at_record (&dmarc);
    }
    modori_dmarc_align (&dmarc);
    modori_zone_bimi (&dmarc);
    modori_tags_free (dmarc.tags);
}
