/* mbox.h - one file of messages: where one ends and the next begins.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_MAIL_MBOX_H
#define MODORI_MAIL_MBOX_H

#include "mail/date.h"
#include "mail/source.h"
#include "mail/window.h"

typedef enum {
    MODORI_SHAPE_ONE,           /* one message */
    MODORI_SHAPE_MBOX,          /* each begins with a "From " line */
    MODORI_SHAPE_MMDF,          /* between lines of four bytes 1 */
    MODORI_SHAPE_LINES,         /* no mail, but lines of JSON */
} ModoriShape;

typedef struct {
    ModoriWindow *window;       /* not its own */
    gsize limit;                /* bytes of a message that are handed out */
    ModoriShape shape;
    gsize used;                 /* bytes that the last message took; the next call drops them */
    gboolean open;              /* the last message was too long; its end has yet to be found */
    guint64 line;               /* lines handed out or passed over; 0 of mail */
} ModoriMbox;

/* Look at the beginning of WINDOW: which shape has it?  ONE: it is one message,
 * whatever it looks like. */
void modori_mbox_begin (ModoriMbox *mbox, ModoriWindow *window, gsize limit, gboolean one);

/* If it begins with "{", it is lines of JSON. */
void modori_mbox_try_lines (ModoriMbox *mbox);

/* Fill the bytes, offset, from_line, truncated and line of MAIL.  FALSE at the
 * end of what WINDOW gives. */
gboolean modori_mbox_next (ModoriMbox *mbox, ModoriMail *mail);

/* Is LINE a "From " line with a date, as stands before each message of an mbox? */
gboolean modori_mbox_is_from_line (ModoriSpan line);

/* The date in LINE, a "From " line, as RFC 3339; no zone is "Z".  "" when there is none. */
void modori_mbox_from_date (ModoriSpan line, char out[MODORI_DATE_MAX]);

#endif
