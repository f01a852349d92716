/* digest-mail.c - a digest as mail: text and HTML, the reader's program chooses (RFC 2046 5.1.4).
 *
 * GMime writes it.  The same digest gives the same bytes: boundary and Message-ID are made from
 * what is said, not from the clock or from chance.  What stands in the header comes from options,
 * and a line end in it would be a header field of somebody else's: it is refused.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "auto.h"
#include "output/digest.h"
#include "output/headline.h"
#include "output/mailbox.h"
#include "output/encoded.h"
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

/* TEXT as text/SUBTYPE, in UTF-8 whatever is in it; the caller unrefs. */
static GMimePart *
new_part (const char *subtype, const GString *text, const char *lang)
{
    g_autoptr (GMimeStream) stream = g_mime_stream_mem_new_with_buffer (text->str, text->len);
    GMimeDataWrapper *content =
        g_mime_data_wrapper_new_with_stream (stream, GMIME_CONTENT_ENCODING_DEFAULT);
    GMimePart *part = g_mime_part_new_with_type ("text", subtype);

    g_mime_part_set_content (part, content);
    g_object_unref (content);
    g_mime_object_set_content_type_parameter (GMIME_OBJECT (part), "charset", "utf-8");
    g_mime_part_set_content_encoding (part, is_mostly_ascii (text)
                                                ? GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE
                                                : GMIME_CONTENT_ENCODING_BASE64);
    g_mime_object_set_header (GMIME_OBJECT (part), "Content-Language", *lang ? "ja" : "en",
                              "UTF-8");
    return part;
}

static GMimeMultipart *
new_alternative (const GString *text, const GString *html, const char *name, const char *lang)
{
    GMimeMultipart *both = g_mime_multipart_new_with_subtype ("alternative");
    g_autofree char *boundary = g_strdup_printf ("=_modori_%.32s", name);
    const struct { const char *subtype; const GString *text; } parts[] = {
        { "plain", text }, { "html", html },
    };

    g_mime_multipart_set_boundary (both, boundary);
    for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
        GMimePart *part = new_part (parts[i].subtype, parts[i].text, lang);

        g_mime_multipart_add (both, GMIME_OBJECT (part));
        g_object_unref (part);
    }
    return both;
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

/* VALUE is as it stands in a header. */
static void
set_header (GMimeMessage *message, const char *name, const char *value)
{
    g_autofree char *raw = g_strdup_printf (" %s\n", value);
    GMimeHeaderList *headers = g_mime_object_get_header_list (GMIME_OBJECT (message));

    g_mime_header_list_set (headers, name, "", NULL);
    g_mime_header_set_raw_value (g_mime_header_list_get_header (headers, name), raw);
}

static void
set_subject (GMimeMessage *message, const char *subject)
{
    g_autoptr (GString) value = g_string_new (NULL);

    if (modori_encoded_is_needed (subject))
        modori_encoded_append (value, subject);
    else
        g_string_append (value, subject);
    set_header (message, "Subject", value->str);
}

/* The domain in the Message-ID is that of From, else the name of this host. */
static void
set_date_and_id (GMimeMessage *message, gint64 seconds, const char *name, const char *domain)
{
    g_autoptr (GDateTime) now = g_date_time_new_from_unix_local (seconds);
    g_autofree char *host = g_hostname_to_ascii (g_get_host_name ());
    const char *known = domain && *domain ? domain : host && *host ? host : "localhost";
    g_autofree char *id = g_strdup_printf ("modori.%" G_GINT64_FORMAT ".%.24s@%s", seconds, name,
                                           known);

    if (now)
        g_mime_message_set_date (message, now);
    g_mime_message_set_message_id (message, id);
}

/* FIELDS is as it stands in a header. */
static void
put_mail (const ModoriDigest *digest, const ModoriDigestMail *fields, const char *domain,
          GString *out, const char *lang)
{
    g_autoptr (GMimeMessage) message = g_mime_message_new (FALSE);
    g_autoptr (GString) text = g_string_new (NULL), html = g_string_new (NULL);
    ModoriTerminal terminal = { text, MAIL_COLUMNS, FALSE };
    g_autofree char *name = NULL, *whole = NULL;
    GMimeMultipart *both;

    modori_digest_text (digest, &terminal);
    modori_digest_html (digest, html, lang);
    name = name_of (digest, fields, text, html);
    if (fields->from)
        set_header (message, "From", fields->from);
    set_header (message, "To", fields->to);
    set_subject (message, fields->subject);
    set_date_and_id (message, digest->now, name, domain);
    set_header (message, "Auto-Submitted", "auto-generated");
    set_header (message, "MIME-Version", "1.0");
    both = new_alternative (text, html, name, lang);
    g_mime_message_set_mime_part (message, GMIME_OBJECT (both));
    g_object_unref (both);
    whole = g_mime_object_to_string (GMIME_OBJECT (message), NULL);
    g_string_append (out, whole);
}

gboolean
modori_digest_mail (const ModoriDigest *digest, const ModoriDigestMail *mail, GString *out,
                    const char *lang, GError **error)
{
    g_autofree char *subject = mail->subject ? g_strdup (mail->subject)
                                             : modori_headline_subject (digest);
    g_autofree char *from = NULL, *to = NULL, *domain = NULL;

    g_mime_init ();             /* counts its callers; cheap when repeated */
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
