/* message.h - one message: where its header fields and MIME parts lie, and what they say.
 *
 * One pass over the bytes builds an index; nothing is copied.  GMime decodes what is asked for.
 * One ModoriMessage is used for message after message, so that its buffers are allocated once.
 *
 * Line ends may be LF, CRLF or mixed.  Nothing here can fail: broken mail gives what a person
 * would see in it.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_MAIL_MESSAGE_H
#define MODORI_MAIL_MESSAGE_H

#include "text/span.h"

/* What a body part is, as far as this program cares. */
typedef enum {
    MODORI_MEDIA_OTHER,
    MODORI_MEDIA_MULTIPART,
    MODORI_MEDIA_TEXT, /* text/plain, no type at all, and text/ anything but what follows */
    MODORI_MEDIA_HTML,
    MODORI_MEDIA_HEADERS, /* text/rfc822-headers, message/global-headers */
    MODORI_MEDIA_MESSAGE, /* message/rfc822, message/global: its one child is the enclosed message
                           */
    MODORI_MEDIA_PARTIAL, /* message/partial */
    MODORI_MEDIA_DELIVERY_STATUS, /* message/delivery-status, message/global-delivery-status */
    MODORI_MEDIA_DISPOSITION,     /* message/disposition-notification, message/global-... */
    MODORI_MEDIA_FEEDBACK,        /* message/feedback-report */
    MODORI_MEDIA_JSON,
} ModoriMedia;

typedef struct {
    guint parent;                   /* index of the part that holds it; of part 0: 0 */
    guint end; /* index behind the last part inside it: its subtree is [own index + 1, end) */
    guint depth;                    /* 0 for the message itself */
    ModoriMedia media;
    gboolean report;                /* multipart/report */
    ModoriSpan report_type;         /* report-type=, as written, or empty */
    ModoriSpan head;                /* its header fields */
    ModoriSpan body;                /* what follows them, not decoded */
    guint line; /* of the first line of the body, counted from 1 in the message; 0 when unknown
                 * (it was inside an encoded part) */
} ModoriPart;

typedef struct ModoriMessage ModoriMessage;

ModoriMessage *modori_message_new (void);
void modori_message_free (ModoriMessage *message);

/* Open everything that decoding may need (charset converters, tables), for a process that will
 * not be allowed to open files later.  Without it each is opened when first needed. */
void modori_message_prepare (ModoriMessage *message);

/* Index BYTES, which must stay where they are until the next call.  All spans and strings given
 * out before become invalid.  Only the header of the message is looked at until a part is asked
 * for. */
void modori_message_read (ModoriMessage *message, ModoriSpan bytes);

/* The bytes given to modori_message_read. */
ModoriSpan modori_message_bytes (const ModoriMessage *message);

/* Parts, in the order of the message; part 0 is the message itself and always there. */
guint modori_message_n_parts (ModoriMessage *message);
const ModoriPart *modori_message_part (ModoriMessage *message, guint part);

/* The raw value of field NAME in the head of PART, its NTH one (from 0), trimmed, folds included;
 * an empty span when it is not there (FOUND, may be NULL, tells that from an empty value). */
ModoriSpan modori_message_raw (ModoriMessage *message, guint part, const char *name, guint nth,
                               gboolean *found);

/* The first field NAME of PART unfolded and decoded (RFC 2047, raw 8-bit and raw ISO-2022-JP as
 * well): valid UTF-8 on one line, "" when not there.  Good until the next read. */
const char *modori_message_field (ModoriMessage *message, guint part, const char *name);

/* The first address in field NAME of PART ("" when none): addr-spec only, decoded, domain in
 * lower case.  A local part alone ("MAILER-DAEMON") is given as it is. */
const char *modori_message_address (ModoriMessage *message, guint part, const char *name);

/* The body of PART: transfer encoding and charset undone, valid UTF-8, LF line ends, at most MAX
 * bytes of it (0: no limit but the message's).  HTML is given as text, as a person would see it;
 * JSON flattened to lines "a.b[0].c = value".  Good until the next read. */
ModoriSpan modori_message_text (ModoriMessage *message, guint part, gsize max);

/* The same without reading HTML or JSON: the decoded source text. */
ModoriSpan modori_message_source_text (ModoriMessage *message, guint part, gsize max);

/* RFC 5322 date as RFC 3339 ("2024-02-01T09:30:00+09:00"), "" when it cannot be read.  Good until
 * the next read. */
const char *modori_message_date (ModoriMessage *message, ModoriSpan date);

/* TEXT (any bytes: a header value, a line of a delivery-status part) decoded as
 * modori_message_field does. */
const char *modori_message_decode (ModoriMessage *message, ModoriSpan text);

/* Keep a copy of TEXT until the next read. */
const char *modori_message_keep (ModoriMessage *message, ModoriSpan text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriMessage, modori_message_free)

#endif
