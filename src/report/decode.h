/* decode.h - from a message to a report: the decoders bid, and all that bid read.
 *
 * The highest bid reads first; each later one fills only what is still empty or useless.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_REPORT_DECODE_H
#define MODORI_REPORT_DECODE_H

#include "report/dialect.h"
#include "report/report.h"
#include "text/fields.h"

/* Bids.  RFC formats are the surest; a dialect bids what its block says (below MODORI_BID_RFC);
 * wording bids last. */
#define MODORI_BID_NONE 0
#define MODORI_BID_LAST 1               /* reads only what nobody else could */
#define MODORI_BID_WORDING 10
#define MODORI_BID_DIALECT 50           /* the default of a dialect */
#define MODORI_BID_RFC 100

/* What a decoder looks at: a message, or a message inside it (forwarded reports). */
typedef struct {
    ModoriMessage *message;
    guint root; /* the part whose subtree is read: 0, or an enclosed message's */
    guint sift;                         /* ModoriSift flags of that message */
} ModoriInput;

typedef struct {
    const char *name; /* "dsn": origin of the values, and the record's `dialect` */
    guint (*bid) (const ModoriInput *input);
    void (*read) (const ModoriInput *input, ModoriReport *report);
} ModoriDecoder;

extern const ModoriDecoder modori_dsn_decoder;          /* RFC 3464, 6533 */
extern const ModoriDecoder modori_arf_decoder;          /* RFC 5965, 6591 */
extern const ModoriDecoder modori_mdn_decoder;          /* RFC 8098 */
extern const ModoriDecoder modori_autoreply_decoder;    /* RFC 3834 */

/* An outcome of a delivery report has no diagnostic: take the comment in its Status or Action
 * field for one. */
void modori_dsn_comment (ModoriReport *report, ModoriOutcome *outcome);

/* No such part. */
#define MODORI_PART_NONE G_MAXUINT

/* The first part of kind MEDIA at or behind part FROM of the message that is looked at (its own
 * parts, not those of messages inside it), or MODORI_PART_NONE. */
guint modori_input_find (const ModoriInput *input, ModoriMedia media, guint from);

/* The text of PART for reading fields: its own bytes, or what is left when a transfer encoding
 * is undone; LINE (may be NULL) is the line of the message that it begins on, 0 when not
 * known. */
ModoriSpan modori_input_text (const ModoriInput *input, guint part, guint *line);

/* Offer TEXT, decoded where it is not plain ASCII. */
gboolean modori_input_offer (const ModoriInput *input, ModoriReport *report,
                             ModoriOutcome *outcome, ModoriKey key, ModoriSpan text,
                             const char *origin, guint line);

/* Does BYTES begin with a header, of which only some fields may be left? */
gboolean modori_input_is_header (ModoriSpan bytes);

/* TEXT from where the header of a message stands in it, behind an empty line, whatever is said
 * about that; empty when there is none. */
ModoriSpan modori_input_find_header (ModoriSpan text);

/* Find the returned message among the parts and give it to REPORT.  FALSE when there is none. */
gboolean modori_input_take_returned (const ModoriInput *input, ModoriReport *report);

/* Give each outcome of REPORT its `id`: the same for the same report in any mailbox, whoever
 * read it. */
void modori_report_identify (const ModoriInput *input, ModoriReport *report);

/* Who bid what, for `explain --verbose`. */
typedef struct {
    const char *name;
    guint bid;
} ModoriBid;

/* Read MESSAGE into REPORT.  FALSE when it is no report of any kind (REPORT has no outcomes
 * then).  DIALECTS may be NULL. BIDS, when not NULL, is an array of ModoriBid that gets every
 * bid above 0. */
gboolean modori_decode (ModoriMessage *message, ModoriDialects *dialects, ModoriReport *report,
                        GArray *bids);

/* The type of a message that is no mail but a text somebody asks about: a reply of a server, lines
 * of a log.  Dialects for logs bid for it. */
#define MODORI_TEXT_TYPE "text/x-mail-log"

/* Read MESSAGE, whose body is a reply of a server or lines of a log, into REPORT.  What no dialect
 * reads is taken for a reply as a whole: there is always an outcome.  HOST ("": not known) said
 * it. */
void modori_decode_text (ModoriMessage *message, const char *host, ModoriDialects *dialects,
                         ModoriReport *report, GArray *bids);

/* The same as modori_decode for somebody who knows already what modori_sift says of MESSAGE. */
gboolean modori_decode_sifted (ModoriMessage *message, guint sift, ModoriDialects *dialects,
                               ModoriReport *report, GArray *bids);

#endif
