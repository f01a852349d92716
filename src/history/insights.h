/* insights.h - patterns that a postmaster would see if he had the time.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_HISTORY_INSIGHTS_H
#define MODORI_HISTORY_INSIGHTS_H

#include "history/gather.h"

/* So many strangers at once, with one subject from one host, is no coincidence. */
#define MODORI_WAVE_MIN 5

/* The advice about a form that mails whomever a robot names. */
#define MODORI_WAVE_ADVICE "contact-form-abuse"

/* At most TOP ModoriInsight, which they free: what concerns most failures first. */
GPtrArray *modori_insights_new (const ModoriGather *gather, guint top);

#endif
