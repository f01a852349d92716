/* diagnostic.h - reading the far server's words: who spoke, to which command, with which codes.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_REPORT_DIAGNOSTIC_H
#define MODORI_REPORT_DIAGNOSTIC_H

#include "report/report.h"

/* Rules look no further than this. */
#define MODORI_WORDS_MAX (8 * 1024)

/* What stands in the words; empty spans (into the words) where it does not. */
typedef struct {
    ModoriSpan host;            /* "mx.example.com" */
    ModoriSpan ip;              /* "142.250.4.27" or an IPv6 address */
    ModoriSpan reply_code;      /* "550" (RFC 5321 4.2) */
    ModoriSpan status;          /* "5.7.26" (RFC 3463) */
    ModoriSpan
        command; /* CONN EHLO HELO STARTTLS AUTH MAIL RCPT DATA QUIT, upper case; static text */
    ModoriSpan queue_id;        /* the far side's reference */
    ModoriSpan said; /* the reply itself, without the words of our own server around it */
} ModoriDiagnostic;

/* WORDS without blanks and a type ("smtp;") before them, no longer than rules look. */
ModoriSpan modori_diagnostic_bare (ModoriSpan words);

/* Read WORDS ("host X[1.2.3.4] said: 550-5.7.26 ... (in reply to end of DATA command)", "Remote
 * host said: 550 ...", "smtp; 550 ...", "<<< 550 ...", "#<#5.1.1 smtp;550 ...>", "SMTP error
 * from remote mail server after RCPT TO:<...>: host X [1.2.3.4]: 550 ...").  What is not there
 * is left empty; nothing is invented. */
void modori_diagnostic_read (ModoriSpan words, ModoriDiagnostic *diagnostic);
/* The same without the queue id, which has to be looked for everywhere. */
void modori_diagnostic_read_most (ModoriSpan words, ModoriDiagnostic *diagnostic);

/* Fill what OUTCOME lacks (status, reply code, command, host, address, queue id)
 * from its own diagnostic, prefer the more specific of two statuses, and set outcome->words. */
void modori_diagnostic_apply (ModoriReport *report, ModoriOutcome *outcome);

/* WORDS as rules see them, appended to OUT: inner reply codes and statuses of joined multi-line
 * replies removed ("unauthenticated. 550-5.7.26 We require" -> "unauthenticated. We require"),
 * typographic quotes and dashes folded to ASCII, white space collapsed, at most
 * MODORI_WORDS_MAX bytes. */
void modori_diagnostic_normalise (GString *out, ModoriSpan words);

/* Are WORDS, of clean ASCII (modori_report_is_clean), surely what they would become?  FALSE when
 * that cannot be told soon. */
gboolean modori_diagnostic_is_normal (ModoriSpan words);

/* The length of the enhanced status code (RFC 3463 section 2) at the start of TEXT, or 0. */
gsize modori_status_length (const char *text, gsize len);

/* Is A, from the words, a better answer than B, from a field ("" included)?  x.0.0 is worse than
 * anything, of any class; else the class must agree. */
gboolean modori_status_is_better (const char *a, const char *b);

/* "5 minutes" in seconds; 0 when it cannot be read. */
guint modori_diagnostic_seconds (ModoriSpan said);

#endif
