/* charset.c - fuzz target: bytes of any charset become valid UTF-8, and the right one where there is no doubt.
 *
 * Input: the name of a charset on a line of its own, and the text.  Reaches charset.c, jis.c and guess.c.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "mail/charset.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* A byte becomes at most so many: where it stands for three characters (TSCII), and one in four escapes. */
#define GROWTH 12

/* One converted piece more than is wanted. */
#define BEHIND_MAX (3 * 1024)

static void
append (ModoriCharsets *charsets, GString *out, ModoriSpan name, ModoriSpan text, gsize max)
{
    modori_charset_append (charsets, out, name, text, max);
    g_assert_true (g_utf8_validate (out->str, (gssize) out->len, NULL));
}

static gboolean
is_one_of (ModoriSpan name, const char *const *names)
{
    for (; *names; names++)
        if (modori_span_is (name, *names))
            return TRUE;
    return FALSE;
}

/* Text that is what its charset says, and holds no escape sequences, is what GLib makes of it. */
static void
check_converted (ModoriSpan name, ModoriSpan text, const GString *got)
{
    static const char *const sure[] = {
        "koi8-r", "windows-1251", "iso-8859-2", "iso-8859-5", "iso-8859-7", "iso-8859-15", "windows-1250",
        "shift_jis", "gb18030", "cp866", NULL
    };
    g_autofree char *charset = modori_span_dup (name);
    g_autofree char *want = NULL;
    gsize len;

    if (! is_one_of (name, sure) || modori_span_is_ascii (text) || memchr (text.at, '\033', text.len)
        || memchr (text.at, '\0', text.len))
        return;
    want = g_convert (text.at, (gssize) text.len, "UTF-8",
                      modori_span_is (name, "shift_jis") ? "CP932" : charset, NULL, &len, NULL);
    if (want && g_utf8_validate (want, (gssize) len, NULL))
        g_assert_cmpmem (got->str, got->len, want, len);
}

/* UTF-8 stays what it is, when that is what is declared or nothing is. */
static void
check_unchanged (ModoriSpan name, ModoriSpan text, const GString *got)
{
    static const char *const open[] = { "", "utf-8", "utf8", "us-ascii", "unknown-8bit", "iso-8859-1", NULL };

    if (is_one_of (name, open) && g_utf8_validate (text.at, (gssize) text.len, NULL)
        && ! memchr (text.at, '\033', text.len))
        g_assert_cmpmem (got->str, got->len, text.at, text.len);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    static const gsize limits[] = { 1, 10, 1000, 5000 };
    ModoriSpan text = modori_span ((const char *) data, size), name = MODORI_SPAN_EMPTY;
    g_autoptr (ModoriCharsets) charsets = modori_charsets_new ();
    g_autoptr (GString) all = g_string_new (NULL), again = g_string_new (NULL);

    if (memchr (text.at, '\n', text.len))
        modori_span_line (&text, &name);
    append (charsets, all, name, text, 0);
    g_assert_cmpuint (all->len, <=, GROWTH * text.len + 16);
    append (charsets, again, name, text, 0);
    g_assert_true (g_string_equal (all, again));
    check_unchanged (name, text, all);
    check_converted (name, text, all);
    for (guint i = 0; i < G_N_ELEMENTS (limits); i++) {
        g_string_assign (again, "");
        append (charsets, again, name, text, limits[i]);
        g_assert_cmpuint (again->len, >=, MIN (all->len, limits[i]));
        if (! modori_span_is_ascii (text) && ! name.len)
            g_assert_true (again->len <= all->len);
    }
    return 0;
}
