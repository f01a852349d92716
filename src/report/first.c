/* first.c - the bytes that a line must begin with for a pattern to match it.
 *
 * A dialect tries a dozen patterns on each line, and nearly all of them are anchored: looking at
 * one byte spares the rest. Only what surely begins the match is understood: after "^" letters,
 * escapes, and groups of alternatives of these, each perhaps repeated or left out.  Everything
 * else gives all bytes.  Case never counts.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/first.h"

/* Groups in groups; deeper ones are not understood. */
#define DEPTH_MAX 4

static void
add_byte (ModoriFirst *first, guchar byte)
{
    first->bits[byte >> 5] |= 1u << (byte & 31);
}

static void
add_all (ModoriFirst *first)
{
    memset (first->bits, 0xff, sizeof first->bits);
}

/* A letter in either case.  Two letters beyond ASCII are the same as k and s where case is
 * ignored. */
static void
add_letter (ModoriFirst *first, guchar byte)
{
    add_byte (first, (guchar) g_ascii_tolower ((gchar) byte));
    add_byte (first, (guchar) g_ascii_toupper ((gchar) byte));
    if (strchr ("kKsS", byte)) {
        add_byte (first, 0xe2);
        add_byte (first, 0xc5);
    }
}

/* Is BYTE, or a character that begins with it, in the class "\C"? */
static gboolean
is_in_class (guchar byte, char c)
{
    gboolean space = g_ascii_isspace ((gchar) byte) || byte == '\v';
    gboolean word = g_ascii_isalnum ((gchar) byte) || byte == '_';

    return (c == 's' && (space || byte >= 0x80)) || (c == 'd' && g_ascii_isdigit ((gchar) byte))
        || (c == 'S' && ! space) || (c == 'w' && (word || byte >= 0x80)) || (c == 'W' && ! word);
}

/* What "\C" stands for: a class, or the character itself.  FALSE when it is something else. */
static gboolean
add_escape (ModoriFirst *first, char c)
{
    for (guint byte = 1; byte < 256; byte++)
        if (is_in_class ((guchar) byte, c))
            add_byte (first, (guchar) byte);
    if (c && ! g_ascii_isalnum (c))
        add_byte (first, (guchar) c);
    return c && (! g_ascii_isalnum (c) || strchr ("sdSwW", c));
}

/* Behind the class in brackets at AT, or NULL. */
static const char *
leave_class (const char *at)
{
    at += at[1] == '^' ? 2 : 1;
    for (at += *at == ']'; *at && *at != ']'; at++)
        if (at[0] == '[' || (at[0] == '\\' && ! *++at))
            return NULL;
    return *at ? at + 1 : NULL;
}

/* What one item of a class, at AT, stands for; *END is behind it.  FALSE when it is not
 * understood. */
static gboolean
add_item (ModoriFirst *first, const char *at, const char **end)
{
    guchar last;

    if (*at == '\\') {
        *end = at + 2;
        return **end != '-' && add_escape (first, at[1]);
    }
    *end = at + 1;
    last = (guchar) *at;
    if (at[1] == '-' && at[2] != ']') {
        last = (guchar) at[2];
        *end = at + 3;
    }
    if ((guchar) *at >= 0x80 || last >= 0x80 || last == '\\' || last < (guchar) *at)
        return FALSE;
    for (guint byte = (guchar) *at; byte <= last; byte++)
        add_letter (first, (guchar) byte);
    return TRUE;
}

/* The class at AT, which ends before END.  Characters beyond ASCII may always be in it. */
static gboolean
add_class (ModoriFirst *first, const char *at, const char *end)
{
    gboolean negated = at[1] == '^';
    ModoriFirst items = { { 0 } };

    for (at += negated ? 2 : 1; at < end - 1;)
        if ((guchar) *at >= 0x80 && ! negated)
            at++;
        else if (! add_item (&items, at, &at))
            return FALSE;
    for (guint i = 0; i < G_N_ELEMENTS (items.bits); i++)
        first->bits[i] |= i >= 4 ? G_MAXUINT32 : negated ? ~items.bits[i] : items.bits[i];
    return TRUE;
}

/* Behind the opening of a group at AT ("(", "(?:", "(?=", "(?<name>"), or NULL. */
static const char *
enter_group (const char *at)
{
    if (at[1] != '?')
        return at + 1;
    if (at[2] == ':' || at[2] == '=')
        return at + 3;
    if (at[2] != '<' || ! g_ascii_isalpha (at[3]))
        return NULL;
    at = strchr (at, '>');
    return at ? at + 1 : NULL;
}

/* Behind the end of the group that is open at AT, or at the next alternative of it when
 * ALTERNATIVE; NULL when there is none. */
static const char *
leave_group (const char *at, gboolean alternative)
{
    guint depth = 0;

    for (; *at; at++) {
        if (*at == '\\' && at[1])
            at++;
        else if (*at == '[' && ! leave_class (at))
            return NULL;
        else if (*at == '[')
            at = leave_class (at) - 1;
        else if (*at == '(')
            depth++;
        else if (*at == ')' && depth-- == 0)
            return alternative ? NULL : at + 1;
        else if (*at == '|' && depth == 0 && alternative)
            return at + 1;
    }
    return NULL;
}

static gboolean add_sequence (ModoriFirst *first, const char *at, guint depth);

/* All alternatives of the group that begins at AT. */
static gboolean
add_group (ModoriFirst *first, const char *at, guint depth)
{
    for (at = enter_group (at); at; at = leave_group (at, TRUE))
        if (! add_sequence (first, at, depth + 1))
            return FALSE;
    return TRUE;
}

/* The element at AT; *END is behind it.  FALSE when it is not understood. */
static gboolean
add_element (ModoriFirst *first, const char *at, guint depth, const char **end)
{
    if (*at == '(') {
        const char *inside = enter_group (at);

        *end = inside ? leave_group (inside, FALSE) : NULL;
        return *end && depth < DEPTH_MAX && add_group (first, at, depth);
    }
    if (*at == '\\') {
        *end = at + 2;
        return add_escape (first, at[1]);
    }
    if (*at == '[') {
        *end = leave_class (at);
        return *end && add_class (first, at, *end);
    }
    *end = at + 1;
    if (! *at || strchr ("[].*+?{}|^)", *at))
        return FALSE;
    if (*at == '$')
        add_byte (first, 0);
    else
        add_letter (first, (guchar) *at);
    return TRUE;
}

/* May what stands before AT be left out? */
static gboolean
is_optional (const char *at)
{
    return *at == '?' || *at == '*' || (at[0] == '{' && (at[1] == '0' || at[1] == ','));
}

/* Elements up to one that cannot be left out. */
static gboolean
add_sequence (ModoriFirst *first, const char *at, guint depth)
{
    for (;;) {
        if (! add_element (first, at, depth, &at))
            return FALSE;
        if (! is_optional (at) || (guchar) at[-1] >= 0x80)
            return TRUE;
        at = *at == '{' && strchr (at, '}') ? strchr (at, '}') + 1 : at + 1;
        if (*at == '?' || *at == '+')
            at++;
    }
}

/* Is there an alternative outside all groups, or something that is not understood? */
static gboolean
is_split (const char *at)
{
    guint depth = 0;

    for (; *at; at++) {
        if (*at == '\\' && at[1])
            at++;
        else if (*at == '[' && ! leave_class (at))
            return TRUE;
        else if (*at == '[')
            at = leave_class (at) - 1;
        else if (*at == '(')
            depth++;
        else if (*at == ')')
            depth--;
        else if (*at == '|' && depth == 0)
            return TRUE;
    }
    return FALSE;
}

void
modori_first_find (ModoriFirst *first, const char *source)
{
    gboolean understood = g_str_has_prefix (source, "/^") && g_str_has_suffix (source, "/")
        && ! is_split (source);

    memset (first, 0, sizeof *first);
    if (! understood || ! add_sequence (first, source + 2, 0))
        add_all (first);
}

/* "^ {2}\S", "^ {1,3}<?\w": when nothing behind the blanks can be one more. */
void
modori_first_blanks (const char *source, guint *least, guint *most)
{
    g_autofree char *inside = NULL;
    ModoriFirst behind = { { 0 } };
    const char *at;

    *least = 0;
    *most = G_MAXUINT;
    if (! g_str_has_prefix (source, "/^ {") || ! g_str_has_suffix (source, "/")
        || is_split (source) || ! g_ascii_isdigit (source[4]))
        return;
    /* what may be nothing runs into the end, which nobody understands */
    at = inside = g_strndup (source + 4, strlen (source) - 5);
    if (at[1] == '}')
        at += 2;
    else if (at[1] == ',' && g_ascii_isdigit (at[2]) && at[3] == '}')
        at += 4;
    else
        return;
    if (strchr ("?+", *at) || ! add_sequence (&behind, at, 0)
        || modori_first_holds (&behind, modori_span (" ", 1)))
        return;
    *least = (guint) (source[4] - '0');
    *most = (guint) (at[-2] - '0');
}

/* --- what must stand anywhere --- */

static guint sequence_needs (const char *at, const char *end, guint depth);

/* The signs that the group at AT, which ends before END, cannot do without. */
static guint
group_needs (const char *at, const char *end, guint depth)
{
    const char *inside = enter_group (at);

    if (! inside || depth >= DEPTH_MAX || leave_group (inside, TRUE))
        return 0;
    return sequence_needs (inside, end - 1, depth + 1);
}

static guint
sign_bit (char c)
{
    const char *sign = c ? strchr (MODORI_FIRST_SIGNS, c) : NULL;

    return sign ? 1u << (sign - MODORI_FIRST_SIGNS) : 0;
}

/* Elements that follow each other: what each needs that cannot be left out. */
static guint
sequence_needs (const char *at, const char *end, guint depth)
{
    guint needs = 0;

    while (at < end) {
        const char *next = at + 1;
        guint need = 0;

        if (*at == '\\') {
            next = at + 2;
            need = sign_bit (at[1]);
        } else if (*at == '[') {
            next = leave_class (at);
        } else if (*at == '(') {
            next = leave_group (at + 1, FALSE);
            need = next ? group_needs (at, next, depth) : 0;
        } else if (*at == '{') {
            next = strchr (at, '}') ? strchr (at, '}') + 1 : NULL;
        } else {
            need = sign_bit (*at);
        }
        if (! next)
            return 0;
        needs |= is_optional (next) ? 0 : need;
        at = next;
    }
    return needs;
}

/* Verbs, comments and options are not understood; "\Q" makes letters of all that follows. */
guint
modori_first_needs (const char *source)
{
    if (source[0] != '/' || ! g_str_has_suffix (source, "/") || is_split (source)
        || strstr (source, "(*") || strstr (source, "(?#") || strstr (source, "\\Q"))
        return 0;
    return sequence_needs (source + 1, source + strlen (source) - 1, 0);
}
