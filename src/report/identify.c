/* identify.c - the stable name of an outcome.
 *
 * It is made of what is the same wherever the report lies: SHA-256 over a digest of its
 * Message-ID, Date and From, a digest of its machine-readable part (else of its body), and the
 * outcome's number.  Mailboxes change line ends, put ">" before "From " and add or take white
 * space at the ends; the digests do not see that.  They are plain fast ones: the name has to
 * tell honest reports apart, and who forges one could copy all of it anyway.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#include "report/decode.h"

/* More of a part than this says nothing new. */
#define DIGEST_MAX (64 * 1024)

/* Hexadecimal digits of the name. */
#define ID_LENGTH 32

/* Odd constant with well mixed bits (the golden ratio in 64 bits). */
#define MIX G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)

static guint64
mix (guint64 hash, guint64 word)
{
    hash = (hash ^ word) * MIX;
    return hash ^ (hash >> 29);
}

static guint64
digest_line (guint64 hash, ModoriSpan line)
{
    guint64 word;

    for (; line.len >= sizeof word; line = modori_span_skip (line, sizeof word)) {
        memcpy (&word, line.at, sizeof word);
        hash = mix (hash, GUINT64_FROM_LE (word));
    }
    word = 0;
    memcpy (&word, line.at, line.len);
    /* the length keeps "a" and "a\0" apart */
    return mix (mix (hash, GUINT64_FROM_LE (word)), line.len);
}

static inline gboolean
is_blank (char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* LINE as it was before a mailbox quoted it. */
static ModoriSpan
unquote (ModoriSpan line)
{
    gsize n = 0;

    while (n < line.len && line.at[n] == '>')
        n++;
    if (n && line.len - n >= 5 && memcmp (line.at + n, "From ", 5) == 0)
        line = modori_span_skip (line, n);
    while (line.len && is_blank (line.at[line.len - 1]))
        line.len--;
    return line;
}

static guint64
digest (ModoriSpan text)
{
    guint64 hash = MIX;
    guint empty = 0;
    ModoriSpan line;

    text.len = MIN (text.len, DIGEST_MAX);
    while (modori_span_line (&text, &line)) {
        line = unquote (line);
        if (! line.len) {
            empty++;
            continue;
        }
        for (; empty; empty--)      /* those at the end do not count */
            hash = mix (hash, '\n');
        hash = digest_line (hash, line);
    }
    return hash;
}

/* The part that says what became of the message: the machine-readable one, else the whole body. */
static ModoriSpan
essential_text (const ModoriInput *input)
{
    static const ModoriMedia media[] = { MODORI_MEDIA_DELIVERY_STATUS, MODORI_MEDIA_FEEDBACK,
                                         MODORI_MEDIA_DISPOSITION, MODORI_MEDIA_TEXT };
    guint part = MODORI_PART_NONE;

    for (guint i = 0; i < G_N_ELEMENTS (media) && part == MODORI_PART_NONE; i++)
        part = modori_input_find (input, media[i], 0);
    if (part == MODORI_PART_NONE)
        part = input->root;
    return modori_message_part (input->message, part)->body;
}

/* The fields of the header that are the message's own, whatever a mailbox did to their folds. */
static guint64
digest_header (const ModoriInput *input)
{
    static const char *const names[] = { "Message-ID", "Date", "From" };
    guint64 hash = MIX;

    for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
        ModoriSpan value = modori_message_raw (input->message, input->root, names[i], 0, NULL);
        ModoriSpan line;

        hash = mix (hash, '\n');
        while (modori_span_line (&value, &line))
            hash = digest_line (hash, modori_span_trim (line));
    }
    return hash;
}

/* The first bytes of SUM in hexadecimal digits. */
static void
print_sum (GChecksum *sum, char *hex)
{
    static const char digits[] = "0123456789abcdef";
    guint8 bytes[32];
    gsize n = sizeof bytes;

    g_checksum_get_digest (sum, bytes, &n);
    for (gsize i = 0; i < ID_LENGTH / 2; i++) {
        hex[2 * i] = digits[bytes[i] >> 4];
        hex[2 * i + 1] = digits[bytes[i] & 15];
    }
}

void
modori_report_identify (const ModoriInput *input, ModoriReport *report)
{
    guint64 digests[] = { GUINT64_TO_LE (digest_header (input)),
                          GUINT64_TO_LE (digest (essential_text (input))) };
    char hex[ID_LENGTH];

    for (guint i = 0; i < modori_report_n_outcomes (report); i++) {
        GChecksum *sum = modori_report_checksum (report);
        guint32 ordinal = GUINT32_TO_LE (i);

        g_checksum_update (sum, (const guchar *) digests, sizeof digests);
        g_checksum_update (sum, (const guchar *) &ordinal, sizeof ordinal);
        print_sum (sum, hex);
        modori_outcome_set (report, modori_report_outcome (report, i), MODORI_KEY_ID,
                            modori_span (hex, ID_LENGTH), "", 0);
    }
}
