/* charset.c - turns text of any charset, declared rightly, wrongly or not at all, into UTF-8.
 *
 * The names that mail uses are read as the larger sets that are really meant (as the Encoding
 * Standard of the web does): gb2312 is GB18030, iso-8859-1 is windows-1252, ks_c_5601-1987 is
 * UHC, shift_jis is CP932.  Text without a charset, or said to be ASCII and not, is UTF-8 when it
 * is valid UTF-8; else guess.c decides.
 *
 * ISO-2022-JP is found by its escape sequences, whatever is declared (jis.c).
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "mail/charset.h"

#include <errno.h>

#include "mail/jis.h"
#include "mail/mime.h"

/* Converters kept open; a message with more charsets than that opens some of them twice. */
#define OPEN_MAX 24

#define REPLACEMENT "\xef\xbf\xbd"

/* Names not in the table that one message may have looked up: most are inventions, and each costs
 * some files. */
#define ODD_NAMES_MAX 16

/* Bytes converted at a time. */
#define PIECE 1024

/* Bytes that are validated from a character beyond ASCII on: where one is, others are near. */
#define WIDE_PIECE 32

/* Bytes of a character in UTF-8 behind its first (RFC 3629, 3). */
#define CONTINUATIONS_MAX 3

/* ASCII that is looked at first, before it is known where a NUL is. */
#define ASCII_PIECE 64

static const struct {
    const char *name;           /* as declared: the beginning, or all when it ends in a blank */
    const char *iconv;          /* "" to guess */
} names[] = {
    { "utf-8 ", "UTF-8" },
    { "utf8 ", "UTF-8" },
    { "unicode-1-1-utf-8 ", "UTF-8" },
    { "us-ascii ", "" },
    { "ascii ", "" },
    { "ansi_x3.", "" },
    { "7bit ", "" },
    { "unknown", "" },
    { "x-unknown", "" },
    { "8bit ", "" },
    { "default", "" },
    /* Its escape sequences were looked for already. */
    { "iso-2022-jp", "" },
    { "csiso2022jp", "" },
    { "cp5022", "" },
    { "jis ", "" },
    { "iso-8859-1 ", "WINDOWS-1252" },
    { "iso8859-1 ", "WINDOWS-1252" },
    { "latin1 ", "WINDOWS-1252" },
    { "iso_8859-1", "WINDOWS-1252" },
    { "windows-1252 ", "WINDOWS-1252" },
    { "cp1252 ", "WINDOWS-1252" },
    { "iso-8859-9 ", "WINDOWS-1254" },
    { "iso-8859-11 ", "CP874" },
    { "tis-620 ", "CP874" },
    { "windows-874 ", "CP874" },
    { "shift_jis", "CP932" },
    { "shift-jis", "CP932" },
    { "sjis", "CP932" },
    { "x-sjis", "CP932" },
    { "ms_kanji ", "CP932" },
    { "windows-31j ", "CP932" },
    { "cp932 ", "CP932" },
    { "euc-jp", "EUC-JP-MS" },
    { "x-euc-jp ", "EUC-JP-MS" },
    { "eucjp", "EUC-JP-MS" },
    { "x-euc ", "EUC-JP-MS" },
    { "ujis ", "EUC-JP-MS" },
    { "gb2312", "GB18030" },
    { "gb_2312", "GB18030" },
    { "gbk ", "GB18030" },
    { "x-gbk ", "GB18030" },
    { "gb18030 ", "GB18030" },
    { "cp936 ", "GB18030" },
    { "euc-cn ", "GB18030" },
    { "big5", "BIG5-HKSCS" },
    { "cp950 ", "BIG5-HKSCS" },
    { "x-x-big5 ", "BIG5-HKSCS" },
    { "ks_c_5601", "UHC" },
    { "ksc5601", "UHC" },
    { "euc-kr ", "UHC" },
    { "korean ", "UHC" },
    { "cp949 ", "UHC" },
    { "windows-949 ", "UHC" },
    { "uhc ", "UHC" },
    { "koi8-r ", "KOI8-R" },
    { "koi8-u ", "KOI8-U" },
    { "utf-7 ", "UTF-7" },
    { "unicode-1-1-utf-7 ", "UTF-7" },
    { "windows-1251 ", "WINDOWS-1251" },
    { "cp1251 ", "WINDOWS-1251" },
};

/* For systems whose iconv lacks the larger set. */
static const struct {
    const char *name, *other;
} substitutes[] = {
    { "EUC-JP-MS", "EUC-JP" },
    { "CP932", "SHIFT_JIS" },
    { "BIG5-HKSCS", "BIG5" },
    { "UHC", "EUC-KR" },
    { "GB18030", "GBK" },
    { "CP874", "TIS-620" },
    { "WINDOWS-1252", "ISO-8859-1" },
};

typedef struct {
    char *name;
    GIConv converter;           /* (GIConv) -1: there is none */
} Open;

struct ModoriCharsets {
    GArray *open;               /* element-type Open */
    GString *euc;               /* ISO-2022-JP on its way */
    guint odd_names;            /* looked up for this message */
};

static void
close_converter (gpointer data)
{
    Open *open = data;

    g_free (open->name);
    if (open->converter != (GIConv) -1)
        g_iconv_close (open->converter);
}

ModoriCharsets *
modori_charsets_new (void)
{
    ModoriCharsets *charsets = g_new0 (ModoriCharsets, 1);

    charsets->open = g_array_new (FALSE, FALSE, sizeof (Open));
    g_array_set_clear_func (charsets->open, close_converter);
    charsets->euc = g_string_new (NULL);
    return charsets;
}

void
modori_charsets_free (ModoriCharsets *charsets)
{
    if (! charsets)
        return;
    g_array_unref (charsets->open);
    g_string_free (charsets->euc, TRUE);
    g_free (charsets);
}

static GIConv
open_by_name (ModoriCharsets *charsets, const char *name, gboolean odd)
{
    GIConv converter;

    if (odd && charsets->odd_names++ >= ODD_NAMES_MAX)
        return (GIConv) -1;
    converter = g_iconv_open ("UTF-8", name);
    for (guint i = 0; i < G_N_ELEMENTS (substitutes) && converter == (GIConv) -1; i++)
        if (strcmp (name, substitutes[i].name) == 0)
            converter = g_iconv_open ("UTF-8", substitutes[i].other);
    return converter == (GIConv) -1 && odd ? modori_mime ()->open_charset (name) : converter;
}

static gboolean
is_listed (const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        if (strcmp (names[i].iconv, name) == 0)
            return TRUE;
    return FALSE;
}

static GIConv
find_converter (ModoriCharsets *charsets, const char *name)
{
    Open open;

    for (guint i = 0; i < charsets->open->len; i++) {
        const Open *known = &g_array_index (charsets->open, Open, i);

        if (strcmp (known->name, name) == 0) {
            if (known->converter != (GIConv) -1)
                g_iconv (known->converter, NULL, NULL, NULL, NULL);
            return known->converter;
        }
    }
    if (charsets->open->len == OPEN_MAX)
        g_array_remove_index (charsets->open, OPEN_MAX - 1);
    open.name = g_strdup (name);
    open.converter = open_by_name (charsets, name, ! is_listed (name));
    g_array_append_val (charsets->open, open);
    return open.converter;
}

void
modori_charsets_reset (ModoriCharsets *charsets)
{
    charsets->odd_names = 0;
}

void
modori_charsets_prepare (ModoriCharsets *charsets)
{
    for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        if (names[i].iconv[0])
            find_converter (charsets, names[i].iconv);
}

static gboolean
is_called (ModoriSpan charset, const char *name)
{
    gsize length = strlen (name);

    if (name[length - 1] != ' ')
        return modori_span_begins (charset, name);
    return charset.len == length - 1 && g_ascii_strncasecmp (charset.at, name, length - 1) == 0;
}

/* The iconv name of CHARSET, written to NAME when it is not one of the table; "" to guess. */
static const char *
resolve (ModoriSpan charset, char name[64])
{
    if (charset.len == 0 || charset.len > 40)
        return "";
    for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        if (is_called (charset, names[i].name))
            return names[i].iconv;
    for (gsize i = 0; i < charset.len; i++) {
        /* An iconv name may carry options behind slashes; those are not a stranger's to give. */
        if (! g_ascii_isalnum (charset.at[i])
            && ! (charset.at[i] && strchr ("-_.:", charset.at[i])))
            return "";
        name[i] = g_ascii_toupper (charset.at[i]);
    }
    name[charset.len] = '\0';
    return name;
}

/* The ASCII at the start of TEXT, or a piece of it: of so many bytes at first, each one twice the
 * one before.  So what is looked at beyond a NUL is no more than what lies before it. */
static gsize
ascii_piece (ModoriSpan text, gsize *piece)
{
    gsize n;

    text.len = MIN (text.len, *piece);
    n = modori_span_ascii (text);
    if (n == *piece)
        *piece *= 2;
    return n;
}

/* How many bytes to look at that are not only ASCII: a character that is not cut ends there. */
static gsize
wide_piece (ModoriSpan text)
{
    gsize n = MIN (text.len, WIDE_PIECE), last = MIN (text.len, WIDE_PIECE + CONTINUATIONS_MAX);

    while (n < last && ((guchar) text.at[n] & 0xC0) == 0x80)
        n++;
    return n;
}

/* The same as g_utf8_validate.  ASCII before and between other characters is not looked at byte by
 * byte: where it begins, no character is cut. */
static gboolean
is_utf8 (ModoriSpan text, const char **end)
{
    gsize piece = ASCII_PIECE;

    for (;;) {
        gsize n = ascii_piece (text, &piece);
        const char *nul = memchr (text.at, '\0', n);

        if (nul) {
            *end = nul;
            return FALSE;
        }
        text = modori_span_skip (text, n);
        n = wide_piece (text);
        if (n == 0 || ! g_utf8_validate (text.at, (gssize) n, end))
            return n == 0;
        text = modori_span_skip (text, n);
    }
}

/* Append TEXT, UTF-8 but for what is broken in it. */
static void
append_utf8 (GString *out, ModoriSpan text)
{
    gboolean ascii = modori_span_is_ascii (text) && ! memchr (text.at, '\0', text.len);
    const char *end;

    while (! ascii && ! is_utf8 (text, &end)) {
        g_string_append_len (out, text.at, end - text.at);
        g_string_append (out, REPLACEMENT);
        text = modori_span_between (end + 1, modori_span_end (text));
    }
    g_string_append_len (out, text.at, (gssize) text.len);
}

static void
append_converted (GIConv converter, GString *out, ModoriSpan text, gsize stop)
{
    char *in = (char *) text.at;
    gsize left = text.len;

    while (left > 0 && out->len < stop) {
        char buffer[PIECE], *to = buffer;
        gsize room = sizeof buffer;
        int problem = g_iconv (converter, &in, &left, &to, &room) == (gsize) -1 ? errno : 0;

        append_utf8 (out, modori_span_between (buffer, to));
        if (problem == 0 || problem == E2BIG)
            continue;
        g_string_append (out, REPLACEMENT);
        in++;
        left--;
    }
}

/* Is TEXT, which is not valid UTF-8, UTF-8 that was cut or damaged here and there? */
static gboolean
is_mostly_utf8 (ModoriSpan text)
{
    gsize good = 0, bad = 0;

    while (text.len > 0) {
        gunichar c = 0;
        gsize length = 1;

        if (text.at[0] & 0x80) {
            c = g_utf8_get_char_validated (text.at, (gssize) MIN (text.len, 6));
            if (c >= (gunichar) -2)
                bad++;
            else {
                good++;
                length = (gsize) g_unichar_to_utf8 (c, NULL);
            }
        }
        text = modori_span_skip (text, length);
    }
    return good > bad;
}

static void
append_named (ModoriCharsets *charsets, GString *out, const char *name, ModoriSpan text, gsize stop)
{
    const gboolean open =
        ! name[0] || strcmp (name, "UTF-8") == 0 || strcmp (name, "WINDOWS-1252") == 0;
    const char *end;
    GIConv converter;

    /* Bytes that are UTF-8 by chance are so rare that they overrule the Latin-1 that programs
     * declare unasked. */
    if (open && is_utf8 (text, &end)) {
        g_string_append_len (out, text.at, (gssize) text.len);
        return;
    }
    if (open && name[0] != 'W') {
        if (is_mostly_utf8 (text)) {
            append_utf8 (out, text);
            return;
        }
        name = modori_charset_guess (text);
    }
    converter = find_converter (charsets, name);
    if (converter == (GIConv) -1 && ! open)
        append_named (charsets, out, "", text, stop);
    else if (converter == (GIConv) -1)
        append_utf8 (out, text);
    else
        append_converted (converter, out, text, stop);
}

/* Append TEXT with ISO-2022-JP in it: its Japanese by way of EUC, what is between as NAME says. */
static void
append_jis (ModoriCharsets *charsets, GString *out, const char *name, ModoriSpan text, gsize stop)
{
    ModoriJis jis = { text, MODORI_JIS_ASCII };
    ModoriSpan segment;
    gboolean japanese;

    while (out->len < stop && modori_jis_next (&jis, &segment, &japanese, charsets->euc)) {
        if (japanese)
            append_named (charsets, out, "EUC-JP-MS", segment, stop);
        else if (modori_span_is_ascii (segment))
            append_utf8 (out, segment);
        else
            append_named (charsets, out, name, segment, stop);
    }
}

/* Charsets that are written in ASCII bytes and are not ASCII. */
static gboolean
is_shifting (ModoriSpan charset)
{
    return modori_span_begins (charset, "utf-7")
        || modori_span_begins (charset, "unicode-1-1-utf-7")
        || modori_span_begins (charset, "iso-2022-kr")
        || modori_span_begins (charset, "iso-2022-cn");
}

/* Said to be ISO-2022-JP, with escape sequences that lead nowhere: nobody shall see them. */
static gboolean
is_escaped (ModoriSpan charset, ModoriSpan text)
{
    return modori_span_begins (charset, "iso-2022-jp") && memchr (text.at, '\033', text.len);
}

void
modori_charset_append (ModoriCharsets *charsets, GString *out, ModoriSpan charset,
                       ModoriSpan text, gsize max)
{
    gsize stop = max ? out->len + max : G_MAXSIZE;
    gboolean shifting = is_shifting (charset);
    char buffer[64];

    if (! shifting && (modori_jis_holds (text) || is_escaped (charset, text)))
        append_jis (charsets, out, resolve (charset, buffer), text, stop);
    else if (! shifting && modori_span_is_ascii (text))
        append_utf8 (out, text);
    else
        append_named (charsets, out, resolve (charset, buffer), text, stop);
}
