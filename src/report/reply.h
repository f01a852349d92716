/* reply.h - the codes of an SMTP reply in running text.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_REPORT_REPLY_H
#define MODORI_REPORT_REPLY_H

#include "text/span.h"

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
