/* mbox.c - fuzz target: an mbox is cut where a slow and obvious splitter cuts it, however it arrives.
 *
 * The splitter below reads line by line and keeps nothing in mind but what the man page says: a message begins with a
 * "From " line that has a date, behind an empty line or before a header field.  Mailboxes whose fields say how long a message
 * is, or that it is none, are left out: source.c reads them, in one piece and in small ones.  Then the same messages are put
 * into other mailboxes (CRLF, MMDF, a BOM before it, "From " lines of other programs), which must give them back.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "mail/mbox.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

typedef struct {
    ModoriSpan from_line;
    ModoriSpan bytes;
} Mail;

static void
free_mail (gpointer data)
{
    Mail *mail = data;

    g_free ((char *) mail->from_line.at);
    g_free ((char *) mail->bytes.at);
    g_free (mail);
}

static void
add_mail (GPtrArray *mails, ModoriSpan from_line, ModoriSpan bytes)
{
    Mail *mail = g_new (Mail, 1);

    mail->from_line = modori_span (g_strndup (from_line.at, from_line.len), from_line.len);
    mail->bytes = modori_span (g_memdup2 (bytes.at, bytes.len), bytes.len);
    g_ptr_array_add (mails, mail);
}

/* --- ours --- */

static GPtrArray *
read_all (ModoriSpan mailbox, gsize block)
{
    const ModoriSourceOptions options = { .block = block };
    g_autoptr (ModoriSource) source = modori_source_from_memory ("mailbox", mailbox, &options);
    GPtrArray *mails = g_ptr_array_new_with_free_func (free_mail);
    ModoriMail mail;

    while (modori_source_next (source, &mail, NULL)) {
        g_assert_false (mail.truncated);
        add_mail (mails, mail.from_line, mail.bytes);
    }
    return mails;
}

/* --- the slow one --- */

/* Is it "Name:", with printable letters and no blank? */
static gboolean
is_field (ModoriSpan line)
{
    gsize i = 0;

    if (modori_span_begins (line, ">From "))
        return TRUE;
    while (i < line.len && line.at[i] > ' ' && line.at[i] < 127 && line.at[i] != ':')
        i++;
    return i > 0 && i < 128 && i < line.len && line.at[i] == ':';
}

/* Does a message begin with LINE, which stands behind BEFORE and above NEXT? */
static gboolean
is_beginning (ModoriSpan before, ModoriSpan line, ModoriSpan next)
{
    return modori_mbox_is_from_line (line) && (before.len == 0 || is_field (next));
}

static GPtrArray *
split_lines (ModoriSpan text)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);
    ModoriSpan line;

    while (modori_span_line (&text, &line)) {
        ModoriSpan *copy = g_new (ModoriSpan, 1);

        *copy = line;
        g_ptr_array_add (lines, copy);
    }
    return lines;
}

static gboolean
ends_in (const char *start, const char *end, const char *ending)
{
    gsize len = strlen (ending);

    return (gsize) (end - start) >= len && memcmp (end - len, ending, len) == 0;
}

/* What lies between the lines FIRST, which is a "From " line, and LAST, which is behind the message. */
static void
cut_out (GPtrArray *mails, GPtrArray *lines, guint first, guint last, ModoriSpan mailbox)
{
    const ModoriSpan *from = g_ptr_array_index (lines, first);
    const char *start, *end = modori_span_end (mailbox);

    if (first + 1 == last)
        return;
    start = ((ModoriSpan *) g_ptr_array_index (lines, first + 1))->at;
    if (last < lines->len)
        end = ((ModoriSpan *) g_ptr_array_index (lines, last))->at;
    else
        while (end > start && end[-1] == '\0')
            end--;
    /* The empty line before the next one is not its own. */
    if (ends_in (start, end, "\n\n") || (end - start == 1 && *start == '\n'))
        end -= 1;
    else if (ends_in (start, end, "\n\r\n") || (end - start == 2 && memcmp (start, "\r\n", 2) == 0))
        end -= 2;
    for (const char *p = start; p < end; p++)
        if (! strchr ("\r\n", *p)) {
            add_mail (mails, *from, modori_span_between (start, end));
            return;
        }
}

static GPtrArray *
split_slowly (ModoriSpan mailbox)
{
    GPtrArray *mails = g_ptr_array_new_with_free_func (free_mail);
    g_autoptr (GPtrArray) lines = split_lines (mailbox);
    guint first = 0;

    for (guint i = 1; i <= lines->len; i++) {
        const ModoriSpan nothing = MODORI_SPAN_EMPTY;
        const ModoriSpan *line = i < lines->len ? g_ptr_array_index (lines, i) : &nothing;
        const ModoriSpan *next = i + 1 < lines->len ? g_ptr_array_index (lines, i + 1) : &nothing;

        if (i < lines->len && ! is_beginning (*(ModoriSpan *) g_ptr_array_index (lines, i - 1), *line, *next))
            continue;
        cut_out (mails, lines, first, i, mailbox);
        first = i;
    }
    return mails;
}

static void
compare (GPtrArray *got, GPtrArray *want)
{
    g_assert_cmpuint (got->len, ==, want->len);
    for (guint i = 0; i < got->len; i++) {
        const Mail *ours = g_ptr_array_index (got, i), *theirs = g_ptr_array_index (want, i);

        g_assert_cmpmem (ours->from_line.at, ours->from_line.len, theirs->from_line.at, theirs->from_line.len);
        g_assert_cmpmem (ours->bytes.at, ours->bytes.len, theirs->bytes.at, theirs->bytes.len);
    }
}

/* --- the same messages in other mailboxes --- */

static gboolean
holds (ModoriSpan text, const char *word)
{
    return modori_span_find_bytes (text, word, strlen (word)) >= 0;
}

static void
check_form (GPtrArray *mails, const char *before, const char *mark, const char *behind, gsize block)
{
    g_autoptr (GString) mailbox = g_string_new (before);
    g_autoptr (GPtrArray) got = NULL;

    for (guint i = 0; i < mails->len; i++) {
        const Mail *mail = g_ptr_array_index (mails, i);

        g_string_append (mailbox, mark);
        g_string_append_len (mailbox, mail->bytes.at, (gssize) mail->bytes.len);
        g_string_append (mailbox, behind);
    }
    got = read_all (modori_span (mailbox->str, mailbox->len), block);
    g_assert_cmpuint (got->len, ==, mails->len);
    for (guint i = 0; i < got->len; i++) {
        const Mail *ours = g_ptr_array_index (got, i), *mail = g_ptr_array_index (mails, i);

        g_assert_cmpmem (ours->bytes.at, ours->bytes.len, mail->bytes.at, mail->bytes.len);
    }
}

/* Can each of MAILS stand in any mailbox?  Its last line has an end, and it is not behind blank lines. */
static gboolean
are_whole (GPtrArray *mails)
{
    for (guint i = 0; i < mails->len; i++) {
        const Mail *mail = g_ptr_array_index (mails, i);

        if (mail->bytes.at[mail->bytes.len - 1] != '\n' || strchr ("\r\n", mail->bytes.at[0])
            || modori_span_begins (mail->bytes, "From ") || modori_span_begins (mail->bytes, ">From ")
            || memchr (mail->bytes.at, '\1', mail->bytes.len))
            return FALSE;
    }
    return mails->len > 0;
}

static void
check_forms (GPtrArray *mails, gsize block)
{
    if (! are_whole (mails))
        return;
    check_form (mails, "", "From a@example.jp Thu Feb  1 09:30:00 2024\n", "\n", block);
    check_form (mails, "\xef\xbb\xbf\n\n", "From \"a b\" Thu Feb  1 09:30:00 JST 2024 remote from c\r\n", "\r\n", block);
    check_form (mails, "", "\1\1\1\1\nFrom a Thu Feb  1 09:30:00 2024\n", "\1\1\1\1\n", block);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
    static const gsize blocks[] = { 1, 3, 64, 1000 };
    g_autoptr (GString) text = g_string_new ("From a@example.jp Thu Feb  1 09:30:00 2024\n");
    gsize block = blocks[size % G_N_ELEMENTS (blocks)];
    g_autoptr (GPtrArray) slow = NULL, whole = NULL, pieces = NULL;
    ModoriSpan mailbox;

    if (size > 32 * 1024)
        return 0;
    g_string_append_len (text, (const char *) data, (gssize) size);
    mailbox = modori_span (text->str, text->len);
    if (holds (mailbox, "Content-Length:") || holds (mailbox, "X-IMAP:"))
        return 0;
    slow = split_slowly (mailbox);
    whole = read_all (mailbox, 0);
    compare (whole, slow);
    pieces = read_all (mailbox, block);
    compare (pieces, slow);
    check_forms (slow, block);
    return 0;
}
