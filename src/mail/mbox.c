/* mbox.c - one file of messages: where one ends and the next begins.
 *
 * The end of a message is found by its mark alone, "From " or four bytes 1 at
 * the start of a line: starts.h runs over the bodies and nothing looks at their
 * lines.  A "From " line must have a date, and where no empty line stands
 * before it, a header field behind it.  Content-Length is believed when a
 * "From " line or the end of the file follows where it says; a wrong one is
 * common.  What is longer than the limit is handed out cut, and the next call
 * looks for its end.
 *
 * What is decided depends on the bytes alone, never on the pieces in which they
 * arrive.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "mail/mbox.h"

#include "mail/starts.h"

/* Enough to see how lines end. */
#define SNIFF 4096

/* A "From " line is no longer: an address has 320 bytes, a path of UUCP perhaps
 * twice as many. */
#define FROM_LINE_MAX 1024

/* The name of a header field is no longer. */
#define FIELD_MAX 128

/* What an end of a message needs to see before it: the end of an empty line. */
#define CONTEXT 4

/* Room for the empty line between two messages, which is not counted. */
#define MARGIN 2

/* How far to look at once for the end of a message that is too long. */
#define STRIDE (64 * 1024)

/* A smaller limit is of no use, and CONTEXT must fit. */
#define LIMIT_MIN 64

#define MMDF_MARK "\1\1\1\1"

typedef struct {
    gsize body;                 /* where the body begins */
    guint64 length;             /* Content-Length, or G_MAXUINT64 */
    gboolean bookkeeping;       /* no mail: where an IMAP server keeps its notes */
} Head;

typedef struct {
    gsize end;                  /* behind the last byte of the message */
    gsize next;                 /* where the next one, or its mark, begins */
    gboolean exact;             /* its length is known: its last empty line is its own */
    gboolean open;              /* the end is not among what was looked at */
} Extent;

/* --- lines --- */

/* The line at AT in the window, without its end; FALSE when it is longer than
 * MAX.  NEXT gets where the next one begins. */
static gboolean
line_at (ModoriWindow *window, gsize at, gsize max, ModoriSpan *line, gsize *next)
{
    gsize from = at;
    const char *end = NULL;

    while (! end && from - at <= max + 1 && modori_window_fill (window, from + 1)) {
        end = memchr (window->at + from, '\n', window->len - from);
        if (! end)
            from = window->len;
    }
    *next = end ? (gsize) (end - window->at) + 1 : from;
    *line = modori_span (window->at + at, (end ? *next - 1 : *next) - at);
    if (line->len > 0 && line->at[line->len - 1] == '\r')
        line->len--;
    return line->len <= max && (end || window->ended);
}

/* As the line above, of what begins an mbox or one message; ">From " is what
 * some programs make of it. */
static gboolean
from_line_at (ModoriWindow *window, gsize at, gboolean dated, ModoriSpan *line, gsize *next)
{
    ModoriSpan rest;

    if (! modori_window_fill (window, at + 6) || ! line_at (window, at, FROM_LINE_MAX, line, next))
        return FALSE;
    if (dated)
        return modori_mbox_is_from_line (*line);
    if (line->at[0] == '>')
        *line = modori_span_skip (*line, 1);
    if (line->len < 5 || memcmp (line->at, "From ", 5) != 0)
        return FALSE;
    rest = modori_span_trim (modori_span_skip (*line, 5));
    return rest.len > 0 && rest.at[0] != ':';   /* "From : bob" is an old form of the field */
}

static gboolean
mmdf_mark_at (ModoriWindow *window, gsize at, gsize *next)
{
    ModoriSpan line;

    return line_at (window, at, sizeof MMDF_MARK, &line, next) && modori_span_is (line, MMDF_MARK);
}

/* Does a header begin with this? */
static gboolean
begins_header (ModoriSpan text)
{
    gsize i = 0;

    if (modori_span_begins (text, ">From "))
        return TRUE;
    while (i < text.len && i < FIELD_MAX && g_ascii_isgraph (text.at[i]) && text.at[i] != ':')
        i++;
    return i > 0 && i < text.len && text.at[i] == ':';
}

/* How many bytes of TEXT are blank lines, at most MAX lines. */
static gsize
blank_lines (ModoriSpan text, guint max)
{
    gsize i = 0;

    for (; max > 0; max--) {
        gsize cr = i < text.len && text.at[i] == '\r';

        if (i + cr >= text.len || text.at[i + cr] != '\n')
            break;
        i += cr + 1;
    }
    return i;
}

/* --- where a message ends --- */

static gboolean
is_after_blank_line (const ModoriWindow *window, gsize at)
{
    const char *p = window->at + at;

    return (at >= 2 && p[-2] == '\n') || (at >= 3 && p[-2] == '\r' && p[-3] == '\n');
}

/* The mark of an mbox stands at AT: is it one? */
static gboolean
is_border (ModoriMbox *mbox, gsize at)
{
    ModoriWindow *window = mbox->window;
    ModoriSpan line;
    gsize next;

    modori_window_fill (window, at + FROM_LINE_MAX + 2 + FIELD_MAX);
    if (mbox->shape == MODORI_SHAPE_MMDF)
        return mmdf_mark_at (window, at, &next);
    if (! from_line_at (window, at, TRUE, &line, &next))
        return FALSE;
    return is_after_blank_line (window, at)
           || begins_header (modori_span (window->at + next, window->len - next));
}

/* The next place from *FROM, which is not 0, up to MAX where MARK stands at the
 * start of a line; without one, *FROM becomes where to go on when there is
 * more. */
static gboolean
find_mark (const ModoriWindow *window, const char *mark, gsize max, gsize *from)
{
    gsize len = strlen (mark);
    gsize last = MIN (window->len, max + len);
    const char *at = window->at + *from;
    const char *end = window->at + MAX (last, *from + len - 1) - (len - 1);

    for (at = modori_starts_with (at, end, mark[0]); at < end;
         at = modori_starts_with (at + 1, end, mark[0]))
        if (memcmp (at, mark, len) == 0) {
            *from = (gsize) (at - window->at);
            return TRUE;
        }
    *from = (gsize) (end - window->at);
    return FALSE;
}

/* The first border from FROM on, or the end of the stream.  FALSE when it is
 * not among the first MAX bytes of the window. */
static gboolean
find_border (ModoriMbox *mbox, gsize from, gsize max, gsize *border)
{
    ModoriWindow *window = mbox->window;
    const char *mark = mbox->shape == MODORI_SHAPE_MMDF ? MMDF_MARK : "From ";

    for (from = MAX (from, 1); from <= max; ) {
        if (mbox->shape == MODORI_SHAPE_ONE) {
            from = window->len;
        } else if (find_mark (window, mark, max, &from)) {
            *border = from;
            if (is_border (mbox, from))
                return TRUE;
            from++;
            continue;
        }
        if (from <= max && ! modori_window_fill (window, window->len + 1)) {
            *border = window->len;
            return window->len <= max;
        }
    }
    return FALSE;
}

static void
look_at_field (ModoriSpan line, Head *head, guint *marks)
{
    ModoriSpan value;

    if (! strchr ("CcSsXx", line.at[0]))
        return;
    if (modori_span_begins (line, "Content-Length:")) {
        value = modori_span_trim (modori_span_skip (line, strlen ("Content-Length:")));
        head->length = 0;
        for (gsize i = 0; i < value.len && head->length <= MODORI_MESSAGE_MAX; i++)
            head->length = g_ascii_isdigit (value.at[i])
                           ? head->length * 10 + (guint64) (value.at[i] - '0') : G_MAXUINT64;
    } else if (modori_span_begins (line, "X-IMAP:")) {
        *marks |= 1;
    } else if (modori_span_begins (line, "Subject:")
               && modori_span_ends (line, "FOLDER INTERNAL DATA")) {
        *marks |= 2;
    }
    head->bookkeeping = *marks == 3;
}

/* The header that begins at AT, as far as it says where the message ends. */
static void
read_head (ModoriMbox *mbox, gsize at, Head *head)
{
    ModoriSpan line;
    gsize next;
    guint marks = 0;

    *head = (Head) { .length = G_MAXUINT64 };
    for (; at < MODORI_MESSAGE_MAX; at = next) {
        if (! line_at (mbox->window, at, MODORI_MESSAGE_MAX, &line, &next))
            break;
        head->body = next;
        if (line.len == 0)
            return;
        if (line.at[0] == 'F' && line.len > 4 && line.at[4] == ' ')
            break;
        look_at_field (line, head, &marks);
    }
    head->length = G_MAXUINT64;         /* no body */
}

/* Is Content-Length right?  It is looked for as far as a message is handed out
 * when nobody says otherwise: the answer must not depend on the limit. */
static gboolean
believe_length (ModoriMbox *mbox, const Head *head, Extent *extent)
{
    ModoriWindow *window = mbox->window;
    ModoriSpan line, rest;
    gsize next;

    if (head->length > MODORI_MESSAGE_MAX)
        return FALSE;
    extent->end = head->body + (gsize) head->length;
    modori_window_fill (window, extent->end + CONTEXT + FROM_LINE_MAX);
    if (window->len < extent->end)
        return FALSE;
    rest = modori_span (window->at + extent->end, window->len - extent->end);
    extent->next = extent->end + blank_lines (rest, 2);
    extent->exact = TRUE;
    extent->open = FALSE;
    if (window->len == extent->next)
        return TRUE;
    return window->at[extent->next - 1] == '\n'
           && from_line_at (window, extent->next, TRUE, &line, &next);
}

/* The message whose header begins at AT. */
static void
find_end (ModoriMbox *mbox, gsize at, const Head *head, Extent *extent)
{
    if (mbox->shape == MODORI_SHAPE_MBOX && believe_length (mbox, head, extent))
        return;
    extent->exact = FALSE;
    extent->open = ! find_border (mbox, at, at + mbox->limit + MARGIN, &extent->end);
    if (extent->open)
        extent->end = at + mbox->limit;
    extent->next = extent->end;
}

/* The same for nearly all messages of an mbox, by one look at each byte: no line of it can be a
 * field that says where it ends, or that it is bookkeeping, and its end is in the window.  In doubt
 * FALSE. */
static gboolean
find_end_at_once (ModoriMbox *mbox, gsize at, Extent *extent)
{
    ModoriWindow *window = mbox->window;
    const gsize room = strlen ("Content-Length:"), max = at + mbox->limit + MARGIN;
    gboolean header = TRUE;     /* no empty line was seen; where lines end in CRLF none is */

    for (gsize from = MAX (at, 1); from <= MIN (window->len, max); from++) {
        const char *end = window->at + MIN (window->len, max + room);
        const char *line = header ? modori_starts_with_one (window->at + from, end, "fcx")
            : modori_starts_with (window->at + from, end, 'F');
        ModoriSpan rest = modori_span_between (line, end);

        from = (gsize) (line - window->at);
        if (rest.len < room)
            return FALSE;
        header = header && *line != '\n';
        if (*line != 'F') {
            if (header && (((line[8] | ' ') == 'l' && modori_span_begins (rest, "Content-Length:"))
                || modori_span_begins (rest, "X-IMAP:")))
                return FALSE;
            continue;
        }
        if (memcmp (line, "From ", 5) != 0 || ! is_border (mbox, from))
            continue;
        *extent = (Extent) { .end = from, .next = from };
        return TRUE;
    }
    return FALSE;
}

/* --- one message after the other --- */

/* Leave what is left of a message that was too long. */
static void
skip_to_border (ModoriMbox *mbox)
{
    ModoriWindow *window = mbox->window;
    gsize border;

    modori_window_drop (window, mbox->used - CONTEXT);
    while (! find_border (mbox, CONTEXT, STRIDE, &border))
        modori_window_drop (window, STRIDE - CONTEXT);
    modori_window_drop (window, border);
}

static void
skip_blank_lines (ModoriWindow *window)
{
    gsize n;

    do {
        modori_window_fill (window, 2);
        n = blank_lines (modori_span (window->at, window->len), G_MAXUINT);
        modori_window_drop (window, n);
    } while (n > 0);
}

static void
skip_mmdf_marks (ModoriWindow *window)
{
    gsize next;

    skip_blank_lines (window);
    while (modori_window_fill (window, 1) && mmdf_mark_at (window, 0, &next)) {
        modori_window_drop (window, next);
        skip_blank_lines (window);
    }
}

/* Go to where the next message begins.  FALSE when there is none. */
static gboolean
go_on (ModoriMbox *mbox)
{
    ModoriWindow *window = mbox->window;

    /* Nobody misses the rest of a file; but who writes into a pipe must get rid
     * of it, and whether compressed data are whole one wants to know. */
    if (mbox->open && mbox->shape == MODORI_SHAPE_ONE && window->plain)
        return FALSE;
    if (mbox->open)
        skip_to_border (mbox);
    else
        modori_window_drop (window, mbox->used);
    mbox->used = 0;
    mbox->open = FALSE;
    if (mbox->shape == MODORI_SHAPE_MMDF)
        skip_mmdf_marks (window);
    return modori_window_fill (window, 1);
}

/* A lost write leaves bytes 0 at the end of a file. */
static ModoriSpan
without_nuls (ModoriSpan text)
{
    while (text.len > 0 && text.at[text.len - 1] == '\0')
        text.len--;
    return text;
}

/* The empty line that an mbox has between two messages is of neither. */
static ModoriSpan
without_blank_line (ModoriSpan text)
{
    gsize len = text.len;

    if (len == 0 || text.at[len - 1] != '\n')
        return text;
    len--;
    if (len > 0 && text.at[len - 1] == '\r')
        len--;
    if (len == 0 || text.at[len - 1] == '\n')
        text.len = len;
    return text;
}

static gboolean
has_something (ModoriSpan text)
{
    for (gsize i = 0; i < text.len; i++)
        if (text.at[i] != '\n' && text.at[i] != '\r' && text.at[i] != '\0')
            return TRUE;
    return FALSE;
}

/* The bytes from AT on that are the message. */
static ModoriSpan
message_bytes (const ModoriMbox *mbox, gsize at, const Extent *extent)
{
    const ModoriWindow *window = mbox->window;
    ModoriSpan text = modori_span (window->at + at, extent->end - at);

    return extent->open || extent->end < window->len ? text : without_nuls (text);
}

/* Is there an empty line behind the message that is not its own?  Of one
 * message that some program took out of an mbox, or wrote as if into one, it is
 * left behind as well. */
static gboolean
is_separated (const ModoriMbox *mbox, const Extent *extent, ModoriSpan from_line)
{
    if (mbox->shape == MODORI_SHAPE_MBOX)
        return ! extent->exact;
    return mbox->shape == MODORI_SHAPE_ONE && modori_mbox_is_from_line (from_line);
}

/* Fill MAIL with the message that the window begins with.  FALSE when that is
 * no mail. */
static gboolean
take (ModoriMbox *mbox, ModoriMail *mail)
{
    ModoriWindow *window = mbox->window;
    ModoriSpan line = MODORI_SPAN_EMPTY;
    Head head = { 0 };
    Extent extent;
    gsize at = 0, line_start = 0;

    if (from_line_at (window, 0, FALSE, &line, &at))
        line_start = (gsize) (line.at - window->at);
    else
        line.len = at = 0;
    if (mbox->shape != MODORI_SHAPE_MBOX || ! find_end_at_once (mbox, at, &extent)) {
        if (mbox->shape == MODORI_SHAPE_MBOX)
            read_head (mbox, at, &head);
        find_end (mbox, at, &head, &extent);
    }
    mbox->used = extent.next;
    mbox->open = extent.open;

    mail->from_line = modori_span (window->at + line_start, line.len);
    mail->bytes = message_bytes (mbox, at, &extent);
    if (is_separated (mbox, &extent, mail->from_line))
        mail->bytes = without_blank_line (mail->bytes);
    mail->truncated = extent.open || mail->bytes.len > mbox->limit
                      || (window->error && extent.next == window->len);
    mail->bytes.len = MIN (mail->bytes.len, mbox->limit);
    mail->offset = window->offset;
    return ! head.bookkeeping && has_something (mail->bytes);
}

/* --- lines that are no mail --- */

void
modori_mbox_try_lines (ModoriMbox *mbox)
{
    ModoriWindow *window = mbox->window;
    gsize i = 0;

    modori_window_fill (window, SNIFF);
    while (i < window->len && i < SNIFF && g_ascii_isspace (window->at[i]))
        i++;
    if (i < window->len && window->at[i] == '{')
        mbox->shape = MODORI_SHAPE_LINES;
}

/* Leave what is left of a line that was too long. */
static void
skip_to_line (ModoriMbox *mbox)
{
    ModoriWindow *window = mbox->window;
    const char *end = NULL;

    while (! end && modori_window_fill (window, 1)) {
        end = memchr (window->at, '\n', window->len);
        modori_window_drop (window, end ? (gsize) (end - window->at) + 1 : window->len);
    }
}

static gboolean
next_line (ModoriMbox *mbox, ModoriMail *mail)
{
    ModoriWindow *window = mbox->window;
    ModoriSpan line = MODORI_SPAN_EMPTY;
    gboolean whole = FALSE;

    while (modori_span_trim (line).len == 0) {
        modori_window_drop (window, mbox->used);
        mbox->used = 0;
        if (mbox->open)
            skip_to_line (mbox);
        if (! modori_window_fill (window, 1))
            return FALSE;
        whole = line_at (window, 0, mbox->limit, &line, &mbox->used);
        mbox->open = window->at[mbox->used - 1] != '\n';
        mbox->line++;
    }
    mail->from_line = MODORI_SPAN_EMPTY;
    mail->bytes = modori_span (line.at, MIN (line.len, mbox->limit));
    mail->truncated = ! whole || (window->error && mbox->open);
    mail->offset = window->offset;
    return TRUE;
}

/* --- one after the other --- */

static gboolean
next_message (ModoriMbox *mbox, ModoriMail *mail)
{
    while (go_on (mbox))
        if (take (mbox, mail))
            return TRUE;
    return FALSE;
}

gboolean
modori_mbox_next (ModoriMbox *mbox, ModoriMail *mail)
{
    gboolean lines = mbox->shape == MODORI_SHAPE_LINES;

    if (! (lines ? next_line : next_message) (mbox, mail))
        return FALSE;
    mail->line = mbox->line;
    return TRUE;
}

/* --- how it begins --- */

/* Old Macintosh files.  A message of today without a single LF in its first
 * bytes is none. */
static gboolean
has_cr_lines (ModoriSpan text)
{
    while (text.len > 0 && text.at[0] == '\r')
        text = modori_span_skip (text, 1);
    return memchr (text.at, '\r', text.len) && ! memchr (text.at, '\n', text.len)
           && (modori_span_begins (text, "From ") || begins_header (text));
}

static ModoriShape
shape_of (ModoriWindow *window)
{
    ModoriSpan line;
    gsize next;

    if (mmdf_mark_at (window, 0, &next))
        return MODORI_SHAPE_MMDF;
    if (from_line_at (window, 0, TRUE, &line, &next))
        return MODORI_SHAPE_MBOX;
    return MODORI_SHAPE_ONE;
}

void
modori_mbox_begin (ModoriMbox *mbox, ModoriWindow *window, gsize limit, gboolean one)
{
    *mbox = (ModoriMbox) { .window = window, .limit = MAX (limit, LIMIT_MIN) };
    modori_window_fill (window, SNIFF);
    if (modori_span_begins (modori_span (window->at, window->len), "\xef\xbb\xbf"))
        modori_window_drop (window, 3);
    if (has_cr_lines (modori_span (window->at, MIN (window->len, SNIFF - 3))))
        modori_window_read_cr_as_lf (window);
    skip_blank_lines (window);
    mbox->shape = one ? MODORI_SHAPE_ONE : shape_of (window);
}
