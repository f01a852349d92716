/* case-facts.c - what is known of one case: facts that are derived.
 *
 * Who handed the mail over?  The server that wrote the report, unless that was the far side
 * itself (it took the mail before it refused): then the Received lines of the returned message
 * are read from the top, and the sender is the first from which a server of the far side took
 * it.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/case-private.h"

#include "rules/addrlist.h"
#include "rules/dkim.h"
#include "rules/domain.h"
#include "rules/facts.h"
#include "rules/placeholder.h"

/* Names that are proposed for a certificate. */
#define SMTP_HOSTS_MAX 5

const char *const modori_case_names[N_FACTS] = {
    "from_address", "from_domain", "sender_domain", "recipient_domain", "spf_domain", "dkim_domain",
    "dkim_selector", "sending_host", "sending_ip", "spf_term", "mail_host", "helo",
    "message_id_host", "smtp_hosts", "smtp_host", "blocklist_title", "blocklist_lists",
    "blocklist_look_up", "blocklist_removal", "blocklist_note", "blocklist_listed",
    "blocklist_query", "retry_after", "mta", "public_from",
};

/* What is derived together, besides who the sender is. */
typedef enum {
    MESSAGE_ID, DKIM, SPF, TERM, PUBLIC, OWN_HOST, SERVERS, BLOCKLIST, RETRY, DIALECT, N_PARTS
} Part;

static void need (const ModoriCase *self, Part part);

/* --- small facts --- */

static const char *
key_text (const ModoriCase *self, ModoriKey key)
{
    return self->outcome ? modori_outcome_text (self->outcome, key) : "";
}

static ModoriSpan
key_span (const ModoriCase *self, ModoriKey key)
{
    return modori_span_of (key_text (self, key));
}

static ModoriSpan
fact (const ModoriCase *self, Fact name)
{
    return modori_span_of (self->facts->values[name]);
}

static ModoriSpan
returned_field (const ModoriCase *self, const char *name)
{
    return self->returned ? modori_message_raw (self->returned, 0, name, 0, NULL)
        : MODORI_SPAN_EMPTY;
}

/* Who was told does not guess. */
static void
set (const ModoriCase *self, Fact name, ModoriSpan value)
{
    if (! modori_case_is_given (self, name))
        self->facts->values[name] = modori_arena_keep (&self->facts->texts, value);
}

/* The same with VALUE, which is freed, unless it is NULL. */
static void
set_made (const ModoriCase *self, Fact name, char *value)
{
    if (value)
        set (self, name, modori_span_of (value));
    g_free (value);
}

/* Set fact NAME to HOST if the world could know it.  TRUE when it was set. */
static gboolean
set_host (const ModoriCase *self, Fact name, ModoriSpan host)
{
    host = modori_domain_bare (host);
    char *lower;

    if (! modori_domain_is_public (host))
        return FALSE;
    if (modori_case_is_given (self, name))
        return TRUE;
    lower = modori_arena_room (&self->facts->texts, host.len + 1);
    for (gsize i = 0; i < host.len; i++)
        lower[i] = modori_ascii_lower (host.at[i]);
    lower[host.len] = '\0';
    self->facts->values[name] = lower;
    return TRUE;
}

static gboolean
set_ip (const ModoriCase *self, Fact name, ModoriSpan ip)
{
    if (! modori_domain_ip_is_public (ip))
        return FALSE;
    set (self, name, modori_domain_ip (ip));
    return TRUE;
}

static void
derive_domains (const ModoriCase *self)
{
    ModoriSpan from = modori_addrlist_first (returned_field (self, "From"));
    ModoriSpan sender = key_span (self, MODORI_KEY_SENDER);
    ModoriSpan recipient = key_span (self, MODORI_KEY_RECIPIENT);

    if (from.len == 0)
        from = modori_addrlist_first (key_span (self, MODORI_KEY_FROM));
    if (sender.len == 0)
        sender = modori_addrlist_first (returned_field (self, "Return-Path"));
    if (modori_placeholder_is_harmless (from)
        && set_host (self, FROM_DOMAIN, modori_addrlist_domain (from)))
        set (self, FROM_ADDRESS, from);
    set_host (self, SENDER_DOMAIN, modori_addrlist_domain (sender));
    if (recipient.len == 0)
        recipient = modori_addrlist_first (returned_field (self, "To"));
    set_host (self, RECIPIENT_DOMAIN, modori_addrlist_domain (recipient));
}

static void
derive_message_id (const ModoriCase *self)
{
    ModoriSpan id = returned_field (self, "Message-ID");

    if (id.len == 0)
        id = key_span (self, MODORI_KEY_MESSAGE_ID);
    id = modori_addrlist_domain (id);
    if (id.len > 0 && id.at[id.len - 1] == '>')
        id.len--;
    if (modori_placeholder_is_harmless (id))    /* a wrong name is what the advice is about */
        set (self, MESSAGE_ID_HOST, id);
}

/* A selector is good for records of its own domain only. */
static void
derive_dkim (const ModoriCase *self)
{
    ModoriSpan from = fact (self, FROM_DOMAIN);
    ModoriSpan signature = modori_dkim_signature (self->returned, from);
    ModoriSpan domain = modori_dkim_tag (signature, 'd');

    set_host (self, DKIM_DOMAIN, domain);
    if (modori_domain_agrees (domain, from))
        set (self, DKIM_SELECTOR, modori_dkim_tag (signature, 's'));
}

/* --- the machine that sent --- */

/* The hops, read when they are first asked for. */
static const ModoriJourney *
journey (const ModoriCase *self)
{
    if (! self->facts->journey)
        self->facts->journey = modori_journey_take (self->returned, self->facts->known);
    return self->facts->journey;
}

/* Does HOST belong to those that the mail went to? */
static gboolean
is_far (const ModoriCase *self, ModoriSpan host)
{
    return (modori_domain_agrees (host, key_span (self, MODORI_KEY_REMOTE_MTA))
            || modori_domain_agrees (host, fact (self, RECIPIENT_DOMAIN)))
        && ! modori_domain_agrees (fact (self, SENDER_DOMAIN), fact (self, RECIPIENT_DOMAIN));
}

/* The far side took the mail: from whom did it? */
static void
take_crossing (const ModoriCase *self, const ModoriReceived *hop)
{
    if (! set_host (self, SENDING_HOST, hop->reverse))
        set_host (self, SENDING_HOST, hop->helo);
    set_ip (self, SENDING_IP, hop->ip);
    if (modori_placeholder_is_harmless (hop->helo))
        set (self, HELO, hop->helo);
}

/* Read the hops from the top as long as the far side wrote them. */
static void
derive_from_hops (const ModoriCase *self)
{
    const ModoriJourney *hops = journey (self);
    guint i = 0;

    for (; i < hops->n && is_far (self, hops->hops[i].by); i++)
        take_crossing (self, &hops->hops[i]);
    if (i == 0 && hops->n > 0)
        set_host (self, SENDING_HOST, hops->hops[0].by);
}

static void
derive_sending (const ModoriCase *self)
{
    ModoriSpan reporter = key_span (self, MODORI_KEY_REPORTING_MTA);
    gboolean far = is_far (self, reporter);

    if (far || ! set_host (self, SENDING_HOST, reporter)) {
        derive_from_hops (self);
        if (! far)
            set_ip (self, SENDING_IP, reporter);
        set_ip (self, SENDING_IP, key_span (self, MODORI_KEY_CLIENT_IP));
    } else if (! set_ip (self, SENDING_IP, key_span (self, MODORI_KEY_CLIENT_IP))) {
        set_ip (self, SENDING_IP,
                modori_journey_address (self->returned, self->facts->known,
                                        fact (self, SENDING_HOST).at));
    }
    if (! self->facts->values[SENDING_HOST])
        set_host (self, SENDING_HOST, reporter);
}

/* --- what follows from all that --- */

static gboolean
is_own (const ModoriCase *self, ModoriSpan host)
{
    return modori_domain_agrees (host, fact (self, FROM_DOMAIN))
        || modori_domain_agrees (host, fact (self, SENDER_DOMAIN));
}

/* An envelope sender at the sending machine itself (apache@host) was never set by anybody:
 * From's domain is meant. */
static void
derive_spf_domain (const ModoriCase *self)
{
    ModoriSpan sender = fact (self, SENDER_DOMAIN);
    ModoriSpan host = fact (self, SENDING_HOST);
    ModoriSpan from = fact (self, FROM_DOMAIN);
    gboolean unset = sender.len == 0 || (from.len > 0 && ! modori_domain_agrees (sender, from)
                                         && modori_domain_agrees (sender, host));

    set_host (self, SPF_DOMAIN, unset ? from : sender);
}

static void
derive_spf_term (const ModoriCase *self)
{
    ModoriSpan host = fact (self, SENDING_HOST), ip = fact (self, SENDING_IP);
    const ModoriSources *sources = self->facts->sources;
    gboolean is_v6 = modori_domain_ip_kind (ip) == MODORI_IP_V6;
    const char *service = sources ? modori_senders_spf (sources->senders, host) : NULL;

    need (self, SPF);
    if (service)
        set (self, SPF_TERM, modori_span_of (service));
    else if (host.len > 0 && ! is_own (self, host)
             && ! modori_domain_agrees (host, fact (self, SPF_DOMAIN)))
        set_made (self, SPF_TERM, g_strdup_printf ("a:%s mx", host.at));
    else if (ip.len > 0)
        set_made (self, SPF_TERM, g_strconcat (is_v6 ? "ip6:" : "ip4:", ip.at, NULL));
    else if (host.len > 0)
        set_made (self, SPF_TERM, g_strdup_printf ("a:%s", host.at));
}

static void
derive_mail_host (const ModoriCase *self)
{
    ModoriSpan host = fact (self, SENDING_HOST);
    ModoriSpan own = modori_domain_organisation (fact (self, FROM_DOMAIN));

    need (self, PUBLIC);
    if (host.len > 0 && is_own (self, host))
        set (self, MAIL_HOST, host);
    else if (own.len > 0 && ! fact (self, PUBLIC_FROM).len)
        set_made (self, MAIL_HOST, g_strdup_printf ("mail.%.*s", (int) own.len, own.at));
}

/* ModoriJourneyFilter: a server of the sender's, or of his hoster. */
static gboolean
is_smtp_host (ModoriSpan host, gconstpointer data)
{
    const ModoriCase *self = data;
    const ModoriSources *sources = self->facts->sources;

    return is_own (self, host) || (sources && modori_senders_hosts (sources->senders, host));
}

static void
derive_smtp_hosts (const ModoriCase *self)
{
    g_autoptr (GPtrArray) hosts = modori_journey_servers (journey (self), SMTP_HOSTS_MAX,
                                                          is_smtp_host, self);

    if (hosts->len == 0)
        return;
    set (self, SMTP_HOST, modori_span_of (hosts->pdata[0]));
    g_ptr_array_add (hosts, NULL);
    set_made (self, SMTP_HOSTS, g_strjoinv (", ", (char **) hosts->pdata));
}

/* What is on the list: as its pattern or the rule caught it, else the machine that sent. */
static ModoriSpan
listed (const ModoriCase *self, const ModoriCaptures *captures)
{
    gboolean ip = modori_span_is (fact (self, BLOCKLIST_LISTS), "ip");
    const char *group = ip ? "client_ip" : "listed_domain";
    ModoriSpan value = modori_captures_get (captures, group);

    if (value.len == 0 && self->decision)
        value = modori_captures_get (&self->decision->captures, group);
    if (ip)
        return modori_domain_ip_is_public (value) ? modori_domain_ip (value)
            : fact (self, SENDING_IP);
    return modori_domain_is_public (value) ? value : MODORI_SPAN_EMPTY;
}

static void
derive_blocklist (const ModoriCase *self)
{
    const ModoriSources *sources = self->facts->sources;
    const char *words = self->outcome ? self->outcome->words : NULL;
    ModoriCaptures captures = { .n = 0 };
    const ModoriBlock *list = NULL;
    ModoriSpan what;

    if (sources)
        list = modori_blocklists_find (sources->blocklists, modori_span_of (words), &captures);
    for (guint i = 0; list && i < MODORI_N_BLOCKLIST_TEXTS; i++) {
        g_autofree char *text = modori_blocklist_text (list, i, self->facts->lang);

        if (text[0])
            set (self, BLOCKLIST_TITLE + i, modori_span_of (text));
    }
    what = list ? listed (self, &captures) : fact (self, SENDING_IP);
    if (what.len)
        set (self, BLOCKLIST_LISTED, what);
    set_made (self, BLOCKLIST_QUERY, list ? modori_blocklist_query (list, what) : NULL);
}

static void
derive_retry (const ModoriCase *self)
{
    guint64 seconds = g_ascii_strtoull (key_text (self, MODORI_KEY_RETRY_AFTER), NULL, 10);

    if (seconds > 0)
        set_made (self, RETRY_AFTER, modori_placeholder_time (seconds));
}

/* The program of one's own server, if it wrote the report on what somebody else said. */
static void
derive_mta (const ModoriCase *self)
{
    ModoriSpan dialect = key_span (self, MODORI_KEY_DIALECT);
    gboolean far_spoke = key_text (self, MODORI_KEY_REMOTE_MTA)[0]
        || key_text (self, MODORI_KEY_REMOTE_IP)[0];

    if (far_spoke && dialect.len > 0 && ! is_far (self, key_span (self, MODORI_KEY_REPORTING_MTA)))
        set (self, MTA, dialect);
}

/* Nobody can publish records for a provider's domain, though many write from it. */
static void
derive_public_from (const ModoriCase *self)
{
    const ModoriSources *sources = self->facts->sources;

    if (sources && modori_senders_name_from (sources->senders, fact (self, FROM_DOMAIN)))
        set (self, PUBLIC_FROM, fact (self, FROM_DOMAIN));
}

/* --- what a record keeps of a returned message --- */

static ModoriSpan
kept (const ModoriCase *self, Fact name)
{
    return modori_facts_get (key_text (self, MODORI_KEY_FACTS), modori_case_names[name]);
}

static void
recall_word (const ModoriCase *self, Fact name)
{
    if (modori_placeholder_is_harmless (kept (self, name)))
        set (self, name, kept (self, name));
}

/* Without the returned message: take what the record kept of it, if it is well-formed (lines of
 * JSON may come from anywhere). */
static void
recall (const ModoriCase *self)
{
    g_autoptr (GString) hosts = modori_facts_hosts (kept (self, SMTP_HOSTS));

    set_host (self, SENDING_HOST, kept (self, SENDING_HOST));
    set_ip (self, SENDING_IP, kept (self, SENDING_IP));
    recall_word (self, HELO);
    recall_word (self, DKIM_SELECTOR);
    if (hosts->len == 0)
        return;
    set (self, SMTP_HOST, modori_span (hosts->str, strcspn (hosts->str, ",")));
    set (self, SMTP_HOSTS, modori_span (hosts->str, hosts->len));
}

void
modori_case_keep (const ModoriCase *self, GString *out, gboolean certificate)
{
    ModoriSpan reporter = modori_domain_bare (key_span (self, MODORI_KEY_REPORTING_MTA));

    if (! self->returned || ! self->facts->sender_known)
        return;
    if (! modori_span_is (reporter, fact (self, SENDING_HOST).at))
        modori_facts_append (out, modori_case_names[SENDING_HOST], fact (self, SENDING_HOST));
    if (! modori_span_is (key_span (self, MODORI_KEY_CLIENT_IP), fact (self, SENDING_IP).at))
        modori_facts_append (out, modori_case_names[SENDING_IP], fact (self, SENDING_IP));
    modori_facts_append (out, modori_case_names[HELO], fact (self, HELO));
    if (self->facts->begun)
        need (self, DKIM);
    else
        derive_dkim (self);
    modori_facts_append (out, modori_case_names[DKIM_SELECTOR], fact (self, DKIM_SELECTOR));
    if (certificate && modori_case_get (self, modori_case_names[SMTP_HOSTS]))
        modori_facts_append (out, modori_case_names[SMTP_HOSTS], fact (self, SMTP_HOSTS));
}

/* Who the sender is: asked for of every outcome. */
static void
derive_sender (const ModoriCase *self)
{
    self->facts->sender_known = TRUE;
    derive_domains (self);
    derive_sending (self);
    if (! self->returned && key_text (self, MODORI_KEY_FACTS)[0])
        recall (self);
}

static void (*const derive_part[N_PARTS]) (const ModoriCase *) = {
    [MESSAGE_ID] = derive_message_id, [DKIM] = derive_dkim, [SPF] = derive_spf_domain,
    [TERM] = derive_spf_term, [PUBLIC] = derive_public_from, [OWN_HOST] = derive_mail_host,
    [SERVERS] = derive_smtp_hosts, [BLOCKLIST] = derive_blocklist, [RETRY] = derive_retry,
    [DIALECT] = derive_mta,
};

/* See that PART is derived. */
static void
need (const ModoriCase *self, Part part)
{
    if (self->facts->derived & 1u << part)
        return;
    self->facts->derived |= 1u << part;
    derive_part[part] (self);
}

static Part
part_of (Fact name)
{
    switch (name) {
    case MESSAGE_ID_HOST:
        return MESSAGE_ID;
    case DKIM_DOMAIN: case DKIM_SELECTOR:
        return DKIM;
    case SPF_DOMAIN:
        return SPF;
    case SPF_TERM:
        return TERM;
    case PUBLIC_FROM:
        return PUBLIC;
    case MAIL_HOST:
        return OWN_HOST;
    case SMTP_HOST: case SMTP_HOSTS:
        return SERVERS;
    case RETRY_AFTER:
        return RETRY;
    case MTA:
        return DIALECT;
    default:
        return BLOCKLIST;
    }
}

/* Without a header the reply tells who wrote. */
static void
begin_rest (const ModoriCase *self)
{
    self->facts->begun = TRUE;
    if (! fact (self, FROM_DOMAIN).len && self->decision)
        set_host (self, FROM_DOMAIN, modori_captures_get (&self->decision->captures,
                                                          modori_case_names[FROM_DOMAIN]));
}

void
modori_case_derive (const ModoriCase *self, Fact wanted)
{
    gboolean about_sender = wanted <= RECIPIENT_DOMAIN || wanted == SENDING_HOST
        || wanted == SENDING_IP || wanted == HELO;

    if (! self->facts->sender_known)
        derive_sender (self);
    if (about_sender)
        return;
    if (! self->facts->begun)
        begin_rest (self);
    need (self, part_of (wanted));
}

void
modori_case_settle (const ModoriCase *self)
{
    for (Part part = 0; self->facts->begun && part < N_PARTS; part++)
        need (self, part);
}
