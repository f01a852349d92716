/* domain.c - names and numbers of hosts: whose they are, and whether the world can see them.
 *
 * Advice proposes DNS records, and a record with a private address or a name like
 * localhost.localdomain would be worse than none.
 *
 * The organisational domain goes by the Public Suffix List, in a module that is only loaded when it
 * could make a difference: a pipe that reads one bounce hardly ever needs it.  First comes a simple
 * rule: under a country's two letters, a second label that says a kind of organisation ("co",
 * "com", "ac") belongs to the registry.  Names that differ in their last two labels never belong
 * together, and a name that is nothing but an organisation by the simple rule is left at that.
 * Without the module the simple rule has the last word: then geographic Japanese names and
 * services that give subdomains away are taken for one organisation.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/domain.h"

#include "rules/suffix.h"
#include "text/module.h"

#include <arpa/inet.h>
#include <string.h>

/* RFC 1035: longer names cannot be looked up. */
#define NAME_MAX_LENGTH 253

static const char *const second_levels[] = {
    "ac", "ad", "co", "com", "ed", "edu", "firm", "gen", "go", "gob", "gov", "gr", "gv", "id",
    "ind", "info", "lg",
    "ltd", "mil", "ne", "net", "nhs", "nom", "or", "org", "plc", "re", "sch", NULL
};

/* Reserved for what is not in the public DNS (RFC 6761, 6762, 8375), and what systems without a
 * name call themselves. */
static const char *const closed_ends[] = {
    "localhost", "localdomain", "local", "lan", "internal", "intranet", "corp", "home", "home.arpa",
    "private", "invalid",
    "localdomain4", "localdomain6", "in-addr.arpa", "ip6.arpa", NULL
};

/* Organisations that are remembered, and bytes of the hosts whose they are. */
#define MEMORY_SIZE 64
#define MEMORY_NAME_MAX 62

typedef struct {
    guint8 len;                 /* 0: a free place */
    guint8 skip;                /* where the organisation begins */
    char name[MEMORY_NAME_MAX];                 /* lower case */
} Memory;

/* The first letter decides nearly always: INITIALS has the bits of those that occur. */
#define INITIAL(c) (1u << ((guchar) (c) & 0x1f))
#define CLOSED_INITIALS \
    (INITIAL ('l') | INITIAL ('i') | INITIAL ('c') | INITIAL ('h') | INITIAL ('p'))

static gboolean
is_one_of (ModoriSpan word, const char *const *words)
{
    char first = word.len > 0 ? modori_ascii_lower (word.at[0]) : '\0';

    for (guint i = 0; words[i]; i++)
        if (words[i][0] == first && modori_span_is (word, words[i]))
            return TRUE;
    return FALSE;
}

/* HOST from its label LABELS from the right on; the whole when it has no more. */
static ModoriSpan
last_labels (ModoriSpan host, guint labels)
{
    gsize i = host.len;

    while (i > 0) {
        if (host.at[i - 1] == '.' && --labels == 0)
            break;
        i--;
    }
    return modori_span_skip (host, i);
}

ModoriSpan
modori_domain_bare (ModoriSpan host)
{
    host = modori_span_trim (host);
    if (host.len > 1 && host.at[0] == '[') {
        const char *end = memchr (host.at, ']', host.len);

        return modori_span_between (host.at + 1, end ? end : modori_span_end (host));
    }
    while (host.len > 0 && host.at[host.len - 1] == '.')
        host.len--;
    return host;
}

/* The organisation of HOST, which is bare, by the simple rule. */
static ModoriSpan
simple_organisation (ModoriSpan host)
{
    ModoriSpan two = last_labels (host, 2), second;

    /* no top-level domain ends in a digit: that is an address */
    if (! memchr (two.at, '.', two.len) || g_ascii_isdigit (two.at[two.len - 1]))
        return MODORI_SPAN_EMPTY;
    second = modori_span_between (two.at, memchr (two.at, '.', two.len));
    if (two.len - second.len == 3 && is_one_of (second, second_levels))
        return last_labels (host, 3);
    return two;
}

static gpointer
load_suffixes (gpointer data)
{
    (void) data;
    return (gpointer) modori_module_table ("suffix", MODORI_SUFFIX_SYMBOL);
}

/* Where the organisation of NAME, of LEN bytes and lower case, begins by the Public Suffix List;
 * SIMPLE, where it begins by the simple rule, when the list is not there or knows none. */
static gsize
listed_start (const char *name, gsize simple)
{
    static GOnce once = G_ONCE_INIT;
    const ModoriSuffixTable *suffixes = g_once (&once, load_suffixes, NULL);
    const char *found = suffixes ? suffixes->registrable (name) : NULL;

    return found ? (gsize) (found - name) : simple;
}

/* The place where this thread remembers NAME.  A mailbox is full of the same few hosts, and the
 * list takes its time; what it says does not change. */
static Memory *
memory_of (const char *name, gsize len)
{
    static GPrivate memory = G_PRIVATE_INIT (g_free);
    Memory *all = g_private_get (&memory);
    guint sum = (guint) len;

    if (! all) {
        all = g_new0 (Memory, MEMORY_SIZE);
        g_private_set (&memory, all);
    }
    for (gsize i = 0; i < len; i++)
        sum = sum * 31 + (guchar) name[i];
    return &all[(sum ^ sum >> 8) % MEMORY_SIZE];
}

static gsize
remembered_start (const char *name, gsize len, gsize simple)
{
    Memory *memory;

    if (len > MEMORY_NAME_MAX)
        return listed_start (name, simple);
    memory = memory_of (name, len);
    if (memory->len != len || memcmp (memory->name, name, len) != 0) {
        memory->skip = (guint8) listed_start (name, simple);
        memory->len = (guint8) len;
        memcpy (memory->name, name, len);
    }
    return memory->skip;
}

/* The organisation of HOST by the Public Suffix List. */
static ModoriSpan
listed_organisation (ModoriSpan host, ModoriSpan simple)
{
    char name[NAME_MAX_LENGTH + 1];

    if (host.len > NAME_MAX_LENGTH)
        return simple;
    for (gsize i = 0; i < host.len; i++)
        name[i] = modori_ascii_lower (host.at[i]);
    name[host.len] = '\0';
    return modori_span_skip (host, remembered_start (name, host.len, host.len - simple.len));
}

ModoriSpan
modori_domain_organisation (ModoriSpan host)
{
    ModoriSpan simple;

    host = modori_domain_bare (host);
    simple = simple_organisation (host);
    return simple.len == 0 || simple.len == host.len ? simple : listed_organisation (host, simple);
}

gboolean
modori_domain_is_same (ModoriSpan a, ModoriSpan b)
{
    if (a.len == 0 || a.len != b.len)
        return FALSE;
    for (gsize i = a.len; i-- > 0;)             /* the ends differ more often */
        if (a.at[i] != b.at[i] && modori_ascii_lower (a.at[i]) != modori_ascii_lower (b.at[i]))
            return FALSE;
    return TRUE;
}

/* Is A the name B, or below it? */
static gboolean
is_within (ModoriSpan a, ModoriSpan b)
{
    return modori_domain_is_same (a, b)
        || (a.len > b.len && a.at[a.len - b.len - 1] == '.'
            && modori_domain_is_same (modori_span_skip (a, a.len - b.len), b));
}

/* Who has a name has all below it.  That is not so of a public suffix, but those have no mail. */
gboolean
modori_domain_agrees (ModoriSpan a, ModoriSpan b)
{
    a = modori_domain_bare (a);
    b = modori_domain_bare (b);
    if (a.len == 0 || b.len == 0
        || modori_ascii_lower (a.at[a.len - 1]) != modori_ascii_lower (b.at[b.len - 1]))
        return FALSE;
    if (! modori_domain_is_same (last_labels (a, 2), last_labels (b, 2)))
        return FALSE;
    if ((is_within (a, b) || is_within (b, a))
        && modori_domain_is_same (simple_organisation (a), simple_organisation (b)))
        return TRUE;
    return modori_domain_is_same (modori_domain_organisation (a), modori_domain_organisation (b));
}

static gboolean
has_letter (ModoriSpan label)
{
    for (gsize i = 0; i < label.len; i++)
        if (g_ascii_isalpha (label.at[i]))
            return TRUE;
    return FALSE;
}

/* Labels of letters, digits, hyphens (and underscores, which some have), with a dot. */
static gboolean
is_name (ModoriSpan host)
{
    gsize label = 0;
    gboolean dot = FALSE;

    for (gsize i = 0; i < host.len; i++) {
        char c = host.at[i];

        if (g_ascii_isalnum (c) || c == '-' || c == '_') {
            label++;
            continue;
        }
        if (c != '.' || label == 0)
            return FALSE;
        label = 0;
        dot = TRUE;
    }
    return dot && label > 0 && host.len <= NAME_MAX_LENGTH;
}

/* Is END, a label or two, what no public name ends with? */
static gboolean
is_closed (ModoriSpan end)
{
    return end.len > 0 && (CLOSED_INITIALS & INITIAL (end.at[0])) && is_one_of (end, closed_ends);
}

gboolean
modori_domain_is_public (ModoriSpan host)
{
    ModoriSpan last;

    host = modori_domain_bare (host);
    last = last_labels (host, 1);
    return has_letter (last) && is_name (host) && ! is_closed (last)
        && ! is_closed (last_labels (host, 2));
}

ModoriSpan
modori_domain_ip (ModoriSpan text)
{
    text = modori_domain_bare (text);
    if (modori_span_begins (text, "IPv6:"))
        text = modori_span_skip (text, 5);
    if (modori_span_begins (text, "::ffff:") && memchr (text.at, '.', text.len))
        text = modori_span_skip (text, 7);
    return text;
}

/* Names of hosts are asked for being addresses all the time: their ends tell.  An address without
 * colons ends in a digit. */
static gboolean
may_be_ip (ModoriSpan text)
{
    char first = text.at[0], last = text.at[text.len - 1];

    return (g_ascii_isxdigit (first) || first == ':')
        && (g_ascii_isdigit (last)
            || ((g_ascii_isxdigit (last) || last == ':') && memchr (text.at, ':', text.len)));
}

/* Read TEXT into BYTES (16 of them). */
static ModoriIpKind
read_ip (ModoriSpan text, guint8 *bytes)
{
    char copy[INET6_ADDRSTRLEN];

    text = modori_domain_ip (text);
    if (text.len == 0 || text.len >= sizeof copy || ! may_be_ip (text))
        return MODORI_IP_NONE;
    memcpy (copy, text.at, text.len);
    copy[text.len] = '\0';
    if (inet_pton (AF_INET, copy, bytes) == 1)
        return MODORI_IP_V4;
    return inet_pton (AF_INET6, copy, bytes) == 1 ? MODORI_IP_V6 : MODORI_IP_NONE;
}

ModoriIpKind
modori_domain_ip_kind (ModoriSpan text)
{
    guint8 bytes[16];

    return read_ip (text, bytes);
}

/* RFC 1918, 1122, 3927, 6598; multicast and above. */
static gboolean
is_public_v4 (const guint8 *b)
{
    return b[0] != 0 && b[0] != 10 && b[0] != 127 && b[0] < 224
        && ! (b[0] == 172 && b[1] >= 16 && b[1] < 32)
        && ! (b[0] == 192 && b[1] == 168)
        && ! (b[0] == 169 && b[1] == 254)
        && ! (b[0] == 100 && b[1] >= 64 && b[1] < 128);
}

gboolean
modori_domain_ip_is_public (ModoriSpan text)
{
    guint8 bytes[16];

    switch (read_ip (text, bytes)) {
    case MODORI_IP_V4:
        return is_public_v4 (bytes);
    case MODORI_IP_V6:
        return (bytes[0] & 0xe0) == 0x20;       /* RFC 4291: 2000::/3 is global unicast */
    default:
        return FALSE;
    }
}
