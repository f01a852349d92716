/* html.c - turns HTML into the lines that a person would read.
 *
 * No tree is built and nothing nests: a walk over the bytes that knows which tags end a line and
 * which enclose what is not shown.  That is all the notices of mail systems need, it is linear,
 * and nothing a stranger writes can make it deep.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "mail/html.h"

#include "mail/entity.h"

/* RFC 5321 allows 320 bytes; more in a mailto: is no address. */
#define MAILTO_MAX 320

#define TAG_NAME_MAX 12

typedef enum {
    TAG_NOTHING,
    TAG_BLOCK,                  /* begins and ends a line */
    TAG_BREAK,
    TAG_CELL,
    TAG_PRE,
    TAG_LINK,
    TAG_HIDDEN,                 /* everything up to its end tag is not shown */
} TagKind;

static const struct {
    const char *name;
    TagKind kind;
} tags[] = {
    { "a", TAG_LINK },         { "p", TAG_BLOCK },          { "br", TAG_BREAK },
    { "td", TAG_CELL },        { "tr", TAG_BLOCK },         { "th", TAG_CELL },
    { "li", TAG_BLOCK },       { "ul", TAG_BLOCK },         { "ol", TAG_BLOCK },
    { "dl", TAG_BLOCK },       { "dt", TAG_BLOCK },         { "dd", TAG_BLOCK },
    { "hr", TAG_BLOCK },       { "h1", TAG_BLOCK },         { "h2", TAG_BLOCK },
    { "h3", TAG_BLOCK },       { "h4", TAG_BLOCK },         { "h5", TAG_BLOCK },
    { "h6", TAG_BLOCK },       { "div", TAG_BLOCK },        { "pre", TAG_PRE },
    { "body", TAG_BLOCK },     { "table", TAG_BLOCK },      { "tbody", TAG_BLOCK },
    { "thead", TAG_BLOCK },    { "tfoot", TAG_BLOCK },      { "form", TAG_BLOCK },
    { "center", TAG_BLOCK },   { "address", TAG_BLOCK },    { "article", TAG_BLOCK },
    { "section", TAG_BLOCK },  { "header", TAG_BLOCK },     { "footer", TAG_BLOCK },
    { "main", TAG_BLOCK },     { "blockquote", TAG_BLOCK }, { "fieldset", TAG_BLOCK },
    { "option", TAG_BLOCK },   { "script", TAG_HIDDEN },    { "style", TAG_HIDDEN },
    { "head", TAG_HIDDEN },    { "title", TAG_HIDDEN },     { "template", TAG_HIDDEN },
    { "noembed", TAG_HIDDEN },
};

typedef struct {
    ModoriSpan rest;
    GString *out;
    gsize start, stop;          /* of what is ours in OUT */
    gboolean blank;             /* white space was seen since the last character */
    gboolean pre;
    char mailto[MAILTO_MAX + 1];
    gsize link;                 /* where its text began in OUT */
    /* Searched for once in vain, and never again: or each unclosed thing would read the rest
     * anew. */
    gboolean no_comment_end, no_tag_end, no_quote, no_double_quote;
    guint64 no_end_tag;         /* a bit for each of tags */
} Walk;

typedef struct {
    char name[TAG_NAME_MAX + 1];
    gboolean closes;
    ModoriSpan attributes;
} Tag;

G_STATIC_ASSERT (G_N_ELEMENTS (tags) <= 64);

static gboolean
at_line_start (const Walk *walk)
{
    return walk->out->len == walk->start || walk->out->str[walk->out->len - 1] == '\n';
}

static void
end_line (Walk *walk)
{
    if (! at_line_start (walk))
        g_string_append_c (walk->out, '\n');
    walk->blank = FALSE;
}

/* A <br>: one line end, and one empty line at most. */
static void
break_line (Walk *walk)
{
    gsize len = walk->out->len;
    gboolean empty = len - walk->start >= 2 && walk->out->str[len - 1] == '\n'
        && walk->out->str[len - 2] == '\n';

    if (len > walk->start && ! empty)
        g_string_append_c (walk->out, '\n');
    walk->blank = FALSE;
}

static void
put (Walk *walk, const char *bytes, gsize len)
{
    if (walk->blank && ! at_line_start (walk))
        g_string_append_c (walk->out, ' ');
    walk->blank = FALSE;
    g_string_append_len (walk->out, bytes, (gssize) len);
}

static void
put_character (Walk *walk, gunichar c)
{
    char bytes[6];

    if (c == 0xa0 || c == ' ' || c == '\t')
        walk->blank = TRUE;
    else if (c == '\n' || c == '\r')
        walk->blank = TRUE;
    else if (c >= ' ' && c != 0x200b && c != 0xfeff && c != 0xad)
        put (walk, bytes, (gsize) g_unichar_to_utf8 (c, bytes));
}

static int
find_tag (const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS (tags); i++)
        if (tags[i].name[0] == name[0] && strcmp (tags[i].name, name) == 0)
            return (int) i;
    return -1;
}

/* The end of the tag whose attributes begin at TEXT (a ">" in quotes is none); NULL when it never
 * ends. */
static const char *
find_tag_end (Walk *walk, ModoriSpan text)
{
    for (gsize i = 0; i < text.len; i++) {
        char c = text.at[i];
        gboolean *none = c == '"' ? &walk->no_double_quote : &walk->no_quote;
        const char *close;

        if (c == '>')
            return text.at + i;
        /* A quote opens only behind an equals sign. */
        if ((c != '"' && c != '\'') || *none || i == 0
            || (text.at[i - 1] != '=' && text.at[i - 1] != ' '))
            continue;
        close = memchr (text.at + i + 1, c, text.len - i - 1);
        *none = ! close;
        if (close)
            i = (gsize) (close - text.at);
    }
    return NULL;
}

/* Read the tag at the "<" that REST begins with, and go behind it.  FALSE: it is only a
 * character. */
static gboolean
take_tag (Walk *walk, Tag *tag)
{
    ModoriSpan rest = modori_span_skip (walk->rest, 1);
    gsize length = 0;
    const char *end;

    if (walk->no_tag_end)
        return FALSE;
    tag->closes = rest.len > 0 && rest.at[0] == '/';
    rest = modori_span_skip (rest, tag->closes);
    while (length < rest.len
           && (g_ascii_isalnum (rest.at[length]) || (length && strchr (":-_", rest.at[length]))))
        length++;
    /* "<user@example.com>", "< 5": text that should have been written with &lt;. */
    if (length == 0 || length == rest.len || ! g_ascii_isalpha (rest.at[0])
        || (! g_ascii_isspace (rest.at[length]) && rest.at[length] != '>'
            && rest.at[length] != '/'))
        return FALSE;
    tag->attributes = modori_span_skip (rest, length);
    end = find_tag_end (walk, tag->attributes);
    walk->no_tag_end = ! end;
    if (! end)
        return FALSE;
    tag->attributes = modori_span_between (tag->attributes.at, end);
    walk->rest = modori_span_between (end + 1, modori_span_end (walk->rest));
    tag->name[0] = '\0';
    for (gsize i = 0; i < length && length <= TAG_NAME_MAX; i++) {
        tag->name[i] = g_ascii_tolower (rest.at[i]);
        tag->name[i + 1] = '\0';
    }
    return TRUE;
}

/* Go behind the end tag of hidden element I. */
static void
skip_hidden (Walk *walk, guint i)
{
    char end[TAG_NAME_MAX + 4];
    ModoriSpan rest = walk->rest;
    const char *at;
    gsize length = (gsize) g_snprintf (end, sizeof end, "</%s", tags[i].name);

    if (walk->no_end_tag >> i & 1)
        return;
    while ((at = memchr (rest.at, '<', rest.len))) {
        rest = modori_span_between (at, modori_span_end (rest));
        if (modori_span_begins (rest, end)) {
            walk->rest = modori_span_skip (rest, length);
            at = memchr (walk->rest.at, '>', walk->rest.len);
            walk->rest = modori_span_skip (walk->rest, at ? (gsize) (at - walk->rest.at) + 1 : 0);
            return;
        }
        rest = modori_span_skip (rest, 1);
    }
    walk->no_end_tag |= G_GUINT64_CONSTANT (1) << i;
}

static void
open_link (Walk *walk, ModoriSpan attributes)
{
    gssize at = modori_span_find (attributes, "mailto:");
    ModoriSpan rest;
    gsize length = 0;

    walk->mailto[0] = '\0';
    if (at < 0)
        return;
    rest = modori_span_skip (attributes, (gsize) at + strlen ("mailto:"));
    while (length < rest.len && (guchar) rest.at[length] > ' '
           && ! strchr ("\"'?&>", rest.at[length]))
        length++;
    if (length == 0 || length > MAILTO_MAX || ! memchr (rest.at, '@', length))
        return;
    memcpy (walk->mailto, rest.at, length);
    walk->mailto[length] = '\0';
    walk->link = walk->out->len;
}

static void
close_link (Walk *walk)
{
    ModoriSpan text;

    if (! walk->mailto[0])
        return;
    text = modori_span (walk->out->str + walk->link, walk->out->len - walk->link);
    if (modori_span_find (text, walk->mailto) < 0) {
        walk->blank = TRUE;
        put (walk, "<", 1);
        put (walk, walk->mailto, strlen (walk->mailto));
        put (walk, ">", 1);
    }
    walk->mailto[0] = '\0';
}

static void
obey_tag (Walk *walk, const Tag *tag)
{
    int i = find_tag (tag->name);
    TagKind kind = i < 0 ? TAG_NOTHING : tags[i].kind;

    if (kind == TAG_BLOCK || kind == TAG_PRE)
        end_line (walk);
    if (kind == TAG_PRE)
        walk->pre = ! tag->closes;
    else if (kind == TAG_BREAK)
        break_line (walk);
    else if (kind == TAG_CELL)
        walk->blank = TRUE;
    else if (kind == TAG_LINK && tag->closes)
        close_link (walk);
    else if (kind == TAG_LINK)
        open_link (walk, tag->attributes);
    else if (kind == TAG_HIDDEN && ! tag->closes)
        skip_hidden (walk, (guint) i);
}

/* "<!-- -->", "<!DOCTYPE ...>", "<?xml ...>".  FALSE: it is only a character. */
static gboolean
skip_declaration (Walk *walk)
{
    gboolean comment = modori_span_begins (walk->rest, "<!--") && ! walk->no_comment_end;
    const char *end;

    if (walk->rest.len < 2 || (walk->rest.at[1] != '!' && walk->rest.at[1] != '?'))
        return FALSE;
    end = comment ? memmem (walk->rest.at + 4, walk->rest.len - 4, "-->", 3) : NULL;
    if (comment)
        walk->no_comment_end = ! end;
    if (end)
        end += 2;
    else if (! walk->no_tag_end)
        end = memchr (walk->rest.at, '>', walk->rest.len);
    walk->no_tag_end = ! end;
    if (end)
        walk->rest = modori_span_between (end + 1, modori_span_end (walk->rest));
    return end != NULL;
}

static void
take_markup (Walk *walk)
{
    Tag tag;

    if (skip_declaration (walk))
        return;
    if (take_tag (walk, &tag)) {
        obey_tag (walk, &tag);
        return;
    }
    put (walk, "<", 1);
    walk->rest = modori_span_skip (walk->rest, 1);
}

static void
take_entity (Walk *walk)
{
    gunichar c;
    gsize length = modori_entity_read (walk->rest, &c);

    if (length > 0)
        put_character (walk, c);
    else
        put (walk, "&", 1);
    walk->rest = modori_span_skip (walk->rest, MAX (length, 1));
}

static void
take_blank (Walk *walk)
{
    if (walk->pre && walk->rest.at[0] == '\n')
        g_string_append_c (walk->out, '\n');
    else
        walk->blank = TRUE;
    walk->rest = modori_span_skip (walk->rest, 1);
}

static gboolean
is_word (char c)
{
    /* 0xc2 and 0xe2 begin no-break and zero-width spaces. */
    return (guchar) c > ' ' && c != '<' && c != '&' && c != '\xc2' && c != '\xe2';
}

static void
take_text (Walk *walk)
{
    gsize length = 0;

    while (length < walk->rest.len && is_word (walk->rest.at[length]))
        length++;
    if (length > 0)
        put (walk, walk->rest.at, length);
    else {
        put_character (walk, g_utf8_get_char (walk->rest.at));
        length = (gsize) (g_utf8_next_char (walk->rest.at) - walk->rest.at);
    }
    walk->rest = modori_span_skip (walk->rest, length);
}

void
modori_html_text (GString *out, ModoriSpan html, gsize max)
{
    Walk walk = {
        .rest = html, .out = out, .start = out->len, .stop = max ? out->len + max : G_MAXSIZE
    };

    while (walk.rest.len > 0 && out->len < walk.stop) {
        char c = walk.rest.at[0];

        if (c == '<')
            take_markup (&walk);
        else if (c == '&')
            take_entity (&walk);
        else if (g_ascii_isspace (c))
            take_blank (&walk);
        else
            take_text (&walk);
    }
    end_line (&walk);
}
