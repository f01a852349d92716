/* words.c - fuzz target: header fields with encoded words become one line of UTF-8.
 *
 * What GMime writes as encoded words is read as what it was.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "auto.h"
#include "mail/words.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
check_line (ModoriSpan line)
{
    g_assert_true (line.len == 0 || g_utf8_validate (line.at, (gssize) line.len, NULL));
    for (gsize i = 0; i < line.len; i++) {
        g_assert_true ((guchar) line.at[i] >= ' ' && line.at[i] != 127);
        g_assert_false (line.at[i] == '\xc2' && (guchar) line.at[i + 1] < 0xa0);
    }
}

/* TEXT as people write it: no control characters, nothing that looks like an encoded word, single blanks. */
static char *
honest (ModoriSpan text)
{
    g_autofree char *valid = g_utf8_make_valid (text.at, (gssize) text.len);
    GString *out = g_string_new (NULL);

    for (const char *p = valid; *p; p = g_utf8_next_char (p)) {
        gunichar c = g_utf8_get_char (p);
        gboolean again = out->len && out->str[out->len - 1] == ' ';

        if (c != '=' && c != '?' && ! g_unichar_iscntrl (c) && ! (g_unichar_isspace (c) && (c != ' ' || again)))
            g_string_append_unichar (out, c);
    }
    g_strstrip (out->str);
    return g_string_free (out, FALSE);
}

static void
check_return (ModoriWords *words, ModoriSpan text)
{
    g_autofree char *want = honest (text);
    g_autofree char *encoded = g_mime_utils_header_encode_text (NULL, want, "UTF-8");
    ModoriSpan got = modori_words_decode (words, modori_span_of (encoded));

    g_assert_cmpmem (got.at, got.len, want, strlen (want));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    ModoriSpan text = modori_span ((const char *) data, size), line;
    g_autoptr (ModoriCharsets) charsets = modori_charsets_new ();
    g_autofree char *first = NULL;
    ModoriWords *words = modori_words_new (charsets);

    g_mime_init ();
    line = modori_words_decode (words, text);
    check_line (line);
    first = modori_span_dup (line);
    line = modori_words_decode (words, text);
    g_assert_cmpmem (line.at, line.len, first, strlen (first));
    /* A line that holds no more encoded words stays as it is. */
    if (! strstr (first, "=?")) {
        line = modori_words_decode (words, modori_span_of (first));
        g_assert_cmpmem (line.at, line.len, first, strlen (first));
    }
    check_return (words, modori_span (text.at, MIN (text.len, 2000)));
    modori_words_free (words);
    return 0;
}
