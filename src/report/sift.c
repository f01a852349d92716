/* sift.c - can this message be a report?  Looks at a few header fields and nothing else.
 *
 * This runs over every message of every mailbox, so it is one pass over the header's lines with
 * a switch on the first letter of each name.  It errs on the side of yes: the decoders decide.
 * The marks are those of the RFCs (null return path: RFC 5321 section 4.5.5; multipart/report:
 * 6522; Auto-Submitted: 3834), the few that came before them, and the words of the Sign blocks.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/sift.h"

/* What stands behind so much header is no header (DESIGN: a field is at most this long). */
#define HEADER_MAX (64 * 1024)

/* Bytes of the body in which an attached message is looked for. */
#define ATTACHED_REACH (256 * 1024)

/* Bytes of a value that are looked at. */
#define VALUE_MAX 1000

typedef struct {
    const ModoriSigns *signs;   /* may be NULL */
    guint flags;
    gboolean has_header;        /* a field that any mail has was seen */
    gboolean multipart;
    gboolean said;              /* the subject speaks of a report, but ... */
    gboolean answers;           /* ... it is that of an answer */
    gboolean listed;            /* ... it came through a mailing list */
    ModoriSpan to;
} Seen;

/* A text in lower case, encoded words (RFC 2047) undone, for looking for words in it. */
typedef struct {
    char bytes[VALUE_MAX];
    gsize len;
} Plain;

/* RFC 2047 section 4.2. */
static void
undo_quoted (Plain *plain, ModoriSpan text)
{
    for (gsize i = 0; i < text.len; i++) {
        char c = text.at[i];

        if (c == '=' && i + 2 < text.len && g_ascii_isxdigit (text.at[i + 1])
            && g_ascii_isxdigit (text.at[i + 2])) {
            c = (char) (g_ascii_xdigit_value (text.at[i + 1]) << 4
                        | g_ascii_xdigit_value (text.at[i + 2]));
            i += 2;
        }
        plain->bytes[plain->len++] = c == '_' ? ' ' : c;
    }
}

/* Undo the encoded word at the start of VALUE into PLAIN; its length in VALUE, or 0. */
static gsize
undo_encoded_word (Plain *plain, ModoriSpan value)
{
    const char *end = modori_span_end (value), *encoding, *text, *close;
    gsize room = sizeof plain->bytes - plain->len;

    encoding = value.len > 8 ? memchr (value.at + 2, '?', value.len - 2) : NULL;
    if (! encoding || end - encoding < 4 || encoding[2] != '?')
        return 0;
    text = encoding + 3;
    close = memchr (text, '?', (gsize) (end - text));
    if (! close || (gsize) (close - text) > room)
        return 0;
    if (g_ascii_tolower (encoding[1]) == 'b') {
        gint state = 0;
        guint save = 0;

        plain->len += g_base64_decode_step (
            text, (gsize) (close - text), (guchar *) plain->bytes + plain->len, &state, &save);
    } else {
        undo_quoted (plain, modori_span_between (text, close));
    }
    return (gsize) (close - value.at) + 2;
}

/* Copy VALUE to PLAIN up to its next "=", that one included when ALSO. */
static gsize
copy_plain (Plain *plain, ModoriSpan value, gboolean also)
{
    gsize skip = also && value.len ? 1 : 0;
    const char *next = memchr (value.at + skip, '=', value.len - skip);
    gsize n = next ? (gsize) (next - value.at) : value.len;

    n = MIN (n, sizeof plain->bytes - plain->len);
    memcpy (plain->bytes + plain->len, value.at, n);
    plain->len += n;
    return n;
}

static void
make_plain (Plain *plain, ModoriSpan value)
{
    value.len = MIN (value.len, sizeof plain->bytes);
    plain->len = 0;
    value = modori_span_skip (value, copy_plain (plain, value, FALSE));
    while (value.len && plain->len < sizeof plain->bytes) {
        gsize n = value.len > 1 && value.at[1] == '?' ? undo_encoded_word (plain, value) : 0;

        value = modori_span_skip (value, n);
        value = modori_span_skip (value, copy_plain (plain, value, n == 0));
    }
    for (gsize i = 0; i < plain->len; i++)
        if (plain->bytes[i] >= 'A' && plain->bytes[i] <= 'Z')
            plain->bytes[i] |= 0x20;
}

static ModoriSpan
span_of (const Plain *plain)
{
    return modori_span (plain->bytes, plain->len);
}

static void
see_subject (Seen *seen, ModoriSpan value)
{
    Plain plain;

    seen->has_header = TRUE;
    make_plain (&plain, value);
    if (modori_signs_begin (seen->signs, MODORI_SIGN_FORWARD, span_of (&plain)))
        seen->flags |= MODORI_SIFT_FORWARDED;
    seen->answers = modori_signs_begin (seen->signs, MODORI_SIGN_ANSWER, span_of (&plain));
    seen->said |= modori_signs_found (seen->signs, MODORI_SIGN_SUBJECT, span_of (&plain));
}

static void
see_sender (Seen *seen, ModoriSpan value)
{
    Plain plain;

    seen->has_header = TRUE;
    make_plain (&plain, value);
    if (value.len == 0 || modori_signs_found (seen->signs, MODORI_SIGN_FROM, span_of (&plain)))
        seen->flags |= MODORI_SIFT_REPORT;
}

static void
see_type (Seen *seen, ModoriSpan value)
{
    seen->multipart = modori_span_begins (value, "multipart/");
    if (modori_span_begins (value, "multipart/report")
        || modori_span_begins (value, "message/delivery-status")
        || modori_span_begins (value, "message/feedback-report")
        || modori_span_begins (value, "message/disposition-notification")
        || modori_span_find (value, "report-type") >= 0)
        seen->flags |= MODORI_SIFT_REPORT;
    if (modori_span_begins (value, "message/rfc822"))
        seen->flags |= MODORI_SIFT_FORWARDED;
}

static void
see_to (Seen *seen, ModoriSpan value)
{
    seen->has_header = TRUE;
    seen->to = value;
}

static void
see_return_path (Seen *seen, ModoriSpan value)
{
    if (modori_span_begins (value, "<>") || modori_span_find (value, "mailer-daemon") >= 0
        || modori_span_find (value, "postmaster") >= 0)
        seen->flags |= MODORI_SIFT_REPORT;
}

/* Names differ in their length mostly, which costs less to see than their letters. */
static inline gboolean
is_called (ModoriSpan name, const char *word)
{
    return name.len == strlen (word) && modori_span_is (name, word);
}

/* Fields that are there only when a program answers. */
static void
see_extension (Seen *seen, ModoriSpan name, ModoriSpan value)
{
    static const char *const answers[] = {
        "X-Autoreply", "X-Auto-Reply", "X-AutoReply-From", "X-Auto-Reply-From", "X-Autorespond",
        "X-Autoresponse", "X-Autoresponder", "X-Mail-Autoreply", "X-Vacation",
    };

    if (name.len < strlen ("X-Vacation") || name.at[1] != '-')
        return;
    if (is_called (name, "X-Failed-Recipients"))
        seen->flags |= MODORI_SIFT_REPORT;
    for (guint i = 0; strchr ("AaMmVv", name.at[2]) && i < G_N_ELEMENTS (answers); i++)
        if (modori_span_is (name, answers[i]) && ! modori_span_is (modori_span_trim (value), "no"))
            seen->flags |= MODORI_SIFT_AUTOREPLY;
    if (is_called (name, "X-Autogenerated") && modori_span_begins (value, "reply"))
        seen->flags |= MODORI_SIFT_AUTOREPLY;
    if (is_called (name, "X-Precedence") && modori_span_begins (value, "auto_reply"))
        seen->flags |= MODORI_SIFT_AUTOREPLY;
}

static void
see_a_to_m (Seen *seen, ModoriSpan name, ModoriSpan value)
{
    if (is_called (name, "Content-Type"))
        see_type (seen, value);
    else if (is_called (name, "From"))
        see_sender (seen, value);
    else if (is_called (name, "Auto-Submitted") && modori_span_begins (value, "auto-replied"))
        seen->flags |= MODORI_SIFT_AUTOREPLY;
    else if (is_called (name, "Delivered-To")
             && modori_span_is (modori_span_trim (value), "autoresponder"))
        seen->flags |= MODORI_SIFT_AUTOREPLY;
    else if (is_called (name, "Date") || is_called (name, "Message-ID")
             || is_called (name, "MIME-Version"))
        seen->has_header = TRUE;
}

static void
see_p_to_x (Seen *seen, ModoriSpan name, ModoriSpan value)
{
    if (is_called (name, "Subject"))
        see_subject (seen, value);
    else if (is_called (name, "Return-Path"))
        see_return_path (seen, value);
    else if (is_called (name, "Received"))
        seen->has_header = TRUE;
    else if (is_called (name, "To"))
        see_to (seen, value);
    else if (is_called (name, "Precedence") && modori_span_begins (value, "auto_reply"))
        seen->flags |= MODORI_SIFT_AUTOREPLY;
    else
        see_extension (seen, name, value);
}

static void
see_list (Seen *seen, ModoriSpan name)
{
    if (is_called (name, "List-Id") || is_called (name, "List-Unsubscribe")
        || is_called (name, "Mailing-List"))
        seen->listed = TRUE;
}

/* The letters that the names of all these fields begin with; bit 1 is "a", of either case. */
#define BIT(letter) (1u << (letter & 31))
#define LETTERS \
    (BIT ('a') | BIT ('c') | BIT ('d') | BIT ('f') | BIT ('l') | BIT ('m') | BIT ('p') \
     | BIT ('r') | BIT ('s') | BIT ('t') | BIT ('x'))

static void
see_field (Seen *seen, ModoriSpan line, const char *colon)
{
    ModoriSpan name = modori_span_between (line.at, colon), value;

    if (! name.len || ! (LETTERS >> (*name.at & 31) & 1))
        return;
    name = modori_span_trim (name);
    value = modori_span_trim (modori_span_between (colon + 1, modori_span_end (line)));
    if (g_ascii_tolower (*name.at) == 'l')
        see_list (seen, name);
    else if (g_ascii_tolower (*name.at) <= 'm')
        see_a_to_m (seen, name, value);
    else
        see_p_to_x (seen, name, value);
}

/* Take the next field off REST, with its continuation lines.  FALSE at the end of the header. */
static gboolean
next_field (ModoriSpan *rest, ModoriSpan *field)
{
    const char *end = memchr (rest->at, '\n', rest->len);
    gsize n;

    if (! rest->len || *rest->at == '\n'
        || (*rest->at == '\r' && rest->len > 1 && rest->at[1] == '\n'))
        return FALSE;
    while (end && end + 1 < modori_span_end (*rest) && (end[1] == ' ' || end[1] == '\t'))
        end = memchr (end + 1, '\n', (gsize) (modori_span_end (*rest) - end - 1));
    n = end ? (gsize) (end + 1 - rest->at) : rest->len;
    *field = modori_span (rest->at, n);
    *rest = modori_span_skip (*rest, n);
    return TRUE;
}

/* Is a message attached in BODY?  Looked for by the slash of "message/", which is rare in any
 * text. */
static gboolean
has_attached_message (ModoriSpan body)
{
    const char *at;

    body.len = MIN (body.len, ATTACHED_REACH);
    while (body.len && (at = memchr (body.at, '/', body.len)) != NULL) {
        ModoriSpan before = modori_span_between (body.at, at);

        body = modori_span_between (at + 1, modori_span_end (body));
        if (modori_span_ends (before, "message")
            && (modori_span_begins (body, "rfc822") || modori_span_begins (body, "global")
                || modori_span_begins (body, "delivery-status")
                || modori_span_begins (body, "feedback-report")))
            return TRUE;
    }
    return FALSE;
}

/* Does nobody but programs write to this address? */
static gboolean
is_for_programs (const Seen *seen)
{
    Plain plain;

    make_plain (&plain, seen->to);
    return modori_signs_found (seen->signs, MODORI_SIGN_TO, span_of (&plain));
}

/* A subject is weak evidence: people answer reports and discuss them on lists. */
static void
weigh_subject (Seen *seen)
{
    if (seen->listed)
        seen->flags |= MODORI_SIFT_LISTED;
    if (! seen->said || (seen->flags & MODORI_SIFT_REPORT))
        return;
    if (is_for_programs (seen))
        seen->flags |= MODORI_SIFT_REPORT;
    else if (! seen->answers && ! seen->listed)
        seen->flags |= MODORI_SIFT_REPORT | MODORI_SIFT_SUBJECT;
}

ModoriSift
modori_sift (const ModoriSigns *signs, ModoriSpan bytes)
{
    Seen seen = { .signs = signs, .flags = MODORI_SIFT_NO, .to = MODORI_SPAN_EMPTY };
    ModoriSpan rest = modori_span (bytes.at, MIN (bytes.len, HEADER_MAX)), field;

    while (next_field (&rest, &field)) {
        const char *colon = memchr (field.at, ':', field.len);

        if (colon)
            see_field (&seen, field, colon);
    }
    weigh_subject (&seen);
    if (! seen.has_header)      /* a bare text: somebody kept what a server said */
        seen.flags |= MODORI_SIFT_REPORT;
    if (seen.multipart && ! (seen.flags & (MODORI_SIFT_REPORT | MODORI_SIFT_FORWARDED))
        && has_attached_message (modori_span_between (rest.at, modori_span_end (bytes))))
        seen.flags |= MODORI_SIFT_FORWARDED;
    return seen.flags == MODORI_SIFT_LISTED ? MODORI_SIFT_NO : seen.flags;
}
