/* fromline.c - is this the "From " line that begins a message of an mbox?
 *
 * Programs that deliver into pipes often leave "From " at the start of a line
 * of the text as it is, so only a line that ends in a date counts.  Each word
 * is turned into a letter for what it could be, and the letters are compared
 * with a table of all the orders that mail programs write: asctime's with and
 * without zones, RFC 5322's, ISO 8601's.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "mail/mbox.h"

/* No date and no sender's address takes more words. */
#define WORDS_MAX 24

/* W weekday, M month, D day, T time of day, Y year, Z zone, i date of ISO 8601,
 * I date and time of it. */
static const char *const dates[] = {
    "WMDTY", "WMDTZY", "WMDTYZ", "WMDTZZY", "WMDTYZZ", "WMDTZYZ",
    "WDMYT", "WDMYTZ", "WDMYTZZ", "DMYT", "DMYTZ",
    "I", "IZ", "iT", "iTZ",
};

static const char weekdays[] = "SunMonTueWedThuFriSat";
static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

/* Each letter of PATTERN stands for one of a kind: 9 a digit, A a letter, + a
 * sign, anything else itself. */
static gboolean
looks_like (ModoriSpan word, const char *pattern)
{
    gsize i;

    for (i = 0; i < word.len && pattern[i]; i++) {
        char c = word.at[i];
        gboolean fits = pattern[i] == '9' ? g_ascii_isdigit (c)
                        : pattern[i] == 'A' ? g_ascii_isupper (c)
                        : pattern[i] == '+' ? c == '+' || c == '-' : c == pattern[i];

        if (! fits)
            return FALSE;
    }
    return i == word.len && pattern[i] == '\0';
}

/* Three letters, perhaps with a comma behind them. */
static gboolean
is_one_of (ModoriSpan word, const char *names)
{
    if (word.len == 4 && word.at[3] == ',')
        word.len = 3;
    if (word.len != 3)
        return FALSE;
    for (; *names; names += 3)
        if (memcmp (word.at, names, 3) == 0)
            return TRUE;
    return FALSE;
}

static char
kind_of (ModoriSpan word)
{
    static const struct { char kind; const char *pattern; } patterns[] = {
        { 'D', "9" }, { 'D', "99" }, { 'Y', "9999" },
        { 'T', "99:99" }, { 'T', "99:99:99" }, { 'T', "9:99" }, { 'T', "9:99:99" },
        { 'Z', "+9999" }, { 'Z', "+99:99" },
        { 'Z', "A" }, { 'Z', "AA" }, { 'Z', "AAA" }, { 'Z', "AAAA" }, { 'Z', "AAAAA" },
        { 'Z', "(AAA)" }, { 'Z', "(AAAA)" },
        { 'i', "9999-99-99" },
    };

    if (is_one_of (word, weekdays))
        return 'W';
    if (is_one_of (word, months))
        return 'M';
    for (guint i = 0; i < G_N_ELEMENTS (patterns); i++)
        if (looks_like (word, patterns[i].pattern))
            return patterns[i].kind;
    if (word.len > 11 && word.at[10] == 'T' && looks_like (modori_span (word.at, 10), "9999-99-99"))
        return 'I';
    return '?';
}

/* The words of TEXT, at most WORDS_MAX + 1. */
static guint
split (ModoriSpan text, ModoriSpan *words)
{
    const char *at = text.at, *end = modori_span_end (text);
    guint n = 0;

    while (n <= WORDS_MAX) {
        const char *start;

        while (at < end && g_ascii_isspace (*at))
            at++;
        start = at;
        while (at < end && ! g_ascii_isspace (*at))
            at++;
        if (at == start)
            break;
        words[n++] = modori_span_between (start, at);
    }
    return n;
}

/* No word or one stands before the date, or an address of several: quoted, or
 * "bob at example.com". */
static gboolean
is_sender (const ModoriSpan *words, guint n)
{
    if (n <= 1 || (n == 3 && modori_span_is (words[1], "at")))
        return TRUE;
    for (guint i = 0; i < n; i++)
        if (memchr (words[i].at, '@', words[i].len) || memchr (words[i].at, '"', words[i].len))
            return TRUE;
    return FALSE;
}

/* The words of the date in LINE: as many as the text given back has letters, from WORDS[*FIRST] on.
 * NULL when it is no "From " line with a date. */
static const char *
find_date (ModoriSpan line, ModoriSpan words[WORDS_MAX + 1], guint *first)
{
    char kinds[WORDS_MAX + 1] = "";
    guint n;

    if (line.len < 5 || memcmp (line.at, "From ", 5) != 0)
        return NULL;
    n = split (modori_span_skip (line, 5), words);
    if (n > WORDS_MAX)
        return NULL;
    if (n > 3 && modori_span_is (words[n - 3], "remote") && modori_span_is (words[n - 2], "from"))
        n -= 3;
    for (guint i = 0; i < n; i++)
        kinds[i] = kind_of (words[i]);
    for (guint i = 0; i < G_N_ELEMENTS (dates); i++) {
        guint len = (guint) strlen (dates[i]);

        if (g_str_has_suffix (kinds, dates[i]) && is_sender (words, n - len)) {
            *first = n - len;
            return dates[i];
        }
    }
    return NULL;
}

/* Is LINE one word and a date as asctime writes it, "From a@example.com Sat Nov 21 19:37:06 2026"?
 * Nearly all are: that they are "From " lines is seen without cutting them into words. */
static gboolean
is_usual (ModoriSpan line)
{
    const gsize length = strlen (" Sat Nov 21 19:37:06 2026");
    const char *date = modori_span_end (line) - length;

    if (line.len <= strlen ("From ") + length || memcmp (line.at, "From ", strlen ("From ")) != 0)
        return FALSE;
    for (const char *sender = line.at + strlen ("From "); sender < date; sender++)
        if (g_ascii_isspace (*sender))
            return FALSE;
    return date[0] == ' ' && is_one_of (modori_span (date + 1, 3), weekdays) && date[4] == ' '
           && is_one_of (modori_span (date + 5, 3), months) && date[8] == ' '
           && (looks_like (modori_span (date + 9, 16), "99 99:99:99 9999")
               || looks_like (modori_span (date + 9, 16), " 9 99:99:99 9999"));
}

gboolean
modori_mbox_is_from_line (ModoriSpan line)
{
    ModoriSpan words[WORDS_MAX + 1];
    guint first;

    if (is_usual (line))
        return TRUE;
    return find_date (line, words, &first) != NULL;
}

/* "2026-11-21" as "21 Nov 2026 ". */
static void
append_iso (GString *out, ModoriSpan date)
{
    guint month = (guint) (date.at[5] - '0') * 10 + (guint) (date.at[6] - '0');

    if (month >= 1 && month <= 12)
        g_string_append_printf (out, "%.2s %.3s %.4s ", date.at + 8, months + 3 * (month - 1),
                                date.at);
}

/* The word of WORDS that KINDS says to be a KIND; of several zones one in numbers. */
static ModoriSpan
find_word (const ModoriSpan *words, const char *kinds, char kind)
{
    ModoriSpan found = MODORI_SPAN_EMPTY;

    for (guint i = 0; kinds[i]; i++)
        if (kinds[i] == kind && (! found.len || strchr ("+-", *words[i].at)))
            found = words[i];
    return found;
}

static void
append_word (GString *out, ModoriSpan word)
{
    for (gsize i = 0; i < word.len; i++)
        if (! strchr ("(),", word.at[i]))
            g_string_append_c (out, word.at[i]);
    g_string_append_c (out, ' ');
}

/* "+09:00" or "+0900" or "JST"; none is that of the world. */
static void
append_zone (GString *out, ModoriSpan zone)
{
    if (zone.len == 6 && zone.at[3] == ':')
        g_string_append_printf (out, "%.3s%.2s", zone.at, zone.at + 4);
    else if (zone.len > 0 && ! modori_span_is (zone, "Z"))
        append_word (out, zone);
    else
        g_string_append (out, "-0000");
}

/* "2026-11-21T19:37:06.000+09:00", and perhaps a ZONE behind it. */
static void
append_iso_time (GString *out, ModoriSpan word, ModoriSpan zone)
{
    gsize end = 11, behind;

    while (end < word.len && (g_ascii_isdigit (word.at[end]) || word.at[end] == ':'))
        end++;
    for (behind = end; behind < word.len && strchr (".0123456789", word.at[behind]); behind++)
        ;
    append_iso (out, word);
    append_word (out, modori_span_between (word.at + 11, word.at + end));
    word = modori_span_skip (word, behind);
    append_zone (out, word.len ? word : zone);
}

void
modori_mbox_from_date (ModoriSpan line, char out[MODORI_DATE_MAX])
{
    ModoriSpan words[WORDS_MAX + 1], zone;
    guint first;
    const char *kinds = find_date (line, words, &first);
    g_autoptr (GString) date = g_string_new (NULL);

    out[0] = '\0';
    if (! kinds)
        return;
    zone = find_word (words + first, kinds, 'Z');
    if (strchr (kinds, 'I')) {
        append_iso_time (date, find_word (words + first, kinds, 'I'), zone);
    } else if (strchr (kinds, 'i')) {
        append_iso (date, find_word (words + first, kinds, 'i'));
        append_word (date, find_word (words + first, kinds, 'T'));
        append_zone (date, zone);
    } else {
        for (const char *kind = "DMYT"; *kind; kind++)
            append_word (date, find_word (words + first, kinds, *kind));
        append_zone (date, zone);
    }
    modori_date_rfc3339 (modori_span (date->str, date->len), out);
}
