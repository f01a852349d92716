/* parts.c - finds the MIME parts of a message (RFC 2046) in one walk over its lines.
 *
 * The boundaries of all open multiparts are on a stack; a line that begins with "--" is compared
 * with them, the innermost first, so that a report about a report may use its boundary again (one
 * mail system always uses the same).  An inner multipart that is not closed ends where its parent
 * goes on.
 *
 * An enclosed message is walked on with the same stack; an encoded one is decoded and walked by
 * itself.  A boundary that is not declared, or never comes, is guessed.  A multipart without any
 * is a text.  What a vague type holds, sniff.c says.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "mail/parts.h"

#include "mail/sniff.h"
#include "mail/transfer.h"
#include "mail/type.h"

/* No honest message nests deeper, and each open level costs a comparison a line. */
#define DEPTH_MAX 16

#define PARTS_MAX 1000

/* Of one part, and of all. */
#define FIELDS_MAX 1000
#define ALL_FIELDS_MAX 20000

/* Guessed boundaries of one message: each reads a multipart a few times more. */
#define GUESSES_MAX 4

/* RFC 2046 allows 70. */
#define BOUNDARY_MAX 1000

typedef struct {
    ModoriParts *parts;
    const char *at, *end;
    guint line;                 /* of AT */
    gboolean lines_known;       /* FALSE inside a decoded enclosure */
    ModoriSpan open[DEPTH_MAX];
    guint n_open;
    int hit;                    /* the level whose boundary was met last; -1 at the end */
    gboolean closing;           /* it was the last one of that level */
    const char *text_end;       /* where the text before it ended */
    guint guesses;              /* that may still be made */
    gsize decoded;              /* bytes of enclosures that may still be decoded */
} Walk;

static void walk_part (Walk *walk, guint parent);

void
modori_parts_init (ModoriParts *parts, GStringChunk *strings)
{
    parts->bytes = MODORI_SPAN_EMPTY;
    parts->nodes = g_array_new (FALSE, TRUE, sizeof (ModoriNode));
    parts->fields = g_array_new (FALSE, FALSE, sizeof (ModoriHeadField));
    parts->strings = strings;
}

void
modori_parts_clear (ModoriParts *parts)
{
    g_array_unref (parts->nodes);
    g_array_unref (parts->fields);
}

/* Which open boundary is LINE, if any?  Sets walk->hit and closing. */
static gboolean
is_boundary (Walk *walk, ModoriSpan line)
{
    ModoriSpan text = modori_span_trim (modori_span_skip (line, 2));

    for (guint level = walk->n_open; level-- > 0;) {
        ModoriSpan boundary = walk->open[level], rest;

        if (text.len < boundary.len || memcmp (text.at, boundary.at, boundary.len) != 0)
            continue;
        rest = modori_span_skip (text, boundary.len);
        if (rest.len > 0 && ! modori_span_is (rest, "--"))
            continue;
        walk->hit = (int) level;
        walk->closing = rest.len > 0;
        return TRUE;
    }
    return FALSE;
}

/* Where the text before LINE_START ends: the line end there belongs to the boundary. */
static const char *
before_line_end (const char *from, const char *line_start)
{
    if (line_start > from && line_start[-1] == '\n')
        line_start--;
    if (line_start > from && line_start[-1] == '\r')
        line_start--;
    return line_start;
}

/* Go behind the next boundary line, or to the end. */
static void
walk_to_boundary (Walk *walk)
{
    const char *start = walk->at;

    walk->hit = -1;
    while (walk->at < walk->end) {
        const char *line = walk->at;
        const char *newline = memchr (line, '\n', (gsize) (walk->end - line));

        walk->at = newline ? newline + 1 : walk->end;
        walk->line++;
        if (walk->at - line > 2 && line[0] == '-' && line[1] == '-'
            && is_boundary (walk, modori_span_between (line, walk->at))) {
            walk->text_end = before_line_end (start, line);
            return;
        }
    }
    walk->text_end = walk->end;
}

static ModoriSpan
field_value (ModoriParts *parts, const ModoriNode *node, const char *name)
{
    const ModoriHeadField *field = NULL;

    if (node->n_fields > 0)
        field =
            modori_head_find (&g_array_index (parts->fields, ModoriHeadField, node->first_field),
                              &node->index, name, 0);
    return field ? modori_span (field->value, field->value_len) : MODORI_SPAN_EMPTY;
}

/* Is what PARENT holds a message, not a MIME part? */
static gboolean
holds_message (ModoriParts *parts, guint parent, guint index)
{
    return index == 0 || modori_parts_node (parts, parent)->part.media == MODORI_MEDIA_MESSAGE;
}

/* Add a part whose head begins at TEXT; gives its index.  BODY is where its body begins; LINE
 * goes there too. */
static guint
add_node (ModoriParts *parts, guint parent, ModoriSpan text, const char **body, guint *line)
{
    guint first = parts->fields->len, index = parts->nodes->len;
    guint room = MIN (FIELDS_MAX, ALL_FIELDS_MAX - first);
    ModoriNode *node;
    gsize length;

    g_array_set_size (parts->nodes, index + 1);
    node = modori_parts_node (parts, index);
    length = modori_head_scan (text, holds_message (parts, parent, index), parts->fields, room,
                               &node->part.head, &node->index, line);
    *body = text.at + length;
    node->first_field = first;
    node->n_fields = parts->fields->len - first;
    node->part.parent = parent;
    node->part.end = index + 1;
    node->part.depth = index == 0 ? 0 : modori_parts_node (parts, parent)->part.depth + 1;
    node->part.body = modori_span_between (*body, modori_span_end (text));
    node->part.report_type = node->charset = MODORI_SPAN_EMPTY;
    return index;
}

/* What is part INDEX, by its head? */
static ModoriType
read_type (Walk *walk, guint index)
{
    ModoriNode *node = modori_parts_node (walk->parts, index);
    ModoriSpan value = field_value (walk->parts, node, "Content-Type");
    ModoriType type;

    modori_type_read (value, walk->parts->strings, &type);
    type.boundary.len = MIN (type.boundary.len, BOUNDARY_MAX);
    if (value.len == 0 && index > 0 && modori_parts_node (walk->parts, node->part.parent)->digest)
        type.media = MODORI_MEDIA_MESSAGE;
    else if (value.len == 0 && holds_message (walk->parts, node->part.parent, index)
             && modori_sniff_multipart (modori_span_between (walk->at, walk->end)))
        type.media = MODORI_MEDIA_MULTIPART;
    node->encoding =
        modori_transfer_encoding (field_value (walk->parts, node, "Content-Transfer-Encoding"));
    node->charset = type.charset;
    node->digest = type.digest;
    node->part.media = type.media;
    node->part.report = type.report;
    node->part.report_type = type.report_type;
    return type;
}

/* Walk over the body of multipart INDEX with BOUNDARY.  FALSE when that boundary never came. */
static gboolean
walk_multipart (Walk *walk, guint index, ModoriSpan boundary)
{
    const int level = (int) walk->n_open;
    gboolean any;

    walk->open[walk->n_open++] = boundary;
    walk_to_boundary (walk);
    any = walk->hit == level;
    while (walk->hit == level && ! walk->closing)
        walk_part (walk, index);
    walk->n_open = (guint) level;
    if (walk->hit == level)
        walk_to_boundary (walk);        /* the epilogue */
    return any;
}

/* The same with the boundary that it has, whatever is declared. */
static void
walk_children (Walk *walk, guint index, ModoriSpan boundary)
{
    const char *start = walk->at;
    guint line = walk->line;
    ModoriSpan guess = MODORI_SPAN_EMPTY;

    if (boundary.len == 0)
        walk_to_boundary (walk);
    else if (walk_multipart (walk, index, boundary))
        return;
    if (walk->guesses > 0 && walk->guesses--)
        guess = modori_sniff_boundary (modori_span_between (start, MAX (start, walk->text_end)));
    if (guess.len == 0) {
        modori_parts_node (walk->parts, index)->part.media = MODORI_MEDIA_TEXT;
        return;
    }
    walk->at = start;
    walk->line = line;
    walk_multipart (walk, index, guess);
}

/* Part INDEX is an encoded message: decode it, and walk over what comes out. */
static void
walk_decoded (Walk *outer, guint index)
{
    const ModoriNode *node = modori_parts_node (outer->parts, index);
    Walk walk = { .parts = outer->parts, .lines_known = FALSE, .guesses = outer->guesses };
    g_autoptr (GString) text = NULL;

    if (outer->decoded == 0)
        return;
    text = g_string_new (NULL);
    modori_transfer_decode (text, node->encoding, node->part.body, outer->decoded);
    outer->decoded -= MIN (outer->decoded, text->len);
    walk.decoded = outer->decoded;
    walk.at = g_string_chunk_insert_len (walk.parts->strings, text->str, (gssize) text->len);
    walk.end = walk.at + text->len;
    walk_part (&walk, index);
    outer->guesses = walk.guesses;
    outer->decoded = walk.decoded;
}

/* Walk over the body of part INDEX, whose head was read. */
static void
walk_body (Walk *walk, guint index)
{
    const char *start = walk->at;
    ModoriType type = read_type (walk, index);
    ModoriNode *node = modori_parts_node (walk->parts, index);
    gboolean deep = node->part.depth >= DEPTH_MAX - 1;
    gboolean encoded;

    if (node->encoding == GMIME_CONTENT_ENCODING_BASE64
        && ! modori_sniff_base64 (modori_span_between (start, walk->end)))
        node->encoding = GMIME_CONTENT_ENCODING_DEFAULT;
    encoded = node->encoding != GMIME_CONTENT_ENCODING_DEFAULT;
    node->part.line = walk->lines_known ? walk->line : 0;
    if (type.media == MODORI_MEDIA_MULTIPART && ! deep)
        walk_children (walk, index, type.boundary);
    else if (type.media == MODORI_MEDIA_MESSAGE && ! deep && ! encoded)
        walk_part (walk, index);
    else
        walk_to_boundary (walk);
    node = modori_parts_node (walk->parts, index);
    node->part.body = modori_span_between (start, MAX (start, walk->text_end));
    if (type.media == MODORI_MEDIA_MESSAGE && ! deep && encoded)
        walk_decoded (walk, index);
    node = modori_parts_node (walk->parts, index);
    node->part.end = walk->parts->nodes->len;
    if (type.vague)
        modori_sniff_node (node, modori_parts_node (walk->parts, node->part.parent), index);
}

static void
walk_part (Walk *walk, guint parent)
{
    guint index;

    if (walk->parts->nodes->len >= PARTS_MAX) {
        walk_to_boundary (walk);
        return;
    }
    index = add_node (walk->parts, parent, modori_span_between (walk->at, walk->end), &walk->at,
                      &walk->line);
    walk_body (walk, index);
}

void
modori_parts_read_head (ModoriParts *parts, ModoriSpan bytes)
{
    const char *body;

    parts->bytes = bytes;
    parts->body_line = 1;
    g_array_set_size (parts->nodes, 0);
    g_array_set_size (parts->fields, 0);
    add_node (parts, 0, bytes, &body, &parts->body_line);
}

void
modori_parts_read_body (ModoriParts *parts)
{
    Walk walk = {
        .parts = parts, .at = modori_parts_node (parts, 0)->part.body.at,
        .end = modori_span_end (parts->bytes), .line = parts->body_line, .lines_known = TRUE,
        .guesses = GUESSES_MAX, .decoded = parts->bytes.len,
    };

    walk_body (&walk, 0);
}
