/* panel.c - a DNS record as the panels of DNS companies ask for it.
 *
 * Most want the name without the domain, some the whole name, and none the quotes and the strings
 * of 255 bytes that a zone file is written in.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "output/panel.h"

#include "rules/domain.h"

#include <glib/gi18n.h>

/* RFC 1035 section 3.3. */
#define STRING_MAX 255

enum { HOST, TYPE, TTL, VALUE, N_FIELDS };

char *
modori_panel_host (const char *host)
{
    ModoriSpan whole = modori_span_of (host);
    ModoriSpan own = modori_domain_organisation (whole);

    /* reverse zones are cut by who owns the addresses */
    if (own.len == 0 || own.len > whole.len || modori_span_ends (whole, ".arpa"))
        return g_strdup (host);
    if (own.len == whole.len)
        return g_strdup ("");
    return g_strndup (host, whole.len - own.len - 1);
}

/* Quotes, backslashes and what is not ASCII are escaped; an escape counts as one byte. */
static void
append_byte (GString *out, char byte)
{
    if (byte == '"' || byte == '\\')
        g_string_append_printf (out, "\\%c", byte);
    else if (g_ascii_isprint (byte))
        g_string_append_c (out, byte);
    else
        g_string_append_printf (out, "\\%03u", (guint) (guchar) byte);
}

char *
modori_panel_strings (const char *value)
{
    GString *out = g_string_new ("\"");

    for (gsize i = 0; value[i]; i++) {
        if (i > 0 && i % STRING_MAX == 0)
            g_string_append (out, "\" \"");
        append_byte (out, value[i]);
    }
    g_string_append_c (out, '"');
    return g_string_free (out, FALSE);
}

/* --- printing --- */

static const char *
label_of (guint field)
{
    const char *const labels[N_FIELDS] = { _("Host"), _("Type"), _("TTL"), _("Value") };

    return labels[field];
}

static void
put_label (ModoriTerminal *terminal, guint indent, guint field)
{
    guint width = 0;

    for (guint i = 0; i < N_FIELDS; i++)
        width = MAX (width, modori_terminal_width (label_of (i)));
    modori_terminal_pad (terminal, indent);
    modori_terminal_put (terminal, MODORI_STYLE_FAINT, label_of (field));
    modori_terminal_pad (terminal, width + 2 - modori_terminal_width (label_of (field)));
}

static void
put_field (ModoriTerminal *terminal, guint indent, guint field, const char *text)
{
    put_label (terminal, indent, field);
    modori_terminal_put (terminal, MODORI_STYLE_BOLD, text);
    g_string_append_c (terminal->out, '\n');
}

/* "_dmarc  (in full: _dmarc.example.jp)". */
static void
put_host (ModoriTerminal *terminal, guint indent, const char *host)
{
    g_autofree char *own = modori_panel_host (host);

    put_label (terminal, indent, HOST);
    modori_terminal_put (terminal, MODORI_STYLE_BOLD, *own ? own : _("(leave empty, or @)"));
    if (! g_str_equal (own, host)) {
        g_autofree char *whole = g_strdup_printf (_("  (in full: %s)"), host);

        modori_terminal_put (terminal, MODORI_STYLE_FAINT, whole);
    }
    g_string_append_c (terminal->out, '\n');
}

static void
put_zone_line (ModoriTerminal *terminal, guint indent, const char *host, const char *ttl,
               const char *value)
{
    g_autofree char *strings = modori_panel_strings (value);
    g_autofree char *line = g_strdup_printf ("%s. %s IN TXT %s", host, ttl, strings);

    modori_terminal_pad (terminal, indent);
    modori_terminal_wrap (terminal, MODORI_STYLE_FAINT, indent, indent, 0,
                          _("(Panels split values of more than 255 bytes by themselves. In a zone "
                            "file of your own this is the line:)"));
    modori_terminal_pad (terminal, indent);
    modori_terminal_put (terminal, MODORI_STYLE_PLAIN, line);
    g_string_append_c (terminal->out, '\n');
}

void
modori_panel_put (ModoriTerminal *terminal, guint indent, const char *host, const char *type,
                  const char *ttl, const char *value)
{
    put_host (terminal, indent, host);
    put_field (terminal, indent, TYPE, type);
    put_field (terminal, indent, TTL, ttl);
    put_field (terminal, indent, VALUE, value);
    if (g_str_equal (type, "TXT") && strlen (value) > STRING_MAX)
        put_zone_line (terminal, indent, host, ttl, value);
}

void
modori_panel_put_text (ModoriTerminal *terminal, guint indent, const char *text)
{
    g_auto (GStrv) fields = g_strsplit (text, "|", N_FIELDS);

    if (g_strv_length (fields) == N_FIELDS)
        modori_panel_put (terminal, indent, g_strstrip (fields[HOST]), g_strstrip (fields[TYPE]),
                          g_strstrip (fields[TTL]), g_strstrip (fields[VALUE]));
}
