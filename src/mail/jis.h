/* jis.h - ISO-2022-JP, declared or raw.
 *
 * SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODORI_MAIL_JIS_H
#define MODORI_MAIL_JIS_H

#include "text/span.h"

typedef enum {
    MODORI_JIS_ASCII,
    MODORI_JIS_KANA,            /* JIS X 0201, the half-width katakana */
    MODORI_JIS_KANJI,           /* JIS X 0208 */
    MODORI_JIS_KANJI2,          /* JIS X 0212 */
} ModoriJisMode;

typedef struct {
    ModoriSpan rest;
    ModoriJisMode mode;
} ModoriJis;

/* Is there Japanese of this kind in TEXT? */
gboolean modori_jis_holds (ModoriSpan text);

/* Give the next SEGMENT: JAPANESE, in EUC-JP, in the memory of EUC; or what lies between, as it
 * is.  FALSE at the end. */
gboolean modori_jis_next (ModoriJis *jis, ModoriSpan *segment, gboolean *japanese, GString *euc);

#endif
