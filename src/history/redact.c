/* redact.c - addresses without the people.
 *
 * An address is found by its "@" (or "%40", as links have it) and read in both directions.  Where
 * its local part begins is a guess in free text; a guess that takes too much hides more, one that
 * takes too little would tell: so all that RFC 5321 allows in a local part is taken, but for what
 * servers are known to write in front of one ("mailfrom=", a quotation mark).  Text in a script
 * that has no blanks between words ends where the script does.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "history/redact.h"

#include "text/error.h"
#include "text/module.h"

#include <glib/gi18n.h>
#include <string.h>

/* What stands in place of a local part: this, and 8 bytes of the hash. */
#define MARK "redacted-"
#define MARK_BYTES 8
#define MARK_LENGTH (sizeof MARK - 1 + 2 * MARK_BYTES)

/* Shorter keys can be found by trying. */
#define KEY_MIN 16

/* How far an opening quotation mark is looked for: a local part has at most 64 bytes. */
#define QUOTED_MAX 256

/* Addresses of one outcome: recipient, original, VERP, sender, from. */
#define PEOPLE_MAX 5

/* A local part that stands alone is only known for one when it is as long. */
#define ALONE_MIN 3
#define ALONE_DIGITS_MIN 6

struct ModoriRedactor {
    const ModoriRedactTable *table;     /* the module's, which is never unloaded */
    char *key;
};

ModoriRedactor *
modori_redactor_new (const char *key, GError **error)
{
    const ModoriRedactTable *table = NULL;
    ModoriRedactor *redactor;

    if (strlen (key) < KEY_MIN) {
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_SYNTAX,
                     _("%u bytes at least were expected; \"openssl rand -hex 32\" makes some"),
                     KEY_MIN);
        return NULL;
    }
    table = modori_module_table ("redact", MODORI_REDACT_SYMBOL);
    if (! table) {
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_IO,
                     _("addresses cannot be redacted: the module redact.so is not installed"));
        return NULL;
    }
    redactor = g_new0 (ModoriRedactor, 1);
    redactor->table = table;
    redactor->key = g_strdup (key);
    return redactor;
}

void
modori_redactor_free (ModoriRedactor *redactor)
{
    if (! redactor)
        return;
    g_free (redactor->key);
    g_free (redactor);
}

/* --- the hash --- */

static gboolean
is_mark (ModoriSpan text)
{
    if (text.len != MARK_LENGTH || memcmp (text.at, MARK, sizeof MARK - 1) != 0)
        return FALSE;
    for (gsize i = sizeof MARK - 1; i < text.len; i++)
        if (! g_ascii_isxdigit (text.at[i]))
            return FALSE;
    return TRUE;
}

/* LOCAL without quotation marks, that the same address is always alike. */
static void
append_unquoted (GString *out, ModoriSpan local)
{
    gboolean quoted = local.len >= 2 && local.at[0] == '"' && local.at[local.len - 1] == '"';

    if (! quoted) {
        g_string_append_len (out, local.at, (gssize) local.len);
        return;
    }
    for (gsize i = 1; i + 1 < local.len; i++) {
        if (local.at[i] == '\\' && i + 2 < local.len)
            i++;
        g_string_append_c (out, local.at[i]);
    }
}

/* Append what stands for LOCAL at DOMAIN. */
static void
append_mark (ModoriRedactor *redactor, GString *out, ModoriSpan local, ModoriSpan domain)
{
    g_autoptr (GString) address = g_string_new (NULL);
    g_autofree char *folded = NULL;
    guint8 digest[32] = { 0 };

    if (is_mark (local)) {
        g_string_append_len (out, local.at, (gssize) local.len);
        return;
    }
    append_unquoted (address, local);
    g_string_append_c (address, '@');
    g_string_append_len (address, domain.at, (gssize) domain.len);
    folded = g_utf8_strdown (address->str, (gssize) address->len);
    if (! redactor->table->hmac (redactor->key, strlen (redactor->key), folded, strlen (folded),
                                 digest))
        memset (digest, 0, sizeof digest);      /* tells nothing, at least */
    g_string_append (out, MARK);
    for (guint i = 0; i < MARK_BYTES; i++)
        g_string_append_printf (out, "%02x", digest[i]);
}

/* --- addresses in a text --- */

/* The "@" at P, or "%40"; 0: none. */
static gsize
at_sign (const char *p, const char *end)
{
    if (*p == '@')
        return 1;
    return *p == '%' && end - p >= 3 && p[1] == '4' && p[2] == '0' ? 3 : 0;
}

static gboolean
is_local_byte (char c)
{
    return g_ascii_isalnum (c) || (guchar) c >= 0x80 || (c && strchr ("!#$%&'*+-/=?^_`{|}~.", c));
}

/* Is the character at P one of a script that is written without blanks? */
static gboolean
is_wide (const char *p)
{
    return (guchar) *p >= 0x80 && g_unichar_iswide (g_utf8_get_char (p));
}

/* The last of the words in front of "=" that are no part of an address. */
static gboolean
is_name_of_value (ModoriSpan name)
{
    static const char *const names[] = {
        "address", "addr", "auth", "email", "envelope-from", "for", "from", "helo", "i", "id",
        "mail", "mailfrom", "mfrom", "orcpt", "orig_to", "r", "rcpt", "rcptto", "recipient", "s",
        "sender", "to", "u", "user",
    };
    gsize from = name.len;

    while (from > 0 && ! strchr (".?&/", name.at[from - 1]))
        from--;
    name = modori_span_skip (name, from);
    for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        if (modori_span_is (name, names[i]))
            return TRUE;
    return FALSE;
}

/* LOCAL without what is in front of an address in free text and in links. */
static ModoriSpan
without_lead (ModoriSpan local, gboolean link)
{
    const char *last = NULL;

    for (gsize i = 0; link && i < local.len; i++)
        if (strchr ("/?&=", local.at[i]))
            last = local.at + i;
    if (last)
        local = modori_span_skip (local, (gsize) (last + 1 - local.at));
    while (local.len > 1 && strchr ("'`.*{}|=!?&#~^/$%", local.at[0]))
        local = modori_span_skip (local, 1);
    last = memrchr (local.at, '=', local.len);
    if (last && last + 1 < local.at + local.len
        && local.at[local.len - 1] != '/'       /* X.400: "/G=Bob/S=Smith/" */
        && is_name_of_value (modori_span_between (local.at, last)))
        local = modori_span_skip (local, (gsize) (last + 1 - local.at));
    return local;
}

/* The quoted local part that ends before AT, or an empty span. */
static ModoriSpan
quoted_before (const char *start, const char *at)
{
    const char *p = at - 1;

    if (p <= start || *p != '"')
        return MODORI_SPAN_EMPTY;
    for (p--; p >= start && at - p < QUOTED_MAX; p--)
        if (*p == '"' && (p == start || p[-1] != '\\'))
            return modori_span_between (p, at);
    return MODORI_SPAN_EMPTY;
}

/* The local part that ends before AT, not before START. */
static ModoriSpan
local_before (const char *start, const char *at)
{
    ModoriSpan quoted = quoted_before (start, at);
    const char *from = at;
    gboolean wide = FALSE;

    if (quoted.len)
        return quoted;
    while (from > start) {
        const char *p = g_utf8_find_prev_char (start, from);

        if (! p || ! (is_local_byte (*p) || (*p == '"' && from == at))
            || (from < at && is_wide (p) != wide))
            break;
        wide = is_wide (p);
        from = p;
    }
    return without_lead (modori_span_between (from, at), *at == '%');
}

/* The domain at P: a name of labels with single dots between, or an address in brackets. */
static ModoriSpan
domain_at (const char *p, const char *end)
{
    const char *from = p, *last;
    gboolean wide = FALSE;

    if (p < end && *p == '[') {
        last = memchr (p, ']', (gsize) MIN (end - p, QUOTED_MAX));
        return last ? modori_span_between (p, last + 1) : MODORI_SPAN_EMPTY;
    }
    while (p < end) {
        gboolean first = p == from || p[-1] == '.';

        if (*p == '.' ? first || p + 1 == end
            : ! (g_ascii_isalnum (*p) || *p == '-' || *p == '_' || (guchar) *p >= 0x80))
            break;
        if (*p != '.' && ! first && is_wide (p) != wide)
            break;
        wide = is_wide (p);
        p = g_utf8_next_char (p);
    }
    while (p > from && (p[-1] == '.' || p[-1] == '-'))
        p--;
    return modori_span_between (from, p);
}

/* "host.example!user", the address of a time before "@". */
static gboolean
append_bang (ModoriRedactor *redactor, GString *out, const char **done, const char *bang,
             const char *end)
{
    const char *from = bang, *to = bang + 1;

    while (from > *done && (g_ascii_isalnum (from[-1]) || strchr (".-", from[-1])))
        from--;
    while (to < end && (g_ascii_isalnum (*to) || strchr (".-_+", *to)))
        to++;
    while (to > bang + 1 && to[-1] == '.')
        to--;
    if (to == bang + 1 || (to < end && (*to == '@' || *to == '!' || *to == '%'))
        || ! memchr (from, '.', (gsize) (bang - from)))
        return FALSE;
    g_string_append_len (out, *done, bang + 1 - *done);
    append_mark (redactor, out, modori_span_between (bang + 1, to),
                 modori_span_between (from, bang));
    *done = to;
    return TRUE;
}

/* Append TEXT, its addresses replaced. */
static void
append_redacted (ModoriRedactor *redactor, GString *out, const char *text)
{
    const char *done = text, *end = text + strlen (text);

    for (const char *p = text; p < end; p++) {
        gsize sign = at_sign (p, end);
        ModoriSpan local, domain;

        if (! sign) {
            if (*p == '!' && append_bang (redactor, out, &done, p, end))
                p = done - 1;
            continue;
        }
        domain = domain_at (p + sign, end);
        local = domain.len ? local_before (done, p) : MODORI_SPAN_EMPTY;
        if (local.len) {
            g_string_append_len (out, done, local.at - done);
            append_mark (redactor, out, local, domain);
            g_string_append_len (out, p, (gssize) sign);
            done = p + sign;
        }
        p += sign - 1;
    }
    g_string_append (out, done);
}

char *
modori_redact (ModoriRedactor *redactor, const char *text)
{
    g_autofree char *valid = NULL;
    GString *out;

    if (! redactor || ! strpbrk (text, "@!%"))
        return g_strdup (text);
    valid = g_utf8_make_valid (text, -1);
    out = g_string_sized_new (strlen (valid) + MARK_LENGTH);
    append_redacted (redactor, out, valid);
    return g_string_free (out, FALSE);
}

char *
modori_redact_address (ModoriRedactor *redactor, const char *text)
{
    const char *at = strrchr (text, '@');
    ModoriSpan local = modori_span (text, at ? (gsize) (at - text) : strlen (text));
    GString *out;

    if (! redactor || ! local.len)
        return g_strdup (text);
    out = g_string_new (NULL);
    append_mark (redactor, out, local, modori_span_of (at ? at + 1 : ""));
    g_string_append (out, at ? at : "");
    return g_string_free (out, FALSE);
}

/* --- local parts that stand alone --- */

/* Words that stand in many replies, and people who are no persons: where they stand alone they tell
 * nothing, and without them nobody would understand the reply. */
static gboolean
is_common_word (ModoriSpan word)
{
    static const char *const words[] = {
        "account", "address", "admin", "bounce", "bounces", "delivery", "email", "error", "example",
        "hello", "help", "host", "info", "mail", "mailbox", "mailer-daemon", "message", "news",
        "newsletter", "nobody", "noreply", "no-reply", "not", "order", "postmaster", "recipient",
        "root", "sales", "sender", "server", "service", "shop", "support", "test", "the",
        "unknown", "user", "webmaster",
    };

    for (guint i = 0; i < G_N_ELEMENTS (words); i++)
        if (modori_span_is (word, words[i]))
            return TRUE;
    return FALSE;
}

typedef struct {
    ModoriSpan local, domain;
} Person;

/* The addresses of an outcome, whose texts are TEXT. */
typedef struct {
    Person people[PEOPLE_MAX];
    guint n;
} People;

static gboolean
is_address_key (ModoriKey key)
{
    return key == MODORI_KEY_RECIPIENT || key == MODORI_KEY_ORIGINAL_RECIPIENT
           || key == MODORI_KEY_VERP_RECIPIENT || key == MODORI_KEY_SENDER
           || key == MODORI_KEY_FROM;
}

static void
add_person (People *people, const char *address)
{
    const char *at = strrchr (address, '@');
    ModoriSpan local = modori_span (address, at ? (gsize) (at - address) : strlen (address));
    gboolean letters = FALSE;

    for (gsize i = 0; i < local.len; i++)
        letters |= ! g_ascii_isdigit (local.at[i]);
    if (local.len < (letters ? ALONE_MIN : ALONE_DIGITS_MIN) || is_mark (local)
        || is_common_word (local) || people->n == PEOPLE_MAX)
        return;
    people->people[people->n].local = local;
    people->people[people->n++].domain = modori_span_of (at ? at + 1 : "");
}

static gboolean
is_word_byte (char c)
{
    return g_ascii_isalnum (c) || c == '_';
}

/* Does the word from P to END stand alone: no part of a longer one, of a host name, of a mark? */
static gboolean
stands_alone (const char *text, const char *p, const char *end)
{
    if (p > text && (is_word_byte (p[-1]) || p[-1] == '@'))
        return FALSE;
    if (p > text + 1 && strchr (".-", p[-1]) && is_word_byte (p[-2]))
        return FALSE;
    return ! is_word_byte (*end) && ! (*end && strchr (".-", *end) && is_word_byte (end[1]));
}

/* Who of PEOPLE is named at P? */
static const Person *
person_at (const People *people, const char *text, const char *p, const char *end)
{
    const Person *best = NULL;

    for (guint i = 0; i < people->n; i++) {
        const Person *person = &people->people[i];

        if ((gsize) (end - p) >= person->local.len
            && (! best || person->local.len > best->local.len)
            && g_ascii_strncasecmp (p, person->local.at, person->local.len) == 0
            && stands_alone (text, p, p + person->local.len))
            best = person;
    }
    return best;
}

/* Has LOCAL what ends an address in free text: a blank, a bracket? */
static gboolean
is_odd (ModoriSpan local)
{
    for (gsize i = 0; i < local.len; i++)
        if (! is_local_byte (local.at[i]))
            return TRUE;
    return FALSE;
}

/* TEXT without those of PEOPLE whose addresses are not found in free text. */
static char *
redact_odd (ModoriRedactor *redactor, const People *people, const char *text)
{
    GString *out = g_string_new (text);

    for (guint i = 0; i < people->n; i++) {
        const Person *person = &people->people[i];
        const char *address = person->local.at;         /* to its end */
        gssize at;

        while (person->domain.len && is_odd (person->local)
               && (at = modori_span_find (modori_span (out->str, out->len), address)) >= 0) {
            g_autoptr (GString) mark = g_string_new (NULL);

            append_mark (redactor, mark, person->local, person->domain);
            g_string_erase (out, at, (gssize) person->local.len);
            g_string_insert (out, at, mark->str);
        }
    }
    return g_string_free (out, FALSE);
}

/* TEXT without PEOPLE. */
static char *
redact_people (ModoriRedactor *redactor, const People *people, const char *text)
{
    g_autofree char *plain = redact_odd (redactor, people, text);
    g_autofree char *redacted = modori_redact (redactor, plain);
    const char *end = redacted + strlen (redacted), *done = redacted;
    GString *out = NULL;

    for (const char *p = redacted; people->n && p < end; p++) {
        const Person *person = p == redacted || ! is_word_byte (p[-1])
            ? person_at (people, redacted, p, end) : NULL;

        if (! person)
            continue;
        out = out ? out : g_string_new (NULL);
        g_string_append_len (out, done, p - done);
        append_mark (redactor, out, person->local, person->domain);
        done = p + person->local.len;
        p = done - 1;
    }
    if (! out)
        return g_steal_pointer (&redacted);
    g_string_append (out, done);
    return g_string_free (out, FALSE);
}

/* --- outcomes and records --- */

/* What KEY of PEOPLE's outcome says, redacted; NULL: as it is. */
static char *
redact_key (ModoriRedactor *redactor, const People *people, ModoriKey key, const char *text)
{
    if (! *text || modori_keys[key].type == MODORI_TYPE_NUMBER
        || modori_keys[key].type == MODORI_TYPE_FLAG)
        return NULL;
    switch (key) {
    case MODORI_KEY_ID:
    case MODORI_KEY_MESSAGE_ID:
    case MODORI_KEY_LIST_ID:
    case MODORI_KEY_PATH:
        return NULL;
    case MODORI_KEY_DIAGNOSTIC:
    case MODORI_KEY_SUBJECT:
    case MODORI_KEY_HINT:
    case MODORI_KEY_FACTS:
        return redact_people (redactor, people, text);
    default:
        return is_address_key (key) ? modori_redact_address (redactor, text)
                                    : modori_redact (redactor, text);
    }
}

static void
redact_outcome (ModoriRedactor *redactor, ModoriReport *report, ModoriOutcome *outcome)
{
    People people = { 0 };

    for (ModoriKey key = 0; key < MODORI_N_KEYS; key++)
        if (is_address_key (key))
            add_person (&people, modori_outcome_text (outcome, key));
    for (ModoriKey key = 0; key < MODORI_N_KEYS; key++) {
        g_autofree char *text = redact_key (redactor, &people, key,
                                            modori_outcome_text (outcome, key));

        if (text)
            outcome->values[key].text = modori_report_keep_clean (report, modori_span_of (text));
    }
}

void
modori_redact_report (ModoriRedactor *redactor, ModoriReport *report)
{
    for (guint i = 0; redactor && i < modori_report_n_outcomes (report); i++)
        redact_outcome (redactor, report, modori_report_outcome (report, i));
}

void
modori_redact_record (ModoriRedactor *redactor, ModoriRecord *record, GStringChunk *strings)
{
    People people = { 0 };
    g_autofree char *address = NULL, *written = NULL;

    if (! redactor)
        return;
    for (ModoriKey key = 0; key < MODORI_N_KEYS; key++)
        if (is_address_key (key))
            add_person (&people, record->text[key]);
    for (ModoriKey key = 0; key < MODORI_N_KEYS; key++) {
        g_autofree char *text = redact_key (redactor, &people, key, record->text[key]);

        if (text)
            record->text[key] = g_string_chunk_insert (strings, text);
    }
    address = modori_redact_address (redactor, record->address);
    record->address = g_string_chunk_insert (strings, address);
    written = modori_redact_address (redactor, record->written);
    record->written = g_string_chunk_insert (strings, written);
}
