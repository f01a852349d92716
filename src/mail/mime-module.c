/* mime-module.c - what GMime is asked: odd charsets, types, dates and addresses, damaged encodings,
 * and to write mail.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "mail/mime.h"

#include "auto.h"
#include "mail/gunzip.h"

/* Groups in groups, of which a list may have few. */
#define GROUPS_MAX 4

static GIConv
open_charset (const char *name)
{
    return (GIConv) g_mime_iconv_open ("UTF-8", name);
}

static const char *
keep (GStringChunk *strings, const char *text)
{
    return text ? g_string_chunk_insert (strings, text) : "";
}

static void
read_type (const char *text, GStringChunk *strings, ModoriMimeType *type)
{
    g_autoptr (GMimeContentType) parsed = g_mime_content_type_parse (NULL, text);

    type->type = keep (strings, g_mime_content_type_get_media_type (parsed));
    type->subtype = keep (strings, g_mime_content_type_get_media_subtype (parsed));
    type->charset = keep (strings, g_mime_content_type_get_parameter (parsed, "charset"));
    type->boundary = keep (strings, g_mime_content_type_get_parameter (parsed, "boundary"));
    type->report_type = keep (strings, g_mime_content_type_get_parameter (parsed, "report-type"));
}

/* The first mailbox of LIST, in groups too. */
static const char *
first_mailbox (InternetAddressList *list, guint depth)
{
    for (int i = 0; list && depth < GROUPS_MAX && i < internet_address_list_length (list); i++) {
        InternetAddress *item = internet_address_list_get_address (list, i);
        const char *found;

        if (INTERNET_ADDRESS_IS_MAILBOX (item))
            found = internet_address_mailbox_get_addr ((InternetAddressMailbox *) item);
        else
            found = first_mailbox (
                internet_address_group_get_members ((InternetAddressGroup *) item), depth + 1);
        if (found && found[0])
            return found;
    }
    return NULL;
}

static gboolean
first_address (const char *field, GString *out)
{
    g_autoptr (InternetAddressList) list = internet_address_list_parse (NULL, field);
    const char *found = first_mailbox (list, 0);

    if (! found || ! g_utf8_validate (found, -1, NULL))
        return FALSE;
    g_string_append (out, found);
    return TRUE;
}

static char *
encode_text (const char *text)
{
    return g_mime_utils_header_encode_text (NULL, text, "UTF-8");
}

/* --- mail that is written --- */

/* PART as MIME; the caller unrefs. */
static GMimePart *
new_part (const ModoriMimePart *part)
{
    g_autoptr (GMimeStream) stream =
        g_mime_stream_mem_new_with_buffer (part->text->str, part->text->len);
    GMimeDataWrapper *content =
        g_mime_data_wrapper_new_with_stream (stream, GMIME_CONTENT_ENCODING_DEFAULT);
    GMimePart *made = g_mime_part_new_with_type ("text", part->subtype);

    g_mime_part_set_content (made, content);
    g_object_unref (content);
    g_mime_object_set_content_type_parameter (GMIME_OBJECT (made), "charset", "utf-8");
    g_mime_part_set_content_encoding (made, part->base64 ? GMIME_CONTENT_ENCODING_BASE64
                                                : GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
    g_mime_object_set_header (GMIME_OBJECT (made), "Content-Language", part->lang, "UTF-8");
    return made;
}

static void
set_parts (GMimeMessage *message, const ModoriMimeLetter *letter)
{
    GMimeMultipart *all = g_mime_multipart_new_with_subtype ("alternative");

    g_mime_multipart_set_boundary (all, letter->boundary);
    for (guint i = 0; i < letter->n_parts; i++) {
        GMimePart *part = new_part (&letter->parts[i]);

        g_mime_multipart_add (all, GMIME_OBJECT (part));
        g_object_unref (part);
    }
    g_mime_message_set_mime_part (message, GMIME_OBJECT (all));
    g_object_unref (all);
}

static void
set_fields (GMimeMessage *message, const ModoriMimeField *fields, guint n)
{
    GMimeHeaderList *headers = g_mime_object_get_header_list (GMIME_OBJECT (message));

    for (guint i = 0; i < n; i++) {
        g_autofree char *raw = g_strdup_printf (" %s\n", fields[i].value);

        g_mime_header_list_set (headers, fields[i].name, "", NULL);
        g_mime_header_set_raw_value (g_mime_header_list_get_header (headers, fields[i].name), raw);
    }
}

static char *
write_letter (const ModoriMimeLetter *letter)
{
    g_autoptr (GMimeMessage) message = g_mime_message_new (FALSE);

    set_fields (message, letter->fields, letter->n_fields);
    if (letter->date)
        g_mime_message_set_date (message, letter->date);
    g_mime_message_set_message_id (message, letter->id);
    set_fields (message, letter->last, letter->n_last);
    set_parts (message, letter);
    return g_mime_object_to_string (GMIME_OBJECT (message), NULL);
}

/* --- the table --- */

const ModoriMime modori_mime_table = {
    g_mime_init, open_charset, read_type, g_mime_utils_header_decode_date, first_address,
    g_mime_encoding_init_decode, g_mime_encoding_outlen, g_mime_encoding_step,
    encode_text, write_letter, &modori_gunzip,
};
