/* zone-dkim.c - the keys of its signatures.
 *
 * RFC 6376 section 3.6.1, RFC 8301 (RSA has 1024 bits at least), RFC 8463 (Ed25519).  A key stands
 * under a selector, and the DNS does not tell which there are: the user or a message names it, or
 * those that are common (rules/selectors.rules) are tried, and then only what exists is spoken of.
 *
 * What goes wrong is mostly the pasting: quotes, line breaks, "\;", a key cut at 255 bytes, the
 * private key.  So each of these is told from the others.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/zone.h"

#include "check/tags.h"
#include "rules/domain.h"
#include "rules/selector.h"

/* Selectors that a caller may name: a message has seldom more than three signatures. */
#define ASKED_MAX 20
/* Keys that are looked at of the tried ones: a wildcard answers all of them. */
#define FOUND_MAX 10
/* Base64 of a key of 16,384 bits has 2,900 letters. */
#define KEY_TEXT_MAX 20000
/* Observations hold 2,000 bytes; a key of 8,192 bits has 1,400. */
#define PROPOSAL_MAX 1900
/* RFC 8301 section 3.2; more is refused or passed over by many verifiers (section 3.2: up to
 * 4096 must be understood). */
#define BITS_MIN 1024
#define BITS_GOOD 2048
#define BITS_MAX 4096
/* RFC 8463 section 4.2. */
#define ED25519_BYTES 32

/* One selector. */
typedef struct {
    ModoriZone *zone;
    ModoriSection *section;
    const char *domain, *selector;
    char *name;                 /* under which the key is asked for */
    const ModoriDnsAnswer *answer;
    const char *text;           /* the record that counts */
    gboolean good, ed25519;
} Key;

static ModoriSeen *
see (const Key *key, const char *observation, const char *evidence)
{
    return modori_see (key->section, observation, evidence, "dkim_domain", key->domain,
                       "dkim_selector", key->selector, "name", key->name, "from_domain",
                       key->zone->domain, NULL);
}

static ModoriSeen *
see_number (const Key *key, const char *observation, const char *what, gsize number)
{
    g_autofree char *text = g_strdup_printf ("%" G_GSIZE_FORMAT, number);
    ModoriSeen *seen = see (key, observation, key->text);

    modori_seen_set (seen, what, text);
    return seen;
}

/* --- a correct record --- */

/* VALUE of p= without blanks; the caller frees. */
static char *
without_blanks (ModoriSpan value)
{
    GString *out = g_string_new (NULL);

    for (gsize i = 0; i < value.len && out->len < KEY_TEXT_MAX; i++)
        if (! g_ascii_isspace (value.at[i]))
            g_string_append_c (out, value.at[i]);
    return g_string_free (out, FALSE);
}

static gboolean
is_base64 (const char *text)
{
    gsize len = strlen (text), pads = 0;

    while (pads < 2 && pads < len && text[len - 1 - pads] == '=')
        pads++;
    for (gsize i = 0; i + pads < len; i++)
        if (! g_ascii_isalnum (text[i]) && text[i] != '+' && text[i] != '/')
            return FALSE;
    return len % 4 == 0;
}

/* TEXT without what people paste with it: quotes, backslashes, the lines around a key. */
static char *
tidy (const char *text)
{
    GString *out = g_string_new (NULL);

    for (const char *p = text; *p && out->len < KEY_TEXT_MAX; p++)
        if (*p == '-' && g_str_has_prefix (p, "-----")) {
            const char *end = strstr (p + 5, "-----");

            p = end ? end + 4 : p + 4;
        } else if (! strchr ("\"\\", *p)) {
            g_string_append_c (out, *p);
        }
    return g_string_free (out, FALSE);
}

/* The record of KEY as it should be, when the key in it can be told; NULL; the caller frees. */
static char *
propose (const Key *key)
{
    g_autofree char *tidied = tidy (key->text), *bare = NULL;
    g_autoptr (ModoriTags) tags = modori_tags_parse (tidied);
    ModoriSpan type, value;

    if (! modori_tags_find (tags, "p", &value) || tags->twice.len)
        return NULL;
    bare = without_blanks (value);
    modori_tags_find (tags, "k", &type);
    if (! *bare || strlen (bare) > PROPOSAL_MAX || ! is_base64 (bare))
        return NULL;
    return g_strdup_printf ("v=DKIM1; k=%s; p=%s",
                            modori_span_is (type, "ed25519") ? "ed25519" : "rsa", bare);
}

/* OBSERVATION, with the value of one tag. */
static void
see_tag (const Key *key, const char *observation, const char *tag, ModoriSpan value)
{
    g_autofree char *text = modori_span_dup (value);
    g_autofree char *evidence = g_strdup_printf ("%s=%.500s", tag, text);
    g_autofree char *proposed = propose (key);
    ModoriSeen *seen = see (key, observation, evidence);

    modori_seen_set (seen, "tag", tag);
    modori_seen_set (seen, "value", text);
    modori_seen_set (seen, "proposed", proposed);
}

/* OBSERVATION, with the PIECE of the record that it is about. */
static void
see_piece (const Key *key, const char *observation, ModoriSpan piece)
{
    g_autofree char *text = modori_span_dup (piece);
    g_autofree char *proposed = propose (key);
    ModoriSeen *seen = see (key, observation, key->text);

    modori_seen_set (seen, "term", text);
    modori_seen_set (seen, "proposed", proposed);
}

static void
see_proposal (const Key *key, const char *observation)
{
    g_autofree char *proposed = propose (key);

    modori_seen_set (see (key, observation, key->text), "proposed", proposed);
}

/* --- the key itself --- */

/* The size that the head of the DER in BYTES speaks of, and where its content begins; 0 when it is
 * no SEQUENCE. */
static gsize
der_size (const guint8 *bytes, gsize size, gsize *content)
{
    gsize n = size > 1 ? bytes[1] & 0x7f : 0, total = 0;

    if (size < 2 || bytes[0] != 0x30)
        return 0;
    *content = 2;
    if (bytes[1] < 0x80)
        return 2 + (gsize) bytes[1];
    if (n > 3 || size < 2 + n)
        return 0;
    for (gsize i = 0; i < n; i++)
        total = total << 8 | bytes[2 + i];
    *content = 2 + n;
    return total + *content;
}

/* PKCS#1 and PKCS#8 begin with a version, INTEGER 0; public keys do not. */
static gboolean
is_private (const guint8 *bytes, gsize size)
{
    static const guint8 version[] = { 2, 1, 0 };
    gsize content = 0;

    return der_size (bytes, size, &content) && size >= content + sizeof version
        && memcmp (bytes + content, version, sizeof version) == 0;
}

static void
see_bits (Key *key, const char *type, guint bits)
{
    ModoriSeen *seen;

    if (bits < BITS_MIN)
        seen = see_number (key, "dkim-weak", "bits", bits);
    else if (bits < BITS_GOOD)
        seen = see_number (key, "dkim-short", "bits", bits);
    else if (bits > BITS_MAX)
        seen = see_number (key, "dkim-long", "bits", bits);
    else
        seen = see_number (key, "dkim-good", "bits", bits);
    modori_seen_set (seen, "type", type);
    key->good = bits >= BITS_MIN;
}

/* What OpenSSL says of the DER in BYTES, for k=rsa. */
static void
look_at_rsa (Key *key, const guint8 *bytes, gsize size)
{
    const char *type = NULL;
    gsize content = 0, want = der_size (bytes, size, &content);
    guint bits = 0;

    if (want > size) {
        ModoriSeen *seen = see_number (key, "dkim-cut", "bytes", size);
        g_autofree char *number = g_strdup_printf ("%" G_GSIZE_FORMAT, want);

        modori_seen_set (seen, "expected", number);
        return;
    }
    if (! key->zone->tls) {
        see (key, "dkim-unparsed", key->text);
        key->good = want > 0;
    } else if (! key->zone->tls->public_key (bytes, size, &type, &bits)) {
        see (key, size == ED25519_BYTES ? "dkim-type" : "dkim-broken", key->text);
    } else if (! type || g_ascii_strcasecmp (type, "rsa") != 0) {
        see (key, "dkim-type", key->text);
    } else {
        see_bits (key, "RSA", bits);
    }
}

static void
look_at_key (Key *key, ModoriSpan type, ModoriSpan value)
{
    g_autofree char *text = without_blanks (value);
    g_autofree guint8 *bytes = NULL;
    gsize size = 0;

    if (! is_base64 (text)) {
        see (key, "dkim-base64", key->text);
        return;
    }
    bytes = g_base64_decode (text, &size);
    if (modori_span_is (type, "ed25519")) {
        key->good = key->ed25519 = size == ED25519_BYTES;
        see (key, key->good ? "dkim-ed25519" : "dkim-type", key->text);
    } else {
        look_at_rsa (key, bytes, size);
    }
}

/* Is the key in the record, pasted however, a private one?  It must not be shown again. */
static gboolean
holds_private (const Key *key)
{
    g_autofree char *tidied = tidy (key->text), *bare = NULL;
    g_autoptr (ModoriTags) tags = modori_tags_parse (tidied);
    g_autofree guint8 *bytes = NULL;
    ModoriSpan value;
    gsize size = 0;

    if (strstr (key->text, "PRIVATE KEY") || strstr (key->text, "PRIVATEKEY"))
        return TRUE;
    if (! modori_tags_find (tags, "p", &value))
        return FALSE;
    bare = without_blanks (value);
    bytes = g_base64_decode (bare, &size);
    return is_private (bytes, size);
}

/* --- the record --- */

/* Is WORD in LIST, with colons between its words (RFC 6376: h=, s=, t=)? */
static gboolean
list_has (ModoriSpan list, const char *word)
{
    while (list.len) {
        const char *end = memchr (list.at, ':', list.len);
        ModoriSpan item = end ? modori_span_between (list.at, end) : list;

        if (modori_span_is (modori_span_trim (item), word))
            return TRUE;
        list = modori_span_skip (list, item.len + 1);
    }
    return FALSE;
}

/* The tags that say what the key is for. */
static void
look_at_tags (const Key *key, const ModoriTags *tags)
{
    ModoriSpan value;

    if (modori_tags_find (tags, "h", &value) && ! list_has (value, "sha256"))
        see_tag (key, "dkim-hash", "h", value);
    if (modori_tags_find (tags, "s", &value) && ! list_has (value, "*")
        && ! list_has (value, "email"))
        see_tag (key, "dkim-service", "s", value);
    if (modori_tags_find (tags, "t", &value) && list_has (value, "y"))
        see_tag (key, "dkim-test", "t", value);
    if (modori_tags_find (tags, "t", &value) && list_has (value, "s"))
        see_tag (key, "dkim-strict", "t", value);
    if (modori_tags_find (tags, "g", &value))
        see_tag (key, "dkim-granularity", "g", value);
}

/* May the list of tags be read at all?  What is wrong is seen. */
static gboolean
is_readable (const Key *key, const ModoriTags *tags)
{
    gboolean clean = FALSE;
    ModoriSpan version;

    if (holds_private (key))
        see (key, "dkim-private", NULL);
    else if (strstr (key->text, "\\;"))
        see_proposal (key, "dkim-escaped");
    else if (strchr (key->text, '"'))
        see_proposal (key, "dkim-quotes");
    else if (strstr (key->text, "-----"))
        see_proposal (key, "dkim-pem");
    else if (modori_tags_find (tags, "v", &version)
             && (! modori_span_is_exactly (version, "DKIM1")
                 || g_array_index (tags->tags, ModoriTag, 0).name.at[0] != 'v'))
        see_tag (key, "dkim-version", "v", version);
    else if (tags->bad.len)
        see_piece (key, "dkim-syntax", tags->bad);
    else if (tags->twice.len)
        see_piece (key, "dkim-twice", tags->twice);
    else
        clean = TRUE;
    return clean;
}

static gboolean
has_blanks (ModoriSpan value)
{
    for (gsize i = 0; i < value.len; i++)
        if (g_ascii_isspace (value.at[i]))
            return TRUE;
    return FALSE;
}

static void
look_at_record (Key *key, gboolean tried)
{
    g_autoptr (ModoriTags) tags = modori_tags_parse (key->text);
    ModoriSpan type, value;

    if (! is_readable (key, tags))
        return;
    if (! modori_tags_find (tags, "k", &type))
        type = modori_span_of ("rsa");
    if (! modori_tags_find (tags, "p", &value))
        see (key, "dkim-no-key", key->text);
    else if (! value.len)
        see (key, tried ? "dkim-revoked-tried" : "dkim-revoked", key->text);
    else if (! modori_span_is (type, "rsa") && ! modori_span_is (type, "ed25519"))
        see_tag (key, "dkim-unknown-type", "k", type);
    else
        look_at_key (key, type, value);
    if (key->good && has_blanks (value))
        see_proposal (key, "dkim-blanks");
    if (value.len)
        look_at_tags (key, tags);
}

/* Does TEXT look like a key, not like what a wildcard answers to any name? */
static gboolean
is_meant (const char *text)
{
    g_autoptr (ModoriTags) tags = modori_tags_parse (text);
    ModoriSpan value;

    return strstr (text, "DKIM1") || strstr (text, "PRIVATE KEY")
        || modori_tags_find (tags, "p", &value);
}

/* --- one selector --- */

/* How many of the records are meant to be keys; the first is key->text. */
static guint
count_keys (Key *key)
{
    guint n = 0;

    for (guint i = 0; i < key->answer->records->len; i++) {
        const char *text = modori_dns_record (key->answer, i)->text;

        if (is_meant (text)) {
            key->text = key->text ? key->text : text;
            n++;
        }
    }
    return n;
}

static void
see_aliases (const Key *key)
{
    const GPtrArray *aliases = key->answer->aliases;

    if (aliases->len)
        modori_seen_set (see (key, "dkim-delegated", g_ptr_array_index (aliases, 0)), "target",
                         g_ptr_array_index (aliases, 0));
}

/* There is no key. */
static void
see_nothing (const Key *key)
{
    const GPtrArray *aliases = key->answer->aliases;

    if (modori_dns_unanswered (key->answer->status)) {
        g_autofree char *why = modori_zone_why (key->answer, "TXT");

        see (key, "dkim-unanswered", why);
    } else if (key->answer->records->len) {
        see (key, "dkim-not-a-key", modori_dns_record (key->answer, 0)->text);
    } else if (aliases->len) {
        const char *target = g_ptr_array_index (aliases, aliases->len - 1);

        modori_seen_set (see (key, "dkim-dead-alias", target), "target", target);
    } else {
        see (key, "dkim-missing", modori_dns_status_name (key->answer->status));
    }
}

static void
see_count (const Key *key, guint n)
{
    g_autofree char *count = g_strdup_printf ("%u", n);

    modori_seen_set (see (key, "dkim-several", NULL), "count", count);
}

static void
look_at (Key *key, gboolean tried)
{
    guint n = count_keys (key);

    if (n == 0) {
        see_nothing (key);
        return;
    }
    see_aliases (key);
    if (n > 1)
        see_count (key, n);
    else
        look_at_record (key, tried);
}

static void
ask (Key *key, const char *selector)
{
    g_free (key->name);
    key->selector = selector;
    key->name = g_strdup_printf ("%s._domainkey.%s", selector, key->domain);
    key->answer = modori_resolver_ask (key->zone->resolver, key->name, MODORI_DNS_TXT);
    key->text = NULL;
    key->good = key->ed25519 = FALSE;
}

/* --- all of them --- */

static void
want_all (ModoriZone *zone, const char *domain, const char *const *selectors, guint n)
{
    for (guint i = 0; i < n; i++) {
        g_autofree char *name = g_strdup_printf ("%s._domainkey.%s", selectors[i], domain);

        modori_resolver_want (zone->resolver, name, MODORI_DNS_TXT);
    }
}

/* What was good of the keys so far: Ed25519 alone is not enough. */
typedef struct {
    guint found, good, ed25519;
} Sum;

static void
add_up (Sum *sum, const Key *key)
{
    sum->found++;
    sum->good += key->good;
    sum->ed25519 += key->ed25519;
}

static void
look_at_asked (Key *key, const char *const *selectors, Sum *sum)
{
    guint n = MIN (g_strv_length ((char **) selectors), ASKED_MAX);

    want_all (key->zone, key->domain, selectors, n);
    for (guint i = 0; i < n; i++) {
        ask (key, selectors[i]);
        look_at (key, FALSE);
        add_up (sum, key);
    }
}

static void
see_none (const Key *key, guint tried)
{
    g_autofree char *count = g_strdup_printf ("%u", tried);

    if (key->zone->parked)
        return;
    modori_see (key->section, "dkim-none", NULL, "dkim_domain", key->domain, "from_domain",
                key->zone->domain, "count", count, NULL);
}

/* Several names with the same text are a wildcard's: it is told once. */
static void
look_at_common (Key *key, const GPtrArray *selectors, Sum *sum)
{
    g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
    const ModoriDnsAnswer *silent = NULL;

    want_all (key->zone, key->domain, (const char *const *) selectors->pdata, selectors->len);
    for (guint i = 0; i < selectors->len && sum->found < FOUND_MAX; i++) {
        ask (key, g_ptr_array_index (selectors, i));
        silent = modori_dns_unanswered (key->answer->status) ? key->answer : silent;
        if (! count_keys (key) || ! g_hash_table_add (known, (gpointer) key->text))
            continue;
        key->text = NULL;
        look_at (key, TRUE);
        add_up (sum, key);
    }
    if (! sum->found && silent) {
        g_autofree char *why = modori_zone_why (silent, "TXT");

        see (key, "dkim-unanswered", why);
    } else if (! sum->found) {
        see_none (key, selectors->len);
    }
}

void
modori_zone_dkim (ModoriZone *zone)
{
    const ModoriDomainCheck *options = zone->options;
    g_autofree char *named = options->dkim_domain ? modori_dns_name (options->dkim_domain) : NULL;
    const char *domain = named ? named : zone->domain;
    Sum sum = { 0, 0, 0 };
    Key key = { .zone = zone, .domain = domain };

    key.section = modori_checkup_section (zone->checkup, "dkim", domain);
    if (options->selectors && options->selectors[0]) {
        look_at_asked (&key, options->selectors, &sum);
    } else if (options->knowledge) {
        g_autoptr (GPtrArray) common = modori_selector_names (options->knowledge);

        look_at_common (&key, common, &sum);
    }
    if (sum.good && sum.good == sum.ed25519)
        modori_see (key.section, "dkim-only-ed25519", NULL, "dkim_domain", domain, NULL);
    zone->dkim_there = sum.good > 0;
    g_free (key.name);
}
