/* sift.c - can this message be a report?  Looks at a few header fields and nothing else.
 *
 * This runs over every message of every mailbox, so it is one pass over the header, sixteen bytes
 * at once, that stops where a line begins with the two letters of one of the names, and goes on
 * when its first four letters are those of none.  It errs on the side of yes: the decoders decide.
 * The marks are those of the RFCs (null return path: RFC 5321 section 4.5.5; multipart/report:
 * 6522; Auto-Submitted: 3834), the few that came before them, and the words of the Sign blocks.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/sift.h"

#include "mail/starts.h"

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

/* A text whose encoded words (RFC 2047) are undone, for looking for words in it. */
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

/* VALUE, as much of it as is looked at, without its encoded words; PLAIN is where they are undone
 * when there are any. */
static ModoriSpan
make_plain (Plain *plain, ModoriSpan value)
{
    value.len = MIN (value.len, sizeof plain->bytes);
    if (! memchr (value.at, '=', value.len))
        return value;
    plain->len = 0;
    value = modori_span_skip (value, copy_plain (plain, value, FALSE));
    while (value.len && plain->len < sizeof plain->bytes) {
        gsize n = value.len > 1 && value.at[1] == '?' ? undo_encoded_word (plain, value) : 0;

        value = modori_span_skip (value, n);
        value = modori_span_skip (value, copy_plain (plain, value, n == 0));
    }
    return modori_span (plain->bytes, plain->len);
}

static void
see_subject (Seen *seen, ModoriSpan value)
{
    Plain plain;
    ModoriSpan subject = make_plain (&plain, value);

    seen->has_header = TRUE;
    if (modori_signs_begin (seen->signs, MODORI_SIGN_FORWARD, subject))
        seen->flags |= MODORI_SIFT_FORWARDED;
    seen->answers = modori_signs_begin (seen->signs, MODORI_SIGN_ANSWER, subject);
    seen->said = seen->said || modori_signs_found (seen->signs, MODORI_SIGN_SUBJECT, subject);
}

static void
see_sender (Seen *seen, ModoriSpan value)
{
    Plain plain;

    seen->has_header = TRUE;
    if (seen->flags & MODORI_SIFT_REPORT)
        return;
    if (value.len == 0
        || modori_signs_found (seen->signs, MODORI_SIGN_FROM, make_plain (&plain, value)))
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

/* Fields that are there only when a program answers. */
static void
see_extension (Seen *seen, ModoriSpan name, ModoriSpan value)
{
    static const char *const answers[] = {
        "X-Autoreply", "X-Auto-Reply", "X-AutoReply-From", "X-Auto-Reply-From", "X-Autorespond",
        "X-Autoresponse", "X-Autoresponder", "X-Mail-Autoreply", "X-Vacation",
    };

    if (modori_span_is (name, "X-Failed-Recipients"))
        seen->flags |= MODORI_SIFT_REPORT;
    for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
        if (modori_span_is (name, answers[i]) && ! modori_span_is (modori_span_trim (value), "no"))
            seen->flags |= MODORI_SIFT_AUTOREPLY;
    if (modori_span_is (name, "X-Autogenerated") && modori_span_begins (value, "reply"))
        seen->flags |= MODORI_SIFT_AUTOREPLY;
    if (modori_span_is (name, "X-Precedence") && modori_span_begins (value, "auto_reply"))
        seen->flags |= MODORI_SIFT_AUTOREPLY;
}

/* The first four bytes of a name as a number, letters as small ones: which of the names it may
 * be. */
#define FOUR(a, b, c, d) \
    ((guint32) (a) | (guint32) (b) << 8 | (guint32) (c) << 16 | (guint32) (d) << 24)

static inline guint32
first_four (const char *at)
{
    return FOUR ((guchar) at[0], (guchar) at[1], (guchar) at[2], (guchar) at[3])
           | FOUR (' ', ' ', ' ', ' ');
}

/* Names differ in their length mostly, which costs less to see than their letters, and seldom in
 * the case of their letters. */
static inline gboolean
is_called (ModoriSpan name, const char *word)
{
    return name.len == strlen (word)
           && (memcmp (name.at, word, strlen (word)) == 0 || modori_span_is (name, word));
}

static void
see_answer (Seen *seen, gboolean answers)
{
    if (answers)
        seen->flags |= MODORI_SIFT_AUTOREPLY;
}

/* The fields by which programs tell that they answer. */
static void
see_robot (Seen *seen, ModoriSpan name, ModoriSpan value)
{
    if (is_called (name, "Auto-Submitted"))
        see_answer (seen, modori_span_begins (value, "auto-replied"));
    else if (is_called (name, "Delivered-To"))
        see_answer (seen, modori_span_is (modori_span_trim (value), "autoresponder"));
    else if (is_called (name, "Precedence"))
        see_answer (seen, modori_span_begins (value, "auto_reply"));
    else if (modori_span_begins (name, "X-"))
        see_extension (seen, name, value);
}

static void
see_mail (Seen *seen, ModoriSpan name)
{
    if (is_called (name, "Date") || is_called (name, "Message-ID")
        || is_called (name, "MIME-Version") || is_called (name, "Received"))
        seen->has_header = TRUE;
}

static void
see_field (Seen *seen, ModoriSpan line, const char *colon)
{
    ModoriSpan name = modori_span_trim (modori_span_between (line.at, colon));
    ModoriSpan value = modori_span_trim (modori_span_between (colon + 1, modori_span_end (line)));

    switch (name.len < 4 ? 0 : first_four (name.at)) {
    case 0:
        if (is_called (name, "To"))
            see_to (seen, value);
        break;
    case FOUR ('d', 'a', 't', 'e'):
    case FOUR ('m', 'e', 's', 's'):
    case FOUR ('m', 'i', 'm', 'e'):
    case FOUR ('r', 'e', 'c', 'e'):
        see_mail (seen, name);
        break;
    case FOUR ('f', 'r', 'o', 'm'):
        if (is_called (name, "From"))
            see_sender (seen, value);
        break;
    case FOUR ('s', 'u', 'b', 'j'):
        if (is_called (name, "Subject"))
            see_subject (seen, value);
        break;
    case FOUR ('c', 'o', 'n', 't'):
        if (is_called (name, "Content-Type"))
            see_type (seen, value);
        break;
    case FOUR ('r', 'e', 't', 'u'):
        if (is_called (name, "Return-Path"))
            see_return_path (seen, value);
        break;
    case FOUR ('l', 'i', 's', 't'):
        if (is_called (name, "List-Id") || is_called (name, "List-Unsubscribe"))
            seen->listed = TRUE;
        break;
    default:
        see_robot (seen, name, value);
    }
}

/* Does a name of the letters before C end there? */
static inline gboolean
ends_name (char c)
{
    return c == ':' || (guchar) c <= ' ';
}

static inline gboolean
is_letter (char c, char small)
{
    return (c | 0x20) == small;
}

/* May the field at AT be one of those above?  In doubt TRUE: the whole name is looked at then.  The
 * fields that only tell that it is mail are looked at until one did. */
static inline gboolean
may_matter (const Seen *seen, const char *at, const char *end)
{
    if (end - at < 16 || *at == '\r')
        return TRUE;
    switch (first_four (at)) {
    case FOUR ('d', 'a', 't', 'e'):
    case FOUR ('m', 'e', 's', 's'):
    case FOUR ('m', 'i', 'm', 'e'):
    case FOUR ('r', 'e', 'c', 'e'):
        return ! seen->has_header;
    case FOUR ('l', 'i', 's', 't'):
        return ! seen->listed && (is_letter (at[5], 'i') || is_letter (at[5], 'u'));
    case FOUR ('f', 'r', 'o', 'm'):
        return ends_name (at[4]);
    case FOUR ('c', 'o', 'n', 't'):
        return is_letter (at[9], 'y');
    case FOUR ('r', 'e', 't', 'u'):
        return ! (seen->flags & MODORI_SIFT_REPORT);
    case FOUR ('x', '-', 'm', 'a'):
        return at[6] == '-';
    case FOUR ('a', 'u', 't', 'o'):
    case FOUR ('d', 'e', 'l', 'i'):
    case FOUR ('p', 'r', 'e', 'c'):
    case FOUR ('s', 'u', 'b', 'j'):
    case FOUR ('x', '-', 'a', 'u'):
    case FOUR ('x', '-', 'f', 'a'):
    case FOUR ('x', '-', 'p', 'r'):
    case FOUR ('x', '-', 'v', 'a'):
        return TRUE;
    default:
        return (first_four (at) & 0xffff) == FOUR ('t', 'o', 0, 0) && ends_name (at[2]);
    }
}

static gboolean
is_blank_line (const char *at, const char *end)
{
    return *at == '\n' || (*at == '\r' && end - at > 1 && at[1] == '\n');
}

/* What lines that may matter begin with: by the first byte, a bit for each second one (its lower
 * five bits).  A CR may be that of the empty line. */
#define BIT(letter) (1u << (letter & 31))
#define BOTH(letter, seconds) [letter] = seconds, [letter - 'a' + 'A'] = seconds
static const guint32 beginnings[256] = {
    ['\n'] = G_MAXUINT32, ['\r'] = G_MAXUINT32, BOTH ('a', BIT ('u')), BOTH ('c', BIT ('o')),
    BOTH ('d', BIT ('a') | BIT ('e')), BOTH ('f', BIT ('r')), BOTH ('l', BIT ('i')),
    BOTH ('m', BIT ('e') | BIT ('i')), BOTH ('p', BIT ('r')), BOTH ('r', BIT ('e')),
    BOTH ('s', BIT ('u')), BOTH ('t', BIT ('o')), BOTH ('x', BIT ('-')),
};

/* Look at the fields of HEADER; gives where it ends.  Continuation lines begin with what no name
 * begins with. */
static const char *
see_header (Seen *seen, ModoriSpan header)
{
    ModoriStarts starts = modori_starts_of (header);
    const char *end = modori_span_end (header), *at = header.len ? header.at : NULL, *next, *colon;

    for (; at; at = next) {
        guint second = at + 1 < end ? (guchar) at[1] : 0;

        next = modori_starts_step (&starts);
        if (! (beginnings[(guchar) *at] >> (second & 31) & 1))
            continue;
        if (is_blank_line (at, end))
            return at;
        if (! may_matter (seen, at, end))
            continue;
        while (next && (*next == ' ' || *next == '\t'))
            next = modori_starts_step (&starts);
        colon = memchr (at, ':', (gsize) ((next ? next : end) - at));
        if (colon)
            see_field (seen, modori_span_between (at, next ? next : end), colon);
    }
    return end;
}

/* Is a message attached in BODY? */
static gboolean
has_attached_message (ModoriSpan body)
{
    gssize at;

    body.len = MIN (body.len, ATTACHED_REACH);
    while ((at = modori_span_find (body, "message/")) >= 0) {
        body = modori_span_skip (body, (gsize) at + strlen ("message/"));
        if (modori_span_begins (body, "rfc822") || modori_span_begins (body, "global")
            || modori_span_begins (body, "delivery-status")
            || modori_span_begins (body, "feedback-report"))
            return TRUE;
    }
    return FALSE;
}

/* Does nobody but programs write to this address? */
static gboolean
is_for_programs (const Seen *seen)
{
    Plain plain;

    return modori_signs_found (seen->signs, MODORI_SIGN_TO, make_plain (&plain, seen->to));
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
    const char *body =
        see_header (&seen, modori_span (bytes.at, MIN (bytes.len, HEADER_MAX)));

    weigh_subject (&seen);
    if (! seen.has_header)      /* a bare text: somebody kept what a server said */
        seen.flags |= MODORI_SIFT_REPORT;
    if (seen.multipart && ! (seen.flags & (MODORI_SIFT_REPORT | MODORI_SIFT_FORWARDED))
        && has_attached_message (modori_span_between (body, modori_span_end (bytes))))
        seen.flags |= MODORI_SIFT_FORWARDED;
    return seen.flags == MODORI_SIFT_LISTED ? MODORI_SIFT_NO : seen.flags;
}
