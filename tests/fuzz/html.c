/* html.c - fuzz target: HTML becomes lines of text.
 *
 * Whatever it is, the text is UTF-8, not longer than the HTML allows, the same again, and what is wanted of it is its
 * beginning.  HTML that is made of the input by escaping must give the input back.  Reaches html.c and entity.c.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "mail/html.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* One "&x;" may stand for two characters of four bytes. */
#define GROWTH 3

static void
check_text (const GString *text)
{
    g_assert_true (g_utf8_validate (text->str, (gssize) text->len, NULL));
    for (gsize i = 0; i < text->len; i++)
        g_assert_true ((guchar) text->str[i] >= ' ' || text->str[i] == '\n');
    g_assert_true (text->len == 0 || text->str[text->len - 1] == '\n');
}

static void
check_piece (ModoriSpan html, gsize max, const GString *whole)
{
    g_autoptr (GString) piece = g_string_new (NULL);
    gsize same;

    modori_html_text (piece, html, max);
    check_text (piece);
    g_assert_cmpuint (piece->len, >=, MIN (max, whole->len));
    /* Its last line end is its own. */
    same = piece->len ? piece->len - 1 : 0;
    g_assert_cmpuint (same, <=, whole->len);
    g_assert_true (memcmp (piece->str, whole->str, same) == 0);
}

/* TEXT without what HTML leaves out, its blanks single. */
static char *
honest (const char *text)
{
    GString *out = g_string_new (NULL);

    for (const char *p = text; *p; p = g_utf8_next_char (p)) {
        gunichar c = g_utf8_get_char (p);

        if (c == ' ' && out->len && out->str[out->len - 1] != ' ')
            g_string_append_c (out, ' ');
        else if (c > ' ' && ! g_unichar_iscntrl (c) && c != 0xa0 && c != 0x200b && c != 0xfeff && c != 0xad)
            g_string_append_unichar (out, c);
    }
    g_strstrip (out->str);
    return g_string_free (out, FALSE);
}

static void
check_return (const char *text)
{
    g_autofree char *want = honest (text);
    g_autofree char *escaped = g_markup_escape_text (want, -1);
    g_autofree char *html = g_strconcat ("<HTML><head><title>no</title></head><body class='x>y'><p>", escaped,
                                         "<script>no</script></p></body></html>", NULL);
    g_autoptr (GString) got = g_string_new (NULL);

    modori_html_text (got, modori_span_of (html), 0);
    if (got->len)
        g_string_truncate (got, got->len - 1);
    g_assert_cmpstr (got->str, ==, want);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    g_autofree char *text = g_utf8_make_valid ((const char *) data, (gssize) size);
    ModoriSpan html = modori_span_of (text);
    g_autoptr (GString) whole = g_string_new (NULL);

    modori_html_text (whole, html, 0);
    check_text (whole);
    g_assert_cmpuint (whole->len, <=, GROWTH * html.len + 2);
    check_piece (html, 1, whole);
    check_piece (html, 100, whole);
    check_piece (html, html.len + 1, whole);
    check_return (text);
    return 0;
}
