/* smtp.h - replies of an SMTP server, read from bytes that come in pieces (RFC 5321 section 4.2).
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_CHECK_SMTP_H
#define MODORI_CHECK_SMTP_H

#include <glib.h>

typedef enum {
    MODORI_SMTP_MORE,           /* the reply is not complete */
    MODORI_SMTP_REPLY,          /* it is */
    MODORI_SMTP_GARBAGE,        /* that is no SMTP: a line is too long, no reply code, too many */
} ModoriSmtpState;

/* A reply as it comes in. */
typedef struct {
    GString *pending;           /* bytes behind the last whole line */
    gsize size;                 /* of its whole lines, in bytes */
    guint code;                 /* 220, 250 ...; of its first line */
    GPtrArray *lines;           /* char *: the texts behind the codes, valid UTF-8, no controls; the
                                 * last one of garbage is what was none */
    ModoriSmtpState state;
} ModoriSmtpReply;

ModoriSmtpReply *modori_smtp_reply_new (void);
void modori_smtp_reply_free (ModoriSmtpReply *reply);

/* Forget the reply.  Bytes that came behind it are read as the next one: see its state. */
void modori_smtp_reply_next (ModoriSmtpReply *reply);

/* Take BYTES in.  The state is also in REPLY. */
ModoriSmtpState modori_smtp_reply_feed (ModoriSmtpReply *reply, const char *bytes, gsize size);

/* Are bytes left that came behind the reply?  In the clear before TLS that is an attack
 * (RFC 3207 section 4.2) or a broken server. */
gboolean modori_smtp_reply_has_more (const ModoriSmtpReply *reply);

/* Is keyword ("STARTTLS", "AUTH") among the lines of an answer to EHLO? */
gboolean modori_smtp_reply_offers (const ModoriSmtpReply *reply, const char *keyword);

/* The name of the server: the first word of the first line, when it could be one; the caller
 * frees; "" when there is none. */
char *modori_smtp_reply_name (const ModoriSmtpReply *reply);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ModoriSmtpReply, modori_smtp_reply_free)

#endif
