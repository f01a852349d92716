/* spf-evaluate.c - may this address send?  check_host() (RFC 7208 section 4).
 *
 * The depth has an end because each include and redirect counts as a look-up.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/spf-check.h"

#define WAY " → "

static ModoriSpfResult check_domain (ModoriSpfCheck *check, const char *domain);

const char *
modori_spf_result_name (ModoriSpfResult result)
{
    static const char *const names[] = {
        "none", "neutral", "pass", "fail", "softfail", "temperror", "permerror"
    };

    return result < G_N_ELEMENTS (names) ? names[result] : "none";
}

const char *
modori_spf_find (ModoriResolver *resolver, const char *domain, guint *count,
                 ModoriDnsStatus *status)
{
    const ModoriDnsAnswer *answer = modori_resolver_ask (resolver, domain, MODORI_DNS_TXT);
    const char *record = NULL;

    *count = 0;
    *status = answer->status;
    for (guint i = 0; i < answer->records->len; i++)
        if (modori_spf_is (modori_dns_record (answer, i)->text)) {
            record = modori_dns_record (answer, i)->text;
            *count += 1;
        }
    return *count == 1 ? record : NULL;
}

/* --- terms --- */

static ModoriSpfResult
qualified (char qualifier)
{
    return qualifier == '-' ? MODORI_SPF_FAIL : qualifier == '~' ? MODORI_SPF_SOFTFAIL
        : qualifier == '?' ? MODORI_SPF_NEUTRAL : MODORI_SPF_PASS;
}

/* Does TERM cost a look-up, and was that one too many? */
static gboolean
exceeds (ModoriSpfCheck *check, const ModoriSpfTerm *term)
{
    if (term->name == MODORI_SPF_ALL || term->name == MODORI_SPF_IP4
        || term->name == MODORI_SPF_IP6)
        return FALSE;
    check->lookups++;
    if (check->lookups <= MODORI_SPF_LOOKUPS_MAX)
        return FALSE;
    modori_spf_trouble (check, MODORI_SPF_PERMERROR, "more than %d look-ups: %s of %s",
                        MODORI_SPF_LOOKUPS_MAX, check->way->str, check->macros.domain);
    return TRUE;
}

/* check_host() for the domain that TERM, an include or redirect, leads to. */
static ModoriSpfResult
follow (ModoriSpfCheck *check, const ModoriSpfTerm *term)
{
    g_autofree char *target = modori_spf_target (check, term->domain);
    const char *domain = check->macros.domain;
    gsize len = check->way->len;
    ModoriSpfResult result;

    g_string_append (check->way, WAY);
    result = check_domain (check, target);
    if (g_str_has_suffix (check->way->str, WAY))
        g_string_truncate (check->way, len);
    check->macros.domain = domain;
    if (result == MODORI_SPF_NONE)
        result = modori_spf_trouble (check, MODORI_SPF_PERMERROR, "%s: no SPF record",
                                     check->way->str);
    return result;
}

/* The table of section 5.2. */
static ModoriSpfMatch
match_include (ModoriSpfCheck *check, const ModoriSpfTerm *term)
{
    g_autofree char *explanation = g_strdup (check->explanation);
    ModoriSpfResult result = follow (check, term);

    g_free (check->explanation);        /* that of an included domain is never used */
    check->explanation = g_steal_pointer (&explanation);
    return result == MODORI_SPF_PASS ? MODORI_SPF_MATCH
        : result == MODORI_SPF_TEMPERROR ? MODORI_SPF_MATCH_TEMPERROR
        : result == MODORI_SPF_PERMERROR ? MODORI_SPF_MATCH_PERMERROR : MODORI_SPF_NO_MATCH;
}

/* FALSE: TERM did not match, go on. */
static gboolean
decide (ModoriSpfCheck *check, const ModoriSpfTerm *term, ModoriSpfResult *result)
{
    ModoriSpfMatch match;
    gsize len = check->way->len;

    g_string_append_len (check->way, term->text.at, (gssize) term->text.len);
    if (exceeds (check, term))
        match = MODORI_SPF_MATCH_PERMERROR;
    else
        match = term->name == MODORI_SPF_INCLUDE ? match_include (check, term)
            : modori_spf_match (check, term);
    if (match == MODORI_SPF_NO_MATCH) {
        g_string_truncate (check->way, len);
        return FALSE;
    }
    *result = match == MODORI_SPF_MATCH ? qualified (term->qualifier)
        : match == MODORI_SPF_MATCH_TEMPERROR ? MODORI_SPF_TEMPERROR : MODORI_SPF_PERMERROR;
    return TRUE;
}

static ModoriSpfResult
check_record (ModoriSpfCheck *check, const ModoriSpf *spf)
{
    const ModoriSpfTerm *exp = modori_spf_term (spf, MODORI_SPF_EXP);
    const ModoriSpfTerm *redirect = modori_spf_term (spf, MODORI_SPF_REDIRECT);
    ModoriSpfResult result = MODORI_SPF_NEUTRAL;

    g_clear_pointer (&check->explanation, g_free);
    for (guint i = 0; i < spf->terms->len; i++) {
        const ModoriSpfTerm *term = &g_array_index (spf->terms, ModoriSpfTerm, i);

        if (term->name >= MODORI_SPF_REDIRECT || ! decide (check, term, &result))
            continue;
        if (exp && result == MODORI_SPF_FAIL)
            check->explanation = modori_spf_target (check, exp->domain);
        return result;
    }
    if (! redirect)
        return MODORI_SPF_NEUTRAL;
    g_string_append_len (check->way, redirect->text.at, (gssize) redirect->text.len);
    return exceeds (check, redirect) ? MODORI_SPF_PERMERROR : follow (check, redirect);
}

/* --- domains --- */

/* Section 4.3: labels of 1 to 63 bytes, and more than one of them. */
static gboolean
is_domain (const char *domain)
{
    gsize label = 0;

    for (const char *p = domain; *p; p++) {
        if (*p == '.' && label == 0)
            return FALSE;
        label = *p == '.' ? 0 : label + 1;
        if (label > 63 || (guchar) *p <= ' ' || (guchar) *p >= 0x7f)
            return FALSE;
    }
    return label > 0 && strchr (domain, '.') && strlen (domain) <= 253;
}

static ModoriSpfResult
check_domain (ModoriSpfCheck *check, const char *domain)
{
    g_autoptr (ModoriSpf) spf = NULL;
    ModoriDnsStatus status = MODORI_DNS_OK;
    const char *record = check->instead;
    guint count = 1;

    if (! is_domain (domain))
        return MODORI_SPF_NONE;
    check->instead = NULL;
    if (! record)
        record = modori_spf_find (check->resolver, domain, &count, &status);
    if (modori_dns_unanswered (status))
        return modori_spf_trouble (check, MODORI_SPF_TEMPERROR, "%s: %s", domain,
                                   modori_dns_status_name (status));
    if (count > 1)
        return modori_spf_trouble (check, MODORI_SPF_PERMERROR, "%s: %u SPF records", domain,
                                   count);
    if (! record)
        return MODORI_SPF_NONE;
    check->macros.domain = domain;
    spf = modori_spf_parse (record);
    for (guint i = 0; spf->bad && i < spf->faults->len; i++) {
        const ModoriSpfFault *fault = &g_array_index (spf->faults, ModoriSpfFault, i);

        if (fault->fatal)
            return modori_spf_trouble (check, MODORI_SPF_PERMERROR, "%s: %.*s", domain,
                                       (int) MIN (fault->text.len, 200), fault->text.at);
    }
    return spf->bad ? MODORI_SPF_PERMERROR : check_record (check, spf);
}

/* --- explanations --- */

/* Section 6.2: exactly one TXT, nothing but ASCII; else none. */
static char *
explain (ModoriSpfCheck *check)
{
    const ModoriDnsAnswer *answer;
    ModoriSpfMacros macros;
    ModoriSpan text;

    if (! check->explanation || ! is_domain (check->explanation))
        return g_strdup ("");
    answer = modori_resolver_ask (check->resolver, check->explanation, MODORI_DNS_TXT);
    if (answer->records->len != 1)
        return g_strdup ("");
    text = modori_span_of (modori_dns_record (answer, 0)->text);
    for (gsize i = 0; i < text.len; i++) {
        gsize len = 0;

        while (i + len < text.len && text.at[i + len] != ' ')
            len++;
        if (! modori_spf_is_macro_string (modori_span (text.at + i, len), TRUE))
            return g_strdup ("");
        i += len;
    }
    macros = modori_spf_macros (check, text);
    return modori_spf_expand (text, &macros);
}

/* --- all --- */

/* NAME in ASCII, or as it is; the caller frees. */
static char *
ascii_name (const char *name)
{
    char *ascii = modori_dns_name (name);

    return ascii ? ascii : g_strdup (name);
}

ModoriSpfVerdict *
modori_spf_evaluate (ModoriResolver *resolver, const char *ip, const char *sender, const char *helo)
{
    return modori_spf_try (resolver, NULL, ip, sender, helo);
}

ModoriSpfVerdict *
modori_spf_try (ModoriResolver *resolver, const char *record, const char *ip, const char *sender,
                const char *helo)
{
    ModoriSpfVerdict *verdict = g_new0 (ModoriSpfVerdict, 1);
    const char *mailbox = sender && *sender ? sender : helo ? helo : "";
    const char *at = strrchr (mailbox, '@');
    g_autofree char *local = at && at > mailbox ? g_strndup (mailbox, (gsize) (at - mailbox))
        : g_strdup ("postmaster");
    g_autofree char *domain = ascii_name (at ? at + 1 : mailbox);
    ModoriSpfCheck check = {
        .resolver = resolver, .instead = record, .way = g_string_new (NULL),
        .macros = { .local = local, .sender_domain = domain, .domain = domain,
                    .helo = helo && *helo ? helo : "unknown", .validated = "unknown",
                    .now = g_get_real_time () / G_USEC_PER_SEC },
    };

    if (modori_spf_address_read (ip, &check.macros.ip))
        verdict->result = check_domain (&check, domain);
    check.macros.domain = domain;
    verdict->explanation = verdict->result == MODORI_SPF_FAIL ? explain (&check) : g_strdup ("");
    verdict->term = g_string_free (check.way, FALSE);
    verdict->trouble = verdict->result >= MODORI_SPF_TEMPERROR && check.trouble
        ? g_strdup (check.trouble) : g_strdup ("");
    verdict->lookups = check.lookups;
    verdict->voids = check.voids;
    g_free (check.trouble);
    g_free (check.explanation);
    g_free (check.validated);
    return verdict;
}

void
modori_spf_verdict_free (ModoriSpfVerdict *verdict)
{
    if (! verdict)
        return;
    g_free (verdict->term);
    g_free (verdict->trouble);
    g_free (verdict->explanation);
    g_free (verdict);
}
