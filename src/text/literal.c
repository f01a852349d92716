/* literal.c - the words that a text must hold for a regular expression to match it.
 *
 * Most texts hold nothing of what most patterns look for.  To see that without running or even
 * compiling an expression, its source is walked here: literal characters that follow each other
 * are a run; the longest run that every match must hold is taken, or for alternatives one run of
 * each.  Whatever is not understood ends a run, or the walk: to say too little costs time, to
 * say too much would lose matches.
 *
 * Case is ignored by PCRE2 for all of Unicode, here for ASCII only.  So other letters that have
 * a case end a run; of them only their kind is required.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "text/literal.h"

/* Groups in groups: no honest expression is deeper. */
#define DEPTH_MAX 16

typedef enum {
    ATOM_LITERAL,               /* one character that stands for itself */
    ATOM_WIDE,                  /* one that is not ASCII, in any case */
    ATOM_GROUP,                 /* with literals of its own */
    ATOM_OTHER,
} Atom;

typedef struct {
    ModoriSpan regex;
    gsize at;
    guint depth;
    gboolean lost;              /* something was not understood */
} Walk;

/* What every match needs: one of BEST and one of SECOND. */
typedef struct {
    ModoriLiterals best, second;
} Needs;

static void walk_alternatives (Walk *walk, Needs *needs);

static gboolean
at_end (const Walk *walk)
{
    return walk->lost || walk->at >= walk->regex.len;
}

/* The byte COUNT places ahead, or NUL. */
static char
peek (const Walk *walk, gsize count)
{
    return walk->at + count < walk->regex.len ? walk->regex.at[walk->at + count] : '\0';
}

static Atom
get_lost (Walk *walk)
{
    walk->lost = TRUE;
    return ATOM_OTHER;
}

/* Go behind the next CLOSE. */
static void
skip_behind (Walk *walk, char close)
{
    const char *found = walk->at < walk->regex.len
        ? memchr (walk->regex.at + walk->at, close, walk->regex.len - walk->at) : NULL;

    if (found)
        walk->at = (gsize) (found - walk->regex.at) + 1;
    else
        walk->lost = TRUE;
}

/* --- quantifiers --- */

static gsize
count_digits (const Walk *walk, gsize from)
{
    gsize n = 0;

    while (g_ascii_isdigit (peek (walk, from + n)))
        n++;
    return n;
}

/* "{2}", "{2,}", "{2,5}", "{,5}": its length, or 0.  OPTIONAL: it may be taken no times. */
static gsize
braces_length (const Walk *walk, gboolean *optional)
{
    gsize least = count_digits (walk, 1);
    gsize n = 1 + least;

    *optional = TRUE;
    for (gsize i = 0; i < least; i++)
        if (peek (walk, 1 + i) != '0')
            *optional = FALSE;
    if (peek (walk, n) == ',')
        n += 1 + count_digits (walk, n + 1);
    return n > 1 && peek (walk, n) == '}' ? n + 1 : 0;
}

/* Is there a quantifier?  It is passed, with what makes it lazy or possessive. */
static gboolean
take_quantifier (Walk *walk, gboolean *optional)
{
    char c = peek (walk, 0);
    gsize len = c == '?' || c == '*' || c == '+';

    *optional = c == '?' || c == '*';
    if (c == '{')
        len = braces_length (walk, optional);
    if (len == 0) {
        *optional = FALSE;
        return FALSE;
    }
    walk->at += len;
    if (peek (walk, 0) == '?' || peek (walk, 0) == '+')
        walk->at++;
    return TRUE;
}

/* --- atoms --- */

/* "[:alpha:]" inside a class: its length, or 0. */
static gsize
posix_length (const Walk *walk)
{
    gsize n = 2;

    if (peek (walk, 0) != '[' || peek (walk, 1) != ':')
        return 0;
    while (g_ascii_isalpha (peek (walk, n)) || peek (walk, n) == '^')
        n++;
    return peek (walk, n) == ':' && peek (walk, n + 1) == ']' ? n + 2 : 0;
}

static Atom
read_class (Walk *walk)
{
    walk->at++;
    if (peek (walk, 0) == '^')
        walk->at++;
    if (peek (walk, 0) == ']')
        walk->at++;
    while (! at_end (walk) && peek (walk, 0) != ']') {
        gsize posix = posix_length (walk);

        if (peek (walk, 0) == '\\' && peek (walk, 1) == 'Q')
            return get_lost (walk);
        walk->at += posix ? posix : peek (walk, 0) == '\\' ? 2 : 1;
    }
    if (at_end (walk))
        return get_lost (walk);
    walk->at++;
    return ATOM_OTHER;
}

static Atom
read_escape (Walk *walk)
{
    char c = peek (walk, 1);

    if (c == '\0' || (guchar) c >= 0x80)
        return get_lost (walk);
    walk->at += 2;
    if (! g_ascii_isalnum (c))
        return ATOM_LITERAL;
    if (strchr ("dDwWsSbBAzZhHvVRXGKntrfea", c))
        return ATOM_OTHER;
    if (! strchr ("pPx", c))
        return get_lost (walk);
    if (peek (walk, 0) == '{')
        skip_behind (walk, '}');
    else if (c != 'x')
        walk->at++;
    else
        for (guint i = 0; i < 2 && g_ascii_isxdigit (peek (walk, 0)); i++)
            walk->at++;
    return ATOM_OTHER;
}

/* What is in the group, up to and with its ")". */
static Atom
read_body (Walk *walk, Needs *needs, Atom atom)
{
    if (++walk->depth > DEPTH_MAX)
        return get_lost (walk);
    walk_alternatives (walk, needs);
    walk->depth--;
    if (peek (walk, 0) != ')')
        return get_lost (walk);
    walk->at++;
    return atom;
}

/* "(?i)", "(?i-m:...)". */
static Atom
read_options (Walk *walk, Needs *needs)
{
    char close;

    while (peek (walk, 0) && strchr ("imsnJU^-", peek (walk, 0)))
        walk->at++;
    close = peek (walk, 0);
    if (close != ')' && close != ':')
        return get_lost (walk);
    walk->at++;
    return close == ')' ? ATOM_OTHER : read_body (walk, needs, ATOM_GROUP);
}

/* "(?<name>...)", "(?<=...)", "(?<!...)"; we are behind the "<". */
static Atom
read_angle (Walk *walk, Needs *needs)
{
    if (peek (walk, 0) == '=' || peek (walk, 0) == '!') {
        walk->at++;
        return read_body (walk, needs, ATOM_OTHER);
    }
    skip_behind (walk, '>');
    return read_body (walk, needs, ATOM_GROUP);
}

static Atom
read_group (Walk *walk, Needs *needs)
{
    char c;

    walk->at++;
    if (peek (walk, 0) == '*')
        return get_lost (walk);
    if (peek (walk, 0) != '?')
        return read_body (walk, needs, ATOM_GROUP);
    c = peek (walk, 1);
    walk->at += 2;
    if (c == 'P' && peek (walk, 0) == '<') {
        walk->at++;
        c = '<';
    }
    if (c == '<')
        return read_angle (walk, needs);
    if (c == ':' || c == '>' || c == '|' || c == '=')   /* what is ahead must be there as well */
        return read_body (walk, needs, ATOM_GROUP);
    if (c == '!')
        return read_body (walk, needs, ATOM_OTHER);
    walk->at--;
    return read_options (walk, needs);
}

gboolean
modori_literal_has_no_case (gunichar c)
{
    return (c >= 0x0590 && c <= 0x109f)     /* Hebrew ... Thai, Tibetan, Myanmar */
        || (c >= 0x2000 && c <= 0x206f)     /* punctuation */
        || (c >= 0x2e80 && c <= 0x9fff)     /* CJK, kana */
        || (c >= 0xac00 && c <= 0xd7a3);    /* Hangul */
}

/* Ignoring case, PCRE2 takes these for ASCII letters. */
static gboolean
is_ascii_sign (gunichar c)
{
    return c == 0x017f || c == 0x212a;
}

static Atom
read_character (Walk *walk)
{
    const char *p = walk->regex.at + walk->at;
    gunichar c = (guchar) *p;

    if (c >= 0x80)
        c = g_utf8_get_char_validated (p, (gssize) (walk->regex.len - walk->at));
    if (c >= 0x110000)
        return get_lost (walk);
    walk->at += (gsize) g_utf8_skip[(guchar) *p];
    if (c < 0x80 || modori_literal_has_no_case (c))
        return ATOM_LITERAL;
    return is_ascii_sign (c) ? ATOM_OTHER : ATOM_WIDE;
}

static Atom
read_atom (Walk *walk, Needs *needs)
{
    switch (peek (walk, 0)) {
    case '\\':
        return read_escape (walk);
    case '[':
        return read_class (walk);
    case '(':
        return read_group (walk, needs);
    case '*':
    case '+':
    case '?':
    case '{':                   /* newer versions take more for a quantifier than older ones */
    case '\0':
        return get_lost (walk);
    case '^':
    case '$':
    case '.':
        walk->at++;
        return ATOM_OTHER;
    default:
        return read_character (walk);
    }
}

/* --- the walk --- */

/* One long literal is best, but more than twenty bytes tell no more; of alternatives the
 * shortest counts.  Not to be ASCII is better than nothing. */
static guint
worth (const ModoriLiterals *literals)
{
    guint shortest = 20;

    for (guint i = 0; i < literals->n; i++)
        shortest = MIN (shortest, literals->items[i].len);
    return literals->n ? 2 * shortest + MODORI_LITERALS_MAX - literals->n : 0;
}

static void
copy (ModoriLiterals *to, const ModoriLiterals *from)
{
    to->n = from->n;
    memcpy (to->items, from->items, from->n * sizeof to->items[0]);
}

static void
add_need (Needs *needs, const ModoriLiterals *literals)
{
    guint value = worth (literals);

    if (value > worth (&needs->best)) {
        copy (&needs->second, &needs->best);
        copy (&needs->best, literals);
    } else if (value > worth (&needs->second)) {
        copy (&needs->second, literals);
    }
}

static void
add_literal (Needs *needs, ModoriLiteral literal)
{
    ModoriLiterals one;

    one.n = 1;
    one.items[0] = literal;
    add_need (needs, &one);
}

static void
end_run (ModoriLiteral *run, Needs *needs)
{
    if (run->len >= MODORI_LITERAL_MIN)
        add_literal (needs, *run);
    run->len = 0;
}

/* Letters, digits and blanks stand for themselves.  Their number at the place of WALK, without
 * the last one when a quantifier may follow it. */
static gsize
plain_length (const Walk *walk)
{
    const char *start = walk->regex.at + walk->at;
    gsize left = walk->regex.len - walk->at, n = 0;

    while (n < left && (g_ascii_isalnum (start[n]) || start[n] == ' '))
        n++;
    return n && n < left ? n - 1 : n;
}

static void
extend_run (ModoriLiteral *run, const Walk *walk, gsize start, gsize end)
{
    if (run->len == 0)
        run->start = (guint) start;
    run->end = (guint) end;
    run->len += (guint) (end - start) - (walk->regex.at[start] == '\\');
}

static void
need_nothing (Needs *needs)
{
    needs->best.n = 0;
    needs->second.n = 0;
}

/* The next atom with its quantifier: it goes on with RUN, or ends it and has needs of its own. */
static void
walk_atom (Walk *walk, ModoriLiteral *run, Needs *needs)
{
    gsize start = walk->at, end;
    gboolean quantified, optional;
    Needs inner;
    Atom atom;

    need_nothing (&inner);
    atom = read_atom (walk, &inner);
    end = walk->at;
    quantified = take_quantifier (walk, &optional);
    if (atom == ATOM_LITERAL && ! optional)
        extend_run (run, walk, start, end);
    if (atom != ATOM_LITERAL || quantified)
        end_run (run, needs);
    if (optional)
        return;
    if (atom == ATOM_WIDE)
        add_literal (needs, (ModoriLiteral) { (guint) start, (guint) start, 0 });
    if (atom == ATOM_GROUP) {
        add_need (needs, &inner.best);
        add_need (needs, &inner.second);
    }
}

/* One alternative: its atoms follow each other, and each that is not optional is in every match. */
static void
walk_branch (Walk *walk, Needs *needs)
{
    ModoriLiteral run = { 0 };

    need_nothing (needs);
    while (! at_end (walk) && peek (walk, 0) != '|' && peek (walk, 0) != ')') {
        gsize end = walk->at + plain_length (walk);

        if (end > walk->at) {
            extend_run (&run, walk, walk->at, end);
            walk->at = end;
        } else {
            walk_atom (walk, &run, needs);
        }
    }
    end_run (&run, needs);
}

/* Alternatives need one literal of each; when one has none, nothing is known. */
static void
add_branch (ModoriLiterals *all, const ModoriLiterals *branch, gboolean *known)
{
    *known = *known && branch->n > 0 && all->n + branch->n <= MODORI_LITERALS_MAX;
    for (guint i = 0; *known && i < branch->n; i++)
        all->items[all->n++] = branch->items[i];
}

static void
walk_alternatives (Walk *walk, Needs *needs)
{
    gboolean known = TRUE;

    walk_branch (walk, needs);
    if (at_end (walk) || peek (walk, 0) != '|')
        return;
    known = needs->best.n > 0;
    needs->second.n = 0;
    while (! at_end (walk) && peek (walk, 0) == '|') {
        Needs branch;

        walk->at++;
        walk_branch (walk, &branch);
        add_branch (&needs->best, &branch.best, &known);
    }
    if (! known)
        needs->best.n = 0;
}

void
modori_literals_find (ModoriSpan regex, ModoriLiterals *best, ModoriLiterals *second)
{
    Walk walk = { .regex = regex };
    Needs needs;

    best->n = 0;
    if (second)
        second->n = 0;
    if (regex.len > G_MAXUINT16)
        return;
    walk_alternatives (&walk, &needs);
    if (walk.lost || walk.at < regex.len)
        return;
    copy (best, &needs.best);
    if (second)
        copy (second, &needs.second);
}

gboolean
modori_literals_are_all (ModoriSpan regex, const ModoriLiterals *literals)
{
    gsize at = 0;

    for (guint i = 0; i < literals->n; i++) {
        if (i > 0 && (at >= regex.len || regex.at[at++] != '|'))
            return FALSE;
        if (literals->items[i].start != at || literals->items[i].len == 0)
            return FALSE;
        at = literals->items[i].end;
    }
    return literals->n > 0 && at == regex.len;
}

void
modori_literal_write (ModoriSpan regex, const ModoriLiteral *literal, char *out)
{
    for (guint i = literal->start; i < literal->end; i++) {
        char c = regex.at[regex.at[i] == '\\' ? ++i : i];

        *out++ = c >= 'A' && c <= 'Z' ? (char) (c | 0x20) : c;
    }
}

/* Of most letters both cases begin with the same byte, or one of two.  Those that have more forms
 * in Unicode are left to PCRE2, but for the old forms of Cyrillic letters, U+1C80 to U+1C88. */
guint64
modori_literal_leads (ModoriSpan regex, const ModoriLiteral *literal)
{
    const char *p = regex.at + literal->start;
    gunichar c = g_utf8_get_char_validated (p, (gssize) (regex.len - literal->start));

    if (c >= 0x0400 && c <= 0x045f)
        return MODORI_LITERAL_LEADS_CYRILLIC;
    if (c >= 0x00c0 && c <= 0x00fe && ! strchr ("\xc5\xdf\xe5", (gchar) c))
        return MODORI_LITERAL_LEADS_LATIN;
    return MODORI_LITERAL_LEADS_ALL;
}
