/* pattern.c - the patterns of the rules files: PCRE2 expressions and plain words.
 *
 * There are a thousand patterns and one text, and nearly none of them matches.  So each pattern
 * knows literals of which a text must hold one (text/literal.c), and grams of each
 * (text/subject.c): to see that a pattern cannot match costs looking up one or two of them.
 * Only then the literal is searched for, and only then PCRE2 is asked.  Expressions are compiled
 * when first needed, and to machine code when they have been needed often: for one message that
 * would cost more than it saves.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE             /* memmem */
#endif
#include "text/pattern.h"

#include "text/error.h"
#include "text/literal.h"
#include "text/machine.h"
#include "text/subject.h"
#include "text/written.h"

/* What a hostile text may cost: steps (1 ms), depth of recursion, KiB of memory for it. */
#define LIMIT_MATCH 100000
#define LIMITS "(*LIMIT_MATCH=" G_STRINGIFY (LIMIT_MATCH) ")(*LIMIT_DEPTH=20000)(*LIMIT_HEAP=4096)"

/* Texts up to this show what grows faster than the square of their length: longer ones are left to
 * PCRE2's limit, if it comes before that of steps. */
#define UNLIMITED_BYTES 1024

/* Bytes that were run through without machine code before it pays: making it takes as long as
 * that.  A run costs as much as so many bytes before it begins. */
#define BYTES_BEFORE_MACHINE 2000
#define BYTES_OF_RUN 50

/* Bytes of a text that are shown in a complaint. */
#define SHOWN 40

struct ModoriPattern {
    char *source;
    char *written;              /* what stood in the file, when SOURCE is made from it; else NULL */
    guint16 body, body_len;     /* the expression between its slashes, or the words */
    gboolean plain;             /* words that need no PCRE2 */
    gboolean blanks;            /* there are blanks in the plain words */
    guint32 options;
    const char *words;          /* the plain words: lower case, single blanks */
    gsize words_len;
    gboolean analysed;          /* what follows is known */
    gboolean whole;             /* it matches whatever holds one of its literals */
    gboolean half_sought;       /* a finder looks for those of one set only */
    gboolean second_ready;      /* the grams of the second literals are chosen */
    guint n_best, n_second;
    ModoriSought *literals; /* own: a match holds one of the first N_BEST, and one of the N_SECOND
                               behind them */
    pcre2_code *code;
    gboolean broken;            /* PCRE2 does not like it */
    guint read;                 /* bytes, as long as there is no machine code */
    gsize start, end;           /* of the last match */
};

/* --- reading a pattern --- */

static gboolean
is_blank (char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* A pattern with room for a copy of SOURCE and for words made of it. */
static ModoriPattern *
pattern_alloc (ModoriSpan source)
{
    ModoriPattern *pattern = g_malloc (sizeof (ModoriPattern) + 2 * (source.len + 1));

    memset (pattern, 0, sizeof *pattern);
    pattern->source = (char *) (pattern + 1);
    memcpy (pattern->source, source.at, source.len);
    pattern->source[source.len] = '\0';
    return pattern;
}

static ModoriPattern *
regex_new (ModoriSpan source, GError **error)
{
    ModoriPattern *pattern;
    gsize body_len;
    guint32 options;

    if (! modori_written_flags (source, &body_len, &options, error))
        return NULL;
    pattern = pattern_alloc (source);
    pattern->body = 1;
    pattern->body_len = (guint16) body_len;
    pattern->options = options;
    return pattern;
}

static ModoriPattern *
words_new (ModoriSpan source)
{
    ModoriPattern *pattern = pattern_alloc (source);
    char *words = pattern->source + source.len + 1;

    pattern->plain = TRUE;
    pattern->words = words;
    pattern->words_len = modori_written_words (source, words);
    pattern->blanks = memchr (words, ' ', pattern->words_len) != NULL;
    pattern->body_len = (guint16) source.len;
    return pattern;
}

ModoriPattern *
modori_pattern_new (ModoriSpan source, GError **error)
{
    source = modori_span_trim (source);
    if (source.len == 0 || source.len > MODORI_PATTERN_SOURCE_MAX) {
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_PATTERN, "a pattern has 1 to %u bytes, not %"
                     G_GSIZE_FORMAT, MODORI_PATTERN_SOURCE_MAX, source.len);
        return NULL;
    }
    if (source.at[0] == '/')
        return regex_new (source, error);
    if (modori_written_needs_regex (source)) {
        g_autofree char *regex = modori_written_as_regex (source);
        ModoriPattern *pattern = regex_new (modori_span_of (regex), error);

        if (pattern)
            pattern->written = modori_span_dup (source);
        return pattern;
    }
    return words_new (source);
}

void
modori_pattern_free (ModoriPattern *pattern)
{
    if (! pattern)
        return;
    pcre2_code_free (pattern->code);
    g_free (pattern->literals);
    g_free (pattern->written);
    g_free (pattern);
}

const char *
modori_pattern_source (const ModoriPattern *pattern)
{
    return pattern->written ? pattern->written : pattern->source;
}

ModoriSpan
modori_pattern_body (const ModoriPattern *pattern)
{
    return modori_span (pattern->source + pattern->body, pattern->body_len);
}

/* --- literals --- */

static void
analyse_words (ModoriPattern *pattern)
{
    pattern->whole = TRUE;
    pattern->n_best = 1;
    pattern->literals = g_new0 (ModoriSought, 1);
    pattern->literals[0].at = pattern->words;
    pattern->literals[0].len = (guint16) pattern->words_len;
    modori_sought_prepare (&pattern->literals[0], TRUE);
}

/* Room for literals and what they stand for, which is no longer than the expression. */
static char *
literals_alloc (ModoriPattern *pattern)
{
    gsize n = pattern->n_best + pattern->n_second;
    gsize fixed = n * sizeof (ModoriSought);

    pattern->literals = g_malloc (fixed + pattern->body_len + n);
    memset (pattern->literals, 0, fixed);
    return (char *) pattern->literals + fixed;
}

static void
analyse_regex (ModoriPattern *pattern)
{
    ModoriSpan body = modori_span (pattern->source + pattern->body, pattern->body_len);
    ModoriLiterals best, second;
    char *text;

    if (pattern->options & PCRE2_EXTENDED)
        return;
    modori_literals_find (body, &best, &second);
    pattern->n_best = best.n;
    pattern->n_second = second.n;
    pattern->whole = (pattern->options & PCRE2_CASELESS) && modori_literals_are_all (body, &best);
    text = literals_alloc (pattern);
    text = modori_written_literals (body, &best, pattern->literals, text);
    modori_written_literals (body, &second, pattern->literals + best.n, text);
    for (guint i = 0; i < best.n; i++)
        modori_sought_prepare (&pattern->literals[i], FALSE);
}

/* Find the literals of PATTERN, unless they are known. */
static void
analyse (ModoriPattern *pattern)
{
    if (pattern->analysed)
        return;
    pattern->analysed = TRUE;
    if (pattern->plain)
        analyse_words (pattern);
    else
        analyse_regex (pattern);
}

const char *
modori_pattern_literal (ModoriPattern *pattern)
{
    analyse (pattern);
    return pattern->n_best == 1 && ! pattern->blanks ? pattern->literals[0].at : "";
}

const ModoriSought *
modori_pattern_sought (ModoriPattern *pattern, guint *n)
{
    analyse (pattern);
    *n = pattern->n_best;
    return pattern->literals;
}

guint
modori_pattern_seek (ModoriPattern *pattern, ModoriFinder *finder, guint item)
{
    const ModoriSought *second;
    gboolean one, two;

    analyse (pattern);
    second = pattern->literals + pattern->n_best;
    two = modori_sought_tell (second, pattern->n_second, TRUE);
    one = modori_sought_tell (pattern->literals, pattern->n_best, two);
    pattern->half_sought = ! one || (! two && pattern->n_second > 0);
    if (one)
        modori_sought_seek (pattern->literals, pattern->n_best, pattern->plain, finder, item);
    if (two)
        modori_sought_seek (second, pattern->n_second, FALSE, finder, item + one);
    return (guint) one + (guint) two;
}

/* --- running PCRE2 --- */

/* PCRE2 counts characters, each of which has a byte or more. */
gsize
modori_pattern_shortest (const ModoriPattern *pattern)
{
    guint32 shortest = 0;

    if (pattern->code)
        pcre2_pattern_info (pattern->code, PCRE2_INFO_MINLENGTH, &shortest);
    return shortest;
}

/* PCRE2 tells with which bytes a match may begin: a bit for each. */
gboolean
modori_pattern_begins_wide (const ModoriPattern *pattern)
{
    static const guint8 none[128 / 8];
    const guint8 *bytes = NULL;

    if (pattern->code)
        pcre2_pattern_info (pattern->code, PCRE2_INFO_FIRSTBITMAP, &bytes);
    return bytes && memcmp (bytes, none, sizeof none) == 0;
}

gboolean
modori_pattern_check (ModoriPattern *pattern, GError **error)
{
    g_autofree char *regex = NULL;
    char why[128];
    gsize at;
    int number;

    if (pattern->plain || pattern->code)
        return TRUE;
    regex = g_strdup_printf ("%s%.*s", pattern->options & PCRE2_AUTO_CALLOUT ? "" : LIMITS,
                             pattern->body_len, pattern->source + pattern->body);
    pattern->code = pcre2_compile ((PCRE2_SPTR) regex, PCRE2_ZERO_TERMINATED, pattern->options,
                                   &number, &at, NULL);
    if (pattern->code)
        return TRUE;
    pattern->broken = TRUE;
    pcre2_get_error_message (number, (PCRE2_UCHAR *) why, sizeof why);
    g_set_error (error, MODORI_ERROR, MODORI_ERROR_PATTERN, "%s, before \"%s\" in \"%s\"", why,
                 regex + at, pattern->source);
    return FALSE;
}

/* Ready to be matched with LEN bytes? */
static gboolean
prepare (ModoriPattern *pattern, gsize len)
{
    if (pattern->broken || (! pattern->code && ! modori_pattern_check (pattern, NULL)))
        return FALSE;
    if (pattern->read >= BYTES_BEFORE_MACHINE)
        return TRUE;
    pattern->read += (guint) len + BYTES_OF_RUN;
    if (pattern->read >= BYTES_BEFORE_MACHINE)
        modori_machine_compile (pattern->code);
    return TRUE;
}

/* TEXT is valid UTF-8 (modori_pattern_cut).  The machine's stack is small for compiled code; what
 * does not fit there is interpreted. */
static int
run (const ModoriPattern *pattern, ModoriSpan text, guint32 options, pcre2_match_data *data)
{
    PCRE2_SPTR at = (PCRE2_SPTR) text.at;
    int result;

    options |= PCRE2_NO_UTF_CHECK;
    result = pcre2_match (pattern->code, at, text.len, 0, options, data, NULL);
    if (result == PCRE2_ERROR_JIT_STACKLIMIT)
        result = pcre2_match (pattern->code, at, text.len, 0, options | PCRE2_NO_JIT, data, NULL);
    return result;
}

static gboolean
regex_matches (ModoriPattern *pattern, ModoriSpan text, pcre2_match_data *data,
               ModoriCaptures *captures)
{
    const gsize *places;

    if (! prepare (pattern, text.len) || run (pattern, text, 0, data) < 0)
        return FALSE;
    places = pcre2_get_ovector_pointer (data);
    pattern->start = MIN (places[0], places[1]);
    pattern->end = places[1];
    if (captures)
        modori_captures_take (captures, pattern->code, text, data);
    return TRUE;
}

static gboolean
fail_endures (const ModoriPattern *pattern, ModoriSpan text, int result, GError **error)
{
    int shown = (int) modori_pattern_cut (modori_span (text.at, MIN (text.len, SHOWN))).len;
    char why[128];

    pcre2_get_error_message (result, (PCRE2_UCHAR *) why, sizeof why);
    if (result == PCRE2_ERROR_CALLOUT)
        g_snprintf (why, sizeof why, "more than %u match steps", MODORI_PATTERN_STEPS);
    g_set_error (error, MODORI_ERROR, MODORI_ERROR_PATTERN, "%s for %u bytes of \"%.*s...\", with "
                 "\"%s\"", why, (guint) text.len, shown, text.at, modori_pattern_source (pattern));
    return FALSE;
}

gboolean
modori_pattern_endures (ModoriPattern *pattern, ModoriSpan text, GError **error)
{
    guint left = MODORI_PATTERN_STEPS;
    gboolean counted, limited;
    int result;

    if (pattern->plain)
        return TRUE;
    if (! (pattern->options & PCRE2_AUTO_CALLOUT)) {
        g_clear_pointer (&pattern->code, pcre2_code_free);
        pattern->options |= PCRE2_AUTO_CALLOUT;
    }
    counted = pattern->code != NULL;
    if (! modori_pattern_check (pattern, error))
        return FALSE;
    if (! counted)
        modori_machine_compile (pattern->code);
    text = modori_pattern_cut (text);
    limited = text.len > UNLIMITED_BYTES;
    result = modori_machine_count (pattern->code, text, limited ? LIMIT_MATCH : G_MAXUINT, &left);
    return result >= 0 || result == PCRE2_ERROR_NOMATCH
        || (limited && result == PCRE2_ERROR_MATCHLIMIT)
        || fail_endures (pattern, text, result, error);
}

/* --- plain words --- */

/* How many bytes at the start of TEXT are WORDS with any white space between, or 0. */
static gsize
words_length (ModoriSpan text, const char *words, gsize words_len)
{
    gsize at = 0;

    for (gsize i = 0; i < words_len; i++) {
        gsize start = at;

        if (words[i] != ' ') {
            if (at >= text.len || modori_ascii_lower (text.at[at]) != words[i])
                return 0;
            at++;
            continue;
        }
        while (at < text.len && is_blank (text.at[at]))
            at++;
        if (at == start)
            return 0;
    }
    return at;
}

static gboolean
words_found (ModoriPattern *pattern, ModoriSpan text)
{
    for (gsize i = 0; i < text.len; i++) {
        gsize len = 0;

        if (modori_ascii_lower (text.at[i]) == pattern->words[0])
            len = words_length (modori_span_skip (text, i), pattern->words, pattern->words_len);
        if (len) {
            pattern->start = i;
            pattern->end = i + len;
            return TRUE;
        }
    }
    return FALSE;
}

/* The machine code that PCRE2 10.42 makes for texts that may be invalid does not find a "$" behind
 * some characters.  So it gets none of these: nearly all texts are ASCII, or valid as they are. */
ModoriSpan
modori_pattern_cut (ModoriSpan text)
{
    const char *end;

    text.len = MIN (text.len, MODORI_PATTERN_SUBJECT_MAX);
    if (modori_span_is_ascii (text) || g_utf8_validate_len (text.at, text.len, &end))
        return text;
    return modori_span_between (text.at, end);
}

/* --- matching --- */

/* Are the words in SUBJECT with any white space between?  Where the first of them stands is seen
 * in the folded copy, in which nothing is shifted. */
static gboolean
words_spread (ModoriPattern *pattern, const ModoriSubject *subject)
{
    const char *at = subject->folded, *end = at + subject->folded_len;
    gsize first = strcspn (pattern->words, " ");

    for (; (at = memmem (at, (gsize) (end - at), pattern->words, first)); at++) {
        gsize start = (gsize) (at - subject->folded);
        gsize len = words_length (modori_span_skip (subject->text, start), pattern->words,
                                  pattern->words_len);

        if (! len)
            continue;
        pattern->start = start;
        pattern->end = start + len;
        return TRUE;
    }
    return FALSE;
}

/* Nearly always the words stand in the text as they do in the pattern, with single blanks. */
static gboolean
words_match (ModoriPattern *pattern, const ModoriSubject *subject)
{
    const ModoriSought *literal = &pattern->literals[0];
    const char *found = NULL;

    if (! modori_subject_may_hold (subject, literal))
        return FALSE;
    if (! subject->shifted)
        found = modori_subject_find (subject, literal);
    if (found) {
        pattern->start = (gsize) (found - subject->folded);
        pattern->end = pattern->start + pattern->words_len;
        return TRUE;
    }
    if (subject->shifted)
        return words_found (pattern, subject->text);
    return pattern->blanks && ! subject->collapsed
        && modori_subject_has_all (subject, literal, TRUE) && words_spread (pattern, subject);
}

/* Is one of N literals, if there are any, in SUBJECT? */
static gboolean
has_one (const ModoriSubject *subject, const ModoriSought *literals, guint n)
{
    for (guint i = 0; i < n; i++)
        if (modori_subject_may_hold (subject, &literals[i])
            && modori_subject_holds (subject, &literals[i]))
            return TRUE;
    return n == 0;
}

/* Few texts come that far, so the grams of second literals are chosen only here. */
static gboolean
has_second (const ModoriSubject *subject, ModoriPattern *pattern)
{
    ModoriSought *literals = pattern->literals + pattern->n_best;

    for (guint i = 0; ! pattern->second_ready && i < pattern->n_second; i++)
        modori_sought_prepare (&literals[i], FALSE);
    pattern->second_ready = TRUE;
    return has_one (subject, literals, pattern->n_second);
}

gboolean
modori_pattern_may_match (ModoriPattern *pattern, const ModoriSubject *subject)
{
    analyse (pattern);
    if (pattern->plain)
        return modori_subject_may_hold (subject, &pattern->literals[0])
            && modori_subject_has_all (subject, &pattern->literals[0], TRUE);
    return has_one (subject, pattern->literals, pattern->n_best) && has_second (subject, pattern);
}

gboolean
modori_pattern_matches (ModoriPattern *pattern, const ModoriSubject *subject,
                        ModoriCaptures *captures)
{
    if (captures)
        captures->n = 0;
    analyse (pattern);
    if (pattern->plain)
        return words_match (pattern, subject);
    return modori_pattern_may_match (pattern, subject)
        && regex_matches (pattern, subject->text, subject->data, captures);
}

/* In a text that is shifted words are seen with letters that are none of theirs. */
gboolean
modori_pattern_confirm (ModoriPattern *pattern, const ModoriSubject *subject)
{
    if (pattern->plain && subject->shifted)
        return words_found (pattern, subject->text);
    if (pattern->whole)
        return TRUE;
    return (! pattern->half_sought || modori_pattern_may_match (pattern, subject))
        && regex_matches (pattern, subject->text, subject->data, NULL);
}

gboolean
modori_pattern_runs (ModoriPattern *pattern, ModoriSpan text, const ModoriSubject *room,
                     ModoriCaptures *captures)
{
    if (captures)
        captures->n = 0;
    return ! pattern->plain && regex_matches (pattern, text, room->data, captures);
}

/* The same for a text that is seen once: no table is made for it. */
static gboolean
text_holds (ModoriSpan text, const ModoriSought *literal)
{
    if (literal->len == 0)
        return ! modori_span_is_ascii (text);
    return modori_span_find (text, literal->at) >= 0;
}

static gboolean
may_match (const ModoriPattern *pattern, ModoriSpan text)
{
    for (guint i = 0; i < pattern->n_best; i++)
        if (text_holds (text, &pattern->literals[i]))
            return TRUE;
    return pattern->n_best == 0 || modori_subject_has_signs (text);
}

gboolean
modori_pattern_finds (ModoriPattern *pattern, ModoriSpan text, ModoriCaptures *captures)
{
    pcre2_match_data *data;
    gboolean found;

    text = modori_pattern_cut (text);
    if (captures)
        captures->n = 0;
    if (pattern->plain)
        return words_found (pattern, text);
    analyse (pattern);
    if (! may_match (pattern, text))
        return FALSE;
    data = pcre2_match_data_create (MODORI_SUBJECT_GROUPS, NULL);
    found = regex_matches (pattern, text, data, captures);
    pcre2_match_data_free (data);
    return found;
}

void
modori_pattern_extent (const ModoriPattern *pattern, gsize *start, gsize *end)
{
    *start = pattern->start;
    *end = pattern->end;
}
