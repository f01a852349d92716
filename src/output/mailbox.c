/* mailbox.c - mail addresses from options, as they stand in a mail header.
 *
 * A reader of mail takes what it can from a broken list; a writer must not: a recipient that is
 * dropped, or one too many, is a mail to the wrong people.  So nothing but the plain forms is
 * taken.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "output/mailbox.h"
#include "output/encoded.h"
#include "text/error.h"

#include <glib/gi18n.h>
#include <string.h>

/* The longest address: 64 + 1 + 255 (RFC 5321 section 4.5.3.1). */
#define ADDRESS_MAX 320

gboolean
modori_mailbox_check_line (const char *field, const char *text, GError **error)
{
    gboolean valid = g_utf8_validate (text, -1, NULL);

    for (const char *p = text; valid && *p; p = g_utf8_next_char (p))
        valid = ! g_unichar_iscntrl (g_utf8_get_char (p));
    if (! valid)
        g_set_error (error, MODORI_ERROR, MODORI_ERROR_SYNTAX,
                     _("%s: a line end or control character in it, where one line of UTF-8 was "
                       "expected"), field);
    return valid;
}

/* --- addresses --- */

/* Dots between atoms; no more than ASCII, because not every server takes more; no dash in front,
 * where a program could take it for an option. */
static gboolean
is_local_part (const char *text, gsize length)
{
    static const char others[] = ".!#$%&'*+-/=?^_`{|}~";

    if (! length || text[0] == '.' || text[0] == '-' || text[length - 1] == '.')
        return FALSE;
    for (gsize i = 0; i < length; i++)
        if (! g_ascii_isalnum (text[i]) && ! memchr (others, text[i], sizeof others - 1))
            return FALSE;
    return TRUE;
}

/* TEXT in ASCII, or NULL when it is no name of a domain; the caller frees. */
static char *
ascii_domain (const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789-._";
    g_autofree char *domain = g_hostname_to_ascii (text);

    if (! domain || ! g_ascii_isalnum (*domain) || strspn (domain, letters) != strlen (domain))
        return NULL;
    return g_steal_pointer (&domain);
}

/* Append ADDRESS; *DOMAIN as in modori_mailbox_read.  FALSE when it is none. */
static gboolean
append_address (GString *out, const char *address, char **domain)
{
    const char *at = strrchr (address, '@');
    gsize length = at ? (gsize) (at - address) : strlen (address);

    if (! is_local_part (address, length) || strlen (address) > ADDRESS_MAX)
        return FALSE;
    *domain = at ? ascii_domain (at + 1) : g_strdup ("");
    if (! *domain)
        return FALSE;
    g_string_append_len (out, address, (gssize) length);
    if (at)
        g_string_append_printf (out, "@%s", *domain);
    return TRUE;
}

/* --- names --- */

/* The name in TEXT, with or without quotes; NULL when quotes do not match; the caller frees. */
static char *
read_name (const char *text)
{
    GString *name = g_string_new (NULL);
    gboolean quoted = FALSE, good = TRUE;

    for (const char *p = text; *p && good; p++) {
        if (*p == '"')
            quoted = ! quoted;
        else if (*p == '\\' && quoted && p[1])
            g_string_append_c (name, *++p);
        else if (! quoted && strchr ("<>()", *p))
            good = FALSE;
        else
            g_string_append_c (name, *p);
    }
    if (good && ! quoted)
        return g_strstrip (g_string_free (name, FALSE));
    g_string_free (name, TRUE);
    return NULL;
}

static void
append_name (GString *out, const char *name)
{
    if (! *name)
        return;
    if (modori_encoded_is_needed (name)) {
        modori_encoded_append (out, name);
        g_string_append (out, "\n ");
        return;
    }
    g_string_append_c (out, '"');
    for (; *name; name++) {
        if (*name == '"' || *name == '\\')
            g_string_append_c (out, '\\');
        g_string_append_c (out, *name);
    }
    g_string_append (out, "\" ");
}

/* --- lists --- */

/* Where the address at the start of TEXT ends: at a comma outside quotes, or at the end. */
static const char *
end_of_mailbox (const char *text)
{
    gboolean quoted = FALSE;

    for (; *text && (quoted || *text != ','); text++) {
        if (*text == '"')
            quoted = ! quoted;
        else if (*text == '\\' && quoted && text[1])
            text++;
    }
    return text;
}

/* Append one mailbox: "ADDRESS" or "NAME <ADDRESS>".  FALSE when TEXT is none. */
static gboolean
append_mailbox (GString *out, const char *text, char **domain)
{
    const char *bracket = strrchr (text, '<');
    g_autofree char *name = NULL, *before = NULL, *address = NULL;

    if (! bracket)
        return append_address (out, text, domain);
    if (! g_str_has_suffix (bracket, ">"))
        return FALSE;
    before = g_strndup (text, (gsize) (bracket - text));
    address = g_strndup (bracket + 1, strlen (bracket) - 2);
    name = read_name (before);
    if (! name)
        return FALSE;
    append_name (out, name);
    g_string_append_c (out, '<');
    if (! append_address (out, address, domain))
        return FALSE;
    g_string_append_c (out, '>');
    return TRUE;
}

static gboolean
append_list (GString *out, const char *text, guint most, char **domain)
{
    for (guint n = 0; n < most; n++) {
        const char *end = end_of_mailbox (text);
        g_autofree char *one = g_strstrip (g_strndup (text, (gsize) (end - text)));

        g_clear_pointer (domain, g_free);
        if (n)
            g_string_append (out, ",\n ");
        if (! append_mailbox (out, one, domain))
            return FALSE;
        if (! *end)
            return TRUE;
        text = end + 1;
    }
    return FALSE;
}

char *
modori_mailbox_read (const char *field, const char *text, guint most, char **domain,
                     GError **error)
{
    g_autoptr (GString) out = g_string_new (NULL);

    *domain = NULL;
    if (! modori_mailbox_check_line (field, text, error))
        return NULL;
    if (append_list (out, text, most, domain))
        return g_strdup (out->str);
    g_clear_pointer (domain, g_free);
    g_set_error (error, MODORI_ERROR, MODORI_ERROR_SYNTAX,
                 most == 1 ? _("%s: \"%s\" is not one mail address")
                           : _("%s: \"%s\" is not a list of mail addresses"), field, text);
    return NULL;
}
