/* shape.c - expressions so simple that a line is compared with them as it is.
 *
 * Half of what matches in a report is an empty line, or a line that is taken as it stands behind
 * its first letters ("/^<<< (?<diagnostic>.+)$/").  To ask PCRE2 costs many times what it takes to
 * see that.  Only expressions are known here whose match is the same however it is looked for.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/shape.h"

/* Does *AT begin with WORD?  Then it is moved behind it. */
static gboolean
take (const char **at, const char *word)
{
    if (! g_str_has_prefix (*at, word))
        return FALSE;
    *at += strlen (word);
    return TRUE;
}

/* Letters that stand for themselves, none of them repeated. */
static void
take_prefix (ModoriShape *shape, const char **at)
{
    while (shape->prefix_len < MODORI_SHAPE_PREFIX_MAX) {
        const char *next = *at + (**at == '\\' ? 1 : 0);

        if (next > *at ? ! g_ascii_ispunct (*next)
                       : ! g_ascii_isalnum (*next) && ! strchr (" <>:,;@#%&=!~'\"_-", *next))
            return;
        if (! *next || strchr ("?*+{", next[1]))
            return;
        shape->prefix[shape->prefix_len++] = modori_ascii_lower (*next);
        *at = next + 1;
    }
}

/* White space of any length, or blanks of which there must be a few. */
static void
take_space (ModoriShape *shape, const char **at)
{
    const char *digit = *at + 2;

    if (take (at, "\\s*")) {
        shape->space = MODORI_SHAPE_SPACE;
    } else if (g_str_has_prefix (*at, " {") && g_ascii_isdigit (*digit)
               && g_str_has_prefix (digit + 1, ",}")) {
        shape->space = MODORI_SHAPE_BLANKS;
        shape->blanks = (guint8) (*digit - '0');
        *at = digit + strlen ("0,}");
    }
}

/* "(?<name>" */
static gboolean
take_group (const char **at)
{
    const char *name = *at;

    if (! take (&name, "(?<") || ! g_ascii_isalpha (*name))
        return FALSE;
    while (g_ascii_isalnum (*name) || *name == '_')
        name++;
    *at = name + 1;
    return *name == '>';
}

/* What is behind that, up to the end of the expression. */
static gboolean
take_rest (ModoriShape *shape, const char *at)
{
    shape->rest = MODORI_SHAPE_NOTHING;
    if (take (&at, "$"))
        shape->rest = MODORI_SHAPE_END;
    else if (take (&at, "\\S"))
        shape->rest = MODORI_SHAPE_VISIBLE;
    else if (! take_group (&at))
        return strcmp (at, "/") == 0;
    else if (take (&at, "\\S.*)$"))
        shape->rest = MODORI_SHAPE_WORDS;
    else if (take (&at, ".+)$"))
        shape->rest = MODORI_SHAPE_SOME;
    else if (take (&at, ".*)$"))
        shape->rest = MODORI_SHAPE_ANY;
    return strcmp (at, "/") == 0;
}

/* Behind white space something else must follow at once: then it does not matter how much of it a
 * match takes first. */
void
modori_shape_find (ModoriShape *shape, const char *source)
{
    memset (shape, 0, sizeof *shape);
    if (! take (&source, "/^"))
        return;
    take_prefix (shape, &source);
    take_space (shape, &source);
    shape->known = take_rest (shape, source)
        && (shape->space == MODORI_SHAPE_NO_SPACE || shape->rest == MODORI_SHAPE_VISIBLE
            || shape->rest == MODORI_SHAPE_WORDS);
}

/* Eight bytes at a time; few lines have a control character. */
gboolean
modori_shape_can_tell (ModoriSpan text)
{
    const guint64 ones = G_GUINT64_CONSTANT (0x0101010101010101);
    guint64 odd = 0, bytes;
    gsize i = 0;

    for (; i + sizeof bytes <= text.len; i += sizeof bytes) {
        memcpy (&bytes, text.at + i, sizeof bytes);
        odd |= bytes | (bytes - ones * ' ');
    }
    if (! (odd & ones * 0x80))
        text = modori_span_skip (text, i);
    for (i = 0; i < text.len; i++)
        if ((guchar) text.at[i] >= 0x80 || ((guchar) text.at[i] < ' ' && text.at[i] != '\t'))
            return FALSE;
    return TRUE;
}

static gsize
space_length (const ModoriShape *shape, ModoriSpan text)
{
    gsize n = 0;

    while (n < text.len
           && (text.at[n] == ' ' || (text.at[n] == '\t' && shape->space == MODORI_SHAPE_SPACE)))
        n++;
    return n;
}

static gboolean
begins_with (ModoriSpan text, const char *prefix, gsize len)
{
    gsize i = 0;

    if (text.len < len)
        return FALSE;
    while (i < len && modori_ascii_lower (text.at[i]) == prefix[i])
        i++;
    return i == len;
}

gboolean
modori_shape_matches (const ModoriShape *shape, ModoriSpan text, ModoriSpan *value, gsize *end)
{
    gsize at = shape->prefix_len, spaces;
    gboolean visible;

    *value = MODORI_SPAN_EMPTY;
    if (! begins_with (text, shape->prefix, at))
        return FALSE;
    if (shape->space != MODORI_SHAPE_NO_SPACE) {
        spaces = space_length (shape, modori_span_skip (text, at));
        if (spaces < shape->blanks)
            return FALSE;
        at += spaces;
    }
    visible = at < text.len && text.at[at] != ' ' && text.at[at] != '\t';
    *end = at;
    switch (shape->rest) {
    case MODORI_SHAPE_NOTHING:
        return TRUE;
    case MODORI_SHAPE_END:
        return at == text.len;
    case MODORI_SHAPE_VISIBLE:
        *end = at + 1;
        return visible;
    default:
        *value = modori_span_skip (text, at);
        *end = text.len;
        return shape->rest == MODORI_SHAPE_ANY
            || (shape->rest == MODORI_SHAPE_SOME ? at < text.len : visible);
    }
}
