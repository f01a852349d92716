/* reply.h - the codes of an SMTP reply in running text.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_REPORT_REPLY_H
#define MODORI_REPORT_REPLY_H

#include "text/span.h"

/* Eight bytes of TEXT from I on, the first of them the lowest; zeros behind its end. */
static inline guint64
modori_eight_at (ModoriSpan text, gsize i)
{
    guint64 bytes = 0;

    if (i + sizeof bytes <= text.len)
        memcpy (&bytes, text.at + i, sizeof bytes);
    else if (i < text.len)
        memcpy (&bytes, text.at + i, text.len - i);
    return GUINT64_FROM_LE (bytes);
}

/* The highest bit of each of eight BYTES that is from LOW to HIGH, which are ASCII. */
static inline guint64
modori_eight_between (guint64 bytes, guchar low, guchar high)
{
    const guint64 ones = G_GUINT64_CONSTANT (0x0101010101010101), tops = ones * 0x80;
    guint64 rest = bytes & ~tops;       /* so that no byte carries into the next */

    return (rest + ones * (0x80u - low)) & ~(rest + ones * (0x7fu - high)) & ~bytes & tops;
}

/* Where the first digit of TEXT from I on stands; behind its end when there is none.  Codes are
 * looked for in all that servers say, most of which is letters. */
static inline gsize
modori_next_digit (ModoriSpan text, gsize i)
{
    guint64 digits = 0;

    for (; i < text.len; i += sizeof digits)
        if ((digits = modori_eight_between (modori_eight_at (text, i), '0', '9')))
            return i + (gsize) __builtin_ctzll (digits) / 8;
    return i;
}

/* Where the codes stand in some words; empty spans when they do not. */
typedef struct {
    ModoriSpan code;            /* "550" (RFC 5321 section 4.2) */
    ModoriSpan status;          /* "5.7.26" (RFC 3463) */
} ModoriReply;

/* Find the reply in WORDS: numbers that are ports, sizes, years or parts of addresses are none. */
void modori_reply_find (ModoriSpan words, ModoriReply *reply);

/* The length of the reply code with its separator and the status behind it, at the start of
 * TEXT: "550-5.7.26 ", "550 ". 0 when there is no code. */
gsize modori_reply_length (ModoriSpan text);

#endif
