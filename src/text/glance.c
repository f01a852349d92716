/* glance.c - a quick look at a regular expression: letters that every match has.
 *
 * To find the best literals of an expression (text/literal.c) costs some thousand instructions,
 * and there are a thousand expressions.  Three letters that a match must have are seen for a
 * fraction of that, and for one text they rule out nearly all.  What is not understood gives
 * nothing.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "text/glance.h"

/* Behind the sign at AT, which is neither letter nor digit: an escape, a class, a quantifier or
 * just itself.  NULL when it is not understood: most escapes are not, nor are comments and
 * options. */
static const char *
behind_sign (const char *at, const char *end)
{
    char next = at + 1 < end ? at[1] : '\0';

    switch (*at) {
    case '\\':
        return g_ascii_isalnum (next) && ! strchr ("dDwWsSbBAzZ", next) ? NULL : at + 2;
    case '[':
        at += next == '^' ? 2 : 1;
        for (at += at < end && *at == ']'; at < end && *at != ']'; at++)
            if (*at == '[')
                return NULL;
            else if (*at == '\\')
                at++;
        return at < end ? at + 1 : NULL;
    case '{':
        at = memchr (at, '}', (gsize) (end - at));
        return at ? at + 1 : NULL;
    case '(':
        return next == '*' || (next == '?' && at + 2 < end && ! strchr (":=!<>|", at[2]))
            ? NULL : at + 1;
    default:
        return at + 1;
    }
}

/* A quick look at an expression. */
typedef struct {
    ModoriSpan regex;
    const char *at;
    guint depth;
    guint run;                  /* letters outside of groups up to here */
    gboolean whole;             /* each alternative of the group has its place up to here */
    gboolean found;             /* the places are known */
    ModoriThrees *threes;
} Glance;

/* Are there three letters at AT, the last of which is not repeated? */
static gboolean
is_three (const Glance *glance, const char *at)
{
    const char *end = modori_span_end (glance->regex);

    for (guint i = 0; i < 3; i++)
        if (at + i >= end || ! (g_ascii_isalnum (at[i]) || at[i] == ' '))
            return FALSE;
    return at + 3 == end || ! strchr ("?*+{", at[3]);
}

/* An alternative of a group begins here. */
static void
glance_alternative (Glance *glance)
{
    ModoriThrees *threes = glance->threes;

    glance->whole = glance->whole && threes->n < MODORI_THREES_MAX
        && is_three (glance, glance->at);
    if (glance->whole)
        threes->places[threes->n++] = (guint16) (glance->at - glance->regex.at);
}

static gboolean
is_quantifier (const Glance *glance)
{
    return glance->at < modori_span_end (glance->regex) && strchr ("?*+{", *glance->at);
}

/* Letters outside of groups end here.  The last one counts if it is not repeated. */
static void
glance_run (Glance *glance)
{
    guint run = glance->run - (is_quantifier (glance) ? 1 : 0);
    guint16 start = (guint16) (glance->at - glance->regex.at - glance->run);

    glance->run = 0;
    if (run < 3)
        return;
    if (! glance->found) {
        glance->threes->places[0] = start;
        glance->threes->n = 1;
    }
    glance->threes->also = (guint16) (start + run - 3);
    glance->threes->more = TRUE;
    glance->found = TRUE;
}

/* Go behind a sign.  FALSE when it is not understood. */
static gboolean
glance_sign (Glance *glance)
{
    const char *end = modori_span_end (glance->regex);
    char c = *glance->at;

    if ((c == '|' || c == ')') && glance->depth == 0)
        return FALSE;
    if (glance->run)
        glance_run (glance);
    glance->depth += c == '(' ? 1u : c == ')' ? -1u : 0u;
    glance->at = behind_sign (glance->at, end);
    if (! glance->at || glance->found)
        return glance->at != NULL;
    if (c == '(' && glance->depth == 1) {
        gboolean bare = glance->at < end && *glance->at == '?';

        if (bare)
            glance->at += 2;
        glance->whole = ! bare || glance->at[-1] == ':';
        glance->threes->n = 0;
        glance_alternative (glance);
    } else if (c == '|' && glance->depth == 1) {
        glance_alternative (glance);
    } else if (c == ')' && glance->depth == 0) {
        glance->found = glance->whole && (glance->at == end || ! strchr ("?*{", *glance->at));
    }
    return TRUE;
}

/* Go behind letters. */
static void
glance_letters (Glance *glance)
{
    const char *end = modori_span_end (glance->regex), *at = glance->at;

    while (at < end && (g_ascii_isalnum (*at) || *at == ' '))
        at++;
    if (glance->depth == 0)
        glance->run = (guint) (at - glance->at);
    glance->at = at;
}

/* The first three letters outside of groups, or of the first group in which every alternative
 * begins with three; and the last three outside.  All has to be looked at: there may be an
 * alternative outside of groups. */
void
modori_glance (ModoriSpan regex, ModoriThrees *threes)
{
    Glance glance = { .regex = regex, .at = regex.at, .threes = threes };
    const char *end = modori_span_end (regex);
    gboolean good = TRUE;

    threes->n = 0;
    threes->more = FALSE;
    while (good && glance.at < end)
        if (g_ascii_isalnum (*glance.at) || *glance.at == ' ')
            glance_letters (&glance);
        else
            good = glance_sign (&glance);
    if (good && glance.run)
        glance_run (&glance);
    if (! good || glance.depth > 0 || ! glance.found)
        threes->n = 0;
}
