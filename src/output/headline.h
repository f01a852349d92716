/* headline.h - the first words of a report: how many, what repairing wins, from when to when.
 *
 * A page and the subject of a mail say the same.  Texts are in the language of the run; the caller
 * frees them.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_OUTPUT_HEADLINE_H
#define MODORI_OUTPUT_HEADLINE_H

#include "history/digest.h"

/* "1,234,567" */
char *modori_headline_number (guint64 number);

/* "21 Nov 2026", "21 Nov" (without YEAR) of SECONDS since 1970 UTC, in local time; "" for 0. */
char *modori_headline_day (gint64 seconds, gboolean year);
/* "21 Nov" of a ModoriDay's date. */
char *modori_headline_short (const char *date);

/* "15 Nov 2026 to 21 Nov 2026": the days of the period of DIGEST. */
char *modori_headline_period (const ModoriDigest *digest);
/* The same without letters: "2026-11-15 to 11-21". */
char *modori_headline_dates (const ModoriDigest *digest);

/* How many repairs are in the reader's own hands; *WON recipients will be reached again. */
guint modori_headline_repairs (const ModoriDigest *digest, guint64 *won);

/* "128 recipients were not reached" */
char *modori_headline_title (const ModoriDigest *digest);
/* "3 repairs would win back 97 of them.": "" when there is nothing to repair. */
char *modori_headline_promise (const ModoriDigest *digest);
/* "22% fewer than in the period before (165)": "" when there was none. */
char *modori_headline_change (const ModoriDigest *digest);
/* "modori: 128 not delivered, 3 repairs (2026-11-15 to 11-21)" */
char *modori_headline_subject (const ModoriDigest *digest);

#endif
