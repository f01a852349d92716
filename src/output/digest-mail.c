/* digest-mail.c - a digest as mail: text and HTML, the reader's program chooses (RFC 2046 5.1.4).
 *
 * GMime writes it.  The same digest gives the same bytes: boundary and Message-ID are made from
 * what is said, not from the clock or from chance.  What stands in the header comes from options,
 * and a line end in it would be a header field of somebody else's: it is refused.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "mail/mime.h"
#include "output/digest.h"
#include "output/encoded.h"
#include "output/headline.h"
#include "output/mailbox.h"
#include "text/error.h"

#include <glib/gi18n.h>
#include <string.h>

/* Columns of the text: what a mail program shows with one level of quoting (RFC 5322 2.1.1). */
#define MAIL_COLUMNS 76

/* Of 1,000 bytes more than this are not ASCII: base64 is then shorter than quoted-printable. */
#define QUOTED_MAX 170

/* --- parts --- */

static gboolean
is_mostly_ascii (const GString *text)
{
    gsize beyond = 0;

    for (gsize i = 0; i < text->len; i++)
        beyond += (guchar) text->str[i] >= 0x80;
    return beyond <= text->len / 1000 * QUOTED_MAX;
}

/* --- the message --- */

/* What is the same for the same mail only: SHA-256 of all that is said; the caller frees. */
static char *
name_of (const ModoriDigest *digest, const ModoriDigestMail *fields, const GString *text,
         const GString *html)
{
    g_autofree char *now = g_strdup_printf ("%" G_GINT64_FORMAT, digest->now);
    const char *const said[] = {
        now, fields->from ? fields->from : "", fields->to, fields->subject, text->str, html->str,
    };
    GChecksum *checksum = g_checksum_new (G_CHECKSUM_SHA256);
    char *name;

    for (guint i = 0; i < G_N_ELEMENTS (said); i++)
        g_checksum_update (checksum, (const guchar *) said[i], (gssize) strlen (said[i]) + 1);
    name = g_strdup (g_checksum_get_string (checksum));
    g_checksum_free (checksum);
    return name;
}

/* SUBJECT as it stands in a header; the caller frees. */
static char *
encode_subject (const char *subject)
{
    GString *value = g_string_new (NULL);

    if (modori_encoded_is_needed (subject))
        modori_encoded_append (value, subject);
    else
        g_string_append (value, subject);
    return g_string_free (value, FALSE);
}

/* The domain in the Message-ID is that of From, else the name of this host; the caller frees. */
static char *
make_id (gint64 seconds, const char *name, const char *domain)
{
    g_autofree char *host = g_hostname_to_ascii (g_get_host_name ());
    const char *known = domain && *domain ? domain : host && *host ? host : "localhost";

    return g_strdup_printf ("modori.%" G_GINT64_FORMAT ".%.24s@%s", seconds, name, known);
}

/* FIELDS is as it stands in a header. */
static void
put_mail (const ModoriDigest *digest, const ModoriDigestMail *fields, const char *domain,
          GString *out, const char *lang)
{
    static const ModoriMimeField last[] = {
        { "Auto-Submitted", "auto-generated" }, { "MIME-Version", "1.0" },
    };
    g_autoptr (GString) text = g_string_new (NULL), html = g_string_new (NULL);
    g_autoptr (GDateTime) date = g_date_time_new_from_unix_local (digest->now);
    g_autofree char *subject = encode_subject (fields->subject);
    ModoriTerminal terminal = { text, MAIL_COLUMNS, FALSE };
    g_autofree char *name = NULL, *boundary = NULL, *id = NULL, *whole = NULL;
    const char *language = *lang ? "ja" : "en";

    modori_digest_text (digest, &terminal);
    modori_digest_html (digest, html, lang);
    name = name_of (digest, fields, text, html);
    boundary = g_strdup_printf ("=_modori_%.32s", name);
    id = make_id (digest->now, name, domain);
    const ModoriMimeField first[] = {
        { "From", fields->from }, { "To", fields->to }, { "Subject", subject },
    };
    const ModoriMimePart parts[] = {
        { "plain", language, text, ! is_mostly_ascii (text) },
        { "html", language, html, ! is_mostly_ascii (html) },
    };
    guint skip = ! fields->from;
    const ModoriMimeLetter letter = {
        first + skip, last, G_N_ELEMENTS (first) - skip, G_N_ELEMENTS (last),
        date, id, boundary, parts, G_N_ELEMENTS (parts)
    };

    whole = modori_mime ()->write (&letter);
    g_string_append (out, whole);
}

gboolean
modori_digest_mail (const ModoriDigest *digest, const ModoriDigestMail *mail, GString *out,
                    const char *lang, GError **error)
{
    g_autofree char *subject = mail->subject ? g_strdup (mail->subject)
                                             : modori_headline_subject (digest);
    g_autofree char *from = NULL, *to = NULL, *domain = NULL;

    if (! mail->to) {
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_SYNTAX,
                     _("To: nobody is named, and a mail address was expected"));
        return FALSE;
    }
    if (! modori_mailbox_check_line ("Subject", subject, error))
        return FALSE;
    to = modori_mailbox_read ("To", mail->to, G_MAXUINT, &domain, error);
    g_clear_pointer (&domain, g_free);
    if (! to)
        return FALSE;
    if (mail->from) {
        from = modori_mailbox_read ("From", mail->from, 1, &domain, error);
        if (! from)
            return FALSE;
    }
    put_mail (digest, &(ModoriDigestMail) { from, to, subject }, domain, out, lang);
    return TRUE;
}
