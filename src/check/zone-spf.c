/* zone-spf.c - who may send: the SPF records of a domain, seen with the eyes of receivers.
 *
 * Whatever is wrong, one record is proposed that mends all of it, for a domain has only one.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/spf.h"
#include "check/zone.h"

#include "rules/domain.h"

/* One answer of 512 bytes, which every resolver takes, has room for this much of one record. */
#define RECORD_BYTES_MAX 450
/* The largest senders of the world, added up, have under a million addresses. */
#define ADDRESSES_MAX (1u << 22)
/* Observations of one kind of list: who has more mends those first. */
#define FAULTS_SHOWN 20
#define TREE_SHOWN 30

/* One domain that is looked at. */
typedef struct {
    ModoriZone *zone;
    ModoriSection *section;
    const char *domain;
    gboolean is_from;           /* it is only From's, not the envelope's */
    const char *ip;             /* that receivers see; or NULL */
    char *sender;               /* postmaster@domain */
    GPtrArray *records;         /* const char *: the SPF records */
    char *proposed;             /* what should be published, or NULL */
} Subject;

/* --- proposals --- */

/* "ip4:192.0.2.1" of ADDRESS; NULL when there is none; the caller frees. */
static char *
term_of (const char *address)
{
    ModoriSpfAddress ip;

    if (! address || ! modori_spf_address_read (address, &ip))
        return NULL;
    if (! ip.is_v6 && strchr (address, ':'))
        return g_strdup_printf ("ip4:%u.%u.%u.%u", ip.bytes[0], ip.bytes[1], ip.bytes[2],
                                ip.bytes[3]);
    return g_strdup_printf ("%s:%s", ip.is_v6 ? "ip6" : "ip4", address);
}

/* Would RECORD let the address send? */
static gboolean
would_pass (const Subject *subject, const char *record)
{
    g_autoptr (ModoriSpfVerdict) verdict = modori_spf_try (subject->zone->resolver, record,
                                                           subject->ip, subject->sender,
                                                           subject->zone->helo);

    return verdict->result == MODORI_SPF_PASS;
}

/* The first term of options->spf_term, which names the machine; NULL when nobody knows one; the
 * caller frees. */
static char *
named_term (const Subject *subject)
{
    const char *term = subject->zone->options->spf_term;

    return term ? g_strndup (term, strcspn (term, " ")) : NULL;
}

/* RECORDS in one and TERM with them, or NULL when that does not let the address send. */
static char *
merge_with (const Subject *subject, const GPtrArray *records, ModoriSpfWishes *wishes,
            const char *term)
{
    g_autofree char *merged = NULL;

    wishes->add = term;
    merged = modori_spf_merge (records, wishes);
    wishes->add = NULL;
    return merged && would_pass (subject, merged) ? g_steal_pointer (&merged) : NULL;
}

/* RECORDS in one, with the address added if it may not send by it: as a host name where there is
 * one, because hosters move their machines. */
static char *
propose (const Subject *subject, const GPtrArray *records, ModoriSpfWishes *wishes)
{
    g_autofree char *address = term_of (subject->ip);
    g_autofree char *name = named_term (subject);
    g_autofree char *proposed = modori_spf_merge (records, wishes);
    char *better;

    if (! proposed || ! subject->ip || would_pass (subject, proposed))
        return g_steal_pointer (&proposed);
    better = name ? merge_with (subject, records, wishes, name) : NULL;
    if (! better)
        better = merge_with (subject, records, wishes, address);
    return better ? better : g_steal_pointer (&proposed);
}

/* The terms that lead nowhere; the terms stay COST's. */
static GPtrArray *
dead_terms (const Subject *subject, const ModoriSpfCost *cost)
{
    GPtrArray *dead = g_ptr_array_new ();

    for (guint i = 0; i < cost->troubles->len; i++) {
        const ModoriSpfTrouble *trouble = cost->troubles->pdata[i];
        gboolean gone = g_str_equal (trouble->what, "spf-include-missing")
            || g_str_equal (trouble->what, "spf-include-loop")
            || (g_str_equal (trouble->what, "spf-dead-name")
                && ! g_str_has_prefix (trouble->term, "mx"));

        if (gone && g_ascii_strcasecmp (trouble->where, subject->domain) == 0)
            g_ptr_array_add (dead, trouble->term);
    }
    return dead;
}

/* What RECORD should be; NULL when it is good, or beyond guessing. */
static char *
propose_better (const Subject *subject, const ModoriSpf *spf, const ModoriSpfCost *cost)
{
    g_autoptr (GPtrArray) dead = dead_terms (subject, cost);
    ModoriSpfWishes wishes = { NULL, dead, subject->ip && modori_spf_term (spf, MODORI_SPF_PTR) };
    g_autofree char *proposed = propose (subject, subject->records, &wishes);

    return g_strcmp0 (proposed, spf->text) == 0 ? NULL : g_steal_pointer (&proposed);
}

/* For a domain that has none. */
static char *
propose_first (const Subject *subject)
{
    const ModoriZone *zone = subject->zone;
    const char *named = zone->options->spf_term;
    g_autofree char *term = term_of (subject->ip);
    g_autofree char *record = named ? g_strdup_printf ("v=spf1 %s ~all", named) : NULL;
    const ModoriDnsAnswer *mx;

    if (record && (! term || would_pass (subject, record)))
        return g_steal_pointer (&record);
    if (term)
        return g_strdup_printf ("v=spf1 %s ~all", term);
    mx = modori_resolver_ask (zone->resolver, subject->domain, MODORI_DNS_MX);
    if (mx->records->len > 0 && *modori_dns_record (mx, 0)->text)
        return g_strdup ("v=spf1 mx ~all");
    return zone->helo && strchr (zone->helo, '.') ? g_strdup_printf ("v=spf1 a:%s ~all", zone->helo)
        : NULL;
}

/* --- what is there --- */

static ModoriSeen *
see (const Subject *subject, const char *observation, const char *evidence, const char *term,
     const char *count)
{
    return modori_see (subject->section, observation, evidence, "spf_domain", subject->domain,
                       "term", term, "count", count, "sending_ip", subject->ip,
                       "proposed", subject->proposed, NULL);
}

static void
see_number (const Subject *subject, const char *observation, const char *evidence, guint64 count)
{
    g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, count);

    see (subject, observation, evidence, NULL, text);
}

static void
see_faults (const Subject *subject, const ModoriSpf *spf)
{
    for (guint i = 0; i < spf->faults->len && i < FAULTS_SHOWN; i++) {
        const ModoriSpfFault *fault = &g_array_index (spf->faults, ModoriSpfFault, i);
        g_autofree char *raw = modori_span_dup (modori_span (fault->text.at,
                                                             MIN (fault->text.len, 200)));
        g_autofree char *term = g_utf8_make_valid (raw, -1);

        modori_seen_set (see (subject, fault->what, spf->text, term, NULL), "fix", fault->fix);
    }
}

/* The terms that cost, in one line: ">" for each level. */
static char *
tree_text (const ModoriSpfCost *cost)
{
    GString *out = g_string_new (NULL);

    for (guint i = 0; i < cost->tree->len && i < TREE_SHOWN; i++) {
        const char *line = cost->tree->pdata[i];

        if (i > 0)
            g_string_append (out, " | ");
        for (; line[0] == ' '; line += 2)
            g_string_append (out, "> ");
        g_string_append (out, line);
    }
    if (cost->tree->len > TREE_SHOWN)
        g_string_append (out, " | ...");
    return g_string_free (out, FALSE);
}

/* Is what is proposed within the limit? */
static gboolean
is_cheap (const Subject *subject)
{
    g_autoptr (ModoriSpfCost) cost = ! subject->proposed ? NULL
        : modori_spf_cost (subject->zone->resolver, subject->domain, subject->proposed);

    return cost && cost->lookups <= MODORI_SPF_LOOKUPS_MAX;
}

/* What TROUBLE is called: a dead name in the record of somebody else is nothing that the domain
 * can mend, and does no harm as long as there are few. */
static const char *
trouble_name (const Subject *subject, const ModoriSpfCost *cost, const ModoriSpfTrouble *trouble)
{
    gboolean own = modori_domain_agrees (modori_span_of (trouble->where),
                                         modori_span_of (subject->domain));

    return ! own && cost->voids <= MODORI_SPF_VOIDS_MAX
        && g_str_equal (trouble->what, "spf-dead-name") ? "spf-dead-name-elsewhere" : trouble->what;
}

static void
see_troubles (const Subject *subject, const ModoriSpfCost *cost)
{
    for (guint i = 0; i < cost->troubles->len && i < FAULTS_SHOWN; i++) {
        const ModoriSpfTrouble *trouble = cost->troubles->pdata[i];
        gboolean own = g_ascii_strcasecmp (trouble->where, subject->domain) == 0;

        modori_see (subject->section, trouble_name (subject, cost, trouble),
                    trouble->evidence && *trouble->evidence ? trouble->evidence : trouble->term,
                    "spf_domain", subject->domain, "term", trouble->term, "name", trouble->name,
                    "where", trouble->where, "sending_ip", subject->ip,
                    "proposed", own ? subject->proposed : NULL, NULL);
    }
}

static void
see_cost (const Subject *subject, const ModoriSpfCost *cost, const char *record)
{
    g_autofree char *tree = tree_text (cost);
    g_autofree char *count = g_strdup_printf ("%u%s", cost->lookups, cost->cut ? "+" : "");

    if (cost->lookups > MODORI_SPF_LOOKUPS_MAX)
        modori_see (subject->section, "spf-too-many-lookups", tree, "spf_domain", subject->domain,
                    "count", count, "sending_ip", subject->ip,
                    "proposed", is_cheap (subject) ? subject->proposed : NULL, NULL);
    else
        see (subject, "spf-lookups", tree, NULL, count);
    if (cost->voids > MODORI_SPF_VOIDS_MAX)
        see_number (subject, "spf-too-many-voids", tree, cost->voids);
    see_troubles (subject, cost);
    if (strlen (record) > RECORD_BYTES_MAX)
        see_number (subject, "spf-long", record, strlen (record));
}

/* Who may send, by the whole of it. */
static void
see_policy (const Subject *subject, const ModoriSpf *spf, const ModoriSpfCost *cost)
{
    const ModoriSpfTerm *all = modori_spf_term (spf, MODORI_SPF_ALL);
    guint mechanisms = 0;

    for (guint i = 0; i < spf->terms->len; i++)
        mechanisms += g_array_index (spf->terms, ModoriSpfTerm, i).name < MODORI_SPF_REDIRECT;
    if (all && all->qualifier == '+')
        see (subject, "spf-plus-all", spf->text, NULL, NULL);
    else if (cost->addresses > ADDRESSES_MAX)
        see_number (subject, "spf-many-addresses", spf->text, cost->addresses);
    if (all && all->qualifier == '?')
        see (subject, "spf-neutral-all", spf->text, NULL, NULL);
    else if (! all && ! modori_spf_term (spf, MODORI_SPF_REDIRECT))
        see (subject, "spf-no-all", spf->text, NULL, NULL);
    else if (all && all->qualifier == '-' && mechanisms == 1 && ! spf->bad
             && ! subject->zone->parked)
        see (subject, "spf-sends-nothing", spf->text, NULL, NULL);
    if (modori_spf_term (spf, MODORI_SPF_PTR))
        see (subject, "spf-ptr", spf->text, NULL, NULL);
}

/* --- may the address send? --- */

static void
see_verdict (const Subject *subject, const ModoriSpfVerdict *verdict)
{
    static const struct {
        const char *own, *from;
    } names[] = {
        [MODORI_SPF_NONE] = { "spf-missing", "spf-from-missing" },
        [MODORI_SPF_NEUTRAL] = { "spf-neutral", "spf-from-neutral" },
        [MODORI_SPF_PASS] = { "spf-pass", "spf-pass" },
        [MODORI_SPF_FAIL] = { "spf-fail", "spf-from-fail" },
        [MODORI_SPF_SOFTFAIL] = { "spf-softfail", "spf-from-softfail" },
        [MODORI_SPF_TEMPERROR] = { "spf-temperror", "spf-temperror" },
        [MODORI_SPF_PERMERROR] = { "spf-permerror", "spf-permerror" },
    };
    const char *evidence = *verdict->trouble ? verdict->trouble : verdict->term;
    gboolean pass = verdict->result == MODORI_SPF_PASS;

    modori_see (subject->section, subject->is_from ? names[verdict->result].from
                : names[verdict->result].own, evidence, "spf_domain", subject->domain,
                "sending_ip", subject->ip, "term", verdict->term, "trouble", verdict->trouble,
                "result", modori_spf_result_name (verdict->result),
                "explanation", verdict->explanation,
                "proposed", pass ? NULL : subject->proposed, NULL);
    if (! subject->is_from)
        subject->zone->spf_pass = pass;
}

/* --- one domain --- */

static void
see_record (Subject *subject, const char *record)
{
    ModoriZone *zone = subject->zone;
    g_autoptr (ModoriSpf) spf = modori_spf_parse (record);
    g_autoptr (ModoriSpfCost) cost = modori_spf_cost (zone->resolver, subject->domain,
                                                        NULL);

    subject->proposed = propose_better (subject, spf, cost);
    modori_see (subject->section, "spf-record", record, "spf_domain", subject->domain, NULL);
    if (subject->ip) {
        g_autoptr (ModoriSpfVerdict) verdict =
            modori_spf_evaluate (zone->resolver, subject->ip, subject->sender, zone->helo);

        see_verdict (subject, verdict);
    }
    see_faults (subject, spf);
    see_policy (subject, spf, cost);
    see_cost (subject, cost, record);
}

/* No record is SPF: is one meant to be? */
static void
see_missing (Subject *subject, const ModoriDnsAnswer *answer)
{
    for (guint i = 0; i < answer->records->len; i++) {
        const char *text = modori_dns_record (answer, i)->text;
        g_autofree char *meant = modori_spf_meant (text);
        g_autoptr (GPtrArray) records = g_ptr_array_new ();
        ModoriSpfWishes wishes = { NULL, NULL, FALSE };

        if (! meant)
            continue;
        g_ptr_array_add (records, meant);
        subject->proposed = propose (subject, records, &wishes);
        see (subject, "spf-misspelt", text, NULL, NULL);
        return;
    }
    subject->proposed = propose_first (subject);
    see (subject, subject->is_from ? "spf-from-missing" : "spf-missing", NULL, NULL, NULL);
}

static void
see_several (Subject *subject)
{
    ModoriSpfWishes wishes = { NULL, NULL, FALSE };
    GString *evidence = g_string_new (NULL);

    for (guint i = 0; i < subject->records->len; i++)
        g_string_append_printf (evidence, "%s%.500s", i ? " | " : "",
                                (const char *) subject->records->pdata[i]);
    subject->proposed = propose (subject, subject->records, &wishes);
    see_number (subject, "spf-several", evidence->str, subject->records->len);
    g_string_free (evidence, TRUE);
}

static void
look_at (ModoriZone *zone, const char *domain, gboolean is_from)
{
    const ModoriDnsAnswer *answer = modori_resolver_ask (zone->resolver, domain, MODORI_DNS_TXT);
    Subject subject = {
        zone, modori_checkup_section (zone->checkup, "spf", domain), domain, is_from,
        modori_zone_ip (zone), g_strconcat ("postmaster@", domain, NULL), g_ptr_array_new (), NULL
    };

    for (guint i = 0; i < answer->records->len; i++)
        if (modori_spf_is (modori_dns_record (answer, i)->text))
            g_ptr_array_add (subject.records, modori_dns_record (answer, i)->text);
    if (modori_dns_unanswered (answer->status)) {
        g_autofree char *why = modori_zone_why (answer, "TXT");

        see (&subject, "spf-unanswered", why, NULL, NULL);
    } else if (subject.records->len == 0)
        see_missing (&subject, answer);
    else if (subject.records->len > 1)
        see_several (&subject);
    else
        see_record (&subject, subject.records->pdata[0]);
    g_ptr_array_unref (subject.records);
    g_free (subject.proposed);
    g_free (subject.sender);
}

/* --- the name in EHLO --- */

/* RECORD with ADDRESS in it; NULL when it is beyond guessing; the caller frees. */
static char *
with_address (const char *record, const char *address)
{
    g_autoptr (GPtrArray) records = g_ptr_array_new ();
    g_autofree char *term = term_of (address);
    const ModoriSpfWishes wishes = { .add = term };

    g_ptr_array_add (records, (char *) record);
    return modori_spf_merge (records, &wishes);
}

/* Can receivers look up who calls himself HELO? */
static gboolean
is_reachable (ModoriZone *zone, const char *helo)
{
    g_autoptr (GPtrArray) addresses = g_ptr_array_new_with_free_func (g_free);

    modori_zone_addresses (zone, helo, addresses, NULL);
    return addresses->len > 0 && modori_domain_is_public (modori_span_of (helo));
}

/* For mail without an envelope sender (bounces) it is all that receivers have (section 2.3). */
static void
look_at_helo (ModoriZone *zone)
{
    const char *ip = modori_zone_ip (zone);
    ModoriSection *section;
    ModoriDnsStatus status;
    guint count;
    g_autofree char *sender = g_strconcat ("postmaster@", zone->helo, NULL);
    g_autoptr (ModoriSpfVerdict) verdict = NULL;
    const char *record = modori_spf_find (zone->resolver, zone->helo, &count, &status);
    g_autofree char *proposed = record && ip ? with_address (record, ip) : NULL;

    if (modori_dns_unanswered (status) || (count > 0 && ! ip)
        || (count == 0 && ! is_reachable (zone, zone->helo)))
        return;
    section = modori_checkup_section (zone->checkup, "spf", zone->helo);
    if (count == 0) {
        modori_see (section, "spf-helo-missing", NULL, "helo", zone->helo, NULL);
        return;
    }
    verdict = modori_spf_evaluate (zone->resolver, ip, sender, zone->helo);
    modori_see (section, verdict->result == MODORI_SPF_PASS ? "spf-helo-pass" : "spf-helo-fail",
                *verdict->trouble ? verdict->trouble : verdict->term, "helo", zone->helo,
                "sending_ip", ip, "result", modori_spf_result_name (verdict->result),
                "proposed", verdict->result == MODORI_SPF_PASS ? NULL : proposed, NULL);
}

void
modori_zone_spf (ModoriZone *zone)
{
    gboolean two = ! g_str_equal (zone->envelope, zone->domain);

    look_at (zone, zone->envelope, FALSE);
    if (two)
        look_at (zone, zone->domain, TRUE);
    if (zone->helo && strchr (zone->helo, '.') && ! g_str_equal (zone->helo, zone->envelope)
        && ! g_str_equal (zone->helo, zone->domain) && ! g_hostname_is_ip_address (zone->helo))
        look_at_helo (zone);
}
