/* terminal.c - columns, colours, line breaks.
 *
 * Japanese has no blanks: a line may end between any two wide characters, but must not begin with
 * a closing bracket or a full stop (kinsoku, as JIS X 4051 has it, in its smallest form).
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "output/terminal.h"
#include "text/harmful.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define COLUMNS_DEFAULT 80
#define COLUMNS_MIN 40
#define COLUMNS_MAX 100

static const char *const codes[] = {
    [MODORI_STYLE_PLAIN] = "",        [MODORI_STYLE_BOLD] = "\033[1m",
    [MODORI_STYLE_BAD] = "\033[31m",  [MODORI_STYLE_MILD] = "\033[33m",
    [MODORI_STYLE_GOOD] = "\033[32m", [MODORI_STYLE_FAINT] = "\033[2m",
};

static gboolean
wants_colour (int fd)
{
    const char *no = g_getenv ("NO_COLOR"), *term = g_getenv ("TERM");

    return isatty (fd) == 1 && ! (no && *no) && term && ! g_str_equal (term, "dumb");
}

ModoriTerminal
modori_terminal_for (int fd, GString *out)
{
    ModoriTerminal terminal = { out, COLUMNS_DEFAULT, wants_colour (fd) };
    struct winsize size;

    if (isatty (fd) == 1 && ioctl (fd, TIOCGWINSZ, &size) == 0 && size.ws_col)
        terminal.columns = CLAMP (size.ws_col, COLUMNS_MIN, COLUMNS_MAX);
    return terminal;
}

/* --- characters --- */

static guint
char_width (gunichar c)
{
    if (c < 0x7f || modori_is_harmful (c))
        return 1;               /* shown as U+FFFD */
    return g_unichar_iszerowidth (c) ? 0 : g_unichar_iswide (c) ? 2 : 1;
}

/* No line may begin with these. */
static gboolean
must_not_begin (gunichar c)
{
    static const char closing[] = "、。，．・：；？！゛゜ヽヾゝゞ々ー’”"
                                  "ぁぃぅぇぉっゃゅょゎ"
                                  "ァィゥェォッャュョヮヵヶ"
                                  "）〕］｝〉》」』】,.:;?!)]}%";

    return c && g_utf8_strchr (closing, -1, c) != NULL;
}

/* No line may end with these. */
static gboolean
must_not_end (gunichar c)
{
    return c && g_utf8_strchr ("‘“（〔［｛〈《「『【([{", -1, c) != NULL;
}

guint
modori_terminal_width (const char *text)
{
    guint width = 0;
    gsize len;

    for (ModoriSpan rest = modori_span_of (text); rest.len; rest = modori_span_skip (rest, len))
        width += char_width (modori_next_character (rest, &len));
    return width;
}

/* --- putting --- */

static void
put_range (ModoriTerminal *terminal, ModoriStyle style, const char *start, const char *end)
{
    gboolean colour = terminal->colour && style != MODORI_STYLE_PLAIN && end > start;

    if (colour)
        g_string_append (terminal->out, codes[style]);
    modori_append_harmless (terminal->out, modori_span_between (start, end));
    if (colour)
        g_string_append (terminal->out, "\033[0m");
}

void
modori_terminal_put (ModoriTerminal *terminal, ModoriStyle style, const char *text)
{
    put_range (terminal, style, text, text + strlen (text));
}

void
modori_terminal_pad (ModoriTerminal *terminal, guint count)
{
    while (count--)
        g_string_append_c (terminal->out, ' ');
}

void
modori_terminal_heading (ModoriTerminal *terminal, const char *text)
{
    g_string_append_c (terminal->out, '\n');
    modori_terminal_put (terminal, MODORI_STYLE_BOLD, text);
    g_string_append_c (terminal->out, '\n');
}

/* --- wrapping --- */

/* May a line end between the characters A and B? */
static gboolean
may_break (gunichar a, gunichar b)
{
    if (b == ' ')
        return TRUE;
    return (g_unichar_iswide (a) || g_unichar_iswide (b)) && ! must_not_begin (b)
        && ! must_not_end (a);
}

/* The end of the longest piece of TEXT that fits into ROOM columns: at a break if there is one,
 * else within the word. */
static const char *
line_end (const char *text, guint room)
{
    const char *best = NULL, *p = text;
    guint width = 0;

    while (*p) {
        gunichar c = g_utf8_get_char (p);
        const char *next = g_utf8_next_char (p);

        width += char_width (c);
        if (width > room)
            return best ? best : p > text ? p : next;
        p = next;
        if (! *p || may_break (c, g_utf8_get_char (p)))
            best = p;
    }
    return p;
}

static const char *
skip_blanks (const char *text)
{
    while (*text == ' ')
        text++;
    return text;
}

/* END, or where the blanks before it begin. */
static const char *
before_blanks (const char *text, const char *end)
{
    while (end > text && end[-1] == ' ')
        end--;
    return end;
}

void
modori_terminal_wrap (ModoriTerminal *terminal, ModoriStyle style, guint column, guint indent,
                      guint lines, const char *text)
{
    g_autofree char *valid = g_utf8_validate (text, -1, NULL) ? NULL
                                                              : g_utf8_make_valid (text, -1);

    text = skip_blanks (valid ? valid : text);
    for (guint n = 1; ; n++) {
        guint used = MIN (column, terminal->columns - 20);
        gboolean last = lines && n == lines;
        guint room = terminal->columns - used - (last ? 3 : 0);
        const char *end = line_end (text, room);

        put_range (terminal, style, text, before_blanks (text, end));
        text = skip_blanks (end);
        if (last && *text)
            modori_terminal_put (terminal, style, "...");
        g_string_append_c (terminal->out, '\n');
        if (last || ! *text)
            return;
        modori_terminal_pad (terminal, indent);
        column = indent;
    }
}

void
modori_terminal_label (ModoriTerminal *terminal, guint indent, guint width, const char *label,
                       ModoriStyle style, guint lines, const char *text)
{
    guint taken = modori_terminal_width (label);

    modori_terminal_pad (terminal, indent);
    modori_terminal_put (terminal, MODORI_STYLE_FAINT, label);
    modori_terminal_pad (terminal, taken < width ? width - taken : 1);
    modori_terminal_wrap (terminal, style, indent + MAX (width, taken + 1), indent + width, lines,
                          text);
}
