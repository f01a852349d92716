/* sift.h - can this message be a report?
 *
 * A few header fields decide; ordinary mail goes no further.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_REPORT_SIFT_H
#define MODORI_REPORT_SIFT_H

#include "mail/message.h"
#include "report/signs.h"

/* What the header says it might be; flags. */
typedef enum {
    MODORI_SIFT_NO = 0,
    MODORI_SIFT_REPORT = 1 << 0, /* something may have bounced: all decoders are asked */
    MODORI_SIFT_AUTOREPLY =
        1 << 1, /* it calls itself an automatic reply (RFC 3834 and older ways) */
    MODORI_SIFT_FORWARDED = 1 << 2, /* a report may be quoted or attached in it */
    MODORI_SIFT_SUBJECT = 1 << 3, /* only its subject speaks of a report */
    MODORI_SIFT_LISTED = 1 << 4, /* it came through a mailing list */
} ModoriSift;

/* SIGNS may be NULL: then only the marks of the RFCs count.  BYTES is the whole message: its header
 * is read, and of multipart mail the start of the body is searched for an attached message.  Cheap:
 * this runs over every message of every mailbox. */
ModoriSift modori_sift (const ModoriSigns *signs, ModoriSpan bytes);

#endif
