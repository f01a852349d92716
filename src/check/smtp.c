/* smtp.c - replies of an SMTP server.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "check/smtp.h"

ModoriSmtpReply *
modori_smtp_reply_new (void)
{
    return NULL;
}

void
modori_smtp_reply_free (ModoriSmtpReply *reply)
{
    (void) reply;
}

void
modori_smtp_reply_next (ModoriSmtpReply *reply)
{
    (void) reply;
}

ModoriSmtpState
modori_smtp_reply_feed (ModoriSmtpReply *reply, const char *bytes, gsize size)
{
    (void) reply;
    (void) bytes;
    (void) size;
    return 0;
}

gboolean
modori_smtp_reply_has_more (const ModoriSmtpReply *reply)
{
    (void) reply;
    return 0;
}

gboolean
modori_smtp_reply_offers (const ModoriSmtpReply *reply, const char *keyword)
{
    (void) reply;
    (void) keyword;
    return 0;
}

char *
modori_smtp_reply_name (const ModoriSmtpReply *reply)
{
    (void) reply;
    return NULL;
}
