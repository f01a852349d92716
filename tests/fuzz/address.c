/* address.c - fuzz target: the first address of a field.
 *
 * Of any bytes: one line of UTF-8, its domain in lower case.  Then an address is made of the input and written in all the
 * forms that fields have, which must give it back; and where GMime's strict reading finds an address without anything odd in
 * it, ours finds the same.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "auto.h"
#include "mail/addrspec.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&'*+-/=?^_`{|}~";

static void
check_address (const GString *address)
{
    const char *at = strrchr (address->str, '@');

    g_assert_true (g_utf8_validate (address->str, (gssize) address->len, NULL));
    for (; at && *at; at++)
        g_assert_false (g_ascii_isupper (*at));
}

/* --- written in all forms --- */

static char *
sift (ModoriSpan text, const char *allowed, gsize max)
{
    GString *out = g_string_new (NULL);

    for (gsize i = 0; i < text.len && out->len < max; i++)
        if (text.at[i] && strchr (allowed, text.at[i]))
            g_string_append_c (out, text.at[i]);
    return g_string_free (out, FALSE);
}

static void
check_return (ModoriSpan text)
{
    static const char *const forms[] = {
        "%s", "<%s>", " < %s > ", "\"Name, (of) <x@y>\" <%s>", "Name <%s>, other@example.jp", "%s (Name)", "(a(b)c) %s",
        "Name of one <%s>", "%s, other@example.jp", "\"\" <%s>", "\"a\\\"b\" <%s>", "mailto %s", "= ?x <%s>",
    };
    g_autofree char *local = sift (text, letters, 64);
    g_autofree char *domain = sift (modori_span_skip (text, text.len / 2), "abcdefghijklmnopqrstuvwxyz0123456789.-", 64);
    g_autofree char *want = g_strconcat (local, "@", domain, NULL);

    if (! local[0] || ! domain[0])
        return;
    for (guint i = 0; i < G_N_ELEMENTS (forms); i++) {
        g_autofree char *field = g_strdup_printf (forms[i], want);
        g_autoptr (GString) got = g_string_new ("before");

        g_assert_true (modori_addrspec_first (modori_span_of (field), got));
        g_assert_cmpstr (got->str, ==, want);
    }
}

/* --- what GMime finds --- */

static gboolean
is_simple (const char *address)
{
    const char *at = strchr (address, '@');

    return at && at > address && strspn (address, letters) == (gsize) (at - address)
        && at[1 + strspn (at + 1, "abcdefghijklmnopqrstuvwxyz0123456789.-")] == '\0' && at[1];
}

/* "(", quotes and brackets that do not close, and routes, are repaired in other ways: see tests/fuzz/README. */
static gboolean
is_even (const char *field)
{
    static const char odd[] = "\\\"()<>[]:;\033\n\r\t=";

    if (strchr (field, '@') != strrchr (field, '@'))
        return FALSE;
    return strpbrk (field, odd) == NULL || (strchr (field, '<') && strchr (field, '<') == strrchr (field, '<')
        && strchr (field, '>') && strchr (field, '>') == strrchr (field, '>') && strchr (field, '<') < strchr (field, '>')
        && ! strpbrk (field, "\\\"()[]:;\033\n\r\t="));
}

static void
check_same (const char *field, const GString *got)
{
    g_autoptr (InternetAddressList) list = NULL;
    InternetAddress *first;
    const char *want;

    if (! g_str_is_ascii (field) || ! is_even (field))
        return;
    list = internet_address_list_parse (NULL, field);
    if (! list || internet_address_list_length (list) != 1)
        return;
    first = internet_address_list_get_address (list, 0);
    if (! INTERNET_ADDRESS_IS_MAILBOX (first))
        return;
    want = internet_address_mailbox_get_addr ((InternetAddressMailbox *) first);
    if (! want || ! is_simple (want) || ! strstr (field, want))
        return;
    /* Meant: a local part alone is an address here, and the dot of the root at the end of a domain is kept. */
    if (! strchr (got->str, '@'))
        return;
    g_assert_true (g_str_has_prefix (got->str, want));
    g_assert_cmpuint (strspn (got->str + strlen (want), "."), ==, got->len - strlen (want));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    g_autofree char *text = g_utf8_make_valid ((const char *) data, (gssize) MIN (size, 8192));
    g_autoptr (GString) got = g_string_new (NULL);

    g_mime_init ();
    if (modori_addrspec_first (modori_span_of (text), got))
        g_assert_cmpuint (got->len, >, 0);
    else
        g_assert_cmpuint (got->len, ==, 0);
    check_address (got);
    check_same (text, got);
    check_return (modori_span_of (text));
    return 0;
}
