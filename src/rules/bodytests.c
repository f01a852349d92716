/* bodytests.c - built-in tests of a message as a whole: its body, its line ends, its parts.
 *
 * What is not at the end of a returned message says nothing: servers cut what they send back.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "rules/tests.h"

#include "rules/domain.h"
#include "text/fields.h"

/* Parts of a message that are looked at. */
#define PARTS_MAX 100

/* As much of a text as is searched for links. */
#define TEXT_MAX (64 * 1024)

/* Fields of one name above which a receiver may count. */
#define EQUAL_FIELDS_LIMIT 20

static ModoriSpan
type_of (const ModoriLook *look)
{
    return modori_look_value (look, MODORI_LOOK_TYPE, 0);
}

/* Is the body one text that is not packed into ASCII? */
static gboolean
is_plain_text (const ModoriLook *look)
{
    ModoriSpan encoding = modori_look_value (look, MODORI_LOOK_ENCODING, 0);
    ModoriSpan type = type_of (look);

    return look->copy != MODORI_COPY_HEADER
        && (type.len == 0 || modori_span_begins (type, "text/"))
        && ! modori_span_is (encoding, "base64") && ! modori_span_is (encoding, "quoted-printable");
}

static gboolean
is_eight_bit (const ModoriLook *look)
{
    return is_plain_text (look) && ! modori_span_is_ascii (modori_header_body (look->header));
}

/* Show field NAME, or nothing when it is not there; always TRUE. */
static gboolean
show_if_there (const ModoriLook *look, GString *evidence, ModoriLookName name)
{
    g_string_truncate (evidence, 0);
    return modori_look_count (look, name) == 0
        || modori_look_show (look, evidence, name, modori_look_value (look, name, 0));
}

/* Letters beyond ASCII, and nothing says which. */
static gboolean
charset_missing (ModoriLook *look, GString *evidence)
{
    return is_eight_bit (look) && look->whole && modori_span_find (type_of (look), "charset") < 0
        && show_if_there (look, evidence, MODORI_LOOK_TYPE);
}

/* RFC 2045 6.2: without a Content-Transfer-Encoding that says 8bit the body is ASCII. */
static gboolean
eight_bit_body (ModoriLook *look, GString *evidence)
{
    ModoriSpan encoding = modori_look_value (look, MODORI_LOOK_ENCODING, 0);

    return is_eight_bit (look) && look->whole
        && (encoding.len == 0 || modori_span_is (encoding, "7bit"))
        && show_if_there (look, evidence, MODORI_LOOK_ENCODING);
}

/* The boundary in a Content-Type of type multipart, or an empty span. */
static ModoriSpan
boundary_of (ModoriSpan type)
{
    gssize at = modori_span_begins (type, "multipart/") ? modori_span_find (type, "boundary=") : -1;
    ModoriSpan rest = at < 0 ? MODORI_SPAN_EMPTY : modori_span_skip (type, (gsize) at + 9);
    gsize n = 0;

    if (rest.len > 0 && rest.at[0] == '"') {
        const char *end = memchr (rest.at + 1, '"', rest.len - 1);

        return modori_span_between (rest.at + 1, end ? end : rest.at + 1);
    }
    while (n < rest.len && ! strchr ("; \t\r\n", rest.at[n]))
        n++;
    return modori_span (rest.at, n);
}

static gboolean
multipart_unclosed (ModoriLook *look, GString *evidence)
{
    ModoriSpan boundary = boundary_of (type_of (look)), body = modori_header_body (look->header);
    g_autofree char *end = NULL;

    if (look->copy != MODORI_COPY_WHOLE || boundary.len == 0)
        return FALSE;
    end = g_strdup_printf ("--%.*s--", (int) MIN (boundary.len, 200), boundary.at);
    if (memmem (body.at, body.len, end, strlen (end)))
        return FALSE;
    return modori_look_show (look, evidence, MODORI_LOOK_TYPE, type_of (look));
}

/* NUL, or a CR that no LF follows.  (Several CR before an LF are made by programs that save
 * mail.) */
static gboolean
stray_bytes (ModoriLook *look, GString *evidence)
{
    ModoriSpan all = modori_message_bytes (look->message);
    ModoriSpan rest = all;
    const char *cr;

    if (memchr (all.at, '\0', all.len)) {
        g_string_assign (evidence, "NUL");
        return TRUE;
    }
    while ((cr = memchr (rest.at, '\r', rest.len)) != NULL) {
        rest = modori_span_between (cr + 1, modori_span_end (all));
        while (rest.len > 0 && rest.at[0] == '\r')
            rest = modori_span_skip (rest, 1);
        if (rest.len > 0 && rest.at[0] != '\n') {
            g_string_assign (evidence, "CR");
            return TRUE;
        }
    }
    return FALSE;
}

/* Does BASE64 begin with the local header of a zip entry that is encrypted?  (PKWARE's
 * APPNOTE.TXT 4.3.7: bit 0 of the flags.) */
static gboolean
is_encrypted_zip (ModoriSpan base64)
{
    char start[13] = "";
    g_autofree guchar *bytes = NULL;
    gsize n = 0;

    if (! modori_span_begins (base64, "UEsDB") || base64.len < sizeof start - 1)
        return FALSE;
    memcpy (start, base64.at, sizeof start - 1);
    bytes = g_base64_decode (start, &n);
    return n > 6 && memcmp (bytes, "PK\003\004", 4) == 0 && (bytes[6] & 1);
}

static gboolean
encrypted_zip (ModoriLook *look, GString *evidence)
{
    guint n = look->copy == MODORI_COPY_HEADER ? 0 : modori_message_n_parts (look->message);

    for (guint part = 1; part < MIN (n, PARTS_MAX); part++) {
        const ModoriPart *body = modori_message_part (look->message, part);

        if (body->media == MODORI_MEDIA_OTHER
            && is_encrypted_zip (modori_span_trim (modori_span (body->body.at,
                                                                MIN (body->body.len, 100))))) {
            modori_look_evidence (evidence, "Content-Type",
                                  modori_message_raw (look->message, part, "Content-Type", 0,
                                                      NULL));
            return TRUE;
        }
    }
    return FALSE;
}

/* --- links --- */

/* The host of a URL at the start of TEXT, or an empty span. */
static ModoriSpan
host_of (ModoriSpan text)
{
    gsize n = 0;

    if (modori_span_begins (text, "https://"))
        text = modori_span_skip (text, 8);
    else if (modori_span_begins (text, "http://"))
        text = modori_span_skip (text, 7);
    else if (! modori_span_begins (text, "www."))
        return MODORI_SPAN_EMPTY;
    while (n < text.len && (g_ascii_isalnum (text.at[n]) || strchr (".-", text.at[n])))
        n++;
    return modori_span (text.at, n);
}

/* Take the next link off REST: where it leads, and what is shown for it.  FALSE at the end. */
static gboolean
next_link (ModoriSpan *rest, ModoriSpan *target, ModoriSpan *shown)
{
    gssize at = modori_span_find (*rest, "href=");
    const char *close;

    if (at < 0)
        return FALSE;
    *rest = modori_span_skip (*rest, (gsize) at + 5);
    if (rest->len > 0 && strchr ("\"'", rest->at[0]))
        *rest = modori_span_skip (*rest, 1);
    *target = host_of (*rest);
    close = memchr (rest->at, '>', rest->len);
    *rest = modori_span_between (close ? close + 1 : modori_span_end (*rest),
                                 modori_span_end (*rest));
    *shown = host_of (modori_span_trim (*rest));
    return TRUE;
}

/* A link that shows the address of one organisation and leads to another. */
static gboolean
link_text (ModoriLook *look, GString *evidence)
{
    guint n = look->copy == MODORI_COPY_HEADER ? 0 : modori_message_n_parts (look->message);

    for (guint part = 0; part < MIN (n, PARTS_MAX); part++) {
        ModoriSpan rest, target, shown;

        if (modori_message_part (look->message, part)->media != MODORI_MEDIA_HTML)
            continue;
        rest = modori_message_source_text (look->message, part, TEXT_MAX);
        while (next_link (&rest, &target, &shown))
            if (modori_domain_is_public (shown) && target.len > 0
                && ! modori_domain_agrees (shown, target)) {
                g_string_printf (evidence, "%.*s -> %.*s", (int) MIN (shown.len, 100), shown.at,
                                 (int) MIN (target.len, 100), target.at);
                return TRUE;
            }
    }
    return FALSE;
}

/* --- fields by number --- */

/* May one name occur more often than the limit?  Counted are the names that are equal in length and
 * in their last letter. */
static gboolean
may_be_equal (ModoriSpan head)
{
    guint16 counts[32 * 32] = { 0 };
    ModoriFields fields;
    ModoriField field;

    modori_fields_init (&fields, head, MODORI_FIELDS_MAIL);
    while (modori_fields_next (&fields, &field)) {
        gsize n = field.name.len;

        if (modori_span_begins (field.name, "X-")
            && ++counts[n % 32 * 32 + (field.name.at[n - 1] & 31)] > EQUAL_FIELDS_LIMIT)
            return TRUE;
    }
    return FALSE;
}

/* X- fields of one name, of which systems that pass a mail on add more and more. */
static gboolean
equal_fields (ModoriLook *look, GString *evidence)
{
    g_autoptr (GHashTable) counts = NULL;
    ModoriFields fields;
    ModoriField field;

    if (modori_header_extensions (look->header) <= EQUAL_FIELDS_LIMIT
        || ! may_be_equal (modori_header_head (look->header)))
        return FALSE;
    counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    modori_fields_init (&fields, modori_header_head (look->header), MODORI_FIELDS_MAIL);
    while (modori_fields_next (&fields, &field)) {
        char *name;
        guint n;

        if (! modori_span_begins (field.name, "X-"))
            continue;
        name = g_ascii_strdown (field.name.at, (gssize) field.name.len);
        n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, name)) + 1;
        g_hash_table_replace (counts, name, GUINT_TO_POINTER (n));
        if (n <= EQUAL_FIELDS_LIMIT)
            continue;
        g_string_printf (evidence, "%.*s: (%u)", (int) MIN (field.name.len, 100), field.name.at, n);
        return TRUE;
    }
    return FALSE;
}

const ModoriTest modori_bodytests[] = {
    { "charset-missing", charset_missing, MODORI_TEST_NEEDS_NOTHING },
    { "eight-bit-body", eight_bit_body, MODORI_TEST_NEEDS_NOTHING },
    { "encrypted-zip", encrypted_zip, MODORI_TEST_NEEDS_NOTHING },
    { "equal-fields", equal_fields, MODORI_TEST_NEEDS_NOTHING },
    { "link-text", link_text, MODORI_TEST_NEEDS_NOTHING },
    { "multipart-unclosed", multipart_unclosed, MODORI_LOOK_TYPE },
    { "stray-bytes", stray_bytes, MODORI_TEST_NEEDS_NOTHING },
    { NULL, NULL, MODORI_TEST_NEEDS_NOTHING },
};
