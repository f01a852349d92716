/* shares.h - tables of a digest as lists: the most frequent first.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_HISTORY_SHARES_H
#define MODORI_HISTORY_SHARES_H

#include "history/gather.h"

/* (element-type ModoriShare), which they free; at most TOP (0: all that are told apart). */
GPtrArray *modori_shares_reasons (const ModoriGather *gather, guint top);
GPtrArray *modori_shares_receivers (const ModoriGather *gather, guint top);
/* Of one of the tables whose keys are (0, number). */
GPtrArray *modori_shares_plain (const ModoriGather *gather, const ModoriTallies *tallies,
                                guint top);
/* List-Ids and subjects; subjects that differ only in digits are one. */
GPtrArray *modori_shares_campaigns (const ModoriGather *gather, guint top);
/* Reasons at receivers which the period before had not; those where an address is no good are no
 * news. */
GPtrArray *modori_shares_news (const ModoriGather *gather, guint top);

/* The tallies of TALLIES that have something in the period: the most frequent first, then in the
 * order in which they were met, at most MOST; (element-type ModoriTally), not owned. */
GPtrArray *modori_shares_sorted (const ModoriTallies *tallies, guint most);

/* Add TALLY as NAME and TITLE, which are the digest's; put SHARES into order and leave TOP of them
 * (0: all). */
void modori_shares_add (GPtrArray *shares, const char *name, const char *title,
                        const ModoriTally *tally);
GPtrArray *modori_shares_cut (GPtrArray *shares, guint top);

/* What people call the reason NAME: the digest's. */
const char *modori_shares_reason_title (const ModoriGather *gather, const char *name);

#endif
