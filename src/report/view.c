/* view.c - the text of a report as a dialect wants to read it.
 *
 * Where the text is one undecoded part of the message, the view is that piece of the message
 * itself, so that a value can be traced to its line.  Else the parts are put together: what a
 * person would read on the screen, from top to bottom.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/view.h"

#include "mail/flatten.h"
#include "report/dialect.h"

/* Marks of a dialect stand at the beginning.  Preparing a text costs as much as trying some
 * hundred patterns on it. */
#define MARKS_MAX 1024

/* Paragraphs are read where nothing else is left to try, by who has to see more. */
#define PARAGRAPHS_MARKS_MAX 4096

/* "Additional information", "Envelope recipient": more words are a sentence. */
#define FIELD_NAME_MAX 30

/* U+FF1A */
#define WIDE_COLON "\357\274\232"

typedef struct {
    gboolean made;
    gboolean subject_made;
    ModoriSpan text;
    guint line;
    GString *joined;            /* where the text is put together, or NULL */
    ModoriSubject *subject;
} View;

struct ModoriViews {
    ModoriMessage *message;
    guint root;
    View views[MODORI_N_VIEWS];
};

gboolean
modori_view_named (ModoriSpan name, ModoriViewKind *kind)
{
    static const char *const names[MODORI_N_VIEWS] = {
        "plain", "html", "json", "headers", "paragraphs",
    };

    for (guint i = 0; i < MODORI_N_VIEWS; i++)
        if (modori_span_is (name, names[i])) {
            *kind = (ModoriViewKind) i;
            return TRUE;
        }
    return FALSE;
}

ModoriViews *
modori_views_new (void)
{
    return g_new0 (ModoriViews, 1);
}

void
modori_views_free (ModoriViews *views)
{
    if (! views)
        return;
    for (guint i = 0; i < MODORI_N_VIEWS; i++) {
        if (views->views[i].joined)
            g_string_free (views->views[i].joined, TRUE);
        modori_subject_free (views->views[i].subject);
    }
    g_free (views);
}

void
modori_views_begin (ModoriViews *views, ModoriMessage *message, guint root)
{
    views->message = message;
    views->root = root;
    for (guint i = 0; i < MODORI_N_VIEWS; i++)
        views->views[i].made = views->views[i].subject_made = FALSE;
}

guint
modori_views_head (ModoriMessage *message, guint root)
{
    const ModoriPart *part = modori_message_part (message, root);

    return part->media == MODORI_MEDIA_MESSAGE && root + 1 < part->end ? root + 1 : root;
}

/* Does PART hold what belongs to another message, or to machines? */
static gboolean
is_closed (const ModoriPart *part)
{
    switch (part->media) {
    case MODORI_MEDIA_MESSAGE: case MODORI_MEDIA_PARTIAL: case MODORI_MEDIA_HEADERS:
    case MODORI_MEDIA_DELIVERY_STATUS: case MODORI_MEDIA_DISPOSITION: case MODORI_MEDIA_FEEDBACK:
        return TRUE;
    default:
        return FALSE;
    }
}

/* The next part from I on, before END, that is of MEDIA; END when there is none. */
static guint
next_part (ModoriMessage *message, guint i, guint end, ModoriMedia media)
{
    while (i < end) {
        const ModoriPart *part = modori_message_part (message, i);

        if (part->media == media)
            return i;
        i = is_closed (part) ? MAX (part->end, i + 1) : i + 1;
    }
    return end;
}

static gboolean
lies_in (ModoriSpan piece, ModoriSpan whole)
{
    return piece.at >= whole.at && modori_span_end (piece) <= modori_span_end (whole);
}

/* Add TEXT to what VIEW has; the first piece is only pointed at. */
static void
add_text (View *view, ModoriSpan text, guint line)
{
    gsize room;

    if (! text.len)
        return;
    if (! view->text.len) {
        view->text = text;
        view->line = line;
        return;
    }
    if (view->text.at != view->joined->str)
        g_string_append_len (g_string_truncate (view->joined, 0), view->text.at,
                             (gssize) view->text.len);
    if (view->joined->str[view->joined->len - 1] != '\n')
        g_string_append_c (view->joined, '\n');
    room = MODORI_DIALECT_TEXT_MAX - MIN (view->joined->len, MODORI_DIALECT_TEXT_MAX);
    g_string_append_len (view->joined, text.at, (gssize) MIN (text.len, room));
    view->text = modori_span (view->joined->str, view->joined->len);
    view->line = 0;
}

/* All parts of MEDIA below the root, in their order. */
static void
add_parts (ModoriViews *views, View *view, ModoriMedia media)
{
    ModoriMessage *message = views->message;
    guint first = modori_views_head (message, views->root);
    guint end = modori_message_part (message, first)->end;

    for (guint i = first; (i = next_part (message, i, end, media)) < end; i++) {
        ModoriSpan text = modori_message_text (message, i, MODORI_DIALECT_TEXT_MAX);
        const ModoriPart *part = modori_message_part (message, i);

        add_text (view, text, lies_in (text, part->body) ? part->line : 0);
    }
}

/* JSON in a part that does not call itself so; mail may follow it. */
static void
flatten (ModoriViews *views, View *view)
{
    g_autoptr (GString) lines = NULL;
    ModoriSpan text = modori_span_trim (view->text);

    view->text = MODORI_SPAN_EMPTY;
    view->line = 0;
    if (! modori_span_begins (text, "{"))
        return;
    lines = g_string_new (NULL);
    modori_flatten_json (lines, text, MODORI_DIALECT_TEXT_MAX);
    text = modori_span (lines->str, lines->len);
    view->text = modori_span (modori_message_keep (views->message, text), text.len);
}

static void
make_plain (ModoriViews *views, View *view, ModoriMedia first, ModoriMedia second)
{
    add_parts (views, view, first);
    if (! modori_span_trim (view->text).len) {
        view->text = MODORI_SPAN_EMPTY;
        add_parts (views, view, second);
    }
}

static void
make_json (ModoriViews *views, View *view)
{
    add_parts (views, view, MODORI_MEDIA_JSON);
    if (view->text.len)
        return;
    add_parts (views, view, MODORI_MEDIA_TEXT);
    flatten (views, view);
}

static void
make_headers (ModoriViews *views, View *view)
{
    guint head = modori_views_head (views->message, views->root);

    add_text (view, modori_message_part (views->message, head)->head, 1);
}

/* Text whose paragraphs become lines. */
typedef struct {
    GString *out;
    gsize start;                /* where its last line begins */
    gsize indent;               /* the blanks that stood before that */
} Paragraphs;

/* What a person quotes was written by somebody else. */
static gboolean
is_quoted (ModoriSpan line)
{
    return line.len && line.at[0] == '>';
}

/* Does LINE begin as an item of a numbered list does: "1. ", "(2) "? */
static gboolean
is_numbered (ModoriSpan line)
{
    gsize n = line.len && line.at[0] == '(' ? 1 : 0;
    gsize digits = n;

    while (n < line.len && n < digits + 2 && g_ascii_isdigit (line.at[n]))
        n++;
    return n > digits && n + 1 < line.len && strchr (".)", line.at[n]) && line.at[n + 1] == ' ';
}

/* Does LINE begin with a bullet, or with an address, as the items of a list do? */
static gboolean
begins_item (ModoriSpan line)
{
    gsize n = 0;

    if (modori_span_begins (line, "- ") || modori_span_begins (line, "* ")
        || modori_span_begins (line, "\342\200\242") || is_numbered (line))
        return TRUE;
    while (n < line.len && strchr (" \t*-'\"<([", line.at[n]))
        n++;
    line = modori_span_skip (line, n);
    for (n = 0; n < line.len && ! g_ascii_isspace (line.at[n]); n++)
        if (n && line.at[n] == '@')
            return TRUE;
    return FALSE;
}

/* Does LINE begin with the name of a field: some words, perhaps a row of dots, and a colon?  In
 * many languages the colon is a wide one, and no blank follows. */
static gboolean
begins_field (ModoriSpan line)
{
    gboolean ascii = TRUE;
    gsize n = 0;

    while (n < line.len && n < FIELD_NAME_MAX
           && (g_ascii_isalpha (line.at[n]) || strchr (" -.", line.at[n])
               || (guchar) line.at[n] >= 0x80)
           && ! modori_span_begins (modori_span_skip (line, n), WIDE_COLON))
        ascii = (guchar) line.at[n++] < 0x80 && ascii;
    line = modori_span_skip (line, n);
    if (n < 2 || ! line.len)
        return FALSE;
    return modori_span_begins (line, WIDE_COLON)
        || (line.at[0] == ':' && (! ascii || line.len == 1 || g_ascii_isspace (line.at[1])));
}

/* Does LINE begin with a reply of a server (RFC 5321 section 4.2)? */
static gboolean
begins_reply (ModoriSpan line)
{
    return line.len > 4 && g_ascii_isdigit (line.at[0]) && g_ascii_isdigit (line.at[1])
           && g_ascii_isdigit (line.at[2]) && (line.at[3] == ' ' || line.at[3] == '-');
}

/* Does LINE go on with what the line ABOVE says?  What is indented DEEPER belongs to the item of a
 * list; an item belongs to a line that ends in the middle of a sentence ("write to"). */
static gboolean
continues (ModoriSpan above, ModoriSpan line, gboolean deeper)
{
    gboolean item = begins_item (above);

    if (! above.len || ! line.len || (item && deeper))
        return above.len && line.len;
    if (begins_field (line) || begins_reply (line))
        return FALSE;
    return ! begins_item (line) || (! item && g_ascii_isalpha (above.at[above.len - 1]));
}

/* Add LINE to the paragraphs. */
static void
add_to_paragraph (Paragraphs *paragraphs, ModoriSpan line)
{
    GString *out = paragraphs->out;
    ModoriSpan above = modori_span (out->str + paragraphs->start, out->len - paragraphs->start);
    ModoriSpan text = modori_span_trim (line);
    gsize indent = text.len ? (gsize) (text.at - line.at) : 0;

    if (continues (above, text, indent > paragraphs->indent)) {
        g_string_append_c (out, ' ');
    } else {
        if (above.len)
            g_string_append_c (out, '\n');
        paragraphs->start = out->len;
        paragraphs->indent = indent;
    }
    g_string_append_len (out, text.at, (gssize) text.len);
}

/* The subject, then the plain view with the lines of each paragraph joined, since sentences are
 * wrapped anywhere.  The items of a list stay apart. */
static void
make_paragraphs (ModoriViews *views, View *view)
{
    ModoriSpan rest = modori_views_text (views, MODORI_VIEW_PLAIN, NULL), line;
    guint head = modori_views_head (views->message, views->root);
    GString *out = g_string_assign (view->joined, "Subject: ");
    Paragraphs paragraphs = { out, 0, 0 };

    g_string_append (out, modori_message_field (views->message, head, "Subject"));
    add_to_paragraph (&paragraphs, MODORI_SPAN_EMPTY);
    while (modori_span_line (&rest, &line))
        if (! is_quoted (line))
            add_to_paragraph (&paragraphs, line);
    view->text = modori_span (out->str, out->len);
}

static void
make (ModoriViews *views, ModoriViewKind kind)
{
    View *view = &views->views[kind];

    view->made = TRUE;
    view->text = MODORI_SPAN_EMPTY;
    view->line = 0;
    if (! view->joined)
        view->joined = g_string_new (NULL);
    switch (kind) {
    case MODORI_VIEW_PLAIN: make_plain (views, view, MODORI_MEDIA_TEXT, MODORI_MEDIA_HTML); break;
    case MODORI_VIEW_HTML: make_plain (views, view, MODORI_MEDIA_HTML, MODORI_MEDIA_TEXT); break;
    case MODORI_VIEW_JSON: make_json (views, view); break;
    case MODORI_VIEW_PARAGRAPHS: make_paragraphs (views, view); break;
    default: make_headers (views, view); break;
    }
}

ModoriSpan
modori_views_text (ModoriViews *views, ModoriViewKind kind, guint *line)
{
    if (! views->views[kind].made)
        make (views, kind);
    if (line)
        *line = views->views[kind].line;
    return views->views[kind].text;
}

const ModoriSubject *
modori_views_subject (ModoriViews *views, ModoriViewKind kind)
{
    View *view = &views->views[kind];
    ModoriSpan text;

    if (view->made && view->subject_made)
        return view->subject;
    if (! view->subject)
        view->subject = modori_subject_new ();
    text = modori_views_text (views, kind, NULL);
    text.len = MIN (text.len, kind == MODORI_VIEW_PARAGRAPHS ? PARAGRAPHS_MARKS_MAX : MARKS_MAX);
    modori_subject_set (view->subject, text);
    view->subject_made = TRUE;
    return view->subject;
}
