/* json.c - one JSON object a line for each outcome (RFC 8259; the keys are those of
 * modori-json(5)).
 *
 * JSON is looked at on terminals, too: so characters that are harmful there are escaped, as control
 * characters must be, which loses nothing.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "output/json.h"
#include "text/harmful.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Let OUT have room for LEN bytes more. */
static inline void
reserve (GString *out, gsize len)
{
    gsize old = out->len;

    if (G_LIKELY (out->allocated_len - old > len))
        return;
    g_string_set_size (out, old + len);
    g_string_truncate (out, old);
}

/* Append what there is room for: g_string_append_len without a call, for forty keys and values of
 * each record go through here. */
static inline void
append (GString *out, const char *text, gsize len)
{
    memcpy (out->str + out->len, text, len);
    out->len += len;
}

/* Append a string that is written down here. */
#define APPEND(out, text) \
    (reserve (out, sizeof text - 1), append (out, text, sizeof text - 1))

/* Need one look at BYTE?  All else is a character that stands for itself. */
static inline gboolean
is_special (guchar byte)
{
    return byte < 0x20 || byte == '"' || byte == '\\' || byte >= 0x7f;
}

/* Append C as an escape: as two where it needs two units of UTF-16 (RFC 8259 section 7). */
static void
append_escape (GString *out, gunichar c)
{
    if (c > 0xffff)
        g_string_append_printf (out, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10),
                                0xdc00 + (c & 0x3ff));
    else
        g_string_append_printf (out, "\\u%04x", c);
}

/* Append the character that TEXT, which is not empty, begins with; its length there. */
static gsize
append_special (GString *out, ModoriSpan text)
{
    gsize len;
    gunichar c = modori_next_character (text, &len);

    if (c == '"' || c == '\\') {
        g_string_append_c (out, '\\');
        g_string_append_c (out, (char) c);
    } else if (modori_is_harmful (c)) {
        append_escape (out, c);
    } else {
        g_string_append_unichar (out, c);
    }
    return len;
}

#ifdef __SSE2__

/* Bytes that are looked at together. */
#define STEP 16

/* Is one of BYTES special? */
static inline gboolean
has_special (__m128i bytes)
{
    __m128i special = _mm_cmplt_epi8 (bytes, _mm_set1_epi8 (0x20));     /* from 0x80 on, too */

    special = _mm_or_si128 (special, _mm_cmpeq_epi8 (bytes, _mm_set1_epi8 ('"')));
    special = _mm_or_si128 (special, _mm_cmpeq_epi8 (bytes, _mm_set1_epi8 ('\\')));
    special = _mm_or_si128 (special, _mm_cmpeq_epi8 (bytes, _mm_set1_epi8 (0x7f)));
    return _mm_movemask_epi8 (special) != 0;
}

static inline __m128i
load (const char *at)
{
    return _mm_loadu_si128 ((const __m128i *) at);
}

static inline __m128i
load_half (const char *at)
{
    return _mm_loadl_epi64 ((const __m128i *) at);
}

/* Is there nothing special from TEXT up to END?  May be FALSE for eight bytes or less. */
static inline gboolean
is_simple (const char *text, const char *end)
{
    if (end - text < STEP)
        return end - text >= STEP / 2
            && ! has_special (_mm_unpacklo_epi64 (load_half (text), load_half (end - STEP / 2)));
    for (; end - text > STEP; text += STEP)
        if (has_special (load (text)))
            return FALSE;
    return ! has_special (load (end - STEP));
}

#else

static inline gboolean
is_simple (const char *text, const char *end)
{
    return text == end;
}

#endif

/* The next special character of TEXT, or END: mostly there is none. */
static inline const char *
next_special (const char *text, const char *end)
{
    if (is_simple (text, end))
        return end;
    while (text < end && ! is_special ((guchar) *text))
        text++;
    return text;
}

/* Append the LEN bytes of TEXT as a JSON string. */
static void
append_string (GString *out, const char *text, gsize len)
{
    const char *end = text + len;

    reserve (out, len + 2);
    out->str[out->len++] = '"';
    while (text < end) {
        const char *special = next_special (text, end);

        append (out, text, (gsize) (special - text));
        text = special;
        if (text == end)
            break;
        text += append_special (out, modori_span_between (text, end));
        reserve (out, (gsize) (end - text) + 1);
    }
    out->str[out->len++] = '"';
}

void
modori_json_string (GString *out, const char *text)
{
    append_string (out, text, strlen (text));
    out->str[out->len] = '\0';
}

/* A list is kept as names with one blank between them. */
static void
append_list (GString *out, const char *names)
{
    gboolean first = TRUE;

    APPEND (out, "[");
    for (names += strspn (names, " "); *names; names += strspn (names, " ")) {
        gsize len = strcspn (names, " ");

        if (! first)
            APPEND (out, ", ");
        append_string (out, names, len);        /* names from elsewhere may be anything */
        first = FALSE;
        names += len;
    }
    APPEND (out, "]");
}

static void
append_value (GString *out, ModoriType type, const char *text)
{
    switch (type) {
    case MODORI_TYPE_TEXT:
        append_string (out, text, strlen (text));
        break;
    case MODORI_TYPE_NUMBER:
        if (*text) {
            const gsize len = strlen (text);

            reserve (out, len);
            append (out, text, len);
        } else {
            APPEND (out, "0");
        }
        break;
    case MODORI_TYPE_FLAG:
        if (*text)
            APPEND (out, "true");
        else
            APPEND (out, "false");
        break;
    case MODORI_TYPE_LIST:
        append_list (out, text);
        break;
    }
}

void
modori_json_outcome (GString *out, const ModoriOutcome *outcome)
{
    APPEND (out, "{");
    for (ModoriKey key = 0; key < MODORI_N_KEYS; key++) {
        const ModoriKeyInfo *info = &modori_keys[key];
        const char *text = modori_outcome_text (outcome, key);

        reserve (out, MODORI_LABEL_MAX);
        memcpy (out->str + out->len, info->label, MODORI_LABEL_MAX);
        out->len += info->label_len;
        if (info->type == MODORI_TYPE_TEXT && ! *text)          /* half of them are */
            APPEND (out, "\"\"");
        else
            append_value (out, info->type, text);
        APPEND (out, ", ");
    }
    out->len -= strlen (", ");
    g_string_append (out, "}\n");
}
