/* look.h - the message that findings are looked for in, and what their tests ask of it.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_RULES_LOOK_H
#define MODORI_RULES_LOOK_H

#include "mail/date.h"
#include "mail/message.h"
#include "rules/header.h"
#include "rules/received.h"
#include "text/pattern.h"

/* Received fields that are read; honest mail has fewer than thirty. */
#define MODORI_HOPS_MAX 64

/* Evidence is one line for a person: bytes of a value in it. */
#define MODORI_EVIDENCE_MAX 160

/* How much of a message there can be. */
typedef enum {
    MODORI_COPY_WHOLE,                          /* a mail as it was sent or received */
    MODORI_COPY_RETURNED,                       /* sent back: its end may be cut off */
    MODORI_COPY_HEADER,                         /* its header only, or a part of that */
} ModoriCopy;

/* The fields that tests ask for. */
typedef enum {
    MODORI_LOOK_FROM, MODORI_LOOK_TO, MODORI_LOOK_CC, MODORI_LOOK_BCC, MODORI_LOOK_SUBJECT,
    MODORI_LOOK_DATE, MODORI_LOOK_MESSAGE_ID, MODORI_LOOK_RECEIVED, MODORI_LOOK_DKIM,
    MODORI_LOOK_RETURN_PATH, MODORI_LOOK_RESULTS, MODORI_LOOK_SPF, MODORI_LOOK_TYPE,
    MODORI_LOOK_ENCODING,
    MODORI_LOOK_NAMES
} ModoriLookName;

typedef struct {
    ModoriMessage *message;
    ModoriHeader *header;                       /* read */
    ModoriCopy copy;
    gboolean whole;                             /* the header is all there: what is missing was
                                                 * never in it */
    guint names[MODORI_LOOK_NAMES];             /* numbers of the names above */
    guint32 addressed;                          /* bit N: the first address of name N is known */
    ModoriSpan addresses[MODORI_LOOK_NAMES];
    gboolean asked_signed, is_signed;
    gboolean date_read;
    char date[MODORI_DATE_MAX];
    GArray *verdicts;                           /* ModoriVerdict, of verdict.c */
    gboolean verdicts_read;
    gboolean hops_read;
    guint n_hops;
    guint64 servers;                            /* bit N: hop N is one between servers */
    ModoriReceived hops[MODORI_HOPS_MAX];       /* the last one first, as in the header */
} ModoriLook;

/* The number of field NAME in HEADER, learnt if need be. */
guint modori_look_learn_name (ModoriHeader *header, ModoriLookName name);

/* Make LOOK ready for messages; what it owns is freed by the other. */
void modori_look_init (ModoriLook *look);
void modori_look_clear (ModoriLook *look);

/* Begin with MESSAGE: read its header, see whether it is whole. */
void modori_look_begin (ModoriLook *look, ModoriMessage *message, ModoriCopy copy);

/* How many fields NAME there are; the NTH one's value, folds included. */
guint modori_look_count (const ModoriLook *look, ModoriLookName name);
ModoriSpan modori_look_value (const ModoriLook *look, ModoriLookName name, guint nth);

/* The first address in the first field NAME, and its domain; an empty span when there is none. */
ModoriSpan modori_look_address (ModoriLook *look, ModoriLookName name);
ModoriSpan modori_look_domain (ModoriLook *look, ModoriLookName name);

/* Its Date as modori_date_rfc3339 gives it. */
const char *modori_look_date (ModoriLook *look);

/* How many addresses its To, Cc and Bcc hold, and what it is at most, which costs nothing. */
guint modori_look_recipients (const ModoriLook *look);
gsize modori_look_recipients_limit (const ModoriLook *look);

/* Is one of its DKIM signatures by the organisation of From? */
gboolean modori_look_is_signed (ModoriLook *look);

/* Read its Received fields, once for all tests: how many hops there are. */
guint modori_look_hops (ModoriLook *look);

/* Is hop I one between servers that the world can see?  The lowest is a program's, unless the
 * receiver wrote it.  In many mails no hop is. */
gboolean modori_look_is_server (ModoriLook *look, guint i);
gboolean modori_look_has_servers (ModoriLook *look);

/* Does PATTERN match the name of a server's address on the way? */
gboolean modori_look_reverse_name (ModoriLook *look, ModoriPattern *pattern, GString *evidence);

/* EVIDENCE becomes "NAME: VALUE", VALUE on one line and short. */
void modori_look_evidence (GString *evidence, const char *name, ModoriSpan value);

/* The same with WHAT of field NAME, and with hop I; always TRUE, to be returned. */
gboolean modori_look_show (const ModoriLook *look, GString *evidence, ModoriLookName name,
                           ModoriSpan what);
gboolean modori_look_show_hop (const ModoriLook *look, GString *evidence, guint i);

#endif
